"""Where a reader is in a long list, and the way to the pages beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from flask import request, url_for


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; an address is empty where there is no such page."""

    number: int = 1
    pages: int = 1
    size: int = 0  # how many stand on a page
    prev_url: str = ""
    next_url: str = ""

    @property
    def offset(self) -> int:
        """How many of the list stand before this page."""
        return (self.number - 1) * self.size


def page_of(
    total: int,
    size: int,
    url: Callable[[int], str] | None = None,
    *,
    most: int | None = None,
    name: str = "page",
) -> Page:
    """Return the page that the request asks for, or the nearest there is.

    `url` gives the address of a page, else it is the request's own with another number; `most` is
    the last page that is shown of a longer list; `name` is that of the number in the address.
    """
    pages = max(1, ceil(total / size))
    pages = min(pages, most or pages)
    number = min(max(request.args.get(name, 1, int), 1), pages)
    url = url or _same_address
    return Page(
        number,
        pages,
        size,
        url(number - 1) if number > 1 else "",
        url(number + 1) if number < pages else "",
    )


def _same_address(number: int) -> str:
    asked = request.args.to_dict() | (request.view_args or {}) | {"page": number}
    return url_for(request.endpoint or "", **asked)
