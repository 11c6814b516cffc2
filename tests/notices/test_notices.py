"""Notices: written by one, published by another, safe to read, natural persons masked."""

import re
from datetime import timedelta

import feedparser
import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from accounts.models import Officer
from notices.markdown import TAGS, to_html, to_plain
from notices.models import Notice, NoticeKind, NoticeState
from notices.publishing import Wording, write
from portal.database import db
from publishing.persons import masked
from register.editions import head_hash
from register.models import Edition
from tests.accounts.signing_in import sign_in
from tests.pages import PageClient

WORDS = {
    "kind": "case",
    "title": "无证办班被查处",
    "source": "临江区教育局",
    "body": "当事人李大勇，手机13912345678。\n\n## 处理\n\n责令停止。<script>x</script>",
    "unmask_ground": "",
}


def drafted(client: PageClient, **changes: str) -> str:
    """Return the desk address of a new draft."""
    data = {**WORDS, **changes, "csrf_token": client.visit("/desk/notices/new").token()}
    answer = client.raw.post("/desk/notices/new", data=data)
    assert answer.status_code == 303
    return str(answer.location)


def act(client: PageClient, path: str, status: int = 303, **data: str) -> str:
    token = client.visit(path.rpartition("/")[0]).token()
    answer = client.raw.post(path, data={"csrf_token": token, **data})
    assert answer.status_code == status, answer.text
    return answer.text


def newest() -> Notice:
    db.session.expire_all()
    return db.session.scalars(sa.select(Notice).order_by(Notice.id.desc())).first() or Notice()


def published(demo: Flask, **changes: str) -> Notice:
    one, other = sign_in(demo, "edu"), sign_in(demo, "edu2")
    path = drafted(one, **changes)
    act(one, f"{path}/submission")
    act(other, f"{path}/decision", decision="publish")
    return newest()


def test_a_second_person_publishes(demo: Flask, demo_client: PageClient) -> None:
    one, other = sign_in(demo, "edu"), sign_in(demo, "edu2")
    path = drafted(one)
    act(one, f"{path}/submission")
    act(one, f"{path}/decision", 403, decision="publish")
    demo_client.visit("/notices/4", status=404)
    act(other, f"{path}/decision", decision="publish")
    page = demo_client.visit("/notices/4")
    assert page.h1 == "无证办班被查处"
    assert "来源：临江区教育局" in page.words
    assert "/notices/4" in demo_client.visit("/notices?kind=case").links("/notices/")
    assert "/notices/4" in demo_client.visit("/").links("/notices/")


def test_the_database_knows_no_single_hand(demo: Flask) -> None:
    notice = newest()
    notice.published_by_id = notice.written_by_id
    with pytest.raises(sa.exc.IntegrityError):
        db.session.commit()


def test_who_sends_back_and_submits_again_answers_for_the_words(demo: Flask) -> None:
    one, other = sign_in(demo, "edu"), sign_in(demo, "edu2")
    path = drafted(one)
    act(one, f"{path}/submission")
    act(other, f"{path}/decision", decision="return")
    act(other, f"{path}/submission")
    assert "自己写的不能自己公布" in act(other, f"{path}/decision", 422, decision="publish")
    act(other, f"{path}/decision", decision="return")
    act(one, f"{path}/submission")
    act(other, f"{path}/decision", decision="publish")
    assert newest().state is NoticeState.PUBLISHED


def test_notices_of_another_department_are_not_found(demo: Flask) -> None:
    path = drafted(sign_in(demo, "edu"))
    assert sign_in(demo, "spo").raw.get(path).status_code == 404


def test_what_is_published_is_not_written_again(demo: Flask, demo_client: PageClient) -> None:
    notice, client = published(demo), sign_in(demo, "edu2")
    path = f"/desk/notices/{notice.id}"
    token = client.visit(path).token()
    answer = client.raw.post(f"{path}/text", data={**WORDS, "title": "改了", "csrf_token": token})
    assert (answer.status_code, newest().title) == (422, WORDS["title"])
    for step in ("submission", "decision"):
        act(client, f"{path}/{step}", 422, decision="publish")
    act(client, f"{path}/withdrawal", 422, reason="")
    act(client, f"{path}/withdrawal", reason="事实有误，另行公布")
    gone = demo_client.visit(f"/notices/{notice.number}", status=410)
    assert "事实有误" in gone.words
    assert WORDS["title"] not in gone.words
    assert f"/notices/{notice.number}" not in demo_client.visit("/notices").links("/notices/")


