"""Every fault is a clear sentence: one table, shown as a page or as JSON."""

from http import HTTPStatus

from flask import Flask, abort, current_app, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from gunicorn.http.errors import ParseException  # a body that breaks off while it is read
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError

from portal.database import db
from portal.i18n import lazy_gettext as _

# status: title, what happened, what to do
SENTENCES = {
    HTTPStatus.BAD_REQUEST: (
        _("这个请求没法处理"),
        _("页面可能过期了，或地址不完整。"),
        _("请返回上一页，刷新后再试。"),
    ),
    HTTPStatus.FORBIDDEN: (
        _("不能这样打开"),
        _("这个请求来自别的网站，或您没有权限。"),
        _("请从本站页面进入。"),
    ),
    HTTPStatus.NOT_FOUND: (
        _("没有这一页"),
        _("地址可能抄错了，或内容已移走。"),
        _("可以从首页按机构名或地址查。"),
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        _("不能这样打开"),
        _("这个地址不接受这种请求。"),
        _("请从页面上的按钮进入。"),
    ),
    HTTPStatus.GONE: (_("已经作废"), _("这里的内容已经作废。"), _("可以从首页重新查。")),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        _("内容太大"),
        _("提交的内容超过了上限，没有保存。"),
        _("请删减后再试。"),
    ),
    HTTPStatus.REQUEST_URI_TOO_LONG: (
        _("写得太长了"),
        _("要查的文字超过了 200 个字。"),
        _("请只写机构名、地址或代码。"),
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (
        _("请稍等再试"),
        _("这段时间的请求太多了，刚才的内容没有保存。"),
        _("请过一会儿再试；紧急情况请直接拨打 110、119、120。"),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        _("正在准备"),
        _("名单索引正在建立。"),
        _("请过一分钟再试。"),
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        _("本站出错了"),
        _("这是我们的错，不是您的操作有误。"),
        _("请稍后再试，或拨打页面下方电话。"),
    ),
}


def init_errors(app: Flask) -> None:
    """Answer every HTTP fault from the table; the log keeps one line without personal data."""
    app.before_request(_refuse_nul)
    app.register_error_handler(HTTPException, _show)
    app.register_error_handler(ParseException, lambda _fault: _show(BadRequest()))


def _refuse_nul() -> None:
    # No keyboard types it; databases and C libraries cut text at it.
    if b"%00" in request.query_string or "\0" in request.path:
        abort(HTTPStatus.BAD_REQUEST)
    if request.mimetype == "application/x-www-form-urlencoded":
        refuse_nul_in_form()


def refuse_nul_in_form() -> None:
    """Answer a form with a NUL in a field with 400; forms with files ask for it themselves."""
    if any("\0" in value for value in request.form.values()):
        abort(HTTPStatus.BAD_REQUEST)


def _show(fault: HTTPException) -> ResponseReturnValue:
    if fault.code is None or fault.code < HTTPStatus.BAD_REQUEST:
        return fault.get_response()  # a redirect of the router's own
    status = HTTPStatus(fault.code) if fault.code in SENTENCES else HTTPStatus.BAD_REQUEST
    if isinstance(fault, InternalServerError):
        status = HTTPStatus.INTERNAL_SERVER_ERROR
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        db.session.rollback()
        g.plain = True  # the database may be what failed: this page asks it nothing
    title, sentence, advice = SENTENCES[status]
    code = fault.code if status is HTTPStatus.BAD_REQUEST else int(status)
    headers = [(n, v) for n, v in fault.get_headers() if n in {"Retry-After", "Allow"}]
    if request.path.startswith("/api/"):
        return jsonify(error={"status": code, "message": str(sentence)}), code, headers
    current_app.logger.info("%s %s", code, request.endpoint or "-")
    page = render_template(
        "errors/error.html", status=code, title=title, sentence=sentence, advice=advice
    )
    return page, code, headers
