"""The right of reply: an institution's own words beside the act against it, and nowhere else."""

import json

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.database import db
from publishing.drafts import LONGEST_REPLY
from publishing.importing import Blocked
from publishing.sheet import ListKind
from publishing.signing import Signer
from register.models import EditionFile, Standing
from tests.publishing.test_importing import (
    BLACK_HEAD,
    HEAD,
    black_row,
    jia,
    publish,
    signer,  # noqa: F401 - the fixture
)


def black(reply: str, day: str = "2026-06-25") -> str:
    head = BLACK_HEAD.replace("备注", "备注,当事人申辩意见,申辩日期")
    return head + black_row().rstrip("\n") + f",{reply},{day}\n"


def replies() -> list[tuple[str | None, str | None]]:
    rows = db.session.execute(sa.select(Standing.reply, Standing.replied_on))
    return [(reply, day.isoformat() if day else None) for reply, day in rows]


def test_a_reply_is_dated_and_published_with_the_entry(app: Flask, signer: Signer) -> None:  # noqa: F811
    outcome = publish(signer, black("已退还全部学费。"), list_kind=ListKind.BLACK)
    assert replies() == [("已退还全部学费。", "2026-06-25")]
    assert outcome.edition is not None
    content = db.session.scalars(
        sa.select(EditionFile.content).filter_by(edition_id=outcome.edition.id, name="list.json")
    ).one()
    standing = json.loads(content)["institutions"][0]["standing"]
    assert standing["reply"] == "已退还全部学费。"


def test_a_reply_that_comes_later_amends_and_one_that_is_missing_erases_nothing(
    app: Flask,
    signer: Signer,  # noqa: F811
) -> None:
    publish(signer, BLACK_HEAD + black_row(), list_kind=ListKind.BLACK)
    outcome = publish(signer, black("正在申请复议。"), list_kind=ListKind.BLACK)
    assert [set(proposal.fields) for proposal in outcome.proposals] == [{"reply"}]
    assert publish(signer, black("", ""), list_kind=ListKind.BLACK).proposals == []
    assert replies() == [("正在申请复议。", "2026-06-25")]


def test_beside_a_white_standing_there_is_nothing_to_reply_to(app: Flask, signer: Signer) -> None:  # noqa: F811
    head = HEAD.replace("备注", "备注,申辩意见")
    publish(signer, head + jia().rstrip("\n") + ",我们很好。\n")
    assert replies() == [(None, None)]
    publish(signer, head + jia(note="限期整改").rstrip("\n") + ",已贴出收费表。\n")
    assert replies()[-1] == ("已贴出收费表。", None)


def test_a_reply_too_long_is_left_out_and_one_with_a_name_blocks(
    app: Flask,
    signer: Signer,  # noqa: F811
) -> None:
    outcome = publish(signer, black("长" * (LONGEST_REPLY + 1)), list_kind=ListKind.BLACK)
    assert "reply_long" in {finding.code for finding in outcome.findings}
    assert replies()[0][0] is None
    with pytest.raises(Blocked):
        publish(signer, black("请找家长王小明 13800138000"), list_kind=ListKind.BLACK)
