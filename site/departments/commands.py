"""flask departments …"""

from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from accounts.audit import record
from departments.loading import DepartmentFileError, load_departments
from departments.models import Assignment, Department, RoutingRule
from departments.routing import lint
from portal.database import db
from portal.settings import Settings

group = AppGroup("departments", help="部门和分办规则。")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Load departments and the roles they fill from a CSV file."""
    try:
        new = load_departments(db.session, file)
    except DepartmentFileError as fault:
        raise click.ClickException(str(fault)) from None
    record(db.session, "departments.import", None, new=new)
    db.session.commit()
    click.echo(f"新增 {new} 个部门。")


@group.command("lint")
@click.option("--area", default="", help="行政区划代码，默认 MINGDAN_AREA。")
def lint_command(area: str) -> None:
    """List uncovered combinations and missing or contradictory contacts; exit 1 if any."""
    settings: Settings = current_app.config["MINGDAN"]
    code = area or settings.area
    if not code:
        raise click.ClickException("请用 --area 给出行政区划代码，或设置 MINGDAN_AREA。")
    rules = db.session.scalar(sa.select(sa.func.count(RoutingRule.id)).filter_by(valid_until=None))
    faults = list(lint(db.session, code))
    for fault in faults:
        click.echo(fault)
    click.echo(f"检查了 {rules} 条分办规则，发现 {len(faults)} 个问题。")
    if faults:
        raise SystemExit(1)


@group.command("list")
def list_command() -> None:
    """List number, area, name and roles of every department."""
    roles: dict[int, list[str]] = {}
    for assignment in db.session.scalars(sa.select(Assignment)):
        roles.setdefault(assignment.department_id, []).append(assignment.role_code)
    for department in db.session.scalars(sa.select(Department).order_by(Department.id)):
        filled = ",".join(roles.get(department.id, []))
        click.echo(f"{department.id}\t{department.area_code}\t{department.name}\t{filled}")
