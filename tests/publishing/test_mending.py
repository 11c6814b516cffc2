"""Mending in the page: cells, rows left out, columns. The file stays, the worker reads it again."""

import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import load_workbook

from accounts.models import AuditEntry, Officer
from portal.database import db
from publishing.changes import changes_of
from publishing.findings import Severity
from publishing.models import ColumnWord, Sheet, SheetCorrection
from register.models import Edition, Institution, Premises, Standing
from tests.accounts.signing_in import sign_in
from tests.pages import Page, PageClient
from tests.publishing.test_desk import (
    HEAD,
    NEW,
    clerk,
    coverage,
    findings,
    newest,
    post,
    publish,
    reading,
    review,
    status_of,
    upload,
)

__all__ = ["clerk"]

PERSONAL = HEAD + NEW.replace("31,", "31,负责人张三 13800138000")
BLACK = (
    "机构名称,统一社会信用代码,办学地点,列入黑名单原因,违法依据,列入时间,公布期限,认定单位\n"
    "云浦市临江区新竹篆刻培训中心,52359901MJ0GGG9A40,学府路9号,无证办学,教育法第七十五条,"
    "2026-05-01,一年,临江区教育局\n"
)


def cell(row: int, column: str, tab: str = "") -> str:
    return f"cell:{newest().sheets[0].id}:{row}:{column}:{tab}"


def mend(client: PageClient, path: str, values: dict[str, Any], status: int = 303) -> Any:
    answer = post(client, path + "/findings", status, reading=reading(), **values)
    review()
    return answer


def corrections() -> list[SheetCorrection]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(SheetCorrection).order_by(SheetCorrection.id)))


def send(clerk: PageClient, demo: Flask, path: str) -> None:
    """Confirm, submit, approve, publish."""
    if asked := [str(each.id) for each in findings(Severity.ASK)]:
        post(clerk, path + "/findings", reading=reading(), finding=asked)
    post(clerk, path + "/submission", checked="y", reason="测试")
    post(sign_in(demo, "edu2"), path + "/approval")
    assert publish(demo) == 1


def test_a_cell_is_mended_in_the_page(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, PERSONAL)
    page = clerk.visit(path)
    name = cell(2, "备注")
    (typed,) = page.tree.xpath("//form[contains(@action, '/findings')]//input[@name=$n]", n=name)
    assert "13800138000" in typed.get("value")
    mend(clerk, path, {name: ""})
    assert findings(Severity.BLOCK) == []
    sheet = db.session.get_one(Sheet, newest().sheets[0].id)
    assert b"13800138000" in (sheet.file or b""), "the file stays as it came"
    (kept,) = corrections()
    assert (kept.row, kept.column, kept.after) == (2, "备注", "")
    assert "13800138000" in kept.before
    entry = db.session.scalars(sa.select(AuditEntry).filter_by(act="lists.corrected")).one()
    assert "2 备注" in entry.details
    assert "13800138000" not in entry.details

    post(clerk, path + "/submission", checked="y")
    second = sign_in(demo, "edu2").visit(path)
    assert "改过的单元格" in second.words
    assert "13800138000" in second.words
    assert "教育局经办（演示）" in second.words
    other = sign_in(demo, "cul").visit(path)
    assert "改过的单元格" in other.words
    assert "13800138000" not in other.words
    assert not second.tree.xpath("//form[contains(@action, '/corrections/')]")
    page = post(clerk, path + "/findings", 422, reading=reading(), **{name: "又改"})
    assert "已经送审" in page.words


def test_what_was_mended_is_published_and_its_words_go_with_the_file(
    demo: Flask, clerk: PageClient
) -> None:
    path = upload(clerk, PERSONAL)
    mend(clerk, path, {cell(2, "备注"): "民非", })  # fmt: skip
    send(clerk, demo, path)
    assert status_of("云浦市临江区新竹篆刻培训中心") == ["white"]
    (kept,) = corrections()
    assert (kept.before, kept.after) == ("", "")
    page = sign_in(demo, "edu2").visit(path)
    assert "教育局经办（演示）" in page.tree.xpath("//*[@id='corrections']")[0].text_content()


