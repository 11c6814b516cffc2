"""Every command that does something leaves its row in the audit log."""

from pathlib import Path

import click
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask

from accounts.models import AuditEntry
from departments.models import Department
from doorcodes.models import DoorCode
from portal.database import db
from publishing.signing import list_keys
from tests.accounts.signing_in import password_of

READS = None  # looks, or keeps the instance running
ACTS = {
    "prepare": READS,
    "worker": READS,
    "search recall": READS,
    "lists waiting": READS,
    "editions verify": READS,
    "keys list": READS,
    "departments lint": READS,
    "departments list": READS,
    "officers list": READS,
    "audit check": READS,
    "audit show": READS,
    "reports erasing": READS,
    "lists import": "lists.published_without_desk",
    "lists drop": "lists.drop",
    "editions export": "lists.exported",
    "editions attach-signature": "lists.published",
    "editions correct": "lists.noted",
    "editions withhold": "lists.noted",
    "keys rotate": "signing.rotate",
    "keys revoke": "signing.revoke",
    "departments import": "departments.import",
    "officers add": "accounts.add",
    "officers invite": "accounts.invite",
    "reports paper": "keys.paper",
    "doors revoke": "doors.revoke",
}
OURS = {
    "lists", "editions", "keys", "departments", "officers", "audit", "search", "reports", "doors",
    "prepare", "worker",
}  # fmt: skip
HEAD = "机构名称,统一社会信用代码,办学许可证号,办学地址,类别,有效期止,备注\n"
ROW = "云浦市临江区新竹篆刻培训中心,,文民135990190000{}号,学府路{}号,文化艺术类,2099-12-31,\n"


def commands(app: Flask) -> set[str]:
    found = set()
    for name, command in app.cli.commands.items():
        if isinstance(command, click.Group) and name in OURS:
            found |= {f"{name} {each}" for each in command.commands}
        elif name in OURS or command.callback.__module__.startswith("portal"):
            found.add(name)
    return found


def test_every_command_is_known_to_read_or_to_leave_a_row(app: Flask) -> None:
    assert set(app.cli.commands) - OURS <= {"run", "shell", "routes", "babel"}
    assert commands(app) == set(ACTS)


def last_act() -> str | None:
    db.session.expire_all()
    return db.session.scalar(sa.select(AuditEntry.act).order_by(AuditEntry.number.desc()).limit(1))


def test_what_acts_leaves_its_row(demo: Flask, tmp_path: Path) -> None:
    folder = demo.config["MINGDAN"].instance / "keys"
    private = Ed25519PrivateKey.generate()
    public = tmp_path / "public.pem"
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    public.write_bytes(pem)
    first, second, departments = (tmp_path / name for name in ("a.csv", "b.csv", "departments.csv"))
    first.write_text(HEAD + ROW.format(777, 777), encoding="utf-8")
    second.write_text(HEAD + ROW.format(778, 778), encoding="utf-8")
    departments.write_text(
        "area,name,short_name,roles,duties,hotline,mailbox,website\n"
        "359901,临江区新设局,新设局,,,0591-00000000,,\n",
        encoding="utf-8",
    )
    listed = ["--list", "white", "--area", "359901"]
    door = db.session.scalar(sa.select(DoorCode.code).filter_by(revoked_on=None).limit(1))
    password = "a long enough password"
    done = set()

    def act(line: str, *args: object) -> str:
        words = line.split()
        found = demo.test_cli_runner().invoke(args=[*words, *map(str, args)])
        assert found.exit_code == 0, (line, found.output)
        assert last_act() == ACTS[line], line
        done.add(line)
        return str(found.output)

    act("departments import", departments)
    act("officers invite", "newcomer", "--name", "新人", "--department", 1)
    new = db.session.scalar(sa.select(sa.func.max(Department.id)))
    act("officers add", "another", "--name", "新人", "--department", new, "--password", password)
    act("reports paper", "edu", "--password", password_of(demo, "edu"))
    act("doors revoke", door, "--reason", "遗失补发")
    act("editions correct", "359901", 1, "--text", "第3行地址应为学府路1号")
    act("editions withhold", "359901", 1, "--decision", "临教停〔2026〕1号", "--text", "按决定")
    act("lists import", first, *listed, "--publish", "--reason", "测试")
    demo.test_cli_runner().invoke(args=["lists", "import", str(second), *listed])
    assert last_act() == "lists.kept"
    waiting = demo.test_cli_runner().invoke(args=["lists", "waiting"]).output
    act("lists drop", waiting.split("\t")[0])
    act("keys rotate", "--public", public)
    demo.test_cli_runner().invoke(args=["lists", "import", str(second), *listed])
    act("editions export", "359901", "--to", tmp_path / "out", "--reason", "测试")
    signature = tmp_path / "manifest.sig"
    signature.write_bytes(private.sign((tmp_path / "out" / "manifest.json").read_bytes()))
    act("editions attach-signature", "359901", signature)
    act("keys revoke", list_keys(folder)[-1].id, "--reason", "测试")
    assert done == {line for line, word in ACTS.items() if word}
