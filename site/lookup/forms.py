"""The form of the look-up pages that is sent."""

from flask_wtf.file import FileField
from wtforms import TextAreaField

from portal.forms import PublicForm


class NamesForm(PublicForm):
    """Names to check, pasted or in a sheet."""

    token_route = "bulk.names"  # noqa: S105 - an endpoint

    names = TextAreaField("机构名")
    sheet = FileField("表格")
