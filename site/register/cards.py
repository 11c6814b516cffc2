"""An institution as one entry of a list: verdict, where, and the one line that matters."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.i18n import gettext
from portal.revision import remembered
from portal.templating import date_cn
from register.editions import newest_by_area
from register.kinds import Kinds, load_kinds
from register.listed import Listed, by_codes
from register.models import Status
from register.verdict import Verdict, verdict


@dataclass(frozen=True, slots=True)
class Card:
    """What a list shows of an institution."""

    code: str
    name: str
    verdict: Verdict
    kinds: str
    address: str
    more_places: int
    note: str
    matched: str = ""  # how it was found, in words
    # Escaped, with what was asked for in <mark>; empty where the plain text is to be shown.
    matched_text: str = ""
    marked_name: str = ""
    marked_address: str = ""


def card(session: Session, code: str) -> Card:
    """Return the card of one institution; raises LookupError for one that is on no list today."""
    found = by_codes(session, [code])
    if not found:
        raise LookupError(code)
    return Cards(session).card(found[0])


class Cards:
    """Makes many cards with kinds and editions read once."""

    def __init__(self, session: Session) -> None:
        self.kinds: Kinds = remembered(session, load_kinds)
        self._editions = remembered(session, newest_by_area)

    def card(self, institution: Listed) -> Card:
        """Return the card of an institution."""
        edition = self._editions.get(institution.area_code)
        shown = verdict(institution, institution.standing, edition)
        places = [place.address for place in institution.premises if place.closed_on is None]
        return Card(
            code=institution.code,
            name=institution.name,
            verdict=shown,
            kinds=self.kinds.of(institution.kinds),
            address=places[0] if places else "",
            more_places=max(0, len(places) - 1),
            note=_note(institution, shown),
        )


def _note(institution: Listed, shown: Verdict) -> str:
    if shown.standing == Status.WHITE:
        if institution.valid_to is None:
            return gettext("名单上没有写许可证有效期")
        return gettext("许可证有效期至%(day)s", day=date_cn(institution.valid_to))
    return shown.detail
