"""A door code in the search box, or the address that the code at a door carries."""

import re

from sqlalchemy.orm import Session

from doorcodes.codes import LENGTH, find
from portal.codes import is_well_formed, normalised

_PRINTED = re.compile(r"(?=.*[A-Za-z])\w{4}([-\u2010\u2011\u2013\u2014])\w{4}\1\w{4}", re.ASCII)


def at_our_door(query: str, base_url: str) -> str:
    """Return what stands behind /v/ in an address of ours, in any case; empty for anything else."""
    ours = base_url.partition("://")[2] + "/v/"
    address = query.partition("://")[2] or query
    is_ours = address[: len(ours)].casefold() == ours.casefold()
    return re.split(r"[/?#\s]", address[len(ours) :])[0] if is_ours else ""


def door_code(session: Session, query: str) -> str:
    """Return the door code that a query is; empty for anything else.

    Written as on the poster it is one if its check character is right. Without the dashes it must
    have been issued: a licence number may be as long.
    """
    code = normalised(query)
    if not is_well_formed(code, LENGTH):
        return ""
    return code if is_printed_like_one(query) or find(session, code) else ""


def is_printed_like_one(query: str) -> bool:
    """Tell whether it is written as door codes are: 3Q1P-F29B-XZKD; digits alone are a licence."""
    return _PRINTED.fullmatch(query) is not None
