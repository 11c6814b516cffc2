"""Invented white lists of any size, as a department sends them: xlsx or csv, twelve columns."""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter
from stdnum.cn import uscc

AREA = "359901"
HEADER = (
    "序号", "机构名称", "统一社会信用代码", "办学许可证号", "办学地址", "类别", "培训学段",
    "培训内容", "审批机关", "有效期起", "有效期止", "备注",
)  # fmt: skip
_FIRST = "晨明博雅启德育才致远弘文新星朝阳春晖蓝天金桥智慧乐学优思童心彩虹"
_SECOND = "湾舟轩阁苑庭林海泉源峰岭帆翼曦露芽苗禾穗"
_FORMS = ("培训中心", "培训学校有限公司", "教育科技有限公司", "艺术培训学校", "体育俱乐部")
_KINDS = (("学科类", "语文、数学"), ("文化艺术类", "美术、书法"), ("体育类", "篮球、游泳"),
          ("科技类", "编程"))  # fmt: skip
_STREETS = ("学府路", "临江大道", "文昌街", "解放路", "滨河东路", "育才巷", "建设北路")
_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


Row = tuple[str, ...]


def rows(count: int, seed: int = 1) -> Iterator[Row]:
    """Yield `count` institutions; the same seed gives the same ones."""
    rng = random.Random(seed)
    for number in range(1, count + 1):
        kind, content = rng.choice(_KINDS)
        name = "".join(
            (rng.choice(_FIRST), rng.choice(_FIRST), rng.choice(_SECOND), _numeral(number))
        )
        body = f"52{AREA}MJ" + "".join(rng.choice(_DIGITS) for _ in range(7))
        yield (
            str(number), f"临江区{name}{rng.choice(_FORMS)}", body + uscc.calc_check_digit(body),
            f"教民1{AREA}9{number:07}号",
            f"云浦市临江区{rng.choice(_STREETS)}{rng.randint(1, 999)}号{number % 30 + 1}层"
            f"{number % 20 + 101}室",
            kind, rng.choice(("小学", "小学、初中", "高中")), content, "临江区教育局",
            "2023-07-01", f"20{rng.randint(27, 29)}-06-30", "",
        )  # fmt: skip


def changed(listed: list[Row], changes: int) -> list[Row]:
    """Return next month's list: so many rows renewed, and as many new ones."""
    step = max(1, len(listed) // max(1, changes))
    renewed = [
        (*row[:10], "2033-06-30", row[11]) if place % step == 0 else row
        for place, row in enumerate(listed)
    ]
    new = list(rows(len(listed) + changes, seed=2))[-changes:] if changes else []
    return renewed + new


def faulty(listed: list[Row]) -> Iterator[Row]:
    """Yield the list with a wrong credit code and no end of the licence in every tenth row."""
    for place, row in enumerate(listed):
        yield row if place % 10 else (*row[:2], row[2][:17], *row[3:10], "", row[11])


def write_csv(path: Path, listed: list[Row]) -> None:
    """Write the list as Excel saves it on a Chinese Windows."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADER, *listed])


def write_xlsx(path: Path, listed: list[Row]) -> None:
    """Write the list as a workbook with shared strings, as Excel and WPS do."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("白名单")
        for place, row in enumerate([HEADER, *listed]):
            sheet.write_row(place, 0, row)


def _numeral(number: int) -> str:
    return "".join("零一二三四五六七八九"[int(digit)] for digit in str(number))
