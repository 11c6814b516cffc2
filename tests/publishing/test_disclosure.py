"""Public information: from a sheet of items to what a page may show, whole groups or nothing."""

import io
import json
from datetime import date
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from portal.database import db
from publishing.disclosure import Disclosure, read_disclosure
from publishing.grids import UnreadableFile
from publishing.importing import Blocked, ImportOrder, Outcome, import_list
from publishing.models import Coverage, Sheet
from publishing.sheet import ListKind, read_list
from publishing.signing import Signer
from register.models import (
    ChangeKind,
    DisclosedItem,
    EditionFile,
    Institution,
    ItemKind,
    Status,
)

AREA = "359901"
WHITE = (
    "机构名称,统一社会信用代码,办学许可证号,办学地址,类别,有效期止\n"
    "甲乙培训中心（曾用名：甲乙画室）,52359901MJ118HDD19,教民135990170000001号,学府路1号,文化艺术类,2099-12-31\n"
    "丙丁培训中心,52359901MJ0GGG9A40,教民135990170000002号,学府路2号,体育类,2099-12-31\n"
)
HEAD = (
    "类型,机构名称,统一社会信用代码,户名,开户行,账号,项目,金额,单位,班名,内容,对象,时间,"
    "资格证号,科目,日期,结果,扣分,文号,备注\n"
)
JIA = "52359901MJ118HDD19"
ACCOUNT = f"监管账户,甲乙培训中心,{JIA},甲乙培训中心,云浦银行,8888 0199 2024 0001,,,,,,,,,,,,,,\n"
FEE = f"收费,甲乙培训中心,{JIA},,,,儿童画班,1920,期,,,,,,,,,,,含画材\n"
CLASS = f"班级,甲乙培训中心,{JIA},,,,,,,儿童画班,线条与色彩,小学,每周六,,,,,,,\n"
TEACHER = f"教师,甲乙培训中心,{JIA},,,,,,,,,,,20193599012007630,美术,,,,,\n"
CHECK = (
    f"双随机检查,甲乙培训中心,{JIA},,,,,,区文旅局,,,,,,,2026-05-06,已改正,1,临文旅查〔2026〕4号,\n"
)
ALL = ACCOUNT + FEE + CLASS + TEACHER + CHECK


@pytest.fixture
def signer(app: Flask) -> Signer:
    signer = Signer(app.config["MINGDAN"].instance / "keys")
    publish(signer, WHITE, list_kind=ListKind.WHITE)
    return signer


def publish(signer: Signer | None, text: str | bytes, **more: Any) -> Outcome:
    data = text.encode() if isinstance(text, str) else text
    given = {"list_kind": ListKind.INFO, "as_of": date(2026, 6, 30), **more}
    order = ImportOrder(data=data, filename="1.csv", area_code=AREA, **given)
    outcome = import_list(db.session, order, signer)
    db.session.commit()
    return outcome


def read(text: str | bytes) -> Disclosure:
    return read_disclosure(text.encode() if isinstance(text, str) else text, "1.csv", AREA)


def contents(kind: ItemKind) -> list[dict[str, str | int]]:
    query = sa.select(DisclosedItem.content).filter_by(kind=kind).order_by(DisclosedItem.position)
    return list(db.session.scalars(query))


def refused(signer: Signer, text: str, **more: Any) -> set[str]:
    with pytest.raises(Blocked) as blocked:
        publish(signer, text, **more)
    db.session.rollback()
    return {f.code for f in blocked.value.outcome.findings if f.severity == "BLOCK"}


def test_every_kind_of_item_is_read(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + ALL)
    assert {kind: contents(kind) for kind in ItemKind} == {
        "account": [
            {"number": "8888019920240001", "payee": "甲乙培训中心", "bank": "云浦银行"},
        ],
        "fee": [{"item": "儿童画班", "amount_fen": 192000, "unit": "期", "note": "含画材"}],
        "course": [
            {"name": "儿童画班", "content": "线条与色彩", "audience": "小学", "times": "每周六"}
        ],
        "certificate": [{"number": "20193599012007630", "subject": "美术"}],
        "record": [
            {
                "on": "2026-05-06", "matter": "双随机检查", "body": "区文旅局",
                "result": "已改正", "points": "1", "document": "临文旅查〔2026〕4号",
            }
        ],
    }  # fmt: skip


def test_the_same_file_twice_changes_nothing(app: Flask, signer: Signer) -> None:
    first = publish(signer, HEAD + ALL)
    again = publish(signer, HEAD + ALL)
    assert first.edition is not None
    assert [change.kind for change in first.edition.changes] == [ChangeKind.AMENDED]
    assert (again.edition, again.proposals) == (None, [])
    assert set(db.session.scalars(sa.select(DisclosedItem.edition_id))) == {first.edition.id}


