"""One large register: build, change, open, ask, remember."""

import os
import resource
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from bench.search.fresh import in_fresh_process, keep_queries
from bench.search.peers import Ours
from bench.search.queries import CLASSES, Maker
from bench.search.records import Institution, documents, institutions
from bench.search.truth import Truth
from search import Index

CHANGED = 100  # documents replaced at once


def scale(size: int, seed: int, per_class: int, folder: Path) -> Iterator[str]:
    """Yield one line for each figure."""
    began = perf_counter()
    register = institutions(size)
    given = list(documents(register))
    yield f"register of {size:,} invented: {perf_counter() - began:.1f} s (not part of the build)"
    ours = Ours(folder / "index")
    peak = _peak()
    began, cpu = perf_counter(), _cpu()
    Index(ours.folder).rebuild(given, 1)
    yield f"build, analysis included: {perf_counter() - began:.1f} s, {_cpu() - cpu:.1f} CPU s"
    yield f"peak memory: {_peak():.0f} MB (the register alone {peak:.0f} MB)"
    yield f"folder: {ours.size() / 1e6:.0f} MB"
    maker = Maker(Truth(register), seed)
    queries = [q.text for kind in CLASSES for q in maker.queries(kind, per_class)]
    keep_queries(folder, queries)
    fresh = in_fresh_process(ours, every=True)
    yield f"open, first query included: {fresh.open:.2f} s"
    yield (
        f"private memory: {fresh.opened:.0f} MB opened, {fresh.private:.0f} MB after 200 queries"
        f" (libraries alone {fresh.before:.0f} MB)"
    )
    times = f"p50 {fresh.p50:.2f}, p95 {fresh.p95:.2f}, p99 {fresh.p99:.2f} ms"
    yield f"{len(queries)} queries: {times}"
    yield _changing(Index(ours.folder), register)


def _changing(index: Index, register: list[Institution]) -> str:
    index.search("预热")
    changed = [replace(one.document, name=f"{one.name}新") for one in register[:CHANGED]]
    began = perf_counter()
    index.update(changed, [], 2)
    return f"{CHANGED} documents replaced: {perf_counter() - began:.2f} s"


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
