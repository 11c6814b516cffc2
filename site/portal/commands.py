"""The command table, and the commands that concern the whole instance."""

import gc
import signal
import threading

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

import accounts.commands
import departments.commands
import doorcodes.commands
import lookup.commands
import publishing.commands
import publishing.edition_commands
import reports.commands
from areas.divisions import load_areas
from demo.loading import demo_is_wanted, load_demo, tell_demo
from departments.loading import load_routing
from portal.database import db
from portal.jobs import JOBS, PAUSE
from portal.migrating import at_head, migrate
from portal.settings import Settings
from register.indexing import follow


def add_commands(app: Flask) -> None:
    """Register every command."""
    for group in (
        accounts.commands.group,
        accounts.commands.audit,
        departments.commands.group,
        doorcodes.commands.group,
        lookup.commands.group,
        publishing.commands.group,
        publishing.edition_commands.group,
        publishing.edition_commands.keys_group,
        reports.commands.group,
    ):
        group.callback = _require_schema
        app.cli.add_command(group)
    app.cli.add_command(prepare)
    app.cli.add_command(worker)


@with_appcontext
def _require_schema() -> None:
    if not at_head():
        raise click.ClickException("数据库还没有准备好，请先运行：python3 run.py setup")


@click.command("prepare")
@click.option("--demo/--no-demo", default=True, help="数据库为空时装入演示区。")
@with_appcontext
def prepare(*, demo: bool) -> None:
    """Bring an instance up to date: schema, reference data, demo district, index."""
    settings: Settings = current_app.config["MINGDAN"]
    settings.instance.mkdir(parents=True, exist_ok=True)
    if migrate():
        click.echo("数据库：已更新到最新结构")
    if areas := load_areas(db.session):
        click.echo(f"行政区划：{areas} 个")
    if rules := load_routing(db.session):
        click.echo(f"分办规则：{rules} 条")
    db.session.commit()
    if demo and demo_is_wanted(db.session):
        for line in load_demo(db.session, settings):
            click.echo(line)
    if follow(lambda done: click.echo(f"索引：{done} 家")):
        click.echo("索引：已建好")
    for line in tell_demo(db.session, settings):
        click.echo(line)


@click.command("worker")
@click.option("--once", is_flag=True, help="做一轮就退出。")
@with_appcontext
def worker(*, once: bool) -> None:
    """Do the jobs of the job table in turn, until told to stop."""
    if not at_head():
        raise click.ClickException("数据库还没有准备好，请先运行：python3 run.py setup")
    # Lists and indexes are millions of objects that live: looking for garbage takes a fifth.
    gc.set_threshold(100_000)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        for job in JOBS:
            job(db.session)
            db.session.close()
        if once:
            return
        stop.wait(PAUSE)
