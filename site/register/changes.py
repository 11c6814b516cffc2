"""What an edition changed, one line per institution."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.i18n import gettext
from portal.i18n import lazy_gettext as _
from register.models import Change, ChangeKind

_LABELS = {
    ChangeKind.ADDED: _("新公布"),
    ChangeKind.AMENDED: _("更正信息"),
    ChangeKind.MOVED: _("变更名单"),
    ChangeKind.REMOVED: _("移出名单"),
    ChangeKind.WITHDRAWN: _("误列，已撤销"),
}


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One line: who, from which standing to which."""

    name: str
    code: str
    before: str | None
    after: str | None
    label: str


def change_label(kind: ChangeKind) -> str:
    """Return the words for what an edition did."""
    return str(_LABELS[kind])


def change_lines(changes: Iterable[Change]) -> list[ChangeLine]:
    """Return the lines; a withdrawn institution keeps its line, without its name."""
    return [
        ChangeLine(
            name=(gettext("（已撤销）") if change.kind is ChangeKind.WITHDRAWN else change.name),
            code="" if change.kind is ChangeKind.WITHDRAWN else change.institution.code,
            before=change.before.value if change.before else None,
            after=change.after.value if change.after else None,
            label=change_label(change.kind),
        )
        for change in changes
    ]
