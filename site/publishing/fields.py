"""The data dictionary: every field of the published data, in the order of the columns.

One table for the files, the page /data/fields and the words of a difference. The set of columns is
frozen by VERSION: a further field goes to the end and raises it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.i18n import lazy_gettext as _

VERSION = 1


class Type(StrEnum):
    """What a value is; every cell of CSV and XLSX is text, so that no code loses a digit."""

    TEXT = "text"
    DATE = "date"  # ISO 8601: 2026-11-01
    NUMBER = "number"
    CHOICE = "choice"  # one of a closed set
    LIST = "list"  # in CSV and XLSX joined by ；


TYPES = {
    Type.TEXT: _("文字"),
    Type.DATE: _("日期，写成2026-11-01"),
    Type.NUMBER: _("整数"),
    Type.CHOICE: _("固定的几个词之一"),
    Type.LIST: _("一项或几项，表格里用“；”隔开"),
}

_SHEET, _SITE = _("部门报送"), _("本站")
_ACT = _("认定单位的决定")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its column in CSV and XLSX, and where it stands in JSON."""

    name: str
    label: Any  # on pages, and at the head of a column made for people
    meaning: Any
    type: Type
    source: Any
    path: str = ""  # within an institution, where that is not the name


FIELDS = (
    Field("area", _("行政区划代码"), _("哪个地区的名单，GB/T 2260六位代码"), Type.TEXT, _SITE),
    Field("edition", _("期数"), _("这一行出自该地区第几期名单"), Type.NUMBER, _SITE),
    Field("as_of", _("截至日期"), _("这一期名单写的是哪一天的情况"), Type.DATE, _SITE),
    Field("code", _("编号"), _("机构在本站的编号，不随改名、换证变化"), Type.TEXT, _SITE),
    Field("name", _("机构名称"), _("按名单公布的写法"), Type.TEXT, _SHEET),
    Field("former_names", _("曾用名"), _("名单上写过的旧名"), Type.LIST, _SHEET),
    Field(
        "status", _("名单状态"),
        _("white白名单、rectifying限期整改、suspended停业整改、black黑名单、removed已移出、closed已注销。"
          "许可到期不在其中：按“有效期止”算"),
        Type.CHOICE, _SHEET, "standing.status",
    ),
    Field("since", _("状态起始日"), _("从哪一天起是这个状态"), Type.DATE, _SITE, "standing.since"),
    Field(
        "listed_on", _("列入日期"), _("决定书写明的列入日期"), Type.DATE, _ACT,
        "standing.listed_on",
    ),
    Field(
        "uscc", _("统一社会信用代码"), _("GB 32100的18位代码，按名单的写法；没有就空着"),
        Type.TEXT, _SHEET,
    ),
    Field("licence_number", _("办学许可证号"), _("按名单的写法"), Type.TEXT, _SHEET),
    Field("valid_from", _("有效期起"), _("办学许可证从哪一天起有效"), Type.DATE, _SHEET),
    Field("valid_to", _("有效期止"), _("办学许可证到哪一天为止，含当天"), Type.DATE, _SHEET),
    Field("kinds", _("类别"), _("机构类别的代码，主要的在前"), Type.LIST, _SHEET),
    Field("nature", _("办学性质"), _("营利性或非营利性"), Type.TEXT, _SHEET),
    Field("stages", _("培训对象"), _("许可的学段或年龄"), Type.TEXT, _SHEET),
    Field("scope", _("培训内容"), _("许可的内容"), Type.TEXT, _SHEET),
    Field("approved_by", _("主管部门"), _("审批并主管的部门"), Type.TEXT, _SHEET),
    Field("supervised_by", _("协管部门"), _("协助监管的部门"), Type.TEXT, _SHEET),
    Field(
        "addresses", _("教学点地址"), _("名单上的每一处教学点"), Type.LIST, _SHEET,
        "premises[].address",
    ),
    Field(
        "reason", _("列入原因"), _("列入黑名单、停业、整改或移出的原因"), Type.TEXT, _ACT,
        "standing.reason",
    ),
    Field("basis", _("依据"), _("所依据的法律条文"), Type.TEXT, _ACT, "standing.basis"),
    Field(
        "decision_number", _("决定文号"), _("决定书的文号"), Type.TEXT, _ACT,
        "standing.decision_number",
    ),
    Field("authority", _("认定单位"), _("作出决定的单位"), Type.TEXT, _ACT, "standing.authority"),
    Field("term", _("公布期限"), _("按决定的写法"), Type.TEXT, _ACT, "standing.term"),
    Field(
        "term_ends", _("公布期限至"), _("由列入日期和期限算出"), Type.DATE, _SITE,
        "standing.term_ends",
    ),
)  # fmt: skip

