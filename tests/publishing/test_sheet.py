"""Whole lists of another district: the rules are rules, not the sample's row numbers."""

import csv
import io
from collections.abc import Sequence
from datetime import date

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from publishing.findings import RULES, Finding, Severity, finding
from publishing.reading import UnreadableFile
from publishing.rows import ListRow
from publishing.sheet import ListKind, Reading, read_list

AREA = "350502"
LISTS = (ListKind.WHITE, ListKind.BLACK)
CODE = "91350502MA21GFHE2J"
OTHER_CODE = "91350100M000100Y43"
GOOD_WHITE = {
    "机构名称": "泉州市鲤城区甲艺术培训中心",
    "社会信用代码": CODE,
    "许可文号": "鲤文许〔2023〕1号",
    "有效期起": "2023-01-01",
    "有效期止": "2026-01-01",
    "培训地址": "泉州市鲤城区开元街道西街1号",
    "类别": "文化艺术类",
    "培训内容": "美术",
    "主管部门": "鲤城区文化体育和旅游局",
}
GOOD_BLACK = {
    "机构名称": "鲤城区乙培训点",
    "信用代码": CODE,
    "办学地点": "西街2号",
    "列入原因": "无证办学",
    "违法依据": "《民办教育促进法》第六十四条",
    "决定文号": "鲤教罚〔2024〕1号",
    "处理结果": "责令停止办学",
    "列入时间": "2024-01-31",
    "公布期限": "1年",
    "认定单位": "鲤城区教育局",
}
WHITE = ["序号", *GOOD_WHITE, "备注"]
BLACK_HEADER = ["序号", *GOOD_BLACK, "备注"]


def text_of(rows: Sequence[Sequence[str]]) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue().encode()


def read_rows(
    rows: Sequence[Sequence[str]], kind: ListKind = ListKind.WHITE, as_of: date | None = None
) -> Reading:
    return read_list(text_of(rows), "名单.csv", kind, AREA, as_of)


def white(*changes: dict[str, str], as_of: date | None = None) -> Reading:
    rows = [[(GOOD_WHITE | change).get(column, "") for column in WHITE] for change in changes]
    return read_rows([WHITE, *rows], as_of=as_of)


def black(*changes: dict[str, str], as_of: date | None = None) -> Reading:
    rows = [[(GOOD_BLACK | change).get(c, "") for c in BLACK_HEADER] for change in changes]
    return read_rows([BLACK_HEADER, *rows], ListKind.BLACK, as_of)


def codes(reading: Reading) -> list[tuple[str, ...]]:
    return [row.issues for row in reading.rows]


def of_sheet(reading: Reading) -> list[str]:
    return [each.code for each in reading.findings if each.row == 0]


def test_a_clean_row_has_no_issues() -> None:
    assert codes(white({})) == [()]
    assert codes(black({})) == [()]


def test_short_names_of_departments_are_spelled_out_from_the_file() -> None:
    names = ("区文旅局", "文体旅局", "区教育局", "区市场监管局", "泉州市体育局", "市场监管局")
    reading = white(*({"机构名称": f"丙{n}", "主管部门": n} for n in ("鲤城区教育局", "", *names)))
    assert [row.department for row in reading.rows] == [
        "鲤城区教育局",
        None,
        "鲤城区文旅局",
        "文体旅局",
        "鲤城区教育局",
        "鲤城区市场监管局",
        "泉州市体育局",
        "市场监管局",
    ]
    reading = white({}, {"主管部门": "区文旅局"}, {"主管部门": "文体旅局"})
    assert {row.department for row in reading.rows} == {"鲤城区文化体育和旅游局"}


def test_a_header_of_two_levels_without_merged_cells() -> None:
    upper = ["机构名称", "有效期", "", "许可证", "", "培训地址"]
    lower = ["", "起", "止", "编号", "发证机关", ""]
    rows = [
        upper,
        lower,
        ["甲", "2023.1.1", "2026.1.1", "鲤文许〔2023〕1号", "鲤城区教育局", "西街1号"],
    ]
    row = read_rows(rows).rows[0]
    assert (row.row, row.name, row.licence, row.address, row.department) == (
        3,
        "甲",
        "鲤文许〔2023〕1号",
        "西街1号",
        "鲤城区教育局",
    )
    assert (row.valid_from, row.valid_to) == (date(2023, 1, 1), date(2026, 1, 1))


