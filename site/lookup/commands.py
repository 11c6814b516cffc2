"""flask search …"""

from random import Random

import click
from flask import current_app
from flask.cli import AppGroup

from lookup.recall import measure, write
from lookup.recall_page import WAYS
from portal.database import db
from portal.settings import Settings
from register.editions import latest_edition
from search import NoIndex

group = AppGroup("search", help="全文检索。")


@group.command("recall")
def recall_command() -> None:
    """Ask the index now for what is known to be there, and publish the figures."""
    settings: Settings = current_app.config["MINGDAN"]
    try:
        with db.reading() as session:
            latest = latest_edition(session, settings.area)
            if latest is None:
                raise click.ClickException("还没有公布过名单。")
            found = measure(session, Random(), latest.number)  # noqa: S311 - a sample
    except NoIndex:
        raise click.ClickException("索引还没有建好，请先运行：flask --app wsgi prepare") from None
    write(found)
    for one in found.figures:
        click.echo(f"{WAYS[one.way]}：问 {one.asked} 次，查到 {one.found}，首页 {one.first}")
