"""The life of an index: swapped whole, through kills, damage, threads and other processes."""

import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from search import Document, Index, NoIndex
from search.generations import FORMAT
from search.reading import Reader

ROOT = Path(__file__).parents[2]
BUILDER = """
import sys
from pathlib import Path
from tests.search.test_life import edition
from search import Index
index = Index(Path(sys.argv[1]))
revision = index.revision or 0
while True:
    revision += 1
    index.rebuild(edition(revision), revision)
    print(revision, flush=True)
"""
SEARCHER = """
import sys
from pathlib import Path
from search import Index
index = Index(Path(sys.argv[1]))
for line in sys.stdin:
    print(index.revision, index.search(line.strip()).total, flush=True)
"""


def edition(revision: int) -> Iterator[Document]:
    """Make documents that all know the revision they belong to."""
    return (
        Document(f"{revision}-{n}", f"第{revision}版晨曦{n}") for n in range(100 + revision % 7)
    )


def assert_whole(index: Index, revision: int) -> None:
    answer = index.search("晨曦", limit=1000)
    assert {hit.key for hit in answer.hits} == {document.key for document in edition(revision)}
    assert index.search(f"第{revision}版").total == answer.total


def generations(folder: Path) -> list[Path]:
    return sorted(folder.glob("generation-*"))