def test_titles_sections_totals_notes_and_empty_rows_are_no_records() -> None:
    rows = [
        ["鲤城区白名单（截止2024年6月底，共3家）"],
        ["序号", "机构名称", "培训地址"],
        ["一、体育类（1家）"],
        ["1", "甲", "西街1号"],
        [],
        ["二", "科技类（1家）"],
        ["序号", "机构名称", "培训地址"],
        ["2", "乙", "西街2号"],
        ["3", "", ""],
        ["小 计", "2"],
        ["注：动态管理"],
        ["填表人：某", "", "联系电话：1"],
    ]
    reading = read_rows(rows)
    found = [(row.row, row.name, row.kinds) for row in reading.rows]
    assert found == [(4, "甲", ("体育类",)), (8, "乙", ("科技类",))]
    assert (reading.as_of, of_sheet(reading)) == (date(2024, 6, 30), ["count_mismatch"])


def test_a_list_of_names_without_numbers_keeps_rows_that_hold_a_name_only() -> None:
    rows = [["机构名称", "办学地点"], ["甲学校", ""], ["一、体育类", ""], ["乙学校", ""]]
    assert [row.name for row in read_rows(rows).rows] == ["甲学校", "乙学校"]


def test_the_row_above_is_copied_but_never_what_identifies() -> None:
    reading = white({}, {**dict.fromkeys(GOOD_WHITE, "同上"), "机构名称": "泉州市鲤城区乙艺术中心"})
    row = reading.rows[1]
    assert (row.address, row.kinds, row.valid_to) == (
        "泉州市鲤城区开元街道西街1号",
        ("文化艺术类",),
        date(2026, 1, 1),
    )
    assert (row.uscc, row.licence) == (None, None)
    assert row.issues == ("ditto_uscc", "licence_missing", "ditto")


def test_errors_formulas_and_missing_values() -> None:
    row = white({"培训内容": "#N/A", "培训地址": "=A1", "类别": "", "机构名称": " "}).rows[0]
    assert (row.content, row.address, row.kinds, row.name) == (None, None, (), None)
    assert row.issues == ("no_name", "kind_missing", "cell_error")


def test_a_column_the_sheet_lacks_is_no_finding_in_every_row() -> None:
    reading = read_rows([["机构名称", "社会信用代码"], ["甲", CODE]])
    assert codes(reading) == [("kind_missing",)]


def test_columns_left_out_are_named() -> None:
    reading = read_rows(
        [["机构名称", "联系电话", "信用等级", "培训地址"], ["甲", "1", "A", "西街1号"]]
    )
    notes = [(each.code, each.column) for each in reading.findings if each.row == 0]
    assert notes == [("column_private", "联系电话"), ("column_ignored", "信用等级")]


def test_who_approves_and_who_supervises_may_have_a_column_each() -> None:
    for header in (["审批机关", "主管部门"], ["主管部门", "审批机关"]):
        names = {"审批机关": "鲤城区行政审批局", "主管部门": "鲤城区体育局"}
        row = read_rows(
            [["机构名称", *header], ["甲", *(names[column] for column in header)]]
        ).rows[0]
        assert (row.department, row.co_department) == ("鲤城区行政审批局", "鲤城区体育局")


def test_the_address_of_teaching_wins_over_the_registered_one() -> None:
    reading = read_rows([["机构名称", "注册地址", "实际经营地址"], ["甲", "东街1号", "西街1号"]])
    assert reading.rows[0].address == "西街1号"


def test_two_institutions_on_one_code_and_campuses_of_one() -> None:
    campus = {"机构名称": "泉州市鲤城区甲艺术培训中心（二校区）", "培训地址": "东街9号"}
    renamed = {
        "机构名称": "鲤城区甲艺术培训中心",
        "许可文号": "鲤文许〔2024〕9号",
        "培训地址": "东街8号",
    }
    copied = {
        "机构名称": "泉州市鲤城区丁琴行",
        "许可文号": "鲤文许〔2023〕2号",
        "培训地址": "东街7号",
    }
    assert codes(white({}, campus)) == [(), ("shared_licence",)]
    assert codes(white({}, renamed)) == [(), ()]
    assert codes(white({}, copied)) == [("uscc_conflict",), ("uscc_conflict",)]


def test_one_name_on_two_codes() -> None:
    other = {"社会信用代码": OTHER_CODE, "许可文号": "鲤文许〔2023〕2号", "培训地址": "东街7号"}
    assert codes(white({}, other))[1] == ("uscc_other_area", "same_name")


