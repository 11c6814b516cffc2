"""The desk for publishing: upload, findings, difference, two persons."""

import io
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from openpyxl import load_workbook

from departments.models import Task
from portal.clock import now, today
from portal.database import db
from publishing import reviewing
from publishing.findings import Severity
from publishing.issuing import publish_due
from publishing.models import Coverage, Sheet, SheetFinding, Submission, SubmissionState
from publishing.planning import Plan
from publishing.reviewing import review_unread
from publishing.sheet import ListKind
from publishing.signing import rotate
from publishing.submissions import Refused, submit
from register.models import Edition, Institution, KindOfInstitution, Standing, Status
from tests.accounts.signing_in import sign_in
from tests.pages import Page, PageClient

DATA = Path(__file__).parents[1] / "data"
HEAD = "机构名称,统一社会信用代码,办学许可证号,办学地址,类别,有效期止,备注\n"
NEW = (
    "云浦市临江区新竹篆刻培训中心,,文民135990190000777号,临江街道学府路777号,"
    "文化艺术类,2099-12-31,\n"
)


def post(client: PageClient, path: str, status: int = 303, **data: Any) -> Any:
    token = client.visit("/desk/account").token()
    files = {"files": [(io.BytesIO(c), n) for n, c in data.pop("files", [])]}
    answer = client.raw.post(
        path, data={"csrf_token": token, **files, **data}, content_type="multipart/form-data"
    )
    assert answer.status_code == status, answer.get_data(as_text=True)
    return Page(answer) if status != 303 else str(answer.location)


def upload(client: PageClient, text: str, name: str = "白名单新增.csv") -> str:
    path: str = post(client, "/desk/lists/new", files=[(name, text.encode())])
    review()
    return path


def review() -> None:
    db.session.rollback()
    review_unread()
    db.session.expire_all()


def newest() -> Submission:
    db.session.expire_all()
    return db.session.scalars(sa.select(Submission).order_by(Submission.id.desc())).first()  # type: ignore[return-value]


def reading() -> str:
    """What the page of the newest submission was made from."""
    return str((newest().difference or {}).get("reading", ""))


def findings(severity: Severity) -> list[SheetFinding]:
    sheets = [sheet.id for sheet in newest().sheets]
    found = sa.select(SheetFinding).where(SheetFinding.sheet_id.in_(sheets))
    return list(db.session.scalars(found.filter_by(severity=severity)))


def coverage(**change: Any) -> dict[str, Any]:
    sheet = newest().sheets[0]
    said = {
        "list_kind": sheet.list_kind.value, "coverage": sheet.coverage.value,
        "kinds": [k for k in sheet.kinds.split(",") if k], "as_of": sheet.as_of.isoformat(),
    } | change  # fmt: skip
    token = f"s{sheet.id}-csrf_token"
    return {f"s{sheet.id}-{name}": value for name, value in said.items()} | {token: ""}


def with_token(client: PageClient, said: dict[str, Any]) -> dict[str, Any]:
    token = client.visit("/desk/account").token()
    return {name: token if name.endswith("csrf_token") else value for name, value in said.items()}


def publish(app: Flask) -> int:
    done = publish_due(app.config["MINGDAN"].instance / "keys")
    db.session.expire_all()
    return done


def status_of(name: str) -> list[str]:
    found = sa.select(Standing.status).join(Institution).where(Standing.until.is_(None))
    return [s.value for s in db.session.scalars(found.where(Institution.name == name))]


@pytest.fixture
def clerk(demo: Flask) -> PageClient:
    return sign_in(demo, "edu")


def test_from_a_file_to_an_edition(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, HEAD + NEW)
    page = clerk.visit(path)
    assert "新竹篆刻" in page.words
    assert "新公布1家" in page.words
    assert "白名单新增.csv" in clerk.visit("/desk/lists").words
    refused = post(clerk, path + "/submission", 422)
    assert "请核对后勾选" in refused.words
    post(clerk, path + "/submission", checked="y")
    assert "等另一位同事审核" in clerk.visit(path).words
    assert clerk.raw.post(path + "/approval").status_code == 403

    approver = sign_in(demo, "edu2")
    post(approver, path + "/approval")
    assert approver.raw.get(path).headers["Refresh"]
    assert publish(demo) == 1
    page = approver.visit(path)
    edition = db.session.get_one(Edition, newest().edition_id)
    assert f"第{edition.number}期" in page.words
    assert page.links(f"/editions/359901/{edition.number}")
    assert status_of("云浦市临江区新竹篆刻培训中心") == ["white"]
    assert newest().sheets[0].excerpts is None


