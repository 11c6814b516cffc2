"""Markdown to HTML that is safe whoever wrote it: no raw HTML, then an allow-list."""

import re

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "em", "a",
    "code", "pre", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uff5e]{2}")
# No picture: it would be fetched from another host, which then knows the reader.
_reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def to_html(text: str) -> Markup:
    """Return the HTML of a notice; its headings stand below the one of the page, none left out."""
    tokens = _reader.parse(text)
    above: list[str] = []
    for token in tokens:
        _join_lines(token.children or [])
        if token.type == "heading_open":
            above = [*(tag for tag in above if tag < token.tag), token.tag]
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(len(above) + 1, 4)}"
    html = _reader.renderer.render(tokens, _reader.options, {})
    safe = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="nofollow noopener noreferrer",
    )
    return Markup(safe)  # noqa: S704 - what nh3 let through


def _join_lines(inline: list[Token]) -> None:
    """Take out line ends between Chinese characters: a browser would show them as a gap."""
    for before, end, after in zip(inline, inline[1:], inline[2:], strict=False):
        if end.type == "softbreak" and _CHINESE.search(before.content[-1:] + after.content[:1]):
            end.type, end.content = "text", ""


def to_plain(text: str, limit: int) -> str:
    """Return the words alone, on one line, cut to `limit` characters."""
    words = " ".join(nh3.clean(to_html(text), tags=set()).split())
    plain = Markup(words).unescape()  # noqa: S704 - on its way to plain text
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"
