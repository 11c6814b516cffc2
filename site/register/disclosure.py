"""What an institution must show on the wall, as pages show it."""

from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portal.codes import grouped
from register.models import DisclosedItem, Edition, Institution, ItemKind, Status
from register.verdict import EXPIRED


@dataclass(frozen=True, slots=True)
class Account:
    """The one account that fees may be paid into."""

    payee: str
    bank: str
    number: str  # in groups of four, as on a bank card
    supervision: str
    edition: Edition | None


@dataclass(frozen=True, slots=True)
class Line:
    """A fee, a class, a certificate or a record: fields by name, empty where nothing is shown."""

    said: dict[str, str] = field(default_factory=dict)
    on: date | None = None

    def __getitem__(self, name: str) -> str:
        """Return a field."""
        return self.said.get(name, "")


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one kind, and the edition that published them."""

    kind: str
    lines: list[Line]
    edition: Edition | None


@dataclass(frozen=True, slots=True)
class Wall:
    """Everything an institution must show; a block without lines is not there."""

    account: Account | None = None
    blocks: dict[str, Block] = field(default_factory=dict)


def is_teaching(standing: str) -> bool:
    """Tell whether parents may pay there; elsewhere no page names an account, a fee or a class."""
    return standing in {Status.WHITE, EXPIRED, Status.RECTIFYING}


def wall_of(session: Session, institution: Institution, standing: str) -> Wall:
    """Return what pages may show of an institution, by its standing as shown."""
    items = session.scalars(
        sa.select(DisclosedItem)
        .filter_by(institution_id=institution.id)
        .order_by(DisclosedItem.kind, DisclosedItem.position)
        .options(selectinload(DisclosedItem.edition))
    ).all()
    teaching = is_teaching(standing)
    shown = [item for item in items if teaching or item.kind is ItemKind.RECORD]
    by_kind = {kind: [item for item in shown if item.kind is kind] for kind in ItemKind}
    accounts = by_kind.pop(ItemKind.ACCOUNT)
    return Wall(
        account=_account(accounts[0]) if accounts else None,
        blocks={kind.value: _block(kind, found) for kind, found in by_kind.items() if found},
    )


def yuan(fen: int) -> str:
    """Return 2680 for 268000 fen, 60.50 for 6050."""
    return f"{fen // 100}.{fen % 100:02}" if fen % 100 else str(fen // 100)


def _account(item: DisclosedItem) -> Account:
    said = _line(item)
    return Account(
        payee=said["payee"],
        bank=said["bank"],
        number=" ".join(grouped(said["number"])),
        supervision=said["supervision"],
        edition=item.edition,
    )


def _block(kind: ItemKind, items: list[DisclosedItem]) -> Block:
    lines = [_line(item) for item in items]
    if kind is ItemKind.RECORD:
        lines.sort(key=lambda line: line.on or date.min, reverse=True)
    return Block(kind.value, lines, items[0].edition)


def _line(item: DisclosedItem) -> Line:
    said = {name: str(value) for name, value in item.content.items()}
    if "amount_fen" in item.content:
        said["sum"] = yuan(int(item.content["amount_fen"]))
    on = said.pop("on", None)
    return Line(said, date.fromisoformat(on) if on else None)
