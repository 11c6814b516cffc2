"""Access to the desk: a view declares the permission it needs and is handed who is signed in."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import abort, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from accounts.officers import Desk, at_desk
from accounts.roles import Permission
from portal.clock import now
from portal.database import db
from portal.text import typed

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]
DeskView = Callable[Concatenate[Desk, P], ResponseReturnValue]

IDLE_MINUTES = 60
_HANDLE_SECRETS = {Permission.ENROL, Permission.OWN_ACCOUNT, Permission.ACCOUNTS_MANAGE}
_SECRET = {"phrase", "password"}  # never shown again; `phrase` is the key on paper
_LONGEST_CHOICE = 32  # characters; the value of a radio button or a reading's token
ANYONE = "anyone"  # declared by sign-in and invitations


def needs(permission: Permission) -> Callable[[DeskView[P]], View[P]]:
    """Call the view with the Desk if its role has the permission; else 403, or to sign-in."""

    def declare(view: DeskView[P]) -> View[P]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            desk = _desk()
            if desk is None:
                return _signed_out(permission)
            if not desk.enrolled and permission is not Permission.ENROL:
                return redirect(url_for("accounts.second_factor"), 303)
            g.desk = desk  # for the head of the desk's pages
            if not desk.may(permission):
                abort(403)
            return view(desk, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]  # the access matrix reads it
        return guarded

    return declare


def anyone(view: View[P]) -> View[P]:
    """Declare that a page of the desk is open to whoever is not signed in."""
    view.permission = ANYONE  # type: ignore[attr-defined]
    return view


def remember(token: str) -> None:
    """Put a new session into the cookie; nothing from before the sign-in lives on in it."""
    session.clear()
    session["desk"], session["seen"] = token, _minute()


def _signed_out(permission: Permission) -> ResponseReturnValue:
    """Lead to the sign-in; who had typed something before the session ended is shown it again."""
    unsaved = _unsaved() if permission not in _HANDLE_SECRETS and "desk" in session else []
    if unsaved:
        return render_template("accounts/session_ended.html", unsaved=unsaved), 403
    return redirect(url_for("accounts.sign_in"), 303)


def _unsaved() -> list[str]:
    """Return what was typed into the form that was sent: words, not choices and tokens."""
    try:
        sent = [
            (name, typed(value).strip())
            for name, value in request.form.items(multi=True)
            if name not in _SECRET and not name.endswith("csrf_token")
        ]
    except RequestEntityTooLarge:
        return []
    return [text for _, text in sent if not text.isascii() or len(text) > _LONGEST_CHOICE]


def _desk() -> Desk | None:
    token = session.get("desk")
    # Idle time is counted in the signed cookie: a page that is only read never waits for a write.
    if not isinstance(token, str) or _minute() - session.get("seen", 0) > IDLE_MINUTES:
        return None
    desk = at_desk(db.session, token)
    if desk is not None and session["seen"] != _minute():
        session["seen"] = _minute()
    return desk


def _minute() -> int:
    return int(now().timestamp()) // 60
