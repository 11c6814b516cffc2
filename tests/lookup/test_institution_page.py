"""The institution's page as a parent needs it: where to pay, what hangs on the wall, may they."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from doorcodes.models import DoorCode
from portal.clock import today
from portal.database import db
from register.disclosure import yuan
from register.models import DisclosedItem, Institution, ItemKind, Premises, Standing, Status
from tests.lookup.test_pages import one_with
from tests.pages import Page, PageClient


def named(name: str) -> Institution:
    return db.session.scalars(sa.select(Institution).where(Institution.name.contains(name))).one()


def visit(client: PageClient, institution: Institution, **asked: str) -> Page:
    return client.visit(f"/institutions/{institution.code}", query_string=asked)


def has_items(kind: ItemKind, status: Status) -> Institution:
    found = db.session.scalars(
        sa.select(Institution)
        .join(DisclosedItem)
        .join(Standing)
        .where(Standing.until.is_(None), Standing.status == status, DisclosedItem.kind == kind)
    ).first()
    assert found is not None
    return found


def test_pay_only_to_this_account_with_its_edition(demo_client: PageClient) -> None:
    institution = named("晨曦湾书画")
    box = visit(demo_client, institution).tree.xpath("//*[@class='pay']")[0]
    words = " ".join(box.text_content().split())
    assert "只付到这个账户" in words
    assert institution.name in words
    assert "8888 0199 " in words  # grouped, as a person compares it
    following = box.getnext()
    assert "第2期" in following.text_content()
    assert following.xpath(".//a/@href") == ["/editions/359901/2"]


def test_the_door_shows_the_same_account(demo_client: PageClient) -> None:
    institution = named("晨曦湾书画")
    door = db.session.scalars(
        sa.select(DoorCode.code).join(Premises).filter_by(institution_id=institution.id)
    ).one()
    number = "//dd[contains(@class, 'pay-number')]/text()"
    shown = demo_client.visit(f"/v/{door.lower()}").tree.xpath(number)
    assert shown == visit(demo_client, institution).tree.xpath(number) != []


def test_what_hangs_on_the_wall_and_a_way_to_say_it_does_not(demo_client: PageClient) -> None:
    page = visit(demo_client, named("晨曦湾书画"))
    for words in ("收费标准", "1920元/期（32课时）", "儿童画启蒙班", "教师资格证号", "检查和记分",
                  "记1分", "临文旅查〔"):  # fmt: skip
        assert words in page.words
    assert page.posted_by("墙上和这里不一样")["category"] == "A04"


def test_without_public_information_there_is_no_empty_block(demo_client: PageClient) -> None:
    bare = sa.select(Institution).where(~Institution.items.any())
    institution = db.session.scalars(
        bare.join(Standing).where(Standing.until.is_(None), Standing.status == Status.WHITE)
    ).first()
    assert institution is not None
    words = visit(demo_client, institution).words
    for heading in ("只付到这个账户", "收费标准", "教师资格证号", "检查和记分", "墙上和这里不一样"):
        assert heading not in words


def test_where_nothing_may_be_taught_no_account_and_no_fee_is_shown(
    demo_client: PageClient,
) -> None:
    suspended = visit(demo_client, has_items(ItemKind.ACCOUNT, Status.SUSPENDED)).words
    black = visit(demo_client, has_items(ItemKind.RECORD, Status.BLACK)).words
    for words in (suspended, black):
        assert "检查和记分" in words
        assert "只付到这个账户" not in words
        assert "收费标准" not in words
        assert "能不能教" not in words


@pytest.mark.parametrize(
    ("name", "subject", "year", "word"),
    [
        ("蓝鲸湾培训", "数学", "8", "能"),
        ("蓝鲸湾培训", "英语", "8", "不能"),
        ("蓝鲸湾培训", "数学", "10", "不能"),
        ("晨曦湾书画", "数学", "8", "不能"),
        ("晨曦湾书画", "书法", "3", "许可里没有写"),
        ("文渊阁下武术", "武术", "3", "许可里没有写"),
        ("纸鸢美术", "书法", "11", "许可里没有写清楚"),
    ],
)
def test_may_they_teach_this(
    demo_client: PageClient, name: str, subject: str, year: str, word: str
) -> None:
    institution = named(name)
    page = visit(demo_client, institution, subject=subject, year=year)
    answer = page.tree.xpath("//*[contains(@class, 'answer')]")[0]
    assert answer.xpath(".//strong/text()") == [word]
    for quoted in (institution.scope or "没有写", institution.stages or "没有写"):
        assert quoted in answer.text_content()
    assert page.tree.xpath("//select[@name='subject']/optgroup/option[@selected]/text()") == [
        subject
    ]
    assert page.tree.xpath("//select[@name='year']/option[@selected]/@value") == [year]
    reported = answer.xpath(".//input[@name='category' and @value='A03']")
    assert len(reported) == (word == "不能")


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"subject": "数学"},
        {"subject": "<b>炼金术", "year": "8"},
        {"subject": "数学", "year": "13"},
        {"subject": "数学", "year": "-1"},
        {"subject": "数学", "year": "²"},
    ],
)
def test_what_is_not_on_the_form_was_not_asked(
    demo_client: PageClient, asked: dict[str, str]
) -> None:
    page = visit(demo_client, named("蓝鲸湾培训"), **asked)
    assert not page.tree.xpath("//*[contains(@class, 'answer')]")
    assert "炼金术" not in page.tree.xpath("//main")[0].text_content()


def test_elsewhere_by_official_names_with_the_code_to_copy(demo_client: PageClient) -> None:
    school, company = named("晨曦湾书画"), named("榕荫体育")
    for institution, register in ((school, "全国社会组织信用信息公示平台"), (company, "国家企业信用信息公示系统")):  # fmt: skip # noqa: E501
        page = visit(demo_client, institution)
        copied = page.tree.xpath("//*[contains(@class, 'copy')]/text()")
        assert {register, "信用中国", institution.uscc} <= set(copied)
        assert not [a for a in page.tree.xpath("//main//a/@href") if str(a).startswith("http")]


def test_what_is_shared_grows_visibly_old(demo_client: PageClient) -> None:
    institution = one_with(Status.BLACK)
    text = visit(demo_client, institution).tree.xpath("//p[contains(@class, 'panel copy')]")[0]
    shared = text.text_content()
    for part in (
        institution.name,
        "已列入黑名单",
        "第2期",
        "查询",
        f"/institutions/{institution.code}",
    ):
        assert part in shared


def test_an_objection_reaches_the_department_that_leads(demo_client: PageClient) -> None:
    institution = named("松间机器人")
    page = visit(demo_client, institution)
    objection = page.posted_by("对本条信息有异议")
    assert "临江区科学技术局" in demo_client.send("/report/new", objection).words


def test_a_reply_stands_beside_the_act_with_its_date(demo: Flask, demo_client: PageClient) -> None:
    institution = one_with(Status.BLACK)
    standing = next(s for s in institution.standings if s.until is None)
    standing.reply, standing.replied_on = "<i>已停止招生，正在申请复议。", date(2026, 6, 3)
    db.session.commit()
    page = visit(demo_client, institution)
    (quote,) = page.tree.xpath("//ol[contains(@class, 'timeline')]//blockquote")
    said = [line.text_content() for line in quote.xpath("./p")]
    assert said == ["机构的申辩，2026年6月3日", "<i>已停止招生，正在申请复议。"]


def test_rectifying_says_since_when_and_until_when(demo: Flask, demo_client: PageClient) -> None:
    institution = one_with(Status.RECTIFYING)
    standing = next(s for s in institution.standings if s.until is None)
    for since, said in (
        (today(), "最迟到"),
        (date(2024, 1, 31), "2024年1月31日开始整改，2024年4月30日已到期，还没有公布结果"),
    ):
        standing.since = since
        db.session.commit()
        assert said in visit(demo_client, institution).words


def test_a_day_of_listing_nobody_wrote_is_not_made_up(demo: Flask, demo_client: PageClient) -> None:
    institution = one_with(Status.BLACK)
    assert "列入日期" in visit(demo_client, institution).words
    next(s for s in institution.standings if s.until is None).listed_on = None
    db.session.commit()
    assert "列入日期" not in visit(demo_client, institution).words


def test_every_event_leads_to_its_edition(demo_client: PageClient) -> None:
    for status in Status:
        page = visit(demo_client, one_with(status))
        events = page.tree.xpath("//ol[contains(@class, 'timeline')]/li")
        linked = page.tree.xpath("//ol[contains(@class, 'timeline')]/li[.//a[contains(@href, '/editions/')]]")  # fmt: skip # noqa: E501
        assert len(events) == len(linked) > 0


@pytest.mark.parametrize(("fen", "written"), [(192000, "1920"), (6050, "60.50"), (5, "0.05"), (0, "0")])  # fmt: skip # noqa: E501
def test_fen_are_written_as_yuan(fen: int, written: str) -> None:
    assert yuan(fen) == written
