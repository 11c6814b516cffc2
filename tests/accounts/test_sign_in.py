"""Signing in: two factors, no enumeration, no replay, no lock-out; what an officer sees of it."""

import time

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask

from accounts import access, officers, second_factor, signing_in
from accounts.keys import unwrap_all
from accounts.models import DeskSession, Officer, Outcome, RecoveryCode, SignIn
from accounts.second_factor import DEMO_SECRET, STEP, matching, set_secret
from portal.clock import now
from portal.database import db
from tests.accounts.signing_in import next_code, password_of, sign_in
from tests.pages import Page, PageClient

NEW = "a quite different password"


def admit(client: PageClient, username: str, password: str, code: str) -> None:
    data = {
        "csrf_token": client.visit("/desk/sign-in").token(),
        "username": username, "password": password, "code": code,
    }  # fmt: skip
    assert client.raw.post("/desk/sign-in", data=data).status_code == 303


def attempt(client: PageClient, username: str, password: str, code: str, status: int = 422) -> Page:
    data = {
        "csrf_token": client.visit("/desk/sign-in").token(),
        "username": username, "password": password, "code": code,
    }  # fmt: skip
    return client.send("/desk/sign-in", data, status)


def officer(username: str = "cul") -> Officer:
    db.session.expire_all()
    return db.session.scalars(sa.select(Officer).filter_by(username=username)).one()


def post(client: PageClient, path: str, **data: str) -> int:
    token = client.visit("/desk/account").token()
    return client.raw.post(path, data={"csrf_token": token, **data}).status_code


@pytest.fixture
def password(demo: Flask) -> str:
    return password_of(demo, "cul")


