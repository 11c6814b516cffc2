"""flask doors …"""

import click
from flask.cli import AppGroup

from accounts.audit import record
from doorcodes.codes import Mistyped, find, revoke
from portal.database import db

group = AppGroup("doors", help="门牌码。")


@group.command("revoke")
@click.argument("code")
@click.option("--reason", required=True, help="公开显示的原因，例如“遗失补发”。")
@click.option("--replace", is_flag=True, help="同时发一个新码。")
def revoke_command(code: str, reason: str, replace: bool) -> None:
    """Revoke a door code for good; its page answers 410 from the next scan on."""
    if len(reason) > 200:
        raise click.ClickException("原因最多 200 个字。")
    try:
        door = find(db.session, code)
    except Mistyped:
        raise click.ClickException("码的长度、字符或校验位不对，请核对。") from None
    if door is None or door.revoked_on is not None:
        raise click.ClickException("没有这个码，或已经作废。")
    new = revoke(db.session, door, reason, replace=replace)
    record(db.session, "doors.revoke", None, ("door", door.code), replaced=new is not None)
    db.session.commit()
    click.echo("已作废。" + (f"新码：{new.code}" if new else ""))
