"""Keys, the chain, and a signature made elsewhere; openssl and sha256sum are the real programs."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from portal.clock import today
from portal.database import db
from publishing.files import canonical
from publishing.signing import Signer, list_keys, rotate
from register.models import Edition, EditionFile, Institution
from tests.pages import PageClient
from tests.publishing.test_importing import AREA, BING, HEAD, jia


def flask(app: Flask, *args: str) -> Result:
    return app.test_cli_runner().invoke(args=args)


def openssl(folder: Path, *args: str) -> int:
    done = subprocess.run(["openssl", *args], cwd=folder, capture_output=True, check=False)
    return done.returncode


def import_file(app: Flask, tmp_path: Path, text: str, *more: str) -> Result:
    file = tmp_path / "list.csv"
    file.write_text(text, encoding="utf-8")
    args = [
        "lists",
        "import",
        str(file),
        "--list",
        "white",
        "--area",
        AREA,
        "--as-of",
        "2026-06-30",
    ]
    return flask(app, *args, *more)


def edition(number: int) -> Edition:
    return db.session.scalars(sa.select(Edition).filter_by(number=number)).one()


def test_every_chain_of_the_demo_is_whole(demo: Flask) -> None:
    result = flask(demo, "editions", "verify")
    assert result.exit_code == 0, result.output
    assert f"{AREA}：2 期无误" in result.output
    head = result.output.split("：")[-1].strip()
    assert flask(demo, "editions", "verify", "--head", head).exit_code == 0
    assert flask(demo, "editions", "verify", "--head", "f" * 64).exit_code == 1


def flip(content: bytes) -> bytes:
    return content[:20] + bytes([content[20] ^ 1]) + content[21:]


def flip_manifest(_app: Flask) -> None:
    edition(1).manifest = flip(edition(1).manifest)


def flip_file(_app: Flask) -> None:
    file = db.session.get_one(EditionFile, (edition(2).id, "list.xlsx"))
    file.content = flip(file.content)


def flip_signature(_app: Flask) -> None:
    edition(2).signature = flip(edition(2).signature)


def drop_first(_app: Flask) -> None:
    renumber(edition(1), 9)


def reorder(_app: Flask) -> None:
    one, two = edition(1), edition(2)
    renumber(one, 3)
    renumber(two, 1)
    renumber(one, 2)


def renumber(found: Edition, number: int) -> None:
    found.number = number
    db.session.flush()


def sign_the_first_anew(app: Flask) -> None:
    """As somebody could who holds the key: the next edition does not fit."""
    one = edition(1)
    one.manifest = canonical({**json.loads(one.manifest), "reason": "另一个理由"})
    one.signature = Signer(app.config["MINGDAN"].instance / "keys").sign(one.manifest)


def sign_with_another_key(_app: Flask) -> None:
    two = edition(2)
    two.signature = Ed25519PrivateKey.generate().sign(two.manifest)


def move_in_time(_app: Flask) -> None:
    """What was in force on a past day goes by this column."""
    edition(1).published_at -= timedelta(days=300)


def miscount(app: Flask) -> None:
    resign(app, counts={"white": 1})


def date_before_the_first(app: Flask) -> None:
    early = edition(1).published_at - timedelta(days=1)
    edition(2).published_at = early
    resign(app, published_at=early.isoformat().replace("+00:00", "Z"))


def age_backwards(app: Flask) -> None:
    resign(app, complete_as_of="2020-01-01")


def resign(app: Flask, **said: object) -> None:
    """Sign the newest edition anew, as who holds the key can: nothing comes after it."""
    two, signer = edition(2), Signer(app.config["MINGDAN"].instance / "keys")
    two.manifest = canonical({**json.loads(two.manifest), **said})
    two.signature = signer.sign(two.manifest)


def drop_file(_app: Flask) -> None:
    db.session.execute(sa.delete(EditionFile).filter_by(edition_id=edition(1).id, name="list.csv"))


@pytest.mark.parametrize(
    ("break_it", "named"),
    [
        (flip_manifest, "第 1 期"),
        (flip_file, "第 2 期：list.xlsx"),
        (flip_signature, "第 2 期：签名"),
        (drop_first, "第 2 期：应是第 1 期"),
        (reorder, "第 1 期"),
        (sign_the_first_anew, "第 2 期：与上一期"),
        (sign_with_another_key, "第 2 期：签名"),
        (drop_file, "第 1 期：文件"),
        (move_in_time, "第 1 期：manifest.json 的 published_at"),
        (miscount, "第 2 期：manifest.json 的 counts"),
        (date_before_the_first, "第 2 期：公布时间早于"),
        (age_backwards, "第 2 期：截至日期早于"),
    ],
)
def test_what_was_tampered_with_is_named(demo: Flask, break_it: object, named: str) -> None:
    break_it(demo)  # type: ignore[operator]
    db.session.commit()
    result = flask(demo, "editions", "verify")
    assert result.exit_code == 1
    assert f"{AREA} {named}" in result.output


def test_a_rotated_key_stays_and_the_chain_goes_on(app: Flask, tmp_path: Path) -> None:
    import_file(app, tmp_path, HEAD + jia(), "--publish")
    first = edition(1).key_id
    assert flask(app, "keys", "rotate").exit_code == 0
    import_file(app, tmp_path, HEAD + BING, "--publish")
    second = edition(2).key_id
    assert second != first
    assert flask(app, "editions", "verify").exit_code == 0
    client = PageClient(app)
    page = client.visit("/keys/")
    assert page.links(f"/keys/{first}.pem")
    assert page.links(f"/keys/{second}.pem")
    for key in (first, second):
        assert client.raw.get(f"/keys/{key}.pem").data.startswith(b"-----BEGIN PUBLIC KEY")
    assert f"{first}\t已更换\t{today()}" in flask(app, "keys", "list").output
    assert "后来换了新的" in client.visit(f"/editions/{AREA}/1").words


@pytest.mark.parametrize("is_revoked", [False, True])
def test_who_kept_an_old_key_signs_nothing_with_it(
    app: Flask, tmp_path: Path, is_revoked: bool
) -> None:
    folder = app.config["MINGDAN"].instance / "keys"
    import_file(app, tmp_path, HEAD + jia(), "--publish")
    stolen = Signer(folder)
    assert flask(app, "keys", "rotate").exit_code == 0
    import_file(app, tmp_path, HEAD + BING, "--publish")
    two = edition(2)
    # A second later than the key ended, on the same day.
    two.published_at += timedelta(seconds=1)
    at = two.published_at.isoformat().replace("+00:00", "Z")
    said = json.loads(two.manifest) | {"key_id": stolen.key_id, "published_at": at}
    two.manifest, two.key_id = canonical(said), stolen.key_id
    two.signature = stolen.sign(two.manifest)
    db.session.commit()
    if is_revoked:
        assert flask(app, "keys", "revoke", stolen.key_id, "--reason", "私钥泄露").exit_code == 0
    result = flask(app, "editions", "verify")
    assert (result.exit_code, f"{AREA} 第 2 期：用的是 {today()} 已" in result.output) == (1, True)


def test_a_key_that_ended_before_moments_were_noted_ended_with_its_day(app: Flask) -> None:
    folder = app.config["MINGDAN"].instance / "keys"
    old = Signer(folder).key_id
    rotate(folder)
    path = folder / f"{old}.ended.json"
    path.write_text('{"on": "2026-11-21", "state": "rotated", "reason": ""}')
    (key,) = (each for each in list_keys(folder) if each.id == old)
    assert key.ended_at == datetime(2026, 11, 21, 16, tzinfo=UTC)


def test_a_revoked_key_says_why_and_signs_no_more(app: Flask, tmp_path: Path) -> None:
    import_file(app, tmp_path, HEAD + jia(), "--publish")
    first = edition(1).key_id
    assert flask(app, "keys", "revoke", first, "--reason", "私钥泄露").exit_code == 0
    assert flask(app, "keys", "revoke", first, "--reason", "私钥泄露").exit_code == 1
    import_file(app, tmp_path, HEAD + BING, "--publish")
    assert edition(2).key_id != first
    assert flask(app, "editions", "verify").exit_code == 0, "it was signed before the end"
    client = PageClient(app)
    assert "私钥泄露" in client.visit("/keys/").words
    assert "私钥泄露" in client.visit(f"/editions/{AREA}/1").words


@pytest.fixture
def elsewhere(app: Flask, tmp_path: Path) -> Path:
    """A folder on another machine with the private key; the server knows the public half."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    openssl(folder, "genpkey", "-algorithm", "ed25519", "-out", "private.pem")
    openssl(folder, "pkey", "-in", "private.pem", "-pubout", "-out", "public.pem")
    assert flask(app, "keys", "rotate", "--public", str(folder / "public.pem")).exit_code == 0
    return folder


