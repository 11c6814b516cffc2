"""The audit log: every privileged act, each entry hashed over the one before it.

Altering, dropping or reordering an entry breaks the chain from there on. That the last entries were
cut off shows only against a head noted elsewhere: `audit check` prints it.
"""

import hashlib
import json
from contextlib import closing
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.models import AuditEntry, Membership
from portal.clock import now, rounded
from portal.database import db

FIRST = "0" * 64  # what stands before entry 1
_LOCK = 0x6D64_6175  # PostgreSQL's advisory lock of the chain
_HASHED = (
    "number", "at", "officer_id", "department_id", "act", "subject_type", "subject_id", "details",
    "previous",
)  # fmt: skip

# The closed set of acts, with their words on the page.
WORDS = {
    "accounts.invite": "邀请人员",
    "accounts.join": "接受邀请",
    "accounts.add": "添加人员",
    "accounts.role": "改角色",
    "accounts.disable": "停用账号",
    "accounts.enable": "恢复账号",
    "accounts.reset": "重发登录链接",
    "account.factor": "绑定动态码",
    "account.password": "改口令",
    "account.recover": "用恢复码登录",
    "keys.hand": "交付密钥",
    "keys.lost": "部门密钥作废",
    "keys.paper": "打印纸质密钥",
    "keys.recover": "用纸质密钥打开",
    "cases.mend": "重新交接举报",
    "cases.open": "打开举报",
    "cases.file": "打开举报的文件",
    "cases.move": "办理举报",
    "lists.uploaded": "上传名单文件",
    "lists.covered": "改文件的涵盖范围",
    "lists.downloaded": "下载带批注的原文件",
    "lists.urgent": "办理紧急变更",
    "lists.confirmed": "确认名单里的问题",
    "lists.corrected": "在页面上改正名单",
    "lists.columns": "改名单的列",
    "lists.submitted": "报送名单",
    "lists.approved": "审核通过名单",
    "lists.returned": "退回名单",
    "lists.published": "公布一期名单",
    "lists.published_without_desk": "不经工作台公布一期名单",
    "lists.exported": "导出待签名的一期",
    "lists.let_go": "不再补没有公布的行",
    "lists.noted": "更正或停止提供一期名单",
    "lists.kept": "保存待公布的表",
    "lists.drop": "丢弃待公布的表",
    "signing.rotate": "更换签名的钥匙",
    "signing.revoke": "吊销签名的钥匙",
    "departments.import": "导入部门",
    "notices.write": "写通知",
    "notices.submit": "提交通知",
    "notices.return": "退回通知",
    "notices.publish": "公布通知",
    "notices.withdraw": "撤回通知",
    "doors.revoke": "作废门牌码",
}


def record(
    session: Session,
    act: str,
    by: Membership | None = None,
    subject: tuple[str, int | str] = ("", ""),
    **details: int | str | bool | None,
) -> AuditEntry:
    """Append an entry in the caller's transaction; call it last, right before the commit.

    `by` is `desk.membership`, None for the command line. `subject` is a type and an id. Details
    hold no personal data and nothing of a report's content; near a report the time is rounded to
    the hour. Raises KeyError for an act that has no word in WORDS.
    """
    WORDS[act]
    if session.get_bind().dialect.name == "postgresql":  # SQLite's writer is alone already
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    session.flush()
    last = session.scalars(
        sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)
    ).first()
    kind, name = subject
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=rounded(now()) if kind == "report" else now().replace(microsecond=0),
        officer_id=by.officer_id if by else None,
        department_id=by.department_id if by else None,
        act=act,
        subject_type=kind,
        subject_id=str(name),
        details=json.dumps(details, ensure_ascii=False, sort_keys=True),
        previous=last.hash if last else FIRST,
    )
    entry.hash = digest(entry)
    session.add(entry)
    session.flush()
    return entry


def record_reading(act: str, by: Membership, subject: tuple[str, int | str]) -> None:
    """Append that a fetched page showed something: once an hour, in a transaction of its own."""
    kind, name = subject
    with db.reading() as session:
        seen = session.scalar(
            sa.select(AuditEntry.number)
            .filter_by(act=act, officer_id=by.officer_id, subject_type=kind, subject_id=str(name))
            .where(AuditEntry.at >= rounded(now()))
            .limit(1)
        )
    if seen is None:
        with db.writing() as session:
            record(session, act, by, subject)


def digest(entry: AuditEntry) -> str:
    """Return SHA-256 in hex over an entry's canonical JSON, which holds the previous hash."""
    values: dict[str, Any] = {name: getattr(entry, name) for name in _HASHED}
    values["at"] = entry.at.isoformat()
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def broken(session: Session) -> tuple[int | None, int, str]:
    """Walk the chain; return the first broken number or None, how many entries, the last hash."""
    count, previous = 0, FIRST
    entries = sa.select(AuditEntry).order_by(AuditEntry.number)
    stream = {"yield_per": 1000, "populate_existing": True}
    with closing(session.scalars(entries, execution_options=stream)) as found:
        for entry in found:
            if (entry.number, entry.previous, entry.hash) != (count + 1, previous, digest(entry)):
                return count + 1, count, previous
            count, previous = entry.number, entry.hash
    return None, count, previous
