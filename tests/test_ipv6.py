"""`run.py --host ::1`: the site on the other Internet."""

import http.client
import socket
from pathlib import Path

import pytest

import run
from tests.services import LiveSite, free_port, on_ci


@pytest.fixture(autouse=True)
def ipv6() -> None:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        reason = "this machine has no IPv6"
        pytest.fail(reason) if on_ci() else pytest.skip(reason)


def test_the_site_serves_and_names_itself_in_brackets(demo_folder: Path) -> None:
    with LiveSite(demo_folder, host="::1") as site:
        assert site.url == f"http://[::1]:{site.port}"
        connection = http.client.HTTPConnection("::1", site.port, timeout=60)
        connection.request("GET", "/robots.txt", headers={"Host": site.address})
        answer = connection.getresponse().read().decode()
        connection.request("GET", "/lists/white", headers={"Host": site.address})
        page = connection.getresponse()
        assert (page.status, b"/institutions/" in page.read()) == (200, True)
        connection.close()
    assert f"Sitemap: {site.url}/sitemap.xml" in answer.splitlines()


def test_a_free_port_is_let_pass_and_a_taken_one_named() -> None:
    run.refuse_taken_port("::1", free_port())
    with socket.socket(socket.AF_INET6) as taken:
        taken.bind(("::1", 0))
        taken.listen()
        with pytest.raises(SystemExit, match="已被别的程序占用"):
            run.refuse_taken_port("::1", taken.getsockname()[1])
