import sqlalchemy as sa
from flask import Flask

from areas.divisions import full_name, lineage, load_areas, subtree
from areas.models import Area, AreaKind
from portal.database import db


def test_every_division_loads_once(app: Flask) -> None:
    ours = sa.select(sa.func.count(Area.code)).where(Area.kind != AreaKind.LOCAL)
    assert db.session.scalar(ours) == 3371  # 3,374 rows, three of them said twice
    assert load_areas(db.session) == 0


def test_the_way_up_and_down(app: Flask) -> None:
    assert [area.name for area in lineage(db.session, "350502")] == ["鲤城区", "泉州市", "福建省"]
    assert len(subtree(db.session, "350500")) == 13  # the city and its twelve counties
    assert lineage(db.session, "999999") == []


def test_names_as_people_say_them(app: Flask) -> None:
    assert full_name(db.session, "350502") == "泉州市鲤城区"
    assert full_name(db.session, "110105") == "朝阳区"  # not 市辖区朝阳区
    assert full_name(db.session, "110000") == "北京市"
    assert full_name(db.session, "441900") == "东莞市"
    assert full_name(db.session, "359901") == "云浦市临江区"


def test_retired_codes_are_known(app: Flask) -> None:
    assert db.session.get_one(Area, "350427").kind is AreaKind.RETIRED  # 沙县, now 350405
