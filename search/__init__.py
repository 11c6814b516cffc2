"""Full-text search over a published register: documents in, hits out."""

from search.addresses import address_pieces, standard_address
from search.analysis import fold
from search.areas import short_forms
from search.brand import brand_of
from search.documents import Answer, Document, Facets, Filters, Hit, MatchedBy, Tier
from search.engine import Index
from search.generations import NoIndex
from search.lookalike import Alike, Lookalike, alike, differing
from search.marking import code_marks, marks
from search.sounds import readings
from search.wording import Wording

__all__ = [
    "Alike",
    "Answer",
    "Document",
    "Facets",
    "Filters",
    "Hit",
    "Index",
    "Lookalike",
    "MatchedBy",
    "NoIndex",
    "Tier",
    "Wording",
    "address_pieces",
    "alike",
    "brand_of",
    "code_marks",
    "differing",
    "fold",
    "marks",
    "readings",
    "short_forms",
    "standard_address",
]
