"""Revision 0004 over officers of revision 0003: their role stays, and so do their keys."""

import secrets

import pytest
import sqlalchemy as sa
from alembic import command

from accounts.keys import _bound_to, _derive, encrypt, unwrap_all
from accounts.models import KeyWrap, Officer, Role
from accounts.officers import _hasher, at_desk, open_desk
from areas.divisions import load_areas
from departments.models import Channel, Department
from portal.clock import now
from portal.database import db
from portal.migrating import migrate
from tests.test_migrations import alembic, engine  # noqa: F401 - the fixture

PASSWORD, KEY = "the password of before", bytes(range(32))


@pytest.fixture
def before(engine: sa.Engine) -> sa.Engine:  # noqa: F811
    """A clerk with a key, as revision 0003 kept them."""
    migrate("0003")
    load_areas(db.session)
    area = {"area_code": "350503", "name": "局", "short_name": "局", "channel": Channel.PHONE}
    db.session.execute(sa.insert(Department).values(id=1, **area))
    salt = secrets.token_bytes(16)
    rows: dict[str, dict[str, object]] = {
        "officers": {
            "id": 1, "username": "old", "name": "旧", "password_hash": _hasher.hash(PASSWORD),
            "created_at": now().replace(tzinfo=None),
        },
        "memberships": {"officer_id": 1, "department_id": 1, "role": "clerk"},
        "key_wraps": {
            "officer_id": 1, "department_id": 1, "salt": salt,
            "wrapped": encrypt(_derive(PASSWORD, salt), KEY, _bound_to(1, 1)),
        },
    }  # fmt: skip
    for name, values in rows.items():
        table = sa.table(name, *map(sa.column, values))
        db.session.execute(table.insert().values(**values))
    db.session.commit()
    db.session.close()
    return engine


def test_an_officer_of_before_signs_in_with_keys_and_role(before: sa.Engine) -> None:
    migrate()
    officer = db.session.get_one(Officer, 1)
    desk = at_desk(db.session, open_desk(db.session, officer, PASSWORD))
    assert desk
    assert (desk.keys, desk.membership.role, desk.enrolled) == ({1: KEY}, Role.CLERK, False)
    assert unwrap_all(db.session, officer, PASSWORD) == {1: KEY}
    assert db.session.scalars(sa.select(KeyWrap.salt)).one() is None


def test_down_and_up_again_with_rows(before: sa.Engine) -> None:
    migrate()
    db.session.close()
    command.downgrade(alembic(before), "0003")
    migrate()
    assert unwrap_all(db.session, db.session.get_one(Officer, 1), PASSWORD) == {1: KEY}
    db.session.commit()
    db.session.close()
    command.downgrade(alembic(before), "0003")  # wraps of key pairs mean nothing there
    assert db.session.scalar(sa.text("SELECT count(*) FROM key_wraps")) == 0
    db.session.close()
    migrate()
