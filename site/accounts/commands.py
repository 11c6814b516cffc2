"""flask officers …"""

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from accounts.enrolment import EnrolmentError, enrol
from accounts.models import Officer, Role
from accounts.officers import OfficerError
from portal.database import db

group = AppGroup("officers", help="经办人。")


@group.command("add")
@click.argument("username")
@click.option("--name", required=True, help="姓名。")
@click.option("--department", type=int, required=True, help="部门编号，见 departments list。")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.CLERK.value)
@click.option("--with", "colleague", help="已能开启举报的同事的登录名；本部门第一个人不用。")
@click.password_option("--password", prompt="口令（至少 12 个字符）")
def add(
    username: str, name: str, department: int, role: str, colleague: str | None, password: str
) -> None:
    """Add an officer; the first of a department makes its key, later ones are given it."""
    colleague_password = click.prompt("同事的口令", hide_input=True) if colleague else ""
    try:
        enrol(
            db.session, username, name, password, department, Role(role),
            colleague or "", colleague_password,
        )  # fmt: skip
    except (OfficerError, EnrolmentError) as fault:
        raise click.ClickException(str(fault)) from None
    db.session.commit()
    click.echo(f"已添加经办人 {username}。")


@group.command("list")
def list_command() -> None:
    """List sign-in names and departments."""
    for officer in db.session.scalars(sa.select(Officer).order_by(Officer.username)):
        departments = ",".join(str(m.department_id) for m in officer.memberships)
        click.echo(f"{officer.username}\t{departments}")
