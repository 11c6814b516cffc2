"""Addresses of this site: under the path it is mounted on, and in full for print and machines."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from portal.settings import Settings

_Wsgi = Callable[..., Iterable[bytes]]


def mount_path(settings: Settings) -> str:
    """Return the path of the public address, for example `/mingdan`, or nothing."""
    return urlsplit(settings.base_url).path


def public_address(endpoint: str, **values: Any) -> str:
    """Return the full public address of a page, whatever host the request came by."""
    settings: Settings = current_app.config["MINGDAN"]
    return settings.base_url + current_app.url_map.bind("").build(endpoint, values)


class Mounted:
    """Serve the app below a path, whether the proxy in front keeps that path or strips it."""

    def __init__(self, app: _Wsgi, path: str) -> None:
        self._app, self._path = app, path

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Tell the app where it is mounted; a proxy that says so itself is believed."""
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME") or self._path
        asked = environ.get("PATH_INFO", "")
        if asked == self._path or asked.startswith(self._path + "/"):
            environ["PATH_INFO"] = asked.removeprefix(self._path) or "/"
        return self._app(environ, start_response)
