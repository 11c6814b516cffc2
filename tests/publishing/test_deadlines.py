"""Review dates and ended terms become tasks of the department that answers for them."""

from datetime import date

import sqlalchemy as sa
from flask import Flask

from departments.models import Assignment, Channel, Department, Task
from portal.clock import today
from portal.database import db
from publishing.deadlines import keep_tasks
from publishing.importing import import_list
from publishing.sheet import ListKind
from publishing.signing import Signer
from register.models import Institution, Standing, Status
from register.terms import months_after
from tests.publishing.test_importing import BING, BLACK_HEAD, HEAD, black_row, order


def tasks() -> dict[str, Task]:
    return {task.subject: task for task in db.session.scalars(sa.select(Task))}


def open_standings(status: Status) -> list[Standing]:
    return list(db.session.scalars(sa.select(Standing).filter_by(until=None, status=status)))


def test_every_act_that_ends_has_its_task(demo: Flask) -> None:
    made = tasks()
    assert open_standings(Status.BLACK)
    for standing in open_standings(Status.BLACK):
        task = made[f"standing:{standing.id}"]
        listed = standing.listed_on or standing.since
        assert task.due == (standing.term_ends or months_after(listed, 12))
        assert task.done_at is None
        assert db.session.get(Department, task.department_id) is not None
    for standing in open_standings(Status.RECTIFYING):
        assert made[f"standing:{standing.id}"].due == months_after(standing.since, 3)


def test_a_task_ends_with_its_act_and_is_not_made_twice(demo: Flask) -> None:
    standing = open_standings(Status.BLACK)[0]
    taught = db.session.get_one(Institution, standing.institution_id)
    before = len(tasks())
    row = (
        f"{taught.name},{taught.uscc or ''},{taught.premises[0].address},{standing.reason},"
        f"{standing.basis},{standing.decision_number},{standing.listed_on},3年,"
        f"{standing.authority},误列，已撤销（{today()}）\n"
    )
    signer = Signer(demo.config["MINGDAN"].instance / "keys")
    withdrawn = order(BLACK_HEAD + row, list_kind=ListKind.BLACK, as_of=today())
    import_list(db.session, withdrawn, signer)
    keep_tasks(db.session, "359901")
    db.session.commit()
    made = tasks()
    assert len(made) == before
    assert made[f"standing:{standing.id}"].done_at is not None


def test_a_department_of_the_parent_area_gets_the_task_once(app: Flask) -> None:
    county = order("").area_code
    above = Department(
        area_code=f"{county[:4]}00", name="市教育局", short_name="市教育局", channel=Channel.PHONE
    )
    db.session.add(above)
    db.session.flush()
    db.session.add(Assignment(area_code=above.area_code, role_code="EDU", department_id=above.id))
    signer = Signer(app.config["MINGDAN"].instance / "keys")
    import_list(db.session, order(BLACK_HEAD + black_row(), list_kind=ListKind.BLACK), signer)
    second = import_list(db.session, order(HEAD + BING), signer)
    db.session.commit()
    assert second.edition is not None
    assert [task.department_id for task in tasks().values()] == [above.id]


def test_months_end_where_the_month_ends() -> None:
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert months_after(date(2026, 1, 15), 12) == date(2027, 1, 15)
