"""Delivering notices: many rows for one mailbox become one mail that holds nothing but a number.

Mails leave on the hour, urgent ones on the quarter: whoever sees one learns no more of when the
report came than its hour says. A row is claimed before it is sent, until a later quarter, and
marked after: a crash in between sends a mail twice rather than never.
"""

import mailbox
import os
import secrets
import smtplib
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from outbox.models import MessageKind, OutboxMessage
from portal.clock import next_mark, now, rounded
from portal.settings import Settings

HOURLY, URGENT = 60, 15  # minutes between mails
LEASE = timedelta(minutes=5)  # at least so long a row is claimed
BATCH = 1000


def notify(
    session: Session,
    kind: MessageKind,
    recipient: str,
    link: str,
    cluster: str = "",
    *,
    urgent: bool = False,
) -> None:
    """Write the notice row, in the caller's transaction; rows of a cluster share one mail."""
    written = now()
    session.add(
        OutboxMessage(
            kind=kind,
            recipient=recipient,
            link=link,
            cluster=cluster,
            # The hour, as on the report it tells of: an exact time here would give away theirs.
            created_at=rounded(written),
            due_at=next_mark(written, URGENT if urgent else HOURLY),
        )
    )


def deliver(session: Session, settings: Settings) -> int:
    """Send what is due, folded per mailbox and kind; returns the number of mails. Commits."""
    claimed = _claim(session)
    folded: dict[tuple[str, MessageKind], list[OutboxMessage]] = defaultdict(list)
    told = _told(session, claimed)
    for message in claimed:
        if (message.recipient, message.cluster) in told:
            message.sent_at, message.due_at = rounded(now()), None
            continue
        folded[message.recipient, message.kind].append(message)
    session.commit()
    sent = 0
    for (recipient, kind), messages in folded.items():
        if recipient and not _sent(settings, recipient, kind, messages):
            continue  # they fall due again
        for message in messages:
            message.sent_at, message.due_at = rounded(now()), None
        session.commit()
        sent += bool(recipient)
    return sent


def _claim(session: Session) -> Sequence[OutboxMessage]:
    free = (
        sa.select(OutboxMessage.id)
        .where(OutboxMessage.sent_at.is_(None), OutboxMessage.due_at <= now())
        .limit(BATCH)
        .with_for_update(skip_locked=True)  # PostgreSQL; SQLite has one writer anyway
    )
    ids = session.scalars(
        sa.update(OutboxMessage)
        .where(OutboxMessage.id.in_(free.scalar_subquery()))
        .values(due_at=next_mark(now() + LEASE, URGENT), attempts=OutboxMessage.attempts + 1)
        .returning(OutboxMessage.id),
        execution_options={"synchronize_session": False},
    ).all()
    session.commit()
    return session.scalars(sa.select(OutboxMessage).where(OutboxMessage.id.in_(ids))).all()


def _told(session: Session, claimed: Sequence[OutboxMessage]) -> set[tuple[str, str]]:
    """Return mailbox and cluster of what a mail has told already: a flood is one mail."""
    clusters = {message.cluster for message in claimed if message.cluster}
    told = sa.select(OutboxMessage.recipient, OutboxMessage.cluster).where(
        OutboxMessage.cluster.in_(clusters), OutboxMessage.sent_at.is_not(None)
    )
    return {(recipient, cluster) for recipient, cluster in session.execute(told.distinct())}


def _sent(
    settings: Settings, recipient: str, kind: MessageKind, messages: Sequence[OutboxMessage]
) -> bool:
    try:
        _hand_over(settings, _mail(settings, recipient, kind, messages))
    except (OSError, ValueError, smtplib.SMTPException):  # one bad mailbox must not stop the rest
        return False
    return True


def _mail(
    settings: Settings, recipient: str, kind: MessageKind, messages: Sequence[OutboxMessage]
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = settings.mail_from
    mail["To"] = recipient
    mail["Subject"] = _SUBJECTS[kind]
    links = sorted({message.link for message in messages})
    mail.set_content(_TEXTS[kind].format(len(messages)) + "\n" + "\n".join(links) + "\n")
    return mail


_SUBJECTS = {
    MessageKind.NEW_REPORT: "明单：收件箱有新的群众反映",
    MessageKind.UNREAD: "明单：有过期没人打开的群众反映",
}
_TEXTS = {
    MessageKind.NEW_REPORT: "有 {} 件新的，请登录查看：",
    MessageKind.UNREAD: "有 {} 件过了答复期限还没有人打开，请登录查看并督促：",
}


def _hand_over(settings: Settings, mail: EmailMessage) -> None:
    if not settings.smtp_url:
        _spool(settings.instance / "mail", mail)
        return
    server = urlsplit(settings.smtp_url)
    secure = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with secure(server.hostname or "", server.port or 0, timeout=30) as connection:
        if server.username:
            connection.login(server.username, server.password or "")
        connection.send_message(mail)


def _spool(folder: Path, mail: EmailMessage) -> None:
    mailbox.Maildir(folder, create=True)
    hour = int(rounded(now()).timestamp())
    name = f"{hour}.{secrets.token_hex(8)}.mingdan"  # Maildir's own tells the microsecond
    with (folder / "tmp" / name).open("wb") as draft:
        draft.write(bytes(mail))
        draft.flush()
        os.fsync(draft.fileno())
    os.utime(folder / "tmp" / name, (hour, hour))
    (folder / "tmp" / name).rename(folder / "new" / name)
