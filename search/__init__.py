"""Full-text search over a published register: documents in, hits out."""

from search.addresses import standard_address
from search.analysis import fold
from search.brand import brand_of
from search.documents import Answer, Document, Filters, Hit, MatchedBy, Tier
from search.engine import Index
from search.generations import NoIndex
from search.lookalike import Alike, Lookalike, alike, differing

__all__ = [
    "Alike",
    "Answer",
    "Document",
    "Filters",
    "Hit",
    "Index",
    "Lookalike",
    "MatchedBy",
    "NoIndex",
    "Tier",
    "alike",
    "brand_of",
    "differing",
    "fold",
    "standard_address",
]
