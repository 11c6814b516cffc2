"""What makes a name its owner's: 青禾 of 云浦市临江区青禾书画培训中心.

Area names, legal forms and the words of the trade are everybody's. Unlike `telling`, which counts a
register, this reads one name alone: two names can be compared wherever they come from.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from search.analysis import fold

LONGEST = 24  # characters of a brand; what is longer is a sentence, not a name
_UNNAMED = re.compile(r"无名|某+|未命名")

# 小区, 校区 or 城市 are words of their own, not the ends of an area's name; but for those of
# GB/T 2260 that end so.
_CITY = "(?<=[丰青兴凤塔宜宣应晋桐永海白盐禹聊肥诸运邹韩项麻]城)市|(?<=[宜成昌]都)市"
_DISTRICT = "(?<=[^省市区县旗镇乡]山)区|(?<=[绿梁]园)区"
_END = rf"省|(?<![城都超夜])市|{_CITY}|(?<![小社校园山牧a-z0-9])区|{_DISTRICT}|县|旗|盟|地区"
_AREA = f"(?:[^省市区县旗镇乡]{{1,4}}(?:{_END})|[^省市区县旗镇乡]{{2,14}}(?:自治[州县旗区]|开发区))"
_TOWN = r"[^省市区县旗镇乡]{2,4}(?:街道|镇|乡)"
# With and without a town: 东屿镇 is one, 江南水乡书画 has none.
_PLACES = (re.compile(f"(?:{_AREA}){{0,3}}(?:{_TOWN})?"), re.compile(f"(?:{_AREA}){{0,3}}"))

_TRADE = (
    # legal forms and what calls itself an institution
    "有限责任公司 股份有限公司 有限公司 分公司 公司 个体工商户 合伙企业 集团 工作室 俱乐部 事务所 "
    "培训部 服务部 经营部 服务中心 中心 学校 学院 学堂 书院 学社 画室 琴行 道馆 分校 校区 教学点 "
    "分教点 分部 分店 总校 总部 机构 协会 之家 幼儿园 少年宫 "
    # what is taught, and words around it
    "培训 教育 补习 辅导 托管 托育 早教 课外 校外 课后 课堂 补课 文化 科技 艺术 体育 咨询 传播 "
    "传媒 发展 服务 管理 信息 技术 网络 文旅 旅行 旅游 研学 家政 餐饮 健身 职业 竞赛 活动 策划 "
    "实业 书画 书法 绘画 美术 音乐 钢琴 古筝 吉他 舞蹈 声乐 器乐 戏剧 播音 主持 口才 街舞 国学 "
    "棋院 围棋 象棋 英语 外语 语文 数学 物理 化学 生物 作文 阅读 编程 机器人 航模 创客 科学 实验 "
    "无人机 篮球 足球 羽毛球 乒乓球 网球 游泳 轮滑 武术 跆拳道 体适能 体能 击剑 瑜伽 "
    "少儿 儿童 青少年 中小学 小学 初中 高中 幼小衔接 民办 个体 无证"
)
_BRANCH = r"第?[一二三四五六七八九十\d]+(?:分校|校区|分部|分店|部|店)"
_GENERIC = re.compile("|".join([_BRANCH, *sorted(_TRADE.split(), key=len, reverse=True)]))


class Brand(NamedTuple):
    """A folded name, cut where its area names end and where what is its owner's begins and ends."""

    name: str
    place: int
    start: int
    end: int

    @property
    def text(self) -> str:
        """Return the distinctive part; empty where the name has none."""
        return self.name[self.start : self.end]

    @property
    def rest(self) -> str:
        """Return the words around it, without area names."""
        return self.name[self.place : self.start] + self.name[self.end :]


@lru_cache(maxsize=1 << 12)
def brand_of(name: str) -> Brand:
    """Return the distinctive part of a name as published or typed."""
    folded = fold(name)
    cuts = (_cut(folded, place.match(folded)) for place in _PLACES)
    first = next(cuts)
    return first if first.text else next(cuts)


def own_words(text: str) -> str:
    """Return what of a folded text is in nobody else's use; of a sentence, all of it."""
    brand = brand_of(text)
    return brand.text or (text if len(text) > LONGEST and brand.start < len(text) else "")


def _cut(folded: str, place: re.Match[str] | None) -> Brand:
    begin = start = place.end() if place else 0
    while generic := _GENERIC.match(folded, start):
        start = generic.end()
    following = _GENERIC.search(folded, start)
    if following and following.start() - start == 1:  # 小课堂: one character alone is no brand
        following = _GENERIC.search(folded, following.end())
    end = following.start() if following else len(folded)
    if end - start > LONGEST or _UNNAMED.match(folded, start, end):
        return Brand(folded, begin, start, start)
    return Brand(folded, begin, start, end)
