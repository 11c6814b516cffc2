"""Every role × every route of the desk; what is expected is what the view itself declares."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from accounts.access import ANYONE
from accounts.keys import encrypt, new_private_key
from accounts.models import DeskSession, Officer, Role
from accounts.officers import _session_key, new_officer
from accounts.roles import ALLOWED, AREA_WIDE, Permission
from accounts.second_factor import DEMO_SECRET, set_secret
from departments.models import Channel, Department
from portal.clock import now
from portal.database import db
from publishing.planning import ImportOrder
from publishing.sheet import ListKind
from publishing.submissions import add_sheet, new_submission
from reports.models import Report
from tests.accounts.signing_in import at_desk
from tests.pages import PageClient
from tests.reports.test_tips import form

OWN, SAME_AREA, ELSEWHERE = "区文旅局", "区体育局", "丰泽文旅局"
PLACES = (OWN, SAME_AREA, ELSEWHERE)
SIGN_IN, ENROL = "/desk/sign-in", "/desk/second-factor"


@dataclass
class House:
    """The desk with somebody of every role in every place, and what they might ask for."""

    app: Flask
    tokens: dict[tuple[Role, str], str]
    left: str
    unbound: str
    subjects: dict[str, str]

    def ask(self, token: str | None, rule: Rule, method: str) -> tuple[int, str]:
        client: FlaskClient = self.app.test_client()
        if token:
            at_desk(client, token)
        answer = client.open(self.path(rule), method=method)
        return answer.status_code, answer.location or ""

    def path(self, rule: Rule) -> str:
        values = {name: self.subjects.get(name, "1") for name in rule.arguments}
        return str(self.app.url_map.bind("").build(rule.endpoint, values))


def officer(role: Role, department: str) -> Officer:
    found = db.session.scalars(sa.select(Department).filter_by(short_name=department)).one()
    made = new_officer(db.session, f"{role}{found.id}", "矩阵", found.id, role)
    made.public_key = new_private_key()[1]  # waits for the department's key
    set_secret(db.session, made, DEMO_SECRET)
    return made


@pytest.fixture
def house(demo: Flask) -> House:
    """Somebody of every role in every place; a report and a colleague of the department OWN."""
    client = PageClient(demo)
    client.send("/report/new", form(client))
    db.session.add(Department(area_code="350503", name=ELSEWHERE, short_name=ELSEWHERE,
                              channel=Channel.PHONE))  # fmt: skip
    db.session.flush()
    people = {(role, place): officer(role, place) for role in Role for place in PLACES}
    tokens = {who: session_of(each) for who, each in people.items()}
    left = db.session.scalars(sa.select(Officer).filter_by(username="edu")).one()
    left.disabled_at = now()
    unbound = db.session.scalars(sa.select(Officer).filter_by(username="cul")).one()
    unbound.totp_secret = None
    own = people[Role.CLERK, OWN].memberships[0].department_id
    submission = new_submission(db.session, "359901", own)
    add_sheet(db.session, submission, ImportOrder(b"", "", ListKind.WHITE, "359901"))
    made = House(
        app=demo,
        tokens=tokens,
        left=session_of(left),
        unbound=session_of(unbound),
        subjects={
            "number": db.session.scalars(sa.select(Report.number)).one(),
            "submission_id": str(submission.id),
            "sheet_id": str(submission.sheets[0].id),
            "officer_id": str(people[Role.CLERK, OWN].id),
        },
    )
    db.session.commit()
    return made


def desk_routes(app: Flask) -> list[tuple[Rule, str, str]]:
    return [
        (rule, method, getattr(app.view_functions[rule.endpoint], "permission", ""))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/desk")
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


def test_every_role_at_every_door(house: House) -> None:
    wrong = []
    for rule, method, permission in desk_routes(house.app):
        for (role, place), token in house.tokens.items():
            status, location = house.ask(token, rule, method)
            let_in = permission == ANYONE or role in ALLOWED[Permission(permission)]
            far = place == ELSEWHERE or (place == SAME_AREA and permission not in AREA_WIDE)
            if not let_in:
                right = status == 403
            elif far and rule.arguments:
                right = status == 404
            else:
                right = status not in {401, 403, 500} and location not in {SIGN_IN, ENROL}
            if not right:
                wrong.append(f"{role} of {place}: {method} {rule.rule} answers {status} {location}")
    assert not wrong, "\n".join(wrong)


def test_whoever_is_not_signed_in_or_has_left_is_led_to_the_sign_in(house: House) -> None:
    for rule, method, permission in desk_routes(house.app):
        for token in (None, house.left, "no such token"):
            answer = house.ask(token, rule, method)
            assert (answer == (303, SIGN_IN)) is (permission != ANYONE), (rule.rule, answer)


def test_without_a_second_factor_nothing_but_binding_one_is_open(house: House) -> None:
    for rule, method, permission in desk_routes(house.app):
        if permission not in (ANYONE, Permission.ENROL):
            assert house.ask(house.unbound, rule, method) == (303, ENROL), rule.rule


def test_the_subjects_of_the_matrix_are_there(house: House) -> None:
    routes = {rule.endpoint: rule for rule, _, _ in desk_routes(house.app)}
    clerk, administrator = house.tokens[Role.CLERK, OWN], house.tokens[Role.ADMINISTRATOR, OWN]
    assert house.ask(clerk, routes["inbox.case"], "GET")[0] == 200
    assert house.ask(clerk, routes["lists.submission"], "GET")[0] == 200
    assert house.ask(administrator, routes["officers.officer"], "GET")[0] == 200


def test_every_role_of_the_table_is_a_role_and_every_permission_has_one() -> None:
    assert set(ALLOWED) == set(Permission)
    assert all(ALLOWED.values())


def test_pages_of_the_desk_are_neither_kept_nor_framed(house: House) -> None:
    for rule, method, _ in desk_routes(house.app):
        client = house.app.test_client()
        at_desk(client, house.tokens[Role.ADMINISTRATOR, OWN])
        headers = client.open(house.path(rule), method=method).headers
        assert headers["Cache-Control"] == "no-store", rule.rule
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def session_of(holder: Officer) -> str:
    """A session as if the officer had signed in earlier; it holds no keys."""
    token = secrets.token_urlsafe()
    db.session.add(
        DeskSession(
            token_digest=hashlib.sha256(token.encode()).hexdigest(),
            officer_id=holder.id, created_at=now(), expires_at=now() + timedelta(hours=1),
            sealed_keys=encrypt(_session_key(token), b"{}", b"desk"),
        )
    )  # fmt: skip
    return token
