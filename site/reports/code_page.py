"""The page that shows the receipt code once: to copy, to print, as a picture, and to retype."""

import io
from base64 import b64encode

from flask import current_app, render_template
from PIL import Image, ImageDraw, ImageFont

from portal.clock import china_day
from portal.codes import grouped, normalised
from portal.i18n import gettext
from portal.settings import Settings
from reports.forms import KeptForm
from reports.models import Report

_PAPER, _INK = "white", "black"


def code_page(report: Report, code: str, *, removed: list[str], wrong: str = "") -> str:
    """Return the page with the code, what was taken out of the files, and what comes next."""
    form = KeptForm(formdata=None, code=code)
    if wrong:
        form.last.errors = [gettext("和上面最后一组不一样，再对照一遍。")]
    return render_template(
        "reports/sent.html",
        form=form,
        code=code,
        code_groups=grouped(code),
        picture=b64encode(_picture(code)).decode(),
        removed=removed,
        lead=report.department.name,
        received_on=china_day(report.received_at),
        accept_by=report.accept_by,
        finish_by=report.finish_by,
    )


def is_last_group(code: str, typed: str) -> bool:
    """Tell whether somebody typed the last group of a code, or all of it."""
    given = normalised(typed)
    return given in (grouped(code)[-1], code)


def _picture(code: str) -> bytes:
    """Return a PNG of the code with the site's address and nothing that says what it is for."""
    settings: Settings = current_app.config["MINGDAN"]
    image = Image.new("L", (1080, 480), _PAPER)
    draw = ImageDraw.Draw(image)
    groups = grouped(code)
    draw.text((540, 140), "  ".join(groups[:3]), _INK, ImageFont.load_default(96), anchor="mm")
    draw.text((540, 260), "  ".join(groups[3:]), _INK, ImageFont.load_default(96), anchor="mm")
    address = f"{settings.base_url}/receipt"
    draw.text((540, 400), address, _INK, ImageFont.load_default(36), anchor="mm")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
