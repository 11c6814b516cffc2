"""/check/names: many names at once, and nothing of them kept."""

import csv
import hashlib
import io
import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa
import xlwt
from flask import Flask
from openpyxl import Workbook

from lookup.bulk_input import MAX_FILE, MAX_NAMES, NoNames, names_given
from portal.database import db
from portal.limits import NAME_CHECKS_PER_CLIENT
from register.models import Institution, Status
from tests.lookup.planting import indexed, plant
from tests.pages import Page, PageClient

PATH = "/check/names"
LISTED = "云浦市临江区晨曦湾培训学校"
BLACK = "云浦市慕言教育咨询有限公司"


def check(client: PageClient, names: str, status: int = 200, **more: str) -> Page:
    data = {"csrf_token": client.visit(PATH).token(), "names": names, "as": "page", **more}
    return client.send(PATH, data, status)


def check_file(client: PageClient, content: bytes, status: int = 200, **more: str) -> Page:
    """Send a file as a browser does, from memory: the test client would use the disk."""
    fields = {"csrf_token": client.visit(PATH).token(), "names": "", "as": "page", **more}
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = b'--b\r\nContent-Disposition: form-data; name="sheet"; filename="a.csv"\r\n\r\n'
    body = b"".join([*parts, head, content, b"\r\n--b--\r\n"])
    kind = "multipart/form-data; boundary=b"
    return client.send(PATH, body, status, content_type=kind)  # type: ignore[arg-type]


def rows(page: Page) -> dict[str, list[str]]:
    """Return name given → standings beside it: of what it means, then of what to mind."""
    return {
        "".join(row.xpath("./th")[0].text_content().split()): row.xpath(
            ".//@data-standing | .//td//@data-mark"
        )
        for row in page.tree.xpath("//tbody/tr")
    }


def downloaded(client: PageClient, names: str) -> list[list[str]]:
    token = client.visit(PATH).token()
    data = {"csrf_token": token, "names": names, "as": "csv"}
    response = client.raw.post(PATH, data=data)
    assert response.mimetype == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]
    text = response.get_data().decode("utf-8")
    assert text[0] == "\ufeff"
    return list(csv.reader(io.StringIO(text[1:])))


def test_every_name_gets_its_verdict(demo_client: PageClient) -> None:
    given = [LISTED, BLACK, "霍格沃茨魔法学校", "52359901MJ118HDD19", "教民135990170000014号"]
    page = check(demo_client, "\n".join(given))
    standings = list(rows(page).values())
    assert list(rows(page)) == given
    assert [found[0] for found in standings] == ["white", "black", "not_found", "white", "white"]
    assert "不等于违法，也不等于合格" in page.words
    assert "截至" in page.words


@pytest.mark.parametrize(
    ("name", "how"),
    [
        (LISTED, "名称一致"),
        ("晨曦湾培训学校", "名称一致，只差前面的地区"),
        ("教民135990170000014号", "证号一致"),
        ("旧雨培训中心", "曾用名或教学点的名字一致"),
        ("鹿鸣涧文化", "名称里有这几个字，请核对全名"),
    ],
)
def test_how_a_name_was_matched_is_said(demo_client: PageClient, name: str, how: str) -> None:
    page = check(demo_client, name)
    assert page.tree.xpath("//*[@class='match']/span[last()]/text()") == [how]


def test_an_unclear_name_gets_no_verdict(demo_client: PageClient) -> None:
    page = check(demo_client, "教育科技有限公司\n青禾文化艺术有限公司\n临江")
    assert [found[:1] for found in rows(page).values()] == [[], ["white"], []]
    assert "写得太笼统" in page.words
    assert "对上的不止一家，请按地址分辨" in page.words


def test_an_exact_name_is_not_blurred_by_longer_ones(demo: Flask) -> None:
    plant("海豚书画中心", Status.SUSPENDED)
    indexed("海豚书画中心东城校区")
    assert rows(check(PageClient(demo), "海豚书画中心")) == {"海豚书画中心": ["suspended"]}


def test_lookalikes_are_told(demo: Flask) -> None:
    plant("青荷书画工作室", Status.BLACK)
    indexed("青禾书画中心")
    page = check(PageClient(demo), "青禾书画中心\n清河书画")
    assert rows(page)["青禾书画中心"] == ["white", "black"]
    assert rows(page)["清河书画"][:2] == ["not_found", "black"]
    assert "名字很像，别认错" in page.words


def test_an_address_alone_is_no_name(demo_client: PageClient) -> None:
    assert rows(check(demo_client, "滨江路242号")) == {"滨江路242号": ["not_found"]}


def test_the_csv_names_verdict_match_and_edition(demo_client: PageClient) -> None:
    header, listed, missing = downloaded(demo_client, f"{LISTED}\n霍格沃茨")
    assert header[:4] == ["您给的名字", "结论", "对上的机构", "怎么对上的"]
    assert listed[:4] == [LISTED, "在白名单内", LISTED, "名称一致"]
    assert listed[-1] == "2"
    assert missing[1] == "未在名单中查到"
    assert missing[-2:] == listed[-2:]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_the_csv_holds_no_formula(demo_client: PageClient, start: str) -> None:
    assert downloaded(demo_client, f"{start}HYPERLINK(1)青")[1][0] == f"'{start}HYPERLINK(1)青"


def test_names_may_be_separated_in_any_usual_way() -> None:
    text = "1. 青禾\r\n（2）晨曦湾，麦浪,听松\t霁月；山月\n\n 3、青禾 \n 12 东篱\n121教育"
    assert names_given(text, b"") == [
        "青禾", "晨曦湾", "麦浪", "听松", "霁月", "山月", "东篱", "121教育",
    ]  # fmt: skip


