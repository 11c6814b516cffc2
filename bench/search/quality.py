"""Success at 1 and 5, mean reciprocal rank, tiers and latency of the engine, class by class."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, thread_time

import numpy as np

from bench.search.queries import CLASSES, NO_ANSWER, Maker, Query
from bench.search.records import Institution, documents
from search import Index

PER_CLASS, UNANSWERABLE, PAGE = 60, 200, 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back for one query."""

    query: Query
    tier: str
    keys: tuple[int, ...]
    seconds: float

    @property
    def rank(self) -> int:
        """Return the position of the first right answer from 1 on; 0 where there is none."""
        return next((n for n, key in enumerate(self.keys, 1) if key in self.query.right), 0)


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of one class; those of no-answer queries count only in `tiers` and latency."""

    kind: str
    queries: int
    at_1: float
    at_5: float
    mrr: float
    tiers: dict[str, float]
    p50: float  # ms of CPU
    p95: float  # ms


def index_of(register: list[Institution], folder: Path, *, reuse: bool) -> Index:
    """Return an index of the register, built unless one of this size stands there already."""
    index = Index(folder)
    if not reuse or index.revision != len(register):
        began = perf_counter()
        index.rebuild(documents(register), len(register))
        print(f"index of {len(register):,} built in {perf_counter() - began:.1f} s")
    return index


def all_queries(maker: Maker, per_class: int, unanswerable: int) -> list[Query]:
    """Return the queries of every class, and those that nobody answers."""
    made = [query for kind in CLASSES for query in maker.queries(kind, per_class)]
    return [*made, *maker.unanswerable(unanswerable)]


def outcomes(index: Index, queries: Iterable[Query]) -> Iterator[Outcome]:
    """Ask the engine."""
    index.search("预热")
    for query in queries:
        began = thread_time()  # of the processor: on a busy machine the clock tells of others
        answer = index.search(query.text, limit=PAGE)
        seconds = thread_time() - began
        keys = tuple(int(hit.key) for hit in answer.hits)
        yield Outcome(query, str(answer.tier), keys, seconds)


def scores(found: Iterable[Outcome]) -> list[Score]:
    """Return the figures class by class."""
    classes = dict[str, list[Outcome]]()
    for outcome in found:
        classes.setdefault(outcome.query.kind, []).append(outcome)
    return [_score(kind, several) for kind, several in classes.items()]


def _score(kind: str, several: list[Outcome]) -> Score:
    ranks, count = [outcome.rank for outcome in several], len(several)
    tiers = Counter(outcome.tier for outcome in several)
    p50, p95 = np.percentile([outcome.seconds * 1000 for outcome in several], [50, 95])
    return Score(
        kind,
        count,
        sum(rank == 1 for rank in ranks) / count,
        sum(1 <= rank <= 5 for rank in ranks) / count,
        sum(1 / rank for rank in ranks if rank) / count,
        {tier: tiers[tier] / count for tier in ("found", "similar", "none")},
        float(p50),
        float(p95),
    )


def table(found: list[Outcome]) -> str:
    """Return the figures as a Markdown table, the mean over classes last but one."""
    scored = scores(found)
    answered = [score for score in scored if score.kind != NO_ANSWER]
    lines = [
        "| class | n | s@1 | s@5 | MRR | found | similar | none | p50 CPU ms | p95 CPU ms |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(_line(score) for score in answered),
        _line(_mean(answered, [o for o in found if o.query.kind != NO_ANSWER])),
        *(_line(score) for score in scored if score.kind == NO_ANSWER),
    ]
    return "\n".join(lines)


def _mean(scored: list[Score], found: list[Outcome]) -> Score:
    whole = _score("mean", found)
    return Score(
        "**mean of classes**",
        whole.queries,
        float(np.mean([score.at_1 for score in scored])),
        float(np.mean([score.at_5 for score in scored])),
        float(np.mean([score.mrr for score in scored])),
        whole.tiers,
        whole.p50,
        whole.p95,
    )


def _line(score: Score) -> str:
    quality = " – | – | –" if score.kind == NO_ANSWER else None
    quality = quality or f" {score.at_1:.3f} | {score.at_5:.3f} | {score.mrr:.3f}"
    tiers = " | ".join(f"{share:.2f}" for share in score.tiers.values())
    times = f"{score.p50:.2f} | {score.p95:.2f}"
    return f"| {score.kind} | {score.queries} |{quality} | {tiers} | {times} |"


def misses(register: list[Institution], found: Iterable[Outcome]) -> Iterator[str]:
    """Yield a paragraph for each query whose first answer is not right."""
    for outcome in found:
        query = outcome.query
        if outcome.rank == 1 or (query.target < 0 and outcome.tier != "found"):
            continue
        came = "; ".join(_told(register[key]) for key in outcome.keys[:3]) or "nothing"
        meant = _told(register[query.target]) if query.target >= 0 else "nobody"
        yield (
            f"{query.kind}: {query.text!r} [{outcome.tier}, right at {outcome.rank or '–'}"
            f" of {len(query.right)} right]\n    meant {meant}\n    came  {came}"
        )


def _told(one: Institution) -> str:
    former = f" ← {one.former_name}" if one.former_name else ""
    return f"{one.name}{former} @{one.address.text} {one.uscc}"