def test_what_was_typed_is_checked_like_the_file(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, PERSONAL)
    mend(clerk, path, {cell(2, "备注"): "请找李四 13900139000"})
    assert [each.code for each in findings(Severity.BLOCK)] == ["personal_data"]
    mend(clerk, path, {cell(2, "备注"): "已注销"})
    assert "status_hint" in [each.code for each in findings(Severity.ASK)]
    (kept,) = corrections()
    assert "张三" in kept.before, "what the file says, not what was typed in between"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("=HYPERLINK(1)", "不能填公式"),
        ("长" * 10_000, "超过1000字"),
    ],
)
def test_odd_values_are_refused_and_shown_again(
    demo: Flask, clerk: PageClient, text: str, words: str
) -> None:
    path = upload(clerk, PERSONAL)
    page = mend(clerk, path, {cell(2, "备注"): text}, 422)
    assert words in page.words
    assert corrections() == []


def test_control_characters_are_dropped_and_a_nul_is_refused(
    demo: Flask, clerk: PageClient
) -> None:
    path = upload(clerk, PERSONAL)
    mend(clerk, path, {cell(2, "备注"): "文\x07字\x0b"})
    assert [each.after for each in corrections()] == ["文字"]
    mend(clerk, path, {cell(2, "办学地址"): "文\x00字"}, 400)


def test_a_cell_sent_back_as_it_was_is_not_mended(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, PERSONAL)
    shown = clerk.visit(path).tree.xpath("//input[@name=$n]/@value", n=cell(2, "备注"))
    page = mend(clerk, path, {cell(2, "备注"): f" {shown[0]} "}, 422)
    assert "没有改动" in page.words
    assert corrections() == []


def test_markup_is_only_text(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, PERSONAL)
    mend(clerk, path, {cell(2, "备注"): "<script>alert(1)</script>"})
    assert "<script>alert(1)</script>" in clerk.visit(path).words


def test_places_that_are_not_there_do_no_harm(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, PERSONAL)
    names = (
        cell(99, "备注"),
        cell(2, "没有的列"),
        "cell:0:2:备注:",
        "cell:x",
        cell(2, "备注", "别"),
    )
    page = mend(clerk, path, dict.fromkeys(names, "值"), 422)
    assert "没有改动" in page.words
    assert corrections() == []


def test_two_officers_at_once(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, PERSONAL)
    old, name = reading(), cell(2, "备注")
    mend(clerk, path, {name: "先到"})
    page = post(sign_in(demo, "edu2"), path + "/findings", 422, reading=old, **{name: "后到的字"})
    assert "其间这一份重新检查过" in page.words
    assert "后到的字" in page.words
    assert [each.after for each in corrections()] == ["先到"]
    ticks = post(clerk, path + "/findings", 422, reading=old, finding=["1"])
    assert "其间这一份重新检查过" in ticks.words


def test_a_column_the_file_has_not_is_filled_in(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, BLACK, "黑名单.csv")
    assert "no_decision_number" in [each.code for each in findings(Severity.BLOCK)]
    assert clerk.visit(path).tree.xpath("//input[@name=$n]", n=cell(2, "处理决定文号"))
    mend(clerk, path, {cell(2, "处理决定文号"): "临教罚〔2026〕9号"})
    assert "no_decision_number" not in [each.code for each in findings(Severity.BLOCK)]
    sheet = newest().sheets[0].id
    book = clerk.raw.get(f"{path}/sheets/{sheet}/findings.xlsx").data
    page = load_workbook(io.BytesIO(book)).worksheets[0]
    assert (page["I1"].value, page["I2"].value) == ("处理决定文号", "临教罚〔2026〕9号")


def row_page(client: PageClient, path: str, row: int) -> tuple[str, Page]:
    at = f"{path}/sheets/{newest().sheets[0].id}/rows/{row}?tab="
    return at, client.visit(at)


