"""/api/v1/openapi.json: the description of the API, written by hand.

A test holds it against the route table, another one against the answers. Adding to an answer
raises the second number of VERSION; what is there is neither taken away nor given another meaning.
"""

from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from api.answering import under_read_limit
from api.schemas import AREA, DAY, SCHEMAS, STANDINGS, Schema, ref, text
from portal.addresses import public_address

bp = under_read_limit(Blueprint("openapi", __name__, url_prefix="/api/v1"))

VERSION = "1.3.0"

_REFUSALS = {
    400: "参数不对；message说明哪里不对",
    404: "没有",
    410: "已作废，或已停止公开",
    413: "发来的内容太大",
    414: "查的文字超过200个字",
    429: "请求太多；Retry-After写明多少秒后再来",
    503: "索引正在建立，请过一分钟再来",
}


def _answer(description: str, schema: str) -> dict[str, Any]:
    return {
        "description": description,
        "headers": {"ETag": {"schema": text("再来时放进If-None-Match；没有变化就回304")}},
        "content": {"application/json": {"schema": ref(schema)}},
    }


def _refusal(status: int) -> dict[str, Any]:
    retry = {"Retry-After": {"schema": text("秒")}} if status == 429 else {}
    content = {"application/json": {"schema": ref("Error")}}
    return {"description": _REFUSALS[status], "headers": retry, "content": content}


def _get(
    name: str, summary: str, answers: dict[str, Any], *parameters: Schema, refusals: str = ""
) -> dict[str, Any]:
    refused = sorted({400, 429, *map(int, refusals.split())})
    responses = answers | {"304": {"description": "和上次一样"}}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": list(parameters),
            "responses": responses | {str(status): _refusal(status) for status in refused},
        }
    }


def _in_path(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _asked(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": schema}


_COUNT = {"type": "integer", "minimum": 1, "maximum": 999999}
_CODE = _in_path("code", text("编号，不分大小写", minLength=1, maxLength=40))
_AREA = _in_path("area", AREA)
_LIMIT = _asked("limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20})
_AFTER = _asked("after", text("上一页的next"))

SEARCH = _get(
    "searchInstitutions", "按名称、地址、代码查机构；没查到也是200",
    {"200": _answer("三档：查到、相近、没有", "SearchAnswer")},
    _asked("q", text("要查的文字", maxLength=200)),
    _asked("area", AREA),
    _asked("kind", text("类别代码，见/categories", maxLength=2)),
    _asked("standing", text("状态", enum=STANDINGS)),
    _LIMIT, _AFTER, refusals="414 503",
)  # fmt: skip

MATCH = {
    "post": {
        "operationId": "matchNames",
        "summary": "一次查最多200个名字；不保存，不记日志",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": ref("Names")}},
        },
        "responses": {
            "200": {
                "description": "每个名字一条，按原来的顺序",
                "content": {"application/json": {"schema": ref("Matches")}},
            },
            **{str(status): _refusal(status) for status in (400, 413, 429, 503)},
        },
    }
}

PATHS: dict[str, Any] = {
    "/institutions": SEARCH,
    "/match": MATCH,
    "/institutions/{code}": _get(
        "getInstitution", "一家机构；带on时是那一天的状态，由那一天有效的一期回答",
        {"200": {
            "description": "今天的，或那一天的",
            "headers": {"ETag": {"schema": text("同上")}},
            "content": {"application/json": {
                "schema": {"oneOf": [ref("InstitutionToday"), ref("InstitutionThen")]}}},
        }},
        _CODE, _asked("on", {**DAY, "description": "2024-03-01；不晚于今天"}), refusals="404",
    ),
    "/doors/{code}": _get(
        "getDoor", "这个门牌码是谁家的，那家现在怎样",
        {"200": _answer("有效的门牌码", "Door")}, _CODE, refusals="404 410",
    ),
    "/editions": _get(
        "listEditions", "各期名单，新的在前", {"200": _answer("一页", "Editions")},
        _asked("area", AREA), _LIMIT, _AFTER,
    ),
    "/editions/{area}/{number}": _get(
        "getEdition", "一期名单", {"200": _answer("这一期", "Edition")},
        _AREA, _in_path("number", _COUNT), refusals="404",
    ),
    "/editions/{area}/{earlier}..{later}": _get(
        "compareEditions", "两期有什么不同，一家一条；全部加到前一期上就得到后一期",
        {"200": _answer("一页，按机构编号排", "Comparison")},
        _AREA, _in_path("earlier", _COUNT), _in_path("later", _COUNT), _LIMIT,
        _asked("after", text("上一页的next：机构编号")), refusals="404 410",
    ),
    "/areas": _get("listAreas", "管哪些地区，各自最新一期", {"200": _answer("全部", "Areas")}),
    "/departments": _get(
        "listDepartments", "本地区有哪些部门，各管什么", {"200": _answer("全部", "Departments")}
    ),
    "/categories": _get(
        "listCategories", "举报类别和机构类别", {"200": _answer("全部", "Categories")}
    ),
    "/openapi.json": {
        "get": {
            "operationId": "describe",
            "summary": "这份说明",
            "responses": {
                "200": {
                    "description": "OpenAPI 3.1",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                },
                "304": {"description": "和上次一样"},
                "400": _refusal(400),
                "429": _refusal(429),
            },
        }
    },
}  # fmt: skip


@bp.get("/openapi.json")
def description() -> ResponseReturnValue:
    """Return the description."""
    address = public_address("openapi.description").removesuffix("/openapi.json")
    return jsonify(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "明单：校外培训机构名单",
                "version": VERSION,
                "description": "只读，不用登录。状态与网页同一来源；每个回答都写明期数和截至日期。"
                "时间按中国标准时间的日期算。出错时回error，message是一句中文。",
            },
            "servers": [{"url": address}],
            "paths": PATHS,
            "components": {"schemas": SCHEMAS},
        }
    )
