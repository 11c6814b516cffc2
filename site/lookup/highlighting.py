"""Published text with what was asked for in `<mark>`; it is escaped, always."""

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

_OPEN, _CLOSE = Markup("<mark>"), Markup("</mark>")
_RUN = re.compile(b"\\x01+")


def highlighted(text: str, wanted: Sequence[bool]) -> Markup:
    """Return the text, escaped, with runs of wanted characters in `<mark>`."""
    text = str(text)  # of markup, too, every character is shown
    if not any(wanted):
        return escape(text)
    pieces, last = list[str](), 0
    for run in _RUN.finditer(bytes(wanted)):
        start, end = run.span()
        pieces += (text[last:start], _OPEN, text[start:end], _CLOSE)
        last = end
    return Markup("").join([*pieces, text[last:]])  # which escapes what is no markup
