"""A department that loses everyone: the coordinating office takes over, the paper reads again."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from accounts.models import KeyWrap
from departments.models import Department
from portal.codes import normalised
from portal.database import db
from reports.models import PaperKey
from tests.accounts.signing_in import password_of, sign_in
from tests.inbox.test_inbox import number
from tests.inbox.test_transfers import department, newcomer
from tests.inbox.test_transfers import sent as sent
from tests.pages import PageClient
from tests.reports.test_following import WORDS, act, closed, readers, report
from tests.reports.test_tips import TEXT


def lose_everyone(of: str = "区文旅局") -> None:
    """Everybody of a department left: no wrap, no key any more."""
    lost = department(of).id
    db.session.execute(sa.delete(KeyWrap).filter_by(department_id=lost))
    db.session.execute(sa.update(Department).filter_by(id=lost).values(public_key=None))
    db.session.commit()


def somebody_new(demo: Flask, of: str = "区文旅局") -> PageClient:
    return newcomer(demo, "new9", department(of).id)


def phrase_of(client: PageClient) -> str:
    token = client.visit("/desk/paper-key").token()
    page = client.send("/desk/paper-key", {"csrf_token": token})
    found = re.search(r"(?:[0-9A-Z]{4} ){6}[0-9A-Z]{4}", page.words)
    assert found, page.words
    return found[0]


def type_in(client: PageClient, phrase: str, status: int = 200) -> str:
    token = client.visit("/desk/paper-key").token()
    data = {"csrf_token": token, "phrase": phrase}
    return client.send("/desk/paper-key/typed", data, status=status).words


def test_the_coordinating_office_takes_over_and_gives_back(demo: Flask, sent: str) -> None:
    office = sign_in(demo, "djb")
    assert "重新交接" not in office.visit("/desk/inbox").words
    lose_everyone()

    def mend() -> None:
        token = office.visit("/desk/inbox").token()
        office.raw.post("/desk/inbox/mending", data={"csrf_token": token})

    mend()
    assert report().inbox_id == department("区双减办").id
    assert TEXT in office.visit(f"/desk/inbox/{number()}").words
    new = somebody_new(demo)
    mend()
    assert report().inbox_id == department("区文旅局").id
    assert readers() == {"区文旅局", "区双减办"}
    assert TEXT in new.visit(f"/desk/inbox/{number()}").words


def test_what_a_reporter_disagrees_with_is_sealed_to_the_key_of_today(
    demo: Flask, sent: str
) -> None:
    closed(demo)
    lose_everyone("区双减办")
    new = somebody_new(demo, "区双减办")
    act(demo, "/receipt/objection", sent, text=WORDS)
    page = new.visit(f"/desk/inbox/{number()}")
    assert TEXT in page.words
    assert WORDS in page.words


def test_whoever_opens_a_report_seals_it_anew_to_an_office_with_a_new_key(
    demo: Flask, sent: str
) -> None:
    lose_everyone("区双减办")
    new = somebody_new(demo, "区双减办")
    sign_in(demo, "cul").visit(f"/desk/inbox/{number()}")
    lose_everyone()
    new.raw.post("/desk/inbox/mending", data={"csrf_token": new.visit("/desk/inbox").token()})
    assert TEXT in new.visit(f"/desk/inbox/{number()}").words


def test_the_paper_opens_what_was_sealed_to_the_lost_key(demo: Flask, sent: str) -> None:
    phrase = phrase_of(sign_in(demo, "cul"))
    lose_everyone()
    new = somebody_new(demo)
    assert "没有本部门的密钥" in new.visit(f"/desk/inbox/{number()}").words
    assert "重新打开了1件" in type_in(new, phrase.lower().replace(" ", "-"))
    assert TEXT in new.visit(f"/desk/inbox/{number()}").words
    assert "重新打开了0件" in type_in(new, phrase)


def test_a_paper_of_the_new_key_leaves_that_of_the_lost_one_good(demo: Flask, sent: str) -> None:
    phrase = phrase_of(sign_in(demo, "cul"))
    lose_everyone()
    new = somebody_new(demo)
    assert "保险柜里的那张仍然有效" in new.visit("/desk/paper-key").words
    second = phrase_of(new)
    assert "重新打开了1件" in type_in(new, phrase)
    assert TEXT in new.visit(f"/desk/inbox/{number()}").words
    assert "重新打开了0件" in type_in(new, second)


def test_the_phrase_is_stored_nowhere_and_an_earlier_one_is_void(
    demo: Flask, sent: str, tmp_path: object
) -> None:
    client = sign_in(demo, "cul")
    first, second = phrase_of(client), phrase_of(client)
    paper = db.session.scalars(sa.select(PaperKey)).one()
    assert normalised(second).encode() not in paper.wrapped
    type_in(client, second)
    assert "不是本部门的纸" in type_in(client, first, 422)


@pytest.mark.parametrize("phrase", ["", "0" * 27, "🙂", "ABCD " * 7])
def test_a_slip_of_the_pen_says_so(demo: Flask, sent: str, phrase: str) -> None:
    client = sign_in(demo, "cul")
    phrase_of(client)
    type_in(client, phrase, 422)


def test_the_command_prints_one_too(demo: Flask, sent: str) -> None:
    password = password_of(demo, "cul")
    runner = demo.test_cli_runner()
    wrong = runner.invoke(args=["reports", "paper", "cul", "--password", "wrong"])
    assert wrong.exit_code == 1
    printed = runner.invoke(args=["reports", "paper", "cul", "--password", password])
    phrase = printed.output.splitlines()[0].partition("：")[2]
    assert "重新打开了0件" in type_in(sign_in(demo, "cul"), phrase)


def test_another_department_has_its_own(demo: Flask, sent: str) -> None:
    phrase = phrase_of(sign_in(demo, "cul"))
    assert "本部门没有纸质密钥" in type_in(sign_in(demo, "mkt"), phrase, 422)
