"""Where an institution stood on a past day, as the edition in force that day says."""

import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.clock import today
from portal.database import db
from publishing.files import canonical
from publishing.notes import withhold
from register.frozen import entries, entry_of, list_bytes
from register.history import edition_on
from register.models import Change, ChangeKind, Edition, EditionFile, Institution
from tests.pages import PageClient

THEN = "//p[@class='then-word']//@data-mark"  # the standing on the day asked for


@pytest.fixture
def dated(demo: Flask) -> list[Edition]:
    """The demo's two editions, published in March and June 2024 instead of today."""
    editions = list(db.session.scalars(sa.select(Edition).order_by(Edition.number)))
    for edition, month in zip(editions, (3, 6), strict=True):
        edition.published_at = datetime(2024, month, 1, 16, 30, tzinfo=UTC)  # the 2nd in China
    db.session.commit()
    return editions


def moved_to_black() -> str:
    """Return the code of an institution that edition 2 moved from white to black."""
    return str(
        db.session.scalar(
            sa.select(Institution.code)
            .join(Change, Change.institution_id == Institution.id)
            .where(Change.kind == ChangeKind.MOVED, Change.after == "black")
        )
    )


def test_the_edition_in_force_answers(dated: list[Edition], demo_client: PageClient) -> None:
    code = moved_to_black()
    page = demo_client.visit(f"/institutions/{code}?on=2024-03-02")
    assert "这是那一天的状态。现在：已列入黑名单" in page.words
    assert page.tree.xpath(THEN) == ["white"]
    page = demo_client.visit(f"/institutions/{code}?on=2024-06-02")
    assert page.tree.xpath(THEN) == ["black"]
    assert demo_client.visit(f"/institutions/{code}").standing == "black"


def test_the_day_is_the_day_in_china(dated: list[Edition]) -> None:
    first, second = dated
    found = [edition_on(db.session, "359901", date(2024, 6, day)) for day in (1, 2)]
    assert found == [first, second]
    assert edition_on(db.session, "359901", date.max) is second


def test_before_the_first_edition_nothing_was_published(
    dated: list[Edition], demo_client: PageClient
) -> None:
    page = demo_client.visit(f"/institutions/{moved_to_black()}?on=2024-03-01")
    assert "当时尚无名单公布" in page.words
    assert not page.tree.xpath(THEN)


def test_a_list_taken_over_speaks_by_its_own_date(demo: Flask, demo_client: PageClient) -> None:
    first = db.session.scalars(sa.select(Edition).order_by(Edition.number)).first()
    assert first is not None
    page = demo_client.visit(f"/institutions/{moved_to_black()}?on={first.as_of}")
    assert page.tree.xpath(THEN) == ["white"]
    assert "当天还没有公布" in page.words


def test_who_was_not_on_the_list_yet_is_not_found(
    dated: list[Edition], demo_client: PageClient
) -> None:
    code = db.session.scalar(
        sa.select(Institution.code)
        .join(Change, Change.institution_id == Institution.id)
        .where(Change.kind == ChangeKind.ADDED, Change.edition_id == dated[1].id)
    )
    page = demo_client.visit(f"/institutions/{code}?on=2024-05-01")
    assert page.tree.xpath(THEN) == ["not_found"]


def test_an_expired_licence_was_not_expired_before_it_ended(
    dated: list[Edition], demo_client: PageClient
) -> None:
    white = json.loads(list_bytes(db.session, dated[1]))["institutions"]
    entry = next(e for e in white if e["standing"]["status"] == "white" and e["valid_to"])
    ended = datetime.fromisoformat(entry["valid_to"]).date()
    if ended >= today():
        institution = db.session.scalars(sa.select(Institution).filter_by(code=entry["code"])).one()
        file = db.session.get(EditionFile, (dated[1].id, "list.json"))
        assert file is not None
        file.content = file.content.replace(
            f'"valid_to":"{ended}"'.encode(), b'"valid_to":"2024-07-01"'
        )
        institution.valid_to = ended = date(2024, 7, 1)
        db.session.commit()
    for day, standing in ((ended, "white"), (ended + timedelta(1), "expired")):
        page = demo_client.visit(f"/institutions/{entry['code']}?on={day}")
        assert page.tree.xpath(
            "//section[@class='panel then']/p[@class='then-word']//@data-mark"
        ) == [standing], day


def test_withheld_bytes_are_said_to_be_so(dated: list[Edition], demo_client: PageClient) -> None:
    code = moved_to_black()
    withhold(db.session, "359901", 1, "云临教〔2026〕9号", "含有不应公开的内容。")
    db.session.commit()
    page = demo_client.visit(f"/institutions/{code}?on=2024-03-02")
    assert "停止公开" in page.words


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        ("2999-01-01", "还没有到"), ("9999-12-31", "还没有到"), ("x", "看不懂"), ("", "看不懂"),
        ("20240301", "看不懂"), ("2024-02-30", "看不懂"), ("2024-3-1", "看不懂"),
        ("٢٠٢٤-٠٣-٠١", "看不懂"), ("2024-03-01'--", "看不懂"),
    ],
)  # fmt: skip
def test_nonsense_and_days_to_come_are_a_sentence(
    demo_client: PageClient, on: str, sentence: str
) -> None:
    code = db.session.scalar(sa.select(Institution.code).limit(1))
    page = demo_client.visit(f"/institutions/{code}", status=400, query_string={"on": on})
    assert sentence in page.words


@pytest.mark.parametrize("on", ["0001-01-01", "1900-02-28"])
def test_long_ago_there_was_nothing(demo_client: PageClient, on: str) -> None:
    code = db.session.scalar(sa.select(Institution.code).limit(1))
    assert "当时尚无名单公布" in demo_client.visit(f"/institutions/{code}?on={on}").words


@pytest.mark.parametrize("size", [100, 333, 1 << 18])
def test_entries_are_read_one_by_one_wherever_the_text_is_cut(
    demo: Flask, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("register.frozen._CHUNK", size)
    for edition in db.session.scalars(sa.select(Edition)):
        content = list_bytes(db.session, edition)
        whole = json.loads(content)["institutions"]
        assert list(entries(io.BytesIO(content))) == whole
        assert [entry_of(content, entry["code"]) for entry in whole] == whole
        assert entry_of(content, "00000000") is None


def test_an_empty_list_has_no_entries() -> None:
    content = canonical({"area": "1", "as_of": "2024-01-01", "number": 1, "institutions": []})
    assert list(entries(io.BytesIO(content))) == []


def test_words_that_look_like_an_entry_are_not_one() -> None:
    entry = {"code": "AAAAAAAA", "approved_by": '{"code":"AAAAAAAA"', "scope": "x" * 70_000}
    trap = {"code": "BBBBBBBB", "approved_by": '},{"approved_by":1,"code":"AAAAAAAA"', "scope": ""}
    content = canonical({"institutions": [trap, entry]})
    assert entry_of(content, "AAAAAAAA") == entry
    assert entry_of(content, "BBBBBBBB") == trap
