"""What a report keeps of the form: told in one line beside it, before anything is typed.

PIPL art. 17 (told beforehand), art. 19 (how long), art. 31 (under 14: a guardian).
"""

from typing import Any

from portal.i18n import lazy_gettext

_ = lazy_gettext

# Stored with each report; another list of fields, age or time needs another version.
VERSION = "2026-11-22"
# Field of the form → what the notice calls it; the questions of a category are among the words.
KEPT: dict[str, Any] = {
    "category": _("类别"),
    "institution": _("机构或地点"),
    "place_name": _("机构或地点"),
    "place_address": _("机构或地点"),
    "stage": _("年龄段"),
    "body": _("您写的内容"),
    "files": _("照片和PDF"),
}
NEEDS_A_GUARDIAN_BELOW = 14  # years


def kept_in_words() -> list[str]:
    """Return what is kept, each thing once."""
    return list(dict.fromkeys(str(words) for words in KEPT.values()))
