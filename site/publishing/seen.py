"""What two persons saw is what goes out.

With a submission stays the digest of what was shown of it. Where the plan that would be published
has another one, because another edition came in between, the submission goes back to be looked at.
"""

import hashlib
import json

import sqlalchemy as sa

from portal.database import db
from publishing.findings import Severity
from publishing.models import Submission, SubmissionState
from publishing.planning import Blocked, Plan, part_of_sheet, plan
from publishing.reading import UnreadableFile
from publishing.submissions import MANY, head_number, returned, sheets_of

BLOCKED = "重新比对后有拦截的问题，没有公布。请看比对结果，改好后再送审。"
_OTHER = "其间公布了新的一期，改动和审核时看到的不一样，没有公布。请重新核对改动，再送审。"
_MANY = (
    "其间公布了新的一期，改动现在超过已公布名单的 20%（只算涵盖范围内的），没有公布。"
    "请写明理由，再送审。"
)


class Overtaken(ValueError):
    """What would be published is not what was shown. Its text is one sentence."""


def digest(planned: Plan) -> str:
    """Return SHA-256 over all changes and all that an officer must answer for.

    New institutions count by name: their codes are only drawn. The words of a finding do not
    count: they may name the newest edition.
    """
    changes = (
        [each.institution.id and each.institution.code, each.institution.name, each.kind,
         each.before, each.after, each.fields]
        for each in planned.changes
    )  # fmt: skip
    asked = (
        [place, each.code, each.sheet, each.row, each.column]
        for place, outcome in enumerate(planned.outcomes)
        for each in outcome.findings
        if each.severity is Severity.ASK
    )
    texts = [*sorted(map(_text, changes)), *sorted(map(_text, asked))]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def check_seen(submission: Submission, planned: Plan) -> None:
    """Compare a plan with what was shown to those who submitted and approved; raises Overtaken."""
    shown = submission.difference
    if submission.submitted_by_id is None:
        return  # the command line's, nobody was shown anything
    if shown is None or shown.get("digest") != digest(planned):
        raise Overtaken(_OTHER)
    if planned.share > MANY and not submission.reason:
        raise Overtaken(_MANY)


def recheck_submitted() -> None:
    """Plan anew what waits for the second person where another edition came in between; commits.

    Where nothing is different it can be approved on, otherwise it goes back to its department.
    """
    overtaken = sa.select(Submission.id).where(
        Submission.state == SubmissionState.SUBMITTED,
        Submission.difference["head"].as_integer() != head_number(Submission.area_code),
    )
    numbers = db.session.scalars(overtaken).all()
    db.session.rollback()
    for number in numbers:
        _recheck(number)


def _recheck(number: int) -> None:
    remark, head = "", 0
    with db.reading() as session:
        submission = session.get_one(Submission, number)
        submitted_at = submission.submitted_at
        try:
            parts = [part_of_sheet(sheet) for sheet in sheets_of(session, number)]
            planned = plan(session, submission.area_code, parts, submission.seed)
            head = planned.head.number if planned.head else 0
            check_seen(submission, planned)
        except Blocked:
            remark = BLOCKED
        except (Overtaken, UnreadableFile) as fault:
            remark = str(fault)
    submission = db.session.get_one(Submission, number)
    if (submission.state, submission.submitted_at) == (SubmissionState.SUBMITTED, submitted_at):
        if remark:
            returned(submission, remark)
        else:
            submission.difference = {**(submission.difference or {}), "head": head}
    db.session.commit()


def _text(said: object) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True)
