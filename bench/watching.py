"""What a step costs: wall time, processor time and memory of processes with their children, and how
long anybody else who writes has to wait. Linux only: it reads /proc.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

_EVERY = 0.05  # seconds between two looks
_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Watch:
    """Prints a line per step. Memory is the highest sum of what a process and all its children hold
    at one moment; pages that they share count for each, so it is never told too low.
    """

    def __init__(self, processes: Mapping[str, int], database: Path) -> None:
        self._processes, self._database = processes, database
        self._peaks = dict.fromkeys(processes, 0)
        self._longest_wait, self._asked = 0.0, 0.0  # 0: nobody waits just now
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=t) for t in (self._look, self._want_to_write)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        self.begun = self._since = time.monotonic()
        self._cpu = self._cpu_now()
        titles = (f"{name} MB" for name in self._processes)
        print(f"{'':<22}{'wall s':>8}{'CPU s':>8}", *(f"{t:>11}" for t in titles), f"{'wait s':>8}")
        return self

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def step(self, name: str) -> None:
        """Tell what was spent since the step before."""
        now, cpu = time.monotonic(), self._cpu_now()
        wide = sum(ord(character) > 0x2E80 for character in name)  # takes two columns
        peaks = (f"{peak / 2**20:>11.0f}" for peak in self._peaks.values())
        waited = max(self._longest_wait, now - self._asked if self._asked else 0.0)
        spent = f"{now - self._since:>8.1f}{cpu - self._cpu:>8.1f}"
        print(f"{name:<{22 - wide}}{spent}", *peaks, f"{waited:>8.2f}", flush=True)
        self._since, self._cpu, self._longest_wait = now, cpu, 0.0
        self._peaks = dict.fromkeys(self._peaks, 0)

    def _look(self) -> None:
        while not self._ended.wait(_EVERY):
            for name, root in self._processes.items():
                held = sum(map(_resident, _family(root)))
                self._peaks[name] = max(self._peaks[name], held)

    def _want_to_write(self) -> None:
        """Ask for the write lock as one who sends a tip does, and give it back at once."""
        connection = sqlite3.connect(self._database, timeout=600, isolation_level=None)
        while not self._ended.wait(_EVERY):
            self._asked = time.monotonic()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
            waited, self._asked = time.monotonic() - self._asked, 0.0
            self._longest_wait = max(self._longest_wait, waited)
        connection.close()

    def _cpu_now(self) -> float:
        return sum(_cpu(each) for root in self._processes.values() for each in _family(root))


def _family(root: int) -> list[int]:
    family = [root]
    for parent in family:  # grows as children are found
        for task in _paths(f"/proc/{parent}/task"):
            family.extend(map(int, _read(task / "children").split()))
    return family


def _paths(folder: str) -> list[Path]:
    try:
        return list(Path(folder).iterdir())
    except FileNotFoundError:  # it just ended
        return []


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _resident(process: int) -> int:
    fields = _read(Path(f"/proc/{process}/statm")).split()
    return int(fields[1]) * _PAGE if fields else 0


def _cpu(process: int) -> float:
    """Return its own seconds and those of children that ended and were waited for."""
    fields = _read(Path(f"/proc/{process}/stat")).rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICK if fields else 0.0
