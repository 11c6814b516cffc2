"""Fixtures: every index is a real one, built in a folder of its own.

`built` makes an index of documents; `names` makes one of names alone, keyed by their position.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from search import Document, Index

Build = Callable[[Iterable[Document]], Index]
Names = Callable[..., Index]


@pytest.fixture
def built(tmp_path: Path) -> Build:
    def build(documents: Iterable[Document]) -> Index:
        index = Index(tmp_path / "index")
        index.rebuild(documents, 1)
        return index

    return build


@pytest.fixture
def names(built: Build) -> Names:
    def build(*texts: str) -> Index:
        return built(Document(str(number), text) for number, text in enumerate(texts))

    return build