def test_nobody_approves_the_own_submission(demo: Flask) -> None:
    approver = sign_in(demo, "edu2")
    path = upload(approver, HEAD + NEW)
    post(approver, path + "/submission", checked="y")
    assert "请另一位有权的同事批准" in approver.visit(path).words
    page = post(approver, path + "/approval", 422)
    assert "送审的人不能自己批准" in page.words
    assert newest().state is SubmissionState.SUBMITTED


def test_a_page_made_before_the_last_reading_decides_nothing(
    demo: Flask, clerk: PageClient
) -> None:
    path = upload(clerk, HEAD + NEW)
    seen = reading()
    post(clerk, path + "/reading")
    review()
    refused = post(clerk, path + "/submission", 422, checked="y", reading=seen)
    assert "请再核对一遍" in refused.words
    post(clerk, path + "/submission", checked="y", reading=reading())
    approver = sign_in(demo, "edu2")
    assert "请再核对一遍" in post(approver, path + "/approval", 422, reading=seen).words
    post(approver, path + "/approval", reading=reading())


def test_what_is_being_read_says_so_and_asks_again(demo: Flask, clerk: PageClient) -> None:
    path = post(clerk, "/desk/lists/new", files=[("白名单新增.csv", (HEAD + NEW).encode())])
    assert "正在读取" in clerk.visit(path).words
    assert clerk.raw.get(path).headers["Refresh"]
    review()
    assert "Refresh" not in clerk.raw.get(path).headers


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 nothing", "PDF"),
        (b"", "文件是空的"),
        ("一,二\n三,四\n".encode(), "没有找到表头"),
    ],
)
def test_a_file_that_is_no_table_is_refused_and_nothing_is_kept(
    demo: Flask, clerk: PageClient, content: bytes, words: str
) -> None:
    good = ("白名单新增.csv", (HEAD + NEW).encode())
    page = post(clerk, "/desk/lists/new", 422, files=[good, ("名单.xlsx", content)])
    assert words in page.words
    assert "名单.xlsx" in page.words
    assert db.session.scalars(sa.select(Submission)).all() == []
    page = post(clerk, "/desk/lists/new", 422)
    assert "请选一个表格" in page.words


def test_findings_block_and_ask_until_they_are_settled(demo: Flask, clerk: PageClient) -> None:
    dirty = HEAD + NEW.replace("99-12-31,", "99-12-31,负责人张三 13800138000")
    dirty += (
        NEW.replace("新竹", "旧竹").replace("777", "778").replace("99-12-31,", "99-12-31,已注销")
    )
    path = upload(clerk, dirty)
    page = clerk.visit(path)
    assert "含个人信息" in page.words
    assert "13800138000" in page.words  # the officer sees the own row
    assert "还不能送审" in page.words
    (blocked,) = findings(Severity.BLOCK)
    assert "13800138000" not in sign_in(demo, "cul").visit(path).words

    book = clerk.raw.get(f"{path}/sheets/{blocked.sheet_id}/findings.xlsx")
    cell = load_workbook(io.BytesIO(book.data)).worksheets[0]["G2"]
    assert "13800138000" in str(cell.value)
    assert "个人信息" in cell.comment.text

    db.session.get_one(Sheet, blocked.sheet_id).row_count = 10_001
    db.session.commit()
    assert "下载问题清单" in clerk.visit(path).words
    book = clerk.raw.get(f"{path}/sheets/{blocked.sheet_id}/findings.xlsx")
    lines = list(load_workbook(io.BytesIO(book.data)).worksheets[0].values)
    assert (None, 2, "备注", "拦截", blocked.message) in lines

    mended = dirty.replace("负责人张三 13800138000", "")
    post(clerk, f"{path}/sheets/{blocked.sheet_id}/file", files=[("b.csv", mended.encode())])
    review()
    assert findings(Severity.BLOCK) == []
    asked = findings(Severity.ASK)
    assert asked
    page = post(clerk, path + "/submission", 422, checked="y")
    assert "没有人确认" in page.words
    post(clerk, path + "/findings", reading=reading(), finding=[str(each.id) for each in asked])
    assert "教育局经办（演示）" in clerk.visit(path + "?show=ASK").words
    assert all(each.confirmed_at for each in findings(Severity.ASK))
    post(clerk, path + "/submission", checked="y")


