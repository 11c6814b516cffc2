"""flask lists …: from a file to a published edition on the command line."""

from datetime import datetime
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from accounts.audit import record
from areas.models import Area
from portal.database import db
from publishing.edition_commands import keys_folder, public_words
from publishing.findings import Finding, Severity
from publishing.importing import Blocked, ImportOrder, Outcome, drop_sheets, publish_list, rehearse
from publishing.models import Coverage, Sheet, Submission
from publishing.proposals import Proposal
from publishing.reading import MAX_BYTES, UnreadableFile
from publishing.sheet import ListKind
from publishing.signing import KeyElsewhere, Signer
from publishing.submissions import is_desk_approved
from register.indexing import follow
from register.kinds import load_kinds
from register.models import ChangeKind

group = AppGroup("lists", help="名单：读入、检查、公布。")

_CHANGES = {
    ChangeKind.ADDED: "新增",
    ChangeKind.AMENDED: "更正",
    ChangeKind.MOVED: "变更名单",
    ChangeKind.REMOVED: "移出",
    ChangeKind.WITHDRAWN: "撤销误列",
}


# What waits at the command line; what belongs to a submission of the desk is dropped there.
_IS_LOOSE = sa.and_(
    Sheet.file.is_not(None),
    ~Sheet.submission.has(Submission.submitted_by_id.is_not(None)),
)


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--list", "list_kind", type=click.Choice(["white", "black", "info"]), required=True)
@click.option("--area", required=True, help="6 位行政区划代码。")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="截至日期；默认读表头。")
@click.option(
    "--coverage",
    type=click.Choice(["complete", "additions"]),
    default="additions",
    show_default=True,
    help="整份名单，还是只有新增和变更。",
)
@click.option("--kinds", default="", help="本表涵盖的类别代码，逗号分隔，例如 TY,WY；默认全部。")
@click.option("--leave-out-blocked", is_flag=True, help="拦截的行不导入，其余照常。")
@click.option("--dry-run", is_flag=True, help="只检查，不写入。")
@click.option("--publish", is_flag=True, help="立即公布为新的一期（首次装入用）。")
@click.option(
    "--reason",
    default="",
    callback=public_words,
    help="不经工作台公布的理由，写进 manifest.json。",
)
def import_command(  # noqa: PLR0913 - one parameter per option
    file: Path, list_kind: str, area: str, as_of: datetime | None, coverage: str, kinds: str,
    leave_out_blocked: bool, dry_run: bool, publish: bool, reason: str,
) -> None:  # fmt: skip
    """Read FILE, list its findings, and publish it or keep it waiting.

    Exit status: 0 done, 1 the sheet has BLOCK findings, 2 the file or an option cannot be used.
    """
    order = ImportOrder(
        data=_bytes(file),
        filename=file.name,
        list_kind=ListKind(list_kind),
        area_code=_area(area),
        as_of=as_of.date() if as_of else None,
        coverage=Coverage(coverage),
        kinds=_kinds(kinds),
        leave_out_blocked=leave_out_blocked,
    )
    db.session.rollback()  # reading the file takes long; the database is not held meanwhile
    try:
        if dry_run:
            outcome = rehearse(order)
        else:
            signer = _signer(area, reason) if publish else None
            db.session.rollback()
            outcome = publish_list(order, signer, click.echo, reason.strip())
    except UnreadableFile as fault:
        raise UnusableError(str(fault)) from None
    except Blocked as blocked:
        if blocked.outcome.filename != file.name:
            click.echo(f"拦住的是先前保存待公布的 {blocked.outcome.filename}：")
        _tell(blocked.outcome)
        click.echo("有拦截的问题，没有导入。改好后再来，或加 --leave-out-blocked 先导入其余各行。")
        raise SystemExit(1) from None
    _tell(outcome)
    if dry_run:
        click.echo("这是检查，没有写入。")
        return
    _finish(outcome, area)


