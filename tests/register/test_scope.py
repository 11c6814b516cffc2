"""What a licence covers is never said with more certainty than its words have."""

import pytest

from register.scope import SUBJECTS, YEARS, Covers, may_teach

YES, NO, UNCLEAR, NOT_WRITTEN = Covers.YES, Covers.NO, Covers.UNCLEAR, Covers.NOT_WRITTEN


def asked(scope: str | None, stages: str | None, subject: str, year: str) -> Covers:
    return may_teach(scope, stages, subject, YEARS.index(year)).together


@pytest.mark.parametrize(
    ("scope", "subject", "answer"),
    [
        ("语文、数学", "数学", YES),
        ("语文,数学；英语", "英语", YES),
        ("语文和数学", "数学", YES),
        ("数学培训", "数学", YES),
        ("中小学语文", "语文", YES),
        ("道德与法治、历史", "道德与法治", YES),
        ("外语", "英语", YES),
        ("外语", "日语", YES),
        ("英语", "日语", NO),
        ("语文、英语", "数学", NO),
        ("钢琴、古筝", "数学", NO),
        ("机器人", "物理", NO),
        ("硬笔书法、软笔书法", "数学", NO),
        ("美术", "书法", NOT_WRITTEN),  # an art beside an art: the list is often written roughly
        ("美术（国画、素描）", "美术", YES),
        ("少儿美术", "美术", YES),
        ("少儿编程", "编程", YES),
        ("数学思维", "数学", UNCLEAR),
        ("奥数", "数学", UNCLEAR),
        ("语文阅读、作文", "语文", UNCLEAR),
        ("学科类", "数学", UNCLEAR),
        ("文化课", "数学", UNCLEAR),
        ("语文等", "数学", UNCLEAR),
        ("语文、英语等课程", "数学", UNCLEAR),
        ("美术、语文等", "语文", YES),
        ("综合素质", "数学", UNCLEAR),
        ("钢琴、素质拓展", "数学", UNCLEAR),
        ("硬笔书法", "书法", UNCLEAR),
        ("", "数学", NOT_WRITTEN),
        (None, "数学", NOT_WRITTEN),
        ("（）", "数学", NOT_WRITTEN),
    ],
)
def test_the_subject(scope: str | None, subject: str, answer: Covers) -> None:
    assert may_teach(scope, "小学", subject, 1).subject is answer


@pytest.mark.parametrize(
    ("stages", "year", "answer"),
    [
        ("义务教育阶段", "一年级", YES),
        ("义务教育阶段", "初三", YES),
        ("义务教育阶段", "高一", NO),
        ("义务教育阶段", "学龄前", NO),
        ("九年义务教育", "初二", YES),
        ("小学", "六年级", YES),
        ("小学", "初一", NO),
        ("小学、初中", "初一", YES),
        ("初中、高中", "高二", YES),
        ("普通高中", "高三", YES),
        ("普通高中", "初三", NO),
        ("义务教育阶段、普通高中", "高三", YES),
        ("中小学生", "高一", YES),
        ("3-6岁", "学龄前", YES),
        ("3-6岁", "一年级", NO),
        ("3-6岁、小学", "三年级", YES),
        ("3-6岁、小学", "初一", NO),
        ("幼儿", "学龄前", YES),
        ("3-16岁", "初二", YES),
        ("3-16岁", "高一", YES),
        ("3-16岁", "高二", UNCLEAR),
        ("3-16岁", "高三", NO),
        ("3-18岁", "高三", YES),
        ("4-12岁", "学龄前", UNCLEAR),
        ("4-12岁", "六年级", YES),
        ("4-12岁", "初一", UNCLEAR),
        ("4-12岁", "初二", NO),
        ("7—12周岁", "一年级", UNCLEAR),
        ("1-6年级", "六年级", YES),
        ("三至六年级", "二年级", NO),
        ("三至六年级", "五年级", YES),
        ("7-9年级", "初二", YES),
        ("初二", "初二", YES),
        ("初二", "初三", NO),
        ("五年级", "五年级", YES),
        ("成人", "高三", NO),
        ("青少年", "初二", UNCLEAR),
        ("少儿、小学", "初二", UNCLEAR),
        ("少儿、小学", "二年级", YES),
        ("小学高年级", "五年级", UNCLEAR),
        ("6岁以上", "初二", UNCLEAR),
        ("", "初二", NOT_WRITTEN),
        (None, "初二", NOT_WRITTEN),
    ],
)
def test_the_school_year(stages: str | None, year: str, answer: Covers) -> None:
    assert may_teach("数学", stages, "数学", YEARS.index(year)).year is answer


@pytest.mark.parametrize(
    ("scope", "stages", "subject", "year", "answer"),
    [
        ("语文、数学", "义务教育阶段", "数学", "初二", YES),
        ("语文、数学", "小学", "数学", "初二", NO),
        ("美术", "义务教育阶段", "数学", "初二", NO),
        ("数学", "", "数学", "初二", NOT_WRITTEN),
        ("", "义务教育阶段", "数学", "初二", NOT_WRITTEN),
        ("学科类", "小学", "数学", "初二", NO),  # whatever the subject: not this year
        ("学科类", "初中", "数学", "初二", UNCLEAR),
        ("书法、美术（小学）", "小学、初中", "美术", "初二", UNCLEAR),
        ("书法、美术（小学）", "小学、初中", "美术", "三年级", YES),
        ("数学（初中）", "", "数学", "初二", YES),
        ("初中数学", "", "数学", "初二", UNCLEAR),
    ],
)
def test_both_together(scope: str, stages: str, subject: str, year: str, answer: Covers) -> None:
    assert asked(scope, stages, subject, year) is answer


def test_every_subject_is_covered_by_its_own_name_and_by_no_empty_licence() -> None:
    for group in SUBJECTS.values():
        for subject in group:
            assert asked(subject, "中小学", subject, "初二") is YES
            assert asked("", "", subject, "初二") is NOT_WRITTEN
            assert asked("各种课程", "全部", subject, "初二") is UNCLEAR
