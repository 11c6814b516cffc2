"""Why nothing was found, in one line: what the lists have not, or what less of the query finds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from areas.divisions import area_names, full_name
from lookup.places import building_name, looks_like_address
from portal.i18n import gettext
from portal.revision import remembered
from register.editions import latest_by_area
from register.indexing import index
from search import Filters, Tier, fold, short_forms

_PHONE = re.compile(r"\+?(?:86)?(?:1[3-9]\d{9}|0\d{9,11}|[48]00\d{7})")
_WEB = re.compile(r"https?://|www\.|[a-z0-9-]\.(?:com|cn|net|org|gov|edu|top|vip|xyz)\b", re.I)
_GAPS = re.compile(r"[\s()（）.-]+")
_STREET = re.compile(r".*?(?:大道|[路街巷弄])")
_LONGEST_AREA = 12  # characters; 双江拉祜族佤族布朗族傣族自治县 goes by 双江, too


@dataclass(frozen=True, slots=True)
class Reason:
    """One line, and a shorter query that does find something."""

    sentence: str
    shorter: str = ""
    number: int = 0


def reason(session: Session, query: str, filters: Filters) -> Reason | None:
    """Return why a query finds nothing; None where nothing better can be said than that."""
    if _PHONE.fullmatch(_GAPS.sub("", query)):
        return Reason(gettext("这像是电话号码。名单上没有电话，请写名字、地址或证号。"))
    if _WEB.search(query):
        return Reason(gettext("这像是网址。名单上没有网址，请写名字、地址或证号。"))
    folded = fold(query)
    if len(folded) == 1 or (len(folded) <= 2 and folded.isascii()):
        return Reason(gettext("只写了“%(q)s”，太短了。请多写几个字，拼音请写全。", q=query))
    if looks_like_address(query):
        return _address(query, filters)
    return _elsewhere(session, folded)


def _address(query: str, filters: Filters) -> Reason:
    for shorter in dict.fromkeys(_shorter(query)):
        found = index().search(shorter, filters, limit=1)
        if found.tier is Tier.FOUND:
            return Reason(gettext("和您写的完全一样的，名单上没有。"), shorter, found.total)
    return Reason(gettext("名单上没有这个地址。路名、楼名有没有写错字？门牌号可以不写。"))


def _shorter(query: str) -> Iterator[str]:
    """Yield the building, then the street: without room, name beside it, number."""
    places = [part for part in re.split(r"[\s,，、;；]+", query) if looks_like_address(part)]
    place = " ".join(places)
    building = building_name(place)
    street = _STREET.match(building)
    for less in (place, building, street[0] if street else ""):
        says_where = any(len(part) > 1 for part in less.split())  # 路 and 号 are everywhere
        if says_where and fold(less) and fold(less) != fold(query):
            yield less


def _elsewhere(session: Session, folded: str) -> Reason | None:
    """Tell that the query begins with an area whose lists are not here; it may be a name, too."""
    known = remembered(session, _areas)
    for length in range(min(len(folded), _LONGEST_AREA), 1, -1):
        codes = known.get(folded[:length])
        if codes is None:
            continue
        covered = sorted(latest_by_area(session))
        if any(_overlap(code, own) for code in codes for own in covered):
            return None
        return Reason(
            gettext(
                "“%(area)s”如果是地区：那里的名单不在本站，本站只有%(covered)s的。",
                area=folded[:length],
                covered=gettext("、").join(full_name(session, code) for code in covered),
            )
        )
    return None


def _areas(session: Session) -> dict[str, list[str]]:
    """Return every folded name of an area, in full and in short → codes."""
    found = dict[str, list[str]]()
    for code, name in area_names(session).items():
        for form in short_forms(fold(name)):
            found.setdefault(form, []).append(code)
    return found


def _overlap(one: str, other: str) -> bool:
    prefixes = Filters(area=one).area_prefix, Filters(area=other).area_prefix
    return prefixes[0].startswith(prefixes[1]) or prefixes[1].startswith(prefixes[0])
