"""What differs between two editions of an area, read from their bytes.

A difference names each field that differs with its value before and after; a value that is not
there has no place. So differences can be added up: from any edition to any later one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from register.frozen import Entry


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs about one institution: field → {"before": value, "after": value}."""

    code: str
    name: str  # in the later list that has it
    fields: dict[str, dict[str, Any]]

    @property
    def kind(self) -> str:
        """Return added, gone (an entry withdrawn) or changed."""
        code = self.fields.get("code", {})
        return "added" if "after" in code else "gone" if "before" in code else "changed"

    @property
    def statuses(self) -> tuple[str | None, str | None]:
        """The status before and after where it differs, else twice None."""
        standing = self.fields.get("standing", {})
        before, after = (standing.get(side, {}).get("status") for side in ("before", "after"))
        return (before, after) if before != after else (None, None)

    def to_json(self) -> dict[str, Any]:
        """Return it as the API gives it."""
        return {"code": self.code, "name": self.name, "kind": self.kind, "fields": self.fields}


def differences(before: Iterable[Entry], after: Iterable[Entry]) -> Iterator[Difference]:
    """Yield what differs, in the order of the codes; both lists are read once, side by side."""
    old, new = iter(before), iter(after)
    left, right = next(old, None), next(new, None)
    while left is not None or right is not None:
        code = min(entry["code"] for entry in (left, right) if entry is not None)
        was = left if left is not None and left["code"] == code else None
        now = right if right is not None and right["code"] == code else None
        if fields := _fields(was or {}, now or {}):
            yield Difference(code, (now or was or {})["name"], fields)
        if was is not None:
            left = next(old, None)
        if now is not None:
            right = next(new, None)


def added_up(entries: Iterable[Entry], changes: Iterable[Difference]) -> list[Entry]:
    """Return the list that the differences make of a list, in the order of the codes."""
    known = {entry["code"]: dict(entry) for entry in entries}
    for change in changes:
        entry = known.setdefault(change.code, {})
        for name, sides in change.fields.items():
            if "after" in sides:
                entry[name] = sides["after"]
            else:
                del entry[name]
    return [known[code] for code in sorted(known) if known[code]]


def _fields(was: Entry, now: Entry) -> dict[str, dict[str, Any]]:
    return {
        name: {side: entry[name] for side, entry in sides if name in entry}
        for name in sorted(was.keys() | now.keys())
        if was.get(name) != now.get(name) or (name in was) != (name in now)
        for sides in ((("before", was), ("after", now)),)
    }