def sign(folder: Path) -> None:
    command = "pkeyutl -sign -inkey private.pem -rawin -in manifest.json -out manifest.sig"
    assert openssl(folder, *command.split()) == 0


def test_a_key_that_never_touches_the_server(app: Flask, tmp_path: Path, elsewhere: Path) -> None:
    assert not (app.config["MINGDAN"].instance / "keys" / "signing.pem").exists()
    assert import_file(app, tmp_path, HEAD + jia(), "--publish").exit_code == 2
    assert import_file(app, tmp_path, HEAD + jia()).exit_code == 0
    result = flask(app, "editions", "export", AREA, "--to", str(elsewhere))
    assert result.exit_code == 0, result.output
    assert db.session.scalars(sa.select(Edition)).all() == [], "nothing is public yet"
    (elsewhere / "wrong.sig").write_bytes(b"\0" * 64)
    wrong = flask(app, "editions", "attach-signature", AREA, str(elsewhere / "wrong.sig"))
    assert (wrong.exit_code, "签名不对" in wrong.output) == (1, True)
    sign(elsewhere)
    result = flask(app, "editions", "attach-signature", AREA, str(elsewhere / "manifest.sig"))
    assert result.exit_code == 0, result.output
    client = PageClient(app)
    for name in ("manifest.json", "list.json", "list.csv", "list.xlsx"):
        served = client.raw.get(f"/editions/{AREA}/1/{name}").data
        assert served == (elsewhere / name).read_bytes(), name
    assert flask(app, "editions", "verify").exit_code == 0


