"""What the reader tells the officer: a closed table of codes, each with severity and sentence."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from publishing.rows import ListKind, ListRow


class Severity(StrEnum):
    """What a finding does to its row: keeps it out, asks for a decision, or just tells."""

    BLOCK = "BLOCK"
    ASK = "ASK"
    INFO = "INFO"


MARKS = {Severity.BLOCK: "拦截", Severity.ASK: "请确认", Severity.INFO: "提示"}


class Rule(NamedTuple):
    """How a code is judged and said."""

    severity: Severity
    sentence: str


# In the order in which the codes of one row are listed. Sentences never quote a cell.
RULES: dict[str, Rule] = {
    "no_name": Rule(Severity.BLOCK, "没有机构名称，无法公布，请补上。"),
    "uscc_missing": Rule(Severity.INFO, "没有统一社会信用代码，将按名称和地址识别。"),
    "uscc_lossy": Rule(Severity.INFO, "代码被存成了数字，末几位已丢失，没有采用；请改成文本重填。"),
    "uscc_length": Rule(Severity.INFO, "统一社会信用代码不是 18 位，已照原样保留，请核对。"),
    "uscc_check_failed": Rule(
        Severity.INFO, "统一社会信用代码的校验位不对，已照原样保留，请核对。"
    ),
    "uscc_repaired": Rule(
        Severity.ASK, "代码里有不会用到的字母，已改成形近的数字并通过校验，请确认。"
    ),
    "uscc_other_area": Rule(Severity.INFO, "统一社会信用代码的登记地不是本区，仅供参考。"),
    "uscc_conflict": Rule(Severity.BLOCK, "同一代码用在名称不同的机构上，至少有一处填错，请核对。"),
    "ditto_uscc": Rule(Severity.INFO, "代码写的是“同上”，没有照抄上一行，请填写本机构的代码。"),
    "licence_missing": Rule(Severity.INFO, "没有办学许可证号。"),
    "licence_expired": Rule(Severity.INFO, "办学许可证在截至日期之前已到期，页面会标明到期日。"),
    "shared_licence": Rule(
        Severity.ASK, "与前面一行用同一许可证，按同一机构的另一教学点导入，请确认。"
    ),
    "kind_missing": Rule(Severity.INFO, "没有类别，或类别认不出。"),
    "multi_type": Rule(Severity.INFO, "一格写了几个类别，第一个作为主要类别。"),
    "multi_department": Rule(Severity.INFO, "一格写了几个部门，第一个作为审批机关，其余协同监管。"),
    "ditto": Rule(Severity.INFO, "写的是“同上”，已照抄上一行。"),
    "cell_error": Rule(Severity.INFO, "单元格是公式错误（如 #N/A），按空白处理。"),
    "garbled": Rule(Severity.ASK, "有已经损坏的字（�），请按原件改正。"),
    "lookalike": Rule(Severity.ASK, "名称里有形近字（如把“市”写成“巿”），公布时照原样，请核对。"),
    "hidden_row": Rule(Severity.ASK, "这一行在表格里是隐藏的，已照常导入，请确认要公布。"),
    "date_missing": Rule(Severity.INFO, "没有日期。"),
    "date_imprecise": Rule(Severity.INFO, "日期不完整（缺日或年份只有两位），已按惯例补全。"),
    "date_invalid": Rule(Severity.INFO, "日期不存在或认不出，按空白处理。"),
    "date_reversed": Rule(Severity.BLOCK, "有效期的止期早于起期，请改正。"),
    "no_expiry": Rule(Severity.INFO, "有效期没有截止日期。"),
    "term_missing": Rule(
        Severity.BLOCK, "没有公布期限，也没有移出的条件，不能列入黑名单，请补上。"
    ),
    "term_open": Rule(Severity.ASK, "公布期限是长期，请确认。"),
    "term_conditional": Rule(Severity.ASK, "公布期限是一个条件而不是时间，条件满足时请手工移出。"),
    "term_over": Rule(Severity.ASK, "公布期限已满仍未移出，请确认是否移出。"),
    "scope_conflict": Rule(Severity.ASK, "非学科类机构的培训内容里有学科内容，请核对。"),
    "personal_data": Rule(Severity.BLOCK, "含个人信息（姓名、手机号或证件号），不得公布，请删去。"),
    "status_hint": Rule(Severity.ASK, "从备注或删除线看，状态已经变化，请确认。"),
    "repeat_offence": Rule(Severity.ASK, "写明是再次违法，请确认与此前的处理是否同一主体。"),
    "duplicate_row": Rule(Severity.ASK, "与前面一行是同一机构、同一地点，没有重复导入，请确认。"),
    "same_name": Rule(Severity.ASK, "与前面一行名称相同，代码不同，按两家机构导入，请确认。"),
    "possible_duplicate_of_": Rule(
        Severity.ASK, "名称和地址与第 {} 条相近，可能是同一家，请确认。"
    ),
    "white_black_conflict": Rule(
        Severity.BLOCK, "同一机构既在白名单又在黑名单，以黑名单为准，请先处理。"
    ),
    "term_over_listed": Rule(
        Severity.BLOCK, "公布期限已满，而这家现在的名单状态正常；请确认后再列入。"
    ),
    "name_elsewhere": Rule(
        Severity.ASK, "名单上已有同名机构，地址不同、没有代码可以核对；请补代码，或确认是另一家。"
    ),
    "renamed": Rule(
        Severity.ASK, "代码或许可证号与已公布的一家相同，名称不同，按改名处理，请确认是同一家。"
    ),
    "maybe_renamed": Rule(
        Severity.ASK, "同一地址已有名称相近的机构，按新的一家导入；如果是改名，请补代码后再来。"
    ),
    "licence_elsewhere": Rule(
        Severity.ASK, "许可证号与已公布的另一家相同，信用代码不同，按新的一家导入，请确认。"
    ),
    "odd_move": Rule(
        Severity.ASK, "这家已经注销或移出名单，按这一行会重新列入，请确认不是旧表或填错。"
    ),
    "rectifying_long": Rule(
        Severity.BLOCK, "整改已满 3 个月，不能再列为整改，请恢复、移出，或依决定列入黑名单。"
    ),
    "outside_coverage": Rule(Severity.BLOCK, "这一行的类别不在本表涵盖的类别之内，没有导入。"),
    "address_missing": Rule(Severity.INFO, "没有办学地址，已公布的教学点和门牌码不受影响。"),
    "too_long": Rule(Severity.BLOCK, "这一格的文字太长，没有导入，请缩短。"),
    "no_decision_number": Rule(Severity.BLOCK, "没有处理决定文号，不能列入黑名单，请补上。"),
    "no_basis": Rule(Severity.BLOCK, "没有违法依据，不能列入黑名单，请补上。"),
    "no_authority": Rule(Severity.BLOCK, "没有认定单位，不能列入黑名单，请补上。"),
    "no_reason": Rule(Severity.BLOCK, "没有列入原因，不能列入黑名单，请补上。"),
    "no_listed": Rule(Severity.BLOCK, "没有列入时间，或认不出，不能列入黑名单，请补上。"),
    "notice_late": Rule(Severity.BLOCK, "告知日期晚于列入时间，列入前应当告知，请核对。"),
    "reply_long": Rule(Severity.ASK, "申辩意见超过 500 字，没有导入；请机构缩短后再导入。"),
    # Of public information.
    "institution_unknown": Rule(
        Severity.BLOCK, "名单上没有这家机构，没有导入；请核对名称和代码，或先公布名单。"
    ),
    "item_kind_unknown": Rule(Severity.BLOCK, "看不出公示的是账户、收费、班级、教师还是检查。"),
    "item_incomplete": Rule(Severity.BLOCK, "缺少这一项必须有的内容，没有导入，请补上。"),
    "payee_mismatch": Rule(
        Severity.BLOCK, "户名不是这家机构的名称，不得公布为收费账户，请核对监管协议。"
    ),
    "account_twice": Rule(Severity.BLOCK, "同一机构写了不同的监管账户，只能有一个，请核对。"),
    "number_lossy": Rule(
        Severity.BLOCK, "号码被存成了数字，末几位已丢失，没有导入；请改成文本重填。"
    ),
    "account_odd": Rule(Severity.BLOCK, "账号不是 8 至 30 位数字，没有导入，请核对。"),
    "field_missing": Rule(Severity.INFO, "没有填，页面上不显示这一栏。"),
    "amount_unclear": Rule(Severity.INFO, "金额认不出，按原文公示。"),
    "correction_unused": Rule(
        Severity.INFO, "在页面上改过的这一行，现在不再是名单里的一行，改动没有用上。"
    ),
    # Of a sheet, not of a row.
    "count_mismatch": Rule(Severity.INFO, "标题写共 {} 家，实际读到 {} 家，请核对。"),
    "as_of_differs": Rule(Severity.INFO, "表里写了不同的截至日期，采用最晚的 {}。"),
    "other_list": Rule(Severity.INFO, "标题写的是另一种名单，这张工作表没有导入。"),
    "sheet_is_older": Rule(Severity.ASK, "截至日期早于已公布的第 {} 期，请确认不是旧表。"),
    "other_department": Rule(
        Severity.ASK, "移出或改动了 {} 家由{}主管的机构，请确认已和该部门商定。"
    ),
    "act_unexplained": Rule(
        Severity.ASK,
        "有 {} 家停业、整改或移出没有写明原因，机构页上就没有。"
        "可以加“原因”“依据”“文号”“认定单位”几列；请确认照此公布。",
    ),
    "notice_given": Rule(
        Severity.ASK,
        "这张表新列入黑名单、没有写告知日期的有 {} 家。列入前应当告知理由和依据、听取申辩，"
        "请确认每一家都已告知，或加一列“告知日期”。",
    ),
    "unreadable": Rule(Severity.BLOCK, "{}。"),  # what the reader said
    "hidden_sheet": Rule(Severity.INFO, "工作表是隐藏的，没有导入。"),
    "no_item_kind": Rule(
        Severity.INFO, "看不出公示的是账户、收费、班级、教师还是检查，这张工作表没有导入。"
    ),
    "no_header": Rule(Severity.INFO, "没有找到带“机构名称”的表头，这张工作表没有导入。"),
    "column_hidden": Rule(Severity.INFO, "隐藏的列没有导入。"),
    "column_private": Rule(Severity.INFO, "这一列供内部使用或含个人信息，没有导入。"),
    "column_ignored": Rule(Severity.INFO, "这一列不是名单要公布的内容，没有导入。"),
}

_MOVED_TO_BLACK = "这家原在白名单上，按本行的决定转入黑名单，是同一次变更。"
_ORDER = {code: place for place, code in enumerate(RULES)}
_NUMBERED = re.compile(r"(possible_duplicate_of_)(\d+)")
# A row published by mistake leaves the page; what it lacked holds up nothing. Nor does what only
# an entry needs hold up who leaves the list.
_OF_AN_ENTRY = {"notice_late", "no_reason", "no_listed", "term_missing"}
_EXCUSED = {
    "withdrawn": {"no_decision_number", "no_basis", "no_authority", *_OF_AN_ENTRY},
    "removed": _OF_AN_ENTRY,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell. `row` is 0 for a whole sheet, `sheet` empty for a text file."""

    code: str
    severity: Severity
    sheet: str
    row: int
    column: str
    message: str

    def line(self) -> str:
        """Return [请确认] 工作表“非学科类” 第 88 行 “备注” 列：…"""
        places = (
            f"工作表“{self.sheet}”" if self.sheet else "",
            f"第 {self.row} 行" if self.row else "",
            f"“{self.column}” 列" if self.column else "",
        )
        where = " ".join(filter(None, places))
        return f"[{MARKS[self.severity]}] {where + '：' if where else ''}{self.message}"


