"""Every public page type by address, for the checks that must see them all."""

import sqlite3
from pathlib import Path

from portal.codes import new_code

# name: (address with the codes of `codes_in`, status)
PAGES = {
    "home": ("/", 200),
    "search-empty": ("/search", 200),
    "search": ("/search?q=晨曦", 200),
    "search-similar": ("/search?q=晨羲湾培训学校", 200),
    "search-generic": ("/search?q=教育科技有限公司", 200),
    "search-pinyin": ("/search?q=chenxiwan&kind=WY", 200),
    "search-nothing": ("/search?q=霍格沃茨魔法", 200),
    "list-white": ("/lists/white", 200),
    "list-black": ("/lists/black?kind=WY", 200),
    "institution": ("/institutions/{white}", 200),
    "institution-black": ("/institutions/{black}", 200),
    "institution-closed": ("/institutions/{closed}", 200),
    "institution-past": ("/institutions/{black}?on=2026-11-01", 200),
    "institution-past-refused": ("/institutions/{white}?on=x", 400),
    "door": ("/v/{white_door}", 200),
    "door-match": ("/v/{white_door}?answered=match", 200),
    "door-mismatch": ("/v/{white_door}?answered=mismatch", 200),
    "door-suspended": ("/v/{suspended_door}", 200),
    "door-revoked": ("/v/{revoked_door}", 410),
    "door-unknown": ("/v/{unknown_door}", 404),
    "door-mistyped": ("/v/ABCDABCDABCD", 404),
    "poster": ("/v/{white_door}/poster", 200),
    "departments": ("/departments", 200),
    "editions": ("/editions", 200),
    "edition": ("/editions/359901/2", 200),
    "comparison": ("/editions/359901/1..2", 200),
    "data": ("/data", 200),
    "data-fields": ("/data/fields", 200),
    "notices": ("/notices", 200),
    "notices-cases": ("/notices?kind=case", 200),
    "notice": ("/notices/2", 200),
    "keys": ("/keys/", 200),
    "check-names": ("/check/names", 200),
    "report": ("/report?institution={white}", 200),
    "report-about": ("/report?about=fees&institution={white}", 200),
    "report-new": ("/report/new?category=D02&institution={white}", 200),
    "report-unlisted": ("/report/new?category=A01", 200),
    "receipt": ("/receipt", 200),
    "about": ("/about", 200),
    "about-lists": ("/about/lists", 200),
    "about-search": ("/about/search", 200),
    "about-accessibility": ("/about/accessibility", 200),
    "about-api": ("/about/api", 200),
    "design": ("/about/design", 200),
    "privacy": ("/privacy", 200),
    "missing": ("/nowhere", 404),
    "sign-in": ("/desk/sign-in", 200),
}


def codes_in(instance: Path) -> dict[str, str]:
    """Return the codes that fill the addresses; makes one revoked door in the instance."""
    database = sqlite3.connect(instance / "mingdan.sqlite")
    standing = (
        "SELECT {what}, p.id FROM institutions i JOIN standings s ON s.institution_id = i.id"
        " JOIN premises p ON p.institution_id = i.id"
        " LEFT JOIN door_codes d ON d.premises_id = p.id AND d.revoked_on IS NULL"
        " WHERE s.until IS NULL AND s.status = ? AND {what} IS NOT NULL"
        " AND (i.valid_to IS NULL OR i.valid_to > date('now', '+1 month')) ORDER BY i.id"
    )

    def one(what: str, status: str) -> tuple[str, int]:
        code, premises = database.execute(standing.format(what=what), (status,)).fetchone()
        return str(code), int(premises)

    found = {status: one("i.code", status)[0] for status in ("white", "black", "closed")}
    found["white_door"], premises = one("d.code", "white")
    found["suspended_door"], _ = one("d.code", "suspended")
    found |= {"revoked_door": new_code(12), "unknown_door": new_code(12)}
    database.execute(
        "INSERT INTO door_codes (code, premises_id, issued_at, revoked_on, revoked_reason)"
        " VALUES (?, ?, '2026-01-01 00:00:00.000000', '2026-02-01', '遗失补发')",
        (found["revoked_door"], premises),
    )
    database.commit()
    database.close()
    return found
