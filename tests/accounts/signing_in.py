"""Signing in as a demo officer would."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pyotp
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from accounts.models import Officer
from accounts.second_factor import DEMO_SECRET, STEP
from demo.loading import SIGN_INS
from portal.database import db
from tests.pages import PageClient


def password_of(app: Flask, username: str) -> str:
    lines = (app.config["MINGDAN"].instance / SIGN_INS).read_text(encoding="utf-8").splitlines()
    return str(next(line.split()[1] for line in lines if line.split()[0] == username))


def next_code(username: str) -> str:
    """A code of the demo officer's that was not used yet."""
    last = db.session.scalar(sa.select(Officer.totp_last).filter_by(username=username)) or 0
    db.session.rollback()
    return _code_after(last)


def unused_code(database: Path, username: str) -> str:
    """The same for an instance that another process serves."""
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute(
            "SELECT totp_last FROM officers WHERE username = ?", (username,)
        ).fetchone()
    return _code_after(found[0] or 0)


def _code_after(last: int) -> str:
    # Not the step before this one: it may be too old by the time the server looks at it.
    while last > int(time.time()) // STEP:
        time.sleep(1)
    counter = max(int(time.time()) // STEP, last + 1)
    return str(pyotp.TOTP(DEMO_SECRET).generate_otp(counter))


def sign_in(app: Flask, username: str) -> PageClient:
    client = PageClient(app)
    page = client.visit("/desk/sign-in")
    data = {
        "csrf_token": page.token(), "username": username, "password": password_of(app, username),
        "code": next_code(username),
    }  # fmt: skip
    assert client.raw.post("/desk/sign-in", data=data).status_code == 303
    return client


def at_desk(client: FlaskClient, token: str) -> None:
    """Put a session's token into the cookie, as signing in does."""
    with client.session_transaction("/desk/") as session:
        session["desk"], session["seen"] = token, int(time.time()) // 60
