"""The whole search page, from WSGI request to the last byte of HTML, against a bare Flask hello."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest.mock import patch
from urllib.parse import quote_from_bytes

import numpy as np
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

import lookup.views
from areas.models import Area, AreaKind
from bench.search.records import Institution, areas
from departments.loading import load_routing
from portal.app import create_app
from portal.clock import now, today
from portal.database import db
from portal.migrating import migrate
from portal.revision import bump_public_revision
from portal.settings import load_settings
from register import models
from register.indexing import follow
from search import Index, fold

PROVINCE = "990000"
BATCH = 5000
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def filled(register: list[Institution], folder: Path) -> Flask:
    """Return the site over an instance that lists these institutions, index built."""
    environ = {"MINGDAN_INSTANCE": str(folder), "MINGDAN_AREA": PROVINCE}
    app = create_app(load_settings(environ))
    with app.app_context():
        migrate()
        load_routing(db.session)
        _insert(Area, _area_rows())
        _insert(models.Edition, [_edition(len(register))])
        numbered = list(enumerate(register, 1))
        for start in range(0, len(numbered), BATCH):
            _insert_institutions(numbered[start : start + BATCH])
        bump_public_revision(db.session)
        db.session.commit()
        follow()
    return app


def _insert(table: type[Any], values: list[dict[str, Any]]) -> None:
    if values:
        db.session.execute(sa.insert(table), values)


def _area_rows() -> list[dict[str, Any]]:
    def row(code: str, name: str, level: int, parent: str | None) -> dict[str, Any]:
        kind = AreaKind.LOCAL
        return {"code": code, "name": name, "level": level, "parent_code": parent, "kind": kind}

    cities = dict.fromkeys((city, f"{code[:4]}00") for city, _, code in areas())
    return [
        row(PROVINCE, "虚构省", 1, None),
        *(row(code, city, 2, PROVINCE) for city, code in cities),
        *(row(code, district, 3, f"{code[:4]}00") for _, district, code in areas()),
    ]


def _edition(size: int) -> dict[str, Any]:
    return {
        "id": 1,
        "area_code": PROVINCE,
        "number": 1,
        "as_of": today(),
        "published_at": now(),
        "manifest": json.dumps({"counts": {"white": size}}).encode(),
        "signature": bytes(64),
        "key_id": "bench",
    }


def _insert_institutions(several: list[tuple[int, Institution]]) -> None:
    day = today()
    _insert(
        models.Institution,
        [
            {
                "id": number,
                "code": _code(number),
                "area_code": one.area,
                "name": one.name,
                "canonical_name": fold(one.name),
                "uscc": one.uscc,
                "licence_number": one.licence,
                "valid_from": day - timedelta(days=300),
                "valid_to": day + timedelta(days=700),
            }
            for number, one in several
        ],
    )
    _insert(
        models.KindOfInstitution,
        [{"institution_id": n, "kind_code": one.kind, "position": 0} for n, one in several],
    )
    _insert(
        models.FormerName,
        [{"institution_id": n, "name": one.former_name} for n, one in several if one.former_name],
    )
    _insert(
        models.Premises,
        [
            {
                "institution_id": number,
                "area_code": one.area,
                "name": one.name,
                "address": one.address.text,
                "canonical_address": fold(one.address.text),
            }
            for number, one in several
        ],
    )
    _insert(models.Standing, [_standing(number, one) for number, one in several])


def _standing(number: int, one: Institution) -> dict[str, Any]:
    black = {"reason": "无证", "basis": "条例", "decision_number": "1 号", "authority": "教育局"}
    given = black if one.standing == "black" else dict.fromkeys(black)
    return {
        "institution_id": number,
        "status": models.Status(one.standing),
        "since": today(),
        "edition_in_id": 1,
        **given,
    }


def _code(number: int) -> str:
    return "".join(_DIGITS[number >> shift & 31] for shift in range(35, -5, -5))


def compare(app: Flask, queries: list[str], before: list[str]) -> Iterator[str]:
    """Yield the times of the page and of a bare hello, taken in turn, and where the page's went.

    Others are asked before: no site is new to every term and every row of its register.
    """
    hello, pages, hellos = _hello(), list[float](), list[float]()
    for number, query in enumerate(before):
        _timed(app, "/search", number, {"q": query})
    with _watched() as spent:
        for number, query in enumerate(queries, len(before)):
            pages.append(_timed(app, "/search", number, {"q": query}))
            hellos.append(_timed(hello, "/", number))
    p50, p95, p99 = np.percentile(pages, [50, 95, 99]) * 1000
    bare = float(np.median(hellos)) * 1000
    yield f"page p50 {p50:.2f}, p95 {p95:.2f}, p99 {p99:.2f} ms over {len(queries)} queries"
    yield f"bare Flask hello p50 {bare:.3f} ms; the page is {p50 / bare:.0f} × that"
    whole = sum(pages)
    parts = {
        "engine": spent["engine"],
        "rows and what is made of them": spent["data"] - spent["engine"],
        "template": spent["template"],
        "the rest of the request": whole - spent["data"] - spent["template"],
    }
    for name, seconds in parts.items():
        yield f"  {name}: {seconds / whole:.0%}, {seconds / len(queries) * 1000:.2f} ms a page"


def attacked(app: Flask, queries: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the times of the page by kind of hostile query, and of a bare hello beside them.

    Raises RuntimeError where the page answers otherwise than with itself, a door, 400 or 414.
    """
    hello, hellos, by_kind = _hello(), list[float](), defaultdict[str, list[float]](list)
    _timed(app, "/search?q=%E9%A2%84%E7%83%AD", 0)
    for number, (kind, query) in enumerate(queries, 1):
        asked = f"/search?q={quote_from_bytes(query.encode('utf-8', 'surrogatepass'))}"
        by_kind[kind].append(_timed(app, asked, number, expected="200 303 400 414"))
        hellos.append(_timed(hello, "/", number))
    every = [seconds for times in by_kind.values() for seconds in times]
    for kind, times in [*by_kind.items(), ("all", every), ("bare Flask hello", hellos)]:
        p50, p99 = np.percentile(times, [50, 99]) * 1000
        yield f"{kind}: p50 {p50:.2f}, p99 {p99:.2f}, max {max(times) * 1000:.2f} ms"


