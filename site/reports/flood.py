"""What is counted when a report comes in: who sends (a digest), about what, and all together.

With a proof of work much more is taken than without; nothing counts before the form is in order,
and sending the same form again never counts. No target refuses anybody: otherwise it could be
silenced by sending against it. What is over its measure is counted apart, so that it uses up
nobody else's; it joins its cluster, which is one mail a day anyway.
"""

import re

import sqlalchemy as sa
from flask import g
from flask_limiter import RateLimitExceeded
from sqlalchemy.orm import Session

from portal.limits import client_key, daily_digest, limiter
from reports.models import Report
from reports.sending import Tip
from search import standard_address

PER_CLIENT, PER_CLIENT_UNPROVEN = "6/hour;20/day", "3/hour;10/day"
PER_TARGET, PER_TARGET_UNPROVEN = "600/hour;2000/day", "30/hour;100/day"
IN_ALL, IN_ALL_UNPROVEN = "3000/hour", "300/hour"
BANDS = 20, 5

_BUILDING = re.compile(r".*?\d+(?:栋|号)")


def count(tip: Tip, *, proven: bool) -> None:
    """Count a report that is about to be written; raises 429 where it is one too many."""
    g.report_is_proven, g.report_cluster, g.report_crowd = proven, cluster(tip), "all"
    _of_client()
    try:
        _of_target()
    except RateLimitExceeded:
        g.report_crowd = "crowded"
    _in_all()


def cluster(tip: Tip) -> str:
    """Return what a report has in common with others about the same target, category and day.

    The salt of the digest dies at midnight: it tells tomorrow only which reports belong together.
    """
    if tip.institution is not None:
        target = f"institution {tip.institution.id}"
    else:
        address = standard_address(tip.content["place_address"])
        building = _BUILDING.match(address)
        target = f"place {building[0] if building else address}"
    return daily_digest(f"{target} {tip.category.code}")


def alike_today(session: Session, tip: Tip) -> int:
    """Return 20 or 5 where at least so many came today about the same, else 0.

    Never a number, and nothing of the first few: whoever asks may be the one they are about.
    """
    found = sa.select(sa.func.count(Report.id)).filter_by(cluster=cluster(tip))
    count_ = session.scalar(found) or 0
    return next((band for band in BANDS if count_ >= band), 0)


def _proven() -> bool:
    return bool(g.get("report_is_proven"))  # limits are also looked at before `count`


# Flask-Limiter counts what it decorates.


@limiter.limit(lambda: PER_CLIENT if _proven() else PER_CLIENT_UNPROVEN, key_func=client_key)
def _of_client() -> None: ...


@limiter.limit(
    lambda: PER_TARGET if _proven() else PER_TARGET_UNPROVEN,
    key_func=lambda: str(g.report_cluster),
)
def _of_target() -> None: ...


@limiter.limit(
    lambda: IN_ALL if _proven() else IN_ALL_UNPROVEN, key_func=lambda: str(g.report_crowd)
)
def _in_all() -> None: ...
