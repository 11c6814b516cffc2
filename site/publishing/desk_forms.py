"""The forms of /desk/lists."""

from pathlib import PurePath

from flask import request
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.clock import CHINA, now, today
from portal.forms import DeskForm
from publishing.models import Coverage
from publishing.persons import PERSONAL_WORDS, has_personal_data
from publishing.sheet import ListKind
from publishing.urgent import UrgentAct

LISTS = {ListKind.WHITE: "白名单", ListKind.BLACK: "黑名单", ListKind.INFO: "公示信息"}
COVERAGES = {
    Coverage.COMPLETE: "完整名单：表里没有的，移出名单",
    Coverage.ADDITIONS: "只是新增和变更：表里没有的，保持不变",
}
URGENT = {
    UrgentAct.SUSPEND: "停业整顿（白名单上的）",
    UrgentAct.WITHDRAW: "误列撤销（黑名单上的）",
    UrgentAct.REPLY: "公开机构的申辩意见（黑名单上的）",
}
NOTES = {"erratum": "更正说明", "withheld": "停止提供这一期的文件"}


def _choices(words: dict[ListKind, str] | dict[Coverage, str]) -> list[SelectChoice]:
    return [SelectChoice(value.value, text) for value, text in words.items()]


def no_person(_form: DeskForm, field: TextAreaField) -> None:
    """Refuse words for everybody that hold personal data: what is published stays published."""
    if has_personal_data(field.data or ""):
        raise ValidationError(PERSONAL_WORDS)


class FilesForm(DeskForm):
    """Files to publish."""

    files = MultipleFileField("表格")

    def validate_files(self, field: MultipleFileField) -> None:
        """Ask for at least one file; an empty choice arrives as a file without name."""
        if not any(each.filename for each in field.data or ()):
            raise ValidationError("请选一个表格。")


class CoverageForm(DeskForm):
    """What a file covers."""

    list_kind = RadioField("这是", choices=_choices(LISTS))
    coverage = RadioField("涵盖", choices=_choices(COVERAGES))
    kinds = SelectMultipleField(
        "类别", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    as_of = DateField("截至日期", [DataRequired("请填写截至日期，例如 2026-06-30")])
    leave_out_blocked = BooleanField("拦截的行这次先不公布，留着补；其余照常")

    def validate_as_of(self, field: DateField) -> None:
        """Refuse a day that has not come."""
        if field.data and field.data > today():
            raise ValidationError("截至日期还没有到。")


class SubmitForm(DeskForm):
    """Putting a draft before the second person."""

    reason = TextAreaField("理由", [Length(max=1000, message="理由超过1000字"), no_person])
    checked = BooleanField("涵盖范围和改动我都核对过", [DataRequired("请核对后勾选")])


class ApproveForm(DeskForm):
    """The second person's yes."""

    publish_at = DateTimeLocalField("公布时间", [Optional()], format="%Y-%m-%dT%H:%M")

    def validate_publish_at(self, field: DateTimeLocalField) -> None:
        """Refuse a time that is over."""
        if field.data and field.data.replace(tzinfo=CHINA) < now():
            raise ValidationError("这个时间已经过了。马上公布请留空。")


class ReturnForm(DeskForm):
    """The second person's no."""

    remark = TextAreaField(
        "退回的原因",
        [DataRequired("请写明退回的原因"), Length(max=1000, message="超过1000字"), no_person],
    )


class UrgentForm(DeskForm):
    """A single change that cannot wait."""

    code = StringField("机构编号", [DataRequired("请填写机构编号"), Length(max=20)])
    act = RadioField(
        "要做什么",
        [InputRequired("请选一项")],
        choices=[SelectChoice(act.value, text) for act, text in URGENT.items()],
    )
    reason = TextAreaField(
        "理由",
        [DataRequired("请写明理由"), Length(max=1000, message="理由超过1000字"), no_person],
    )
    decision_number = StringField("处理决定文号", [Length(max=200, message="文号超过200字")])
    reply = TextAreaField("申辩意见", [Length(max=500, message="申辩意见超过500字")])


class NoteForm(DeskForm):
    """What is said of an edition afterwards."""

    kind = RadioField(
        "要做什么",
        [InputRequired("请选一项")],
        choices=[SelectChoice(value, text) for value, text in NOTES.items()],
    )
    decision_number = StringField("决定文号", [Length(max=200, message="文号超过200字")])
    text = TextAreaField(
        "公开的说明",
        [DataRequired("请写明说明"), Length(max=2000, message="说明超过2000字"), no_person],
    )

    def validate_decision_number(self, field: StringField) -> None:
        """Ask for the decision by which files are not handed out."""
        if self.kind.data == "withheld" and not (field.data or "").strip():
            raise ValidationError("停止提供要有编号的决定，请填写文号。")


def sent_files() -> list[tuple[str, bytes]]:
    """Return name and bytes of the files of this request."""
    sent: list[FileStorage] = [each for each in request.files.getlist("files") if each.filename]
    return [(_plain_name(each.filename or ""), each.stream.read()) for each in sent]


def _plain_name(name: str) -> str:
    bare = PurePath(name.replace("\\", "/")).name
    return "".join(character for character in bare if character.isprintable())[-200:] or "表格"