def test_a_signature_for_what_is_no_longer_so_does_nothing(
    app: Flask, tmp_path: Path, elsewhere: Path
) -> None:
    import_file(app, tmp_path, HEAD + jia())
    flask(app, "editions", "export", AREA, "--to", str(elsewhere))
    sign(elsewhere)
    flask(app, "lists", "drop", "1")
    import_file(app, tmp_path, HEAD + BING)
    result = flask(app, "editions", "attach-signature", AREA, str(elsewhere / "manifest.sig"))
    assert result.exit_code == 1
    assert db.session.scalars(sa.select(Institution)).all() == []
    flask(app, "editions", "export", AREA, "--to", str(elsewhere))
    sign(elsewhere)
    result = flask(app, "editions", "attach-signature", AREA, str(elsewhere / "manifest.sig"))
    assert result.exit_code == 0, result.output
    assert edition(1).number == 1


def test_without_a_key_elsewhere_there_is_nothing_to_export(app: Flask, tmp_path: Path) -> None:
    import_file(app, tmp_path, HEAD + jia())
    result = flask(app, "editions", "export", AREA, "--to", str(tmp_path))
    assert (result.exit_code, "keys rotate --public" in result.output) == (1, True)


@pytest.mark.parametrize("content", [b"", b"-----BEGIN", b"\x00" * 40])
def test_what_is_no_key_is_refused(app: Flask, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(content)
    assert flask(app, "keys", "rotate", "--public", str(file)).exit_code == 1


def test_an_erratum_stands_beside_unchanged_bytes(demo: Flask) -> None:
    client = PageClient(demo)
    before = client.raw.get(f"/editions/{AREA}/1/list.json").data
    result = flask(demo, "editions", "correct", AREA, "1", "--text", "第一条的地址有误。")
    assert result.exit_code == 0, result.output
    assert "第一条的地址有误。" in client.visit(f"/editions/{AREA}/1").words
    assert "第一条的地址有误。" not in client.visit(f"/editions/{AREA}/2").words
    assert client.raw.get(f"/editions/{AREA}/1/list.json").data == before
    assert flask(demo, "editions", "correct", AREA, "7", "--text", "无").exit_code == 1


def test_withheld_files_answer_451_with_the_decision(demo: Flask) -> None:
    client = PageClient(demo)
    args = ["--decision", "云临教〔2026〕9号", "--text", "含有不应公开的内容。"]
    assert flask(demo, "editions", "withhold", AREA, "1", *args).exit_code == 0
    for name in ("list.json", "list.csv", "list.xlsx"):
        answer = client.raw.get(f"/editions/{AREA}/1/{name}")
        assert answer.status_code == 451
        assert "云临教〔2026〕9号" in answer.get_data(as_text=True)
        assert "immutable" not in answer.headers.get("Cache-Control", "")
    for name in ("manifest.json", "manifest.sig"):
        assert client.raw.get(f"/editions/{AREA}/1/{name}").status_code == 200
    assert "云临教〔2026〕9号" in client.visit(f"/editions/{AREA}/1").words
    assert flask(demo, "editions", "verify").exit_code == 0
    assert client.raw.get(f"/editions/{AREA}/2/list.json").status_code == 200
