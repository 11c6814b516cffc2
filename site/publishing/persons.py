"""Finding personal data in cells of a list that everybody will read.

Errs on the side of asking: a row held up is read by an officer, a published name by everybody.
"""

import re
from unicodedata import normalize

# The commonest family names but for those that are also common words in such texts (于 向 和 时).
_FAMILY = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏"
    "薛叶阎余潘杜戴夏钟汪田任姜范石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武"
    "乔贺赖龚文庞樊兰殷施陶洪翟颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦柳邢路岳齐梅莫庄辛管祝左涂谷祁舒"
    "耿牟卜詹关苗凌费纪靳盛童欧甄项曲游阳裴席卫查屈鲍覃霍翁隋甘景薄单包司柏宁柯阮桂闵柴华车冉房边辜"
)
_ROLE = (
    "(?:校长|园长|教师|老师|负责人|法定代表人|法人代表|法人|举办者|投资人|经营者|股东|联系人|当事人|经办人"
    "|学员|学生|家长|员工)"
)
_STOP = (  # words that begin like a family name
    "陈述|周末|周边|周[一二三四五六日]|管理|严重|高度|高级|高中|高考|任教|任职|文化|金额|常|易|万|包括"
    "|单独|申请"
)
_AFTER = (
    r"(?=$|[\s,，。.;；、:：（）()\"”]|等|被|因|的|及|和|与|于|在|手机|电话|微信|身份证|通报|警告|罚款"
    r"|处分|记过|开除|辞退|给予|任教|无证|有偿|\d)"
)

_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_IDENTITY = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])"
)
_CHAT = re.compile(r"(?:微信|QQ)号?[:：]?\s?[A-Za-z0-9][\w-]{4,}|微信同号", re.IGNORECASE)
_MASKED = re.compile(rf"[{_FAMILY}]某|{_ROLE}[:：为是]?[\u4e00-\u9fff]某")
_NAMED = re.compile(
    rf"{_ROLE}(?:[:：为是]|姓名)?\s?(?!{_STOP})[{_FAMILY}][\u4e00-\u9fff]{{1,2}}?{_AFTER}"
)
_NAME = re.compile(
    rf"{_ROLE}(?:[:：为是]|姓名)?\s?(?!{_STOP})(?P<after>[{_FAMILY}][\u4e00-\u9fff]{{1,2}}?){_AFTER}"
    rf"|(?<![\u4e00-\u9fff])(?!{_STOP})(?P<before>[{_FAMILY}][\u4e00-\u9fff]{{1,2}})(?=校长|园长|老师)"
)
_PERSON_ENTRY = re.compile(rf"[{_FAMILY}][\u4e00-\u9fff]{{1,2}}|.*[（(](?:个人|自然人)[）)].*")
_LABELLED = r"(?:联系)?(?:电话|手机|热线|tel)(?:号码?)?[:：]?\s*[\d\-－ /、转]{7,}"
_PHONE = re.compile(
    rf"[（(]\s*{_LABELLED}\s*[）)]|[,，;；、]?\s*{_LABELLED}|{_MOBILE.pattern}", re.IGNORECASE
)
# Said to who typed it: what is signed or audited can never be taken back.
PERSONAL_WORDS = "里面有个人信息（姓名、手机号或证件号），公开以后不能收回，请删去再写。"
_WIDE_NUMBER = re.compile("[０-９－]{7,}")
# Whatever the patterns above can find has one of these in it.
_SUSPECT = re.compile(rf"1[3-9]\d|\d{{17}}|微信|QQ|某|{_ROLE}", re.IGNORECASE)


def has_personal_data(text: str) -> bool:
    """Tell whether a text holds a mobile number, an identity number or a person's name."""
    text = normalize("NFKC", text)
    if not _SUSPECT.search(text):
        return False
    patterns = (_MOBILE, _IDENTITY, _CHAT, _MASKED, _NAMED)
    return any(pattern.search(text) for pattern in patterns)


def masked(text: str, *, names: bool = False) -> str:
    """Return the text without numbers of persons and, unless `names`, with 王某 for 校长王小明.

    A name once found is masked wherever it stands. Errs the other way than the search for personal
    data: what it does not know stays, so somebody must still read the text.
    """
    text = _WIDE_NUMBER.sub(lambda number: normalize("NFKC", number[0]), text)
    found = set() if names else {name["after"] or name["before"] for name in _NAME.finditer(text)}
    for name in sorted((n for n in found if n[1] != "某"), key=len, reverse=True):
        text = text.replace(name, f"{name[0]}某")
    for pattern, instead in ((_IDENTITY, "证件号"), (_MOBILE, "手机号"), (_CHAT, "账号")):
        text = pattern.sub(f"（{instead}略）", text)
    return text


def is_person(name: str) -> bool:
    """Tell whether an entry without a credit code is a natural person: 张三, 张某（个人）."""
    return _PERSON_ENTRY.fullmatch(name) is not None


def without_contacts(text: str) -> str:
    """Return a text without phone and identity numbers; for an address, its place alone."""
    text = _WIDE_NUMBER.sub(lambda number: normalize("NFKC", number[0]), text)
    return _IDENTITY.sub("", _PHONE.sub("", text)).strip(" ,，;；、")
