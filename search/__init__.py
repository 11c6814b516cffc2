"""Full-text search over a published register: documents in, hits out."""

from search.analysis import fold
from search.documents import Answer, Document, Filters, Hit, MatchedBy, Tier
from search.engine import Index
from search.generations import NoIndex

__all__ = [
    "Answer",
    "Document",
    "Filters",
    "Hit",
    "Index",
    "MatchedBy",
    "NoIndex",
    "Tier",
    "fold",
]
