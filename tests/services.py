"""Real services for tests: a browser, a PostgreSQL, the site as it is served.

`run.py test` loads this module as a pytest plugin; where CI=true no test may be skipped.
"""

import contextlib
import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

import psycopg
import pytest
from psycopg import sql

import run

CHROMIUM = Path(run.PARTS["chromium"])
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 60.0  # seconds until a service that does not come up is a failure


def on_ci() -> bool:
    """Whether everything must really run here."""
    return os.environ.get("CI") == "true"


def need(name: str) -> None:
    """Skip the test where the real part (a name in `run.PARTS`) is missing; on CI fail it."""
    if name not in run.PARTS:
        raise KeyError(name)
    if name in run.missing_parts():
        reason = f"{name} is missing: sudo apt-get install {name}"
        if on_ci():
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """On CI a skipped test fails the run, whatever it was skipped for."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if on_ci() and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why the run fails although no test did."""
    if on_ci() and (skipped := terminalreporter.stats.get("skipped")):
        terminalreporter.write_line(f"CI=true: {len(skipped)} skipped count as failed", red=True)


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[str], log: Path | None) -> None:
    """Wait for a service to come up; when it ends instead, its log is in the error."""
    deadline = time.monotonic() + PATIENCE
    while not ready():
        ended = process.poll() is not None
        if ended or time.monotonic() > deadline:
            fate = f"ended with code {process.returncode}" if ended else "did not come up"
            raise RuntimeError(f"{process.args!r} {fate}\n{log.read_text('utf-8') if log else ''}")
        time.sleep(0.02)


def wait_for_port(port: int, process: subprocess.Popen[str], log: Path | None = None) -> None:
    """Wait until somebody listens on a port of this machine; fail when the process ends first."""

    def listens() -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", port)) == 0

    wait_until(listens, process, log)


class PostgresCluster:
    """A private PostgreSQL in a temporary folder, reached through a socket in that folder.

    It refuses to run as root, so there it runs as Debian's user `postgres`. Start it from the main
    thread: it ends when the thread that started it is gone.
    """

    def __enter__(self) -> Self:
        found = Path("/").glob(run.PARTS["postgresql"][1:])
        self.programs = max(found, key=lambda path: float(path.parts[4])).parent
        # Not in pytest's own folder: that one is closed to the user postgres.
        self.folder = Path(tempfile.mkdtemp(prefix="mingdan-pg-"))
        self.prefix = ["setpriv", "--pdeathsig=INT"]
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
            self.prefix += ["--reuid=postgres", "--regid=postgres", "--init-groups"]
        try:
            self.process = self._start()
            wait_until(self._answers, self.process, self.log)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception: object) -> None:
        if hasattr(self, "process"):
            run.end([self.process], signal.SIGINT)
        shutil.rmtree(self.folder)

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def url(self, database: str = "postgres") -> str:
        """The address of a database as SQLAlchemy writes it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create_database(self) -> str:
        """Make a fresh, empty database and return its address."""
        name = f"test_{secrets.token_hex(6)}"
        with self._connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def _start(self) -> subprocess.Popen[str]:
        """Make the cluster and start it without what only protects against power cuts."""
        data = str(self.folder / "data")
        how = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        initdb = [*self.prefix, str(self.programs / "initdb"), "--no-sync", *how, "-D", data]
        subprocess.run(initdb, cwd=self.folder, check=True, capture_output=True)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        }
        server = [*self.prefix, str(self.programs / "postgres"), "-D", data]
        server += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self.log.open("w") as log:
            return subprocess.Popen(
                server, cwd=self.folder, stdout=log, stderr=log, text=True, process_group=0
            )

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user="postgres", autocommit=True)

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError), self._connect():
            return True
        return False


class RedisServer:
    """A private Redis without persistence on a free port, as docs/settings.md wants it."""

    def __enter__(self) -> Self:
        need("redis-server")
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def start(self) -> None:
        """Come up, empty."""
        place = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", tempfile.gettempdir()]
        command = [run.PARTS["redis-server"], *place, "--save", "", "--appendonly", "no"]
        self.process = run.start(command, output=subprocess.DEVNULL)
        wait_for_port(self.port, self.process)

    def stop(self) -> None:
        """Go away."""
        run.end([self.process])


class LiveSite:
    """The site on a free port, started as `run.py` starts it, over a prepared instance folder."""

    def __init__(
        self,
        instance: Path,
        env: Mapping[str, str] | None = None,
        host: str = "127.0.0.1",
        more: tuple[str, ...] = (),
        app: str = "",
    ) -> None:
        self.more, self.app = more, app  # options of gunicorn that come last and win; another app
        self.host, self.port = host, free_port()
        self.address = run.parse(["--host", host, "--port", str(self.port)])[0].address
        self.url = f"http://{self.address}"
        base = {"MINGDAN_INSTANCE": str(instance), "MINGDAN_BASE_URL": self.url}
        self.env = {**os.environ, **base, **(env or {})}

    def __enter__(self) -> Self:
        self.output = tempfile.NamedTemporaryFile("w", prefix="mingdan-site-", encoding="utf-8")
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception: object) -> None:
        run.end([self.process])
        self.output.close()

    def start(self) -> None:
        """Start the server and wait until it answers; again after it was killed."""
        *command, app = run.site_command(self.address)
        command = [*command, *self.more, self.app or app]
        self.process = run.start(command, self.env, output=self.output.file)
        wait_until(self._is_healthy, self.process, self.log)

    @property
    def log(self) -> Path:
        """What the server wrote so far."""
        return Path(self.output.name)

    def _is_healthy(self) -> bool:
        # Not urllib: a proxy set in the environment must not come between.
        # Not long: where no worker came up, the master listens and nobody answers.
        connection = http.client.HTTPConnection(self.host, self.port, timeout=5)
        with contextlib.suppress(OSError), contextlib.closing(connection):
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        return False