def code_at(steps: int) -> str:
    return str(pyotp.TOTP(DEMO_SECRET).generate_otp(int(time.time()) // STEP + steps))


def test_a_code_of_the_moment_lets_in_once(demo: Flask, password: str) -> None:
    code = next_code("cul")
    admit(PageClient(demo), "cul", password, code)
    attempt(PageClient(demo), "cul", password, code)
    assert officer().totp_last is not None


def test_an_older_code_than_the_last_used_is_refused(demo: Flask, password: str) -> None:
    admit(PageClient(demo), "cul", password, code_at(0))
    attempt(PageClient(demo), "cul", password, code_at(-1))


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_phone_may_be_one_step_off(
    monkeypatch: pytest.MonkeyPatch, steps: int, taken: bool
) -> None:
    moment = now()
    monkeypatch.setattr(second_factor, "now", lambda: moment)
    code = pyotp.TOTP(DEMO_SECRET).generate_otp(int(moment.timestamp()) // STEP + steps)
    assert (matching(DEMO_SECRET, code) is not None) is taken


@pytest.mark.parametrize("typed", ["", "000", "１２３", "abcdef", "１２３４５６７", "'; --"])
def test_what_is_no_code_is_refused(demo: Flask, password: str, typed: str) -> None:
    attempt(PageClient(demo), "cul", password, typed)


def test_a_code_typed_with_gaps_and_full_width_digits_is_read(demo: Flask) -> None:
    code = code_at(0)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert matching(DEMO_SECRET, f" {wide[:3]} {wide[3:]} ") is not None


def test_every_refusal_is_the_same_page_with_the_same_work(
    demo: Flask, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    verify = officers._hasher.__class__.verify

    def counted(self: object, hash: str, secret: str) -> bool:  # noqa: A002
        verified.append(hash)
        return bool(verify(officers._hasher, hash, secret))

    monkeypatch.setattr(officers._hasher.__class__, "verify", counted)
    db.session.execute(sa.update(Officer).filter_by(username="spo").values(disabled_at=now()))
    db.session.execute(sa.update(Officer).filter_by(username="sci").values(password_hash=""))
    db.session.commit()
    words, rows = set(), []
    for username, tried, code in (
        ("cul", "wrong", next_code("cul")), ("cul", password, "000000"), ("nobody", password, ""),
        ("spo", password_of(demo, "spo"), code_at(0)), ("sci", "", code_at(0)), ("sci", "x", ""),
    ):  # fmt: skip
        verified.clear()
        page = attempt(PageClient(demo), username, tried, code)
        if tried:
            words.add(page.words.partition("演示账号")[0])
            assert len(verified) == 1, username
            rows.append(db.session.scalar(sa.select(sa.func.count(SignIn.id))))
            db.session.rollback()
    assert len(words) == 1
    assert rows == list(range(1, len(rows) + 1)), "one row each, whether the name exists or not"


def test_wrong_codes_are_counted_and_then_none_is_taken(demo: Flask, password: str) -> None:
    for number in range(signing_in.WRONG_CODES):
        with demo.app_context():
            assert signing_in.admitted(db.session, "cul", password, f"{number:06}") is None
            db.session.commit()
    attempt(PageClient(demo), "cul", password, next_code("cul"))
    assert officer().totp_last is None, "the right code was not even looked at"


def test_a_stranger_who_knows_the_name_locks_nobody_out(demo: Flask, password: str) -> None:
    stranger = PageClient(demo)
    for _ in range(12):
        stranger.raw.post(
            "/desk/sign-in", data={"username": "cul", "password": "wrong"},
            environ_overrides={"REMOTE_ADDR": "203.0.113.9"},
        )  # fmt: skip
    admit(PageClient(demo), "cul", password, next_code("cul"))


def test_a_colleague_at_the_same_address_gets_in(demo: Flask) -> None:
    for _ in range(10):
        attempt(PageClient(demo), "edu", "wrong", "")
    attempt(PageClient(demo), "edu", "wrong", "", status=429)
    sign_in(demo, "cul")


def test_a_recovery_code_works_once_and_is_noted(demo: Flask, password: str) -> None:
    codes = set_secret(db.session, officer(), DEMO_SECRET)
    db.session.commit()
    written = " ".join(codes[0][i : i + 4] for i in range(0, 16, 4)).lower()
    admit(PageClient(demo), "cul", password, written)
    attempt(PageClient(demo), "cul", password, written)
    left = db.session.scalar(sa.select(sa.func.count()).select_from(RecoveryCode))
    assert left is not None
    assert codes[1] not in str(db.session.scalars(sa.select(RecoveryCode.digest)).all())


def test_who_has_no_second_factor_binds_one_first(demo: Flask, password: str) -> None:
    db.session.execute(sa.update(Officer).filter_by(username="cul").values(totp_secret=None))
    db.session.commit()
    client = PageClient(demo)
    admit(client, "cul", password, "")
    assert client.raw.get("/desk/inbox").location == "/desk/second-factor"
    page = client.visit("/desk/second-factor")
    secret = page.tree.xpath("//p[starts-with(., '密钥')]/span")[0].text_content().replace(" ", "")
    data = {"csrf_token": page.token(), "code": "000000"}
    client.send("/desk/second-factor", data, status=422)
    data["code"] = pyotp.TOTP(secret).now()
    bound = client.send("/desk/second-factor", data)
    assert bound.text.count('class="num"') == 8
    client.visit("/desk/inbox")
    assert secret.encode() not in (officer().totp_secret or b"")


def test_binding_another_phone_needs_the_password(demo: Flask, password: str) -> None:
    client = sign_in(demo, "cul")
    page = client.visit("/desk/second-factor")
    secret = page.tree.xpath("//p[starts-with(., '密钥')]/span")[0].text_content().replace(" ", "")
    data = {"csrf_token": page.token(), "code": pyotp.TOTP(secret).now(), "password": "wrong"}
    client.send("/desk/second-factor", data, status=422)
    client.send("/desk/second-factor", data | {"password": password})


def test_signing_in_again_makes_a_new_session_and_ends_the_old_one(
    demo: Flask, password: str
) -> None:
    client = sign_in(demo, "cul")
    first = client.raw.get_cookie("mingdan_desk", path="/desk")
    admit(client, "cul", password, next_code("cul"))
    assert first
    client.raw.set_cookie("mingdan_desk", first.value, path="/desk")
    assert client.raw.get("/desk/inbox").location == "/desk/sign-in"


def test_an_hour_without_a_page_ends_it(demo: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = sign_in(demo, "cul")
    minute = access._minute()
    monkeypatch.setattr(access, "_minute", lambda: minute + access.IDLE_MINUTES)
    client.visit("/desk/inbox")
    monkeypatch.setattr(access, "_minute", lambda: minute + 2 * access.IDLE_MINUTES)
    client.visit("/desk/inbox")
    monkeypatch.setattr(access, "_minute", lambda: minute + 3 * access.IDLE_MINUTES + 1)
    assert client.raw.get("/desk/inbox").location == "/desk/sign-in"


def test_what_was_typed_when_the_session_had_ended_is_shown_once_more(
    demo: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, minute = sign_in(demo, "edu"), access._minute()
    token = client.visit("/desk/notices/new").token()
    words = "写了一小时的正文。\n</textarea><script>x</script>"
    sent = {"kind": "case", "title": "通报", "body": words, "csrf_token": token}
    monkeypatch.setattr(access, "_minute", lambda: minute + access.IDLE_MINUTES + 1)
    answer = client.raw.post("/desk/notices/new", data=sent)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (403, "no-store")
    page = Page(answer)
    assert page.links("/desk/sign-in")
    texts = page.tree.xpath("//textarea[@readonly]/text()")
    assert [text.strip().replace("\r\n", "\n") for text in texts] == ["通报", words]
    assert not page.tree.xpath("//script")
    assert token not in answer.text
    for path, nothing in (
        ("/desk/notices/new", {"kind": "case", "csrf_token": token}),  # no words
        ("/desk/paper-key/typed", {"phrase": "钥匙" * 20}),  # a secret
        ("/desk/account/password", {"password": "口令" * 20}),
    ):
        answer = client.raw.post(path, data=nothing)
        assert (answer.status_code, answer.location) == (303, "/desk/sign-in"), path
    stranger = PageClient(demo)  # a form of another site carries no session
    assert stranger.raw.post("/desk/notices/new", data=sent).status_code == 303


def test_an_officer_sees_attempts_and_ends_other_sessions(demo: Flask) -> None:
    attempt(PageClient(demo), "cul", password_of(demo, "cul"), "000000")
    elsewhere, here = sign_in(demo, "cul"), sign_in(demo, "cul")
    page = here.visit("/desk/account")
    assert "现在有2处登录" in page.words
    assert "动态码不对：如果不是您" in page.words
    assert post(here, "/desk/account/sessions") == 303
    assert elsewhere.raw.get("/desk/inbox").location == "/desk/sign-in"
    here.visit("/desk/inbox")
    kept = db.session.scalars(sa.select(SignIn).filter_by(outcome=Outcome.WRONG_CODE)).one()
    assert (kept.at.minute, kept.at.second) == (0, 0)


def test_a_new_password_keeps_the_keys_and_ends_other_sessions(demo: Flask, password: str) -> None:
    elsewhere, here = sign_in(demo, "cul"), sign_in(demo, "cul")
    form = {"current": password, "password": NEW, "again": NEW}
    assert post(here, "/desk/account/password", **form | {"current": "wrong"}) == 422
    assert post(here, "/desk/account/password", **form | {"again": "other"}) == 422
    assert post(here, "/desk/account/password", **form | {"password": "x", "again": "x"}) == 422
    before = unwrap_all(db.session, officer(), password)
    assert post(here, "/desk/account/password", **form) == 303
    assert unwrap_all(db.session, officer(), NEW) == before
    assert elsewhere.raw.get("/desk/inbox").location == "/desk/sign-in"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(DeskSession)) == 1


def test_with_another_key_of_the_instance_the_second_factor_is_bound_anew(
    demo: Flask, password: str
) -> None:
    codes = set_secret(db.session, officer(), DEMO_SECRET)
    db.session.commit()
    demo.config["SECRET_KEY"] = "another key, after somebody lost the first one"
    page = attempt(PageClient(demo), "cul", password, next_code("cul"))
    assert "密钥换过" in page.words
    assert "重新绑定动态码" in page.words
    assert "密钥换过" not in attempt(PageClient(demo), "cul", "wrong " * 3, "000000").words
    admit(PageClient(demo), "cul", password, codes[0])
