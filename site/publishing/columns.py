"""Which column is which: headers as districts write them, and how a header row is found."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise, zip_longest
from unicodedata import normalize

from publishing.grids import GridRow, Value, is_blank


class Column(StrEnum):
    """The columns of the lists; the value is what findings call them."""

    SEQ = "序号"
    NAME = "机构名称"
    USCC = "统一社会信用代码"
    LICENCE = "办学许可证号"
    VALID = "许可证有效期"
    VALID_FROM = "有效期起"
    VALID_TO = "有效期止"
    ADDRESS = "办学地址"
    NATURE = "办学性质"
    STAGES = "培训学段"
    KIND = "类别"
    CONTENT = "培训内容"
    DEPARTMENT = "审批机关"
    SUPERVISOR = "主管部门"
    TOWN = "镇街"
    STATUS = "办学状态"
    REASON = "列入原因"
    BASIS = "违法依据"
    DECISION = "处理决定文号"
    OUTCOME = "处理结果"
    NOTIFIED = "告知日期"
    LISTED = "列入时间"
    TERM = "公布期限"
    UNTIL = "公布截止日期"
    REMOVED = "移出时间"
    AUTHORITY = "认定单位"
    REPLY = "申辩意见"
    REPLIED = "申辩日期"
    REMARK = "备注"
    # Of public information only.
    ITEM_KIND = "类型"
    PAYEE = "户名"
    BANK = "开户行"
    ACCOUNT = "监管账号"
    SUPERVISION = "监管方式"
    ITEM = "收费项目"
    AMOUNT = "金额"
    UNIT = "单位"
    COURSE = "班名"
    AUDIENCE = "对象"
    TIMES = "上课时间"
    CERTIFICATE = "教师资格证号"
    SUBJECT = "任教科目"
    MATTER = "检查事项"
    POINTS = "记分"


_WHEN = "(?:时间|日期)"
_WHO = "(?:机关|部门|单位|机构)"
_PAPER = "(?:民办学校)?(?:办学许可证?|许可证书?|许可|办学资质|设立核准书|核准书|批准书|批文)"
_BLACK = "(?:黑名单|名单|失信)"
_PARTY = "(?:当事人|机构|企业|学校)?"
_SAYS = "(?:陈述(?:和|与|及)?申辩|申辩(?:和|与|及)?陈述|陈述|申辩|申诉|回应)"

# The whole header must fit, without blanks, brackets and stars. Of two headers for one column the
# one further up here wins, and of two equal ones the first.
_HEADERS: tuple[tuple[Column, str], ...] = (
    (Column.SEQ, "序号?|编号|NO\\.?|项次|顺序号"),
    (
        Column.NAME,
        "(?:校外|培训|教育|民办|办学|违规|违法)*(?:机构|学校|单位|企业|公司|场所|主体|培训点|校区|对象)"
        "(?:\\(学校\\)|或场所|/场所)?(?:的)?(?:全称|(?:现|规范)?名称?)|名称|机构|校名|全称|当事人(?:名称)?",
    ),
    (Column.NAME, "经营者(?:名称)?|经营主体(?:名称)?|场所描述|营业执照名称|字号"),
    (
        Column.USCC,
        "(?:统一)?(?:社会)?(?:信用|机构)代码(?:证号?|号码?)?|统一代码|USCC"
        "|(?:营业执照|法人证书|登记证书?)(?:注册)?(?:号码?|编号|代码)",
    ),
    (
        Column.LICENCE,
        f"{_PAPER}(?:\\(批文\\))?(?:编号|文号|号码?|证号|字号)|许可证?编?号|办学许可证",
    ),
    (
        Column.VALID_FROM,
        f"(?:{_PAPER})?有效期?限?(?:开始|起始|起|自|从)(?:期|始)?{_WHEN}?|起始{_WHEN}",
    ),
    (
        Column.VALID_TO,
        f"(?:{_PAPER})?有效期?限?(?:截止|终止|结束|止|至|到)(?:期)?{_WHEN}?"
        f"|(?:{_PAPER})?(?:到期|截止|终止){_WHEN}?",
    ),
    (Column.VALID, f"(?:{_PAPER})?(?:有效期限?|起止{_WHEN})(?:起止(?:{_WHEN})?)?|办学期限"),
    (
        Column.ADDRESS,
        "(?:实际)?(?:办学|培训|经营|教学|办公)(?:场所|场地|地点|点)?(?:详细)?(?:地址|地点|场所)",
    ),
    (
        Column.ADDRESS,
        "(?:详细|机构|学校|单位|场所|所在|具体|现|校区)?(?:地址|地点|位置)|住所(?:地)?|校址",
    ),
    (Column.ADDRESS, "(?:注册|登记|许可证?)(?:地址|住所|地)"),
    (
        Column.NATURE,
        "(?:(?:培训)?机构|办学|登记|法人|单位|学校|营利|企业|经营|举办)(?:性质|属性)"
        "|(?:登记|法人|企业|单位|主体)(?:类型|类别)|性质|是否营利",
    ),
    (Column.STAGES, "(?:培训|办学|招生|教学|服务)?(?:学段|对象|年龄段?|层次|阶段|范围|人群)"),
    (Column.KIND, "(?:培训机构|机构|培训|办学|所属|项目|业务|学科)?(?:类别|门类|大类|分类|类型)"),
    (
        Column.CONTENT,
        "(?:许可|批准|主要|核准)?(?:培训|办学|教学|开设|开办)(?:的)?(?:内容|科目|项目|课程|学科|业务|专业)"
        "|科目|课程(?:名称|内容)?|(?:经营|业务|办学|许可)范围|培训类别及内容",
    ),
    (Column.DEPARTMENT, f"(?:审批|发证|许可|批准|核准|颁证|设立)(?:登记)?{_WHO}(?:名称)?"),
    (Column.DEPARTMENT, f"(?:业务|行业)?(?:主管|监管|管理){_WHO}"),
    (Column.SUPERVISOR, f"(?:协同|配合|协管|共同|联合)(?:监管|管理|主管)?{_WHO}"),
    (
        Column.TOWN,
        "(?:所在|所属|属地)?(?:乡镇|镇街|街镇|街道|镇|乡)(?:[\\(/、]?(?:街道|镇|乡|办事处)\\)?)*(?:名称)?"
        "|属地|(?:所在|所属)(?:区域|片区|地区)|片区|区域",
    ),
    (Column.STATUS, "(?:办学|机构|经营|运营|当前|目前|名单|许可证?)?(?:状态|现状|状况)|动态"),
    (
        Column.REASON,
        f"(?:被)?(?:列入|纳入)?(?:{_BLACK})?(?:的)?(?:原因|事由|理由|情形|缘由)"
        "|(?:主要)?(?:违法|违规|违纪|失信|不良)+(?:的)?(?:主要)?(?:行为|事实|情形|问题|情况|事项|内容|类型)"
        "|(?:存在|主要|突出)(?:的)?(?:主要)?问题|案由|问题",
    ),
    (
        Column.BASIS,
        "(?:违法|违规|违反|法律|法规|处罚|处理|列入|认定|政策|执法)*(?:的)?(?:依据|条款|法条)",
    ),
    (
        Column.DECISION,
        "(?:行政)?(?:处罚|处理|列入|认定)?(?:决定)?(?:书)?(?:文书)?(?:文号|编号|号码|字号|文书号|书号|案号)",
    ),
    (
        Column.OUTCOME,
        "(?:处理|处罚|查处|处置|整改|惩戒)(?:的)?(?:结果|情况|意见|措施|内容|决定|方式)|结果",
    ),
    (Column.REMOVED, f"(?:移出|移除|退出|解除|撤出)(?:{_BLACK})?{_WHEN}"),
    (
        Column.UNTIL,
        f"(?:公布|公示|列入|惩戒|{_BLACK})(?:期限?)?(?:截止|届满|期满|满|终止|结束|到期|止|至){_WHEN}?",
    ),
    (Column.NOTIFIED, f"(?:列入|处罚|处理|事前|事先)?(?:前)?告知(?:书)?(?:送达)?{_WHEN}"),
    (Column.LISTED, f"(?:被)?(?:列入|纳入|认定)(?:{_BLACK})?(?:的)?{_WHEN}"),
    (Column.LISTED, f"(?:查处|处罚|处理|决定|作出决定|公布|公示|发布|检查){_WHEN}|{_WHEN}"),
    (Column.TERM, f"(?:公布|公示|列入|惩戒|{_BLACK})(?:期限?|时长|有效期)|期限"),
    (
        Column.AUTHORITY,
        f"(?:认定|列入|决定|处罚|处理|查处|执法|作出决定|公布|发布|报送|责任)+{_WHO}",
    ),
    (Column.REPLY, f"{_PARTY}(?:的)?{_SAYS}(?:意见|内容|情况)?"),
    (Column.REPLIED, f"{_PARTY}(?:的)?{_SAYS}(?:意见)?{_WHEN}"),
    (Column.REMARK, "备注(?:说明)?|说明|附注|备考|其他(?:情况|说明)?|备"),
)
_PRIVATE = re.compile(
    "内部|身份证|证件号|勿公布|不公开|不予公开|保密|手机|联系电话|联系方式|联系人|法定代表|法人(?:姓名|代表)"
    "|负责人|举办者|校长|姓名|银行|账号"
)
_DECORATION = re.compile(r"[\s*＊:：★☆\u200b\ufeff]+")
_BRACKETED = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


@dataclass(frozen=True, slots=True, eq=False)  # told apart by identity: hashed for every row
class Vocabulary:
    """The headers of one sort of sheet."""

    patterns: tuple[tuple[Column, re.Pattern[str]], ...]
    private: re.Pattern[str]
    telling: tuple[Column, ...]  # one of these makes a row a record
    # What an officer said of headers, before any guess; None: not to be read.
    own: Mapping[str, Column | None] = field(default_factory=dict)

    def knowing(self, own: Mapping[str, Column | None]) -> "Vocabulary":
        """Return the same with an officer's words."""
        return replace(self, own=own) if own else self


