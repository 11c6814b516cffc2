"""Clients of a real server that send tips as a browser without script does."""

import html
import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.services import LiveSite

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_CHALLENGE = re.compile(r'data-challenge="([^"]+)"')
_GROUP = re.compile(r"<span>([0-9A-Z]{4})</span>")


@dataclass
class Answer:
    """What came back."""

    status: int
    text: str

    @property
    def code(self) -> str:
        """The receipt code of a page that shows one."""
        return "".join(_GROUP.findall(self.text))[:20]

    @property
    def token(self) -> str:
        found = _TOKEN.search(self.text)
        assert found, self.text[:500]
        return found[1]

    @property
    def challenge(self) -> str:
        """The proof of work that a preview asks for."""
        found = _CHALLENGE.search(self.text)
        assert found, self.text[:500]
        return html.unescape(found[1])


def ask(
    site: LiveSite,
    path: str,
    fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Fetch a page, or post a form, over a connection of its own; raises OSError."""
    connection = http.client.HTTPConnection(site.host, site.port, timeout=30)
    try:
        if fields is None:
            connection.request("GET", path, headers=dict(headers or {}))
        else:
            connection.request("POST", path, urlencode(fields), {**FORM, **(headers or {})})
        response = connection.getresponse()
        return Answer(response.status, response.read().decode())
    except http.client.HTTPException as fault:
        raise ConnectionError from fault
    finally:
        connection.close()
