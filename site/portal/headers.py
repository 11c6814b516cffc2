"""Headers of every answer, and what may never be cached."""

from flask import Flask, Response, request

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # other sites never learn which page a reader came from
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# A tip, a receipt or a case must not stay on a shared phone or in a proxy.
NEVER_STORED = ("/report", "/receipt", "/desk", "/check")

# What is for everybody's programs may be read from any other site's pages (CORS); nothing here
# depends on who asks.
FOR_EVERY_SITE = ("/api/", "/data", "/feeds/", "/editions/", "/keys/")
READING = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since, Range",
    "Access-Control-Expose-Headers": "ETag, Retry-After, Content-Disposition",
}


def init_headers(app: Flask, *, https: bool) -> None:
    """Add the headers to every answer of the app."""

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.method in {"GET", "HEAD", "OPTIONS"} and request.path.startswith(FOR_EVERY_SITE):
            response.headers.update(READING)
        if request.path.startswith(NEVER_STORED):
            response.headers["Cache-Control"] = "no-store"
        return response