@contextmanager
def _watched() -> Iterator[defaultdict[str, float]]:
    """Count the seconds spent in the engine, in the page's data and in its template."""
    spent = defaultdict[str, float](float)
    watched: tuple[tuple[Any, str, str], ...] = (
        (Index, "search", "engine"),
        (Index, "lookalikes", "engine"),
        (lookup.views, "search_page", "data"),
        (lookup.views, "render_template", "template"),
    )
    with ExitStack() as patched:
        for owner, name, part in watched:
            counted = _counting(getattr(owner, name), part, spent)
            patched.enter_context(patch.object(owner, name, counted))
        yield spent


def _counting(
    function: Callable[..., Any], part: str, spent: defaultdict[str, float]
) -> Callable[..., Any]:
    def counted(*args: Any, **kwargs: Any) -> Any:
        began = perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            spent[part] += perf_counter() - began

    return counted


def _hello() -> Flask:
    hello = Flask("hello")
    hello.add_url_rule("/", view_func=lambda: "hello")
    return hello


def _timed(
    app: Flask,
    path: str,
    number: int,
    query: dict[str, str] | None = None,
    expected: str = "200",
) -> float:
    """Return the seconds of one request; each comes from another address, against the limits."""
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    builder = EnvironBuilder(path, query_string=query, environ_overrides={"REMOTE_ADDR": address})
    environ = builder.get_environ()
    began = perf_counter()
    body, status, _ = run_wsgi_app(app, environ, buffered=True)
    seconds = perf_counter() - began
    if status[:3] not in expected.split() or not any(body):
        raise RuntimeError(f"{path} {query}: {status}")
    return seconds