def test_duplicates_are_marked_whatever_their_brackets_and_blanks() -> None:
    one = {"机构名称": "甲（鲤城）琴行"}
    reading = white(one, {"机构名称": "甲(鲤城) 琴行"}, one | {"序号": "7"})
    assert codes(reading) == [(), ("duplicate_row",), ("duplicate_row",)]
    severities = [each.severity for each in reading.findings if each.code == "duplicate_row"]
    assert severities == [Severity.ASK, Severity.INFO]


def test_one_institution_under_two_kinds_is_not_dropped() -> None:
    assert codes(white({}, {"类别": "体育类"})) == [(), ("shared_licence",)]


def test_a_near_duplicate_names_the_number_in_the_list() -> None:
    one = {
        "序号": "41",
        "机构名称": "泉州市慕言教育咨询有限公司",
        "办学地点": "泉州市鲤城区开元街道西街3号",
    }
    two = {
        "序号": "42",
        "机构名称": "慕言教育咨询公司",
        "办学地点": "鲤城区西街3号",
        "信用代码": "",
    }
    assert codes(black(one, two))[1] == ("uscc_missing", "possible_duplicate_of_41")
    del one["序号"], two["序号"]
    assert codes(black(one, two))[1] == ("uscc_missing", "possible_duplicate_of_2")
    assert codes(black(one, two | {"信用代码": OTHER_CODE}))[1] == ("uscc_other_area",)


def test_one_place_with_and_without_a_code_is_near_not_of_the_same_name() -> None:
    repeated = black({}, {"信用代码": "", "决定文号": "鲤教罚〔2024〕9号"})
    assert codes(repeated)[1] == ("uscc_missing", "possible_duplicate_of_2")


def test_a_short_name_with_a_code_is_no_person() -> None:
    assert codes(black({"机构名称": "金宝贝"})) == [()]
    assert codes(black({"机构名称": "金宝贝", "信用代码": ""})) == [
        ("uscc_missing", "personal_data")
    ]


def test_a_number_that_is_no_number_is_not_quoted() -> None:
    one = {"序号": "9" * 5000, "信用代码": ""}
    assert codes(black(one, {"机构名称": "乙培训点"}))[1] == ("possible_duplicate_of_2",)


def test_a_title_with_an_endless_number_claims_nothing() -> None:
    rows = [["共" + "9" * 5000 + "家"], ["机构名称", "培训地址"], ["甲", "西街1号"]]
    assert of_sheet(read_rows(rows)) == []


def test_status_of_a_white_row() -> None:
    remarks = (
        {"备注": "停业整顿"},
        {"机构名称": "甲琴行（已注销）"},
        {"备注": "列入黑名单"},
        {"备注": "新增"},
    )
    assert [white(change).rows[0].status for change in remarks] == [
        "suspended",
        "closed",
        "black",
        "white",
    ]


def test_a_row_struck_through_is_closed_or_removed() -> None:
    for kind, header, good, status in (
        (ListKind.WHITE, WHITE, GOOD_WHITE, "closed"),
        (ListKind.BLACK, BLACK_HEADER, GOOD_BLACK, "removed"),
    ):
        book = xlwt.Workbook()
        sheet = book.add_sheet("名单")
        struck = xlwt.easyxf("font: struck_out on")
        for column, name in enumerate(header):
            sheet.write(0, column, name)
            sheet.write(1, column, good.get(name, ""), struck)
        file = io.BytesIO()
        book.save(file)
        row = read_list(file.getvalue(), "x", kind, AREA).rows[0]
        assert (row.status, row.issues) == (status, ("status_hint",))


def test_scope() -> None:
    assert codes(white({"培训内容": "美术、数学思维"})) == [("scope_conflict",)]
    assert codes(white({"培训内容": "语文", "类别": "学科类"})) == [()]


def test_expiry_is_judged_by_the_date_of_the_list() -> None:
    assert codes(white({}, as_of=date(2026, 1, 2))) == [("licence_expired",)]
    assert codes(white({}, as_of=date(2026, 1, 1))) == [()]


@pytest.mark.parametrize(
    ("change", "as_of", "status", "until"),
    [
        ({}, date(2025, 1, 31), "black", date(2025, 1, 31)),
        ({}, date(2025, 2, 1), "term_over", date(2025, 1, 31)),
        ({"公布期限": "一个月"}, date(2024, 2, 1), "black", date(2024, 2, 29)),
        ({"备注": "误列，已撤销"}, date(2025, 2, 1), "withdrawn", date(2025, 1, 31)),
        ({"备注": "已移出"}, date(2025, 2, 1), "removed", date(2025, 1, 31)),
    ],
)
def test_status_of_a_black_row(
    change: dict[str, str], as_of: date, status: str, until: date
) -> None:
    row = black(change, as_of=as_of).rows[0]
    assert (row.status, row.until) == (status, until)