@group.command("waiting")
def waiting_command() -> None:
    """List the checked sheets that wait for the next edition."""
    sheets = db.session.scalars(sa.select(Sheet).where(_IS_LOOSE).order_by(Sheet.id)).all()
    for sheet in sheets:
        click.echo(
            f"{sheet.id}\t{sheet.area_code}\t{sheet.list_kind}\t{sheet.as_of}\t{sheet.filename}"
        )
    click.echo(f"共 {len(sheets)} 张待公布。")


@group.command("drop")
@click.argument("number", type=int)
def drop_command(number: int) -> None:
    """Drop a waiting sheet by its number; what is published stays."""
    sheet = db.session.scalar(sa.select(Sheet).where(Sheet.id == number, _IS_LOOSE))
    if sheet is None:
        raise UnusableError(f"没有编号为 {number} 的待公布表。")
    drop_sheets(db.session, [sheet.id])
    record(db.session, "lists.drop", None, ("sheet", number))
    db.session.commit()
    click.echo("已丢弃。")


def _finish(outcome: Outcome, area: str) -> None:
    if outcome.waits:
        click.echo("已保存待公布。加 --publish 公布。")
    elif outcome.edition is None:
        click.echo("与已公布的一致，没有变化，不出新一期。")
    else:
        number, as_of = outcome.edition.number, outcome.edition.as_of
        follow(lambda done: click.echo(f"索引 {done}") if done % 20000 == 0 else None)
        click.echo(f"已公布 {area} 第 {number} 期，截至 {as_of}：/editions/{area}/{number}")


def _tell(outcome: Outcome) -> None:
    for finding in sorted(outcome.findings, key=_order_of_severity):
        click.echo(finding.line())
    click.echo(f"读到 {outcome.row_count} 行，发现 {len(outcome.findings)} 个问题。")
    if outcome.left_out:
        click.echo(f"未导入 {len(outcome.left_out)} 行：")
        for row in outcome.left_out:
            where = f"工作表“{row.sheet}” " if row.sheet else ""
            click.echo(f"  {where}第 {row.row} 行")
    if outcome.proposals:
        click.echo(_summary(outcome.proposals))


def _summary(proposals: list[Proposal]) -> str:
    numbers = {kind: sum(p.kind is kind for p in proposals) for kind in ChangeKind}
    return "，".join(f"{_CHANGES[kind]} {n} 家" for kind, n in numbers.items() if n) + "。"


def _order_of_severity(finding: Finding) -> int:
    return list(Severity).index(finding.severity)


def _area(code: str) -> str:
    if db.session.scalar(sa.select(Area.code).filter_by(code=code)) is None:
        raise UnusableError(f"没有行政区划代码 {code[:20]}。")
    return code


def _kinds(text: str) -> tuple[str, ...]:
    codes = tuple(filter(None, (code.strip().upper() for code in text.split(","))))
    unknown = [code for code in codes if code not in load_kinds(db.session).names]
    if unknown:
        raise UnusableError(f"没有类别代码 {'、'.join(unknown)[:40]}。")
    return codes


def _signer(area: str, reason: str) -> Signer:
    if is_desk_approved(db.session, area) and not reason.strip():
        raise UnusableError(
            "这个区已在工作台由两人审核公布过，请用 --reason 写明为什么不走工作台。"
        )
    try:
        return Signer(keys_folder())
    except KeyElsewhere:
        raise UnusableError(
            "签名的私钥不在本机：不加 --publish 导入，再用 editions export。"
        ) from None


def _bytes(file: Path) -> bytes:
    if file.stat().st_size > MAX_BYTES:
        raise UnusableError(f"文件超过 {MAX_BYTES // 2**20} MB，没有读取。请拆分后再导入。")
    return file.read_bytes()


class UnusableError(click.ClickException):
    """A file or option that cannot be used."""

    exit_code = 2
