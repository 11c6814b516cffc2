"""flask lists import, as an officer's colleague from IT would run it."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from portal.database import db
from publishing.models import Sheet
from register.models import Institution
from search import Filters
from tests.pages import PageClient

DATA = Path(__file__).parents[1] / "data"


def run(app: Flask, file: Path | str, *more: str, kind: str = "white") -> Result:
    args = ["lists", "import", str(file), "--list", kind, "--area", "359901", *more]
    return app.test_cli_runner().invoke(args=args)


def institutions() -> int:
    return db.session.scalar(sa.select(sa.func.count(Institution.id))) or 0


def test_blocked_rows_stop_it_and_are_named(app: Flask) -> None:
    result = run(app, DATA / "whitelist.xlsx", "--publish")
    assert result.exit_code == 1
    assert "工作表“非学科类” 第 88 行" in result.output
    assert "拦截" in result.output
    assert "13800138000" not in result.output
    assert institutions() == 0


def test_a_rehearsal_writes_nothing(app: Flask) -> None:
    result = run(app, DATA / "whitelist.xlsx", "--dry-run", "--leave-out-blocked")
    assert result.exit_code == 0, result.output
    assert "新增 110 家" in result.output
    assert institutions() == 0
    assert db.session.scalar(sa.select(sa.func.count(Sheet.id))) == 0


def test_publish_returns_when_the_index_follows(app: Flask) -> None:
    result = run(app, DATA / "whitelist.xlsx", "--publish", "--leave-out-blocked")
    assert "第 1 期" in result.output, result.output
    found = app.extensions["index"].search("晨曦", Filters())
    assert found.total == 2
    page = PageClient(app).visit("/search?q=晨曦")
    assert "晨曦湾培训学校" in page.words


def test_the_same_file_again_makes_no_edition(app: Flask) -> None:
    for _ in range(2):
        result = run(app, DATA / "whitelist.xlsx", "--publish", "--leave-out-blocked")
    assert "没有变化" in result.output


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.pdf", b"%PDF-1.7 nothing"),
        ("cut.xlsx", (DATA / "whitelist.xlsx").read_bytes()[:9000]),
        ("empty.csv", b""),
        ("nul.csv", "机构名称,\x00\n甲\x00,乙\n".encode()),
        ("words.csv", "这不是名单\n只有几行字\n".encode()),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(
    app: Flask, tmp_path: Path, name: str, content: bytes
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    result = run(app, file, "--publish")
    assert result.exit_code == 2, result.output
    assert len(result.output.strip().splitlines()) == 1
    assert institutions() == 0


def test_a_file_of_a_hundred_megabytes_is_not_even_read(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "big.xlsx"
    with file.open("wb") as out:
        out.truncate(100 * 2**20)
    result = run(app, file)
    assert (result.exit_code, "MB" in result.output) == (2, True)


@pytest.mark.parametrize("more", [("--kinds", "QQ"), ("--coverage", "some"), ("--as-of", "soon")])
def test_a_bad_option_is_named(app: Flask, more: tuple[str, str]) -> None:
    assert run(app, DATA / "blacklist.csv", *more, kind="black").exit_code == 2


def test_an_unknown_area_is_named(app: Flask) -> None:
    args = ["lists", "import", str(DATA / "blacklist.csv"), "--list", "black", "--area", "123456"]
    result = app.test_cli_runner().invoke(args=args)
    assert (result.exit_code, "123456" in result.output) == (2, True)
