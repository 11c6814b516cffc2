"""The README's example does what it shows."""

import doctest
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "search" / "README.md"


def test_the_example_runs_as_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    results = doctest.testfile(str(README), module_relative=False)
    assert results.attempted > 5
    assert results.failed == 0
