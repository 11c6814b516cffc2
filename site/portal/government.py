"""What a government site says of itself: tags in the head, numbers in the foot, mourning grey.

国办发〔2017〕47号 names the tags and the foot. Nothing is shown that the settings do not give.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request

from portal.settings import Settings

LISTS, HELP = "名单公布", "办事服务"

# endpoint: ColumnName, ColumnDescription, ColumnKeywords, ColumnType. Read by the State Council's
# crawler, never shown to a reader, so they stay in the language of the standard.
COLUMNS = {
    "lookup.lists": ("机构名单", "校外培训机构白名单和黑名单", "白名单,黑名单,校外培训", LISTS),
    "lookup.institution": ("机构名单", "机构现在在哪个名单", "白名单,黑名单,校外培训", LISTS),
    "publishing.editions": ("各期名单", "每一期名单和核验方法", "名单,核验", LISTS),
    "publishing.edition": ("各期名单", "每一期名单和核验方法", "名单,核验", LISTS),
    "comparison.comparison": ("各期名单", "每一期名单和核验方法", "名单,核验", LISTS),
    "data.index": ("数据开放", "下载名单数据", "数据,下载", LISTS),
    "data.fields": ("数据开放", "每个字段的意思", "数据,字段", LISTS),
    "notices.index": ("通知公告", "通知、典型案例和政策文件", "通知,案例,政策", LISTS),
    "notices.notice": ("通知公告", "通知、典型案例和政策文件", "通知,案例,政策", LISTS),
    "lookup.search": ("查机构", "按名称、地址查校外培训机构", "查询,校外培训", HELP),
    "reports.categories": ("匿名举报", "举报校外培训违法违规", "举报,校外培训", HELP),
    "departments.index": ("谁来管", "各部门职责和电话", "主管部门,电话", HELP),
    "portal.about": ("关于本站", "本站是什么，不做什么", "关于本站", "关于本站"),
    "portal.about_lists": ("关于本站", "名单怎么来，写错了怎么办", "名单,异议", "关于本站"),
    "recall.about": ("关于本站", "怎么查，查得准不准", "查询,检索", "关于本站"),
    "portal.about_accessibility": ("关于本站", "无障碍说明", "无障碍,长辈版", "关于本站"),
    "portal.privacy": ("关于本站", "隐私与匿名", "隐私,匿名", "关于本站"),
}


@dataclass(frozen=True, slots=True)
class Government:
    """The numbers in the foot, each only where it is set."""

    site_id_code: str
    icp: str
    police_record: str
    find_fault_url: str
    mourning: bool


def site_tags(site_name: str) -> list[tuple[str, str]]:
    """Return name and content of the page's tags; none before the site has its code."""
    settings: Settings = current_app.config["MINGDAN"]
    if not settings.site_id_code:
        return []
    tags = [
        ("SiteName", site_name),
        ("SiteDomain", urlsplit(settings.base_url).netloc),
        ("SiteIDCode", settings.site_id_code),
    ]
    column = COLUMNS.get(request.endpoint or "")
    if column and not g.get("plain"):
        names = ("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType")
        tags += zip(names, column, strict=True)
    return tags


def init_government(app: Flask) -> None:
    """Give every template the tags and the foot."""

    @app.context_processor
    def government() -> dict[str, Any]:
        settings: Settings = current_app.config["MINGDAN"]
        shown = Government(
            settings.site_id_code,
            settings.icp,
            settings.police_record,
            settings.find_fault_url,
            settings.mourning,
        )
        return {"government": shown, "site_tags": site_tags}