def test_a_whole_row_is_mended_and_restored(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, PERSONAL)
    at, page = row_page(clerk, path, 2)
    assert "个人信息" in page.words
    assert page.tree.xpath("//input[@name=$n]", n=cell(2, "办学地址"))
    assert "没有改动" in post(clerk, at, 422, reading=reading()).words
    values: dict[str, Any] = {cell(2, "办学地址"): "临江街道学府路779号", cell(2, "备注"): ""}
    post(clerk, at, reading=reading(), **values)
    review()
    assert len(corrections()) == 2
    assert findings(Severity.BLOCK) == []
    sheet = newest().sheets[0].id
    book = load_workbook(io.BytesIO(clerk.raw.get(f"{path}/sheets/{sheet}/findings.xlsx").data))
    assert book.worksheets[0]["D2"].value == "临江街道学府路779号"

    remark = next(each.id for each in corrections() if each.column == "备注")
    post(clerk, f"{path}/sheets/{sheet}/corrections/{remark}")
    review()
    assert [each.column for each in corrections()] == ["办学地址"]
    assert findings(Severity.BLOCK)
    gone = post(clerk, f"{path}/sheets/{sheet}/corrections/{remark}", 422)
    assert "已经恢复" in gone.words
    mend(clerk, path, {cell(2, "备注"): ""})
    send(clerk, demo, path)
    found = sa.select(Premises.address).join(Institution).where(Institution.name.like("%新竹篆刻%"))
    assert "779" in (db.session.scalar(found) or "")


def test_a_row_left_out_says_nothing(demo: Flask, clerk: PageClient) -> None:
    """In a complete sheet the institution of the row is not removed either."""
    standing = sa.select(Institution).join(Standing).where(Standing.until.is_(None))
    white = db.session.scalars(standing.where(Standing.status == "white")).first()
    assert white is not None
    address = white.premises[0].address
    known = f"{white.name},{white.uscc or ''},{white.licence_number or ''},{address},,2099-12-31,"
    path = upload(clerk, HEAD + NEW + known + "王五 13800138000\n")
    sheet = newest().sheets[0].id
    token = clerk.visit(path).tree.xpath(f"//input[@name='s{sheet}-csrf_token']/@value")[0]
    complete = coverage(coverage="complete") | {f"s{sheet}-csrf_token": token}
    post(clerk, f"{path}/sheets/{sheet}", **complete)
    review()
    (blocked,) = findings(Severity.BLOCK)
    at, _ = row_page(clerk, path, blocked.row)
    post(clerk, at, reading=reading(), act="leave_out")
    review()
    assert findings(Severity.BLOCK) == []
    assert "这次先不公布" in clerk.visit(path).words
    removed = [x["name"] for x in changes_of(db.session, newest().id) if x["kind"] == "removed"]
    assert removed
    assert white.name not in removed
    send(clerk, demo, path)
    assert status_of(white.name) == ["white"]
    assert db.session.get_one(Edition, newest().edition_id)


def test_another_file_drops_what_was_mended(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, PERSONAL)
    mend(clerk, path, {cell(2, "备注"): ""})
    sheet = newest().sheets[0].id
    post(clerk, f"{path}/sheets/{sheet}/file", files=[("b.csv", PERSONAL.encode())])
    review()
    assert corrections() == []
    assert findings(Severity.BLOCK)


def test_a_correction_whose_row_is_gone_is_told(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, PERSONAL)
    by = db.session.scalar(sa.select(Officer.id).limit(1))
    mend(clerk, path, {cell(2, "备注"): ""})
    db.session.execute(sa.update(SheetCorrection).values(row=77, corrected_by_id=by))
    newest().difference = None
    db.session.commit()
    review()
    assert "correction_unused" in [each.code for each in findings(Severity.INFO)]
    assert "改动没有用上" in clerk.visit(path + "?show=INFO").words


ODD = HEAD.replace("办学地址", "教学场所坐落").replace("备注", "说法") + NEW


def number(page: Page, text: str) -> str:
    (select,) = page.tree.xpath("//select[contains(@aria-label, $t)]", t=text)
    return str(select.get("name"))


