"""Loading the demo district through the same doors an officer uses, with dates of this month.

The lists are written as of 2024-06-30; every date moves by whole months, so that the last edition
is this month's and most licences are valid. Sign-in passwords are made at random.
"""

import csv
import io
import re
import secrets
import tomllib
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.enrolment import enrol
from accounts.models import Officer, Role
from accounts.roles import ROLES
from accounts.second_factor import DEMO_SECRET, set_secret
from areas.divisions import load_areas
from departments.loading import load_departments
from departments.models import Department
from departments.routing import filled_roles
from doorcodes.models import DoorCode
from doorcodes.qr import for_terminal
from notices.models import NoticeKind
from notices.publishing import Wording, publish, submit, write
from portal.clock import today
from portal.settings import Settings, remember
from publishing.importing import ImportOrder, import_list
from publishing.models import Coverage
from publishing.sheet import ListKind
from publishing.signing import Signer
from register.institutions import standing_is
from register.models import Institution, Premises, Standing

DATA = Path(__file__).parent / "data"
AREA = "359901"  # not in GB/T 2260
WRITTEN = date(2024, 6, 1)  # the month the lists were written in
SIGN_INS = "demo-sign-ins.txt"

# file, list, coverage, kinds; an edition a line
EDITIONS: tuple[tuple[tuple[str, ListKind, Coverage, tuple[str, ...]], ...], ...] = (
    (
        ("1-white.csv", ListKind.WHITE, Coverage.COMPLETE, ()),
        ("1-black.csv", ListKind.BLACK, Coverage.ADDITIONS, ()),
    ),
    (
        ("2-changes.csv", ListKind.WHITE, Coverage.ADDITIONS, ()),
        ("2-tech.csv", ListKind.WHITE, Coverage.COMPLETE, ("KJ",)),
        ("2-black.csv", ListKind.BLACK, Coverage.ADDITIONS, ()),
        ("2-info.csv", ListKind.INFO, Coverage.ADDITIONS, ()),
    ),
)


def demo_is_wanted(session: Session) -> bool:
    """Tell whether the database is empty: no department, no institution."""
    return not session.scalar(sa.select(sa.func.count(Department.id))) and not session.scalar(
        sa.select(sa.func.count(Institution.id))
    )


def load_demo(session: Session, settings: Settings) -> Iterator[str]:
    """Load the district and commit; yields lines for the screen."""
    load_areas(session, DATA / "areas.csv")
    load_departments(session, DATA / "departments.csv")
    session.flush()
    sign_ins = _officers(session)
    yield f"演示区：{len(sign_ins)} 位经办人"
    months = _months_to(this_month())
    signer = Signer(settings.instance / "keys")
    for number, sheets in enumerate(EDITIONS, start=1):
        as_of = _moved(WRITTEN, months - len(EDITIONS) + number)
        for place, (name, list_kind, coverage, kinds) in enumerate(sheets, start=1):
            order = ImportOrder(
                _shifted(DATA / name, months), name, list_kind, AREA, as_of, coverage, kinds
            )
            last = place == len(sheets)
            import_list(session, order, signer if last else None)
            session.flush()
        yield f"演示区：第 {number} 期名单"
    yield f"演示区：{_notices(session)} 则通知"
    session.commit()
    remember(settings.instance, "MINGDAN_AREA", AREA)
    remember(settings.instance, "MINGDAN_DEMO", "1")
    path = settings.instance / SIGN_INS
    path.touch(mode=0o600)
    path.write_text("".join(f"{line}\n" for line in sign_ins), encoding="utf-8")


def tell_demo(session: Session, settings: Settings) -> Iterator[str]:
    """Yield what a newcomer needs to try the site."""
    base = settings.base_url
    yield ""
    yield f"网站        {base}/"
    example = session.execute(
        sa.select(Institution.code, Institution.name, DoorCode.code)
        .join(Premises, Premises.institution_id == Institution.id)
        .join(DoorCode, DoorCode.premises_id == Premises.id)
        .join(Standing, Standing.institution_id == Institution.id)
        .where(
            Standing.until.is_(None),
            standing_is("white"),
            DoorCode.revoked_on.is_(None),
            Premises.closed_on.is_(None),
        )
        .order_by(Institution.name.not_like("%晨曦%"), Institution.id)
    ).first()
    if example is not None:
        code, name, door = example
        yield f"机构页      {base}/institutions/{code}   {name}"
        yield f"门牌页      {base}/v/{door.lower()}"
        yield for_terminal(f"{base}/v/{door.lower()}").rstrip("\n")
    sign_ins = settings.instance / SIGN_INS
    if sign_ins.exists():
        yield f"经办人登录  {base}/desk/sign-in   （演示账号：登录名、口令、部门、角色）"
        for line in sign_ins.read_text(encoding="utf-8").splitlines():
            yield f"            {line}"


def this_month() -> date:
    """Return the first day of this month, the as-of date of the demo's last edition."""
    return today().replace(day=1)


def _officers(session: Session) -> list[str]:
    filled = filled_roles(session, AREA)
    lines = []
    colleague: dict[int, tuple[str, str]] = {}  # who hands the department's key on
    for row in _rows(DATA / "officers.csv"):
        department = filled[row["department_role"]]
        password = "-".join(secrets.token_hex(2) for _ in range(3))
        role = Role(row["role"])
        officer = enrol(
            session, row["username"], row["name"], password, department.id, role,
            *colleague.get(department.id, ()),
        )  # fmt: skip
        colleague.setdefault(department.id, (officer.username, password))
        set_secret(session, officer, DEMO_SECRET)
        lines.append(f"{row['username']}   {password}   {department.name}，{ROLES[role]}")
    return lines


def _notices(session: Session) -> int:
    """Write the notices and have a second person publish them; returns how many."""
    author, other = session.scalars(sa.select(Officer).order_by(Officer.id).limit(2)).all()
    told = tomllib.loads((DATA / "notices.toml").read_text(encoding="utf-8"))["notice"]
    for said in told:
        wording = Wording(**{**said, "kind": NoticeKind(said["kind"])})
        notice = write(session, author, author.memberships[0].department_id, wording)
        submit(notice, author)
        publish(session, notice, other)
        session.flush()
    return len(told)


def _shifted(path: Path, months: int) -> bytes:
    """Return the file with every date and every year in a document number moved."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(
        r"\b(\d{4})-(\d\d)-(\d\d)\b",
        lambda m: _moved(date(int(m[1]), int(m[2]), int(m[3])), months).isoformat(),
        text,
    )
    text = re.sub(r"〔(\d{4})〕", lambda m: f"〔{int(m[1]) + months // 12}〕", text)
    return text.encode()


def _moved(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last_before = monthrange(day.year, day.month)[1]
    last = monthrange(year, month + 1)[1]
    # The last day of a month stays the last day: licences end there.
    return date(year, month + 1, last if day.day == last_before else min(day.day, last))


def _months_to(month: date) -> int:
    return (month.year - WRITTEN.year) * 12 + month.month - WRITTEN.month


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
