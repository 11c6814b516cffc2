"""The form: from the first choice to the preview, what it asks and what it warns of."""

import json
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from altcha import Challenge, Payload, solve_challenge
from flask import Flask

from departments.models import Category
from portal.database import db
from reports import proof
from reports.choices import CHOICES, HINTS, STAGES
from reports.guard import personal_data
from reports.models import Report
from reports.notice import KEPT, NEEDS_A_GUARDIAN_BELOW, VERSION, kept_in_words
from reports.questions import ASKED, QUESTIONS
from reports.retention import DAYS
from tests.accounts.signing_in import sign_in
from tests.pages import Page, PageClient
from tests.reports.test_sentences import SENTENCES
from tests.reports.test_tips import TEXT, an_institution, form, receipt_of

UNLISTED = {"category": "A01", "place_address": "学府路居民楼3单元501", "body": TEXT}


def preview(client: PageClient, **fields: str) -> Page:
    data = UNLISTED | fields
    token = client.visit(f"/report/new?category={data['category']}").token()
    return client.send("/report/new", {"csrf_token": token, "step": "preview", **data})


def carried(page: Page) -> dict[str, str]:
    """What the preview would send."""
    inputs = page.tree.xpath("//main//form//input[@type='hidden']")
    return {i.get("name"): i.get("value", "") for i in inputs}


def proof_of(page: Page) -> str:
    return solved(page.tree.xpath("//input[@name='proof']/@data-challenge")[0])


def solved(challenge: str) -> str:
    solvable = Challenge.from_dict(json.loads(challenge))
    solution = solve_challenge(solvable)
    assert solution is not None
    return Payload(solvable, solution).to_base64()


def test_every_category_stands_under_exactly_one_of_twelve_choices(app: Flask) -> None:
    placed = [code for choice in CHOICES for code in choice.categories]
    assert len(CHOICES) == 12
    assert sorted(placed) == sorted(db.session.scalars(sa.select(Category.code)))
    assert set(HINTS) == set(placed)
    assert all(len(questions) <= 3 for questions in ASKED.values())
    assert {name for asked in ASKED.values() for name in asked} == set(QUESTIONS)


def test_from_the_choices_every_category_is_two_taps_away(demo_client: PageClient) -> None:
    page = demo_client.visit("/report")
    found = set(buttons(page, "category"))
    for choice in buttons(page, "about"):
        found |= set(buttons(demo_client.send("/report", {"about": choice}), "category"))
    assert len(found) == 39
    for category in found:
        page = demo_client.send("/report/new", {"category": category, "step": "start"})
        assert carried(page)["category"] == category


def buttons(page: Page, name: str) -> list[str]:
    return [str(value) for value in page.tree.xpath("//main//button[@name=$n]/@value", n=name)]


def test_the_bare_address_of_the_form_asks_anew(demo_client: PageClient) -> None:
    assert "没有证照就办班" in demo_client.visit("/report/new").words


def test_no_address_says_what_a_report_is_about(demo_client: PageClient) -> None:
    code = an_institution().code
    shown = demo_client.visit(f"/institutions/{code}")
    assert not [link for link in shown.links("/report") if "?" in link]
    step: dict[str, str] = {"institution": code}
    for page in (
        demo_client.send("/report", step),
        demo_client.send("/report", step | {"about": "fees"}),
        demo_client.send("/report/new", step | {"category": "D02", "step": "start"}),
        demo_client.send("/report/new", form(demo_client, step="preview")),
    ):
        assert not [link for link in page.links("/report") if "?" in link]
        forms = page.tree.xpath("//main//form[@method='post']")
        assert {f.get("action") for f in forms} <= {"/report", "/report/new"}
        assert {f.xpath(".//input[@name='institution']/@value")[0] for f in forms} == {code}
        assert page.response.headers["Cache-Control"] == "no-store"


def test_other_ways_are_shown_before_anything_is_typed(demo_client: PageClient) -> None:
    words = demo_client.visit("/report").words
    for number in ("110", "119", "120", "12315", "12388", "12333", "12345"):
        assert number in words, number
    assert words.index("110") < words.index("没有证照就办班")
    assert "需要实名" in words


