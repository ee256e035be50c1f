"""The search page and the API: Flask over one `Index`, every page drawn on the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, request

from web.export_slots import Streams
from web.monitoring import access_log
from web.monitoring.access_log import AccessLog, Recorder
from web.monitoring.request_counters import Tally
from web.pages import template_filters
from web.routes import api, articles, errors, feeds, metrics, search
from web.routes.metrics import StateCollector
from web.security import request_guards, token_auth
from web.state import State
from web.static_files import Assets

if TYPE_CHECKING:
    from indexer.search.index import Index
    from indexer.settings import Settings


class _Application(Flask):
    def log_exception(self, exc_info: Any) -> None:  # noqa: ANN401  as Flask types it
        """As Flask does, but by the route: an address may hold what is nobody's business."""
        rule = request.url_rule.rule if request.url_rule else access_log.NO_ROUTE
        self.logger.error("Fault while answering %s", rule, exc_info=exc_info)


def create_app(index: Index, settings: Settings) -> Flask:
    """The application over an index; it follows new generations by itself.

    Raises:
        SettingError: the access log cannot be written.
    """
    app = _Application(__name__, static_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    tally, log = Tally(), AccessLog(settings.access_log)
    recorder = Recorder(app.wsgi_app, (tally.add, log.write))
    state = State(index, settings, Assets.load(), tally, log, recorder, Streams())
    tally.registry.register(StateCollector(state))
    app.extensions["dateline"] = state
    app.wsgi_app = recorder  # type: ignore[method-assign]  # the way Flask documents
    for pages in (search.pages, articles.articles, api.api, feeds.feeds, metrics.metrics):
        app.register_blueprint(pages)
    template_filters.register(app)
    errors.register(app)
    access_log.register(app)
    request_guards.register(app)
    if not token_auth.is_local(settings.host):
        token_auth.register(app, index.engine.folder)
    return app