def test_what_was_answered_is_not_asked_again_of_the_same_file(
    demo: Flask, clerk: PageClient
) -> None:
    path = upload(clerk, HEAD + NEW.replace("99-12-31,", "99-12-31,已注销"))
    post(
        clerk,
        path + "/findings",
        reading=reading(),
        finding=[str(each.id) for each in findings(Severity.ASK)],
    )
    post(clerk, path + "/reading")
    review()
    assert all(each.confirmed_by_id for each in findings(Severity.ASK))


def test_rows_that_block_may_wait(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, HEAD + NEW + NEW.replace("新竹", "旧竹").replace("31,", "31,13800138000"))
    assert findings(Severity.BLOCK)
    sheet = newest().sheets[0].id
    page = clerk.visit(path)
    token = page.tree.xpath(f"//input[@name='s{sheet}-csrf_token']/@value")[0]
    data = coverage(leave_out_blocked="y") | {f"s{sheet}-csrf_token": token}
    post(clerk, f"{path}/sheets/{sheet}", **data)
    review()
    assert "个拦截的问题" not in clerk.visit(path).words


BLACK = (
    "机构名称,办学地点,列入黑名单原因,违法依据,处理决定文号,认定单位,列入时间,公布期限\n"
    "鹿鸣涧甲班,临江街道学府路9号,无证,《民办教育促进法》第六十四条,云临教罚〔2026〕99号,"
    "临江区教育局,2026-06-01,1年\n"
)
INCOMPLETE = "鹿鸣涧乙班,临江街道学府路10号,无证,,,临江区教育局,2026-06-01,1年\n"


def publish_black(demo: Flask, clerk: PageClient, text: str) -> str:
    path = upload(clerk, text, "黑名单.csv")
    said = with_token(clerk, coverage(leave_out_blocked="y"))
    post(clerk, f"{path}/sheets/{newest().sheets[0].id}", **said)
    review()
    asked = [str(each.id) for each in findings(Severity.ASK)]
    post(clerk, path + "/findings", reading=reading(), finding=asked)
    post(clerk, path + "/submission", checked="y", reason="整治")
    post(sign_in(demo, "edu2"), path + "/approval")
    assert publish(demo) == 1
    return path


def test_what_was_left_out_waits_with_its_department(demo: Flask, clerk: PageClient) -> None:
    path = publish_black(demo, clerk, BLACK + INCOMPLETE)
    assert "有 1 行没有公布" in clerk.visit("/desk/lists").words
    assert "鹿鸣涧乙班" in clerk.visit(path).words
    assert "鹿鸣涧甲班" not in clerk.visit(path).words, "it is published, no row of it is kept"
    other = sign_in(demo, "cul")
    assert "鹿鸣涧乙班" not in other.visit(path).words
    assert "有 1 行没有公布" not in other.visit("/desk/lists").words
    whole = INCOMPLETE.replace(",,,", ",《民办教育促进法》第六十四条,云临教罚〔2026〕100号,")
    publish_black(demo, clerk, BLACK + whole)
    assert "有 1 行没有公布" not in clerk.visit("/desk/lists").words
    assert "鹿鸣涧乙班" not in clerk.visit(path).words


def test_what_was_left_out_can_be_let_go(demo: Flask, clerk: PageClient) -> None:
    path = publish_black(demo, clerk, BLACK + INCOMPLETE)
    db.session.execute(sa.update(Task).values(due=date(2026, 1, 1)))
    db.session.commit()
    assert "已过期" in clerk.visit("/desk/lists").words
    post(clerk, f"{path}/sheets/{newest().sheets[0].id}/left-out")
    assert "有 1 行没有公布" not in clerk.visit("/desk/lists").words
    assert "鹿鸣涧乙班" not in clerk.visit(path).words


def test_the_second_person_sees_every_change(demo: Flask, clerk: PageClient) -> None:
    rows = "".join(
        f"云浦市临江区测试{n:03}培训中心,,文民1359901{n:08}号,学府路{n}号,文化艺术类,2099-12-31,\n"
        for n in range(560)
    )
    path = upload(clerk, HEAD + rows)
    names = set()
    for number in range(1, 13):
        page = clerk.visit(f"{path}?changes={number}")
        names |= set(re.findall("测试[0-9]{3}", " ".join(page.tree.xpath("//ul[@class='changes']//text()"))))  # fmt: skip # noqa: E501
    assert len(names) == 560
    assert clerk.visit(f"{path}?changes=999").status == 200


