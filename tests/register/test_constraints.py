"""The invariants that a database can hold, held by both databases."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from areas.models import Area, AreaKind
from portal.app import create_app
from portal.clock import now
from portal.codes import new_code
from portal.database import db
from portal.migrating import migrate
from register.models import Edition, Institution, Standing, Status
from tests.conftest import settings_in
from tests.services import PostgresCluster


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def session(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Session]:
    url = ""
    if request.param == "postgresql":
        cluster: PostgresCluster = request.getfixturevalue("postgres")
        url = cluster.create_database()
    app = create_app(settings_in(tmp_path / "instance", database_url=url))
    with app.app_context():
        (tmp_path / "instance").mkdir(exist_ok=True)
        migrate()
        db.session.add(Area(code="350502", name="鲤城区", level=3, kind=AreaKind.CURRENT))
        db.session.commit()
        yield db.session
        db.session.close()
        db.engine.dispose()


def institution(session: Session) -> Institution:
    made = Institution(code=new_code(8), area_code="350502", name="甲", canonical_name="甲")
    session.add(made)
    session.flush()
    return made


def standing(of: Institution, status: Status, **more: object) -> Standing:
    return Standing(institution_id=of.id, status=status, since=date(2026, 1, 1), **more)


def test_two_open_standings_are_refused(session: Session) -> None:
    one = institution(session)
    session.add(standing(one, Status.WHITE))
    session.flush()
    session.add(standing(one, Status.SUSPENDED))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_closed_standing_makes_room(session: Session) -> None:
    one = institution(session)
    session.add(standing(one, Status.WHITE, until=date(2026, 2, 1)))
    session.add(standing(one, Status.SUSPENDED))
    session.flush()


@pytest.mark.parametrize("missing", ["basis", "decision_number", "authority"])
@pytest.mark.parametrize("empty", [None, ""])
def test_black_without_due_process_cannot_exist(
    session: Session, missing: str, empty: str | None
) -> None:
    given = {"basis": "法", "decision_number": "〔2026〕1号", "authority": "教育局"}
    session.add(standing(institution(session), Status.BLACK, **{**given, missing: empty}))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_standing_cannot_end_before_it_began(session: Session) -> None:
    session.add(standing(institution(session), Status.WHITE, until=date(2025, 12, 31)))
    with pytest.raises(IntegrityError):
        session.flush()


def test_an_edition_number_is_used_once_per_area(session: Session) -> None:

    for _ in range(2):
        session.add(
            Edition(
                area_code="350502", number=1, as_of=date(2026, 1, 1), published_at=now(),
                manifest=b"", signature=b"", key_id="",
            )
        )  # fmt: skip
    with pytest.raises(IntegrityError):
        session.flush()
