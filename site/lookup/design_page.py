"""/about/design: every component and every standing, drawn by the macros the pages use.

All names are invented; nothing is read from the register.
"""

from datetime import date

from flask import Blueprint, Response, render_template
from wtforms import Form, StringField, TextAreaField
from wtforms.validators import DataRequired

from portal.i18n import gettext as _
from portal.pager import Page
from register.cards import Card
from register.changes import ChangeLine
from register.verdict import WORDS, Verdict

bp = Blueprint("design", __name__)

AS_OF = date(2026, 10, 31)
NOBODY = "00000000"  # an institution code nobody has


class Sample(Form):
    """One field that is right and one that is wrong."""

    place = StringField()
    body = TextAreaField(validators=[DataRequired()])


@bp.get("/about/design")
def show() -> Response:
    """Show the parts this site is made of."""
    page = render_template(
        "lookup/design.html",
        verdicts=[_verdict(standing) for standing in WORDS],
        cards=[_card(standing) for standing in ("white", "suspended", "black")],
        changes=_changes(),
        form=_form(),
        pager_page=Page(2, 3, 20, "#pager", "#pager"),
        as_of_day=AS_OF,
    )
    return Response(page, headers={"X-Robots-Tag": "noindex"})


def _verdict(standing: str) -> Verdict:
    return Verdict(standing, _("这里写一句要紧的话。"), AS_OF, 2)


def _card(standing: str) -> Card:
    return Card(
        code=NOBODY,
        name=_("样例培训学校"),
        verdict=_verdict(standing),
        kinds=_("文化艺术类"),
        address=_("样例路1号"),
        more_places=1,
        note=_("这里写一句要紧的话。"),
    )


def _changes() -> list[ChangeLine]:
    name = _("样例培训学校")
    return [
        ChangeLine(name, NOBODY, None, "white", _("新公布")),
        ChangeLine(name, NOBODY, "white", "black", _("变更名单")),
        ChangeLine(name, NOBODY, "white", "removed", _("移出名单")),
    ]


def _form() -> Sample:
    form = Sample()
    form.place.data = _("样例路1号")
    form.body.errors = [_("请写下发生了什么。")]
    return form
