"""From a file to standings: all or nothing, the same file twice changes nothing, black wins."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from doorcodes.models import DoorCode
from portal.database import db
from publishing.importing import Blocked, ImportOrder, Outcome, import_list
from publishing.models import Coverage, Sheet, SheetFinding
from publishing.sheet import ListKind
from publishing.signing import Signer
from register.models import Edition, FormerName, Institution, Premises, Standing, Status
from tests.pages import PageClient

DATA = Path(__file__).parents[1] / "data"
AREA = "359901"
HEAD = "机构名称,统一社会信用代码,办学许可证号,办学地址,类别,有效期止,备注\n"
BLACK_HEAD = (
    "机构名称,统一社会信用代码,办学地点,列入黑名单原因,违法依据,处理决定文号,"
    "列入时间,公布期限,认定单位,备注\n"
)
JIA = "甲乙培训中心,52359901MJ118HDD19,教民135990170000001号,学府路1号,{kind},2099-12-31,{note}\n"
BING = "丙丁培训中心,52359901MJ0GGG9A40,教民135990170000002号,学府路2号,体育类,2099-12-31,\n"


@pytest.fixture
def signer(app: Flask) -> Signer:
    return Signer(app.config["MINGDAN"].instance / "keys")


def jia(note: str = "", kind: str = "学科类") -> str:
    return JIA.format(note=note, kind=kind)


def order(text: str | bytes, **more: object) -> ImportOrder:
    data = text.encode() if isinstance(text, str) else text
    given = {"filename": "list.csv", "list_kind": ListKind.WHITE, "as_of": date(2026, 6, 30)}
    return ImportOrder(data=data, area_code=AREA, **{**given, **more})  # type: ignore[arg-type]


def publish(signer: Signer, text: str | bytes, **more: object) -> Outcome:
    outcome = import_list(db.session, order(text, **more), signer)
    db.session.commit()
    return outcome


def statuses() -> dict[str, str]:
    rows = db.session.execute(
        sa.select(Institution.name, Standing.status)
        .join(Standing, Standing.institution_id == Institution.id)
        .where(Standing.until.is_(None))
    )
    return {name: status.value for name, status in rows}


def black_row(name: str = "甲乙培训中心", uscc: str = "52359901MJ118HDD19", note: str = "") -> str:
    return (
        f"{name},{uscc},学府路1号,超范围培训,《民办教育促进法》第六十二条,临教监罚〔2026〕3号,"
        f"2026-06-18,3年,临江区教育局,{note}\n"
    )


def test_the_samples_import_whole(app: Flask, signer: Signer) -> None:
    white = (DATA / "whitelist.xlsx").read_bytes()
    with pytest.raises(Blocked) as blocked:
        import_list(db.session, order(white, filename="whitelist.xlsx", as_of=None), signer)
    db.session.rollback()
    assert len(blocked.value.outcome.left_out) == 6
    outcome = publish(signer, white, as_of=None, leave_out_blocked=True)
    assert outcome.row_count == 120
    assert outcome.as_of == date(2024, 6, 30)
    # 116 institutions with 118 premises, less the six blocked rows
    assert db.session.scalar(sa.select(sa.func.count(Institution.id))) == 110
    assert db.session.scalar(sa.select(sa.func.count(Premises.id))) == 112
    assert db.session.scalars(sa.select(FormerName.name)).all() == ["临江区旧雨培训中心"]
    black = (DATA / "blacklist.csv").read_bytes()
    publish(signer, black, list_kind=ListKind.BLACK, as_of=None, leave_out_blocked=True)
    found = statuses()
    assert found["云浦市临江区朗读亭科技培训中心"] == "black"
    counted = Counter(found.values())
    assert counted["suspended"] == counted["closed"] == counted["rectifying"] == 1
    assert "张某（个人）" not in found
    assert "临江区红蜻蜓培训点" not in found


def test_white_then_black_is_one_act_and_black_wins(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + jia() + BING)
    outcome = publish(signer, BLACK_HEAD + black_row(), list_kind=ListKind.BLACK)
    assert statuses() == {"甲乙培训中心": "black", "丙丁培训中心": "white"}
    assert [f.severity for f in outcome.findings if f.code == "white_black_conflict"] == ["INFO"]
    (change,) = outcome.edition.changes if outcome.edition else []
    assert (change.before, change.after) == (Status.WHITE, Status.BLACK)
    standings = db.session.scalars(
        sa.select(Standing).join(Institution).where(Institution.name == "甲乙培训中心")
    ).all()
    assert len(standings) == 2
    assert standings[0].until == standings[1].since


def test_the_day_of_notice_is_kept_and_shown(app: Flask, signer: Signer) -> None:
    noticed = BLACK_HEAD.replace("列入时间", "告知日期,列入时间") + black_row().replace(
        "2026-06-18", "2026-06-01,2026-06-18"
    )
    asked = [f.code for f in publish(signer, noticed, list_kind=ListKind.BLACK).findings]
    assert "notice_given" not in asked
    standing = db.session.scalars(sa.select(Standing)).one()
    assert standing.notified_on == date(2026, 6, 1)
    page = PageClient(app).visit(f"/institutions/{standing.institution.code}")
    assert "2026年6月1日" in page.words


def test_a_black_one_does_not_come_back_by_a_white_sheet(app: Flask, signer: Signer) -> None:
    publish(signer, BLACK_HEAD + black_row(), list_kind=ListKind.BLACK)
    with pytest.raises(Blocked):
        publish(signer, HEAD + jia() + BING)
    db.session.rollback()
    publish(signer, HEAD + jia() + BING, leave_out_blocked=True)
    assert statuses() == {"甲乙培训中心": "black", "丙丁培训中心": "white"}
    waiting = db.session.scalars(sa.select(SheetFinding.code)).all()
    assert "white_black_conflict" in waiting


@pytest.mark.parametrize(
    "cut", ["《民办教育促进法》第六十二条", "临教监罚〔2026〕3号", "临江区教育局"]
)
def test_black_without_due_process_waits_as_a_finding(app: Flask, signer: Signer, cut: str) -> None:
    text = BLACK_HEAD + black_row().replace(cut, "")
    with pytest.raises(Blocked):
        import_list(db.session, order(text, list_kind=ListKind.BLACK), signer)
    db.session.rollback()
    outcome = publish(signer, text, list_kind=ListKind.BLACK, leave_out_blocked=True)
    assert len(outcome.left_out) == 1
    assert statuses() == {}
    assert db.session.scalars(sa.select(SheetFinding.severity)).all().count("BLOCK") == 1


def test_the_same_file_twice_changes_nothing(app: Flask, signer: Signer) -> None:
    for kind, name in ((ListKind.WHITE, "whitelist.xlsx"), (ListKind.BLACK, "blacklist.csv")):
        data = (DATA / name).read_bytes()
        first = publish(signer, data, list_kind=kind, as_of=None, leave_out_blocked=True)
        assert first.edition is not None
        before = statuses(), _rows()
        again = publish(signer, data, list_kind=kind, as_of=None, leave_out_blocked=True)
        assert again.edition is None
        assert again.proposals == []
        assert (statuses(), _rows()) == before


def _rows() -> list[int | None]:
    tables = (Institution, Premises, Standing, Edition, Sheet, DoorCode)
    return [db.session.scalar(sa.select(sa.func.count(table.id))) for table in tables]


def test_an_unchanged_list_is_published_again_for_a_new_day(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + jia())
    later = publish(signer, HEAD + jia(), as_of=date(2026, 7, 31))
    assert later.edition is not None
    assert later.edition.number == 2


def test_a_complete_sheet_removes_inside_its_coverage_only(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + jia() + BING)
    only_sports = {"coverage": Coverage.COMPLETE, "kinds": ("TY",), "as_of": date(2026, 7, 31)}
    publish(signer, HEAD + BING, **only_sports)
    assert statuses() == {"甲乙培训中心": "white", "丙丁培训中心": "white"}
    publish(signer, HEAD + jia(), coverage=Coverage.COMPLETE, as_of=date(2026, 8, 31))
    assert statuses() == {"甲乙培训中心": "white", "丙丁培训中心": "removed"}


def test_additions_never_remove(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + jia() + BING)
    publish(signer, HEAD + jia(), as_of=date(2026, 7, 31))
    assert statuses() == {"甲乙培训中心": "white", "丙丁培训中心": "white"}


def test_a_blocked_row_is_not_removed_by_the_sheet_that_names_it(
    app: Flask, signer: Signer
) -> None:
    publish(signer, HEAD + jia() + BING)
    text = HEAD + BING + jia(note="负责人张三 13800138000")
    later = {"coverage": Coverage.COMPLETE, "as_of": date(2026, 7, 31)}
    publish(signer, text, leave_out_blocked=True, **later)
    assert statuses() == {"甲乙培训中心": "white", "丙丁培训中心": "white"}


def test_without_publish_a_sheet_waits_and_goes_out_with_the_next(
    app: Flask, signer: Signer
) -> None:
    for _ in range(2):
        outcome = import_list(db.session, order(HEAD + jia()), None)
        db.session.commit()
        assert outcome.waits
    assert statuses() == {}
    assert db.session.scalar(sa.select(sa.func.count(Sheet.id))) == 1
    publish(signer, HEAD + BING)
    assert statuses() == {"甲乙培训中心": "white", "丙丁培训中心": "white"}
    assert db.session.scalar(sa.select(sa.func.count(Edition.id))) == 1
    assert set(db.session.scalars(sa.select(Sheet.file))) == {None}


def test_a_rename_keeps_code_history_and_the_old_name(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + jia())
    code = db.session.scalars(sa.select(Institution.code)).one()
    publish(signer, HEAD + jia().replace("甲乙", "甲乙新"), as_of=date(2026, 7, 31))
    renamed = db.session.scalars(sa.select(Institution)).one()
    assert (renamed.code, renamed.name) == (code, "甲乙新培训中心")
    assert [former.name for former in renamed.former_names] == ["甲乙培训中心"]


@pytest.mark.parametrize(
    ("note", "status"),
    [("停业整顿", "suspended"), ("限期整改", "rectifying"), ("已注销", "closed")],
)
def test_a_note_moves_the_standing_and_back(
    app: Flask, signer: Signer, note: str, status: str
) -> None:
    publish(signer, HEAD + jia())
    publish(signer, HEAD + jia(note=note), as_of=date(2026, 7, 31))
    assert statuses() == {"甲乙培训中心": status}
    publish(signer, HEAD + jia(), as_of=date(2026, 8, 31))
    assert statuses() == {"甲乙培训中心": "white"}


def test_a_mistaken_black_entry_leaves_the_public_page(app: Flask, signer: Signer) -> None:
    publish(signer, BLACK_HEAD + black_row(), list_kind=ListKind.BLACK)
    withdrawn = BLACK_HEAD + black_row(note="误列，已撤销（2026-07-21）")
    outcome = publish(signer, withdrawn, list_kind=ListKind.BLACK, as_of=date(2026, 7, 31))
    assert statuses() == {}
    assert outcome.edition is not None
    assert [change.kind for change in outcome.edition.changes] == ["withdrawn"]


def test_two_departments_do_not_remove_each_others_rows(app: Flask, signer: Signer) -> None:
    complete = {"coverage": Coverage.COMPLETE}
    publish(signer, HEAD + jia(), kinds=("XK",), **complete)
    publish(signer, HEAD + BING, kinds=("TY",), **complete)
    publish(signer, HEAD + jia(), kinds=("XK",), as_of=date(2026, 7, 31), **complete)
    assert statuses() == {"甲乙培训中心": "white", "丙丁培训中心": "white"}
