"""Who moves, merges or splits keeps codes and history; departments keep apart."""

from datetime import date

import sqlalchemy as sa
from flask import Flask

from doorcodes.models import DoorCode
from portal.database import db
from publishing.models import Coverage
from publishing.signing import Signer
from register.models import Institution, Premises, Standing
from tests.publishing.test_importing import BING, HEAD, jia, publish, signer, statuses

__all__ = ["signer"]

MONTHS = [date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30)]
# 丙丁 taken over by 甲乙: its place, under 甲乙's name and codes.
TAKEN_OVER = jia().replace("学府路1号", "学府路2号")


def complete(signer: Signer, month: int, text: str, *kinds: str) -> None:
    publish(signer, HEAD + text, coverage=Coverage.COMPLETE, as_of=MONTHS[month], kinds=kinds)
    db.session.expire_all()


def codes() -> dict[str, str]:
    return {row.name: row.code for row in db.session.scalars(sa.select(Institution))}


def doors() -> dict[str, str]:
    """Address → door code."""
    rows = db.session.execute(
        sa.select(Premises.address, DoorCode.code).join(
            DoorCode, DoorCode.premises_id == Premises.id
        )
    )
    return dict(rows.all())


def open_places(name: str) -> list[str]:
    rows = sa.select(Premises.address).join(Institution).where(Institution.name == name)
    return sorted(db.session.scalars(rows.where(Premises.closed_on.is_(None))))


def history(name: str) -> list[str]:
    rows = sa.select(Standing.status).join(Institution).where(Institution.name == name)
    return [status.value for status in db.session.scalars(rows.order_by(Standing.id))]


def test_who_moves_away_and_back_keeps_codes(app: Flask, signer: Signer) -> None:
    complete(signer, 0, jia())
    before, door = codes(), doors()
    complete(signer, 1, jia().replace("学府路1号", "新路9号"))
    assert codes() == before
    assert open_places("甲乙培训中心") == ["新路9号"]
    assert doors()["学府路1号"] == door["学府路1号"]
    both = doors()
    complete(signer, 2, jia())
    assert open_places("甲乙培训中心") == ["学府路1号"]
    assert doors() == both


def test_a_merger_and_a_split_keep_codes_and_history(app: Flask, signer: Signer) -> None:
    complete(signer, 0, jia() + BING)
    before, door = codes(), doors()
    complete(signer, 1, jia() + TAKEN_OVER)
    assert statuses() == {"甲乙培训中心": "white", "丙丁培训中心": "removed"}
    assert open_places("甲乙培训中心") == ["学府路1号", "学府路2号"]
    complete(signer, 2, jia() + BING)
    assert statuses() == {"甲乙培训中心": "white", "丙丁培训中心": "white"}
    assert open_places("甲乙培训中心") == ["学府路1号"]
    assert history("丙丁培训中心") == ["white", "removed", "white"]
    assert codes() == before
    kept = set(db.session.scalars(sa.select(DoorCode.code)))
    assert set(door.values()) <= kept


def test_two_departments_in_turn_each_with_complete_sheets(app: Flask, signer: Signer) -> None:
    complete(signer, 0, jia(), "XK")
    complete(signer, 1, BING, "TY")
    complete(signer, 2, "", "XK")
    assert statuses() == {"甲乙培训中心": "removed", "丙丁培训中心": "white"}
    complete(signer, 3, BING.replace("丙丁", "丙丁新"), "TY")
    assert statuses() == {"甲乙培训中心": "removed", "丙丁新培训中心": "white"}
