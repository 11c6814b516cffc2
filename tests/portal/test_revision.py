"""What a process remembers of what many pages say alike, and when it asks anew."""

import sqlalchemy as sa
from flask import Flask

from departments.models import Department
from portal.database import db
from portal.revision import bump_public_revision, remembered
from tests.pages import PageClient


def set_hotline(app: Flask, number: str, *, public: bool) -> None:
    with app.app_context():
        db.session.execute(
            sa.update(Department).where(Department.name == "临江区教育局").values(hotline=number)
        )
        if public:
            bump_public_revision(db.session)
        db.session.commit()


def test_a_page_follows_a_public_change_at_once(demo: Flask, demo_client: PageClient) -> None:
    page = demo_client.raw
    page.get("/privacy")
    set_hotline(demo, "0599-0000001", public=False)
    assert "0599-0000001" not in page.get("/privacy").text, "it was remembered"
    set_hotline(demo, "0599-0000002", public=True)
    assert "0599-0000002" in page.get("/privacy").text


def test_only_a_fetched_page_remembers(app: Flask) -> None:
    asked = []

    def read(_session: object, name: str) -> int:
        asked.append(name)
        return len(asked)

    with app.test_request_context("/", method="POST"):  # what it sees may be undone
        assert [remembered(db.session, read, "a") for _ in range(2)] == [1, 2]
    for _ in range(2):
        with app.test_request_context("/"):
            assert [remembered(db.session, read, name) for name in "abab"] == [3, 4, 3, 4]
    with app.app_context():
        assert remembered(db.session, read, "a") == 5
