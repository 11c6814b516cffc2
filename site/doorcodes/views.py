"""/v/<code>: what a scan opens. One read, one page, no redirect, no cookie, no script."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request
from flask import url_for as address_of
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from doorcodes.codes import Mistyped, count_answer, find
from doorcodes.models import DoorCode
from doorcodes.qr import door_address, png, svg
from portal.clock import today
from portal.codes import grouped, normalised
from portal.database import db
from portal.i18n import gettext
from portal.limits import DOOR_ANSWERS_PER_CLIENT, limiter
from portal.settings import Settings
from portal.templating import date_cn
from register.disclosure import Account, wall_of
from register.editions import head_hash, latest_edition
from register.institutions import open_standing
from register.kinds import load_kinds
from register.verdict import Verdict, decision_facts, verdict

bp = Blueprint("doorcodes", __name__)


@dataclass(frozen=True, slots=True)
class DoorPage:
    """What the page at a door shows."""

    code: str
    display: str
    institution_code: str
    name: str
    campus: str
    address: str
    verdict: Verdict | None
    facts: list[tuple[str, str]]
    valid_to: date | None = None
    revoked_on: date | None = None
    reason: str = ""
    replaced: bool = False
    account: Account | None = None


@bp.get("/v/<code>")
@bp.get("/V/<code>", endpoint="scanned")
def door(code: str) -> ResponseReturnValue:
    """Say whose door this is and where the institution stands today."""
    found = _find(code)
    if isinstance(found, tuple):
        return found
    answered = request.args.get("answered", "")
    page = _page(found)
    if page.verdict is None:
        return render_template("doorcodes/revoked.html", door=page), 410
    return render_template(
        "doorcodes/door.html",
        door=page,
        answered=answered if answered in {"match", "mismatch"} else "",
    )


@bp.get("/v/")
def typed() -> ResponseReturnValue:
    """Lead from the box on the mistyped page to the door."""
    code = normalised(request.args.get("code", ""))[:40]
    return redirect(address_of("doorcodes.door", code=code or "-"), 303)


@bp.post("/v/<code>/answer")
@limiter.limit(DOOR_ANSWERS_PER_CLIENT)
def answer(code: str) -> ResponseReturnValue:
    """Count one tap on 一样 or 不一样; taps from other sites are refused."""
    if _is_from_elsewhere():
        abort(403)
    given = request.form.get("answer")
    if given not in {"match", "mismatch"}:
        abort(400)
    found = _find(code)
    if isinstance(found, tuple):
        return found
    if found.revoked_on is None:
        count_answer(db.session, found, matches=given == "match")
        db.session.commit()
    return redirect(address_of("doorcodes.door", code=found.code, answered=given), 303)


@bp.get("/v/<code>/poster")
def poster(code: str) -> ResponseReturnValue:
    """Show the poster of a door, made for printing on A4."""
    found = _valid(code)
    page = _page(found)
    if page.verdict is None:
        abort(410)
    latest = latest_edition(db.session, found.premises.institution.area_code)
    return Response(
        render_template(
            "doorcodes/poster.html",
            head=(latest.number, head_hash(latest)) if latest else None,
            door=page,
            verdict=page.verdict,
            svg=Markup(svg(_address(found)).decode().partition("?>")[2]),  # noqa: S704 - ours
            host=_settings().base_url.partition("://")[2],
            printed_on=today(),
        ),
        headers={"X-Robots-Tag": "noindex"},
    )


@bp.get("/v/<code>/qr.svg")
def qr_svg(code: str) -> ResponseReturnValue:
    """Return the QR code as SVG."""
    return _image(svg(_address(_valid(code))), "image/svg+xml")


@bp.get("/v/<code>/qr.png")
def qr_png(code: str) -> ResponseReturnValue:
    """Return the QR code as PNG."""
    return _image(png(_address(_valid(code))), "image/png")


def _is_from_elsewhere() -> bool:
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return True
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}


def _find(code: str) -> DoorCode | tuple[str, int]:
    try:
        found = find(db.session, code)
    except Mistyped:
        return render_template("doorcodes/mistyped.html", typed=code[:40]), 404
    if found is None:
        display = "-".join(grouped(normalised(code)))
        return render_template("doorcodes/unknown.html", display=display), 404
    return found


def _valid(code: str) -> DoorCode:
    found = _find(code)
    if isinstance(found, tuple):
        abort(404)
    if found.revoked_on is not None or found.premises.closed_on is not None:
        abort(410)
    return found


def _page(found: DoorCode) -> DoorPage:
    premises, institution = found.premises, found.premises.institution
    standing = open_standing(institution)
    gone = found.revoked_on or premises.closed_on
    latest = latest_edition(db.session, institution.area_code)
    shown = None if gone or standing is None else verdict(institution, standing, latest)
    return DoorPage(
        code=found.code,
        display="-".join(grouped(found.code)),
        institution_code=institution.code,
        name=institution.name,
        campus=premises.name if premises.name != institution.name else "",
        address=premises.address,
        verdict=shown,
        facts=_facts(found),
        valid_to=institution.valid_to,
        revoked_on=gone or (latest.as_of if latest else None),
        reason=found.revoked_reason or gettext("这个教学点已不在名单上"),
        replaced=found.replaced_by_id is not None,
        account=wall_of(db.session, institution, shown.standing).account if shown else None,
    )


def _facts(found: DoorCode) -> list[tuple[str, str]]:

    institution = found.premises.institution
    rows = [
        (gettext("类别"), load_kinds(db.session).of(kind.kind_code for kind in institution.kinds)),
        (gettext("办学许可证"), institution.licence_number or ""),
        (gettext("有效期至"), date_cn(institution.valid_to)),
        (gettext("主管部门"), institution.approved_by or ""),
        (gettext("门牌码"), "-".join(grouped(found.code))),
    ]
    act = decision_facts(open_standing(institution))
    return [(label, value) for label, value in rows if value] + act


def _address(found: DoorCode) -> str:
    return door_address(_settings().base_url, found.code)


def _image(content: bytes, mimetype: str) -> Response:
    return Response(content, mimetype=mimetype, headers={"X-Robots-Tag": "noindex"})


def _settings() -> Settings:
    settings: Settings = current_app.config["MINGDAN"]
    return settings