def xlsx(*lines: tuple[str, ...]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for line in lines:
        book.active.append(line)  # type: ignore[union-attr]
    book.save(out)
    return out.getvalue()


def xls(*lines: tuple[str, ...]) -> bytes:
    book, out = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("a")
    for y, line in enumerate(lines):
        for x, text in enumerate(line):
            sheet.write(y, x, text)
    book.save(out)
    return out.getvalue()


def as_csv(*lines: tuple[str, ...]) -> bytes:
    return "\n".join(",".join(line) for line in lines).encode("gbk")


@pytest.mark.parametrize("make", [xlsx, xls, as_csv])
@pytest.mark.parametrize(
    "lines",
    [
        (("序号", "机构名称", "备注"), ("1", "青禾书画", "好"), ("2", "晨曦湾", "")),
        (("孩子", "哪一家"), ("小明妈妈", "青禾书画培训中心"), ("小红爸爸", "晨曦湾学校")),
        (("青禾书画",), ("晨曦湾",)),
    ],
    ids=["header", "looks", "alone"],
)
def test_the_column_of_names_is_found(make: object, lines: tuple[tuple[str, ...], ...]) -> None:
    names = names_given("", make(*lines))  # type: ignore[operator]
    assert [name[:2] for name in names if name != "哪一家"] == ["青禾", "晨曦"]


def test_a_sheet_is_answered_like_pasted_names(demo_client: PageClient) -> None:
    page = check_file(demo_client, xlsx(("机构名称",), (LISTED,), ("霍格沃茨学校",)))
    assert list(rows(page).values()) == [["white"], ["not_found"]]
    assert page.tree.xpath("string(//textarea)").split() == [LISTED, "霍格沃茨学校"]


BOMB = xlsx(("机构名称",), *[("青" * 30_000,)] * 300)


@pytest.mark.parametrize(
    ("names", "data", "sentence"),
    [
        ("", b"", "请写上要查的名字"),
        (" \n,，", b"", "请写上要查的名字"),
        ("\n".join(f"青禾{n}" for n in range(MAX_NAMES + 1)), b"", "一次最多查200家，这里有201家"),
        ("青" * 201, b"", "太长了"),
        ("", b"%PDF-1.7", "这是 PDF 文件"),
        ("", b"\x89PNG\r\n", "这是图片"),
        ("", b"PK\x03\x04broken", "文件已损坏"),
        ("", b"<table><tr><td>" + "青禾".encode(), "请选 .xlsx"),
        ("", b"1,2\n3,4\n", "没有找到写机构名称的那一列"),
        ("", BOMB, "表格太大"),
        ("", as_csv(("机构名称",), *((f"青禾{n}",) for n in range(201))), "一次最多查200家"),
    ],
)  # fmt: skip
def test_refusals_are_clear_sentences(names: str, data: bytes, sentence: str) -> None:
    with pytest.raises(NoNames, match=sentence):
        names_given(names, data)


def test_a_refused_form_comes_back_filled(demo_client: PageClient) -> None:
    page = check(demo_client, "青" * 201, status=422)
    assert "太长了" in page.tree.xpath("string(//*[@role='alert'])")
    assert page.tree.xpath("string(//textarea)").strip() == "青" * 201


@pytest.mark.parametrize("size", [MAX_FILE + 1, 2 * MAX_FILE])
def test_a_file_that_is_too_large_is_refused(demo_client: PageClient, size: int) -> None:
    page = check_file(demo_client, b"x" * size, status=422 if size < 2 * MAX_FILE else 413)
    assert "不超过1 MB" in page.words


def test_a_token_of_another_form_is_refused(demo_client: PageClient) -> None:
    other = demo_client.visit("/receipt").token()
    page = demo_client.send(PATH, {"csrf_token": other, "names": LISTED}, 422)
    assert "已失效" in page.words


def test_too_many_checks_in_an_hour_wait(demo_client: PageClient) -> None:
    most = int(NAME_CHECKS_PER_CLIENT.partition("/")[0])
    for _ in range(most):
        demo_client.send(PATH, {}, 422)
    demo_client.send(PATH, {}, 429)


def traces(app: Flask) -> tuple[dict[Path, str], list[str]]:
    """Return every file of the instance and every row of the database."""
    folder = app.config["MINGDAN"].instance
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw
        dump = list(raw.iterdump())
    files = {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".db-shm"
    }
    return files, dump


def test_nothing_sent_is_kept_on_disk_or_in_the_database(
    demo: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = PageClient(demo)
    client.visit(PATH)
    before = traces(demo)
    # Whatever would write a temporary file fails: the upload is larger than Werkzeug keeps.
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    lines = [("机构名称", "备注"), *((f"{LISTED}{n}", "字" * 2000) for n in range(200))]
    content = as_csv(*lines)
    assert 700_000 < len(content) < MAX_FILE
    assert len(rows(check_file(client, content))) == 200
    assert check(client, BLACK).standing == "black"
    assert traces(demo) == before


def test_the_answer_is_never_stored(demo_client: PageClient) -> None:
    assert check(demo_client, LISTED).response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/search?q=晨曦", "/about"])
def test_the_way_to_it_is_shown(demo_client: PageClient, path: str) -> None:
    assert PATH in demo_client.visit(path).links("/check")


def test_the_whole_register_is_found_by_its_own_names(demo_client: PageClient) -> None:
    names = list(db.session.scalars(sa.select(Institution.name).distinct()))
    for start in range(0, len(names), MAX_NAMES):
        page = check(demo_client, "\n".join(names[start : start + MAX_NAMES]))
        assert "not_found" not in [found[0] for found in rows(page).values() if found]
