"""Guards over the whole route table."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from accounts.access import ANYONE

# How each writing route is protected against forged requests (docs/architecture.md, CSRF).
WRITING = {
    "accounts.sign_in_posted": "desk",
    "accounts.sign_out": "desk",
    "accounts.second_factor_posted": "desk",
    "accounts.invitation_posted": "desk",
    "account.sessions_posted": "desk",
    "account.password_posted": "desk",
    "account.key_posted": "desk",
    "officers.new_posted": "desk",
    "officers.role_posted": "desk",
    "officers.disable_posted": "desk",
    "officers.enable_posted": "desk",
    "officers.reset_posted": "desk",
    "inbox.act": "desk",
    "notices_desk.create": "desk",
    "notices_desk.change": "desk",
    "notices_desk.submission": "desk",
    "notices_desk.decision": "desk",
    "notices_desk.withdrawal": "desk",
    "lists.new_posted": "desk",
    "lists.sheets_posted": "desk",
    "lists.file_posted": "desk",
    "lists.sheet_posted": "desk",
    "mending.findings_posted": "desk",
    "mending.row_posted": "desk",
    "mending.correction_posted": "desk",
    "mending.columns_posted": "desk",
    "lists.reading_posted": "desk",
    "lists.left_out_posted": "desk",
    "lists.submit_posted": "desk",
    "deciding.approve_posted": "desk",
    "deciding.return_posted": "desk",
    "deciding.urgent_posted": "desk",
    "deciding.note_posted": "desk",
    "inbox.assisted": "desk",
    "inbox.mended": "desk",
    "inbox.paper_key_made": "desk",
    "inbox.paper_key_typed": "desk",
    "inbox.noted": "desk",
    "inbox.transferred": "desk",
    "reports.categories": "harmless",  # shows the next question, writes nothing
    "reports.send": "public form",
    "reports.receipt_posted": "public form",
    "reports.receipt_answered": "public form",
    "reports.receipt_kept": "public form",
    "reports.receipt_objected": "public form",
    "reports.receipt_rated": "public form",
    "bulk.names_posted": "public form",
    "doorcodes.answer": "tap",
    "search.match": "harmless",  # reads, writes nothing, knows no session
    "portal.mode": "harmless",  # sets or drops 长辈版, nothing else
    "portal.language": "harmless",  # sets or drops the language, nothing else
}
OPEN_AT_THE_DESK = {
    "accounts.sign_in", "accounts.sign_in_posted", "accounts.invitation",
    "accounts.invitation_posted",
}  # fmt: skip


def rules(app: Flask) -> list[Rule]:
    return list(app.url_map.iter_rules())


def test_every_writing_route_has_a_known_protection(app: Flask) -> None:
    writing = {r.endpoint for r in rules(app) if (r.methods or set()) & {"POST", "PUT", "DELETE"}}
    assert writing == set(WRITING)


def test_every_desk_page_declares_what_it_needs(app: Flask) -> None:
    declared = {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "permission", None)
        for rule in rules(app)
        if rule.rule.startswith("/desk")
    }
    assert None not in declared.values(), declared
    assert {endpoint for endpoint, p in declared.items() if p == ANYONE} == OPEN_AT_THE_DESK


def test_addresses_are_kebab_case_nouns(app: Flask) -> None:
    for rule in rules(app):
        fixed = re.sub(r"<[^>]*>", "", rule.rule)
        assert re.fullmatch(r"[a-z0-9./-]*", fixed.replace("/V/", "/v/")), rule.rule


def test_no_public_page_sets_a_cookie(app: Flask) -> None:
    client = app.test_client()
    for rule in rules(app):
        if "GET" in (rule.methods or set()) and not rule.arguments and rule.rule[:5] != "/desk":
            assert "Set-Cookie" not in client.get(rule.rule).headers, rule.rule


@pytest.mark.parametrize("path", ["/report", "/receipt", "/report/new?category=A01", "/desk/inbox"])
def test_what_concerns_a_tip_is_never_stored(app: Flask, path: str) -> None:
    assert app.test_client().get(path).headers["Cache-Control"] == "no-store"
