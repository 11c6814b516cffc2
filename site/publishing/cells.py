"""What single cells hold: text, credit codes, licence numbers; and how texts are folded to match.

White-list cells are brought to one canonical form (`canonical`). A black-list entry quotes a
decision: its words stay as published, only white space is tidied (`tidy`), and folding happens at
matching.
"""

import html
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from unicodedata import normalize

from opencc import OpenCC
from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidLength, ValidationError

from publishing.grids import REPEATED, CellError, Value

DITTO = re.compile(r"同上|同前|[〃″]|[\"“”]")
BLANKS = re.compile(
    r"[/\\\-—–―_.。*#?？无]*|暂无|没有|不详|未知|待补充?|N/?A|(?:是/?)?办理中", re.IGNORECASE
)

_GUARD = re.compile(r"=\s*\"(.*)\"", re.DOTALL)
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f]")
_SPACES = re.compile(r"\s+")
_LATIN_GAP = re.compile(r"(?<=[A-Za-z0-9)]) (?=[A-Za-z(])|(?<=[A-Za-z]) (?=[0-9])")
_ERRORS = frozenset(["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!"])
# Full-width letters and digits, never punctuation: ，：（） are right in Chinese text.
_HALF_WIDTH = {
    ord(c) + 0xFEE0: c for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-#&"
}
_BRACKETS = str.maketrans("()", "（）")

# Written for each other by mistake or by OCR; NFKC keeps them apart. Radicals come out of PDFs.
_LOOKALIKES = dict(
    zip(
        "巿囗亼夲⺠⻓⻅⻉⻋⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰АВЕКМНОРСТХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "市口人本民长见贝车门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙ABEKMHOPCTXABEZHIKMNOPTYX",
        strict=True,
    )
)
_LOOKALIKE = str.maketrans(_LOOKALIKES)
_ODD = re.compile(f"[{''.join(_LOOKALIKES)}\u2f00-\u2fd5]")
_UNMATCHED = re.compile(r"[\W_]+")

_NUMBER_SHOWN = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}", re.IGNORECASE)
_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")
_CODE_LABEL = re.compile(r"^[^0-9A-Z]{0,12}?:")
_MISREAD = str.maketrans("OISZ", "0152")
_YEAR_BRACKETS = re.compile(r"[\[【(（〔﹝［{]\s*((?:19|20)\d{2})\s*[\]】)）〕﹞］}]")


@dataclass(frozen=True, slots=True)
class CodeRead:
    """A code, or why there is none, or what is wrong with it: an issue code."""

    value: str | None = None
    issue: str | None = None


def as_text(value: Value) -> str:
    """Return a cell as text, without the guards that keep Excel from taking text for numbers."""
    if value is None or isinstance(value, CellError):
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if not isinstance(value, str):
        return str(value)
    text = value.strip()
    if text[:1] == "'":
        return text[1:]
    guarded = _GUARD.fullmatch(text) if text[:1] == "=" else None
    return guarded[1] if guarded else text


def is_error(value: Value) -> bool:
    """Tell whether a cell is one of Excel's error values, as such or as text."""
    return value is CellError.ERROR or (isinstance(value, str) and value.strip() in _ERRORS)


def is_formula(value: Value) -> bool:
    """Tell whether a text is a formula nobody calculated."""
    return isinstance(value, str) and value[:1] == "=" and not _GUARD.fullmatch(value.strip())


def tidy(value: Value) -> str | None:
    """Return the words as published, in one line; None for nothing.

    Chinese needs no blanks: those between Latin words stay, the others were made by line breaks.
    """
    text = as_text(value)
    if "&" in text:
        text = html.unescape(text)
    text = _UNSEEN.sub("", text)
    parts = text.split()
    if len(parts) > 1:
        gaps = _LATIN_GAP.finditer(joined := " ".join(parts))
        kept = {gap.start() for gap in gaps}
        return "".join(c for place, c in enumerate(joined) if c != " " or place in kept)
    return parts[0] if parts else None


