"""While a reporter's page is made or a photo decoded, everybody else can write."""

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from typing import Any

import pytest
from flask import Flask, before_render_template

from portal.database import db
from portal.settings import Settings
from reports.models import Report
from tests.accounts.signing_in import sign_in
from tests.inbox.test_inbox import make
from tests.pages import PageClient
from tests.reports.pictures import photo
from tests.reports.test_following import closed, look
from tests.reports.test_tips import form, receipt_of

WORDS = "课上了三次，老师叫我们把钱转给前台"


@contextmanager
def writing_at_every_page(app: Flask) -> Iterator[list[str]]:
    """Another connection writes before each template is filled; yields the templates' names."""
    settings: Settings = app.config["MINGDAN"]
    turns, seen = count(1), []
    path = settings.instance / "mingdan.sqlite"

    def write(_app: Flask, template: Any, **_more: Any) -> None:
        seen.append(str(template.name))
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
            other.execute(f"PRAGMA user_version = {next(turns)}")  # raises where it is locked

    with before_render_template.connected_to(write, app):
        yield seen


@pytest.mark.parametrize(
    ("fields", "status", "template"),
    [
        ({"step": "preview"}, 200, "reports/preview.html"),
        ({"step": "mask"}, 200, "reports/preview.html"),
        ({"step": "edit"}, 200, "reports/new.html"),
        ({"body": ""}, 422, "reports/new.html"),
        ({"files": "no photo"}, 422, "reports/preview.html"),
        ({}, 200, "reports/sent.html"),
    ],
)
def test_a_form_that_is_shown_or_taken_holds_up_no_writer(
    demo: Flask, fields: dict[str, str], status: int, template: str
) -> None:
    client = PageClient(demo)
    data: dict[str, Any] = form(client) | fields
    if "files" in fields:
        data["files"] = (io.BytesIO(fields["files"].encode()), "a.jpg")
    with writing_at_every_page(demo) as seen:
        client.send("/report/new", data, status)
    assert template in seen


def test_following_a_receipt_holds_up_no_writer(demo: Flask) -> None:
    client = PageClient(demo)
    code = receipt_of(client.send("/report/new", form(client)))
    officer = sign_in(demo, "cul")
    make(officer, "accepted:")
    make(officer, "asked:", words="是哪一位老师说的？")
    token = look(demo, code).token()
    said = {"csrf_token": token, "code": code, "text": WORDS}
    with writing_at_every_page(demo) as seen:
        look(demo, code)
        look(demo, "0" * 20, 404)
        client.send("/receipt/answer", said | {"text": ""}, 422)
        client.send("/receipt/answer", {**said, "files": (io.BytesIO(photo()), "a.jpg")})  # type: ignore[dict-item]
        said["csrf_token"] = look(demo, code).token()  # another form
        client.send("/receipt/objection", said, 409)
        closed(demo, "closed:not_found")
        client.send("/receipt/objection", said)
        client.send("/receipt/rating", said | {"rating": "good"}, 409)
    assert seen.count("reports/receipt.html") > 8
    assert db.session.get_one(Report, 1).objected_on is not None
