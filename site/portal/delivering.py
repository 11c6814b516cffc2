"""How answers travel: compressed where that is safe, static files for a year, pages by ETag."""

import hashlib
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from flask_compress import Compress

from portal.headers import NEVER_STORED

# BREACH: a page that holds a secret beside words of the sender is never compressed.
NEVER_COMPRESSED = NEVER_STORED
COMPRESSED = [
    "text/html", "text/css", "text/csv", "text/plain", "image/svg+xml",
    "application/json", "application/xml", "application/atom+xml", "text/javascript",
]  # fmt: skip
_YEAR = 365 * 24 * 3600


def init_delivery(app: Flask) -> None:
    """Mark static addresses with their content, let pages be asked again, compress."""
    app.config.update(
        COMPRESS_REGISTER=False,  # called below, last of all, and not for every page
        COMPRESS_MIMETYPES=COMPRESSED,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["br"],
        COMPRESS_BR_LEVEL=5,
    )
    compress = Compress()
    compress.init_app(app)

    @app.url_defaults
    def version(endpoint: str, values: dict[str, Any]) -> None:
        mark = _mark(app, values.get("filename", "")) if endpoint == "static" else ""
        if mark:
            values.setdefault("v", mark)

    @app.after_request
    def deliver(response: Response) -> Response:
        is_page, is_data = _is_public_page(response), _is_public_data(response)
        if request.endpoint == "static":
            _keep_for_a_year(app, response)
        elif is_page:
            response.vary.add("Cookie")  # 长辈版 and the language are cookies
            response.headers.setdefault("Cache-Control", "private, no-cache")
            response.add_etag()
        elif is_data:
            response.headers.setdefault("Cache-Control", "public, no-cache")
            response.add_etag()
        partial = response.status_code == HTTPStatus.PARTIAL_CONTENT  # of the plain bytes
        if partial or request.path.startswith(NEVER_COMPRESSED):
            return response
        response = compress.after_request(response)
        if is_page or is_data:
            response.make_conditional(request)
        return response


def unchanged(etag: str) -> Response | None:
    """Return 304 where the client has these bytes already, compressed or not, before any work."""
    known = request.if_none_match
    if not any(known.contains(tag) for tag in (etag, f"{etag}:br", f"{etag}:gzip")):
        return None
    response = Response(status=HTTPStatus.NOT_MODIFIED)
    response.set_etag(etag)
    return response


def _is_public_page(response: Response) -> bool:
    return (
        response.mimetype == "text/html"
        and response.status_code == 200
        and request.method in {"GET", "HEAD"}
        and not request.path.startswith(NEVER_STORED)
    )


def _is_public_data(response: Response) -> bool:
    fetched = request.method in {"GET", "HEAD"} and response.status_code == HTTPStatus.OK
    return fetched and request.path.startswith("/api/") and response.mimetype == "application/json"


def _keep_for_a_year(app: Flask, response: Response) -> None:
    asked = (request.view_args or {}).get("filename", "")
    if response.status_code in {200, 304} and request.args.get("v", "-") == _mark(app, asked):
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    if response.status_code == 200:
        response.direct_passthrough = False
        response.get_data()  # small files: compressed in one piece, with a length
        response.close()  # the file has been read


def _mark(app: Flask, filename: str) -> str:
    path = Path(app.static_folder or "") / filename
    try:
        found = path.stat()
    except OSError:
        return ""
    return _digest(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=64)
def _digest(path: Path, _changed: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
