"""The factory: the one place that wires the packages into an app."""

import sys

import click
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import accounts.account_views
import accounts.audit_views
import accounts.desk_views
import accounts.views
import api.editions
import api.openapi
import api.records
import api.searching
import departments.views
import doorcodes.views
import inbox.case_views
import inbox.desk_views
import inbox.paper_key_views
import lookup.bulk_views
import lookup.design_page
import lookup.for_machines
import lookup.recall_page
import lookup.shell
import lookup.suggesting
import lookup.views
import notices.desk_views
import notices.views
import portal.pages
import publishing.comparison_views
import publishing.data_views
import publishing.desk_deciding
import publishing.desk_mending
import publishing.desk_views
import publishing.feeds
import publishing.views
import register.indexing
import reports.receipt_views
import reports.views
from portal.addresses import Mounted, mount_path
from portal.commands import add_commands
from portal.database import init_database
from portal.delivering import init_delivery
from portal.errors import init_errors
from portal.government import init_government
from portal.headers import init_headers
from portal.i18n import Multilingual, init_i18n
from portal.limits import init_limits
from portal.settings import ROOT, Settings, SettingsError, load_settings
from portal.templating import init_templating
from portal.uploads import InMemoryRequest

BLUEPRINTS = (
    portal.pages.bp,
    lookup.views.bp,
    lookup.suggesting.bp,
    lookup.recall_page.bp,
    lookup.bulk_views.bp,
    lookup.design_page.bp,
    lookup.for_machines.bp,
    doorcodes.views.bp,
    departments.views.bp,
    publishing.views.bp,
    publishing.comparison_views.bp,
    publishing.data_views.bp,
    publishing.feeds.bp,
    notices.views.bp,
    notices.desk_views.bp,
    publishing.desk_views.bp,
    publishing.desk_deciding.bp,
    publishing.desk_mending.bp,
    reports.views.bp,
    api.searching.bp,
    api.records.bp,
    api.editions.bp,
    api.openapi.bp,
    accounts.views.bp,
    accounts.account_views.bp,
    accounts.desk_views.bp,
    accounts.audit_views.bp,
    inbox.desk_views.bp,
)
MAX_FORM_BYTES = 256 * 1024  # no form of the public side is larger


def create_app(settings: Settings | None = None) -> Flask:
    """Make the app from settings, read from the environment where none are given."""
    settings = settings or _settings_or_exit()
    app = Multilingual("mingdan", template_folder=ROOT / "templates", static_folder=ROOT / "static")
    app.request_class = InMemoryRequest
    https = settings.base_url.startswith("https:")
    mounted_at = mount_path(settings)
    app.config.update(
        MINGDAN=settings,
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        SESSION_COOKIE_NAME="mingdan_desk",
        SESSION_COOKIE_PATH=f"{mounted_at}/desk",  # public pages never see it
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=https,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if mounted_at:
        app.wsgi_app = Mounted(app.wsgi_app, mounted_at)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops)  # type: ignore[method-assign]
    init_database(app, settings.database_url)
    init_templating(app)
    init_i18n(app)
    init_government(app)
    init_delivery(app)  # before the headers: what comes first here has the last word on an answer
    init_headers(app, https=https)
    init_errors(app)
    init_limits(app, settings)
    register.indexing.init_index(app, settings)
    lookup.shell.init_shell(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    add_commands(app)
    return app


def _settings_or_exit() -> Settings:
    try:
        return load_settings()
    except SettingsError as fault:
        click.echo(str(fault), err=True)
        sys.exit(2)
