"""Clients of a real server that send tips as a browser without script does."""

import contextlib
import html
import http.client
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from werkzeug.test import EnvironBuilder

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
    headers: Mapping[str, str] = field(default_factory=dict)

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
    photo: tuple[str, bytes] | None = None,
) -> Answer:
    """Fetch a page, or post a form, over a connection of its own; raises OSError.

    `photo`: name and bytes of a file that goes with the form.
    """
    connection = http.client.HTTPConnection(site.host, site.port, timeout=30)
    try:
        if fields is None:
            connection.request("GET", path, headers=dict(headers or {}))
        else:
            kind, body = (
                (FORM, urlencode(fields).encode()) if photo is None else _parts(fields, photo)
            )
            connection.request("POST", path, body, {**kind, **(headers or {})})
        response = connection.getresponse()
        return Answer(response.status, response.read().decode(), dict(response.getheaders()))
    except http.client.HTTPException as fault:
        raise ConnectionError from fault
    finally:
        connection.close()


def _parts(fields: Mapping[str, str], photo: tuple[str, bytes]) -> tuple[dict[str, str], bytes]:
    builder = EnvironBuilder(
        method="POST", data={**fields, "files": (io.BytesIO(photo[1]), photo[0])}
    )
    with contextlib.closing(builder):
        environ = builder.get_environ()
        return {"Content-Type": environ["CONTENT_TYPE"]}, environ["wsgi.input"].read()