def test_a_black_entry_needs_basis_decision_and_authority_unless_withdrawn() -> None:
    bare = dict.fromkeys(("违法依据", "决定文号", "认定单位"), "/")
    needed = ("no_decision_number", "no_basis", "no_authority")
    for change, severity in ((bare, Severity.BLOCK), (bare | {"备注": "误列"}, Severity.INFO)):
        reading = black(change)
        found = {each.code: each.severity for each in reading.findings}
        assert {found[code] for code in needed} == {severity}


def test_a_black_row_that_leaves_the_white_list_conflicts_only_without_a_decision() -> None:
    change = {"处理结果": "从白名单中移出"}
    assert [each.severity for each in black(change).findings] == [Severity.INFO]
    found = black(change | {"决定文号": ""}).findings
    severities = {each.code: each.severity for each in found}
    assert severities["white_black_conflict"] is Severity.BLOCK


def test_a_black_entry_without_a_day_of_listing() -> None:
    row = black({"列入时间": ""}).rows[0]
    assert (row.listed, row.until, row.term, row.issues) == (None, None, "1年", ("no_listed",))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"列入时间": ""}, "no_listed"),
        ({"列入时间": "去年"}, "no_listed"),
        ({"列入原因": "/"}, "no_reason"),
        ({"公布期限": ""}, "term_missing"),
    ],
)
def test_a_black_entry_says_why_since_when_and_until_when(
    change: dict[str, str], code: str
) -> None:
    for leaving, severity in (({}, "BLOCK"), ({"备注": "已移出"}, "INFO")):
        found = {each.code: each.severity for each in black(change | leaving).findings}
        assert found[code] == severity


def test_notice_is_given_before() -> None:
    for day, late in (("2024-01-10", False), ("2024-02-10", True)):
        header = [*BLACK_HEADER, "告知日期"]
        line = ["1", *GOOD_BLACK.values(), "", day]
        reading = read_rows([header, line], ListKind.BLACK)
        assert reading.rows[0].notified == date.fromisoformat(day)
        assert ("notice_late" in reading.rows[0].issues) is late
        found = {each.code: each.severity for each in reading.findings}
        assert found.get("notice_late", "BLOCK") == "BLOCK"


def test_an_exit_condition_is_as_good_as_a_term() -> None:
    found = {f.code: f.severity for f in black({"公布期限": "整改到位后移出"}).findings}
    assert found["term_conditional"] is Severity.ASK
    assert "term_missing" not in found


def test_words_of_a_decision_stay_as_published() -> None:
    row = black(
        {"办学地点": "西街８号(临\n江)", "列入原因": "臨時 查處", "认定单位": "区教育局"}
    ).rows[0]
    assert (row.address, row.reason, row.authority) == ("西街８号(临江)", "臨時查處", "区教育局")


def test_personal_data_is_held_up_cut_out_and_never_repeated() -> None:
    reading = black(
        {"处理结果": "给予校长测某某处分", "办学地点": "西街1号 电话13800138000"},
        {"机构名称": "李某某", "信用代码": ""},
    )
    assert [row.issues for row in reading.rows] == [
        ("personal_data",),
        ("uscc_missing", "personal_data"),
    ]
    assert (reading.rows[0].outcome, reading.rows[0].address) == (None, "西街1号")
    assert "测某某" not in repr(reading)
    assert "13800138000" not in repr(reading)
    assert "李某某" not in repr(reading.findings)


def test_a_phone_in_a_white_name_or_content_is_cut_out() -> None:
    row = white({"机构名称": "甲琴行13800138000", "培训内容": "美术 电话：13800138000"}).rows[0]
    assert (row.name, row.content, row.issues) == ("甲琴行", "美术", ("personal_data",))


def test_a_section_over_all_columns_is_no_name() -> None:
    page = (
        "<table><tr><td>机构名称<td>培训地址<tr><td colspan=2>体育类"
        "<tr><td>甲<td>西街1号<tr><td>乙<td></table>"
    )
    rows = read_list(page.encode(), "x.xls", ListKind.WHITE, AREA).rows
    assert [(row.name, row.kinds) for row in rows] == [("甲", ("体育类",)), ("乙", ("体育类",))]


