"""Pages without data, the switch to large type, and the health check."""

import sqlalchemy as sa
from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.database import db
from portal.settings import Settings

bp = Blueprint("portal", __name__)

_YEAR = 365 * 24 * 3600


@bp.get("/about")
def about() -> ResponseReturnValue:
    """Say what this site is and what it does not promise."""
    return render_template("portal/about.html")


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Say what is kept and what is not."""
    return render_template("portal/privacy.html")


@bp.post("/mode")
def mode() -> ResponseReturnValue:
    """Switch 长辈版 on or off: a cookie with closed values, set only by this tap."""
    settings: Settings = current_app.config["MINGDAN"]
    response = redirect(_local(request.form.get("next", "")), 303)
    if request.form.get("mode") == "elder":
        response.set_cookie(
            "mode", "elder", max_age=_YEAR, samesite="Lax", httponly=True,
            secure=settings.base_url.startswith("https:"),
        )  # fmt: skip
    else:
        response.delete_cookie("mode")
    return response


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Answer `ok` when the database answers."""
    db.session.execute(sa.text("SELECT 1"))
    return "ok", 200, {"Content-Type": "text/plain"}


def _local(target: str) -> str:
    # Only a path of this site: //host and \host would lead elsewhere.
    if target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable():
        return target.rstrip("?")
    return "/"
