"""/api/v1: search by name, address or code, and many names at once. Nothing asked is kept."""

from typing import Any

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from api.answering import MAX_LIMIT, item, number, refused, settings, under_read_limit
from areas.divisions import area_names
from lookup.bulk import Checked, check_names
from lookup.bulk_input import MAX_NAME, MAX_NAMES
from lookup.search_page import EVERYTHING
from lookup.searching import look_up
from portal.database import db
from portal.limits import NAME_CHECKS_PER_CLIENT, limiter
from portal.revision import remembered
from register.cards import Card
from register.editions import latest_edition
from register.kinds import load_kinds
from register.listed import by_codes
from register.verdict import WORDS, is_list
from search import Filters, NoIndex, fold

bp = under_read_limit(Blueprint("search", __name__, url_prefix="/api/v1"))

MAX_QUERY = 200


@bp.get("/institutions")
def institutions() -> ResponseReturnValue:
    """Search; nothing found is 200 with no items, as is nothing asked."""
    q = request.args.get("q", "").strip()
    if len(q) > MAX_QUERY:
        abort(414)
    limit = min(number("limit", 20), MAX_LIMIT)
    filters = Filters(*(request.args.get(name, "") for name in ("area", "kind", "standing")))
    if fault := _unknown(db.session, filters):
        return refused(400, fault)
    if not q and filters != EVERYTHING:
        return refused(400, "只有条件，没有写 q。整张名单请下载 /data/all/list.json。")
    try:
        answer = look_up(db.session, q, filters, request.args.get("after"), limit)
    except NoIndex:
        abort(503)
    except ValueError:
        return refused(400, "参数 after 不对：请原样使用上一页答复里的 next，或者不带它从头查。")
    rows = {i.code: i for i in by_codes(db.session, [card.code for card in answer.cards])}
    return jsonify(
        query=q,
        tier=answer.tier,
        total=answer.total,
        **_edition(db.session),
        items=[
            {
                **item(rows[card.code], card),
                "matched_by": hit.matched_by.value,
                "score": round(hit.score, 4),
            }
            for hit, card in answer.shown
        ],
        next=answer.found.next,
        filtered_out=answer.found.filtered_out,
    )


def _unknown(session: Session, filters: Filters) -> str:
    """Return a sentence about a filter that asks for what there is not; empty for good ones."""
    if filters.area and filters.area not in remembered(session, area_names):
        return "参数 area 不对：没有这个行政区划代码，见 /api/v1/areas。"
    if filters.kind and filters.kind not in remembered(session, load_kinds).names:
        return "参数 kind 不对：没有这个类别代码，见 /api/v1/categories 的 kinds。"
    if filters.standing and not is_list(filters.standing):
        lists = "、".join(standing for standing in WORDS if is_list(standing))
        return f"参数 standing 不对：可以写 {lists}。"
    return ""


class _Unreadable(ValueError):
    """What was sent cannot be checked. Its text is one sentence that says what to send."""


@bp.post("/match")
@limiter.limit(NAME_CHECKS_PER_CLIENT)
def match() -> ResponseReturnValue:
    """Check up to 200 names: for each the verdict, whom it means, and names to mind."""
    try:
        names = _names(request.get_json(force=True))
    except (BadRequest, RecursionError):  # brackets in brackets, thousands deep
        return refused(400, '读不懂：请发 JSON，例如 {"names": ["晨曦湾培训学校"]}。')
    except _Unreadable as fault:
        return refused(400, str(fault))
    try:
        with db.reading() as session:  # a POST that writes nothing takes no write lock
            texts = dict.fromkeys(text for one in names for text in one if text)
            checked = {one.given: one for one in check_names(session, texts)}
            items = [_matched(*one, checked) for one in names]
            return jsonify(**_edition(session), items=items)
    except NoIndex:
        abort(503)


def _names(sent: object) -> list[tuple[str, str]]:
    """Return name and code to look up for each name sent; raises _Unreadable."""
    given = sent.get("names") if isinstance(sent, dict) else None
    if not isinstance(given, list) or not given:
        raise _Unreadable("names 应是一个列表，至少写一个名字。")
    if len(given) > MAX_NAMES:
        raise _Unreadable(f"一次最多查 {MAX_NAMES} 家，这里有 {len(given)} 家。请分几次查。")
    return [_name(at, one) for at, one in enumerate(given, 1)]


def _name(at: int, one: object) -> tuple[str, str]:
    texts = [one.get("name"), one.get("uscc")] if isinstance(one, dict) else [one, None]
    if any(text is not None and not isinstance(text, str) for text in texts):
        raise _Unreadable(f"第 {at} 个写错了：应是名字，或者写有 name、uscc 的对象。")
    name, code = (str(text or "").strip() for text in texts)
    if not fold(name + code):
        raise _Unreadable(f"第 {at} 个没有写名字。")
    if len(name) > MAX_NAME or len(code) > MAX_NAME:
        raise _Unreadable(f"第 {at} 个太长了：名字不超过 {MAX_NAME} 个字。")
    return (name if fold(name) else ""), (code if fold(code) else "")


def _matched(name: str, code: str, checked: dict[str, Checked]) -> dict[str, Any]:
    by_name, by_code = checked.get(name), checked.get(code)
    one = by_code or checked[name]
    matches, standing, said = one.matches, one.standing, one.remark or "未在名单中查到"
    if by_name and by_code and not _agree(by_name, by_code):
        matches, standing, said = [], "", "名称和代码对不上，请核对。"
    near = {card.code: card for each in (by_code, by_name) if each for card in each.near}
    meant = matches[0].card if len(matches) == 1 else None
    return {
        "name": name or code,
        "tier": "found" if matches else "similar" if near else "none",
        "standing": standing or None,
        "verdict": meant.verdict.word if meant else said,
        "code": meant.code if meant else None,
        "matches": [{**_named(each.card), "how": each.how} for each in matches],
        "lookalikes": [_named(card) for card in near.values()],
    }


def _agree(by_name: Checked, by_code: Checked) -> bool:
    """Tell whether a name may be its whose code it is: numbers are borrowed."""
    named = {match.card.code for match in by_name.matches}
    coded = {match.card.code for match in by_code.matches}
    unclear = not (named or by_name.standing)
    return named == coded or bool(named & coded) or (unclear and bool(coded))


def _named(card: Card) -> dict[str, Any]:
    return {"code": card.code, "name": card.name, "standing": card.verdict.standing}


def _edition(session: Session) -> dict[str, Any]:
    latest = latest_edition(session, settings().area)
    return {
        "edition": latest.number if latest else None,
        "as_of": latest.as_of.isoformat() if latest else None,
    }
