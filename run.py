#!/usr/bin/env python3
"""明单 in two commands that need nothing but Python 3.11 on Linux or macOS:

    python3 run.py          sets up and serves the site
    python3 run.py test     sets up and checks everything

What they install goes into `.venv/`, what the site writes goes into `instance/`.
"""

import argparse
import contextlib
import errno
import fcntl
import functools
import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, NoReturn

if sys.version_info < (3, 11):  # noqa: UP036  an older Python must get as far as this sentence
    sys.exit(f"明单需要 Python 3.11 或更新的版本，现在用的是 {sys.version.split()[0]}。")

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
LOCKS = (ROOT / "requirements.txt", ROOT / "requirements-dev.txt")
FLASK = [PYTHON, "-m", "flask", "--app", "wsgi"]
WHEELS = Path("/usr/share/python-wheels")  # where Debian keeps the pip of python3-venv
IS_DEBIAN = Path("/etc/debian_version").exists()
GRACE = 20.0  # seconds between asking a child to end and ending it

# The real parts that tests use: Debian's package, and a path that proves it is installed.
PARTS = {
    "chromium": "/usr/bin/chromium",
    "fonts-noto-cjk": "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "postgresql": "/usr/lib/postgresql/*/bin/initdb",
    "redis-server": "/usr/bin/redis-server",
    "nginx-light": "/usr/sbin/nginx",
    "default-jre-headless": "/usr/bin/java",  # runs the W3C checker
    "libreoffice-calc-nogui": "/usr/bin/soffice",  # opens the downloads
}

Command = Sequence[str]
Environment = Mapping[str, str] | None
Listener = Callable[[str], object]
say = functools.partial(print, flush=True)  # seen at once, also in a pipe


# --- Children: every program we start ends with us

LEASH = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, int(sys.argv[1]))  # PR_SET_PDEATHSIG, kept over exec
if os.getppid() == int(sys.argv[2]):
    os.execvp(sys.argv[3], sys.argv[3:])
"""


def stop(number: int, _frame: object) -> NoReturn:
    """Leave on the first request to end; later ones cannot disturb the ending."""
    for request in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(request, signal.SIG_IGN)
    sys.exit(128 + number)


def start(
    command: Command,
    env: Environment = None,
    farewell: signal.Signals = signal.SIGTERM,
    output: int | IO[str] | None = None,
) -> subprocess.Popen[str]:
    """Start a command in the repository; Ctrl-C reaches only us, its group is its own.

    On Linux the kernel sends it `farewell` when the thread that starts it is gone, even by SIGKILL.
    Its own children must notice for themselves, as gunicorn's do. A program that changes its user
    slips the leash; on macOS there is none.
    """
    leash = [sys.executable, "-I", "-S", "-c", LEASH, str(farewell.value), str(os.getpid())]
    return subprocess.Popen(
        [*leash, *command] if sys.platform == "linux" else command,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        text=True,
        errors="replace",
        process_group=0,
    )


def end(processes: Sequence[subprocess.Popen[str]], how: signal.Signals = signal.SIGTERM) -> None:
    """Ask each to end; after the grace, end whatever is left of its group."""
    for process in processes:
        process.send_signal(how)
    deadline = time.monotonic() + GRACE
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def call(command: Command, env: Environment = None, hear: Listener | None = None) -> bool:
    """Run a command to its end and say if it succeeded; `hear` gets its lines off the screen."""
    process = start(command, env, signal.SIGINT, subprocess.PIPE if hear else None)
    try:
        for line in process.stdout or ():
            if hear:
                hear(line.rstrip())
        return process.wait() == 0
    finally:
        end([process], signal.SIGINT)


def supervise(commands: Mapping[str, Command], env: Environment = None) -> int:
    """Run named commands side by side until we are stopped (0) or one of them ends (1)."""
    children: dict[str, subprocess.Popen[str]] = {}
    try:
        for name, command in commands.items():
            children[name] = start(command, env)
        while all(child.poll() is None for child in children.values()):
            time.sleep(0.2)
        for name, child in children.items():
            if child.returncode is not None:
                say(f"{name}意外退出（退出码 {child.returncode}），其余的也一并停止。")
        return 1
    except SystemExit:
        say("\n正在停止……")
        return 0
    finally:
        end(list(children.values()))


# --- The environment


@contextlib.contextmanager
def turn() -> Iterator[None]:
    """Let one run.py at a time prepare this folder; the lock ends with the process."""
    with LOCKS[0].open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("另一个 run.py 正在准备，等它做完……")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def quietly(command: Command, packages: int = 0) -> None:
    """Run out of sight, telling how far pip is; on failure show the last lines and leave."""
    lines: list[str] = []
    known = ("Collecting", "Processing", "Requirement already", "Ignoring")

    def hear(line: str) -> None:
        lines.append(line)
        seen = sum(each.startswith(known) for each in lines)
        if packages and line.startswith(known) and seen % 10 == 0:
            say(f"  {seen}/{packages}")

    if not call(command, hear=hear):
        sys.exit("\n".join([*lines[-20:], "", "这一步没有成功，最后几行在上面；可以再运行一次。"]))


def make_environment() -> None:
    """Make `.venv`, also over a half-made one and where Python comes without ensurepip."""
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    if Path(PYTHON).exists() and call([PYTHON, "-c", probe], hear=lambda _line: None):
        return
    say("建立明单自己的 Python 环境 .venv ……")
    outside = getattr(sys, "_base_executable", sys.executable)
    venv = [outside, "-m", "venv", "--clear", str(VENV)]
    if call(venv, hear=lambda _line: None):
        return
    with tempfile.TemporaryDirectory() as folder:
        wheel = str(pip_wheel(folder))
        quietly([*venv, "--without-pip"])
        quietly([PYTHON, f"{wheel}/pip", "install", "--no-index", "--no-deps", wheel])


def pip_wheel(folder: str) -> Path:
    """A pip that runs from its own file: Debian's, if need be fetched into `folder`."""
    found = sorted(WHEELS.glob("pip-*.whl"))
    if not found and IS_DEBIAN:
        say("这台机器的 Python 不带 pip，向 Debian 取一份……")
        if os.geteuid() == 0 and not any(Path("/var/lib/apt/lists").glob("*_Packages*")):
            call(["apt-get", "-q", "update"])
        fetch = "apt-get -q -o APT::Sandbox::User=root download python3-pip-whl"
        call(["sh", "-c", f'cd "$0" && {fetch} && dpkg-deb -x python3-pip-whl_*.deb .', folder])
        found = sorted(Path(folder).rglob("pip-*.whl"))
    if not found:
        sys.exit("这台机器的 Python 不带 pip，请先输入：sudo apt-get install python3-venv")
    return found[-1]


def install(lock: Path) -> None:
    """Install a lock unless the stamp in `.venv` says that it holds this very lock."""
    stamp = VENV / "installed-locks"
    content = {each: each.read_bytes() for each in LOCKS}
    digest = {each: hashlib.sha256(text).hexdigest() for each, text in content.items()}
    if stamp.is_file() and digest[lock] in stamp.read_text("utf-8").split():
        return
    stamp.unlink(missing_ok=True)
    pins = {each: set(re.findall(rb"(?m)^[\w.-]+==\S+", text)) for each, text in content.items()}
    say(f"安装 {lock.name} 里的 {len(pins[lock])} 个软件包，逐一核对校验值……")
    pip = [PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    quietly([*pip, "--require-hashes", "-r", str(lock)], len(pins[lock]))
    stamp.write_text("\n".join(digest[each] for each in LOCKS if pins[each] <= pins[lock]), "utf-8")


# --- python3 run.py


def refuse_taken_port(host: str, port: int) -> None:
    """Leave with one sentence when the site could not listen there."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as fault:
        taken = fault.errno == errno.EADDRINUSE
        reason = "已被别的程序占用" if taken else f"不能用（{fault.strerror}）"
        sys.exit(f"{host} 的端口 {port} {reason}，请用 --port 换一个。")


def prepare(options: argparse.Namespace) -> dict[str, str]:
    """Install what the site needs and let it set up its data; return its settings."""
    env = dict(os.environ)
    if options.instance:
        env["MINGDAN_INSTANCE"] = str(options.instance.resolve())
    dotenv = ROOT / ".env"  # it must win over our default
    if not (dotenv.is_file() and "MINGDAN_BASE_URL" in dotenv.read_text("utf-8")):
        env.setdefault("MINGDAN_BASE_URL", f"http://{options.address}")
    with turn():
        make_environment()
        install(LOCKS[0])
        if not call([*FLASK, "prepare", *([] if options.demo else ["--no-demo"])], env):
            sys.exit("数据没有准备好，原因在上面。")
    return env


def site_command(address: str) -> list[str]:
    """The web server: one process with eight threads, no access log."""
    shape = ["--worker-class", "gthread", "--workers", "1", "--threads", "8"]
    # What gunicorn warns of is requests it could not read, with their senders' addresses.
    quiet = ["--no-control-socket", "--log-level", "error", "--graceful-timeout", "5"]
    return [PYTHON, "-m", "gunicorn", *shape, *quiet, "--bind", address, "wsgi:app"]


def serve(options: argparse.Namespace) -> int:
    """Prepare, then run the site and its worker until we are stopped."""
    refuse_taken_port(options.host, options.port)
    env = prepare(options)
    say("按 Ctrl-C 停止网站。(Press Ctrl-C to stop.)")
    return supervise({"网站": site_command(options.address), "后台任务": [*FLASK, "worker"]}, env)


# --- python3 run.py test


def missing_parts() -> list[str]:
    """The real parts that are not on this machine."""
    return [name for name, proof in PARTS.items() if not any(Path("/").glob(proof[1:]))]


def add_parts(names: Sequence[str]) -> None:
    """Install missing real parts where we may; elsewhere say what to type."""
    if IS_DEBIAN and os.geteuid() == 0:
        say("测试要用真实的部件，正在安装：", *names)
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        call(["apt-get", "-q", "update"], env)
        call(["apt-get", "-q", "-y", "install", "--no-install-recommends", *names], env)
    else:
        say("缺少测试用的真实部件，请输入：sudo apt-get install", *names)


def check(options: argparse.Namespace, pytest_options: Sequence[str]) -> int:
    """Run every check, also after a failed one, and sum up."""
    with turn():
        make_environment()
        install(LOCKS[1])
    if missing_parts():
        add_parts(missing_parts())
    env = {**os.environ, **({"MINGDAN_TEST_LONG": "1"} if options.long else {})}
    # A file stays in one process: its browser and its database are started once.
    pytest = ["pytest", "-p", "tests.services", "-n", "2", "--dist", "loadfile", "--cov"]
    pytest += [*([] if options.long else ["-m", "not long"]), *pytest_options]
    passed = {}
    for step in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], pytest):
        name = " ".join(step[:2]) if step[0] == "ruff" else step[0]
        say(f"\n== {name}")
        passed[name] = call([PYTHON, "-m", *step], env)
    say("\n== 结果")
    for name in missing_parts():
        say(f"跳过  用到 {name} 的测试")
    for name, good in passed.items():
        say(f"{'通过' if good else '失败'}  {name}")
    complete = not missing_parts() or os.environ.get("CI") != "true"
    return 0 if complete and all(passed.values()) else 1


# --- The command line


def parse(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """The options, and what `test` hands on to pytest."""
    parser = argparse.ArgumentParser(description="明单：不写命令就启动网站。", allow_abbrev=False)
    add = parser.add_argument
    add("command", nargs="?", choices=["setup", "test"], help="setup 只准备；test 检查全部")
    add("--host", default="127.0.0.1", help="监听的地址（默认 127.0.0.1）")
    add("--port", default=8000, type=int, help="监听的端口（默认 8000）")
    add("--instance", type=Path, help="存放数据的文件夹（默认 instance）")
    add("--no-demo", dest="demo", action="store_false", help="不放演示数据")
    add("--long", action="store_true", help="test：连同耗时的测试；其余参数交给 pytest")
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command != "test":
        parser.error(f"不认识 {' '.join(rest)}")
    if not 0 < options.port < 65536:
        parser.error("端口是 1 到 65535 之间的整数")
    host = f"[{options.host}]" if ":" in options.host else options.host
    options.address = f"{host}:{options.port}"
    return options, rest


def main() -> int:
    """Do what the command line says."""
    options, rest = parse(sys.argv[1:])
    for request in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if request == signal.SIGINT or signal.getsignal(request) != signal.SIG_IGN:  # nohup
            signal.signal(request, stop)
    if options.command == "test":
        return check(options, rest)
    if options.command == "setup":
        prepare(options)
        return 0
    return serve(options)


if __name__ == "__main__":
    sys.exit(main())