LISTS = Vocabulary(
    patterns=tuple((column, re.compile(pattern)) for column, pattern in _HEADERS),
    private=_PRIVATE,
    # The others can be left over from merged cells.
    telling=(
        Column.NAME,
        Column.USCC,
        Column.LICENCE,
        Column.ADDRESS,
        Column.REASON,
        Column.DECISION,
    ),
)

_LONGEST_HEADER = 40
_DEEPEST = 3  # levels of one header
_SEARCHED = 40  # rows in which a header may begin


@dataclass(frozen=True, slots=True)
class Header:
    """A recognised header: which column is where, which were left out, and its last row."""

    places: Mapping[Column, int]
    private: tuple[str, ...]
    ignored: tuple[str, ...]
    first: int  # places among the grid's rows
    last: int
    texts: tuple[str, ...]  # of every column


def find_header(rows: Sequence[GridRow], words: Vocabulary = LISTS) -> Header | None:
    """Return the first header: a row with the name and one more column, and its sub-rows."""
    for first in range(min(_SEARCHED, len(rows))):
        if header := header_at(rows, first, words):
            return header
    return None


def header_at(rows: Sequence[GridRow], first: int, words: Vocabulary = LISTS) -> Header | None:
    """Return the header that begins at this row, with as many levels as make it clearer."""
    best = _header(rows, first, first, words)
    if not best.places:
        return None  # a title, else it would be taken for the upper level
    for last in range(first + 1, min(first + _DEEPEST, len(rows))):
        deeper = _header(rows, first, last, words)
        if _clarity(deeper, words) <= _clarity(best, words):
            break
        best = deeper
    enough = best.places.keys() - {Column.SEQ}
    return best if Column.NAME in enough and len(enough) > 1 else None


