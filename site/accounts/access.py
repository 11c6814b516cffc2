"""Access to the desk: the decorator hands in who is signed in, so a view cannot forget it."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import g, redirect, session, url_for
from flask.typing import ResponseReturnValue

from accounts.officers import Desk, at_desk
from portal.database import db

P = ParamSpec("P")


def signed_in(
    view: Callable[Concatenate[Desk, P], ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Call the view with the Desk, or lead to the sign-in page."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        token = session.get("desk")
        desk = at_desk(db.session, token) if isinstance(token, str) else None
        if desk is None:
            return redirect(url_for("accounts.sign_in"), 303)
        g.desk = desk  # for the head of the desk's pages
        return view(desk, *args, **kwargs)

    guarded.needs_officer = True  # type: ignore[attr-defined]  # the route-table test reads it
    return guarded
