"""A client that lints every page it fetches, so that no page type can slip."""

import re
from collections import Counter
from typing import Any

from flask import Flask
from lxml import etree, html
from werkzeug.test import TestResponse

from portal.i18n import CHINESE_ONLY, DEFAULT, LANGUAGES

PRIVATE = ("/report", "/receipt")  # neutral titles; a script that they work without


class Page:
    """A fetched page."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.text = response.get_data(as_text=True)
        self.tree: html.HtmlElement = html.fromstring(self.text)

    @property
    def h1(self) -> str:
        return " ".join(self.tree.xpath("//h1")[0].text_content().split())

    @property
    def words(self) -> str:
        """All words of the page, without markup."""
        return " ".join(self.tree.xpath("//body")[0].text_content().split())

    @property
    def standing(self) -> str:
        """The standing of the first verdict."""
        found = self.tree.xpath("//*[@data-standing]/@data-standing")
        return str(found[0]) if found else ""

    def links(self, containing: str) -> list[str]:
        return [str(a) for a in self.tree.xpath("//a/@href") if containing in a]

    def posted_by(self, words: str) -> dict[str, str]:
        """What the form with a button of these words would send."""
        (button,) = self.tree.xpath("//form//button[contains(., $words)]", words=words)
        (form,) = button.xpath("ancestor::form")
        sent = [*form.xpath(".//input[@type='hidden']"), button]
        return {str(one.get("name")): str(one.get("value")) for one in sent if one.get("name")}

    def token(self) -> str:
        return str(self.tree.xpath("//input[@name='csrf_token']/@value")[0])


class PageClient:
    """Fetches pages of the app and checks what must hold on every one."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.raw = app.test_client()

    def visit(self, path: str, status: int = 200, **kwargs: Any) -> Page:
        return self._checked(self.raw.get(path, **kwargs), status)

    def send(self, path: str, data: dict[str, str], status: int = 200, **kwargs: Any) -> Page:
        return self._checked(self.raw.post(path, data=data, **kwargs), status)

    def _checked(self, response: TestResponse, status: int) -> Page:
        assert response.status_code == status, response.get_data(as_text=True)[:2000]
        page = Page(response)
        lint(page)
        return page


def lint(page: Page) -> None:
    """Assert what every HTML page must keep."""
    tree, text = page.tree, page.text
    assert text.startswith("<!doctype html>"), text[:60]
    assert tree.get("lang") == _language(page.response)
    h1s = tree.xpath("//h1")
    assert len(h1s) == 1, [h.text_content() for h in h1s]
    title = "".join(tree.xpath("//title")[0].text_content().split())
    if page.response.request.path.startswith(PRIVATE):
        assert page.h1 not in title, "the history of a shared phone"
    else:
        assert title.startswith("".join(page.h1.split())), (title, page.h1)
    repeated = [i for i, n in Counter(tree.xpath("//@id")).items() if n > 1]
    assert not repeated, repeated
    assert tree.xpath("//meta[@name='viewport']")
    assert tree.xpath("//main")
    inline = "//script[not(@src) or text()] | //style | //*[@style] | //*[@onclick]"
    assert not tree.xpath(inline), "inline code"
    if not page.response.request.path.startswith(PRIVATE):
        assert not tree.xpath("//script[not(@defer)]"), "reading waits for no script"
    for control in tree.xpath("//input[not(@type='hidden')] | //textarea | //select"):
        assert _is_labelled(tree, control), etree.tostring(control)
    for source in tree.xpath("//@src | //link/@href"):
        assert str(source).startswith(("/", "data:")), f"outside host: {source}"
    for form in tree.xpath("//form[translate(@method,'POST','post')='post']"):
        assert str(form.get("action") or "/").startswith("/"), form.get("action")
    assert not re.search(r"None|Undefined|\{\{|\{%", page.words), "a value is missing"
    headers = page.response.headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def _language(response: TestResponse) -> str:
    """The `lang` attribute that the reader's cookie asks for."""
    asked = response.request.cookies.get("lang", DEFAULT)
    known = asked in LANGUAGES and not response.request.path.startswith(CHINESE_ONLY)
    return LANGUAGES[asked if known else DEFAULT][1]


def _is_labelled(tree: html.HtmlElement, control: html.HtmlElement) -> bool:
    if control.get("aria-label") or control.get("aria-labelledby"):
        return True
    if control.get("id") and tree.xpath("//label[@for=$id]", id=control.get("id")):
        return True
    return bool(control.xpath("ancestor::label"))
