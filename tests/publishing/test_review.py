"""What an outside reviewer broke once: each stays mended."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from doorcodes.codes import issue_missing, revoke
from doorcodes.models import DoorCode
from portal.clock import today
from portal.database import db
from publishing.findings import Severity
from publishing.importing import Blocked, import_list
from publishing.models import Coverage, Sheet, SheetFinding
from publishing.reading import UnreadableFile
from publishing.sheet import ListKind
from publishing.signing import Signer
from register.models import Institution, Premises, Standing
from tests.pages import PageClient
from tests.publishing.test_importing import (
    BING,
    BLACK_HEAD,
    HEAD,
    black_row,
    jia,
    order,
    publish,
    statuses,
)

LATER = date(2026, 7, 31)


@pytest.fixture
def signer(app: Flask) -> Signer:
    return Signer(app.config["MINGDAN"].instance / "keys")


def black(**change: str) -> str:
    row = black_row()
    for old, new in change.items():
        row = row.replace(_PARTS[old], new)
    return BLACK_HEAD + row


_PARTS = {
    "name": "甲乙培训中心",
    "uscc": "52359901MJ118HDD19",
    "address": "学府路1号",
    "decision": "临教监罚〔2026〕3号",
    "listed": "2026-06-18",
    "term": "3年",
}


def blocked_codes(signer: Signer, text: str, **more: object) -> set[str]:
    with pytest.raises(Blocked) as blocked:
        import_list(db.session, order(text, **more), signer)
    db.session.rollback()
    return {f.code for f in blocked.value.outcome.findings if f.severity == "BLOCK"}


def test_a_decision_hits_nobody_by_name_alone(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + jia())
    text = black(uscc="", address="城外小区9号楼")
    assert blocked_codes(signer, text, list_kind=ListKind.BLACK) == {"name_elsewhere"}
    publish(signer, text, list_kind=ListKind.BLACK, leave_out_blocked=True)
    assert statuses() == {"甲乙培训中心": "white"}


def test_two_places_of_one_name_stay_two(app: Flask, signer: Signer) -> None:
    text = black(name="无名托管班", uscc="") + black_row(name="无名托管班", uscc="").replace(
        "学府路1号", "新门街99号"
    ).replace("3号,2026", "4号,2026")
    publish(signer, text, list_kind=ListKind.BLACK)
    decisions = db.session.scalars(sa.select(Standing.decision_number)).all()
    assert len(set(decisions)) == 2


def test_a_credit_code_alone_does_not_rename_another(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + jia())
    other = (
        jia().replace("甲乙", "舞蹈").replace("学府路1号", "别处9号").replace("0001号", "9999号")
    )
    assert blocked_codes(signer, HEAD + other) == {"uscc_conflict"}
    wrong = black(name="丙英语补习班", address="别处9号")
    assert blocked_codes(signer, wrong, list_kind=ListKind.BLACK) == {"uscc_conflict"}


def test_a_black_sheet_takes_nobody_off_the_white_list_by_an_old_entry(
    app: Flask, signer: Signer
) -> None:
    publish(signer, HEAD + jia())
    head = BLACK_HEAD.replace("备注", "移出时间,备注")
    removed = head + black_row().replace("临江区教育局,", "临江区教育局,2023-01-01,")
    publish(signer, removed.replace("2026-06-18", "2022-01-01"), list_kind=ListKind.BLACK)
    assert statuses() == {"甲乙培训中心": "white"}
    over = black(listed="2020-01-01", term="1年")
    assert "term_over_listed" in blocked_codes(signer, over, list_kind=ListKind.BLACK)


def test_a_sheet_without_addresses_closes_no_door(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + jia() + BING)
    doors = db.session.scalars(sa.select(DoorCode.code)).all()
    without = "机构名称,统一社会信用代码,办学许可证号,类别,有效期止\n" + "".join(
        f"{name},{uscc},{licence},{kind},2099-12-31\n"
        for name, uscc, licence, kind in (
            ("甲乙培训中心", "52359901MJ118HDD19", "教民135990170000001号", "学科类"),
            ("丙丁培训中心", "52359901MJ0GGG9A40", "教民135990170000002号", "体育类"),
        )
    )
    outcome = publish(signer, without, coverage=Coverage.COMPLETE, as_of=LATER)
    assert {"address_missing"} <= {f.code for f in outcome.findings}
    assert set(db.session.scalars(sa.select(Premises.closed_on))) == {None}
    assert db.session.scalars(sa.select(DoorCode.code)).all() == doors


@pytest.mark.parametrize("part", ["学府路1号", "甲乙培训中心", "教民135990170000001号"])
def test_a_cell_too_long_is_a_finding(app: Flask, signer: Signer, part: str) -> None:
    assert "too_long" in blocked_codes(signer, HEAD + jia().replace(part, part * 600))


def test_waiting_sheets_are_checked_on_top_of_each_other(app: Flask, signer: Signer) -> None:
    import_list(db.session, order(black(), list_kind=ListKind.BLACK), None)
    db.session.commit()
    with pytest.raises(Blocked):
        import_list(db.session, order(HEAD + jia()), None)


def test_the_same_bytes_with_other_options_replace_the_waiting_sheet(
    app: Flask, signer: Signer
) -> None:
    for coverage in (Coverage.ADDITIONS, Coverage.COMPLETE):
        import_list(db.session, order(HEAD + jia(), coverage=coverage), None)
        db.session.commit()
    assert db.session.scalars(sa.select(Sheet.coverage)).all() == [Coverage.COMPLETE]


def test_another_decision_is_another_standing_and_an_older_file_changes_nothing(
    app: Flask, signer: Signer
) -> None:
    first, second = black(), black(decision="临教监罚〔2026〕9号", listed="2026-06-25", term="长期")
    publish(signer, first, list_kind=ListKind.BLACK)
    publish(signer, second, list_kind=ListKind.BLACK)
    publish(signer, first, list_kind=ListKind.BLACK)
    old, new = db.session.scalars(sa.select(Standing).order_by(Standing.id)).all()
    assert (old.decision_number, old.term) == ("临教监罚〔2026〕3号", "3年")
    assert (new.decision_number, new.term, new.term_ends) == ("临教监罚〔2026〕9号", "长期", None)
    assert new.until is None


def test_the_date_of_listing_is_the_decisions_own(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + jia())
    publish(signer, black(listed="2025-06-01"), list_kind=ListKind.BLACK)
    code = db.session.scalars(sa.select(Institution.code)).one()
    assert "2025年6月1日" in PageClient(app).visit(f"/institutions/{code}").words


def test_a_complete_sheet_keeps_to_main_kinds(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + jia(kind="文化艺术类、体育类") + BING)
    sports = {"coverage": Coverage.COMPLETE, "kinds": ("TY",), "as_of": LATER}
    publish(signer, HEAD + BING, **sports)
    assert set(statuses().values()) == {"white"}
    assert "outside_coverage" in blocked_codes(signer, HEAD + jia(), **sports)


ACTS = HEAD.rstrip("\n") + ",原因,依据,处理决定文号,认定单位\n"


def jia_because(note: str, *said: str) -> str:
    return jia(note=note).rstrip("\n") + "," + ",".join(said or ("",) * 4) + "\n"


@pytest.mark.parametrize(
    ("note", "status"),
    [("停业整顿", "suspended"), ("限期整改", "rectifying"), ("移出白名单", "removed")],
)
def test_why_and_by_whom_somebody_leaves_the_white_list(
    app: Flask, signer: Signer, note: str, status: str
) -> None:
    publish(signer, HEAD + jia())
    why = ("消防通道堵塞", "《消防法》第六十条", "临教停〔2026〕1号", "临江区教育局")
    outcome = publish(signer, ACTS + jia_because(note, *why), as_of=date(2026, 7, 31))
    assert statuses() == {"甲乙培训中心": status}
    standing = db.session.scalars(sa.select(Standing).filter_by(until=None)).one()
    act = (standing.reason, standing.basis, standing.decision_number, standing.authority)
    assert act == why
    assert "act_unexplained" not in {each.code for each in outcome.findings}
    client = PageClient(app)
    words = client.visit(f"/institutions/{standing.institution.code}").words
    assert [each for each in why if each not in words] == []
    again = publish(signer, HEAD + jia(note=note), as_of=date(2026, 8, 31))
    assert again.edition is not None
    db.session.refresh(standing)
    assert standing.reason == "消防通道堵塞", "a sheet without the column takes nothing back"


def test_an_act_without_reason_is_asked_about(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + jia() + BING)
    suspended = publish(signer, HEAD + jia(note="停业整顿"), as_of=date(2026, 7, 31))
    assert "act_unexplained" in {each.code for each in suspended.findings}
    complete = {"coverage": Coverage.COMPLETE, "as_of": date(2026, 8, 31)}
    removed = publish(signer, HEAD + jia(note="停业整顿"), **complete)
    (asked,) = [each for each in removed.findings if each.code == "act_unexplained"]
    assert asked.message.startswith("有 1 家")


def test_a_black_list_without_title_is_still_no_white_one(app: Flask, signer: Signer) -> None:
    with pytest.raises(UnreadableFile, match="另一种名单"):
        publish(signer, ACTS + jia_because("", "无证", "条", "号", "局"))


@pytest.mark.parametrize("gone", ["已注销", "移出白名单"])
def test_who_was_closed_or_removed_does_not_come_back_unasked(
    app: Flask, signer: Signer, gone: str
) -> None:
    publish(signer, HEAD + jia(note=gone))
    again = publish(signer, HEAD + jia(), as_of=date(2026, 7, 31))
    asked = {each.code: each.severity for each in again.findings}
    assert asked["odd_move"] is Severity.ASK
    assert statuses() == {"甲乙培训中心": "white"}
    usual = publish(signer, HEAD + jia(note="停业整顿"), as_of=date(2026, 8, 31))
    assert "odd_move" not in {each.code for each in usual.findings}


def test_who_leaves_the_black_list_without_a_word_is_asked_about(
    app: Flask, signer: Signer
) -> None:
    publish(signer, BLACK_HEAD + black_row(), list_kind=ListKind.BLACK)
    gone = BLACK_HEAD + black_row(note="已移出")
    left = publish(signer, gone, list_kind=ListKind.BLACK, as_of=date(2026, 7, 31))
    assert "act_unexplained" in {each.code for each in left.findings}
    back = publish(signer, HEAD + jia(), as_of=date(2026, 8, 31))
    assert "odd_move" in {each.code for each in back.findings}


def test_rectifying_ends_after_three_months(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + jia(note="限期整改"))
    rectifying = HEAD + jia(note="限期整改")
    publish(signer, rectifying, as_of=date(2026, 9, 29))
    with pytest.raises(Blocked) as blocked:
        publish(signer, rectifying, as_of=date(2026, 9, 30))
    assert "rectifying_long" in {each.code for each in blocked.value.outcome.findings}
    db.session.rollback()
    publish(signer, HEAD + jia(), as_of=date(2026, 9, 30))
    assert statuses() == {"甲乙培训中心": "white"}


def test_a_day_that_has_not_come_is_refused(app: Flask, signer: Signer) -> None:
    with pytest.raises(UnreadableFile, match="还没有到"):
        import_list(db.session, order(HEAD + jia(), as_of=today() + timedelta(days=1)), signer)


def test_an_old_sheet_asks(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + jia(), as_of=LATER)
    outcome = publish(signer, HEAD + jia(), as_of=date(2020, 1, 31))
    assert "sheet_is_older" in {f.code for f in outcome.findings}


def test_a_wrongful_entry_is_undone(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + jia())
    publish(signer, black(), list_kind=ListKind.BLACK)
    mistaken = BLACK_HEAD + black_row(note="误列，已撤销（2026-07-21）")
    publish(signer, mistaken, list_kind=ListKind.BLACK, as_of=LATER)
    assert statuses() == {"甲乙培训中心": "white"}
    code = db.session.scalars(sa.select(Institution.code)).one()
    assert "临教监罚" not in PageClient(app).visit(f"/institutions/{code}").words


def test_a_clean_copy_stands_when_the_first_row_is_blocked(app: Flask, signer: Signer) -> None:
    text = HEAD + jia(note="负责人张三 13800138000") + jia()
    publish(signer, text, leave_out_blocked=True)
    assert statuses() == {"甲乙培训中心": "white"}


def test_what_was_left_out_waits_even_where_nothing_changed(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + jia())
    text = black(decision="")
    for _ in range(2):
        publish(signer, text, list_kind=ListKind.BLACK, leave_out_blocked=True)
    assert db.session.scalars(sa.select(SheetFinding.code)).all().count("no_decision_number") == 1


def test_a_code_taken_away_for_good_does_not_come_back(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + jia())
    door = db.session.scalars(sa.select(DoorCode)).one()
    revoke(db.session, door, "撤场", replace=False)
    assert issue_missing(db.session) == 0


def test_an_edition_keeps_the_name_it_was_published_with(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + jia())
    publish(signer, HEAD + jia().replace("甲乙", "甲乙新"), as_of=LATER)
    assert "甲乙新" not in PageClient(app).visit("/editions/359901/1").words
    publish(signer, HEAD + jia(), as_of=date(2026, 8, 31))
    names = [f.name for f in db.session.scalars(sa.select(Institution)).one().former_names]
    assert names == ["甲乙新培训中心"]


def test_importing_holds_nobody_up_while_it_reads(app: Flask, signer: Signer) -> None:
    from register.indexing import documents

    with db.reading() as session:  # the index is read like this
        list(documents(session))
        with db.engine.begin() as writer:  # and meanwhile a tip is written
            writer.execute(sa.text("UPDATE public_revision SET value = value"))


def test_two_sheets_that_take_each_other_back_are_no_change(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + jia() + BING)
    import_list(db.session, order(HEAD + jia(note="限期整改"), as_of=LATER), None)
    db.session.commit()
    outcome = publish(signer, HEAD + jia(), as_of=LATER)
    assert statuses() == {"甲乙培训中心": "white", "丙丁培训中心": "white"}
    assert outcome.edition is not None
    assert outcome.edition.changes == []
