"""Accounts from invitation to leaving, and a department's key from hand to hand."""

import json

import pytest
import sqlalchemy as sa
from flask import Flask

from accounts.enrolment import holders
from accounts.keys import unwrap_all
from accounts.managing import taken_over
from accounts.models import AuditEntry, Invitation, KeyWrap, Officer, Role
from accounts.officers import check_password
from accounts.roles import Permission, may
from departments.models import Department
from portal.clock import now
from portal.database import db
from publishing.submissions import new_submission
from tests.accounts.signing_in import password_of, sign_in
from tests.pages import Page, PageClient

PASSWORD = "twelve characters and more"


def officer(username: str) -> Officer:
    db.session.expire_all()
    return db.session.scalars(sa.select(Officer).filter_by(username=username)).one()


def department(short_name: str = "区文旅局") -> Department:
    return db.session.scalars(sa.select(Department).filter_by(short_name=short_name)).one()


@pytest.fixture
def administrator(demo: Flask) -> PageClient:
    return sign_in(demo, "adm")


def act(client: PageClient, path: str, status: int, **data: str) -> Page | None:
    token = client.visit("/desk/account").token()
    answer = client.raw.post(path, data={"csrf_token": token, **data})
    assert answer.status_code == status, answer.get_data(as_text=True)
    return Page(answer) if status != 303 else None


def link_in(page: Page | None) -> str:
    assert page
    link = page.tree.xpath("//div[@class='panel']/p")[0].text_content()
    return str(link).removeprefix("http://127.0.0.1:8000")


def invite(administrator: PageClient, username: str = "new1", **changes: str) -> str:
    data = {"username": username, "name": "新来的", "department": str(department().id),
            "role": "clerk"}  # fmt: skip
    db.session.rollback()
    return link_in(act(administrator, "/desk/officers/new", 200, **data | changes))


def join(app: Flask, link: str, password: str = PASSWORD, status: int = 303) -> None:
    client = PageClient(app)
    data = {"csrf_token": client.visit(link).token(), "password": password, "again": password}
    assert client.raw.post(link, data=data).status_code == status


def disable(client: PageClient, username: str, successor: str, status: int, **data: str) -> None:
    leaver, heir = officer(username).id, officer(successor).id
    db.session.rollback()
    act(client, f"/desk/officers/{leaver}/disable", status, successor=str(heir), **data)


def test_an_invited_officer_joins_once_and_waits_for_the_key(
    demo: Flask, administrator: PageClient
) -> None:
    link = invite(administrator)
    assert link not in str(db.session.scalars(sa.select(Invitation.token_digest)).all())
    assert check_password(db.session, "new1", "") is None
    join(demo, link, "short", status=422)
    join(demo, link)
    PageClient(demo).visit(link, status=404)
    assert unwrap_all(db.session, officer("new1"), PASSWORD) == {}
    newcomer = str(officer("new1").id)
    db.session.rollback()

    colleague = sign_in(demo, "cul")
    assert "新来的" in colleague.visit("/desk/account").words
    act(sign_in(demo, "spo"), f"/desk/account/keys/{newcomer}", 404)
    act(colleague, f"/desk/account/keys/{newcomer}", 303)
    mine = unwrap_all(db.session, officer("cul"), password_of(demo, "cul"))
    assert unwrap_all(db.session, officer("new1"), PASSWORD) == mine
    assert "新来的" not in colleague.visit("/desk/account").words


def test_a_link_expires(demo: Flask, administrator: PageClient) -> None:
    link = invite(administrator)
    db.session.execute(sa.update(Invitation).values(expires_at=now()))
    db.session.commit()
    PageClient(demo).visit(link, status=404)


