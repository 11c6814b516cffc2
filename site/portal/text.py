"""Text that a stranger typed or uploaded, made safe to keep and to show."""

import unicodedata

import bleach


def cleaned(text: str, limit: int) -> str:
    """Return the text without tags, control and direction characters, cut to `limit` characters.

    bleach serves only to strip every tag (no allowed tag, no allowed attribute); templates escape.
    """
    stripped = bleach.clean(
        printable(text), tags=set(), attributes={}, strip=True, strip_comments=True
    )
    # bleach escapes what it keeps; we keep plain text and escape when we show it.
    plain = stripped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return plain.strip()[:limit]


def typed(text: str) -> str:
    """Return what a keyboard can type: without the control characters that pasting brings along."""
    return "".join(c for c in text if c in "\r\n\t" or unicodedata.category(c) != "Cc")


def printable(text: str) -> str:
    """Return the text without control and direction characters; line ends as one character."""
    text = text.replace("\r\n", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _UNWANTED)


_UNWANTED = {"Cc", "Cf", "Cs", "Co", "Cn"}