def test_the_edition_carries_it_only_where_there_is_something(app: Flask, signer: Signer) -> None:
    outcome = publish(signer, HEAD + ACCOUNT + FEE)
    assert outcome.edition is not None
    content = db.session.scalars(
        sa.select(EditionFile.content).filter_by(edition_id=outcome.edition.id, name="list.json")
    ).one()
    entries = {entry["name"]: entry for entry in json.loads(content)["institutions"]}
    assert entries["甲乙培训中心"]["disclosure"]["fee"][0]["amount_fen"] == 192000
    assert set(entries["甲乙培训中心"]["disclosure"]) == {"account", "fee"}
    assert "disclosure" not in entries["丙丁培训中心"]
    assert b'"disclosure":{"account":[{"bank":' in content  # canonical: keys sorted


def test_a_sheet_replaces_only_the_kinds_it_holds(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + ALL)
    later = FEE.replace("儿童画班", "素描班").replace("1920", "2400") + FEE.replace("1920", "60")
    outcome = publish(signer, HEAD + later, as_of=date(2026, 7, 31))
    assert [fee["item"] for fee in contents(ItemKind.FEE)] == ["素描班", "儿童画班"]
    assert len(contents(ItemKind.ACCOUNT)) == len(contents(ItemKind.COURSE)) == 1
    assert outcome.edition is not None
    fees = {item.edition_id for item in db.session.scalars(sa.select(DisclosedItem)) if
            item.kind is ItemKind.FEE}  # fmt: skip
    assert fees == {outcome.edition.id}
    publish(signer, HEAD + FEE, as_of=date(2026, 8, 31))
    assert [fee["item"] for fee in contents(ItemKind.FEE)] == ["儿童画班"]


def test_a_complete_sheet_empties_what_it_does_not_name(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + FEE + ACCOUNT)
    other = FEE.replace("甲乙", "丙丁").replace(JIA, "52359901MJ0GGG9A40")
    complete = {"coverage": Coverage.COMPLETE, "as_of": date(2026, 7, 31)}
    publish(signer, HEAD + other, kinds=("TY",), **complete)
    assert len(contents(ItemKind.FEE)) == 2
    publish(signer, HEAD + other, **complete)
    owners = sa.select(Institution.name).join(DisclosedItem).filter_by(kind=ItemKind.FEE)
    assert db.session.scalars(owners).all() == ["丙丁培训中心"]
    assert len(contents(ItemKind.ACCOUNT)) == 1


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (ACCOUNT.replace("甲乙培训中心,云", "王小明,云"), "payee_mismatch"),
        (ACCOUNT.replace("甲乙培训中心,云", "甲乙培训中心总部,云"), "payee_mismatch"),
        (ACCOUNT.replace("甲乙培训中心,云", ",云"), "item_incomplete"),
        (ACCOUNT.replace("8888 0199 2024 0001", ""), "item_incomplete"),
        (ACCOUNT.replace("8888 0199 2024 0001", "8.88802E+18"), "number_lossy"),
        (ACCOUNT.replace("8888 0199 2024 0001", "13800138000"), "personal_data"),
        (ACCOUNT.replace("8888 0199 2024 0001", "zhang@wallet"), "account_odd"),
        (ACCOUNT + ACCOUNT.replace("0001", "0002"), "account_twice"),
        (FEE.replace("甲乙培训中心", "戊己中心").replace(JIA, ""), "institution_unknown"),
        (FEE.replace("含画材", "找张老师13800138000"), "personal_data"),
        (FEE.replace("儿童画班", ""), "item_incomplete"),
        (FEE.replace("收费", "其他"), "item_kind_unknown"),
        (TEACHER.replace("20193599012007630", "110101199003070038"), "personal_data"),
        (CHECK.replace("2026-05-06", ""), "item_incomplete"),
    ],
)
def test_what_may_not_be_published(app: Flask, signer: Signer, row: str, code: str) -> None:
    assert refused(signer, HEAD + row) == {code}
    assert db.session.scalar(sa.select(sa.func.count(DisclosedItem.id))) == 0


def test_a_former_name_is_the_institutions_own(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + ACCOUNT.replace("甲乙培训中心,云", "甲乙画室,云"))
    assert contents(ItemKind.ACCOUNT)[0]["payee"] == "甲乙画室"


