"""`run.py` with stand-ins for the programs it starts, and the services of the tests.

The checkout is a copy of run.py whose `.venv/bin/python` is a shell script. Every process it starts
holds the same pipe: its end is the proof that no process is left.
"""

import ensurepip
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import run
from tests import services

GUARD = 60  # seconds until a process that does not end is a failure
DRIVER = "import sys, run; run.GRACE = 0.5; {change}; sys.exit(run.main())"
FAKE_PYTHON = """#!/bin/sh
echo "ran $*"
case "$*" in
  *prepare*) {prepare} ;;
  *gunicorn*) {site}; echo "site is up"; exec sleep 600 ;;
  *worker*) {worker}; echo "worker is up"; exec sleep 600 ;;
  *mypy*) exit 1 ;;
esac
"""
DEAF = "trap '' INT TERM"


class Checkout:
    """A folder with run.py, two locks and a stand-in for the environment's Python."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / ".venv" / "bin" / "python"
        self.started: list[subprocess.Popen[str]] = []
        shutil.copy(run.ROOT / "run.py", folder)
        (folder / "requirements.txt").write_text("one==1 \\\n    --hash=sha256:00\n")
        (folder / "requirements-dev.txt").write_text("one==1 \\\n    --hash=sha256:00\ntwo==2\n")
        self.python.parent.mkdir(parents=True)
        self.behave()

    def behave(self, prepare: str = "exit 0", site: str = "true", worker: str = "true") -> None:
        script(self.python, FAKE_PYTHON.format(prepare=prepare, site=site, worker=worker))

    def launch(
        self, *arguments: str, change: str = "pass", before: tuple[str, ...] = ()
    ) -> subprocess.Popen[str]:
        command = [*before, sys.executable, "-c", DRIVER.format(change=change), *arguments]
        env = {name: value for name, value in os.environ.items() if name != "CI"}
        output = subprocess.PIPE
        process = subprocess.Popen(
            command, cwd=self.folder, env=env, stdout=output, stderr=subprocess.STDOUT, text=True
        )
        self.started.append(process)
        return process

    def serve(self, before: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        process = self.launch("--port", str(services.free_port()), before=before)
        wait_for(process, "site is up", "worker is up")
        return process

    def result(self, *arguments: str, change: str = "pass") -> tuple[int, str]:
        process = self.launch(*arguments, change=change)
        output, _ = process.communicate(timeout=GUARD)
        return process.returncode, output


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    checkout = Checkout(tmp_path)
    yield checkout
    for process in checkout.started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def wait_for(process: subprocess.Popen[str], *words: str) -> None:
    """Read what a process says until it has said all these words."""
    guard = threading.Timer(GUARD, process.kill)
    guard.start()
    missing = set(words)
    assert process.stdout
    for line in process.stdout:
        missing -= {word for word in missing if word in line}
        if not missing:
            break
    guard.cancel()
    assert not missing


def script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


# --- the command line


def test_without_a_command_the_site_is_served_on_this_machine_only() -> None:
    options, _ = run.parse([])
    assert (options.command, options.address, options.demo) == (None, "127.0.0.1:8000", True)


def test_options_are_read() -> None:
    options, _ = run.parse(["--host", "::1", "--port", "81", "--instance", "x", "--no-demo"])
    assert (options.address, options.instance, options.demo) == ("[::1]:81", Path("x"), False)


def test_what_test_does_not_know_goes_to_pytest_in_order() -> None:
    options, rest = run.parse(["test", "--long", "-k", "a b", "tests/test_run.py", "--lf"])
    assert options.long
    assert rest == ["-k", "a b", "tests/test_run.py", "--lf"]


@pytest.mark.parametrize(
    "arguments", [["--foo"], ["setup", "x"], ["--port", "0"], ["--port=70000"]]
)
def test_nonsense_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        run.parse(arguments)
    assert leaving.value.code == 2


# --- the environment


def test_an_installed_lock_is_not_installed_again(checkout: Checkout) -> None:
    first, second = checkout.result("setup"), checkout.result("setup")
    assert "安装 requirements.txt 里的 1 个软件包" in first[1]
    assert "安装" not in second[1]


def test_a_changed_lock_is_installed(checkout: Checkout) -> None:
    checkout.result("setup")
    (checkout.folder / "requirements.txt").write_text("one==2\n")
    assert "安装 requirements.txt" in checkout.result("setup")[1]


def test_the_lock_of_the_checks_stands_for_the_one_it_contains(checkout: Checkout) -> None:
    checkout.result("test", change="run.PARTS = {}")
    assert "安装" not in checkout.result("setup")[1]


def test_the_lock_of_the_site_does_not_stand_for_the_checks(checkout: Checkout) -> None:
    checkout.result("setup")
    assert "安装 requirements-dev.txt" in checkout.result("test", change="run.PARTS = {}")[1]


def test_a_failed_installation_shows_why_and_is_tried_again(checkout: Checkout) -> None:
    checkout.python.write_text(
        '#!/bin/sh\ncase "$*" in *install*) echo "no such thing"; exit 3 ;; esac\n'
    )
    for _ in range(2):
        code, output = checkout.result("setup")
        assert code == 1
        assert "安装 requirements.txt" in output
        assert "no such thing" in output


def test_a_second_run_waits_for_the_first(checkout: Checkout) -> None:
    checkout.behave(prepare="read line < go")
    os.mkfifo(checkout.folder / "go")
    first = checkout.launch("setup")
    wait_for(first, "prepare")
    second = checkout.launch("setup")
    wait_for(second, "另一个 run.py 正在准备")
    for process in (first, second):
        (checkout.folder / "go").write_text("\n")
        process.communicate(timeout=GUARD)
        assert process.returncode == 0


def bundled_wheels() -> Path:
    """Where this Python has the pip that ensurepip would install."""
    bundled = Path(ensurepip.__file__).parent / "_bundled"
    return bundled if bundled.exists() else run.WHEELS


# What `python3 -m venv` does on a Debian without python3-venv.
NO_ENSUREPIP = f"""#!/bin/sh
case "$*" in *--without-pip*) exec {sys.executable} "$@" ;; esac
echo "ensurepip is not available"
exit 1
"""


@pytest.mark.parametrize("half_made", ["nowhere", "/bin/false"])
def test_an_environment_is_made_without_ensurepip_and_over_a_half_made_one(
    checkout: Checkout, half_made: str
) -> None:
    checkout.python.unlink()
    checkout.python.symlink_to(half_made)
    script(checkout.folder / "debian-python", NO_ENSUREPIP)
    make = (
        "import sys, run, pathlib\n"
        "sys._base_executable = str(run.ROOT / 'debian-python')\n"
        f"run.WHEELS = pathlib.Path({str(bundled_wheels())!r})\n"
        "run.make_environment(); run.make_environment()"
    )
    made = subprocess.run(
        [sys.executable, "-c", make],
        cwd=checkout.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout.count("建立") == 1
    version = subprocess.run(
        [checkout.python, "-m", "pip", "--version"], capture_output=True, text=True
    )
    assert str(checkout.folder) in version.stdout


def test_an_environment_is_made_with_ensurepip(checkout: Checkout) -> None:
    shutil.rmtree(checkout.folder / ".venv")
    no_other_pip = "run.WHEELS = run.ROOT / 'none'; run.IS_DEBIAN = False"
    command = [sys.executable, "-c", f"import run; {no_other_pip}; run.make_environment()"]
    subprocess.run(command, cwd=checkout.folder, capture_output=True, check=True)
    assert subprocess.run([checkout.python, "-c", "import pip"]).returncode == 0


UNPACK = '#!/bin/sh\ntest "$1" = -x && mkdir -p "$3/usr" && touch "$3/usr/pip-1-any.whl"\n'


def test_a_missing_pip_is_fetched_from_debian(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(tmp_path / "apt-get", '#!/bin/sh\ncase "$*" in *download*) touch "$4_1.deb" ;; esac\n')
    script(tmp_path / "dpkg-deb", UNPACK)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(run, "WHEELS", tmp_path / "none")
    monkeypatch.setattr(run, "IS_DEBIAN", True)
    (tmp_path / "to").mkdir()
    assert run.pip_wheel(str(tmp_path / "to")) == tmp_path / "to" / "usr" / "pip-1-any.whl"


def test_where_no_pip_can_be_had_one_sentence_says_what_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "WHEELS", tmp_path / "none")
    monkeypatch.setattr(run, "IS_DEBIAN", False)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        run.pip_wheel(str(tmp_path))


# --- serving


def test_a_taken_port_is_told_before_anything_is_made(checkout: Checkout) -> None:
    shutil.rmtree(checkout.folder / ".venv")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, output = checkout.result("--port", str(port))
    assert code == 1
    assert output == f"127.0.0.1 的端口 {port} 已被别的程序占用，请用 --port 换一个。\n"
    assert not (checkout.folder / ".venv").exists()


def test_the_site_is_told_where_it_is_and_where_its_data_lies(
    checkout: Checkout, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MINGDAN_BASE_URL", raising=False)
    checkout.behave(prepare='echo "$PWD $MINGDAN_BASE_URL $MINGDAN_INSTANCE"')
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    command = [sys.executable, str(checkout.folder / "run.py"), "setup", "--no-demo"]
    command += ["--port", "81", "--instance", "data"]
    output = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, check=True)
    assert "flask --app wsgi prepare --no-demo\n" in output.stdout
    assert f"{checkout.folder} http://127.0.0.1:81 {elsewhere / 'data'}\n" in output.stdout


def test_an_address_that_somebody_chose_stays(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINGDAN_BASE_URL", "https://example.test")
    checkout.behave(prepare='echo "at ${MINGDAN_BASE_URL:-nothing}"')
    assert "at https://example.test\n" in checkout.result("setup")[1]
    monkeypatch.delenv("MINGDAN_BASE_URL")
    (checkout.folder / ".env").write_text("MINGDAN_BASE_URL=https://example.test\n")
    assert "at nothing\n" in checkout.result("setup")[1]


def test_a_failed_preparation_starts_nothing(checkout: Checkout) -> None:
    checkout.behave(prepare="exit 4")
    code, output = checkout.result("--port", str(services.free_port()))
    assert code == 1
    assert "gunicorn" not in output


@pytest.mark.parametrize("request_to_end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_end_ends_everything(
    checkout: Checkout, request_to_end: signal.Signals
) -> None:
    process = checkout.serve()
    process.send_signal(request_to_end)
    output, _ = process.communicate(timeout=GUARD)
    assert process.returncode == 0
    assert "正在停止" in output


def test_ctrl_c_ends_it_also_when_a_script_started_it_in_the_background(
    checkout: Checkout,
) -> None:
    process = checkout.serve(before=("sh", "-c", "trap '' INT; exec \"$@\"", "sh"))
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=GUARD)
    assert process.returncode == 0


def test_children_that_do_not_listen_and_their_children_are_ended(
    checkout: Checkout,
) -> None:
    checkout.behave(site=DEAF, worker="sleep 600 & true")
    process = checkout.serve()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=GUARD)
    assert process.returncode == 0


@pytest.mark.parametrize("dying", ["site", "worker"])
def test_when_one_ends_the_other_is_ended(checkout: Checkout, dying: str) -> None:
    checkout.behave(**{dying: "exit 3"})
    code, output = checkout.result("--port", str(services.free_port()))
    assert code == 1
    assert {"site": "网站", "worker": "后台任务"}[dying] + "意外退出（退出码 3）" in output


@pytest.mark.skipif(sys.platform != "linux", reason="other kernels have no such request")
def test_nothing_outlives_a_run_that_is_killed(
    checkout: Checkout,
) -> None:
    process = checkout.serve()
    process.kill()
    process.communicate(timeout=GUARD)
    assert process.returncode == -signal.SIGKILL


def test_an_interrupted_preparation_leaves_nothing_running(checkout: Checkout) -> None:
    checkout.behave(prepare=f"{DEAF}; echo preparing; exec sleep 600")
    process = checkout.launch("setup")
    wait_for(process, "preparing")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=GUARD)
    assert process.returncode == 128 + signal.SIGINT


# --- the checks


def test_every_check_runs_also_after_a_failed_one(checkout: Checkout) -> None:
    code, output = checkout.result("test", "-k", "x", change="run.PARTS = {}")
    assert code == 1
    for line in ("通过  ruff check", "通过  ruff format", "失败  mypy", "通过  pytest"):
        assert line in output
    assert "--cov -m not long -k x\n" in output


def test_long_tests_run_on_request(checkout: Checkout) -> None:
    output = checkout.result("test", "--long", change="run.PARTS = {}")[1]
    assert "not long" not in output


@pytest.mark.parametrize(("ci", "expected"), [("'false'", 0), ("'true'", 1)])
def test_a_missing_part_is_named_and_fails_on_ci(
    checkout: Checkout, ci: str, expected: int
) -> None:
    script(checkout.python, "#!/bin/sh\n")
    change = "run.PARTS = {'unicorn': '/no/such'}; run.IS_DEBIAN = False; run.os.environ['CI'] = "
    code, output = checkout.result("test", change=change + ci)
    assert code == expected
    assert "sudo apt-get install unicorn\n" in output
    assert "跳过  用到 unicorn 的测试\n" in output


def test_root_on_debian_installs_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    script(tmp_path / "apt-get", '#!/bin/sh\necho "$DEBIAN_FRONTEND: $*"\n')
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(run, "IS_DEBIAN", True)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.delenv("DEBIAN_FRONTEND", raising=False)
    run.add_parts(["a", "b"])
    lines = capfd.readouterr().out.splitlines()
    assert lines[1:] == [
        "noninteractive: -q update",
        "noninteractive: -q -y install --no-install-recommends a b",
    ]


# --- the services


@pytest.mark.parametrize(
    ("ci", "outcome"), [("false", pytest.skip.Exception), ("true", pytest.fail.Exception)]
)
def test_a_need_that_is_not_met_skips_and_on_ci_fails(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setitem(run.PARTS, "unicorn", "/no/such/*")
    monkeypatch.setenv("CI", ci)
    with pytest.raises(BaseException, match="unicorn is missing") as raised:
        services.need("unicorn")
    assert raised.type is outcome


def test_only_listed_parts_can_be_needed() -> None:
    with pytest.raises(KeyError):
        services.need("unicorn")


@pytest.mark.parametrize(("ci", "expected"), [("false", 0), ("true", 1)])
@pytest.mark.parametrize("processes", ["0", "1"])
def test_on_ci_a_skipped_test_fails_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ci: str, expected: int, processes: str
) -> None:
    text = "import pytest\ndef test_a(): pass\ndef test_b(): pytest.skip('no')\n"
    (tmp_path / "test_it.py").write_text(text)
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PYTHONPATH", str(run.ROOT))
    command = [sys.executable, "-m", "pytest", "-p", "tests.services", "-n", processes]
    ended = subprocess.run(
        [*command, "--rootdir", "."], cwd=tmp_path, capture_output=True, text=True
    )
    assert ended.returncode == expected
    assert "1 passed, 1 skipped" in ended.stdout


@pytest.mark.postgresql
def test_a_cluster_has_fresh_databases_and_ends() -> None:
    services.need("postgresql")
    with services.PostgresCluster() as cluster:
        address = cluster.create_database().replace("+psycopg", "")
        with psycopg.connect(address) as connection:
            found = connection.execute("SELECT datname, datctype FROM pg_database").fetchall()
        other = cluster.create_database().replace("+psycopg", "")
        assert other != address
    assert all(ctype == "C.UTF-8" for name, ctype in found if name.startswith("test_"))
    assert cluster.process.returncode == 0
    assert not cluster.folder.exists()


TINY_SITE = """import os
def app(environ, start_response):
    start_response("200 OK", [])
    return [os.environ["MINGDAN_INSTANCE"].encode()]
"""


def test_a_live_site_answers_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wsgi.py").write_text(TINY_SITE)
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "PYTHON", sys.executable)
    with services.LiveSite(tmp_path / "data") as site:
        services.wait_for_port(site.port, site.process)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(site.url) as page:
            assert page.read().decode() == str(tmp_path / "data")
    assert site.process.returncode == 0


def test_a_live_site_that_does_not_start_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wsgi.py").write_text("raise ValueError('a wrong setting')\n")
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "PYTHON", sys.executable)
    with pytest.raises(RuntimeError, match="a wrong setting"), services.LiveSite(tmp_path):
        pass
