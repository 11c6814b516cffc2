"""The language of a page: a cookie with closed values, set only by the reader's tap.

No Accept-Language negotiation: the same address shows the same words until somebody chooses.
"""

from pathlib import Path

from flask import Flask, request
from flask_babel import Babel

# cookie value: locale of the catalogue, `lang` attribute, name on the switch
LANGUAGES = {
    "zh-Hans": ("zh_Hans_CN", "zh-CN", "简体"),
    "zh-Hant": ("zh_Hant_TW", "zh-Hant", "繁體"),
    "en": ("en", "en", "English"),
}
DEFAULT = "zh-Hans"  # the source language of the catalogues


def chosen_language() -> str:
    """Return the reader's language, a key of LANGUAGES."""
    given = request.cookies.get("lang", DEFAULT) if request else DEFAULT
    return given if given in LANGUAGES else DEFAULT


def init_i18n(app: Flask) -> None:
    """Teach the app its languages; `_()` is available in every template."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(Path(__file__).parent / "translations")
    app.config["BABEL_DEFAULT_LOCALE"] = LANGUAGES[DEFAULT][0]
    Babel(app, locale_selector=lambda: LANGUAGES[chosen_language()][0])

    @app.context_processor
    def language() -> dict[str, object]:
        code = chosen_language()
        return {"lang": code, "html_lang": LANGUAGES[code][1], "languages": LANGUAGES}
