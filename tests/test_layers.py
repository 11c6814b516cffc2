"""The dependency direction of docs/architecture.md, read from the imports."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "site"

# package → what it may lean on directly; leaning is transitive.
LEANS_ON: dict[str, set[str]] = {
    "search": set(),
    "portal": set(),
    "areas": {"portal"},
    "accounts": {"areas"},
    "outbox": {"portal"},
    "departments": {"accounts", "outbox"},
    "register": {"departments", "search"},
    "doorcodes": {"register"},
    "publishing": {"register"},
    "notices": {"publishing"},
    "reports": {"register"},
    "inbox": {"reports", "publishing", "doorcodes"},
    "lookup": {"register", "doorcodes", "publishing", "notices"},
    "api": {"lookup"},
    "demo": {"inbox", "lookup"},
}
# The only places that wire packages together.
WIRING = {"portal/app.py", "portal/commands.py", "portal/jobs.py"}


def allowed(package: str) -> set[str]:
    direct = LEANS_ON[package]
    return direct.union(*(allowed(lower) for lower in direct)) | {package}


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def modules() -> list[tuple[str, Path]]:
    site = [(path.relative_to(SITE).parts[0], path) for path in SITE.rglob("*.py")]
    return site + [("search", path) for path in (ROOT / "search").rglob("*.py")]


def test_every_package_has_its_place_in_the_table() -> None:
    assert {package for package, _ in modules()} == set(LEANS_ON)


def test_nothing_leans_up_or_sideways() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {imported}"
        for package, path in modules()
        if path.relative_to(SITE if SITE in path.parents else ROOT).as_posix() not in WIRING
        for imported in imports(path) & set(LEANS_ON)
        if imported not in allowed(package)
    ]
    assert not wrong, "\n".join(wrong)


def test_search_knows_neither_flask_nor_the_database() -> None:
    for path in (ROOT / "search").rglob("*.py"):
        assert not imports(path) & {"flask", "sqlalchemy", "portal"}, path


def test_no_package_bears_a_name_that_python_or_a_distribution_owns() -> None:
    taken = set(sys.stdlib_module_names) | set(packages_distributions())
    assert not {package for package in LEANS_ON if package != "search"} & taken
    assert not (SITE / "__init__.py").exists(), "site/ is a source root, not a package"


def test_modules_stay_small() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for _, path in modules()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 320
    ]
    assert not long, long


def test_the_site_takes_of_search_only_what_it_offers() -> None:
    inside = re.compile(r"^(?:from|import) search\.", re.MULTILINE)
    assert not [p for p in SITE.rglob("*.py") if inside.search(p.read_text(encoding="utf-8"))]
