"""The language of a page: a cookie with closed values, set only by the reader's tap.

No Accept-Language negotiation: the same address shows the same words until somebody chooses.
"""

from contextlib import AbstractContextManager
from pathlib import Path

from flask import Flask, request
from flask_babel import Babel, force_locale, gettext

# cookie value: locale of the catalogue, `lang` attribute, name on the switch
LANGUAGES = {
    "zh-Hans": ("zh_Hans_CN", "zh-CN", "简体"),
    "zh-Hant": ("zh_Hant_TW", "zh-Hant", "繁體"),
    "en": ("en", "en", "English"),
}
DEFAULT = "zh-Hans"  # the source language of the catalogues
CHINESE_ONLY = ("/desk", "/api")  # officers and machines read the source language


def chosen_language() -> str:
    """Return the reader's language, a key of LANGUAGES."""
    if not request or request.path.startswith(CHINESE_ONLY):
        return DEFAULT
    given = request.cookies.get("lang", DEFAULT)
    return given if given in LANGUAGES else DEFAULT


def source_language() -> AbstractContextManager[None]:
    """Within it words are in the source language, whoever asks: for files and feeds."""
    context: AbstractContextManager[None] = force_locale(LANGUAGES[DEFAULT][0])
    return context


def translated(text: str) -> str:
    """Return a word of the reference data (a kind, a report category) in the reader's language."""
    return gettext(text) if text else ""


def init_i18n(app: Flask) -> None:
    """Teach the app its languages; `_()` is available in every template."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(Path(__file__).parent / "translations")
    app.config["BABEL_DEFAULT_LOCALE"] = LANGUAGES[DEFAULT][0]
    Babel(app, locale_selector=lambda: LANGUAGES[chosen_language()][0])

    app.jinja_env.filters["translated"] = translated

    @app.context_processor
    def language() -> dict[str, object]:
        code = chosen_language()
        return {"lang": code, "html_lang": LANGUAGES[code][1], "languages": LANGUAGES}