@pytest.mark.parametrize("about", ["nothing", "", "licence'--", "🙂"])
def test_an_unknown_choice_shows_all(demo_client: PageClient, about: str) -> None:
    page = demo_client.visit(f"/report?{urlencode({'about': about})}")
    assert "没有证照就办班" in page.words


def test_the_preview_shows_exactly_what_goes_and_stores_nothing(demo_client: PageClient) -> None:
    page = preview(demo_client, subject="奥数", people="二十多个")
    assert page.h1 == "看一遍再发"
    for words in (TEXT, "学府路居民楼3单元501", "奥数", "二十多个", "临江区教育局"):
        assert words in page.words
    assert db.session.scalar(sa.select(sa.func.count(Report.id))) == 0
    sent = demo_client.send("/report/new", carried(page) | {"step": "send", "category": "A01"})
    assert receipt_of(sent)


@pytest.mark.parametrize(("before", "told"), [(0, ""), (4, ""), (5, "5件以上"), (21, "20件以上")])
def test_who_comes_late_is_told_that_many_came_and_never_how_few(
    demo_client: PageClient, before: int, told: str
) -> None:
    for number in range(before):
        client = {"REMOTE_ADDR": f"203.0.113.{number}"}
        token = demo_client.visit("/report/new?category=A01").token()
        data = UNLISTED | {"csrf_token": token}
        demo_client.send("/report/new", data, environ_base=client)
    words = preview(demo_client).words
    assert ("今天已有" in words) == bool(told)
    assert told in words
    assert "今天已有" not in preview(demo_client, place_address="学府路居民楼9号").words


def test_going_back_keeps_every_word_and_the_token(demo_client: PageClient) -> None:
    page = preview(demo_client, body=f"{TEXT}\n第二行", subject="奥数", stage="0-3")
    data = carried(page) | {"category": "A01"}
    back = demo_client.send("/report/new", data | {"step": "edit"})
    assert back.token() == page.token()
    assert back.tree.xpath("//textarea")[0].text.strip().splitlines() == [TEXT, "第二行"]
    assert back.tree.xpath("//input[@name='subject']/@value") == ["奥数"]
    assert back.tree.xpath("//input[@name='stage'][@checked]/@value") == ["0-3"]


@pytest.mark.parametrize(
    ("stage", "lead"),
    [("ANY", "教育局"), ("0-3", "卫生健康局"), ("ADULT", "人力资源和社会保障局"), ("x", "教育局")],
)
def test_the_age_group_decides_where_the_rules_ask_for_it(
    demo_client: PageClient, stage: str, lead: str
) -> None:
    page = preview(demo_client, stage=stage)
    assert f"临江区{lead}" in page.words
    assert str(STAGES.get(stage, STAGES["ANY"])) in page.words
    demo_client.send("/report/new", carried(page) | {"step": "send", "category": "A01"})
    report = db.session.scalars(sa.select(Report)).one()
    assert report.department.name == f"临江区{lead}"


def test_the_officer_reads_age_group_and_answers_each_for_itself(demo: Flask) -> None:
    page = preview(PageClient(demo), subject="奥数", people="二十多个")
    PageClient(demo).send("/report/new", carried(page) | {"step": "send", "category": "A01"})
    number = db.session.scalars(sa.select(Report.number)).one()
    read = sign_in(demo, "edu").visit(f"/desk/inbox/{number}")
    assert read.tree.xpath("//p[@class='sealed']")[0].text == TEXT
    rows = {dt.text: dt.getnext().text for dt in read.tree.xpath("//dt")}
    assert rows["教多大的"] == str(STAGES["ANY"])
    assert rows["教什么"] == "奥数"
    assert rows["大约多少学生"] == "二十多个"


def test_where_no_rule_asks_for_it_no_age_is_asked(demo_client: PageClient) -> None:
    page = demo_client.visit("/report/new?category=D02")
    assert not page.tree.xpath("//input[@name='stage']")


def test_at_most_three_fields_are_required(demo_client: PageClient) -> None:
    token = demo_client.visit("/report/new?category=D02").token()
    data = {"csrf_token": token, "category": "D02", "step": "preview"}
    page = demo_client.send("/report/new", data, status=422)
    assert len(page.tree.xpath("//*[@aria-invalid='true']")) == 2
    assert "还差2处" in page.words