def python(script: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_rebuild_replaces_everything_and_tells_its_progress(tmp_path: Path) -> None:
    index, told = Index(tmp_path), list[int]()
    index.rebuild([Document("a", "青荷")], 1)
    index.rebuild((Document(str(n), "晨曦") for n in range(1200)), 2, told.append)
    assert (index.revision, index.search("青荷").total, index.search("晨曦").total) == (2, 0, 1200)
    assert told == [500, 1000, 1200]
    assert len(generations(tmp_path)) == 1


def test_an_older_revision_never_replaces_a_newer_one(tmp_path: Path) -> None:
    index, older = Index(tmp_path), edition(1)
    index.rebuild(edition(2), 2)
    index.rebuild(older, 1)
    assert_whole(index, 2)
    assert len(list(older)) == 101  # not read


def test_the_same_revision_can_be_built_again(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.rebuild([], 1)
    index.rebuild(edition(1), 1)
    assert_whole(index, 1)


def test_documents_that_fail_leave_everything_as_it_was(tmp_path: Path) -> None:
    def failing() -> Iterator[Document]:
        yield Document("a", "青荷")
        raise ValueError("database gone")

    index = Index(tmp_path)
    index.rebuild(edition(1), 1)
    with pytest.raises(ValueError, match="database gone"):
        index.rebuild(failing(), 2)
    assert_whole(index, 1)
    assert len(generations(tmp_path)) == 1


def test_another_process_sees_the_swap_on_its_next_search(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.rebuild([Document("a", "晨曦")], 1)
    with python(SEARCHER, tmp_path) as other:
        assert other.stdin
        assert other.stdout
        for revision in (1, 2, 3):
            index.rebuild([Document(str(n), "晨曦") for n in range(revision)], revision)
            other.stdin.write("晨曦\n")
            other.stdin.flush()
            assert other.stdout.readline().split() == [str(revision), str(revision)]
        other.stdin.close()


def test_a_killed_rebuild_leaves_the_old_or_the_new_generation_whole(tmp_path: Path) -> None:
    chance = random.Random()
    for _ in range(6):
        with python(BUILDER, tmp_path) as builder:
            assert builder.stdout
            acknowledged = int(builder.stdout.readline())
            time.sleep(chance.uniform(0, 0.15))
            builder.send_signal(signal.SIGKILL)
            acknowledged = int((builder.stdout.read().split() or [str(acknowledged)])[-1])
        index = Index(tmp_path)
        revision = index.revision
        assert revision in (acknowledged, acknowledged + 1)
        assert_whole(index, revision or 0)
        index.rebuild(edition(acknowledged + 2), acknowledged + 2)
        assert_whole(index, acknowledged + 2)
        assert len(generations(tmp_path)) == 1


def test_what_a_killed_rebuild_left_is_removed_by_the_next(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.rebuild(edition(1), 1)
    leftover = tmp_path / "generation-0000"
    leftover.mkdir()
    (leftover / "half").write_bytes(b"x")
    (tmp_path / "CURRENT.new").write_text(leftover.name)
    assert_whole(Index(tmp_path), 1)

    def building() -> Iterator[Document]:
        assert not leftover.exists()
        yield from edition(2)

    index.rebuild(building(), 2)
    assert_whole(index, 2)


def test_a_second_rebuild_waits_for_the_first(tmp_path: Path) -> None:
    started, go_on, order = threading.Event(), threading.Event(), list[str]()

    def slow() -> Iterator[Document]:
        started.set()
        go_on.wait(30)
        order.append("first")
        yield from edition(1)

    def quick() -> Iterator[Document]:
        order.append("second")
        yield from edition(2)

    first = threading.Thread(target=lambda: Index(tmp_path).rebuild(slow(), 1))
    second = threading.Thread(target=lambda: Index(tmp_path).rebuild(quick(), 2))
    first.start()
    started.wait(30)
    second.start()
    second.join(0.2)
    go_on.set()
    first.join()
    second.join()
    assert order == ["first", "second"]
    assert_whole(Index(tmp_path), 2)


def test_threads_that_search_during_rebuilds_see_whole_generations_only(tmp_path: Path) -> None:
    index, done = Index(tmp_path), threading.Event()
    index.rebuild(edition(1), 1)

    def searching() -> list[int]:
        seen = [1]
        while not done.is_set():
            keys = {hit.key for hit in index.search("晨曦", limit=1000).hits}
            seen.append(int(min(keys).split("-")[0]))
            assert keys == {document.key for document in edition(seen[-1])}
        return seen

    with ThreadPoolExecutor(8) as threads:
        runs = [threads.submit(searching) for _ in range(8)]
        for revision in range(2, 15):
            index.rebuild(edition(revision), revision)
        done.set()
    assert all(run.result() == sorted(run.result()) for run in runs)


def test_threads_do_not_disturb_each_other_in_one_generation(tmp_path: Path) -> None:
    Index(tmp_path).rebuild(edition(1), 1)
    reader = Reader(generations(tmp_path)[0])
    (part,) = reader.parts
    expected = {f"曦{n}": part.numbers(part.entry(f"曦{n}")).tolist() for n in range(10)}

    def reading() -> None:
        for _ in range(100):
            assert {term: part.numbers(part.entry(term)).tolist() for term in expected} == expected

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    with ThreadPoolExecutor(8) as threads:
        runs = [threads.submit(reading) for _ in range(8)]
    sys.setswitchinterval(interval)
    assert [run.exception() for run in runs] == [None] * 8


def test_opening_beside_a_process_that_rebuilds_all_the_time(tmp_path: Path) -> None:
    with python(BUILDER, tmp_path) as builder:
        assert builder.stdout
        builder.stdout.readline()
        answers = [Index(tmp_path).search("晨曦", limit=1000) for _ in range(300)]
        builder.kill()
    for answer in answers:
        revision = int(answer.hits[0].key.split("-")[0])
        assert {hit.key for hit in answer.hits} == {d.key for d in edition(revision)}


def test_a_generation_in_use_stays_until_it_is_let_go(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.rebuild(edition(1), 1)
    (old,) = generations(tmp_path)
    reader = Reader(old)
    index.rebuild(edition(2), 2)
    assert old.exists()
    assert reader.frequency("晨曦") == 101
    del reader
    index.rebuild(edition(3), 3)
    assert not old.exists()


def test_an_open_generation_outlives_its_files(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.rebuild(edition(1), 1)
    reader = Reader(generations(tmp_path)[0])
    shutil.rmtree(generations(tmp_path)[0])
    assert len(reader.numbers("晨曦")) == reader.size == 101


@pytest.mark.parametrize("damage", [b"", b"damaged"])
@pytest.mark.parametrize(
    "pattern",
    ["CURRENT", "*/manifest.json", "*/*/*.seg", "*/*/*.toc", "*/*/columns.npz", "*/*/names.txt"],
)
def test_a_damaged_index_counts_as_none_and_can_be_rebuilt(
    tmp_path: Path, pattern: str, damage: bytes
) -> None:
    Index(tmp_path).rebuild(edition(5), 5)
    (victim,) = tmp_path.glob(pattern)
    victim.write_bytes(damage)
    index = Index(tmp_path)
    assert index.revision is None
    with pytest.raises(NoIndex):
        index.search("晨曦")
    index.rebuild(edition(3), 3)
    assert_whole(index, 3)


def test_a_single_changed_byte_is_noticed(tmp_path: Path) -> None:
    Index(tmp_path).rebuild(edition(1), 1)
    (victim,) = tmp_path.glob("*/*/*.seg")
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(data)
    assert Index(tmp_path).revision is None


def test_an_index_of_an_older_format_counts_as_none(tmp_path: Path) -> None:
    Index(tmp_path).rebuild(edition(1), 1)
    (manifest,) = tmp_path.glob("*/manifest.json")
    manifest.write_text(manifest.read_text().replace(f'"format": {FORMAT}', '"format": 0'))
    assert Index(tmp_path).revision is None


def test_a_folder_removed_by_hand_is_noticed(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.rebuild(edition(1), 1)
    assert index.revision == 1
    (folder,) = generations(tmp_path)
    folder.rename(tmp_path / "elsewhere")
    assert index.revision is None
