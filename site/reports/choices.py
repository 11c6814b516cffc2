"""The first question of the form, in parents' words: twelve choices, then the category.

A parent knows what they saw, not what the law calls it; so each choice and each category says in
its hint what people really tell. Which department a category leads to stands in the routing table.
"""

from dataclasses import dataclass
from typing import Any

from portal.i18n import lazy_gettext

_ = lazy_gettext


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the first choices."""

    slug: str
    name: Any
    hint: Any
    categories: tuple[str, ...]


CHOICES = (
    Choice(
        "licence",
        _("没有证照就办班"),
        _("没有办学许可、没有营业执照，打着“咨询”“文化传播”的牌子上课，教成年人的学校招学生"),
        ("A01", "A02", "A05", "A08", "A07"),
    ),
    Choice(
        "hidden",
        _("偷偷补课，或者教了不该教的"),
        _("居民楼里补课，周末和假期补语数外，画室教数学，关了门又开"),
        ("B01", "B02", "A03", "A06"),
    ),
    Choice(
        "lessons",
        _("上课的时间和内容"),
        _("下课太晚，学得太超前，教材有问题，考级竞赛，幼儿学小学课"),
        ("B03", "B04", "B05", "B07", "B06", "B08"),
    ),
    Choice(
        "teachers",
        _("老师的问题"),
        _("学校老师在外面补课收钱，老师没有教师资格证，墙上没有公示"),
        ("C01", "C02"),
    ),
    Choice(
        "harm",
        _("打骂、侮辱、伤害孩子"),
        _("打孩子、体罚、辱骂、猥亵。孩子正有危险，先拨110"),
        ("C03",),
    ),
    Choice(
        "fees",
        _("收费和合同"),
        _("一次收太多，付到个人账户，乱涨价，劝办贷款，不开发票，不签合同"),
        ("D01", "D02", "D05", "D04", "D06", "D08"),
    ),
    Choice(
        "refunds",
        _("不退费、跑路"),
        _("剩下的课时不退钱，门关了人没了，学费被挪用"),
        ("D03", "D07"),
    ),
    Choice(
        "advertising",
        _("广告和拉人"),
        _("保过、押题、名师，校门口发传单，0元课"),
        ("E01", "E02", "E03"),
    ),
    Choice(
        "safety",
        _("房子、消防、安保"),
        _("通道堵了、没有灭火器，房子裂了，人太挤，没有监控和保安"),
        ("F01", "F04", "F05"),
    ),
    Choice(
        "health",
        _("吃的和卫生"),
        _("饭菜不干净、吃坏肚子，环境脏，有传染病"),
        ("F02", "F03"),
    ),
    Choice(
        "care",
        _("早教、托育和托管班"),
        _("3岁以下的早教托育，放学后看孩子、管午饭的托管"),
        ("G01", "G02"),
    ),
    Choice(
        "other",
        _("门口的码、名单，或别的"),
        _("说不清是哪一类，码和门牌对不上，名单写错了"),
        ("A04", "Y01", "Z99"),
    ),
)

HINTS: dict[str, Any] = {
    "A01": _("问他要《办学许可证》拿不出来，或者已经过期、是别人的"),
    "A02": _("没有营业执照，也没有登记证书"),
    "A03": _("登记的是画画、舞蹈、编程、体育，却教语文、数学、英语、物理这些"),
    "A04": _("扫码出来的名称或地址和这扇门不一样，墙上没挂证、没贴码"),
    "A05": _("招牌写“教育咨询”“教育科技”“文化传播”，里面在给学生上课"),
    "A06": _("说注销了、不办了，或者被叫停了，换个门继续上"),
    "A07": _("登记证书过期、出借，理事会、章程、年检不对"),
    "A08": _("教成年人技能的学校，却招小学生、初中生"),
    "B01": _("家里、居民楼、酒店、咖啡馆里补课，住家老师，一对一，高价家教，借游学、线上躲着补"),
    "B02": _("周六周日、法定假日、寒假暑假补语文、数学、英语等"),
    "B03": _("晚上过了20:30还在上，网课过了21:00还在上"),
    "B04": _("提前学下学期、下一学段的，只刷题，布置作业太多"),
    "B05": _("盗版、没有书号、内容出格的教材和讲义，境外教材"),
    "B06": _("办比赛排名次，收钱考级发证，拿成绩帮人择校"),
    "B07": _("幼儿园的孩子学拼音、写字、算术，幼小衔接班"),
    "B08": _("讲的东西低俗、暴力、迷信，歪曲历史，传教"),
    "C01": _("学校在职的老师在外面或家里收钱补课，介绍学生去补课"),
    "C02": _("没有教师资格证，名字和证没有公示，外教没有资质"),
    "C03": _("打、罚、骂、关孩子，动手动脚，性骚扰"),
    "D01": _("一次要交半年、一年，或很多课时，充卡送课时"),
    "D02": _("转到老板或老师的微信、支付宝、私人卡，或别的公司"),
    "D03": _("没上完的课不退钱，拖着不退，扣手续费"),
    "D04": _("叫我办分期、借贷款交学费"),
    "D05": _("价钱没贴出来，说好的价临时加，另收资料费"),
    "D06": _("只给收据，或什么都不给"),
    "D07": _("突然关门，老板联系不上，学费拿去做别的"),
    "D08": _("不给合同，合同写“概不退费”“转课自负”"),
    "E01": _("广告上写保过、押题、提分多少、清北名师，学历造假"),
    "E02": _("校门口发传单，电梯里、公交上、短信、群里做学科班广告"),
    "E03": _("0元、1元试听，原价几千现在9块9，拉人返现"),
    "F01": _("通道被堵或锁上，没有灭火器，电线乱拉，地下室上课"),
    "F02": _("饭菜变质、吃坏肚子，做饭没有证"),
    "F03": _("厕所脏、没有通风，甲醛味，手足口、流感还照常上课"),
    "F04": _("墙裂、漏水、危房，违章搭建，拆承重墙"),
    "F05": _("一间屋坐太多人，门口没有保安，没有监控，谁都能进"),
    "G01": _("给3岁以下孩子的早教班、托育园"),
    "G02": _("放学后的托管、午托、晚托"),
    "Y01": _("本站名单上的名称、地址、电话、状态写错了"),
    "Z99": _("看了上面都不像。由“双减”办公室来分"),
}

STAGES: dict[str, Any] = {
    "ANY": _("小学到高中，或者不清楚"),
    "0-3": _("3岁以下"),
    "3-6": _("3到6岁"),
    "ADULT": _("成年人"),
}


def choice_named(slug: str) -> Choice | None:
    """Return the choice of an address, or None."""
    return next((choice for choice in CHOICES if choice.slug == slug), None)


def choice_of(category_code: str) -> Choice:
    """Return the choice under which a category stands; what nobody placed is under the last."""
    found = (choice for choice in CHOICES if category_code in choice.categories)
    return next(found, CHOICES[-1])