FORMS = ("category=A01", "category=D02&institution={code}")
NOT_KEPT = {"csrf_token", "nickname", "proof", "step"}


def test_the_notice_names_every_field_of_the_form_and_the_report_its_version(
    demo_client: PageClient,
) -> None:
    asked: set[str] = set()
    for query in FORMS:
        page = demo_client.visit(f"/report/new?{query.format(code=an_institution().code)}")
        asked |= fields(page)
    asked |= fields(preview(demo_client))
    assert asked - set(QUESTIONS) - NOT_KEPT == set(KEPT)
    privacy = demo_client.visit("/privacy").words
    for words in kept_in_words():
        assert words in page.words
        assert words in privacy
    assert "180天" in page.words
    assert "不满14周岁" in page.words
    assert page.links("/privacy")
    demo_client.send("/report/new", form(demo_client))
    assert db.session.scalars(sa.select(Report.notice)).one() == VERSION
    told = (VERSION, NEEDS_A_GUARDIAN_BELOW, max(DAYS.values()), *KEPT)
    assert told == (
        "2026-11-22", 14, 180, "category", "institution", "place_name", "place_address", "stage",
        "body", "files",
    ), "another notice needs another version"  # fmt: skip


def fields(page: Page) -> set[str]:
    controls = page.tree.xpath("//main//form//*[self::input or self::textarea or self::select]")
    return {str(control.get("name")) for control in controls}


PERSONAL = (
    "我女儿叫王小明，在三年级2班，打13800138000、139 1234 5678或１８６１２３４５６７８，"
    "证件11010519491231002X"
)


def test_the_guard_shows_all_and_masks_only_on_request(demo_client: PageClient) -> None:
    page = preview(demo_client, body=PERSONAL, place_name="联系0595-22345678")
    found = [dd.text_content() for dd in page.tree.xpath("//section[@aria-labelledby]//dd")]
    assert found == [
        "0595-22345678", "王小明", "三年级2班", "13800138000", "139 1234 5678",
        "１８６１２３４５６７８", "11010519491231002X",
    ]  # fmt: skip
    assert carried(page)["body"] == PERSONAL
    masked = demo_client.send("/report/new", carried(page) | {"step": "mask", "category": "A01"})
    kept = carried(masked)
    assert (
        kept["body"]
        == "我女儿叫（姓名），在（班级），打（电话）、（电话）或（电话），证件（证件号码）"
    )
    assert kept["place_name"] == "联系（电话）"
    assert "能认出人" not in masked.words
    assert masked.token() == page.token()


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "孩子叫苦，孩子高中在读，学生是小学生",
        "收了12800元，共60课时",
        "2026年11月21日20:30还在上课",
    ],
)
def test_ordinary_words_are_nobodys_data(demo_client: PageClient, text: str) -> None:
    assert "能认出人" not in preview(demo_client, body=text).words


GIVE_AWAYS = {
    "我是李明的妈妈": "李明", "李小明的妈妈": "李小明", "我是三年级二班李小明家长": "三年级二班",
    "我是王芳": "王芳", "我叫王芳。": "王芳", "我儿子欧阳明": "欧阳明", "欧阳小明同学": "欧阳小明",
    "诸葛亮小朋友": "诸葛亮", "孩子名字李小明，在读": "李小明", "电话22783859": "22783859",
    "(0595)22783859": "(0595)22783859", "一三八零零一三八零零零": "一三八零零一三八零零零",
    "vx:abc12345": "vx:abc12345", "加V abc12345": "加V abc12345",
    "微信号是abc_123": "微信号是abc_123",
    "身份证350502198001011234": "350502198001011234", "幼儿园大一班": "大一班", "中二班": "中二班",
    "2023级3班": "2023级3班", "初一（3）班": "初一（3）班", "三年二班": "三年二班",
    "学号20230115": "20230115",
    "我家住学府路3号5单元501": "学府路3号5单元501",
}  # fmt: skip