@pytest.mark.parametrize("step", ["text", "submission", "decision", "withdrawal"])
def test_nothing_happens_without_token_or_officer(demo: Flask, step: str) -> None:
    client = sign_in(demo, "edu2")
    path = drafted(client)
    assert (
        client.raw.post(f"{path}/{step}", data=WORDS | {"decision": "publish"}).status_code == 422
    )
    away = demo.test_client().post(f"{path}/{step}", data=WORDS)
    assert (away.status_code, away.location) == (303, "/desk/sign-in")
    assert newest().state is NoticeState.DRAFT


@pytest.mark.parametrize(
    "changes", [{"kind": "x"}, {"title": ""}, {"title": "长" * 101}, {"body": ""},
                {"body": "长" * 20_001}, {"source": " "}],
)  # fmt: skip
def test_a_form_that_is_not_complete_is_shown_again(demo: Flask, changes: dict[str, str]) -> None:
    client = sign_in(demo, "edu")
    before = newest().id
    token = client.visit("/desk/notices/new").token()
    data = {**WORDS, **changes, "csrf_token": token}
    assert "改好就能保存" in client.send("/desk/notices/new", data, status=422).words
    assert newest().id == before


def test_persons_are_masked_before_anything_is_kept(demo: Flask, demo_client: PageClient) -> None:
    notice = published(demo)
    assert "李大勇" not in notice.body
    assert "139" not in notice.body
    page = demo_client.visit(f"/notices/{notice.number}")
    assert "当事人李某，手机（手机号略）" in page.words
    named = published(demo, unmask_ground="行政处罚法第四十八条")
    page = demo_client.visit(f"/notices/{named.number}")
    assert "当事人李大勇，手机（手机号略）" in page.words
    assert "公开姓名的依据：行政处罚法第四十八条" in page.words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("校长王小明，负责人：张三。王小明说", "校长王某，负责人：张某。王某说"),
        ("王小明校长到场", "王某校长到场"),
        ("高级教师、管理员工、周末班", "高级教师、管理员工、周末班"),
        ("身份证350502199001011234", "身份证（证件号略）"),
        ("电话１３９１２３４５６７８", "电话（手机号略）"),
        ("请拨0595-22500118或12345", "请拨0595-22500118或12345"),
        ("临教监罚〔2026〕3号，罚款20000元", "临教监罚〔2026〕3号，罚款20000元"),
        ("负责人王某，微信：abc12345", "负责人王某，（账号略）"),
    ],
)
def test_what_is_masked_and_what_is_not(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert masked(shown) == shown


HOSTILE = [
    "<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](https://example.org/x.png)",
    "<img src=x onerror=alert(1)>", "[x](data:text/html,<script>)", "<a href='x' onclick=y>z</a>",
    "# 大标题", "<style>*{display:none}</style>", "[x]: javascript:x\n[x]", "&lt;script&gt;",
    "<iframe src=//example.org></iframe>", "`<b>`", "[a](<javascript:x>)",
]  # fmt: skip


def lint(text: str) -> None:
    tree = html.fromstring(f"<div>{to_html(text)}</div>")
    for element in tree.iter():
        assert element.tag in TAGS | {"div"}, text
        assert set(element.attrib) <= {"href", "rel"}, text
        href = element.get("href", "")
        assert ":" not in href or href.split(":")[0] in {"https", "http", "mailto", "tel"}, text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_only_words(text: str) -> None:
    lint(text)


@given(st.text(st.sampled_from("<>[]()!#`*|-:\n\"'&;ajvscript=/ x1."), max_size=60))
def test_no_text_makes_markup_of_its_own(text: str) -> None:
    lint(text)
    assert len(to_plain(text, 20)) <= 20


def test_headings_and_tables_are_shown() -> None:
    made = to_html("# 甲\n\n|a|b|\n|---|--:|\n|1|2|\n")
    assert "<h2>甲</h2>" in made
    assert "<td>1</td>" in made
    assert "style" not in made


def test_no_level_of_headings_is_left_out() -> None:
    made = to_html("## 甲\n#### 乙\n###### 丙\n### 丁\n# 戊\n## 己")
    assert re.findall("<(h.)>", made) == ["h2", "h3", "h4", "h3", "h2", "h3"]


def test_a_line_end_between_chinese_words_is_no_gap() -> None:
    assert to_html("收取现金。\n检查发现\nQQ群") == "<p>收取现金。检查发现\nQQ群</p>\n"


def test_the_feed_holds_what_is_published(demo: Flask, demo_client: PageClient) -> None:
    notice = published(demo, title="甲\x01乙&<丙>")
    found = feedparser.parse(demo_client.raw.get("/feeds/notices.atom").data)
    assert found.bozo == 0
    assert found.entries[0].title == "甲乙&<丙>"
    assert found.entries[0].link.endswith(f"/notices/{notice.number}")
    assert "李某" in found.entries[0].summary
    assert len(found.entries) == 4
    cases = feedparser.parse(demo_client.raw.get("/feeds/notices.atom?kind=case").data)
    assert {tag.term for entry in cases.entries for tag in entry.tags} == {"case"}
    demo_client.visit("/feeds/notices.atom?kind=x", status=404)


@pytest.mark.parametrize("path", ["/notices/0", "/notices/99", "/notices/x", "/notices?kind=x"])
def test_what_is_not_there_is_a_page_that_says_so(demo_client: PageClient, path: str) -> None:
    demo_client.visit(path, status=404)


@pytest.mark.parametrize("page", ["0", "x", "999", "٣", "1e9"])
def test_odd_page_numbers_show_a_page(demo_client: PageClient, page: str) -> None:
    demo_client.visit(f"/notices?page={page}")


def test_a_long_list_has_pages(demo: Flask, demo_client: PageClient) -> None:
    officers = db.session.scalars(sa.select(Officer).limit(2)).all()
    for number in range(4, 45):
        wording = Wording(NoticeKind.POLICY, f"第{number}则", "某局", "文")
        notice = write(db.session, officers[0], 1, wording)
        notice.number, notice.state = number, NoticeState.PUBLISHED
        notice.published_by_id, notice.published_at = officers[1].id, notice.written_at
    db.session.commit()
    last = demo_client.visit("/notices?page=3")
    assert "/notices/1" in last.links("/notices/")
    assert demo_client.visit("/notices?kind=policy&page=2").links("kind=policy&page=3")


def test_an_empty_site_says_so(client: PageClient) -> None:
    assert "还没有发布过" in client.visit("/notices").words
    assert client.raw.get("/feeds/notices.atom").status_code == 200


def test_words_are_not_lost_where_a_colleague_was_faster(demo: Flask) -> None:
    one, other = sign_in(demo, "edu"), sign_in(demo, "edu2")
    path = drafted(one)
    token = one.visit(f"{path}/text").token()
    act(other, f"{path}/submission")
    sent = {**WORDS, "body": "我花了一小时写的正文", "csrf_token": token}
    answer = one.raw.post(f"{path}/text", data=sent)
    assert answer.status_code == 422
    assert "只有草稿能改" in answer.text
    assert "我花了一小时写的正文" in answer.text
    assert newest().body != "我花了一小时写的正文"


def test_a_notice_carries_the_fingerprint_of_its_time(demo: Flask, demo_client: PageClient) -> None:
    def fingerprint() -> str:
        (found,) = demo_client.visit(f"/notices/{notice.number}").tree.xpath(
            "//article//p[@class='hash']/text()"
        )
        return str(found)

    notice = published(demo)
    first, second = db.session.scalars(sa.select(Edition).order_by(Edition.number))
    groups = fingerprint().split()
    assert {len(group) for group in groups} == {4}
    assert "".join(groups) == head_hash(second)
    assert notice.published_at is not None
    second.published_at = notice.published_at + timedelta(hours=1)
    db.session.commit()
    assert fingerprint().replace(" ", "") == head_hash(first)
    first.published_at = second.published_at
    db.session.commit()
    page = demo_client.visit(f"/notices/{notice.number}")
    assert page.tree.xpath("//article//p[@class='hash']") == []
