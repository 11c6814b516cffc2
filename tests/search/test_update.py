"""Single changes leave what a rebuild would have made, and nobody sees half of one."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from search import Answer, Document, Filters, Index, Lookalike
from search.engine import _TAIL_LEAST

ROOT = Path(__file__).parents[2]
BRANDS = [
    "麦浪",
    "逐浪",
    "海风吹",
    "繁星谷",
    "鹿鸣涧",
    "知行",
    "明德",
    "博雅",
    "启航",
    "童乐",
    "慧思",
    "优学",
    "晨曦湾",
    "清泉",
    "远志",
]
TRADES = ("艺术培训学校", "教育咨询有限公司", "体育俱乐部", "美术培训中心")
QUERIES = (
    "晨曦湾", "晨曦", "培训", "明德艺术", "美术知行", "晨羲湾", "chenxiwan", "cxw", "滨江路",
    "5235990", "滨江路3号", "教育咨询有限公司", "mingde", "麦浪吗", "鹿", "无此名",
)  # fmt: skip
# Publishes revision after revision of which every name tells its own, one change at a time.
PUBLISHER = """
import sys
from pathlib import Path
from search import Index
from tests.search.test_update import changed
index = Index(Path(sys.argv[1]))
for revision in range(index.revision + 1, int(sys.argv[2])):
    index.update(changed(revision), [f"gone-{revision}"], revision)
    print(revision, flush=True)
"""
READER = """
import sys
from pathlib import Path
from search import Index
from tests.search.test_update import seen
index = Index(Path(sys.argv[1]))
wanted, revisions, asked = int(sys.argv[2]), set(), 0
print("ready", flush=True)
while asked < wanted:
    revisions.add(seen(index))
    asked += 2