def test_coverage_is_guessed_and_can_be_corrected(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, "临江区校外培训机构白名单（截至2026年6月30日）\n" + HEAD + NEW, "六月.csv")
    sheet = newest().sheets[0]
    assert (sheet.list_kind, sheet.coverage) == (ListKind.WHITE, Coverage.COMPLETE)
    assert (sheet.kinds, sheet.as_of) == ("WY", date(2026, 6, 30))
    page = clerk.visit(path)
    token = page.tree.xpath(f"//input[@name='s{sheet.id}-csrf_token']/@value")[0]
    data = coverage(coverage="additions", kinds=[]) | {f"s{sheet.id}-csrf_token": token}
    tomorrow = (today() + timedelta(days=2)).isoformat()
    wrong = post(clerk, f"{path}/sheets/{sheet.id}", 422, **data | {f"s{sheet.id}-as_of": tomorrow})
    assert "截至日期还没有到" in wrong.words
    post(clerk, f"{path}/sheets/{sheet.id}", **data)
    assert newest().sheets[0].coverage is Coverage.ADDITIONS
    assert newest().difference is None
    post(clerk, f"{path}/sheets/{sheet.id}", act="drop", **data)
    assert newest().sheets == []


def test_many_changes_need_a_reason(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, "临江区文化艺术类培训机构白名单\n" + HEAD + NEW, "名单.csv")
    for each in findings(Severity.ASK):
        post(clerk, path + "/findings", reading=reading(), finding=[str(each.id)])
    page = post(clerk, path + "/submission", 422, checked="y")
    assert "超过已公布名单的 20%" in page.words
    post(clerk, path + "/submission", checked="y", reason="年检后注销")
    assert newest().state is SubmissionState.SUBMITTED


PERSON = "家长王小明13800138000投诉"


def test_words_that_stay_for_ever_name_no_person(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, HEAD + NEW)
    refused = post(clerk, path + "/submission", 422, checked="y", reason=PERSON)
    assert "里面有个人信息" in refused.words
    with pytest.raises(Refused, match="个人信息"):
        submit(db.session, newest(), 1, PERSON)
    code = db.session.scalar(sa.select(Institution.code))
    said = {"code": code, "act": "suspend", "reason": PERSON}
    assert "里面有个人信息" in post(clerk, "/desk/lists/urgent", 422, **said).words
    post(clerk, path + "/submission", checked="y")
    approver = sign_in(demo, "edu2")
    assert "里面有个人信息" in post(approver, path + "/return", 422, remark=PERSON).words
    edition = db.session.scalars(sa.select(Edition.id)).first()
    said = {"kind": "erratum", "text": PERSON}
    office = sign_in(demo, "djb")
    assert "里面有个人信息" in post(office, f"/desk/lists/editions/{edition}", 422, **said).words
    correct = ["editions", "correct", "359901", "1", "--text", PERSON]
    result = demo.test_cli_runner().invoke(args=correct)
    assert (result.exit_code, "里面有个人信息" in result.output) == (2, True)


def test_given_back_with_words_and_approved_for_a_time(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, HEAD + NEW)
    post(clerk, path + "/submission", checked="y")
    approver = sign_in(demo, "edu2")
    page = post(approver, path + "/return", 422, remark="")
    assert "请写明退回的原因" in page.words
    post(approver, path + "/return", remark="地址不对")
    assert "地址不对" in clerk.visit(path).words
    review()
    post(clerk, path + "/submission", checked="y")
    page = post(approver, path + "/approval", 422, publish_at="2020-01-01T08:00")
    assert "已经过了" in page.words
    at = now() + timedelta(days=1)
    post(approver, path + "/approval", publish_at=f"{at:%Y-%m-%dT%H:%M}")
    assert publish(demo) == 0
    assert "等到公布的时间" in approver.visit(path).words


def white(kind: str) -> str:
    """Return the code of an institution of this main kind on the white list."""
    found = sa.select(Institution.code).join(Standing).join(KindOfInstitution)
    listed = found.where(Standing.until.is_(None), Standing.status == Status.WHITE)
    main = listed.where(KindOfInstitution.kind_code == kind, KindOfInstitution.position == 0)
    return str(db.session.scalar(main.limit(1)))


