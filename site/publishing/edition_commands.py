"""flask editions … and flask keys …: checking, signing elsewhere, notes, and the keys."""

from collections.abc import Callable
from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from accounts.audit import record
from portal.codes import grouped
from portal.database import db
from portal.settings import Settings
from publishing.issuing import attach_signature, export
from publishing.notes import NoSuchEdition, correct, withhold
from publishing.persons import PERSONAL_WORDS, has_personal_data
from publishing.signing import Key, KeyState, UnusableKey, list_keys, revoke, rotate
from publishing.submissions import NothingToDo, Refused
from publishing.verifying import Broken, verify_area
from register.indexing import follow
from register.models import Edition, EditionNote

group = AppGroup("editions", help="各期名单：核验、离线签名、更正、停止提供。")
keys_group = AppGroup("keys", help="签名的钥匙。")

_STATES = {
    KeyState.CURRENT: "在用",
    KeyState.ROTATED: "已更换",
    KeyState.REVOKED: "已吊销",
}


def keys_folder() -> Path:
    """Return where the instance's keys are."""
    settings: Settings = current_app.config["MINGDAN"]
    return settings.instance / "keys"


def public_words(_context: click.Context, _option: click.Parameter, words: str) -> str:
    """Refuse words for everybody that hold personal data: what is published stays published."""
    if has_personal_data(words):
        raise click.BadParameter(PERSONAL_WORDS)
    return words


@group.command("verify")
@click.option("--head", default="", help="另处抄下的指纹，例如海报上的；有空格也行。")
def verify(head: str) -> None:
    """Check every edition of every area; exit status 1 at the first fault."""
    keys = {key.id: key for key in list_keys(keys_folder())}
    areas = db.session.scalars(
        sa.select(Edition.area_code).distinct().order_by(Edition.area_code)
    ).all()
    hashes = set()
    for area in areas:
        try:
            found = verify_area(db.session, area, keys)
        except Broken as broken:
            raise click.ClickException(str(broken)) from None
        hashes.update(found)
        click.echo(f"{area}：{len(found)} 期无误。最新一期的指纹：{' '.join(grouped(found[-1]))}")
    noted = "".join(head.split()).lower()
    if noted and noted not in hashes:
        raise click.ClickException("没有一期是这个指纹：整条链可能被重做过。")
    if not areas:
        click.echo("还没有公布过名单。")


@group.command("export")
@click.argument("area")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=".")
@click.option(
    "--reason",
    default="",
    callback=public_words,
    help="不经工作台公布的理由，写进 manifest.json。",
)
def export_command(area: str, folder: Path, reason: str) -> None:
    """Write the area's next edition into a folder, its manifest.json to be signed elsewhere."""
    try:
        made = export(area, keys_folder(), reason)
    except (NothingToDo, Refused) as fault:
        raise click.ClickException(str(fault)) from None
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in made.files.items():
        (folder / name).write_bytes(content)
    click.echo(f"{area} 第 {made.number} 期已导出到 {folder}，用公钥 {made.key_id} 的私钥签名：")
    click.echo("openssl pkeyutl -sign -inkey 私钥.pem -rawin -in manifest.json -out manifest.sig")
    click.echo(f"再运行 editions attach-signature {area} manifest.sig 公布。")


@group.command("attach-signature")
@click.argument("area")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def attach_command(area: str, file: Path) -> None:
    """Publish the exported edition of an area with the signature in FILE."""
    try:
        edition = attach_signature(area, keys_folder(), file.read_bytes()[:1024])
    except (NothingToDo, Refused) as fault:
        raise click.ClickException(str(fault)) from None
    follow()
    click.echo(f"已公布 {area} 第 {edition} 期：/editions/{area}/{edition}")


@group.command("correct")
@click.argument("area")
@click.argument("number", type=int)
@click.option("--text", required=True, callback=public_words, help="写在那一期页面上的更正。")
def correct_command(area: str, number: int, text: str) -> None:
    """Put an erratum on an old edition's page; its files stay as they are."""
    _note(lambda: correct(db.session, area, number, text))


@group.command("withhold")
@click.argument("area")
@click.argument("number", type=int)
@click.option("--decision", required=True, help="停止提供的决定文号。")
@click.option("--text", required=True, callback=public_words, help="理由，公开。")
def withhold_command(area: str, number: int, decision: str, text: str) -> None:
    """Stop handing out an edition's list files, by a public decision; the chain stays."""
    _note(lambda: withhold(db.session, area, number, decision, text))


@keys_group.command("list")
def keys_list() -> None:
    """List every key there ever was."""
    for key in list_keys(keys_folder()):
        ended = f"\t{key.ended_on}\t{key.reason}" if key.ended_on else ""
        click.echo(f"{key.id}\t{_STATES[key.state]}{ended}")


@keys_group.command("rotate")
@click.option(
    "--public",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="私钥保管在别处时，那把钥匙的公钥（PEM）。",
)
def keys_rotate(public: Path | None) -> None:
    """Sign with another key from now on; the old one stays listed."""
    key = public.read_bytes()[:4096] if public else None
    _keys(lambda: rotate(keys_folder(), key), "signing.rotate", "在用")


@keys_group.command("revoke")
@click.argument("key_id")
@click.option("--reason", required=True, callback=public_words, help="公开的理由。")
def keys_revoke(key_id: str, reason: str) -> None:
    """Tell everyone not to trust this key from today on; where it is in use, make another."""
    _keys(lambda: revoke(keys_folder(), key_id, reason), "signing.revoke", "已吊销")


def _keys(act: Callable[[], Key], word: str, said: str) -> None:
    try:
        key = act()
    except UnusableKey as fault:
        raise click.ClickException(str(fault)) from None
    record(db.session, word, None, ("key", key.id), reason=key.reason)
    db.session.commit()
    click.echo(f"{key.id}\t{said}")


def _note(act: Callable[[], EditionNote]) -> None:
    try:
        note = act()
    except NoSuchEdition:
        raise click.ClickException("没有这一期。") from None
    db.session.flush()
    edition = db.session.get_one(Edition, note.edition_id)
    record(
        db.session, "lists.noted", None, ("edition", edition.id),
        kind=note.kind.value, area=edition.area_code, number=edition.number,
    )  # fmt: skip
    db.session.commit()
    click.echo("已写在那一期的页面上。")
