"""The shapes of the answers of /api/v1, as JSON Schema (2020-12, what OpenAPI 3.1 uses)."""

from typing import Any

Schema = dict[str, Any]

STANDINGS = ["white", "expired", "rectifying", "suspended", "black", "removed", "closed"]
MATCHED_BY = ["name", "former_name", "address", "code", "sound", "initials", "similar"]
STATUSES = [standing for standing in STANDINGS if standing != "expired"]  # as editions have it


def text(description: str, **more: Any) -> Schema:
    """Return the schema of a string."""
    return {"type": "string", "description": description, **more}


def maybe(schema: Schema) -> Schema:
    """Return the schema of a value that may be null."""
    more = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [schema["type"], "null"], **more}


def listed(items: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def thing(properties: dict[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an object that has these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def ref(name: str) -> Schema:
    """Return a reference to one of SCHEMAS."""
    return {"$ref": f"#/components/schemas/{name}"}


NUMBER: Schema = {"type": "integer", "minimum": 0}
DAY: Schema = {"type": "string", "format": "date"}
SHA256 = text("小写十六进制", pattern="^[0-9a-f]{64}$")
NEXT = maybe(text("下一页的after；没有下一页时为null"))
AREA = text("行政区划代码，GB/T 2260", pattern="^[0-9]{6}$")

_AS_OF: dict[str, Schema] = {
    "edition": {**maybe(NUMBER), "description": "第几期；还没有公布过时为null"},
    "as_of": {**maybe(DAY), "description": "名单截至哪一天"},
}
_FRESH: dict[str, Schema] = {
    "fresh": {"type": "boolean", "description": "最近一份完整的名单在31天以内"}
}
_INSTITUTION: dict[str, Schema] = {
    "code": text("机构编号"),
    "name": text("名称，按公布的写法"),
    "uscc": maybe(text("统一社会信用代码")),
    "licence_no": maybe(text("办学许可证号")),
    "address": text("第一处教学点的地址"),
    "area": AREA,
    "kinds": listed(text("类别代码，见/categories")),
    "standing": text("现在的状态，与网页同一来源", enum=STANDINGS),
}
_PLACE: dict[str, Schema] = {"name": text("教学点名称"), "address": text("地址")}
_SIDES = {"before": {"description": "前一期的值"}, "after": {"description": "后一期的值"}}

_GIVEN: Schema = {
    "oneOf": [
        text("名字", minLength=1, maxLength=200),
        {"type": "object", "properties": {
            "name": text("名字", maxLength=200),
            "uscc": text("统一社会信用代码", maxLength=200)}},
    ]
}  # fmt: skip
_NAMED: dict[str, Schema] = {name: _INSTITUTION[name] for name in ("code", "name", "standing")}
_MATCH: dict[str, Schema] = {
    "name": text("您给的名字；没有名字时是代码"),
    "tier": text("对上、相近、没有", enum=["found", "similar", "none"]),
    "standing": maybe(text("说不准是哪一家时为null", enum=[*STANDINGS, "not_found"])),
    "verdict": text("网页上的话，或者为什么说不准"),
    "code": maybe(text("只对上一家时的机构编号")),
    "matches": listed(thing({**_NAMED, "how": text("怎么对上的")})),
    "lookalikes": listed(thing(_NAMED)),
}

SCHEMAS: dict[str, Schema] = {
    "Error": thing({"error": thing({"status": NUMBER, "message": text("出了什么事，该怎么办")})}),
    "Institution": thing(_INSTITUTION),
    "Found": thing(
        _INSTITUTION
        | {"matched_by": text("怎样查到的", enum=MATCHED_BY),
           "score": {"type": "number", "minimum": 0, "maximum": 1}},
    ),
    "Names": thing({"names": {**listed(_GIVEN), "minItems": 1, "maxItems": 200}}),
    "Matches": thing({**_AS_OF, "items": listed(thing(_MATCH))}),
    "SearchAnswer": thing(
        {
            "query": text("查的文字"),
            "tier": text("查到、相近、没有", enum=["found", "similar", "none"]),
            "total": NUMBER,
            **_AS_OF,
            "items": listed(ref("Found")),
            "next": NEXT,
            "filtered_out": {
                **NUMBER, "description": "按条件没有查到时，去掉条件有几家；查到时为0"},
        }
    ),
    "InstitutionToday": thing(
        _INSTITUTION | _AS_OF | _FRESH
        | {"premises": listed(thing(
            _PLACE | {"door_code": text("有没有门牌码", enum=["issued", "none"])}))}
    ),
    "InstitutionThen": thing(
        _INSTITUTION
        | {"name": maybe(text("当时公布的名称；当时不在名单上为null")),
           "standing": maybe(text("那一天的状态；还没有名单时为null",
                                  enum=[*STANDINGS, "not_found"]))}
        | _AS_OF | _FRESH
        | {"premises": listed(thing(_PLACE)), "on": DAY,
           "note": text("要一起说明的话，例如：当时尚无名单公布")}
    ),
    "Door": thing(
        {"door_code": text("门牌码"), "premises": thing(_PLACE), "institution": ref("Institution")}
        | _AS_OF | _FRESH
    ),
    "Edition": thing(
        {
            "area": AREA,
            "number": NUMBER,
            "as_of": DAY,
            **_FRESH,
            "published_at": {"type": "string", "format": "date-time"},
            "counts": {
                "type": "object",
                "description": "状态 → 家数",
                "propertyNames": {"enum": STATUSES},
                "additionalProperties": NUMBER,
            },
            "manifest_sha256": SHA256,
            "previous_sha256": maybe(SHA256),
            "key_id": text("公钥编号，见/keys/<编号>.pem"),
            "supplement": {"type": "boolean", "description": "增刊：紧急的单项变更"},
            "reason": maybe(text("公布的理由，有才写")),
            "withheld": maybe(text("按哪个决定停止提供名单文件；照常提供时为null")),
            "address": text("网页", format="uri"),
            "files": listed(thing(
                {"name": text("文件名"), "size": NUMBER, "sha256": SHA256,
                 "address": text("下载地址", format="uri")})),
        }
    ),
    "Editions": thing({"items": listed(ref("Edition")), "next": NEXT}),
    "Difference": thing(
        {
            "code": text("机构编号"),
            "name": text("名称"),
            "kind": text("新公布、有变、误列撤销", enum=["added", "changed", "gone"]),
            "fields": {
                "type": "object",
                "description": "字段 → 前后的值；没有这个字段的一边不写",
                "additionalProperties": thing(_SIDES, optional=("before", "after")),
            },
        }
    ),
    "Comparison": thing(
        {"area": AREA, "from": NUMBER, "to": NUMBER, "items": listed(ref("Difference")),
         "next": NEXT}
    ),
    "Areas": thing(
        {"items": listed(thing(
            {"code": AREA, "name": text("名称"), "full_name": text("带上级的名称"),
             "parent": maybe(AREA)} | _AS_OF | _FRESH))}
    ),
    "Departments": thing(
        {"items": listed(thing(
            {"area": AREA, "name": text("全称"), "short_name": text("简称"),
             "duties": text("管什么"), "hotline": text("电话"), "website": text("网址"),
             "roles": listed(text("分办角色代码"))}))}
    ),
    "Categories": thing(
        {
            "items": listed(thing(
                {"code": text("类别代码"), "name": text("名称"), "plain": text("家长的说法"),
                 "group": text("大类"), "urgent": {"type": "boolean"}})),
            "kinds": listed(thing({"code": text("机构类别代码"), "name": text("名称")})),
        }
    ),
}  # fmt: skip
