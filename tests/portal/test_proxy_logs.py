"""The real nginx, set up as docs/settings.md says: what its logs and its disk know afterwards."""

import http.client
import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

import pytest

import run
from tests.page_types import codes_in
from tests.reports.sending_clients import FORM, Answer
from tests.services import PATIENCE, LiveSite, free_port, need, wait_for_port

CLIENT = "127.0.0.77"  # an address of its own, so that it can be searched for
MARK = "FEEDBEEF0123456789AB"
HEADERS = {"User-Agent": MARK, "Referer": f"http://x/{MARK}", "Cookie": f"a={MARK}"}


@pytest.fixture
def site(demo_folder: Path) -> Iterator[LiveSite]:
    with LiveSite(demo_folder, {"MINGDAN_TRUSTED_PROXIES": "1"}) as served:
        yield served


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """Everything that nginx may write to."""
    folder = tmp_path / "nginx"
    folder.mkdir()
    return folder


@pytest.fixture
def port(site: LiveSite, disk: Path) -> Iterator[int]:
    """The port on which nginx stands in front of the site."""
    need("nginx-light")
    told = (run.ROOT / "docs" / "settings.md").read_text("utf-8")
    (lines,) = re.findall(r"```nginx\n(.*?)```", told, re.DOTALL)
    listening = free_port()
    for written, here in (
        ("listen 80;", f"listen 127.0.0.1:{listening};"),
        ("127.0.0.1:8000", f"127.0.0.1:{site.port}"),
        ("/var/log/nginx", str(disk)),
    ):
        assert written in lines
        lines = lines.replace(written, here)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {disk}/{kind};\n" for kind in kinds)
    root = "user root;" if os.geteuid() == 0 else ""
    around = f"{root} daemon off; pid {disk}/pid; events {{}}"
    (disk / "conf").write_text(f"{around} http {{ {places} {lines} }}", "utf-8")
    command = [run.PARTS["nginx-light"], "-p", str(disk), "-e", f"{disk}/start", "-c", "conf"]
    process = run.start(command, output=subprocess.DEVNULL)
    try:
        wait_for_port(listening, process)
        yield listening
    finally:
        run.end([process])


def ask(port: int, path: str, fields: Mapping[str, str] | None = None) -> Answer:
    """Fetch a page or post a form from an address of our own, with marks in every header."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=60, source_address=(CLIENT, 0)
    )
    if fields is None:
        connection.request("GET", path, headers=HEADERS)
    else:
        connection.request("POST", path, urlencode(fields), HEADERS | FORM)
    response = connection.getresponse()
    answer = Answer(response.status, response.read().decode())
    connection.close()
    return answer


def test_nothing_of_a_visitor_is_in_nginx_logs_or_on_its_disk(
    site: LiveSite, port: int, disk: Path, tmp_path: Path
) -> None:
    door = codes_in(tmp_path / "instance")["white_door"]
    for path, status in (
        (f"/search?q={MARK}", 200), (f"/v/{door}?from={MARK}", 200), (f"/report?a={MARK}", 200),
        (f"/receipt/{MARK}", 404), (f"/desk/invitations/{MARK}", 404),
    ):  # fmt: skip
        assert ask(port, path).status == status, path
    assert ask(port, f"/desk/invitations/{MARK}", {"a": MARK}).status == 404
    form = ask(port, f"/report/new?category=A01&from={MARK}")
    said = {"category": "A01", "place_address": MARK, "body": f"{MARK} " * 80, "pad": MARK * 4000}
    sent = ask(port, f"/report/new?{MARK}", said | {"csrf_token": form.token})
    assert len(sent.code) == 20
    token = ask(port, "/receipt").token
    assert ask(port, "/receipt", {"csrf_token": token, "code": sent.code}).status == 200

    run.end([site.process])  # what nginx says when the site is gone
    assert ask(port, f"/search?q={MARK}").status == 502

    log = disk / "mingdan.log"
    deadline = time.monotonic() + PATIENCE  # a line is written after its answer
    while " 502 " not in log.read_text("utf-8"):
        assert time.monotonic() < deadline, log.read_text("utf-8")
        time.sleep(0.05)
    lines = log.read_text("utf-8").splitlines()
    paths = [line.split()[2] for line in lines]
    assert paths.count("/search") == 2, lines
    assert paths.count("/desk/invitations/...") == 2
    assert not [path for path in paths if path.startswith(("/report", "/receipt", "/static"))]
    written = {p: p.read_bytes() for p in disk.rglob("*") if p.is_file() and p.name != "conf"}
    for secret in (MARK, CLIENT, sent.code, form.token):
        assert not [p for p, content in written.items() if secret.encode() in content], secret