def test_columns_are_shown_adjusted_and_remembered(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, ODD)
    page = clerk.visit(path)
    assert "没有" in page.tree.xpath("//details/summary[contains(., '栏目')]")[0].text_content()
    sheet = newest().sheets[0].id
    said: dict[str, Any] = {number(page, "教学场所坐落"): "办学地址"}
    post(clerk, f"{path}/sheets/{sheet}/columns", reading=reading(), **said)
    review()
    page = clerk.visit(path)
    assert "本部门说的" in page.words
    assert not any("没有办学地址" in text for text in page.tree.xpath("//summary/text()"))
    assert db.session.scalars(sa.select(ColumnWord.column)).all() == ["办学地址"]
    assert newest().sheets[0].headers
    again = upload(clerk, ODD.replace("777", "778"))
    page = clerk.visit(again)
    assert "按本部门以前说过的意思读" in page.words
    send(clerk, demo, again)
    found = sa.select(Premises.address).join(Institution).where(Institution.name.like("%新竹篆刻%"))
    assert "778" in (db.session.scalar(found) or "")
    assert "本部门说的" not in clerk.visit(upload(sign_in(demo, "cul"), ODD)).words


def test_columns_must_make_sense(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, HEAD.replace("备注", "联系电话") + NEW)
    page, sheet = clerk.visit(path), newest().sheets[0].id
    assert not page.tree.xpath("//select[contains(@aria-label, '联系电话')]"), "never read"
    at, name, place = (
        f"{path}/sheets/{sheet}/columns",
        number(page, "机构名称"),
        number(page, "办学地址"),
    )
    assert "要有一列" in post(clerk, at, 422, reading=reading(), **{name: ""}).words
    said: dict[str, Any] = {place: "机构名称"}
    twice = post(clerk, at, 422, reading=reading(), **said)
    assert "有两列都选了" in twice.words
    assert "没有改动" in post(clerk, at, 422, reading=reading(), c999="备注", c="x").words
    private = str(HEAD.split(",").index("备注\n"))
    refused = post(clerk, at, 422, reading=reading(), **{f"c{private}": "备注"})
    assert "没有改动" in refused.words, "nobody can have a column of phones read"
    said[place] = ""
    post(clerk, at, reading=reading(), **said)
    review()
    assert "没有办学地址" in clerk.visit(path).words


def test_what_is_remembered_takes_no_other_file_its_header(demo: Flask, clerk: PageClient) -> None:
    both = HEAD.replace("备注", "单位名称") + NEW
    path = upload(clerk, both)
    said: dict[str, Any] = {number(clerk.visit(path), "机构名称"): ""}
    said[number(clerk.visit(path), "单位名称")] = "机构名称"
    at = f"{path}/sheets/{newest().sheets[0].id}/columns"
    post(clerk, at, reading=reading(), **said)
    review()
    alone = upload(clerk, HEAD + NEW)
    assert "没有找到表头" not in clerk.visit(alone).words
    assert newest().sheets[0].row_count == 1


def test_what_is_remembered_is_of_one_department_and_one_list(
    demo: Flask, clerk: PageClient
) -> None:
    others = [
        ColumnWord(department_id=department, list_kind=kind, header="说法", column="备注")
        for department, kind in ((1, "black"), (2, "white"))
    ]
    db.session.add_all(others)
    db.session.commit()
    path = upload(clerk, ODD)
    said: dict[str, Any] = {number(clerk.visit(path), "说法"): "类别"}
    said[number(clerk.visit(path), "类别")] = ""
    at = f"{path}/sheets/{newest().sheets[0].id}/columns"
    post(clerk, at, reading=reading(), **said)
    kept = db.session.execute(
        sa.select(ColumnWord.department_id, ColumnWord.list_kind).filter_by(header="说法")
    )
    assert len(kept.all()) == 3


def test_of_two_columns_with_one_header_the_first_is_asked_about(
    demo: Flask, clerk: PageClient
) -> None:
    path = upload(clerk, HEAD.replace("有效期止,备注", "附录,附录") + NEW)
    page = clerk.visit(path)
    assert "和前面一列同名" in page.words
    number(page, "附录")
