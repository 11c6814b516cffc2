"""Three languages: complete catalogues, the switch, and no Chinese words left on English pages."""

import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from lxml import etree, html

from areas.divisions import full_name
from portal.app import create_app
from portal.database import Base, db
from portal.i18n import DEFAULT, LANGUAGES, gettext, source_language
from register.scope import SUBJECTS
from tests.conftest import settings_in
from tests.page_types import PAGES, codes_in
from tests.pages import Page, PageClient

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = ROOT / "site/portal/translations"
LOCALES = [locale for code, (locale, _, _) in LANGUAGES.items() if code != DEFAULT]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
TAG = re.compile(r"<[^>]+>")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uff5e]+")
# Reference data whose words are in the catalogues: not "as published".
TRANSLATED_TABLES = {"institution_kinds", "categories", "routing_roles", "routing_rules"}


@cache
def catalogue(locale: str) -> Catalog:
    with (CATALOGUES / locale / "LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale=locale)


def texts(of: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [of or ""] if isinstance(of, str) or of is None else list(of)


def messages(found: Catalog) -> list[Message]:
    return [message for message in found if message.id]


def keys(found: Catalog) -> set[tuple[str, ...]]:
    return {tuple(texts(message.id)) for message in messages(found)}


@pytest.fixture(scope="session")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the documented command finds in templates, code and reference data."""
    pot = tmp_path_factory.mktemp("pot") / "messages.pot"
    command = ["pybabel", "-q", "extract", "-F", str(ROOT / "pyproject.toml"), "-o", str(pot)]
    CommandLineInterface().run([*command, str(ROOT)])  # type: ignore[no-untyped-call]
    with pot.open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_catalogue_holds_what_the_pages_say_and_nothing_else(
    extracted: Catalog, locale: str
) -> None:
    ours = keys(catalogue(locale))
    assert keys(extracted) - ours == set(), "missing: docs/languages.md"
    assert ours - keys(extracted) == set(), "obsolete: docs/languages.md"
    assert not catalogue(locale).obsolete


@pytest.mark.parametrize("locale", LOCALES)
def test_every_message_is_translated_and_sure(locale: str) -> None:
    for message in messages(catalogue(locale)):
        assert not message.fuzzy, message.id
        assert all(texts(message.string)), message.id


@pytest.mark.parametrize("locale", LOCALES)
def test_a_translation_keeps_placeholders_and_markup(locale: str) -> None:
    for message in messages(catalogue(locale)):
        wanted = texts(message.id)[-1]
        said = texts(message.string)[-1]
        assert sorted(PLACEHOLDER.findall(said)) == sorted(PLACEHOLDER.findall(wanted)), said
        assert sorted(TAG.findall(said)) == sorted(TAG.findall(wanted)), said
        for text in texts(message.string):  # a straight quote would end an attribute
            assert '"' not in TAG.sub("", text), text


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_served_is_what_is_written(locale: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(locale))
    served = (CATALOGUES / locale / "LC_MESSAGES/messages.mo").read_bytes()
    assert served == compiled.getvalue(), "pybabel compile: docs/languages.md"


def test_english_has_no_chinese_and_the_other_one_no_simplified_letters() -> None:
    for message in messages(catalogue("en")):
        assert not any(CHINESE.search(text) for text in texts(message.string)), message.id
    for message in messages(catalogue("zh_Hant_TW")):
        for text in texts(message.string):
            "".join(CHINESE.findall(text)).encode("cp950")  # which has no simplified letters


def test_every_course_a_parent_may_ask_about_has_its_word() -> None:
    said = {message.id for message in messages(catalogue("en"))}
    assert {subject for group in SUBJECTS.values() for subject in group} <= said


def reader(app: Flask, code: str, *, elder: bool = False) -> PageClient:
    client = PageClient(app)
    if code != DEFAULT:
        client.raw.set_cookie("lang", code)
    if elder:
        client.raw.set_cookie("mode", "elder")
    return client


@pytest.fixture
def codes(demo: Flask) -> dict[str, str]:
    return codes_in(Path(demo.config["MINGDAN"].instance))


@pytest.mark.parametrize("elder", [False, True])
@pytest.mark.parametrize("code", LANGUAGES)
def test_every_page_type_in_every_language(
    demo: Flask, codes: dict[str, str], code: str, elder: bool
) -> None:
    client = reader(demo, code, elder=elder)
    for address, status in PAGES.values():
        page = client.visit(address.format(**codes), status)
        assert "%(" not in page.text, address


def words_in(value: object) -> Iterator[str]:
    """Every text in a value of a column, which may be JSON."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from words_in(part)
    elif isinstance(value, str):
        yield value


def published(asked: list[str]) -> list[str]:
    """Every text of the database that is shown as published, longest first."""
    found = set(asked) | {full_name(db.session, "359901")}
    for table in Base.metadata.sorted_tables:
        if table.name in TRANSLATED_TABLES:
            continue
        for column in table.columns:
            if isinstance(column.type, sa.String | sa.JSON):
                for value in db.session.scalars(sa.select(column)):
                    found.update(words_in(value))
    return sorted((text for text in found if CHINESE.search(text)), key=len, reverse=True)


def left_over(page: Page, known: list[str]) -> list[str]:
    """What a page says in Chinese beside the known texts and what is marked as Chinese."""
    for part in page.tree.xpath("//*[starts-with(@lang, 'zh')]"):
        part.drop_tree()
    etree.strip_tags(
        page.tree, "b", "em", "mark", "span", "strong", "u"
    )  # letters marked in a name
    tree = html.fromstring(html.tostring(page.tree, encoding="unicode"))
    said = tree.xpath("//body//text() | //title/text() | //@aria-label | //@data-label")
    assert isinstance(said, list)
    found: list[str] = []
    for text in map(str, said):
        rest = text
        for one in known:
            if one in rest:
                rest = rest.replace(one, " ")
        found += [text.strip()] if CHINESE.search(rest) else []
    return found


def answers_to_forms(client: PageClient) -> Iterator[Page]:
    yield client.send("/receipt", {"code": "", "csrf_token": "x"}, 422)
    data = {"csrf_token": client.visit("/receipt").token(), "code": "ABCD"}
    yield client.send("/receipt", data, 404)
    form = client.visit("/report/new?category=A01")
    yield client.send("/report/new?category=A01", {"csrf_token": form.token()}, 422)
    data = {"csrf_token": form.token(), "place_address": "Sample Road 1", "body": "At night"}
    sent = client.send("/report/new?category=A01", data)
    yield sent
    code = "".join(sent.tree.xpath("//*[contains(@class, 'code-big')]")[0].text_content().split())
    yield client.send("/receipt", {"csrf_token": data["csrf_token"], "code": code}, 422)
    data = {"csrf_token": client.visit("/receipt").token(), "code": code}
    yield client.send("/receipt", data)


def test_an_english_page_says_nothing_of_its_own_in_chinese(
    demo: Flask, codes: dict[str, str]
) -> None:
    asked = ["晨曦", "晨羲湾培训学校", "霍格沃茨魔法", "教育科技有限公司", "羲", "曦"]
    known = published(asked)
    client = reader(demo, "en")
    addresses = [address for address, _ in PAGES.values() if not address.startswith("/desk")]
    addresses += [f"/lists/{standing}" for standing in ("expired", "rectifying", "removed")]
    for address in addresses:
        found = left_over(Page(client.raw.get(address.format(**codes))), known)
        assert not found, (address, found)
    for page in answers_to_forms(client):
        assert not left_over(page, known), left_over(page, known)


def test_officers_and_machines_read_the_source_language(demo: Flask) -> None:
    client = reader(demo, "en")
    assert client.visit("/desk/sign-in").h1 == "登录工作台"
    assert "地址可能抄错了" in client.raw.get("/api/v1/institutions/nobody").text


def test_after_a_feed_that_failed_the_error_page_is_in_the_readers_language(demo: Flask) -> None:
    def fail() -> None:
        with source_language():
            assert gettext("回到首页") == "回到首页"
            raise LookupError

    with demo.test_request_context(headers={"Cookie": "lang=en"}):
        with pytest.raises(LookupError):
            fail()
        assert gettext("回到首页") != "回到首页"


@pytest.mark.parametrize(("code", "word"), [("zh-Hant", "臨江區"), ("en", "")])
def test_names_stay_as_published(demo: Flask, codes: dict[str, str], code: str, word: str) -> None:
    as_published = PageClient(demo).visit(f"/institutions/{codes['white']}").h1
    page = reader(demo, code).visit(f"/institutions/{codes['white']}")
    assert page.h1 == as_published
    assert not word or word not in page.h1


def test_a_date_is_written_as_the_language_does(demo: Flask) -> None:
    shown = {code: reader(demo, code).visit("/").words for code in LANGUAGES}
    assert "2026年11月1日" in shown["zh-Hans"]
    assert "2026年11月1日" in shown["zh-Hant"]
    assert "1 November 2026" in shown["en"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_switch_offers_the_other_languages_and_leads_back(demo: Flask, code: str) -> None:
    client = reader(demo, code)
    page = client.visit("/search?q=晨曦")
    offered = page.tree.xpath("//form[contains(@class, 'langs-head')]//button/@value")
    assert offered == [other for other in LANGUAGES if other != code]
    back = page.tree.xpath("//form[contains(@class, 'langs-head')]//input[@name='next']/@value")[0]
    for other in offered:
        answer = client.raw.post("/language", data={"lang": other, "next": back})
        assert (answer.status_code, unquote(answer.location)) == (303, back)
        assert client.raw.get("/").text.count(f'<html lang="{LANGUAGES[other][1]}"') == 1


def test_the_language_is_a_cookie_of_closed_values(client: PageClient) -> None:
    cookie = client.raw.post("/language", data={"lang": "en"}).headers["Set-Cookie"]
    assert cookie.startswith("lang=en; ")
    for part in ("Max-Age=31536000", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Secure" not in cookie  # this instance is plain http
    for odd in ("", "de", "zh-Hans", "en; x=1"):
        cookie = client.raw.post("/language", data={"lang": odd}).headers["Set-Cookie"]
        assert cookie.startswith("lang=; "), odd
        assert "Max-Age=0" in cookie
    client.raw.set_cookie("lang", "de")
    assert '<html lang="zh-CN"' in client.raw.get("/").text


def test_behind_https_the_cookie_travels_by_https_only(tmp_path: Path) -> None:
    app = create_app(settings_in(tmp_path, base_url="https://lists.example.gov.cn"))
    answer = app.test_client().post("/language", data={"lang": "en"})
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("target", ["//elsewhere.example", "https://elsewhere.example", "/\\x"])
def test_the_switch_never_leads_to_another_site(client: PageClient, target: str) -> None:
    assert client.raw.post("/language", data={"lang": "en", "next": target}).location == "/"


def test_the_answer_to_a_form_offers_no_switch(demo: Flask) -> None:
    page = PageClient(demo).send("/receipt", {"code": ""}, 422)
    assert not page.tree.xpath("//form[contains(@class, 'langs')]")


def test_a_page_varies_with_the_cookie(demo: Flask) -> None:
    assert "Cookie" in demo.test_client().get("/").headers["Vary"]
    assert "Cookie" not in demo.test_client().get("/api/v1/institutions").headers.get("Vary", "")