def test_another_departments_institution_is_not_suspended(demo: Flask) -> None:
    other = sign_in(demo, "cul")

    def suspend(code: str, status: int) -> Any:
        said = {"act": "suspend", "reason": "消防隐患"}
        return post(other, "/desk/lists/urgent", status, code=code, **said)

    assert "这家由临江区教育局主管" in suspend(white("XK"), 422).words
    suspend(white("WY"), 303)


def test_a_sheet_that_removes_another_departments_institutions_asks(
    demo: Flask, clerk: PageClient
) -> None:
    path = upload(clerk, HEAD + NEW)
    assert "other_department" not in [each.code for each in findings(Severity.ASK)]
    said = coverage(coverage="complete", kinds=["WY"])
    post(clerk, f"{path}/sheets/{newest().sheets[0].id}", **with_token(clerk, said))
    review()
    (asked,) = [f for f in findings(Severity.ASK) if f.code == "other_department"]
    removed = newest().difference or {}
    assert f"{removed['counts']['removed']} 家由临江区文化体育和旅游局主管" in asked.message
    refused = post(clerk, path + "/submission", 422, checked="y", reason="季度核查")
    assert "没有人确认" in refused.words


def test_with_the_key_elsewhere_it_waits_for_the_signature(
    demo: Flask, clerk: PageClient, tmp_path: Path
) -> None:
    key = Ed25519PrivateKey.generate().public_key()
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    rotate(demo.config["MINGDAN"].instance / "keys", pem)
    path = upload(clerk, HEAD + NEW)
    post(clerk, path + "/submission", checked="y")
    tomorrow = now() + timedelta(days=1)
    approver = sign_in(demo, "edu2")
    post(approver, path + "/approval", publish_at=f"{tomorrow:%Y-%m-%dT%H:%M}")
    export = ["editions", "export", "359901", "--to", str(tmp_path)]
    early = demo.test_cli_runner().invoke(args=export)
    assert (early.exit_code, "没有等着公布的表" in early.output) == (1, True)
    db.session.execute(sa.update(Submission).values(publish_at=None))
    db.session.commit()
    assert publish(demo) == 0
    page = clerk.raw.get(path)
    assert "等签名" in page.get_data(as_text=True)
    assert "Refresh" not in page.headers, "nothing will change by itself"
    assert demo.test_cli_runner().invoke(args=export).exit_code == 0


def test_an_urgent_suspension_in_short_form(demo: Flask, clerk: PageClient) -> None:
    code = white("XK")
    page = post(clerk, "/desk/lists/urgent", 422, code="ZZZZZZZZ", act="suspend", reason="消防")
    assert "没有这个编号" in page.words
    page = post(clerk, "/desk/lists/urgent", 422, code=code, act="withdraw", reason="误列")
    assert "不在黑名单上" in page.words
    path = post(
        clerk, "/desk/lists/urgent", code=code, act="suspend", reason="消防隐患",
        decision_number="临教停〔2026〕7号",
    )  # fmt: skip
    review()
    assert "停业" in clerk.visit(path).words
    assert newest().supplement
    for each in findings(Severity.ASK):
        post(clerk, path + "/findings", reading=reading(), finding=[str(each.id)])
    post(clerk, path + "/submission", checked="y")
    post(sign_in(demo, "edu2"), path + "/approval")
    assert publish(demo) == 1
    page = clerk.visit("/editions/359901/3")
    assert "这是增刊" in page.words
    assert "公布的理由：消防隐患" in page.words
    assert "增刊" in clerk.visit("/editions").words
    assert "增刊" not in clerk.visit("/editions/359901/2").words
    feed = clerk.raw.get(f"/institutions/{code}/changes.atom").get_data(as_text=True)
    assert "增刊" in feed
    assert "理由：消防隐患。" in feed
    said = clerk.raw.get("/api/v1/editions/359901/3").get_json()
    assert (said["supplement"], said["reason"]) == (True, "消防隐患")
    words = PageClient(demo).visit(f"/institutions/{code}").words
    assert [w for w in ("消防隐患", "临教停〔2026〕7号", "临江区教育局") if w not in words] == []


def test_the_coordinator_says_more_of_an_edition(demo: Flask) -> None:
    coordinator = sign_in(demo, "djb")
    path = coordinator.visit("/desk/lists").links("/desk/lists/editions/")[0]
    page = post(coordinator, path, 422, kind="withheld", text="按决定")
    assert "请填写文号" in page.words
    post(coordinator, path, kind="erratum", text="第3行地址应为学府路1号")
    assert "应为学府路1号" in coordinator.visit("/editions/359901/2").words
    post(coordinator, path, kind="withheld", text="按决定", decision_number="临教停〔2026〕1号")
    assert coordinator.raw.get("/editions/359901/2/list.csv").status_code == 451


