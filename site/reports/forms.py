"""The forms of a reporter."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import (
    Field,
    HiddenField,
    MultipleFileField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, Length

from portal.forms import PublicForm
from portal.i18n import gettext, lazy_gettext
from portal.text import cleaned
from register.models import Institution
from reports.models import Rating
from reports.questions import ANSWER_LENGTH

_ = lazy_gettext

BODY_LENGTH, PLACE_LENGTH, SHORTEST = 2000, 200, 5


class ReportForm(PublicForm):
    """What happened, and where if the place is on no list. The token binds GET and POST."""

    token_route = "reports.new"  # noqa: S105 - an endpoint

    place_name = StringField("叫什么名字", [Length(max=PLACE_LENGTH, message=_("最多 200 个字"))])
    place_address = StringField("在哪里", [Length(max=PLACE_LENGTH, message=_("最多 200 个字"))])
    stage = RadioField("教多大的", choices=[], default="ANY", validate_choice=False)
    body = TextAreaField("发生了什么", [Length(max=BODY_LENGTH, message=_("最多 2000 个字"))])
    nickname = StringField(
        "", [Length(max=0, message=_("有一栏要留空，请清空再提交"))]
    )  # for robots
    asked: tuple[str, ...] = ()  # the questions of the category
    stages: tuple[str, ...] = ()  # the age groups that have a rule of their own

    def validate_for(self, institution: Institution | None) -> bool:
        """Check the form; a place that is on no list needs an address."""
        valid = self.validate()
        if len((self.body.data or "").strip()) < SHORTEST:
            valid = _fault(self.body, gettext("请写下发生了什么，一两句就够。"))
        if institution is None and len((self.place_address.data or "").strip()) < SHORTEST - 2:
            sentence = gettext("请写下地点，例如路名、楼栋、小区，或网上的名称。")
            valid = _fault(self.place_address, sentence)
        return valid

    def chosen_stage(self) -> str:
        """Return the age group that decides the route, ANY where none was asked or chosen."""
        given = self.stage.data or "ANY"
        return given if given in self.stages else "ANY"

    def texts(self) -> list[Field]:
        """Return the fields that hold a person's own words."""
        own = [self.place_name, self.place_address, *(self[name] for name in self.asked)]
        return [*own, self.body]

    def answers(self) -> dict[str, str]:
        """Return the age group, where it is asked, and name → answer where one was given."""
        given = {name: cleaned(self[name].data or "", ANSWER_LENGTH) for name in self.asked}
        stage = {"stage": self.chosen_stage()} if self.stages else {}
        return stage | {name: answer for name, answer in given.items() if answer}


def report_form(questions: Mapping[str, Any], stages: Sequence[tuple[str, Any]]) -> ReportForm:
    """Return the form of a category with its questions, none of which must be answered."""
    length = Length(max=ANSWER_LENGTH, message=_("最多 60 个字"))
    fields: dict[str, Any] = {
        name: StringField(words, [length]) for name, words in questions.items()
    }
    fixed = {"asked": tuple(questions), "stages": tuple(stage for stage, _words in stages)}
    form: ReportForm = type("AskingForm", (ReportForm,), fields | fixed)()
    form.stage.choices = list(stages)
    return form


class ReceiptForm(PublicForm):
    """The receipt code."""

    token_route = "reports.receipt"  # noqa: S105 - an endpoint

    code = StringField("查询码", [Length(min=1, max=60, message=_("请填写查询码"))])


class FollowForm(PublicForm):
    """What a reporter does on the receipt page; the code travels with it, never in an address."""

    token_route = "reports.receipt"  # noqa: S105 - an endpoint

    code = HiddenField("查询码", [Length(min=1, max=60)])


class AnswerForm(FollowForm):
    """Words and files for the department."""

    text = TextAreaField("补充", [Length(max=BODY_LENGTH, message=_("最多 2000 个字"))])
    files = MultipleFileField("照片或PDF")


class ObjectionForm(AnswerForm):
    """The same against its finding."""


class RatingForm(FollowForm):
    """Three steps."""

    rating = StringField("评价", [AnyOf(list(Rating), message=_("请选一项"))])

    def chosen(self) -> Rating:
        """Return the rating of a valid form."""
        return Rating(self.rating.data or "")


class KeptForm(FollowForm):
    """The last group of the code, typed again by somebody who wrote it down."""

    last = StringField("最后四位", [Length(max=20)])


def _fault(field: Any, sentence: str) -> bool:
    field.errors = [*field.errors, sentence]
    return False
