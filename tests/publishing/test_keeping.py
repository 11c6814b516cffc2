"""What was read of a file is kept whole."""

from datetime import date
from pathlib import Path

import pytest

from publishing import keeping
from publishing.keeping import kept, reading_of
from publishing.sheet import ListKind, read_list

DATA = Path(__file__).parents[1] / "data"


@pytest.mark.parametrize(
    ("name", "kind"), [("whitelist.xlsx", ListKind.WHITE), ("blacklist.csv", ListKind.BLACK)]
)
def test_a_kept_reading_says_all_that_was_read(name: str, kind: ListKind) -> None:
    read = read_list((DATA / name).read_bytes(), name, kind, "359901", date(2026, 6, 30))
    again = reading_of(kept(read))
    assert again is not None
    assert (again.kind, again.as_of) == (read.kind, read.as_of)
    assert again.rows == read.rows
    assert again.findings == read.findings
    assert len(read.findings) > 10


def test_what_another_version_kept_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    read = read_list("机构名称,办学地址\n甲乙培训中心,学府路1号\n".encode(), "白名单.csv",
                     ListKind.WHITE, "359901", None)  # fmt: skip
    content = kept(read)
    monkeypatch.setattr(keeping, "_NAMES", [["name"], ["code"]])
    assert reading_of(content) is None
