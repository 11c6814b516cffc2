"""The WSGI entry point; it also puts the source root `site/` on the import path."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
# `site/` is a source root like `src/`, never a package: Python itself owns the module name `site`.
for folder in (ROOT / "site", ROOT):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from portal.app import create_app  # noqa: E402 - needs the path above

app = create_app()
