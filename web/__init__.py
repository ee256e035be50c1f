"""The web application: the search pages and the JSON API over one `Index`.

In: HTTP requests. Out: pages rendered on the server, JSON, feeds and exports. `create_app` builds
the application; `web.server.serve` runs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, request

from web.export_slots import ExportSlots
from web.monitoring import access_log
from web.monitoring.access_log import AccessLog, RequestRecorder
from web.monitoring.request_counters import RequestCounters
from web.pages import template_filters
from web.routes import api, articles, errors, feeds, metrics, search
from web.routes.metrics import StateCollector
from web.security import request_guards, token_auth
from web.state import AppState
from web.static_files import Assets

if TYPE_CHECKING:
    from indexer.search.index import Index
    from indexer.settings import Settings


class _DatelineFlask(Flask):
    def log_exception(self, exc_info: Any) -> None:  # noqa: ANN401  as Flask types it
        """Log a fault by its route, not by its URL, which may hold a private query."""
        rule = request.url_rule.rule if request.url_rule else access_log.NO_ROUTE
        self.logger.error("Fault while answering %s", rule, exc_info=exc_info)


def create_app(index: Index, settings: Settings) -> Flask:
    """Return the application over an index. It reads a new generation as soon as one is live.

    Args:
        index: the index to search. The caller does not close it while the application runs.
        settings: `access_log`, `host` and `trusted_hosts` are used here. Any host but a loopback
            address makes every request need the access token of the index.

    Raises:
        SettingError: the access log cannot be written.

    >>> from indexer import open_index
    >>> from indexer.settings import Settings
    >>> app = create_app(open_index("data"), Settings())
    >>> app.test_client().get("/api/search?q=su-25+belarus").json["total"]
    4
    """
    app = _DatelineFlask(__name__, static_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    counters, log = RequestCounters(), AccessLog(settings.access_log)
    recorder = RequestRecorder(app.wsgi_app, (counters.add, log.write))
    state = AppState(index, settings, Assets.load(), counters, log, recorder, ExportSlots())
    counters.registry.register(StateCollector(state))
    app.extensions["dateline"] = state
    app.wsgi_app = recorder  # type: ignore[method-assign]  # the way Flask documents
    for blueprint in (search.pages, articles.articles, api.api, feeds.feeds, metrics.metrics):
        app.register_blueprint(blueprint)
    template_filters.register(app)
    errors.register(app)
    access_log.register(app)
    request_guards.register(app)
    if not token_auth.is_local(settings.host):
        token_auth.register(app, index.engine.folder)
    return app