@lru_cache(REPEATED, typed=True)
def canonical(value: Value) -> str | None:
    """Return tidy text in simplified characters, half-width digits and letters, full-width （）."""
    text = tidy(value)
    if text is None or text.isascii():
        return text
    return simplified(text).translate(_HALF_WIDTH).translate(_BRACKETS)


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def simplified(text: str) -> str:
    """Return traditional text in simplified characters.

    What GB 2312 can write is simplified already; 乾 in 乾元 must not become 干.
    """
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return str(_converter().convert(text))
    return text


def has_lookalike(text: str) -> bool:
    """Tell whether a text has characters that only look like the right ones, as 巿 for 市."""
    return _ODD.search(text) is not None


def fold_name(text: str) -> str:
    """Return the form under which names are the same: no width, case, brackets, blanks, script."""
    if text.isascii():
        return _UNMATCHED.sub("", text).lower()
    folded = simplified(normalize("NFKC", text).translate(_LOOKALIKE))
    return _UNMATCHED.sub("", folded).lower()


def fold_address(text: str) -> str:
    """Return the form under which addresses are the same; 3-12 and 3—12 are, 3-12 and 312 not."""
    folded = re.sub(r"(?<=\d)[\-—–―~～－至](?=\d)", "之", normalize("NFKC", text))
    return fold_name(folded)


def uscc_problem(code: str) -> str | None:
    """Return uscc_length, uscc_check_failed or None. Source: GB 32100-2015, by python-stdnum."""
    try:
        uscc.validate(code)
    except InvalidLength:
        return "uscc_length"
    except ValidationError:
        return "uscc_check_failed"
    return None


def read_uscc(value: Value, area_code: str = "") -> CodeRead:
    """Return a credit code and what is wrong with it; a code is never guessed from its rest.

    1,108,313 real rows held 4,923 cells that are no code and 57 with a wrong check: hence codes
    are kept as published and reported, never refused.
    """
    text = _code_text(value)
    if DITTO.fullmatch(text):
        return CodeRead(issue="ditto_uscc")
    if _is_lossy(value, text):
        return CodeRead(issue="uscc_lossy")
    found = _CODE.findall(text)
    code = found[0] if len(found) == 1 else text
    if sum(character.isascii() and character.isalnum() for character in code) < 6:
        return CodeRead(issue="uscc_missing")
    problem = uscc_problem(code)
    if problem is None:
        return CodeRead(code, "uscc_other_area" if _elsewhere(code, area_code) else None)
    if ric.is_valid(code):
        return CodeRead(issue="personal_data")  # an identity card, as sole traders fill in
    repaired = code.translate(_MISREAD)
    if repaired != code and uscc_problem(repaired) is None:
        return CodeRead(repaired, "uscc_repaired")
    return CodeRead(code, problem)


def _code_text(value: Value) -> str:
    text = normalize("NFKC", _UNSEEN.sub("", as_text(value))).translate(_LOOKALIKE)
    return _CODE_LABEL.sub("", _SPACES.sub("", text).upper())


def _is_lossy(value: Value, text: str) -> bool:
    # Excel keeps fifteen digits of a number and shows 9.13599E+17; the rest is gone for good.
    if isinstance(value, int | float):
        return value >= 10**15
    cut = len(text) == 18 and text.isdecimal() and text.endswith("000")
    return _NUMBER_SHOWN.fullmatch(text) is not None or (cut and uscc_problem(text) is not None)


def _elsewhere(code: str, area_code: str) -> bool:
    area = re.sub(r"(?:00)+$", "", area_code)
    return bool(area) and not code[2:8].startswith(area)


def read_licence(value: Value) -> CodeRead:
    """Return a licence number in one form: 教民…号, years in 〔〕, no blanks.

    Never checked: local forms are many, only width, blanks and brackets are settled.
    """
    text = _SPACES.sub("", _UNSEEN.sub("", as_text(value)))
    text = _YEAR_BRACKETS.sub(r"〔\1〕", normalize("NFKC", text))
    if not any(character.isdecimal() for character in text) or _NUMBER_SHOWN.fullmatch(text):
        return CodeRead(issue="licence_missing")
    if re.fullmatch(r"1\d{14}", text):
        text = f"教民{text}"
    if re.fullmatch(r"教民\d+", text):
        text = f"{text}号"
    return CodeRead(text.translate(_BRACKETS))
