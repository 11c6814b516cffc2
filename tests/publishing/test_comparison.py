"""Differences between editions add up: nothing the public saw is lost between two of them."""

import io
import itertools
import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.database import db
from publishing.comparison_views import between
from publishing.files import canonical
from publishing.importing import ImportOrder, import_list
from publishing.models import Coverage
from publishing.sheet import ListKind
from publishing.signing import Signer
from register.comparison import added_up, differences
from register.frozen import Entry, entries, list_bytes
from register.models import Edition
from tests.pages import PageClient

AREA = "359901"
HEAD = "机构名称,统一社会信用代码,办学许可证号,办学地址,类别,有效期止,备注\n"
BLACK_HEAD = (
    "机构名称,统一社会信用代码,办学地点,列入黑名单原因,违法依据,处理决定文号,"
    "列入时间,公布期限,认定单位,备注\n"
)
NAMES = ["甲乙", "丙丁", "戊己", "庚辛", "壬癸"]

white_row = st.builds(
    lambda i, door, kind, year, note: (
        f"{NAMES[i]}培训中心,,教民13599017000000{i}号,学府路{door}号,{kind},20{year}-12-31,{note}\n"
    ),
    st.integers(0, 4), st.integers(1, 3), st.sampled_from(["学科类", "体育类"]),
    st.integers(30, 33), st.sampled_from(["", "限期整改", "停业整改"]),
)  # fmt: skip
black_row = st.builds(
    lambda i, n, note: (
        f"{NAMES[i]}培训中心,,学府路{n}号,超范围培训,《民办教育促进法》第六十二条,"
        f"临教监罚〔2026〕{n}号,2026-01-0{n},3年,临江区教育局,{note}\n"
    ),
    st.integers(0, 4), st.integers(1, 3), st.sampled_from(["", "误列，撤销列入"]),
)  # fmt: skip
sheets = st.one_of(
    st.tuples(st.just(ListKind.WHITE), st.lists(white_row, max_size=4)),
    st.tuples(st.just(ListKind.BLACK), st.lists(black_row, max_size=2)),
)
publications = st.lists(st.tuples(sheets, st.sampled_from(list(Coverage))), max_size=4)


def publish(folder: object, day: int, kind: ListKind, rows: list[str], coverage: Coverage) -> None:
    head = BLACK_HEAD if kind is ListKind.BLACK else HEAD
    order = ImportOrder(
        (head + "".join(rows)).encode(), "list.csv", kind, AREA,
        date(2026, 1, 10) + timedelta(day), coverage, leave_out_blocked=True,
    )  # fmt: skip
    import_list(db.session, order, Signer(folder))  # type: ignore[arg-type]
    db.session.flush()


def read(edition: Edition) -> list[Entry]:
    return list(entries(io.BytesIO(list_bytes(db.session, edition))))


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(published=publications)
def test_from_the_first_edition_all_differences_make_the_current_list(
    app: Flask, published: list[tuple[tuple[ListKind, list[str]], Coverage]]
) -> None:
    first = (ListKind.WHITE, ["甲乙培训中心,,教民135990170000000号,学府路1号,学科类,2030-12-31,\n"])
    for day, ((kind, rows), coverage) in enumerate([(first, Coverage.COMPLETE), *published]):
        publish(app.config["MINGDAN"].instance / "keys", day, kind, rows, coverage)
    editions = list(db.session.scalars(sa.select(Edition).order_by(Edition.number)))
    whole = read(editions[0])
    for earlier, later in itertools.pairwise(editions):
        whole = added_up(whole, between(db.session, earlier, later))
        assert canonical(whole) == canonical(read(later))
    assert added_up(read(editions[0]), between(db.session, editions[0], editions[-1])) == whole
    assert added_up(whole, between(db.session, editions[-1], editions[0])) == read(editions[0])
    db.session.rollback()


values = st.one_of(st.none(), st.text("文x", max_size=3), st.lists(st.just("甲"), max_size=2))
lists = st.dictionaries(
    st.text("ABC", min_size=1, max_size=2),
    st.dictionaries(st.sampled_from(["uscc", "scope", "disclosure"]), values),
    max_size=5,
).map(lambda made: [{"code": c, "name": c, **fields} for c, fields in sorted(made.items())])


@given(before=lists, after=lists)
def test_any_two_lists_differ_by_what_makes_one_of_the_other(
    before: list[Entry], after: list[Entry]
) -> None:
    found = list(differences(before, after))
    assert added_up(before, found) == after
    assert bool(found) == (before != after)
    said = [json.loads(json.dumps(difference.to_json())) for difference in found]
    assert [each["code"] for each in said] == sorted(each["code"] for each in said)


def test_the_page_says_who_moved(demo_client: PageClient) -> None:
    page = demo_client.visit(f"/editions/{AREA}/1..2")
    moved = page.tree.xpath("//ul[@class='changes']/li[.//*[@data-mark='white']]")
    assert any(li.xpath(".//*[@data-mark='black']") for li in moved)
    assert demo_client.visit(f"/editions/{AREA}/2..2").words.count("没有变化")
    assert f"/editions/{AREA}/1..2" in demo_client.visit(f"/editions/{AREA}/2").links("..")


@pytest.mark.parametrize("path", ["0..1", "1..9", "1..x", "..", "1..2..3"])
def test_editions_that_are_not_there_have_no_differences(
    demo_client: PageClient, path: str
) -> None:
    demo_client.visit(f"/editions/{AREA}/{path}", status=404)
