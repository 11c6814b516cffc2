"""Docs that can lie are held against the code."""

import re
from pathlib import Path

import click
import pytest
from flask import Flask

import accounts.models
import areas.models
import departments.models
import doorcodes.models
import outbox.models
import publishing.models
import register.models
import reports.models
from accounts.models import Role
from accounts.roles import ALLOWED, AREA_WIDE
from portal.app import create_app
from portal.database import Base
from portal.settings import Settings
from tests.conftest import settings_in

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
MODELS = (
    accounts.models, areas.models, departments.models, doorcodes.models, outbox.models,
    publishing.models, register.models, reports.models,
)  # fmt: skip


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_settings_table_is_complete() -> None:
    documented = set(re.findall(r"^\| `(MINGDAN_\w+)`", text("docs/settings.md"), re.MULTILINE))
    assert documented == {f"MINGDAN_{name.upper()}" for name in Settings.__dataclass_fields__}


def test_every_setting_is_read_somewhere() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "site").rglob("*.py")
        if path.name != "settings.py"
    )
    for name in Settings.__dataclass_fields__:
        assert re.search(rf"\.{name}\b", code), name


def test_the_command_list_is_complete(app: Flask) -> None:
    documented = set(re.findall(r"^\| `([a-z]+(?: [a-z]+)?)", text("docs/cli.md"), re.MULTILINE))
    ours = set()
    for name, command in app.cli.commands.items():
        if isinstance(command, click.Group):
            ours |= {f"{name} {sub}" for sub in command.commands}
        else:
            ours.add(name)
    assert documented == ours - {"run", "routes", "shell"}


def test_the_tree_names_every_folder() -> None:
    tree = text("docs/architecture.md").split("```")[1]
    named = set(re.findall(r"^\s*([a-z]+)/", tree, re.MULTILINE))
    packages = {p.name for p in (ROOT / "site").iterdir() if p.is_dir() and p.name[0] != "_"}
    top = {"site", "search", "templates", "static", "migrations", "tests", "bench", "docs"}
    assert named == packages | top


def test_the_glossary_names_every_table() -> None:
    glossary = text("docs/glossary.md")
    for mapper in Base.registry.mappers:
        name = mapper.class_.__name__
        if name not in {"KindOfInstitution", "EditionFile", "SheetFinding", "PublicRevision",
                        "DeskSession", "ReportStep"}:  # fmt: skip
            assert f"`{name}`" in glossary, name


def test_the_table_of_permissions_is_the_one_in_the_code() -> None:
    rows = re.findall(
        r"^\| `(\w+\.\w+)` \| ([a-z, ]+) \| (\w+)", text("docs/desk.md"), re.MULTILINE
    )
    ours = [
        (p.value, ", ".join(r for r in Role if r in roles), "area" if p in AREA_WIDE else "own")
        for p, roles in ALLOWED.items()
    ]
    assert [(p, r, "area" if reach == "area" else "own") for p, r, reach in rows] == ours


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", *[
    f"docs/{path.name}" for path in sorted(DOCS.glob("*.md"))]])  # fmt: skip
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)", text(name)):
        if "://" not in target:
            assert ((ROOT / name).parent / target).exists(), target


def test_every_endpoint_of_the_api_is_documented(app: Flask) -> None:
    documented = text("docs/api.md")
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            assert f"GET {rule.rule}" in documented, rule.rule


def test_commands_on_an_empty_instance_say_what_to_do(tmp_path: Path) -> None:
    app = create_app(settings_in(tmp_path / "instance"))
    (tmp_path / "instance").mkdir(exist_ok=True)
    result = app.test_cli_runner().invoke(args=["officers", "list"])
    assert (result.exit_code, "python3 run.py setup" in result.output) == (1, True)
