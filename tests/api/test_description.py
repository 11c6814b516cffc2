"""The description of the API is true: against the route table, and against the answers."""

import re
from typing import Any

import pytest
import schemathesis
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from doorcodes.models import DoorCode
from portal.database import db
from register.models import Institution
from tests.pages import PageClient

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def described(client: PageClient) -> dict[str, Any]:
    found: dict[str, Any] = client.raw.get("/api/v1/openapi.json").get_json()
    return found


def test_every_route_is_described_and_nothing_else(demo: Flask, demo_client: PageClient) -> None:
    routes = {
        (re.sub(r"<(?:[^:<>]*:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")), method)
        for rule in demo.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"}
    }
    said = {
        (path, method.upper())
        for path, methods in described(demo_client)["paths"].items()
        for method in methods
    }
    assert said == routes


def test_parameters_in_a_path_are_described(demo_client: PageClient) -> None:
    for path, methods in described(demo_client)["paths"].items():
        for operation in methods.values():
            named = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path)), path


def test_the_page_for_people_names_every_address(demo_client: PageClient) -> None:
    words = demo_client.visit("/about/api").words
    assert [p for p in described(demo_client)["paths"] if f"/api/v1{p}" not in words] == []


def examples(app: Flask) -> dict[str, Any]:
    """Return values that lead to something, which a generator would never guess."""
    return {
        "code": st.sampled_from(
            [
                *db.session.scalars(sa.select(Institution.code)),
                *db.session.scalars(sa.select(DoorCode.code).limit(20)),
            ]
        ),
        "area": st.just("359901"),
        "earlier": st.integers(1, 3), "later": st.integers(1, 3), "number": st.integers(1, 3),
    }  # fmt: skip


def hold_against_answers(app: Flask, number: int) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    known = examples(app)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)

        @settings(
            max_examples=number, deadline=None, suppress_health_check=list(HealthCheck),
            phases=[Phase.generate], database=None,
        )  # fmt: skip
        @given(case=found.ok().as_strategy(), data=st.data())
        def holds(case: Any, data: st.DataObject) -> None:
            for name in set(case.path_parameters or {}) & set(known):
                if data.draw(st.booleans()):
                    case.path_parameters[name] = data.draw(known[name])
            case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})

        holds()


def test_answers_keep_to_the_description(demo: Flask) -> None:
    hold_against_answers(demo, 12)


@pytest.mark.long
def test_many_answers_keep_to_the_description(demo: Flask) -> None:
    hold_against_answers(demo, 1000)
