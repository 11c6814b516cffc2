"""What the server itself says of requests that it cannot read: nothing of who sent them."""

import socket
from pathlib import Path

from tests.services import LiveSite

HEAD = b"POST /report/new?category=C03&from=MARK HTTP/1.1\r\nHost: x\r\nUser-Agent: MARK\r\n"
PARTS = HEAD + b"Content-Type: multipart/form-data; boundary=x\r\n"
BROKEN = {
    "long header": b"GET /?from=MARK HTTP/1.1\r\nHost: x\r\nCookie: " + b"a" * 9000 + b"\r\n\r\n",
    "no request": b"MARK\r\n\r\n",
    "no method": b"M\x00RK / HTTP/1.1\r\n\r\n",
    "no version": b"GET /?MARK HTTP/MARK\r\n\r\n",
    "bad header": b"GET /?MARK HTTP/1.1\r\nHost: x\r\nMARK\r\n\r\n",
    "unknown coding": HEAD + b"Transfer-Encoding: MARK\r\n\r\n",
    "bad chunk": PARTS + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc",
    "bad form chunk": HEAD + b"Content-Type: application/x-www-form-urlencoded\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcMARK\r\n",
    "breaks off": PARTS + b"Content-Length: 5000\r\n\r\n--x\r\nabc",
    "no boundary": HEAD + b"Content-Type: multipart/form-data\r\nContent-Length: 4\r\n\r\nMARK",
}


def answer(site: LiveSite, request: bytes) -> bytes:
    """Send bytes and nothing more; returns the first line of what comes back."""
    with socket.create_connection((site.host, site.port), timeout=30) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return connection.makefile("rb").readline()


def test_a_broken_request_is_no_fault_of_ours_and_leaves_nothing(demo_folder: Path) -> None:
    with LiveSite(demo_folder) as site:
        answers = {name: answer(site, request) for name, request in BROKEN.items()}
        log = site.log.read_text("utf-8")
    assert not [name for name, first in answers.items() if b" 500 " in first], answers
    assert b" 400 " in answers["bad chunk"]
    assert log == "", log
