"""The WSGI entry point; it also puts the source root `site/` on the import path."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
# `site/` is a source root like `src/`, never a package: Python itself owns the module name `site`.
for folder in (ROOT / "site", ROOT):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from portal.app import create_app  # noqa: E402 - needs the path above

under_gunicorn = "gunicorn.arbiter" in sys.modules
if under_gunicorn:
    # gunicorn reads its workers from many places and tells nobody: the settings must know them,
    # because more than one process without shared limits is refused.
    from gunicorn.app.wsgiapp import WSGIApplication

    os.environ["WEB_CONCURRENCY"] = str(WSGIApplication().cfg.workers)

try:
    app = create_app()
except SystemExit as refusal:
    if not under_gunicorn:
        raise
    from gunicorn.arbiter import Arbiter

    # Any other code, and gunicorn starts such workers anew for ever instead of ending.
    sys.exit(Arbiter.APP_LOAD_ERROR if refusal.code else 0)