def _clarity(header: Header, words: Vocabulary) -> tuple[bool, int]:
    told = sum(text in words.own for text in header.ignored)  # a header, though not to be read
    return Column.NAME in header.places, len(header.places) + told


@lru_cache(maxsize=4096)
def column_of(text: str, words: Vocabulary = LISTS) -> tuple[Column, int] | None:
    """Return the column a header text means and its rank among the headers of that column."""
    plain = _plain(text)
    if not plain or len(plain) > _LONGEST_HEADER or words.private.search(plain):
        return None
    if plain in words.own:
        own = words.own[plain]
        return (own, -1) if own else None
    for rank, (column, pattern) in enumerate(words.patterns):
        if pattern.fullmatch(plain) or pattern.fullmatch(_BRACKETED.sub("", plain)):
            return column, rank
    return None


def is_private(text: str, words: Vocabulary = LISTS) -> bool:
    """Tell whether a header announces what is not for the public."""
    return words.private.search(_plain(text)) is not None


def _plain(text: str) -> str:
    return _DECORATION.sub("", normalize("NFKC", text)).upper()


def _header(rows: Sequence[GridRow], first: int, last: int, words: Vocabulary) -> Header:
    levels = [rows[place].values for place in range(first, last + 1)]
    texts = [_together(cells) for cells in zip_longest(*_spread(levels))]
    wanted: list[tuple[int, int, Column]] = []  # rank, place, column
    for place, (whole, lowest) in enumerate(texts):
        settled = whole in words.own or is_private(whole, words)
        below = None if settled else column_of(lowest, words)
        if known := column_of(whole, words) or below:
            wanted.append((known[1], place, known[0]))
    places: dict[Column, int] = {}
    for _, place, column in sorted(wanted):
        # 审批机关 and 主管部门 side by side are two things, alone they are the same.
        second = Column.SUPERVISOR if column is Column.DEPARTMENT else column
        places.setdefault(second if column in places else column, place)
    others = [whole for place, (whole, _) in enumerate(texts) if place not in places.values()]
    private = tuple(text for text in others if is_private(text, words))
    ignored = tuple(text for text in others if text and text not in private)
    return Header(places, private, ignored, first, last, tuple(whole for whole, _ in texts))


def _spread(levels: Sequence[Sequence[Value]]) -> list[list[Value]]:
    """Repeat an upper text over the columns below it, which a text file cannot merge."""
    spread = [list(level) for level in levels]
    for upper, lower in pairwise(spread):
        for place in range(1, min(len(upper), len(lower))):
            if is_blank(upper[place]) and not is_blank(lower[place]):
                upper[place] = upper[place - 1]
    return spread


def _together(cells: Sequence[Value]) -> tuple[str, str]:
    """Return one column's header from all its levels, and its lowest level, which says most."""
    texts = list(dict.fromkeys(_plain(str(cell)) for cell in cells if not is_blank(cell)))
    return "".join(texts)[:_LONGEST_HEADER], texts[-1] if texts else ""