def test_departments_of_an_area_see_and_do_not_touch(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, HEAD + NEW)
    other = sign_in(demo, "cul")
    assert "新竹篆刻" in other.visit(path).words
    post(other, path + "/submission", 404, checked="y")


def test_the_dirty_samples_are_shown(demo: Flask, clerk: PageClient) -> None:
    files = [(name, (DATA / name).read_bytes()) for name in ("whitelist.xlsx", "blacklist.csv")]
    path = post(clerk, "/desk/lists/new", files=files)
    review()
    kinds = [sheet.list_kind for sheet in newest().sheets]
    assert kinds == [ListKind.WHITE, ListKind.BLACK]
    for severity in Severity:
        assert clerk.visit(f"{path}?show={severity}&page=2")
    for sheet in db.session.scalars(sa.select(Sheet).filter_by(submission_id=newest().id)).all():
        book = clerk.raw.get(f"{path}/sheets/{sheet.id}/findings.xlsx").data
        assert any("comments" in name for name in ZipFile(io.BytesIO(book)).namelist())


@pytest.mark.parametrize("number", ["0", "99999999999999999999", "-1", "x"])
def test_odd_numbers_are_not_found(demo: Flask, clerk: PageClient, number: str) -> None:
    for path in ("", "/sheets/1", "/findings"):
        assert clerk.raw.get(f"/desk/lists/{number}{path}").status_code in {404, 405}


def test_odd_ticks_and_pages_do_no_harm(demo: Flask, clerk: PageClient) -> None:
    path = upload(clerk, HEAD + NEW)
    page = post(clerk, path + "/findings", 422, reading=reading(), finding=["x", "٣", "9" * 5000])
    assert "也没有勾选" in page.words
    post(clerk, path + "/findings", reading=reading(), finding=["999999999"])
    clerk.visit(path + "?page=99999999999999999999999&show=nothing&changes=x")


def test_a_draft_that_changed_while_it_was_read_is_read_again(
    demo: Flask, clerk: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(clerk, "/desk/lists/new", files=[("白名单新增.csv", (HEAD + NEW).encode())])
    real = reviewing.summary

    def meanwhile(planned: Plan) -> dict[str, Any]:
        newest().sheets[0].as_of = date(2026, 1, 1)
        db.session.commit()
        return real(planned)

    monkeypatch.setattr(reviewing, "summary", meanwhile)
    review()
    assert newest().difference is None
    monkeypatch.undo()
    review()
    assert newest().difference is not None


def typed_again(page: Page) -> list[str]:
    return [text.strip() for text in page.tree.xpath("//textarea/text()")]


def test_words_are_not_lost_where_a_rule_says_no(demo: Flask, clerk: PageClient) -> None:
    path = post(clerk, "/desk/lists/new", files=[("白名单新增.csv", (HEAD + NEW).encode())])
    page = post(clerk, path + "/submission", 422, checked="y", reason="季度核查，写了很久")
    assert "还没有比对完" in page.words
    assert "季度核查，写了很久" in typed_again(page)
    review()
    post(clerk, path + "/submission", checked="y")
    page = post(clerk, path + "/submission", 422, checked="y", reason="同事先送审了")
    assert "已经送审" in page.words
    assert "同事先送审了" in typed_again(page)
    approver = sign_in(demo, "edu2")
    post(approver, path + "/approval")
    publish(demo)
    page = post(approver, path + "/return", 422, remark="第3行的地址不对")
    assert "不在待审" in page.words
    assert "第3行的地址不对" in typed_again(page)


def test_what_brings_no_new_edition_is_not_said_to_bring_one(
    demo: Flask, clerk: PageClient
) -> None:
    path = upload(clerk, HEAD + NEW)
    post(clerk, path + "/submission", checked="y")
    post(sign_in(demo, "edu2"), path + "/approval")
    assert publish(demo) == 1
    path = upload(clerk, HEAD + NEW)
    assert "不会出新一期" in clerk.visit(path).words
    edition = db.session.scalars(sa.select(Edition).filter_by(number=3)).one()
    edition.as_of = today() - timedelta(days=1)
    db.session.commit()
    path = upload(clerk, HEAD + NEW)
    assert "会照原样公布一期" in clerk.visit(path).words
