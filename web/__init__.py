"""The search page and the API: Flask over one `Index`, every page drawn on the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, request

from web import (
    api,
    articles,
    errors,
    feeds,
    filters,
    guards,
    metrics,
    recording,
    signin,
    views,
)
from web.assets import Assets
from web.metrics import StateCollector, Tally
from web.recording import AccessLog, Recorder
from web.state import State
from web.streams import Streams

if TYPE_CHECKING:
    from indexer.config import Settings
    from indexer.search import Index


class _Application(Flask):
    def log_exception(self, exc_info: Any) -> None:  # noqa: ANN401  as Flask types it
        """As Flask does, but by the route: an address may hold what is nobody's business."""
        rule = request.url_rule.rule if request.url_rule else recording.NO_ROUTE
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
    for pages in (views.pages, articles.articles, api.api, feeds.feeds, metrics.metrics):
        app.register_blueprint(pages)
    filters.register(app)
    errors.register(app)
    recording.register(app)
    guards.register(app)
    if not signin.is_local(settings.host):
        signin.register(app, index.engine.folder)
    return app
