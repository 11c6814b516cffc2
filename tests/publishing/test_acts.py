"""Every act on lists and notices has its row in the audit log, tied to what it was done to."""

import json
from typing import Any

import sqlalchemy as sa
from flask import Flask

from accounts.models import AuditEntry, Officer
from portal.clock import today
from portal.database import db
from register.models import Institution, Standing, Status
from tests.accounts.signing_in import sign_in
from tests.notices.test_notices import act as notice_act
from tests.notices.test_notices import drafted
from tests.pages import PageClient
from tests.publishing.test_desk import HEAD, NEW, coverage, newest, post, publish, review, upload


class Log:
    """What was recorded since it was last asked."""

    def __init__(self) -> None:
        self.seen = db.session.scalar(sa.select(sa.func.max(AuditEntry.number))) or 0

    def new(self) -> list[tuple[str, str, str, dict[str, Any], str | None]]:
        db.session.expire_all()
        later = sa.select(AuditEntry).where(AuditEntry.number > self.seen)
        entries = db.session.scalars(later.order_by(AuditEntry.number)).all()
        self.seen = max([self.seen, *(entry.number for entry in entries)])
        return [
            (e.act, e.subject_type, e.subject_id, json.loads(e.details), who(e.officer_id))
            for e in entries
        ]


def who(officer_id: int | None) -> str | None:
    return db.session.get_one(Officer, officer_id).username if officer_id else None


def covered(client: PageClient, sheet_id: int, **change: Any) -> dict[str, Any]:
    token = client.visit("/desk/account").token()
    return coverage(**change) | {f"s{sheet_id}-csrf_token": token}


def test_each_act_on_a_submission_is_told(demo: Flask) -> None:
    log, clerk = Log(), sign_in(demo, "edu")
    log.new()
    path = upload(clerk, HEAD + NEW)
    number = str(newest().id)
    first = newest().sheets[0].id

    def told(by: str = "edu") -> tuple[str, dict[str, Any]]:
        ((act, kind, subject, details, officer),) = log.new()
        assert (kind, subject, officer, details.pop("area")) == (
            "submission", number, by, "359901",
        )  # fmt: skip
        return act, details

    assert told() == ("lists.uploaded", {"sheets": str(first)})
    sheet = f"{path}/sheets/{first}"
    post(clerk, sheet, **covered(clerk, first, coverage="complete", kinds=["WY"]))
    act, details = told()
    assert act == "lists.covered"
    assert (details["coverage"], details["kinds"], details["leave_out_blocked"]) == (
        "complete", "WY", False,
    )  # fmt: skip
    post(clerk, sheet, **covered(clerk, first, coverage="additions", leave_out_blocked="y"))
    assert told()[1]["leave_out_blocked"] is True
    assert clerk.raw.get(f"{sheet}/findings.xlsx").status_code == 200
    assert told() == ("lists.downloaded", {"sheet": first})
    post(clerk, path + "/sheets", files=[("另一份.csv", (HEAD + NEW).encode())])
    second = newest().sheets[1].id
    assert told() == ("lists.uploaded", {"sheets": str(second)})
    dropped = {key.replace(f"s{first}-", f"s{second}-"): value
               for key, value in covered(clerk, first).items()}  # fmt: skip
    post(clerk, f"{path}/sheets/{second}", **dropped, act="drop")
    assert told() == ("lists.drop", {"sheet": second})
    post(clerk, sheet + "/file", files=[("改正.csv", (HEAD + NEW).encode())])
    review()
    replaced = log.new()
    assert [(act, subject) for act, _, subject, _, _ in replaced] == [
        ("lists.drop", number), ("lists.uploaded", number),
    ]  # fmt: skip
    post(clerk, path + "/submission", checked="y", reason="十一月核查")
    assert told() == ("lists.submitted", {"reason": "十一月核查"})
    approver = sign_in(demo, "edu2")
    log.new()
    post(approver, path + "/return", remark="再看一遍")
    assert told("edu2") == ("lists.returned", {"reason": "再看一遍"})
    review()
    post(clerk, path + "/submission", checked="y")
    assert told()[0] == "lists.submitted"
    post(approver, path + "/approval")
    assert told("edu2")[0] == "lists.approved"
    assert publish(demo) == 1
    assert told("edu2") == ("lists.published", {"number": 3, "reason": "十一月核查"})


def test_an_urgent_change_is_told_with_whom_it_concerns(demo: Flask) -> None:
    found = sa.select(Institution.code).join(Standing).where(Standing.until.is_(None))
    code = db.session.scalar(found.where(Standing.status == Status.WHITE).limit(1))
    log, clerk = Log(), sign_in(demo, "edu")
    log.new()
    post(clerk, "/desk/lists/urgent", code=code, act="suspend", reason="消防隐患")
    said = {"area": "359901", "change": "suspend", "institution": code}
    assert log.new() == [("lists.urgent", "submission", str(newest().id), said, "edu")]


def test_each_act_on_a_notice_is_told(demo: Flask) -> None:
    log, clerk, approver = Log(), sign_in(demo, "edu"), sign_in(demo, "edu2")
    log.new()
    path = drafted(clerk)
    notice = path.rsplit("/", 1)[1]
    notice_act(clerk, path + "/submission")
    notice_act(approver, path + "/decision", decision="return")
    assert [entry[:3] + entry[4:] for entry in log.new()] == [
        ("notices.write", "notice", notice, "edu"),
        ("notices.submit", "notice", notice, "edu"),
        ("notices.return", "notice", notice, "edu2"),
    ]


def test_the_log_names_no_private_person(demo: Flask) -> None:
    clerk = sign_in(demo, "edu")
    upload(clerk, HEAD + NEW.replace("新竹篆刻", "林某某篆刻"), f"林某某13800138000-{today()}.csv")
    details = db.session.scalars(sa.select(AuditEntry.details)).all()
    assert not any("林某某" in each or "13800138000" in each for each in details)
