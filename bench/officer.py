"""An officer of the demo district in front of a browser without scripts."""

import re
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from demo.loading import SIGN_INS
from tests.accounts.signing_in import unused_code

_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


class Officer:
    """Signs in and sends forms."""

    def __init__(self, site: str, instance: Path, username: str) -> None:
        self._site = site
        handlers = (
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(CookieJar()),
        )
        self._opener = urllib.request.build_opener(*handlers)
        lines = (instance / SIGN_INS).read_text("utf-8").splitlines()
        password = next(line.split()[1] for line in lines if line.split()[0] == username)
        code = unused_code(instance / "mingdan.sqlite", username)
        self.send("/desk/sign-in", username=username, password=password, code=code)

    def get(self, path: str) -> bytes:
        """Return what is at an address."""
        with self._opener.open(urljoin(self._site, path), timeout=600) as answer:
            content: bytes = answer.read()
            return content

    def send(self, path: str, form: str = "", **fields: Any) -> str:
        """Send the form of a page and return the address one comes to; files are name and bytes.

        Raises RuntimeError with the page's text where the site refuses.
        """
        token = _TOKEN.search(self.get(form or path).decode())
        if token is None:
            raise RuntimeError(f"no form at {form or path}")
        files = {
            name: FileStorage(BytesIO(value[1]), value[0]) if isinstance(value, tuple) else value
            for name, value in fields.items()
        }
        boundary, body = encode_multipart({"csrf_token": token[1], **files})
        headers = {"Content-Type": f'multipart/form-data; boundary="{boundary}"'}
        request = urllib.request.Request(urljoin(self._site, path), body, headers)  # noqa: S310
        try:
            with self._opener.open(request, timeout=600) as answer:
                return str(answer.url)
        except urllib.error.HTTPError as fault:
            said = re.sub(r"<[^>]*>|\s+", " ", fault.read().decode())
            raise RuntimeError(f"{path}: {fault.code} {said[:600]}") from None
