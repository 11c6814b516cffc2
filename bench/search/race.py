"""All peers over one register, query by query in turn, so that noise hits all of them alike."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from os import getloadavg
from pathlib import Path
from time import perf_counter, thread_time

import numpy as np

from bench.search.fresh import in_fresh_process, keep_queries
from bench.search.peers import PEERS, Missing, Ours, Peer, rows
from bench.search.queries import CLASSES, Maker, Query
from bench.search.records import Institution


@dataclass(frozen=True, slots=True)
class Timed:
    """What one query took, and the rank of the first right answer or 0."""

    seconds: float
    cpu: float  # seconds of this thread
    rank: int


@dataclass
class Runner:
    """One peer in the race, with its results by the number of the query."""

    peer: Peer
    built: float  # seconds
    results: dict[int, Timed] = field(default_factory=dict)


def race(
    register: list[Institution], maker: Maker, per_class: int, folder: Path, names: list[str]
) -> str:
    """Build every peer that is there, ask all, and return the table."""
    queries = [query for kind in CLASSES for query in maker.queries(kind, per_class)]
    keep_queries(folder, [query.text for query in queries])
    with ExitStack() as opened:
        runners = list(_runners(register, folder, names, opened))
        _ask(runners, queries)
        return _table(runners)


def _runners(
    register: list[Institution], folder: Path, names: list[str], opened: ExitStack
) -> Iterator[Runner]:
    given = list(rows(register))
    for place, (name, kind) in enumerate(PEERS.items()):
        if names and name not in names:
            continue
        peer = kind(folder / str(place))
        peer.folder.mkdir(parents=True)
        began = perf_counter()
        try:
            peer.build(register, given)
        except Missing as missing:
            print(f"{name} is left out: {missing}", file=sys.stderr)
            continue
        built = perf_counter() - began
        peer.open()
        opened.callback(peer.close)
        print(f"{name} built in {built:.1f} s", file=sys.stderr)
        yield Runner(peer, built)


def _ask(runners: list[Runner], queries: list[Query]) -> None:
    asked = dict[str, int]()
    for number, query in enumerate(queries):
        asked[query.kind] = place = asked.get(query.kind, 0) + 1
        turn = number % len(runners)
        for runner in runners[turn:] + runners[:turn]:
            if place <= runner.peer.per_class:
                runner.results[number] = _timed(runner.peer, query)


def _timed(peer: Peer, query: Query) -> Timed:
    began, cpu = perf_counter(), thread_time()
    found = peer.search(query.text)
    cpu, seconds = thread_time() - cpu, perf_counter() - began
    rank = next((n for n, one in enumerate(found, 1) if one in query.right), 0)
    return Timed(seconds, cpu, rank)


def _table(runners: list[Runner]) -> str:
    ours = next((runner for runner in runners if isinstance(runner.peer, Ours)), runners[0])
    return "\n".join(
        [
            "| engine | queries | p50 ms | p95 ms | p99 ms | p50 ratio | p95 ratio | CPU p50 ms"
            " | CPU p95 ms | s@1 | s@5 | build s | size MB | private MB |",
            "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
            *(_line(runner, ours) for runner in runners),
            f"\nLoad of the machine: {getloadavg()[1]:.1f} over the last five minutes.",
        ]
    )


def _line(runner: Runner, ours: Runner) -> str:
    """Return a row; ratios are to our own times over the very same queries."""
    results, peer = list(runner.results.values()), runner.peer
    times = [timed.seconds for timed in results]
    same = [ours.results[number].seconds for number in runner.results]
    p50, p95, p99 = np.percentile(times, [50, 95, 99]) * 1000
    our_50, our_95 = np.percentile(same, [50, 95]) * 1000
    cpu_50, cpu_95 = np.percentile([timed.cpu for timed in results], [50, 95]) * 1000
    cpu = f"{cpu_50:.2f} | {cpu_95:.2f}" if peer.in_process else "server | server"
    ranks = [timed.rank for timed in results]
    at_1 = sum(rank == 1 for rank in ranks) / len(ranks)
    at_5 = sum(1 <= rank <= 5 for rank in ranks) / len(ranks)
    memory = f"{in_fresh_process(peer).private:.0f}" if peer.in_process else "server"
    return (
        f"| {peer.name} | {len(ranks)} | {p50:.2f} | {p95:.2f} | {p99:.2f}"
        f" | {p50 / our_50:.2f} | {p95 / our_95:.2f} | {cpu} | {at_1:.3f} | {at_5:.3f}"
        f" | {runner.built:.0f} | {peer.size() / 1e6:.0f} | {memory} |"
    )
