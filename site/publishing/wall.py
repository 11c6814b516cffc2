"""The headers of 公示信息 and the fields of each kind of item.

Source: 上課時間、進度、培訓內容、教師照片、教師資格證號、收費標準 (s001, 三); 培训收费全部进入
本机构培训收费专用账户 (s002).
"""

import re

from publishing.columns import LISTS, Column, Vocabulary
from publishing.tables import Table, find_table
from register.models import ItemKind

# Field of the content ← column. The first of a kind must be there; what the others lack is told.
FIELDS: dict[ItemKind, dict[str, Column]] = {
    ItemKind.ACCOUNT: {
        "number": Column.ACCOUNT,
        "payee": Column.PAYEE,
        "bank": Column.BANK,
        "supervision": Column.SUPERVISION,
    },
    ItemKind.FEE: {
        "item": Column.ITEM,
        "amount": Column.AMOUNT,  # becomes amount_fen where it is a sum
        "unit": Column.UNIT,
        "note": Column.REMARK,
    },
    ItemKind.COURSE: {
        "name": Column.COURSE,
        "content": Column.CONTENT,
        "audience": Column.AUDIENCE,
        "times": Column.TIMES,
    },
    ItemKind.CERTIFICATE: {"number": Column.CERTIFICATE, "subject": Column.SUBJECT},
    ItemKind.RECORD: {
        "on": Column.LISTED,
        "matter": Column.MATTER,
        "body": Column.AUTHORITY,
        "result": Column.OUTCOME,
        "points": Column.POINTS,
        "document": Column.DECISION,
    },
}
OPTIONAL = {Column.REMARK, Column.POINTS, Column.MATTER, Column.SUPERVISION}
_KIND_WORDS = (
    (ItemKind.ACCOUNT, re.compile("账户|帐户|资金监管|预收费")),
    (ItemKind.FEE, re.compile("(?<!预)收费|学费|费用")),
    (ItemKind.CERTIFICATE, re.compile("教师|老师|师资|资格证|从业人员")),
    (ItemKind.RECORD, re.compile("检查|抽查|年检|年审|处罚|记分|扣分|督查|督导")),
    (ItemKind.COURSE, re.compile("班级|课程|开班|班次|教学安排")),
)
_WHO = (Column.SEQ, Column.NAME, Column.USCC, Column.LICENCE)
_OWN_HEADERS = (
    (Column.ITEM_KIND, "(?:公示|信息|项目|内容)?(?:类型|类别|种类)"),
    (Column.PAYEE, "(?:收款|监管|账户|帐户|对公|开)*(?:户名|账户名|帐户名)称?|收款(?:单位|人)"),
    (Column.BANK, "(?:监管|开户|存管|合作)*(?:银行|开户行)(?:名称|网点)?"),
    (Column.ACCOUNT, "(?:资金|预收费|监管|银行|专用|收款|对公|开户)*(?:账|帐)户?(?:号码?|户)"),
    (Column.SUPERVISION, "(?:资金|预收费)?(?:监管|存管)(?:方式|模式)"),
    (Column.ITEM, "(?:收费)?(?:项目|名目)(?:名称)?"),
    (Column.AMOUNT, "(?:收费)?(?:金额|标准|价格|单价)(?:\\(元\\))?"),
    (Column.UNIT, "(?:计价|收费|计费)?(?:单位|课时|周期)|单位/课时"),
    (Column.COURSE, "(?:开设)?(?:班名|班级|课程|班次)(?:名称)?|班名/课程"),
    (Column.CONTENT, "(?:培训|教学|课程)?内容"),
    (Column.AUDIENCE, "(?:培训|招生|授课|适用)?(?:对象|年级|学段)"),
    (Column.TIMES, "(?:上课|培训|授课|教学)(?:时间|安排|进度)(?:安排)?|时间"),
    (Column.CERTIFICATE, "(?:教师)?资格证书?(?:编?号码?)?|(?:教师)?证书编?号码?"),
    (Column.SUBJECT, "(?:任教|任课|授课)?(?:科目|学科)"),
    (Column.LISTED, "(?:检查|抽查|年检|处罚|记分|作出)?(?:日期|时间)"),
    (Column.MATTER, "(?:检查|抽查|监管)?(?:事项|名目|种类|类型)"),
    (Column.AUTHORITY, "(?:检查|实施|执法|处罚|认定|组织)(?:单位|机关|部门)|机关"),
    (Column.OUTCOME, "(?:检查|年检|处理|处罚)?(?:结果|结论|情况)"),
    (Column.POINTS, "(?:信用)?[扣记计]分(?:值|情况)?(?:/[扣记计]分)?|分值"),
    (Column.DECISION, "(?:文书|通知书|决定书?|处罚)?(?:文号|编号)"),
)
WORDS = Vocabulary(
    patterns=(
        *((column, re.compile(pattern)) for column, pattern in _OWN_HEADERS),
        *((c, p) for c, p in LISTS.patterns if c in {*_WHO, Column.REMARK}),
    ),
    private=re.compile(
        "内部|身份证|证件号|勿公布|不公开|不予公开|保密|手机|电话|联系|法定代表|法人|负责人|举办者|校长"
        "|姓名|照片|^(?:任课|授课|主讲)?(?:教师|老师)(?:名单)?$"
    ),
    telling=(
        *_WHO[1:],
        *(fields_of for fields in FIELDS.values() for fields_of in fields.values()),
    ),
)

_ONLY_HERE = {
    Column.PAYEE,
    Column.ACCOUNT,
    Column.ITEM,
    Column.AMOUNT,
    Column.COURSE,
    Column.CERTIFICATE,
    Column.POINTS,
}


def kind_of(text: str) -> ItemKind | None:
    """Return the kind of item a cell, a title or a file name speaks of, if it is one."""
    found = [kind for kind, words in _KIND_WORDS if words.search(text)]
    # 课程收费 is about money; any other two leave it open.
    return found[0] if len(found) == 1 or found[1:] == [ItemKind.COURSE] else None


def looks_like_disclosure(table: Table) -> bool:
    """Tell whether a table read as a list shows items instead: such a list has no addresses."""
    if Column.ADDRESS in table.header.places:
        return False
    own = find_table(table.grid, WORDS)
    return own is not None and len(_ONLY_HERE & own.header.places.keys()) > 1
