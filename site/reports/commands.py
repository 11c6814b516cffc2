"""flask reports …"""

from datetime import timedelta

import click
from flask.cli import AppGroup

from accounts.audit import record
from accounts.keys import WrongPassword, unwrap_all
from accounts.officers import check_password
from departments.models import Department
from portal.clock import today
from portal.codes import grouped
from portal.database import db
from reports import paper_keys
from reports.retention import last_run

group = AppGroup("reports", help="举报。")


@group.command("erasing")
def erasing() -> None:
    """Say when content was last erased; fail where the daily job did not run since yesterday."""
    run = last_run(db.session)
    if run is None:
        raise click.ClickException("到期删除还没有运行过：worker 没有启动？")
    click.echo(
        f"{run.day}：删除 {run.reports} 件，往来 {run.messages} 条，文件 {run.attachments} 个。"
    )
    if run.day < today() - timedelta(days=1):
        raise click.ClickException("超过一天没有运行：worker 停了？")


@group.command("paper")
@click.argument("username")
@click.password_option("--password", prompt="口令", confirmation_prompt=False)
def paper(username: str, password: str) -> None:
    """Print a new paper key of an officer's department, once; it voids the last of that key."""
    officer = check_password(db.session, username, password)
    try:
        keys = unwrap_all(db.session, officer, password) if officer else {}
    except WrongPassword:
        keys = {}
    if not keys:
        raise click.ClickException("登录名或口令不对，或他没有部门的密钥。")
    for department_id, private in keys.items():
        department = db.session.get_one(Department, department_id)
        phrase = paper_keys.make(db.session, department, private)
        record(db.session, "keys.paper", department=department_id)
        db.session.commit()
        click.echo(f"{department.name}，{today()}：{' '.join(grouped(phrase))}")
        click.echo("只显示这一次。打印后锁进保险柜；谁拿到它和数据库，就能读这个部门的举报。")
