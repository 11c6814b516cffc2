"""What only shows when rows are compared: duplicates, campuses, one code on two institutions."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from publishing.cells import fold_address, fold_name
from publishing.columns import Column
from publishing.drafts import Draft
from publishing.wording import base_name

# Only for hints: what two spellings of one institution, or of one address, may differ in.
_REGION = re.compile(r"^(?:[^省市区县\d]{1,8}(?:省|自治区|市|区|县|旗)){1,3}(?=.{2})")
_TOWN = re.compile(r"^[^\d]{1,8}?(?:街道|镇|乡)(?=.{2})")
_FORM = re.compile(r"(?:股份|责任)?(?:有限)?(?:责任)?公司$|(?:培训)?(?:中心|学校)$")


def compare(drafts: Sequence[Draft]) -> None:
    """Add the issues rows have with one another, in the order of the file."""
    singles = _without_duplicates(drafts)
    _note_code_conflicts(singles)
    _note_shared_licences(singles)
    _note_same_names(singles)
    _note_near_duplicates(singles)


def _without_duplicates(drafts: Sequence[Draft]) -> list[Draft]:
    seen: dict[tuple[object, ...], Draft] = {}
    singles = []
    for draft in drafts:
        row = draft.row
        act = (row.decision, row.listed, row.reason, row.status == "withdrawn")
        place = (fold_name(row.name or ""), fold_address(row.address or ""))
        earlier = seen.setdefault((*place, row.uscc, row.licence, row.kinds, *act), draft)
        if earlier is draft or not row.name:
            singles.append(draft)
        else:
            draft.repeats = earlier
            draft.issues.add("duplicate_row", Column.NAME)
    return singles


def _note_code_conflicts(drafts: Sequence[Draft]) -> None:
    """One code, names and licences both different: one was copied into the wrong row."""
    groups: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.row.uscc and draft.row.name:
            groups[draft.row.uscc].append(draft)
    for group in groups.values():
        if len(group) > 1:
            _note_conflicts_in(group)


def _note_conflicts_in(group: Sequence[Draft]) -> None:
    names = {id(draft): _local_name(draft.row.name or "") for draft in group}
    by_name = Counter(names.values())
    by_licence = Counter(draft.row.licence for draft in group)
    by_both = Counter((names[id(draft)], draft.row.licence) for draft in group)
    for draft in group:
        name, licence = names[id(draft)], draft.row.licence
        others = len(group) - by_name[name]
        if licence:  # campuses go by other names under one licence
            others -= by_licence[licence] - by_both[name, licence]
        if others > 0:
            draft.issues.add("uscc_conflict", Column.USCC)


def _note_shared_licences(drafts: Sequence[Draft]) -> None:
    seen: set[str] = set()
    for draft in drafts:
        if draft.row.licence in seen:
            draft.issues.add("shared_licence", Column.LICENCE)
        elif draft.row.licence:
            seen.add(draft.row.licence)


def _note_same_names(drafts: Sequence[Draft]) -> None:
    codes: dict[str, set[str | None]] = {}
    for draft in drafts:
        name = fold_name(draft.row.name or "")
        earlier = codes.setdefault(name, set())
        if name and earlier - {draft.row.uscc} and "shared_licence" not in draft.issues:
            draft.issues.add("same_name", Column.NAME)
        earlier.add(draft.row.uscc)


def _note_near_duplicates(drafts: Sequence[Draft]) -> None:
    """Short forms of name and address agree, and no two codes tell them apart."""
    seen: dict[tuple[str, str], Draft] = {}
    for draft in drafts:
        row = draft.row
        if not row.name or not row.address:
            continue
        key = (_FORM.sub("", _local_name(row.name)), _local_address(row.address))
        earlier = seen.setdefault(key, draft)
        if earlier is not draft and None in (earlier.row.uscc, row.uscc):
            number = earlier.seq or str(earlier.row.row)
            draft.issues.add(f"possible_duplicate_of_{number}", Column.NAME)
            draft.issues.columns.pop("same_name", None)


def _local_name(name: str) -> str:
    return _REGION.sub("", fold_name(base_name(name)))


def _local_address(address: str) -> str:
    return _TOWN.sub("", _REGION.sub("", fold_address(address)))
