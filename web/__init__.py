"""The search page and the API: Flask over one `Index`, every page drawn on the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from web import api, errors, feeds, filters, guards, metrics, views
from web.assets import Assets
from web.state import State

if TYPE_CHECKING:
    from indexer.config import Settings
    from indexer.search import Index


def create_app(index: Index, settings: Settings) -> Flask:
    """The application over an index; it follows new generations by itself."""
    app = Flask(__name__, static_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.extensions["dateline"] = State(index, settings, Assets.load())
    app.register_blueprint(views.pages)
    app.register_blueprint(api.api)
    app.register_blueprint(feeds.feeds)
    filters.register(app)
    errors.register(app)
    guards.register(app)
    metrics.register(app)
    return app
