"""Published text with what was asked for in `<mark>`; it is escaped, always."""

from collections.abc import Iterable
from itertools import groupby

from markupsafe import Markup, escape

_MARK = Markup("<mark>{}</mark>")


def highlighted(text: str, wanted: Iterable[bool]) -> Markup:
    """Return the text, escaped, with runs of wanted characters in `<mark>`."""
    pieces = list[Markup]()
    for wants, run in groupby(zip(text, wanted, strict=True), key=lambda pair: pair[1]):
        piece = "".join(character for character, _ in run)
        pieces.append(_MARK.format(piece) if wants else escape(piece))
    return Markup("").join(pieces)