def workbook(**sheets: list[list[str]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    del book[book.sheetnames[0]]
    for name, rows in sheets.items():
        for row in rows:
            (book[name] if name in book.sheetnames else book.create_sheet(name)).append(row)
    return book


def read_book(book: openpyxl.Workbook, kind: ListKind = ListKind.WHITE) -> Reading:
    file = io.BytesIO()
    book.save(file)
    return read_list(file.getvalue(), "x.xlsx", kind, AREA)


def test_only_the_sheets_of_this_list_that_are_to_be_seen_are_read() -> None:
    table = [["机构名称", "培训地址"], ["甲", "西街1号"]]
    book = workbook(白名单=table, 黑名单=table, 填表说明=[["说明"]], 体育=table, 旧=table)
    book["旧"].sheet_state = "hidden"
    reading = read_book(book)
    assert [row.sheet for row in reading.rows] == ["白名单", "体育"]
    assert of_sheet(reading) == ["other_list", "no_header", "hidden_sheet"]
    assert [row.kinds for row in reading.rows] == [(), ("体育类",)]


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_of_the_other_colour_is_refused(kind: ListKind) -> None:
    title = "黑名单" if kind is ListKind.WHITE else "白名单"
    with pytest.raises(UnreadableFile, match="另一种名单"):
        read_rows([[title], ["机构名称", "培训地址"], ["甲", "西街1号"]], kind)
    if kind is ListKind.WHITE:
        with pytest.raises(UnreadableFile, match="另一种名单"):
            read_rows([BLACK_HEADER, list(GOOD_BLACK.values())], kind)


def test_a_file_without_a_header_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="没有找到表头"):
        read_rows([["甲", "西街1号"], ["乙", "西街2号"]])


def test_an_empty_list_is_a_list() -> None:
    assert read_rows([WHITE]).rows == ()


def test_where_the_date_of_the_list_comes_from() -> None:
    table = [["机构名称", "培训地址"], ["甲", "西街1号"]]
    dated = [["（截至2024年6月30日）"], *table, ["注：数据截至2024年7月1日"]]
    assert read_rows(dated, as_of=date(2020, 1, 1)).as_of == date(2020, 1, 1)
    reading = read_rows(dated)
    assert (reading.as_of, of_sheet(reading)) == (date(2024, 7, 1), ["as_of_differs"])
    named = read_list(text_of(table), "白名单（截至2024.5.31）.csv", ListKind.WHITE, AREA)
    assert (named.as_of, read_rows(table).as_of) == (date(2024, 5, 31), None)


def test_a_finding_says_where_and_how_bad_in_one_line() -> None:
    row = ListRow("非学科类", 88)
    found = finding("white_black_conflict", ListKind.WHITE, row, "备注")
    assert found.line().startswith("[拦截] 工作表“非学科类” 第 88 行 “备注” 列：同一机构")
    text = Finding("no_name", Severity.INFO, "", 3, "", "没有。")
    assert text.line() == "[提示] 第 3 行：没有。"


def test_what_blocks_a_row_and_what_never_does() -> None:
    assert all(rule.sentence.endswith("。") for rule in RULES.values())
    blocks = ("no_name", "personal_data", "uscc_conflict", "date_reversed", "white_black_conflict")
    needed = ("no_basis", "no_decision_number", "no_authority")
    missing = ("uscc_missing", "licence_missing", "kind_missing", "date_missing", "cell_error")
    asks = ("duplicate_row", "same_name", "possible_duplicate_of_", "lookalike", "term_open")
    severities = [{RULES[c].severity for c in each} for each in (blocks, needed, missing, asks)]
    assert severities == [{Severity.BLOCK}, {Severity.BLOCK}, {Severity.INFO}, {Severity.ASK}]


CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "同上",
            "/",
            "#N/A",
            "=A1",
            "合计",
            "一、体育类",
            "机构名称",
            CODE,
            "2024.1",
            "9.1E+17",
            "3年",
        ]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELL, min_size=4, max_size=12), max_size=8), st.sampled_from(LISTS))
def test_no_cell_text_makes_the_reader_fail(rows: list[list[str]], kind: ListKind) -> None:
    header = WHITE if kind is ListKind.WHITE else BLACK_HEADER
    book = workbook(名单=[header])
    for row in rows:
        clean = ["".join(c for c in cell if c.isprintable()) for cell in row]
        book["名单"].append([f"'{c}" if c.startswith("=") else c for c in clean])
    reading = read_book(book, kind)
    assert len(reading.rows) <= len(rows)
    assert all(each.message for each in reading.findings)