def finding(code: str, kind: ListKind, row: ListRow, column: str = "") -> Finding:
    """Return the finding of a row; KeyError for a code that is not in the table."""
    base, number = _split(code)
    rule = RULES[base]
    severity = _severity(base, kind, row)
    moved = base == "white_black_conflict" and severity is Severity.INFO
    message = _MOVED_TO_BLACK if moved else rule.sentence.format(number)
    return Finding(code, severity, row.sheet, row.row, column, message)


def note(code: str, sheet: str, column: str = "", *values: object) -> Finding:
    """Return a finding of a whole sheet, with the values its sentence has places for."""
    rule = RULES[code]
    return Finding(code, rule.severity, sheet, 0, column, rule.sentence.format(*values))


def order(code: str) -> int:
    """Return the place of a code among those of its row."""
    return _ORDER[_split(code)[0]]


def _split(code: str) -> tuple[str, str]:
    numbered = _NUMBERED.fullmatch(code)
    return (numbered[1], numbered[2]) if numbered else (code, "")


def _severity(code: str, kind: ListKind, row: ListRow) -> Severity:
    decided = code == "white_black_conflict" and kind is ListKind.BLACK and row.decision
    excused = code in _EXCUSED.get(row.status, ())
    return Severity.INFO if decided or excused else RULES[code].severity