@pytest.mark.parametrize(
    "changes",
    [{"username": "cul"}, {"username": "Böse"}, {"username": ""}, {"name": ""}, {"role": "king"},
     {"department": "99999"}, {"department": "x"}],
)  # fmt: skip
def test_what_cannot_be_invited_is_said(administrator: PageClient, changes: dict[str, str]) -> None:
    data = {"username": "new1", "name": "新来的", "department": str(department().id),
            "role": "clerk"}  # fmt: skip
    db.session.rollback()
    page = act(administrator, "/desk/officers/new", 422, **data | changes)
    assert page
    assert page.tree.xpath("//*[@class='summary']")


def test_the_first_of_a_department_makes_its_key(demo: Flask, administrator: PageClient) -> None:
    fire = department("区消防大队").id
    join(demo, invite(administrator, department=str(fire)))
    assert list(unwrap_all(db.session, officer("new1"), PASSWORD)) == [fire]
    assert department("区消防大队").public_key


def test_a_leaver_is_out_at_once_and_a_colleague_stays(
    demo: Flask, administrator: PageClient
) -> None:
    leaver = sign_in(demo, "cul")
    disable(administrator, "cul", "edu", 422)  # of another department
    disable(administrator, "cul", "cul2", 303)
    assert leaver.raw.get("/desk/inbox").location == "/desk/sign-in"
    assert holders(db.session, department().id) == 1
    entry = db.session.scalars(sa.select(AuditEntry).filter_by(act="accounts.disable")).one()
    assert json.loads(entry.details) == {"successor": officer("cul2").id, "key_lost": False}


def test_what_a_leaver_had_open_is_shown_to_the_successor(
    demo: Flask, administrator: PageClient
) -> None:
    leaver, heir = officer("cul"), officer("cul2")
    name = leaver.name
    draft, sent, other = (
        new_submission(db.session, "359901", department().id, by)
        for by in (leaver.id, None, heir.id)
    )
    sent.submitted_by_id = leaver.id
    numbers = [draft.id, sent.id, other.id]
    db.session.commit()
    disable(administrator, "cul", "cul2", 303)
    page = sign_in(demo, "cul2").visit("/desk/lists")
    (section,) = page.tree.xpath("//section[h2='您接手的']")
    assert f"{name}经办" in section.text_content()
    shown = [int(link.rsplit("/", 1)[1]) for link in section.xpath(".//@href")]
    assert sorted(shown) == numbers[:2]
    assert "您接手的" not in sign_in(demo, "edu").visit("/desk/lists").words
    gone = officer("cul").id
    db.session.rollback()
    assert f"由{officer('cul2').name}接手" in administrator.visit(f"/desk/officers/{gone}").words

    join(demo, link_in(act(administrator, f"/desk/officers/{gone}/enable", 200)))
    assert "您接手的" not in sign_in(demo, "cul2").visit("/desk/lists").words


def test_work_goes_on_from_successor_to_successor(demo: Flask, administrator: PageClient) -> None:
    first, second, third = officer("cul"), officer("cul2"), officer("edu")
    first.successor_id, second.successor_id = second.id, third.id
    db.session.flush()
    assert taken_over(db.session, third) == {first.id: first.name, second.id: second.name}
    third.successor_id = first.id
    db.session.flush()
    assert third.id in taken_over(db.session, third), "a circle ends"


def test_the_last_key_is_lost_only_when_confirmed(demo: Flask, administrator: PageClient) -> None:
    disable(administrator, "cul", "cul2", 303)
    invite(administrator)  # a colleague without key
    disable(administrator, "cul2", "new1", 422)
    join(demo, invite(administrator, "new2"))
    disable(administrator, "cul2", "new2", 422)
    assert department().public_key
    db.session.rollback()
    disable(administrator, "cul2", "new2", 303, lose_key="y")
    db.session.expire_all()
    assert department().public_key is None, "reports now go to the coordinating office"


def test_an_account_comes_back_with_a_new_password_and_no_key(
    demo: Flask, administrator: PageClient
) -> None:
    disable(administrator, "cul", "cul2", 303)
    back = officer("cul").id
    db.session.rollback()
    link = link_in(act(administrator, f"/desk/officers/{back}/enable", 200))
    join(demo, link)
    assert officer("cul").totp_secret is None
    assert unwrap_all(db.session, officer("cul"), PASSWORD) == {}


