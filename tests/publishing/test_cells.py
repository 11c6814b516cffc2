"""Single cells: dates, codes, licence numbers, text, words of closed sets, personal data."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.cells import (
    canonical,
    fold_address,
    fold_name,
    has_lookalike,
    read_licence,
    read_uscc,
    tidy,
    uscc_problem,
)
from publishing.columns import Column, column_of, is_private
from publishing.dates import dates_in, read_date, read_ends, read_range, read_term
from publishing.grids import Value
from publishing.persons import has_personal_data, is_person, without_contacts
from publishing.wording import (
    clean_address,
    is_repeated,
    leaves_white,
    read_kinds,
    read_nature,
    read_stages,
    split_departments,
    split_names,
    white_hint,
)

GOOD = "91350100M000100Y43"  # the worked example of GB 32100-2015


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2023.5.1", "2023-05-01"),
        ("2024年5月1日", "2024-05-01"),
        ("２０２４年６月３０日", "2024-06-30"),
        ("2024-6-3", "2024-06-03"),
        ("2026-06-30 00:00:00", "2026-06-30"),
        ("2026-06-30T00:00:00", "2026-06-30"),
        ("20230801", "2023-08-01"),
        (20230915, "2023-09-15"),
        (45047, "2023-05-01"),
        ("45300", "2024-01-09"),
        (45300.75, "2024-01-09"),
        ("二〇二四年六月三十日", "2024-06-30"),
        ("二○二三年十二月一日", "2023-12-01"),
        ("2024 年 5 月 1 日（续期）", "2024-05-01"),
    ],
)
def test_dates_as_officers_write_them(written: Value, iso: str) -> None:
    assert read_date(written).value == date.fromisoformat(iso)
    assert read_date(written).issue is None


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2021年9月", "2021-09-01", "2021-09-30"),
        ("2024.2", "2024-02-01", "2024-02-29"),
        ("2024年1月底", "2024-01-31", "2024-01-31"),
        ("2024年1月初", "2024-01-01", "2024-01-01"),
        ("2024年", "2024-01-01", "2024-12-31"),
        (202405, "2024-05-01", "2024-05-31"),
        (2024.5, "2024-05-01", "2024-05-31"),
        ("24.5.1", "2024-05-01", "2024-05-01"),
    ],
)
def test_imprecise_dates_are_completed_and_said_so(written: Value, first: str, last: str) -> None:
    start, end = read_date(written), read_date(written, is_end=True)
    assert (str(start.value), str(end.value)) == (first, last)
    assert (start.issue, end.issue) == ("date_imprecise", "date_imprecise")


@pytest.mark.parametrize(
    "written", ["2024.2.30", "去年", "2024.13.1", "05/01/2024", 99999999, 3, 2023.1]
)
def test_dates_that_do_not_exist_are_not_guessed(written: Value) -> None:
    assert read_date(written).value is None
    assert read_date(written).issue == "date_invalid"


@pytest.mark.parametrize("written", [None, "", " ", "/", "—", "无", "暂无"])
def test_no_date_is_no_problem_by_itself(written: Value) -> None:
    assert read_date(written) == read_date(None)
    assert read_date(written).issue is None


@pytest.mark.parametrize(
    ("written", "start", "end", "issues"),
    [
        ("2021年9月1日至2024年8月31日", "2021-09-01", "2024-08-31", (None, None)),
        ("2022.5.1-2025.4.30", "2022-05-01", "2025-04-30", (None, None)),
        ("2022/3/8—2025/3/7", "2022-03-08", "2025-03-07", (None, None)),
        ("自２０２２年１月１０日\n至２０２５年１月９日", "2022-01-10", "2025-01-09", (None, None)),
        ("20220501-20250430", "2022-05-01", "2025-04-30", (None, None)),
        ("2022.5-2025.4", "2022-05-01", "2025-04-30", ("date_imprecise", "date_imprecise")),
        ("有效期至2025年4月30日", None, "2025-04-30", (None, None)),
        (datetime(2025, 4, 30), None, "2025-04-30", (None, None)),  # noqa: DTZ001
        ("2022年5月1日起长期", "2022-05-01", None, (None, "no_expiry")),
        ("长期", None, None, (None, "no_expiry")),
        ("/", None, None, (None, "no_expiry")),
        ("", None, None, (None, "date_missing")),
        ("2024.7.1-2021.7.2", None, None, (None, "date_reversed")),
        ("三年", None, None, (None, "date_invalid")),
    ],
)
def test_validity_in_one_cell(
    written: Value, start: str | None, end: str | None, issues: tuple[str | None, str | None]
) -> None:
    read = read_range(written)
    expected = [day and date.fromisoformat(day) for day in (start, end)]
    assert [read.start.value, read.end.value] == expected
    assert (read.start.issue, read.end.issue) == issues


def test_validity_in_two_cells() -> None:
    read = read_ends("2024.2.30", "2027-02-28")
    assert (read.start.issue, read.end.value) == ("date_invalid", date(2027, 2, 28))
    assert read_ends("2024.1.1", "/").end.issue == "no_expiry"
    assert read_ends("2024.1.1", "长期").end.issue == "no_expiry"
    assert read_ends("2024.1.1", None).end.issue == "date_missing"
    assert read_ends("2024.1.1", "2024.1.1").end.issue is None
    assert read_ends("2024.1.2", "2024.1.1").end.issue == "date_reversed"


@pytest.mark.parametrize(
    ("term", "until"),
    [
        ("1年", "2024-08-31"),
        ("三年", "2026-08-31"),
        ("6个月", "2024-02-29"),
        ("十二个月", "2024-08-31"),
        ("半年", "2024-02-29"),
        ("一年半", "2025-02-28"),
        ("90日", "2023-11-29"),
        ("公示期三年", "2026-08-31"),
        ("自列入之日起1年", "2024-08-31"),
        ("至2025年6月1日", "2025-06-01"),
    ],
)
def test_terms_count_from_the_day_of_listing(term: str, until: str) -> None:
    read = read_term(term, date(2023, 8, 31))
    assert (str(read.until), read.issue) == (until, None)


@pytest.mark.parametrize(
    ("term", "issue"),
    [
        ("", "term_missing"),
        ("/", "term_missing"),
        ("长期", "term_open"),
        ("整改到位后移出", "term_conditional"),
        ("整改合格为止", "term_conditional"),
        ("整改满3个月后视情况", "term_conditional"),
        ("十" * 5000 + "年", "term_conditional"),
    ],
)
def test_terms_without_a_day(term: str, issue: str) -> None:
    assert (read_term(term, date(2023, 8, 31)).until, read_term(term, None).issue) == (None, issue)


def test_a_title_gives_its_dates_with_the_end_of_a_month() -> None:
    assert dates_in("2024年6月，2023.5.1") == [date(2024, 6, 30), date(2023, 5, 1)]


@pytest.mark.parametrize(
    "written",
    [
        GOOD,
        GOOD.lower(),
        " 91350100 M000100 Y43\t",
        "\u200b91350100M000100Y43\xa0",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        f'="{GOOD}"',
        f"'{GOOD}",
        f"统一社会信用代码：{GOOD}",
        f"{GOOD}（民办非企业）",
        "9135\n0100М000100Y43",  # a Cyrillic М
    ],
)
def test_codes_however_they_are_written(written: str) -> None:
    read = read_uscc(written, "350100")
    assert (read.value, read.issue) == (GOOD, None)


@pytest.mark.parametrize(
    ("written", "value", "issue"),
    [
        (None, None, "uscc_missing"),
        ("办理中", None, "uscc_missing"),
        ("是/办理中", None, "uscc_missing"),
        ("—", None, "uscc_missing"),
        ("同上", None, "ditto_uscc"),
        ("〃", None, "ditto_uscc"),
        (9.13599012345679e17, None, "uscc_lossy"),
        (913599012345679000, None, "uscc_lossy"),
        ("9.13599E+17", None, "uscc_lossy"),
        ("913599012345679000", None, "uscc_lossy"),
        (350100123456789, "350100123456789", "uscc_length"),
        (GOOD[:-1], GOOD[:-1], "uscc_length"),
        (GOOD[:-1] + "Y", GOOD[:-1] + "Y", "uscc_check_failed"),
        ("9135O1OOMOOO1OOY43", GOOD, "uscc_repaired"),
        ("9I350100M000I00Y43", GOOD, "uscc_repaired"),
        ("9135O1OOMOOO1OOY44", "9135O1OOMOOO1OOY44", "uscc_check_failed"),
        ("110101199003070038", None, "personal_data"),
    ],
)
def test_what_is_wrong_with_a_code(written: Value, value: str | None, issue: str) -> None:
    read = read_uscc(written, "350100")
    assert (read.value, read.issue) == (value, issue)


@pytest.mark.parametrize(
    ("area", "issue"),
    [("350100", None), ("350000", None), ("350502", "uscc_other_area"), ("", None)],
)
def test_a_code_of_another_area_is_accepted_and_said_so(area: str, issue: str | None) -> None:
    assert (read_uscc(GOOD, area).value, read_uscc(GOOD, area).issue) == (GOOD, issue)


def test_uscc_problem_names_the_issue() -> None:
    problems = [uscc_problem(code) for code in (GOOD, GOOD[1:], GOOD[:-1] + "0")]
    assert problems == [None, "uscc_length", "uscc_check_failed"]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("１３５９９０１７０００００２１", "教民135990170000021号"),
        (135990170000021, "教民135990170000021号"),
        ("教民 135990170000022 号", "教民135990170000022号"),
        ("临文旅培许[2023]069号", "临文旅培许〔2023〕069号"),
        ("鲤体培许（2023）7号", "鲤体培许〔2023〕7号"),
        ("3505027000123", "3505027000123"),
    ],
)
def test_licence_numbers_get_one_form(written: Value, number: str) -> None:
    assert read_licence(written).value == number


@pytest.mark.parametrize("written", [None, "", "待换证", "无", "同上", "1.35990E+14"])
def test_no_licence_number(written: Value) -> None:
    assert (read_licence(written).value, read_licence(written).issue) == (None, "licence_missing")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("云浦市\n双溪\u3000中心 \t", "云浦市双溪中心"),
        ("ABC  English\n培训中心", "ABC English培训中心"),
        ("&nbsp;少儿&amp;成人", "少儿&成人"),
        ("滨江路８号", "滨江路８号"),
        ("", None),
        ("\u200b", None),
    ],
)
def test_tidy_keeps_the_words(written: str, text: str | None) -> None:
    assert tidy(written) == text


def test_canonical_is_simplified_half_width_with_chinese_brackets() -> None:
    assert canonical("云浦市臨江區１０８号(原址：Ａ座)") == "云浦市临江区108号（原址：A座）"
    assert canonical("乾元㙟影") == "乾元㙟影"  # not 干元; and rare characters survive


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("雁南跆拳道馆(云浦)有限公司", "雁南跆拳道馆（云浦）有限公司"),
        ("云浦巿臨江區淺草", "云浦市临江区浅草"),
        ("ＡＢＣ 英语", "abc英语"),
        ("《枕流》舞蹈·艺术", "枕流舞蹈艺术"),
        ("⻓江⺠族舞⼀", "长江民族舞一"),
    ],
)
def test_names_that_are_the_same_fold_together(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


def test_folding_keeps_apart_what_differs() -> None:
    assert fold_name("青禾文化") != fold_name("青禾艺术")
    assert fold_address("滨江路3-12号") == fold_address("滨江路３—12号")
    assert fold_address("滨江路3-12号") != fold_address("滨江路312号")


def test_lookalikes() -> None:
    assert has_lookalike("云浦巿")
    assert has_lookalike("⻓江")
    assert not has_lookalike("云浦市㙟影ABC")


@pytest.mark.parametrize(
    ("written", "name", "former"),
    [
        ("竹影培训学校（原名:旧雨培训中心）", "竹影培训学校", ("旧雨培训中心",)),
        ("甲学校（曾用名：乙学校）", "甲学校", ("乙学校",)),
        ("《枕流舞蹈》", "枕流舞蹈", ()),
        ("纸鸢美术*", "纸鸢美术", ()),
        ("@夏蝉游泳", "夏蝉游泳", ()),
        ("=cmd", "cmd", ()),
        ("沐风学校（分教点）", "沐风学校（分教点）", ()),
    ],
)
def test_names(written: str, name: str, former: tuple[str, ...]) -> None:
    assert split_names(written) == (name, former)


def test_addresses_lose_label_and_stop_but_keep_brackets() -> None:
    assert clean_address("地址：东屿镇1号。") == "东屿镇1号"
    assert clean_address("东屿镇1号（原址：学府路12号）") == "东屿镇1号（原址：学府路12号）"


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        ("体育类", ("体育类",)),
        ("艺术类", ("文化艺术类",)),
        ("文艺 ", ("文化艺术类",)),
        ("科创类", ("科技类",)),
        ("文化艺术类、体育类", ("文化艺术类", "体育类")),
        ("学科类", ("学科类",)),
        ("非学科类", ()),
        ("非学科类（体育）", ("体育类",)),
        ("其他", ()),
    ],
)
def test_kinds(written: str, kinds: tuple[str, ...]) -> None:
    assert read_kinds(written) == kinds


@pytest.mark.parametrize(
    ("written", "nature"),
    [
        ("民非", "非营利性"),
        ("民办非企业单位", "非营利性"),
        ("有限责任公司", "营利性"),
        ("个体工商户", "营利性"),
        ("营利性", "营利性"),
        ("非营利性", "非营利性"),
        ("待定", "待定"),
    ],
)
def test_nature(written: str, nature: str) -> None:
    assert read_nature(written) == nature


@pytest.mark.parametrize(
    ("written", "stages"),
    [
        ("1-9年级", "义务教育阶段"),
        ("一至六年级", "小学"),
        ("幼儿园、小学", "3-6岁、小学"),
        ("4—12周岁", "4-12岁"),
        ("初中/高中", "初中、高中"),
        ("义务教育、普高", "义务教育阶段、普通高中"),
        ("3-6岁\n小学", "3-6岁、小学"),
    ],
)
def test_stages(written: str, stages: str) -> None:
    assert read_stages(written) == stages


@pytest.mark.parametrize(
    ("remark", "status"),
    [
        ("2024年5月起停业整改，整改期3个月", "suspended"),
        ("已注销（2024.6.12）", "closed"),
        ("灰名单：未上架平台课程，限期整改", "rectifying"),
        ("列入黑名单（临教监罚〔2024〕3号）", "black"),
        ("未列入黑名单", None),
        ("曾停业整改，现已恢复办学", None),
        ("2023年停业整改，整改到位后列入黑名单", "black"),
        ("*为新增机构", None),
        ("", None),
    ],
)
def test_what_a_remark_says_of_the_status(remark: str, status: str | None) -> None:
    assert white_hint(remark) == status


def test_what_a_black_entry_says() -> None:
    assert leaves_white("从白名单上清除并列入黑名单")
    assert not leaves_white("2022年前白名单机构")
    assert is_repeated("屡教不改，两年内再次违法")
    assert not is_repeated("从重处罚")


def test_departments_part_at_marks_and_never_at_and() -> None:
    text = "临江区文化体育和旅游局\n临江区教育局、民政局"
    assert split_departments(text) == ["临江区文化体育和旅游局", "临江区教育局", "民政局"]


@pytest.mark.parametrize(
    "text",
    [
        "电话：13800138000",
        "手机138-0013-8000",
        "１３８００１３８０００",
        "负责人测某某，微信同号",
        "张某无证办学",
        "给予校长测某某通报批评",
        "负责人：王丽",
        "教师李小明被处分",
        "110101199003070038",
        "微信：abc_12345",
    ],
)
def test_personal_data_is_found(text: str) -> None:
    assert has_personal_data(text)


@pytest.mark.parametrize(
    "text",
    [
        "某某艺术工作室",
        "在职教师有偿补课",
        "聘用无资质教师",
        "移交师德查处",
        "位于某小区",
        "当事人陈述申辩",
        "教师周末上课",
        "教民135990170000001号",
        "卷款失联、拖欠退费86人",
        "向学生高价收费",
    ],
)
def test_ordinary_words_are_no_personal_data(text: str) -> None:
    assert not has_personal_data(text)


def test_persons_as_entries() -> None:
    assert is_person("张三")
    assert is_person("李某某（个人）")
    assert is_person("临江区学霸之家（自然人）")
    assert not is_person("慕言教育咨询公司")


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("东屿大街152号 电话：13800138000", "东屿大街152号"),
        ("东屿大街152号（联系电话：0595-22389531）", "东屿大街152号"),
        ("东屿大街152号，１３８００１３８０００", "东屿大街152号"),
        ("东屿大街126-128号", "东屿大街126-128号"),
    ],
)
def test_contacts_leave_an_address(address: str, place: str) -> None:
    assert without_contacts(address) == place


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("统一社会\n信用代码", Column.USCC),
        ("备  注", Column.REMARK),
        ("*培训机构名称（全称）", Column.NAME),
        ("许可文号", Column.LICENCE),
        ("许可证有效期至", Column.VALID_TO),
        ("办学许可证有效期", Column.VALID),
        ("培训地点", Column.ADDRESS),
        ("招生对象", Column.STAGES),
        ("主要违法事实", Column.REASON),
        ("行政处罚决定书文号", Column.DECISION),
        ("查处时间", Column.LISTED),
        ("公示期限", Column.TERM),
        ("处罚机关", Column.AUTHORITY),
    ],
)
def test_headers_and_their_synonyms(header: str, column: Column) -> None:
    known = column_of(header)
    assert known is not None
    assert known[0] is column


@pytest.mark.parametrize("header", ["联系电话\n（内部）", "备注（内部）", "身份证号", "法定代表人"])
def test_private_columns_are_never_taken(header: str) -> None:
    assert is_private(header)
    assert column_of(header) is None


VALUES: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.text("0123456789年月日.-/至长期起:：E+ ０９一二十某（）=\"'〔〕", max_size=30),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(),
)


@given(VALUES, VALUES)
def test_no_cell_makes_a_reader_fail(one: Value, other: Value) -> None:
    text = tidy(one) or ""
    for result in (
        read_ends(one, other),
        read_range(one),
        read_term(one, date(2024, 2, 29)),
        read_uscc(one, "359901"),
        read_licence(one),
        canonical(one),
        fold_name(text) + fold_address(text) + without_contacts(text) + read_stages(text),
        split_names(text),
        read_kinds(text) or has_personal_data(text) or is_person(text) or white_hint(text),
    ):
        assert repr(result)
