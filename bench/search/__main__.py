"""`python -m bench.search`: what each command measures stands in bench/README.md."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bench.search import fresh, quality, race, scale
from bench.search.hostile import hostile
from bench.search.peers import PEERS
from bench.search.queries import CLASSES, Maker
from bench.search.records import institutions
from bench.search.truth import Truth

SITE = Path(__file__).resolve().parents[2] / "site"


@click.group()
def cli() -> None:
    """Measure the search over invented registers."""


@contextmanager
def _in(folder: Path | None, size: int) -> Iterator[Path]:
    if folder:
        yield folder / f"index-{size}"
        return
    with tempfile.TemporaryDirectory(prefix="bench-search-") as temporary:
        yield Path(temporary) / f"index-{size}"


@cli.command("quality")
@click.option("--size", default=100_000, show_default=True, help="Institutions.")
@click.option("--seed", default=10, show_default=True, help="Of the queries.")
@click.option("--per-class", default=quality.PER_CLASS, show_default=True)
@click.option("--only", default="", help="Classes, separated by commas.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where the index is kept.")
@click.option("--reuse", is_flag=True, help="Take the index that stands in the folder.")
@click.option("--misses", is_flag=True, help="Print each query whose first answer is not right.")
def measure_quality(
    size: int, seed: int, per_class: int, only: str, folder: Path | None, reuse: bool, misses: bool
) -> None:
    """Print success, tiers and latency of the engine, class by class."""
    register = institutions(size)
    with _in(folder, size) as place:
        index = quality.index_of(register, place, reuse=reuse)
        maker = Maker(Truth(register), seed)
        queries = quality.all_queries(maker, per_class, quality.UNANSWERABLE)
        if only:
            queries = [query for query in queries if query.kind in only.split(",")]
        found = list(quality.outcomes(index, queries))
    if misses:
        print("\n".join(quality.misses(register, found)))
    print(quality.table(found))


@cli.command("peers")
@click.option("--size", default=100_000, show_default=True, help="Institutions.")
@click.option("--seed", default=11, show_default=True, help="Of the queries.")
@click.option("--per-class", default=quality.PER_CLASS, show_default=True)
@click.option("--only", multiple=True, type=click.Choice(list(PEERS)), help="Leave out the rest.")
def measure_peers(size: int, seed: int, per_class: int, only: tuple[str, ...]) -> None:
    """Print latency, quality, size and memory of the engine and of its peers in one run."""
    register = institutions(size)
    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
        maker = Maker(Truth(register), seed)
        print(race.race(register, maker, per_class, Path(folder), list(only)))


@cli.command("fresh", hidden=True)
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--every", is_flag=True)
def measure_here(name: str, folder: Path, every: bool) -> None:
    """Print what this process needs to open an index and to ask it."""
    print(fresh.in_this_process(name, folder, every=every))


@cli.command("scale")
@click.option("--size", default=500_000, show_default=True, help="Institutions.")
@click.option("--seed", default=12, show_default=True, help="Of the queries.")
@click.option("--per-class", default=20, show_default=True)
def measure_scale(size: int, seed: int, per_class: int) -> None:
    """Print what one large register costs to build, open, ask and change."""
    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
        for line in scale.scale(size, seed, per_class, Path(folder)):
            print(line, flush=True)


@cli.command("page")
@click.option("--size", default=100_000, show_default=True, help="Institutions.")
@click.option("--seed", default=13, show_default=True, help="Of the queries.")
@click.option("--per-class", default=10, show_default=True)
def measure_page(size: int, seed: int, per_class: int) -> None:
    """Print what the whole search page costs beside a bare Flask hello."""
    sys.path.insert(0, str(SITE))  # a source root, as in wsgi.py
    from bench.search import page

    register = institutions(size)
    truth = Truth(register)
    queries, before = (
        [query.text for kind in CLASSES for query in maker.queries(kind, per_class)]
        for maker in (Maker(truth, seed), Maker(truth, seed + 1))
    )
    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
        app = page.filled(register, Path(folder))
        print("\n".join(page.compare(app, queries, before)))


@cli.command("hostile")
@click.option("--size", default=100_000, show_default=True, help="Institutions.")
@click.option("--seed", default=14, show_default=True, help="Of the queries.")
@click.option("--per-kind", default=50, show_default=True)
def measure_hostile(size: int, seed: int, per_kind: int) -> None:
    """Print what the search page costs when it is attacked, kind by kind."""
    sys.path.insert(0, str(SITE))
    from bench.search import page

    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
        app = page.filled(institutions(size), Path(folder))
        print("\n".join(page.attacked(app, hostile(seed, per_kind))))


if __name__ == "__main__":
    cli()