def test_a_lost_password_is_reset_and_the_key_waits_for_a_colleague(
    demo: Flask, administrator: PageClient
) -> None:
    signed_in, lost = sign_in(demo, "cul"), officer("cul").id
    db.session.rollback()
    link = link_in(act(administrator, f"/desk/officers/{lost}/reset", 200))
    signed_in.visit("/desk/inbox")  # until the link is used nothing has changed
    join(demo, link)
    assert signed_in.raw.get("/desk/inbox").location == "/desk/sign-in"
    assert check_password(db.session, "cul", password_of(demo, "cul")) is None
    assert holders(db.session, department().id) == 1


def test_a_role_without_reports_gives_the_key_back(demo: Flask, administrator: PageClient) -> None:
    moved, him = officer("cul").id, sign_in(demo, "cul")
    act(administrator, f"/desk/officers/{moved}/role", 303, role="administrator")
    assert him.raw.get("/desk/inbox").location == "/desk/sign-in"
    assert not db.session.scalar(sa.select(KeyWrap.id).filter_by(officer_id=moved))
    db.session.rollback()
    act(administrator, f"/desk/officers/{moved}/role", 422, role="king")


@pytest.mark.parametrize("what", ["role", "disable", "reset", "enable"])
def test_nobody_manages_the_own_account(administrator: PageClient, what: str) -> None:
    own = officer("adm").id
    db.session.rollback()
    act(administrator, f"/desk/officers/{own}/{what}", 422, role="clerk", successor="11")
    assert officer("adm").disabled_at is None


def test_another_area_is_not_there(demo: Flask, administrator: PageClient) -> None:
    far = Department(area_code="350503", name="丰泽局", short_name="丰泽局", channel="phone")
    db.session.add(far)
    db.session.commit()
    act(administrator, "/desk/officers/new", 422, username="far", name="远", role="clerk",
        department=str(far.id))  # fmt: skip


def test_may_knows_role_department_and_area(demo: Flask) -> None:
    clerk, coordinator = officer("cul").memberships[0], officer("djb").memberships[0]
    own, other = department().id, department("区体育局").id
    far = Department(area_code="350503", name="丰泽局", short_name="丰泽局", channel="phone")
    db.session.add(far)
    db.session.flush()
    for member, permission, place, right in (
        (clerk, Permission.CASES_WORK, own, True), (clerk, Permission.CASES_WORK, other, False),
        (clerk, Permission.LISTS_APPROVE, own, False),
        (clerk, Permission.LISTS_PREPARE, None, True),
        (coordinator, Permission.CASES_RULE, own, True),
        (coordinator, Permission.CASES_RULE, far.id, False),
        (coordinator, Permission.CASES_WORK, own, False),
    ):  # fmt: skip
        assert may(db.session, member, permission, department_id=place) is right, permission
    clerk.officer.disabled_at = now()
    assert not may(db.session, clerk, Permission.CASES_WORK)


def test_the_log_names_nobody(demo: Flask, administrator: PageClient) -> None:
    join(demo, invite(administrator))
    disable(administrator, "cul", "cul2", 303)
    for entry in db.session.scalars(sa.select(AuditEntry)):
        assert not any("\u4e00" <= c <= "\u9fff" for c in entry.details), entry.details


def test_the_command_prints_a_link_that_works(demo: Flask) -> None:
    args = ["officers", "invite", "boss", "--name", "管理员", "--role", "administrator",
            "--department", str(department().id)]  # fmt: skip
    output = demo.test_cli_runner().invoke(args=args).output
    join(demo, output.splitlines()[0].removeprefix("http://127.0.0.1:8000"))
    boss = officer("boss")
    assert (boss.memberships[0].role, boss.public_key is not None) == (Role.ADMINISTRATOR, True)
    refused = demo.test_cli_runner().invoke(args=[*args[:-1], "99999"])
    assert (refused.exit_code, "没有编号" in refused.output) == (1, True)
