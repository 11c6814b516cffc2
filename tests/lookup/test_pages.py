"""The public reading pages."""

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.database import db
from register.models import Institution, Standing, Status
from tests.pages import PageClient

STANDINGS = ["white", "expired", "rectifying", "suspended", "black", "removed", "closed"]


def one_with(status: Status) -> Institution:
    found = db.session.scalar(
        sa.select(Institution)
        .join(Standing, Standing.institution_id == Institution.id)
        .where(Standing.until.is_(None), Standing.status == status)
    )
    assert found is not None
    return found


def test_home_has_one_box_and_the_as_of_line(demo_client: PageClient) -> None:
    page = demo_client.visit("/")
    assert len(page.tree.xpath("//input[@name='q']")) == 1
    assert "第 2 期" in page.words or "第2期" in page.words
    assert "演示数据" in page.words


def test_home_without_any_edition_says_so(client: PageClient) -> None:
    assert "还没有公布" in client.visit("/").words


@pytest.mark.parametrize(
    "q", ["晨", "晨曦", "晨曦湾培训学校", "臨江區晨曦灣", "教民135990170000014号"]
)
def test_search_finds_by_half_a_name(demo_client: PageClient, q: str) -> None:
    page = demo_client.visit("/search", query_string={"q": q})
    assert "晨曦湾培训学校" in page.words


def test_search_that_finds_nothing_is_honest(demo_client: PageClient) -> None:
    page = demo_client.visit("/search?q=霍格沃茨魔法")
    assert page.standing == "not_found"
    assert "不等于违法" in page.words
    assert page.links("/report")


def test_a_near_name_is_called_similar_and_not_found(demo_client: PageClient) -> None:
    page = demo_client.visit("/search?q=晨羲湾培训学校")
    assert "没有查到您输入的这个名字" in page.words
    assert "晨曦湾培训学校" in page.words


def test_search_filters_by_kind(demo_client: PageClient) -> None:
    page = demo_client.visit("/search?q=晨曦&kind=WY")
    assert "晨曦湾书画培训中心" in page.words
    assert "晨曦湾培训学校" not in page.words


@pytest.mark.parametrize("standing", STANDINGS)
def test_every_list_has_a_page_and_somebody_on_it(demo_client: PageClient, standing: str) -> None:
    page = demo_client.visit(f"/lists/{standing}")
    assert standing in page.tree.xpath("//main//*[@data-standing]/@data-standing")


def test_an_empty_list_says_so(client: PageClient) -> None:
    assert "没有" in client.visit("/lists/black").words


def test_lists_are_paged_without_loss(demo_client: PageClient) -> None:
    seen: list[str] = []
    path = "/lists/white"
    while path:
        page = demo_client.visit(path)
        seen += [a for a in page.links("/institutions/") if a not in seen]
        following = page.tree.xpath("//a[@rel='next']/@href")
        path = following[0] if following else ""
    white = db.session.scalar(
        sa.select(sa.func.count(Standing.id)).filter_by(until=None, status=Status.WHITE)
    )
    expired = demo_client.visit("/lists/expired")
    assert white is not None
    assert len(seen) == white - len(set(expired.links("/institutions/")))


@pytest.mark.parametrize("status", list(Status))
def test_an_institution_page_gives_the_verdict(demo_client: PageClient, status: Status) -> None:
    institution = one_with(status)
    page = demo_client.visit(f"/institutions/{institution.code}")
    assert page.h1 == institution.name
    assert page.standing in {status.value, "expired"}
    assert "截至" in page.words


def test_a_black_entry_names_ground_document_and_authority(demo_client: PageClient) -> None:
    institution = one_with(Status.BLACK)
    standing = next(s for s in institution.standings if s.until is None)
    words = demo_client.visit(f"/institutions/{institution.code}").words
    for part in (standing.basis, standing.decision_number, standing.authority):
        assert part
        assert part in words


@pytest.mark.parametrize("status", [Status.REMOVED, Status.CLOSED])
def test_who_left_the_lists_is_kept_from_search_engines(
    demo_client: PageClient, status: Status
) -> None:
    page = demo_client.visit(f"/institutions/{one_with(status).code}")
    assert page.response.headers["X-Robots-Tag"] == "noindex"


def test_removed_by_a_complete_sheet_inside_its_coverage_only(demo: Flask) -> None:
    removed = db.session.scalars(
        sa.select(Institution)
        .join(Standing, Standing.institution_id == Institution.id)
        .where(Standing.until.is_(None), Standing.status == Status.REMOVED)
    ).all()
    by_sheet = [i for i in removed if i.kinds]
    assert [kind.kind_code for i in by_sheet for kind in i.kinds] == ["KJ"]


def test_the_verdict_is_the_same_everywhere(demo_client: PageClient) -> None:
    for status in Status:
        institution = one_with(status)
        shown = demo_client.visit(f"/institutions/{institution.code}").standing
        api = demo_client.raw.get(f"/api/v1/institutions/{institution.code}").get_json()
        search = demo_client.visit("/search", query_string={"q": institution.name})
        link = f"/institutions/{institution.code}"
        on_card = "//li[.//a[@href=$link]]//@data-standing"
        assert {shown} == {api["standing"]} == {*search.tree.xpath(on_card, link=link)}


def test_departments_are_told_from_the_routing_table(demo_client: PageClient) -> None:
    words = demo_client.visit("/departments").words
    assert "临江区消防救援大队" in words
    assert "12315" in words


@pytest.mark.parametrize("path", ["/about", "/privacy", "/departments", "/editions", "/report"])
@pytest.mark.parametrize("mode", ["", "elder"])
def test_every_other_page_in_both_modes(demo_client: PageClient, path: str, mode: str) -> None:
    if mode:
        demo_client.raw.set_cookie("mode", mode)
    page = demo_client.visit(path)
    assert (page.tree.get("data-mode") == "elder") == (mode == "elder")


def test_the_elder_mode_is_set_by_a_tap_and_leads_back(demo_client: PageClient) -> None:
    response = demo_client.raw.post("/mode", data={"mode": "elder", "next": "/lists/black?"})
    assert (response.status_code, response.location) == (303, "/lists/black")
    assert "mode=elder" in response.headers["Set-Cookie"]
    assert demo_client.visit("/").tree.get("data-mode") == "elder"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_switch_never_leads_to_another_site(demo_client: PageClient, target: str) -> None:
    assert demo_client.raw.post("/mode", data={"next": target}).location == "/"


def test_health(client: PageClient) -> None:
    assert client.raw.get("/healthz").get_data(as_text=True) == "ok"
