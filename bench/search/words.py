"""Words that invented institutions and what people type about them are made of."""

# Invented cities with their districts. Some districts bear one name in two cities, as 鼓楼区 does.
CITIES = {
    "云浦市": "临江区 青禾区 东屿区 望湖区 石桥镇 柳溪县",
    "澜州市": "鼓山区 临江区 南亭区 白鹭区 沙洲县",
    "岚城市": "新桥区 西泉区 松江岸区 望湖区 梅岭县 桂溪县",
    "永川海市": "海门区 听涛区 银滩区 盐田港区",
    "宁泽市": "泽东区 泽西区 荷塘区 龙岗湖区 宁泽县",
    "瑞阳市": "城北区 朝晖区 乐安区 长宁湾区 曾家县",
    "锦江源市": "锦里区 重光区 行知区 天府湖区 源头县",
    "安澜市": "古渡区 滨河区 鹤山区 麒麟区",
    "通榆河市": "崇川湾区 开元区 苏溪区 河口县 港闸口区",
    "北固市": "山前区 山后区 钟楼下区 御河区 平畴县",
    "西陵渡市": "渡口区 点军台区 伍家河区 猇山区",
    "金沙洲市": "红旗渠区 东风岭区 丹霞区 米易川县 仁和里区",
}

# What is taught, with the code of the kind it counts as.
CATEGORIES = {
    **dict.fromkeys("美术 书法 绘画 国画 素描 书画".split(), "WY"),
    **dict.fromkeys("舞蹈 街舞 芭蕾 拉丁舞".split(), "WY"),
    **dict.fromkeys("音乐 钢琴 古筝 吉他 声乐 小提琴".split(), "WY"),
    **dict.fromkeys("篮球 足球 羽毛球 乒乓球 游泳 跆拳道 武术 轮滑 体适能".split(), "TY"),
    **dict.fromkeys("编程 机器人 科学 航模".split(), "KJ"),
    **dict.fromkeys("英语 数学 语文 作文 物理".split(), "XK"),
    **dict.fromkeys("围棋 象棋 口才 国学 阅读".split(), "WY"),
}
SUFFIXES = (
    "培训中心 培训学校 艺术培训中心 教育培训中心 艺术培训有限公司 教育科技有限公司 培训有限公司 "
    "文化传播有限公司 教育咨询有限公司 文化艺术有限公司 文化发展有限公司 艺术中心 教育培训有限公司 "
    "校外培训机构 工作室 俱乐部 培训部 校外培训有限公司 体育文化有限公司 素质教育中心"
).split()

# Characters that owners like, the usual ones first; polyphones are among them on purpose.
BRAND_CHARACTERS = (
    "星小新童乐学博文思智明艺美华天育才金优慧海阳东方成长未来启蒙飞鸟青禾晨曦春雨朝行重曾知"
    "佳雅嘉德卓越梦想贝音韵墨香书画兰竹梅菊云月日光亮晶晶彩虹橙子柠檬苹果果芽苗树林森木叶花"
    "蕾蓓欣欣荣盛世龙凤麒麟鹏程万里远志弘毅厚朴致远诚信达仁和睦安康宁静泰平顺福禄寿喜"
    "百千一三七大千本元正道立人创造力量源泉湖江河溪泽润泉浩瀚洋洲岛岸屿峰岳山岭石玉珠"
    "宝贝贝熊猫鹿鹤雁燕莺鸣翔腾跃跑动力健强壮武英杰俊豪雄奇妙趣味多多奥数尔蒂凯瑞迪卡拉米"
    "乔伊娜莎菲琳达克莱恩斯特普泊纳维亚索加洛伦诗经典雅颂风赋比兴唐宋汉秦楚齐鲁晋燕赵"
    "君子悦心怡情逸然自在若水上善真纯实验探求索问辩析理解悟觉见识闻听说读写算编程码"
    "红黄蓝绿紫白丹朱彤翠碧银铜铁钢铝光辉煌灿烂耀曜晖昊昱晓旭昕晟冉升腾起航帆舟船桥路"
    "柏松杨柳桐枫桂棠樱桃李杏枣榕荷莲藕菱蒲苇茗茶禅意境界域场堂馆阁轩斋院舍庐居苑园"
    "甲乙丙丁卯辰巳午未申酉戌亥宿都传藏参差单薄弹拨降落调和冠军任重称职当先得力间隔"
)
# As the roots of chains: their owners shuffle and swap these.
CHAIN_ROOTS = (
    "小新星 小状元 大拇指 金色阳 七彩虹 小荷尖 启明星 新思维 优佳学 博学堂 童之梦 美乐童 蓝天鹅 "
    "金孔雀 红舞鞋 小画家 墨香阁 音乐盒 琴之韵 乐博士 小飞人 贝尔星 爱尔英 哈佛星 剑桥童 牛津星 "
    "新东升 学而优 高思源 好未见 精锐星 卓越成 龙门渡 京华苑 巨人谷 杰睿思 昂立达 星火源 明日星 "
    "百灵鸟 小天使 太阳花 向日葵 蒲公英 三叶草 四季春 五环星 六艺坊 七巧板 八音盒 九州星 十方学 "
    "小牛津 小海豚 小袋鼠 小橡树 小蜜蜂"
).split()
LATIN = "ABC YY K12 Hi UP iKid Lego3 Vip M8 Top".split()

STREETS_HEAD = (
    "青禾 望湖 文昌 学府 中山 解放 人民 朝晖 长乐 迎宾 建设 和平 滨河 柳溪 桂花 书院 金桥 东风 "
    "兴业 锦程"
).split()
STREETS_MIDDLE = ("", "", "", "东", "西", "南", "北", "中")
STREETS_END = "路 路 路 街 大道 巷".split()
LANDMARKS_HEAD = (
    "锦程 万象 星河 金地 宝龙 世纪 银泰 湖滨 东方 时代 阳光 凯旋 恒通 新天地 汇丰 文化".split()
)
LANDMARKS_END = "广场 大厦 商城 中心 花园 国际 商务楼 购物中心".split()

# Words around a name that any engine may be expected to know ...
EXTRA_AFTER = (
    "怎么样 正规吗 电话 地址 在哪里 是不是黑名单 有没有资质 靠谱吗 好不好 收费标准 多少钱 学费 "
    "投诉 退费 有证吗 可靠吗 在白名单吗 黑名单 口碑 评价 官网 "
    "联系方式 有办学许可证吗 合法吗 是骗子吗"
).split()
EXTRA_BEFORE = "请问 我想查 查一下 查询 想了解".split()
# ... and other wordings that stand in no list of ours; a test holds `search` to that.
UNSEEN_AFTER = (
    "有谁去过 跑路了没 能退钱不 老师持证没 到底行不行 这家能报不 被坑过 周末班贵不贵 "
    "昨天关门了 搬到哪儿去了 暑假班还招人吗 教得好吗 老板是谁 消防过关没有 想给娃报个名 "
    "孩子说喜欢 会不会卷款 交了三年的钱 说是有牌照 邻居说不行 现在还开着么 "
    "上课的地方安全不 换老师太勤"
).split()
UNSEEN_BEFORE = (
    "孩子想去 听朋友说还行 门口发的传单 报名前看看 小区楼下那个 新开的那家 微信群里推荐的 "
    "同事家娃在上 我家孩子在这里上课 帮我看看 老师打电话推销的 学校旁边那间"
).split()