# What only the JSON file has: it does not fit one row per institution.
_WALL = _("部门报送的公示信息")
JSON_ONLY = (
    Field("premises[].name", _("教学点名称"), _("教学点自己的名称"), Type.TEXT, _SHEET),
    Field("standing.reply", _("申辩"), _("机构对决定的申辩，原话"), Type.TEXT, _("机构")),
    Field("standing.replied_on", _("申辩日期"), _("哪一天申辩的"), Type.DATE, _("机构")),
    Field("disclosure.account[].payee", _("监管账户户名"), _("收费的专用账户"), Type.TEXT, _WALL),
    Field("disclosure.account[].bank", _("开户行"), _("专用账户的开户行"), Type.TEXT, _WALL),
    Field("disclosure.account[].number", _("账号"), _("专用账户的账号"), Type.TEXT, _WALL),
    Field("disclosure.account[].supervision", _("监管方式"), _("怎样监管"), Type.TEXT, _WALL),
    Field("disclosure.fee[].item", _("收费项目"), _("收什么费"), Type.TEXT, _WALL),
    Field("disclosure.fee[].amount_fen", _("金额"), _("以分计"), Type.NUMBER, _WALL),
    Field("disclosure.fee[].amount", _("金额原文"), _("算不出金额时的原话"), Type.TEXT, _WALL),
    Field("disclosure.fee[].unit", _("收费单位"), _("按什么收"), Type.TEXT, _WALL),
    Field("disclosure.fee[].note", _("收费备注"), _("还有什么说明"), Type.TEXT, _WALL),
    Field("disclosure.course[].name", _("班名"), _("备案的班级"), Type.TEXT, _WALL),
    Field("disclosure.course[].content", _("班级内容"), _("教什么"), Type.TEXT, _WALL),
    Field("disclosure.course[].audience", _("班级对象"), _("教谁"), Type.TEXT, _WALL),
    Field("disclosure.course[].times", _("上课时间"), _("什么时候上课"), Type.TEXT, _WALL),
    Field("disclosure.certificate[].number", _("教师资格证号"), _("不含姓名"), Type.TEXT, _WALL),
    Field("disclosure.certificate[].subject", _("任教学科"), _("证书写明的学科"), Type.TEXT, _WALL),
    Field("disclosure.record[].on", _("检查日期"), _("哪一天检查"), Type.DATE, _WALL),
    Field("disclosure.record[].body", _("检查单位"), _("谁检查的"), Type.TEXT, _WALL),
    Field("disclosure.record[].matter", _("检查事项"), _("检查什么"), Type.TEXT, _WALL),
    Field("disclosure.record[].result", _("检查结果"), _("查出什么"), Type.TEXT, _WALL),
    Field("disclosure.record[].points", _("扣分"), _("扣了几分"), Type.TEXT, _WALL),
    Field("disclosure.record[].document", _("检查文号"), _("文书的文号"), Type.TEXT, _WALL),
)

# What a difference between two editions calls a part of an entry.
PARTS = {field.name: field.label for field in FIELDS} | {
    "standing": _("名单状态和决定"),
    "notified_on": _("告知日期"),
    "premises": _("教学点"),
    "disclosure": _("公示信息"),
}

LICENCE = _(
    "免费使用，可以转载、加工和商用；请写明出自哪里、第几期、截至哪一天，改动过的请说明改动过。"
    "列入名单不等于推荐，使用时不得说成推荐或排名。"
)
