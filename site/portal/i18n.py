"""The language of a page: a cookie with closed values, set only by the reader's tap.

No Accept-Language negotiation: the same address shows the same words until somebody chooses.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, has_app_context, request
from flask.templating import Environment
from flask_babel import Babel, force_locale, get_translations
from flask_babel.speaklater import LazyString
from jinja2 import pass_context
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Context
from markupsafe import Markup

# cookie value: locale of the catalogue, `lang` attribute, name on the switch
LANGUAGES = {
    "zh-Hans": ("zh_Hans_CN", "zh-CN", "简体"),
    "zh-Hant": ("zh_Hant_TW", "zh-Hant", "繁體"),
    "en": ("en", "en", "English"),
}
DEFAULT = "zh-Hans"  # the source language of the catalogues
_SOURCE = NullTranslations()
CHINESE_ONLY = ("/desk", "/api")  # officers and machines read the source language


def chosen_language() -> str:
    """Return the reader's language, a key of LANGUAGES."""
    if not request or request.path.startswith(CHINESE_ONLY):
        return DEFAULT
    given = request.cookies.get("lang", DEFAULT)
    return given if given in LANGUAGES else DEFAULT


@contextmanager
def source_language() -> Iterator[None]:
    """Within it words are in the source language, whoever asks: for files and feeds."""
    g.pop("catalogue", None)
    try:
        with force_locale(LANGUAGES[DEFAULT][0]):
            yield
    finally:
        g.pop("catalogue", None)  # an error page is in the reader's language again


class Templates(Environment):
    """Templates whose globals are all there before the first is loaded."""

    def make_globals(self, d: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return one plain dict: Jinja's chain of two costs a page a fifteenth of its time."""
        return {**self.globals, **(d or {})}


class Multilingual(Flask):
    """A Flask that compiles its templates once for each language, with the words put in."""

    jinja_environment = Templates

    @property
    def jinja_env(self) -> Environment:
        """The templates in the reader's language."""
        plain: Environment = super().jinja_env
        if not has_app_context() or current_app != self:  # it is being made, or speaks to nobody
            return plain
        spoken: dict[NullTranslations, Environment] = self.extensions.setdefault("spoken", {})
        language = _catalogue()
        if language not in spoken:
            spoken[language] = plain.overlay()
        return spoken[language]


class PutIn(Extension):
    """Puts the words of `_('…')` into a template: four in five have no values to wait for.

    A page says a hundred things; to look each up as it is rendered took a quarter of the time.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Yield the tokens of a template, with words in place of calls."""
        tokens, at = list(stream), 0
        while at < len(tokens):
            call = tokens[at : at + 4]
            if [token.type for token in call] == _CALL and call[0].value == "_":
                yield from _in_place_of(call)
                at += 4
            else:
                yield tokens[at]
                at += 1


_CALL = ["name", "lparen", "string", "rparen"]


def _in_place_of(call: list[Token]) -> Iterator[Token]:
    words, line = gettext(call[2].value), call[0].lineno
    yield call[1]
    yield Token(line, "string", words % {} if "%" in words else words)
    yield Token(line, "pipe", "|")
    yield Token(line, "name", "safe")  # as `_said`: the catalogue's, not a reader's
    yield call[3]


def gettext(text: str, **values: object) -> str:
    """Return a text in the reader's language, with values put in by name."""
    words = _catalogue().gettext(text)
    return words % values if values else words


def lazy_gettext(text: str) -> Any:
    """Return what turns into a text in the language of who reads it, each time it is read."""
    return LazyString(gettext, text)


def translated(text: str) -> str:
    """Return a word of the reference data (a kind, a report category) in the reader's language."""
    return gettext(text) if text else ""


def _catalogue() -> NullTranslations:
    # A page says some fifty things: asking for its language each time took a third of its time.
    try:
        found: NullTranslations | None = g.get("catalogue")
    except RuntimeError:  # outside the app words stay in the source language
        return _SOURCE
    if found is None:
        found = g.catalogue = get_translations()
    return found


@pass_context
def _said(context: Context, text: str, /, **values: object) -> str:
    # As Jinja's own, at a third of its cost: most of what a page says has no values in it.
    words = gettext(text)
    if not context.eval_ctx.autoescape:
        return words % values
    safe = Markup(words)  # noqa: S704 - the catalogue's, not a reader's
    return safe % values if "%" in words else safe


def init_i18n(app: Flask) -> None:
    """Teach the app its languages; `_()` is available in every template."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(Path(__file__).parent / "translations")
    app.config["BABEL_DEFAULT_LOCALE"] = LANGUAGES[DEFAULT][0]
    Babel(app, locale_selector=lambda: LANGUAGES[chosen_language()][0])

    app.jinja_env.add_extension(PutIn)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=gettext,
        ngettext=lambda one, many, number: _catalogue().ngettext(one, many, number),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = _said
    app.jinja_env.filters["translated"] = translated

    @app.context_processor
    def language() -> dict[str, object]:
        code = chosen_language()
        return {"lang": code, "html_lang": LANGUAGES[code][1], "languages": LANGUAGES}
