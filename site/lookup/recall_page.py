"""/about/search: how the search works, what counts as found, and what it really finds."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lookup.recall import read
from portal.i18n import lazy_gettext as _

bp = Blueprint("recall", __name__)

WAYS = {
    "name": _("名称里任意1至4个字"),
    "traditional": _("全名，写成繁体"),
    "pinyin": _("招牌字号的拼音"),
    "misspelt": _("名称，字号写错一个字"),
    "former": _("曾用名里任意1至4个字"),
    "address": _("地址里任意1至6个字"),
}


@bp.get("/about/search")
def about() -> ResponseReturnValue:
    """Say how search works, with the figures of the last night."""
    return render_template("lookup/about_search.html", recall=read(), ways=WAYS)
