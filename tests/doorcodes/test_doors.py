"""What a scan opens."""

import io

import pytest
import sqlalchemy as sa
import zxingcpp
from flask import Flask
from PIL import Image

from doorcodes.codes import find, revoke
from doorcodes.models import DoorAnswers, DoorCode
from doorcodes.qr import door_address, png
from portal.codes import ALPHABET, new_code, normalised
from portal.database import db
from register.models import Premises, Standing, Status
from tests.pages import PageClient


def a_door(status: Status = Status.WHITE) -> DoorCode:
    found = db.session.scalar(
        sa.select(DoorCode)
        .join(Premises, Premises.id == DoorCode.premises_id)
        .join(Standing, Standing.institution_id == Premises.institution_id)
        .where(Standing.until.is_(None), Standing.status == status, DoorCode.revoked_on.is_(None))
    )
    assert found is not None
    return found


def test_a_scan_names_institution_address_and_verdict(demo_client: PageClient) -> None:
    door = a_door()
    page = demo_client.visit(f"/v/{door.code}")
    assert page.standing in {"white", "expired"}
    assert door.premises.institution.name in page.words
    assert door.premises.address in page.words
    assert "截至" in page.words
    assert "Set-Cookie" not in page.response.headers


@pytest.mark.parametrize("prefix", ["/v/", "/V/"])
@pytest.mark.parametrize("shape", [str.lower, str.upper, lambda c: f"{c[:4]}-{c[4:8]}-{c[8:]}"])
def test_case_and_hyphens_do_not_matter(
    demo_client: PageClient, prefix: str, shape: object
) -> None:
    code = a_door().code
    assert callable(shape)
    demo_client.visit(prefix + shape(code))


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.RECTIFYING, Status.BLACK])
def test_the_door_of_a_fallen_institution_says_so(demo_client: PageClient, status: Status) -> None:
    assert demo_client.visit(f"/v/{a_door(status).code}").standing == status.value


def test_a_code_we_never_issued(demo_client: PageClient) -> None:
    page = demo_client.visit(f"/v/{new_code(12)}", status=404)
    assert "不是本站的码" in page.words


def test_a_mistyped_code_is_told_apart_from_an_unknown_one(demo_client: PageClient) -> None:
    code = a_door().code
    wrong = ("A" if code[0] != "A" else "B") + code[1:]
    page = demo_client.visit(f"/v/{wrong}", status=404)
    assert "不是本站的码" not in page.h1


@pytest.mark.parametrize("code", ["x" * 5000, "%F0%9F%99%82", "' OR 1=1", "..%2f..", "-"])
def test_any_nonsense_is_a_clear_page(demo_client: PageClient, code: str) -> None:
    demo_client.visit(f"/v/{code}", status=404)


def test_a_revoked_code_is_gone_and_speaks_of_the_code(demo_client: PageClient) -> None:
    door = a_door()
    new = revoke(db.session, door, "遗失补发", replace=True)
    db.session.commit()
    page = demo_client.visit(f"/v/{door.code}", status=410)
    assert "遗失补发" in page.words
    assert page.standing == ""
    assert new is not None
    demo_client.visit(f"/v/{new.code}")


def test_one_valid_code_per_door(demo: Flask) -> None:
    db.session.add(
        DoorCode(code=new_code(12), premises_id=a_door().premises_id, issued_at=a_door().issued_at)
    )
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_every_listed_premises_has_a_code_and_no_black_one_got_a_new(demo: Flask) -> None:
    listed = db.session.scalar(
        sa.select(sa.func.count(Premises.id))
        .join(Standing, Standing.institution_id == Premises.institution_id)
        .where(Standing.until.is_(None), Standing.status == Status.WHITE)
    )
    coded = db.session.scalar(
        sa.select(sa.func.count(DoorCode.id))
        .join(Premises, Premises.id == DoorCode.premises_id)
        .join(Standing, Standing.institution_id == Premises.institution_id)
        .where(Standing.until.is_(None), Standing.status == Status.WHITE)
    )
    assert listed == coded
    assert all(len(code) == 12 for code in db.session.scalars(sa.select(DoorCode.code)))


@pytest.mark.parametrize(("answer", "counted"), [("match", (1, 0)), ("mismatch", (0, 1))])
def test_a_tap_is_one_count(demo_client: PageClient, answer: str, counted: tuple[int, int]) -> None:
    code = a_door().code
    response = demo_client.raw.post(f"/v/{code}/answer", data={"answer": answer})
    assert response.status_code == 303
    row = db.session.scalars(sa.select(DoorAnswers)).one()
    assert (row.matches, row.mismatches) == counted
    page = demo_client.visit(str(response.location))
    assert ("/report" in page.text) == (answer == "mismatch") or answer == "match"


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
def test_a_tap_from_another_site_is_refused(
    demo_client: PageClient, headers: dict[str, str]
) -> None:
    demo_client.send(
        f"/v/{a_door().code}/answer",
        {"answer": "mismatch"},
        status=403,
        headers=headers,
    )
    assert db.session.scalar(sa.select(sa.func.count()).select_from(DoorAnswers)) == 0


@pytest.mark.parametrize("answer", ["", "maybe"])
def test_a_tap_without_answer_is_refused(demo_client: PageClient, answer: str) -> None:
    demo_client.send(f"/v/{a_door().code}/answer", {"answer": answer}, status=400)


def test_the_qr_code_reads_and_opens_the_door(demo_client: PageClient) -> None:
    code = a_door().code
    response = demo_client.raw.get(f"/v/{code}/qr.png")
    read = zxingcpp.read_barcodes(Image.open(io.BytesIO(response.data)))[0]
    assert read.text == f"HTTP://127.0.0.1:8000/V/{code}"
    demo_client.visit(read.text.removeprefix("HTTP://127.0.0.1:8000"))
    assert demo_client.raw.get(f"/v/{code}/qr.svg").mimetype == "image/svg+xml"


def test_a_site_under_a_path_keeps_its_lower_case() -> None:
    assert door_address("https://x.gov.cn/mingdan", "ABCD") == "https://x.gov.cn/mingdan/v/ABCD"
    assert door_address("https://x.gov.cn", "ABCD") == "HTTPS://X.GOV.CN/V/ABCD"


def test_the_qr_code_reads_at_half_size() -> None:
    image = Image.open(io.BytesIO(png("HTTPS://MINGDAN.EXAMPLE/V/ABCDABCDABCD"))).convert("L")
    small = image.resize((image.width // 4, image.height // 4))
    assert zxingcpp.read_barcodes(small)[0].text.endswith("ABCDABCDABCD")


def test_the_poster_prints_code_and_address(demo_client: PageClient) -> None:
    door = a_door()
    page = demo_client.visit(f"/v/{door.code}/poster")
    assert page.tree.xpath("//svg | //*[local-name()='svg']")
    assert door.premises.address in page.words


def test_the_command_revokes(demo: Flask) -> None:
    code = a_door().code
    runner = demo.test_cli_runner()
    result = runner.invoke(args=["doors", "revoke", code, "--reason", "搬迁", "--replace"])
    assert "新码" in result.output, result.output
    db.session.expire_all()
    door = find(db.session, code)
    assert door is not None
    assert door.revoked_on is not None


def test_every_code_character_is_in_the_alphabet(demo: Flask) -> None:
    for code in db.session.scalars(sa.select(DoorCode.code)):
        assert set(code) <= set(ALPHABET)
        assert normalised(code) == code