print(len(revisions), flush=True)
"""
STEADY = 300  # documents that no revision changes


def made(number: int, chance: random.Random) -> Document:
    name = f"{chance.choice(BRANDS)}{chance.choice('东西南北')}{chance.choice(TRADES)}"
    return Document(
        f"K{number}",
        name,
        former_names=(f"{chance.choice(BRANDS)}书画",) if chance.random() < 0.2 else (),
        addresses=(f"滨江路{chance.randint(1, 9)}号",),
        codes=(f"5235990{number:04d}MJ{chance.randint(1000, 9999)}",),
        area=chance.choice(("350503", "350504")),
        kinds=(chance.choice(("WY", "TY")),),
        standing=chance.choice(("white", "black")),
        places=("云浦市",),
    )


def answers(index: Index) -> list[Answer | list[Lookalike]]:
    found: list[Answer | list[Lookalike]] = []
    for query in QUERIES:
        found += [
            index.search(query, filters, limit=1000)
            for filters in (Filters(), Filters(area="350503", standing="black"))
        ]
        found.append(index.lookalikes(query, always="black", admit_brand=True))
    return found


def comparable(found: list[Answer | list[Lookalike]]) -> list[object]:
    """Leave out scores: how telling a character is follows the register only at a rebuild."""
    return [
        (one.tier, one.total, {(h.key, h.matched_by) for h in one.hits}, one.facets)
        if isinstance(one, Answer)
        else one
        for one in found
    ]


def parts_of(folder: Path) -> int:
    current = (folder / "CURRENT").read_text()
    return len(list((folder / current).glob("part-*")))


@pytest.mark.parametrize("seed", range(3))
def test_changes_leave_what_a_rebuild_would_have_made(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    register = {d.key: d for d in (made(number, chance) for number in range(400))}
    index = Index(tmp_path / "changed")
    index.rebuild(register.values(), 1)
    for revision in range(2, 8):
        gone = set(chance.sample(sorted(register), 5)) | {"never-there"}
        changed = [made(chance.randrange(420), chance) for _ in range(12)]
        index.update(changed, gone, revision)
        register = {key: own for key, own in register.items() if key not in gone}
        register |= {document.key: document for document in changed}
        assert index.revision == revision
        assert parts_of(tmp_path / "changed") == 2
    fresh = Index(tmp_path / "fresh")
    fresh.rebuild(register.values(), 1)
    assert comparable(answers(index)) == comparable(answers(fresh))
    assert comparable(answers(Index(tmp_path / "changed"))) == comparable(answers(fresh))


def test_many_changes_are_written_together_again(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.rebuild([Document("a", "青荷"), Document("b", "晨曦湾")], 1)
    index.update((Document(f"{n}", "晨曦") for n in range(_TAIL_LEAST + 1)), ["a"], 2)
    assert parts_of(tmp_path) == 1
    assert index.search("晨曦", limit=1).total == _TAIL_LEAST + 2
    assert index.search("青荷").total == 0


def test_an_older_change_never_replaces_a_newer_state(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.rebuild([Document("a", "青荷")], 5)
    index.update([Document("a", "晨曦")], [], 4)
    assert (index.revision, index.search("青荷").total) == (5, 1)


def steady() -> list[Document]:
    return [Document(f"S{number}", f"长在{number}培训学校") for number in range(STEADY)]


def changed(revision: int) -> list[Document]:
    return [Document(f"R{number}", f"第{revision}版晨曦{number}") for number in range(20)]


def seen(index: Index) -> int:
    """Return the revision that two searches see, having checked that each sees one whole state."""
    found = index.search("晨曦", limit=100)
    assert {hit.key for hit in found.hits} == {f"R{number}" for number in range(20)}
    revision = index.revision or 0
    assert index.search(f"第{revision}版晨曦", limit=1).total in (0, 20)
    assert index.search("长在", limit=1).total == STEADY
    return revision


def start(script: str, folder: Path, number: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, str(folder), str(number)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def published(folder: Path) -> Index:
    index = Index(folder)
    index.rebuild([*steady(), *changed(1)], 1)
    return index


def kill_while_changing(folder: Path, times: int) -> None:
    published(folder)
    chance = random.Random()
    for _ in range(times):
        with start(PUBLISHER, folder, 10**6) as publisher:
            assert publisher.stdout
            acknowledged = int(publisher.stdout.readline())
            time.sleep(chance.uniform(0, 0.2))
            publisher.send_signal(signal.SIGKILL)
            acknowledged = int((publisher.stdout.read().split() or [str(acknowledged)])[-1])
        index = Index(folder)
        assert index.revision in (acknowledged, acknowledged + 1)
        assert seen(index) == index.revision
        following = acknowledged + 2
        index.update(changed(following), [], following)  # catches up
        assert seen(index) == following
        assert len(list(folder.glob("generation-*"))) == 1  # what was half made is gone


def read_while_changing(folder: Path, queries: int, commits: int) -> None:
    published(folder)
    readers = [start(READER, folder, queries) for _ in range(2)]
    for reader in readers:
        assert reader.stdout
        assert reader.stdout.readline() == "ready\n"
    with start(PUBLISHER, folder, commits + 2) as publisher:
        assert publisher.wait() == 0
    for reader in readers:
        told, _ = reader.communicate()
        assert reader.returncode == 0
        assert int(told) > 1


def test_a_killed_change_leaves_the_old_or_the_new_state_whole(tmp_path: Path) -> None:
    kill_while_changing(tmp_path, 3)


@pytest.mark.long
def test_a_hundred_killed_changes(tmp_path: Path) -> None:
    kill_while_changing(tmp_path, 100)


def test_readers_see_whole_states_only_while_another_process_changes_them(tmp_path: Path) -> None:
    read_while_changing(tmp_path, queries=6000, commits=5)


@pytest.mark.long
def test_two_readers_of_a_hundred_thousand_queries_during_twenty_changes(tmp_path: Path) -> None:
    read_while_changing(tmp_path, queries=100_000, commits=20)
