"""From which status an institution goes to which: one table, for every list that moves it."""

from register.models import Status

_ON_THE_LIST = frozenset({Status.WHITE, Status.RECTIFYING, Status.SUSPENDED})
_OFF = frozenset({Status.BLACK, Status.REMOVED, Status.CLOSED})

# What a list may do without a word more. All else is asked about, or stopped where black wins.
USUAL = {
    Status.WHITE: _ON_THE_LIST | _OFF,
    Status.RECTIFYING: _ON_THE_LIST | _OFF,
    Status.SUSPENDED: _ON_THE_LIST | _OFF,
    Status.BLACK: frozenset({Status.BLACK, Status.REMOVED}),
    Status.REMOVED: _OFF,
    Status.CLOSED: frozenset({Status.CLOSED}),  # who taught without a licence again is asked about
}


def is_usual(before: Status, after: Status) -> bool:
    """Tell whether an institution commonly goes from one status to another, or stays."""
    return after in USUAL[before]