@pytest.mark.parametrize(("text", "gives"), GIVE_AWAYS.items())
def test_what_gives_a_person_away_is_found(app: Flask, text: str, gives: str) -> None:
    assert [one.words for one in personal_data(text)] == [gives]


@pytest.mark.parametrize(
    "text",
    [
        *(row["sentence"] for row in SENTENCES),
        "我是高一的家长，老板向其他家长收钱，许多妈妈都交了",
        "我是付费的家长，和高年级的家长一起问过，周围的爷爷奶奶都知道",
        "电话打不通，微信转了三千六，座机没人接",
        "住在3号楼的老师开的班，晚上中班下课",
    ],
)
def test_what_parents_really_say_gives_nobody_away(app: Flask, text: str) -> None:
    assert personal_data(text) == []


def test_what_only_one_can_know_is_pointed_out(demo_client: PageClient) -> None:
    page = preview(demo_client, body="我昨天和老板吵了一架，他收了三十个孩子的钱")
    assert "“我昨天和老板吵了一架”" in page.words
    assert "无线网络" in page.words


def test_the_places_own_network_is_warned_of_from_the_first_page_on(
    demo_client: PageClient,
) -> None:
    pages = [demo_client.visit("/report"), demo_client.visit("/report/new?category=A04")]
    for page in [*pages, preview(demo_client)]:
        assert page.words.count("无线网络") == 1


def test_a_robot_that_fills_everything_is_stopped(demo_client: PageClient) -> None:
    page = demo_client.send("/report/new", form(demo_client, nickname="http://x"), status=422)
    assert "要留空" in page.words
    assert db.session.scalar(sa.select(sa.func.count(Report.id))) == 0


def test_every_page_of_a_tip_can_be_left_at_once(demo_client: PageClient) -> None:
    code = an_institution().code
    pages = [
        demo_client.visit("/report"),
        demo_client.visit(f"/report/new?category=D02&institution={code}"),
        preview(demo_client),
        demo_client.visit("/receipt"),
        demo_client.send("/report/new", form(demo_client)),
    ]
    for page in pages:
        link = page.tree.xpath("//a[@class='leave']")[0]
        assert "noreferrer" in link.get("rel")
        assert page.response.headers["Cache-Control"] == "no-store"
        assert "举报" not in page.tree.xpath("//title")[0].text


def proven(client: PageClient) -> dict[str, str]:
    page = client.send("/report/new", form(client) | {"step": "preview"})
    data = carried(page) | {"category": "D02", "institution": an_institution().code}
    return data | {"step": "send", "proof": proof_of(page)}


def test_with_proof_more_is_taken_than_without(demo_client: PageClient) -> None:
    for _ in range(6):
        demo_client.send("/report/new", proven(demo_client))
    page = demo_client.send("/report/new", proven(demo_client), status=429)
    assert "还没有发出去" in page.words


def test_one_solution_serves_one_report(demo_client: PageClient) -> None:
    solved = proven(demo_client)
    demo_client.send("/report/new", solved)
    for _ in range(3):  # the same solution with other forms counts as none
        demo_client.send("/report/new", form(demo_client, proof=solved["proof"]))
    demo_client.send("/report/new", form(demo_client, proof=solved["proof"]), status=429)


@pytest.mark.parametrize(("seconds", "taken"), [(60, True), (-1, False)])
def test_a_proof_counts_in_time_and_for_its_own_form(
    app: Flask, monkeypatch: pytest.MonkeyPatch, seconds: int, *, taken: bool
) -> None:
    monkeypatch.setattr(proof, "_SECONDS", seconds)
    solution = solved(proof.challenge("one"))
    assert proof.is_proven(solution, "one") is taken
    assert not proof.is_proven(solution, "other")


@pytest.mark.parametrize(
    "proof", ["x", "e30=", "W10=", "bnVsbA==", "=" * 3000, "🙂", "eyJjaGFsbGVuZ2UiOjF9"]
)
def test_a_broken_proof_is_none(demo_client: PageClient, proof: str) -> None:
    for _ in range(3):
        demo_client.send("/report/new", form(demo_client, proof=proof))
    demo_client.send("/report/new", form(demo_client, proof=proof), status=429)
