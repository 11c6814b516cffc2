"""Publishing at size, the way it really goes: an officer uploads a list at the desk, the worker
reads it, a second officer approves, the worker publishes, the index follows.

`python -m bench.publish [--rows 100000] [--changes 2000] [--csv]` runs the site and its worker in
the demo district and prints what every step costs. The acts of officers take no time.
"""

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

import run  # noqa: E402
from bench.officer import Officer  # noqa: E402
from bench.sheets import AREA, Row, changed, faulty, rows, write_csv, write_xlsx  # noqa: E402
from bench.watching import Watch  # noqa: E402
from tests.services import LiveSite  # noqa: E402

_PATIENCE = 1800.0  # seconds for one step
_EVERY = 0.1


class Publishing:
    """One instance, its two officers, and the clock."""

    def __init__(self, site: LiveSite, instance: Path, worker: int) -> None:
        self._site, self._instance = site, instance
        self._database = instance / "mingdan.sqlite"
        self._worker = worker
        self._clerk = Officer(site.url, instance, "edu")
        self._approver = Officer(site.url, instance, "edu2")
        self._until(self._worker_is_idle)

    def publish(self, file: Path, newest: str) -> None:
        """Take a list from upload to searchable; `newest` is a name that only it has."""
        with self._watch() as watch:
            page = self._upload(watch, file)
            self._answer(page)
            self._clerk.send(f"{page}/submission", page, reason="每月公布", checked="y")
            self._approver.send(f"{page}/approval", page)
            approved = time.monotonic()
            self._follow(watch, page, "state = 'published'")
            self._until(lambda: self._is_found(newest))
            watch.step("searchable")
            now = time.monotonic()
            print(f"upload → searchable  {now - watch.begun:.1f} s, approved → searchable "
                  f"{now - approved:.1f} s")  # fmt: skip
            self._until(self._worker_is_idle)
            watch.step("/data, recall")

    def look_back(self, name: str) -> None:
        """Ask for a past day of one institution, and for the whole list."""
        code = self._asked("SELECT code FROM institutions WHERE name = ?", name)
        day = self._asked("SELECT max(as_of) FROM editions WHERE area_code = ?", AREA)
        number = self._asked("SELECT max(number) FROM editions WHERE area_code = ?", AREA)
        with self._watch() as watch:
            for title in ("past day", "past day again"):
                self._clerk.get(f"/institutions/{code}?on={day}")
                watch.step(title)
            size = len(self._clerk.get(f"/editions/{AREA}/{number}/list.json"))
            watch.step(f"list.json {size / 2**20:.0f} MB")

    def comment(self, file: Path) -> None:
        """Fetch the workbook with comments of a file with many findings."""
        with self._watch() as watch:
            page = self._upload(watch, file)
            sheet = self._asked("SELECT max(id) FROM sheets")
            size = len(self._clerk.get(f"{page}/sheets/{sheet}/findings.xlsx"))
            watch.step(f"findings {size / 2**20:.0f} MB")

    def _watch(self) -> Watch:
        return Watch({"worker": self._worker, "web": self._site.process.pid}, self._database)

    def _upload(self, watch: Watch, file: Path) -> str:
        page = self._clerk.send("/desk/lists/new", files=(file.name, file.read_bytes()))
        watch.step("upload")
        page = page.removeprefix(self._site.url)
        self._follow(watch, page, "difference IS NOT NULL")
        return page

    def _follow(self, watch: Watch, page: str, until: str) -> None:
        """Tell of each step of the worker, by the words the officer reads."""
        number, said = int(page.rpartition("/")[2]), ""
        query = f"SELECT {until}, state, progress FROM submissions WHERE id = ?"  # noqa: S608

        def ended() -> bool:
            nonlocal said
            done, state, progress = self._row(query, number)
            if state == "returned":
                raise RuntimeError(f"{page} was returned")
            if progress != said or done:
                watch.step(said or "the worker takes it")
                said = progress
            return bool(done)

        self._until(ended)

    def _answer(self, page: str) -> None:
        """Tick whatever is asked, as of institutions that other departments lead."""
        number = int(page.rpartition("/")[2])
        asked = self._asked(
            "SELECT group_concat(f.id) FROM sheet_findings f JOIN sheets s ON s.id = f.sheet_id"
            " WHERE s.submission_id = ? AND f.severity = 'ASK'",
            number,
        )
        if asked:
            told = self._asked("SELECT difference FROM submissions WHERE id = ?", number)
            reading = json.loads(told)["reading"]
            self._clerk.send(f"{page}/findings", page, reading=reading, finding=asked.split(","))

    def _until(self, done: Callable[[], bool]) -> None:
        patience = time.monotonic() + _PATIENCE
        while not done():
            if time.monotonic() > patience:
                raise TimeoutError
            time.sleep(_EVERY)

    def _is_found(self, name: str) -> bool:
        answer = json.loads(self._clerk.get(f"/api/v1/institutions?q={quote(name)}"))
        return any(each["name"] == name for each in answer["items"])

    def _worker_is_idle(self) -> bool:
        """Look whether the last of its jobs is done for the newest edition."""
        number = self._asked("SELECT max(number) FROM editions WHERE area_code = ?", AREA)
        try:
            done = json.loads((self._instance / "search-recall.json").read_text("utf-8"))
        except FileNotFoundError:
            return False
        return bool(done["edition"] == number)

    def _asked(self, query: str, *values: Any) -> Any:
        return self._row(query, *values)[0]

    def _row(self, query: str, *values: Any) -> Any:
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as connection:
            return connection.execute(query, values).fetchone()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--changes", type=int, default=2_000)
    parser.add_argument("--csv", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mingdan-bench-") as place:
        folder, instance = Path(place), Path(place) / "instance"
        first = list(rows(given.rows))
        second = changed(first, given.changes)
        site = LiveSite(instance)
        subprocess.run([*run.FLASK, "prepare"], cwd=ROOT, env=site.env, check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        with site:
            worker = run.start([*run.FLASK, "worker"], site.env)
            try:
                publishing = Publishing(site, instance, worker.pid)
                publishing.publish(_file(folder / "白名单1", first, given), first[-1][1])
                publishing.publish(_file(folder / "白名单2", second, given), second[-1][1])
                publishing.look_back(first[0][1])
                publishing.comment(_file(folder / "白名单3", faulty(second), given))
            finally:
                run.end([worker])


def _file(path: Path, listed: Iterable[Row], given: argparse.Namespace) -> Path:
    listed = list(listed)
    path = path.with_suffix(".csv" if given.csv else ".xlsx")
    (write_csv if given.csv else write_xlsx)(path, listed)
    print(f"\n{path.name}: {len(listed)} rows, {path.stat().st_size / 2**20:.1f} MB", flush=True)
    return path


if __name__ == "__main__":
    main()
