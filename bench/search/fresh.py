"""What a process of its own needs to open an index and to answer: time and private memory."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from bench.search.peers import PEERS, Peer

ASKED = 200  # queries before the memory is read
_FILE = "queries.json"  # beside the index's folder


@dataclass(frozen=True, slots=True)
class Fresh:
    """Seconds, milliseconds, MB that no other process shares (USS)."""

    before: float  # MB with everything imported and nothing opened
    open: float  # s, with a first query
    opened: float  # MB
    private: float  # MB after 200 queries
    p50: float  # ms, over all queries
    p95: float
    p99: float


def keep_queries(folder: Path, queries: list[str]) -> None:
    """Lay down what will be asked, beside the folders of the indexes."""
    (folder / _FILE).write_text(json.dumps(queries), "utf-8")


def in_fresh_process(peer: Peer, *, every: bool = False) -> Fresh:
    """Measure in a new process; all queries instead of 200 on demand."""
    child = [sys.executable, "-W", "ignore", "-m", "bench.search", "fresh", peer.name]
    child += [str(peer.folder), *(["--every"] if every else [])]
    told = subprocess.run(child, check=True, stdout=subprocess.PIPE, text=True)
    return Fresh(**json.loads(told.stdout))


def in_this_process(name: str, folder: Path, *, every: bool) -> str:
    """Measure here; returns JSON."""
    queries: list[str] = json.loads((folder.parent / _FILE).read_text("utf-8"))
    peer = PEERS[name](folder)
    asked = min(ASKED, 2 * peer.per_class)  # stock Whoosh would take minutes
    first = queries[:: max(1, len(queries) // asked)][:asked]
    before, began = _private(), perf_counter()
    peer.open()
    peer.search(first[0])
    opening, opened = perf_counter() - began, _private()
    times = [_seconds(peer, query) for query in first]
    private = _private()
    times = [_seconds(peer, query) for query in queries] if every else times
    p50, p95, p99 = map(float, np.percentile(times, [50, 95, 99]) * 1000)
    return json.dumps(asdict(Fresh(before, opening, opened, private, p50, p95, p99)))


def _seconds(peer: Peer, query: str) -> float:
    began = perf_counter()
    peer.search(query)
    return perf_counter() - began


def _private() -> float:
    rollup = Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()
    return sum(int(line.split()[1]) for line in rollup if line.startswith("Private_")) / 1024
