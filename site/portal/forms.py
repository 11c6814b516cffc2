"""Public forms: a signed, expiring token bound to the route instead of a session cookie."""

from contextlib import suppress
from typing import Any

from flask import current_app
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from wtforms import ValidationError
from wtforms.csrf.core import CSRF, CSRFTokenField

from portal.codes import new_code
from portal.errors import refuse_nul_in_form
from portal.i18n import gettext
from portal.text import typed

TOKEN_SECONDS = 6 * 3600  # a parent may be interrupted; after that the form is shown again, filled


class RouteToken(CSRF):
    """The token of one shown form: route and a random number, signed and dated."""

    def setup_form(self, form: Any) -> Any:
        """Bind the token to the route that shows the form."""
        self.route = form.token_route
        return super().setup_form(form)

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        """Return a new token; its random number makes sending twice one report."""
        return _serializer().dumps([self.route, new_code(24)])

    def validate_csrf_token(self, form: Any, field: CSRFTokenField) -> None:
        """Refuse a token that is missing, forged, of another route or too old."""
        read_token(field.data or "", self.route)


class TypedForm(FlaskForm):
    """Base of all: a NUL is refused, other control characters in its fields are dropped."""

    class Meta(FlaskForm.Meta):
        locales = ("zh",)

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Return what was sent as it may be kept."""
            sent = super().wrap_formdata(form, formdata)
            if sent is None:
                return None
            refuse_nul_in_form()
            return MultiDict(
                (name, typed(value) if isinstance(value, str) else value)
                for name, value in sent.items(multi=True)
            )


class PublicForm(TypedForm):
    """Base of the forms that anyone may send; sets no cookie."""

    token_route = ""  # the endpoint that shows the form

    class Meta(TypedForm.Meta):
        csrf_class = RouteToken

    def validate(self, extra_validators: Any = None) -> bool:
        """Keep a good token when the form is shown again: it still counts as one sending."""
        valid = bool(super().validate(extra_validators))
        self.keep_token()
        return valid

    def keep_token(self) -> None:
        """Show the form again with the token it came with, if that one is good."""
        token = self._fields["csrf_token"]
        with suppress(ValidationError):
            read_token(token.data or "", self.token_route)
            token.current_token = token.data


class DeskForm(TypedForm):
    """Base of the staff forms: Flask-WTF's session token, Chinese messages."""


def read_token(token: str, route: str) -> str:
    """Return the random number of a token; raises ValidationError with a sentence."""
    try:
        bound_to, number = _serializer().loads(token, max_age=TOKEN_SECONDS)
    except SignatureExpired:
        raise ValidationError(gettext("这一页放得太久了，请再点一次提交。")) from None
    except (BadSignature, ValueError, TypeError):
        raise ValidationError(gettext("这一页已失效，请再点一次提交。")) from None
    if bound_to != route:
        raise ValidationError(gettext("这一页已失效，请再点一次提交。"))
    return str(number)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="public-form")
