"""The table of moves speaks of every status, and staying is never odd."""

import pytest

from register.models import Status
from register.transitions import USUAL, is_usual


def test_the_table_speaks_of_every_status() -> None:
    assert set(USUAL) == set(Status)
    assert all(is_usual(status, status) for status in Status)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Status.CLOSED, Status.WHITE),
        (Status.CLOSED, Status.BLACK),
        (Status.REMOVED, Status.WHITE),
        (Status.REMOVED, Status.SUSPENDED),
        (Status.BLACK, Status.WHITE),
        (Status.BLACK, Status.CLOSED),
    ],
)
def test_nobody_comes_back_as_a_matter_of_course(before: Status, after: Status) -> None:
    assert not is_usual(before, after)
    assert is_usual(Status.WHITE, after)