def test_a_blocked_row_keeps_its_group_out_and_what_stands_stays(
    app: Flask, signer: Signer
) -> None:
    publish(signer, HEAD + FEE + ACCOUNT)
    later = (
        FEE.replace("1920", "9999")
        + FEE.replace("儿童画班", "素描班").replace("含画材", "问张老师13800138000")
        + ACCOUNT.replace("0001", "0009")
    )
    outcome = publish(
        signer, HEAD + later, leave_out_blocked=True, as_of=date(2026, 7, 31),
        coverage=Coverage.COMPLETE,
    )  # fmt: skip
    assert [row.row for row in outcome.left_out] == [2, 3]
    assert [fee["amount_fen"] for fee in contents(ItemKind.FEE)] == [192000]
    assert contents(ItemKind.ACCOUNT)[0]["number"] == "8888019920240009"


def test_a_teachers_name_is_never_imported() -> None:
    header = "机构名称,类型,教师姓名,教师,教师资格证号,科目,身份证号\n"
    reading = read(header + "甲,教师,王小明,王小明,2019,美术,1\n")
    assert [row.content for row in reading.rows] == [{"number": "2019", "subject": "美术"}]
    private = [f.column for f in reading.findings if f.code == "column_private"]
    assert private == ["教师姓名", "教师", "身份证号"]


def test_worksheets_name_the_kind_and_long_numbers_must_be_text() -> None:
    book = openpyxl.Workbook()
    tables = {
        "监管账户": ["机构名称,户名,开户银行", "甲,甲,云浦银行"],
        "收费标准": [
            "公示信息（截至2026年6月30日）",
            "机构名称,收费项目,收费标准,备注",
            "甲,书法,45.50元/课时,",
            "合计,,1,",
        ],
        "教师资格": ["机构名称,教师资格证号,任教科目", "甲,20193599012007630,书法"],
        "别的": ["机构名称,电话号码", "甲,1"],
    }
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row.split(","))
    book["监管账户"]["D1"], book["监管账户"]["D2"] = "账号", 88880199202400015
    del book["Sheet"]
    file = io.BytesIO()
    book.save(file)
    reading = read(file.getvalue())
    assert reading.as_of == date(2026, 6, 30)
    assert [(row.kind, row.content) for row in reading.rows] == [
        ("account", {"payee": "甲", "bank": "云浦银行"}),
        ("fee", {"item": "书法", "amount_fen": 4550, "unit": "课时"}),
        ("certificate", {"number": "20193599012007630", "subject": "书法"}),
    ]
    codes = [f.code for f in reading.findings]
    assert "number_lossy" in codes
    assert "no_header" in codes


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("1920", {"amount_fen": 192000}),
        ("￥1,920.50元", {"amount_fen": 192050}),
        ("0.3万元", {"amount_fen": 300000}),
        ("60元/课时", {"amount_fen": 6000, "unit": "课时"}),
        ("60元每小时", {"amount_fen": 6000, "unit": "小时"}),
        ("免费", {"amount": "免费"}),
        ("60-80元", {"amount": "60-80元"}),
        ("", {}),
    ],
)
def test_money_is_a_whole_number_of_fen(written: str, read_as: dict[str, str | int]) -> None:
    (row,) = read(f'机构名称,类型,项目,金额\n甲,收费,画班,"{written}"\n').rows
    assert row.content == {"item": "画班", **read_as}


def test_it_waits_and_goes_out_with_the_next_list(app: Flask, signer: Signer) -> None:
    for _ in range(2):
        assert publish(None, HEAD + ACCOUNT).waits
    assert contents(ItemKind.ACCOUNT) == []
    moved = WHITE.replace("有效期止", "有效期止,备注").replace(
        "2099-12-31\n", "2099-12-31,限期整改\n", 1
    )
    outcome = publish(signer, moved, list_kind=ListKind.WHITE, as_of=date(2026, 7, 31))
    assert len(contents(ItemKind.ACCOUNT)) == 1
    assert set(db.session.scalars(sa.select(Sheet.file))) == {None}
    (change,) = outcome.edition.changes if outcome.edition else []
    assert (change.kind, change.before, change.after) == ("moved", Status.WHITE, Status.RECTIFYING)
    assert set(change.fields) == {"account"}


def test_the_database_knows_one_account_only(app: Flask, signer: Signer) -> None:
    publish(signer, HEAD + ACCOUNT)
    item = db.session.scalars(sa.select(DisclosedItem)).one()
    db.session.add(
        DisclosedItem(
            institution_id=item.institution_id, kind=ItemKind.ACCOUNT, position=1, content={}
        )
    )
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_a_list_is_never_taken_for_public_information_nor_the_reverse() -> None:
    with pytest.raises(UnreadableFile, match="另一种名单"):
        read_list((HEAD + ALL).encode(), "1.csv", ListKind.WHITE, AREA)
    with pytest.raises(UnreadableFile, match="没有找到公示信息"):
        read("机构名称,办学地址\n甲,学府路1号\n")
