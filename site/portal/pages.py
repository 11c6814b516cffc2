"""Pages without data, the switches to large type and to a language, and the health check."""

from datetime import date

import sqlalchemy as sa
from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from portal.addresses import public_address
from portal.database import db
from portal.i18n import DEFAULT, LANGUAGES
from portal.settings import Settings

bp = Blueprint("portal", __name__)

WRITTEN_ON = date(2026, 11, 21)  # when the pages below were last held against rules and tests
_YEAR = 365 * 24 * 3600


@bp.get("/about")
def about() -> ResponseReturnValue:
    """Say what this site is and what it does not promise."""
    return render_template("portal/about.html")


@bp.get("/about/lists")
def about_lists() -> ResponseReturnValue:
    """Say how the lists are made, on what law, and how to object."""
    return render_template("portal/about_lists.html", written_on=WRITTEN_ON)


@bp.get("/about/accessibility")
def about_accessibility() -> ResponseReturnValue:
    """Say what was tested for people who see, hear or move otherwise, and what was not."""
    return render_template("portal/about_accessibility.html", written_on=WRITTEN_ON)


@bp.get("/about/api")
def about_api() -> ResponseReturnValue:
    """Say what programs can ask for."""
    description = public_address("openapi.description")
    return render_template(
        "portal/about_api.html",
        base=description.removesuffix("/openapi.json"),
        description=url_for("openapi.description"),
    )


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Say what is kept and what is not."""
    return render_template("portal/privacy.html")


@bp.post("/mode")
def mode() -> ResponseReturnValue:
    """Switch 长辈版 on or off: a cookie with closed values, set only by this tap."""
    chosen = request.form.get("mode")
    return _back_with("mode", "elder" if chosen == "elder" else "")


@bp.post("/language")
def language() -> ResponseReturnValue:
    """Switch the language: the same kind of cookie; none for the source language."""
    chosen = request.form.get("lang", DEFAULT)
    return _back_with("lang", chosen if chosen in LANGUAGES and chosen != DEFAULT else "")


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Answer `ok` when the database answers."""
    db.session.execute(sa.text("SELECT 1"))
    return "ok", 200, {"Content-Type": "text/plain"}


def _back_with(cookie: str, value: str) -> Response:
    settings: Settings = current_app.config["MINGDAN"]
    root = request.script_root  # the path the site is mounted on
    response = redirect(root + _local(request.form.get("next", "")), 303)
    if value:
        response.set_cookie(
            cookie, value, max_age=_YEAR, path=root or "/", samesite="Lax", httponly=True,
            secure=settings.base_url.startswith("https:"),
        )  # fmt: skip
    else:
        response.delete_cookie(cookie, path=root or "/")
    return response


def _local(target: str) -> str:
    # Only a path of this site: //host and \host would lead elsewhere.
    if target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable():
        return target.rstrip("?")
    return "/"
