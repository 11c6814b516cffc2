"""Publishing at size: from the department's file to a signed edition and a rebuilt index.

`.venv/bin/python bench/publish.py [--rows 100000] [--changes 200] [--csv]` prints seconds and peak
memory of every step. Each import runs in a process of its own, so that memory is its own.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from bench.sheets import AREA, changed, rows, write_csv, write_xlsx  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--csv", action="store_true")
    parser.add_argument("--import", dest="file", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.file:
        publish(given.file)
        return
    with tempfile.TemporaryDirectory(prefix="mingdan-bench-") as folder:
        os.environ["MINGDAN_INSTANCE"] = f"{folder}/instance"
        subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", "prepare", "--no-demo"],
                       cwd=ROOT, check=True, capture_output=True)  # fmt: skip
        first = list(rows(given.rows))
        write, ending = (write_csv, "csv") if given.csv else (write_xlsx, "xlsx")
        steps = (("first edition", first), ("monthly update", changed(first, given.changes)))
        for title, listed in steps:
            file = Path(folder) / f"{title.split()[0]}.{ending}"
            write(file, listed)
            print(f"{title}: {len(listed)} rows, {file.stat().st_size / 2**20:.1f} MB", flush=True)
            subprocess.run([sys.executable, __file__, "--import", file], cwd=ROOT, check=True)


def publish(file: Path) -> None:
    """Publish a file as the command does, telling the time of every step."""
    from areas.divisions import load_areas
    from demo.loading import DATA
    from portal.app import create_app
    from portal.clock import today
    from portal.database import db
    from portal.settings import load_settings
    from publishing.importing import ImportOrder, publish_list
    from publishing.models import Coverage
    from publishing.sheet import ListKind
    from publishing.signing import Signer
    from register.indexing import follow

    started = last = time.monotonic()
    doing = "read"

    def step(following: str) -> None:
        nonlocal last, doing
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"  {doing:<12} {time.monotonic() - last:7.1f} s   peak {peak:6.0f} MB", flush=True)
        last, doing = time.monotonic(), following

    def say(sentence: str) -> None:
        words = {"生": "files", "写": "write"}
        step(words.get(sentence[0], "difference"))

    app = create_app(load_settings(dict(os.environ)))
    with app.app_context():
        load_areas(db.session, DATA / "areas.csv")
        db.session.commit()
        order = ImportOrder(
            file.read_bytes(), file.name, ListKind.WHITE, AREA, today(), Coverage.COMPLETE
        )
        signer = Signer(app.config["MINGDAN"].instance / "keys")
        outcome = publish_list(order, signer, say)
        step("index")
        edition = outcome.edition.number if outcome.edition else None
        changes = len(outcome.proposals)
        del outcome, order
        follow()
        step("")
    print(f"  edition {edition}, {changes} changes, {time.monotonic() - started:.1f} s in all")


if __name__ == "__main__":
    main()
