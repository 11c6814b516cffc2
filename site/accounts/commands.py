"""flask officers … and flask audit …"""

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from accounts.audit import broken, record
from accounts.enrolment import EnrolmentError, enrol, require_department
from accounts.invitations import HOURS, link
from accounts.managing import add_invited
from accounts.models import AuditEntry, Officer, Role
from accounts.officers import OfficerError
from portal.database import db

group = AppGroup("officers", help="经办人。")
audit = AppGroup("audit", help="审计记录。")

_ROLE = click.Choice([role.value for role in Role])


@group.command("add")
@click.argument("username")
@click.option("--name", required=True, help="姓名。")
@click.option("--department", type=int, required=True, help="部门编号，见 departments list。")
@click.option("--role", type=_ROLE, default=Role.CLERK.value)
@click.option("--with", "colleague", help="已能开启举报的同事的登录名；本部门第一个人不用。")
@click.password_option("--password", prompt="口令（至少 12 个字符）")
def add(
    username: str, name: str, department: int, role: str, colleague: str | None, password: str
) -> None:
    """Add an officer; the first of a department makes its key, later ones are given it."""
    colleague_password = click.prompt("同事的口令", hide_input=True) if colleague else ""
    try:
        officer = enrol(
            db.session, username, name, password, department, Role(role),
            colleague or "", colleague_password,
        )  # fmt: skip
    except (OfficerError, EnrolmentError) as fault:
        raise click.ClickException(str(fault)) from None
    record(
        db.session, "accounts.add", None, ("officer", officer.id), role=role, department=department
    )
    db.session.commit()
    click.echo(f"已添加经办人 {username}。")


@group.command("invite")
@click.argument("username")
@click.option("--name", required=True, help="姓名。")
@click.option("--department", type=int, required=True, help="部门编号，见 departments list。")
@click.option("--role", type=_ROLE, default=Role.CLERK.value)
def invite(username: str, name: str, department: int, role: str) -> None:
    """Add an officer who sets the password behind a one-time link; prints the link."""
    try:
        require_department(db.session, department)
        token = add_invited(db.session, None, username, name, department, Role(role))
    except (OfficerError, EnrolmentError) as fault:
        raise click.ClickException(str(fault)) from None
    db.session.commit()
    click.echo(f"{link(token)}\n请交给本人，{HOURS} 小时内有效，只能用一次。")


@group.command("list")
def list_command() -> None:
    """List sign-in names, departments, roles, and whether the account is closed."""
    for officer in db.session.scalars(sa.select(Officer).order_by(Officer.username)):
        served = ",".join(f"{m.department_id}:{m.role}" for m in officer.memberships)
        state = "\t已停用" if officer.disabled_at else ""
        click.echo(f"{officer.username}\t{served}{state}")


@audit.command("check")
def check() -> None:
    """Walk the chain; exit 1 and name the first broken entry, if any."""
    with db.reading() as session:
        fault, count, head = broken(session)
    if fault is not None:
        raise click.ClickException(
            f"第 {fault} 条审计记录被改动、删除或调换，之前的 {count} 条完好。"
        )
    click.echo(f"{count} 条审计记录完好。最后一条的校验值（请记在别处）：{head}")


@audit.command("show")
@click.option("--last", type=click.IntRange(1), default=50, show_default=True, help="最后几条。")
def show(last: int) -> None:
    """Print the last entries, newest last."""
    entries = db.session.scalars(
        sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(last)
    ).all()
    for entry in reversed(entries):
        who = entry.officer.username if entry.officer else "命令行"
        subject = f"{entry.subject_type} {entry.subject_id}".strip()
        click.echo(
            f"{entry.number}\t{entry.at:%Y-%m-%d %H:%M}\t{who}\t{entry.act}"
            f"\t{subject}\t{entry.details}"
        )
