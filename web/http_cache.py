"""Weak ETags, so that a browser asks for a page again without receiving it again.

A page changes only with the index, the URL, the templates and static files, and the day.
"""

from __future__ import annotations

import functools
import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Response, make_response, request

from web.state import get_state

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec

    from flask.typing import ResponseReturnValue

    P = ParamSpec("P")


def cache_with_etag(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """Decorate a view: add an ETag, and answer 304 without calling the view if the tag matches.

    The ETag is weak, because the page shows the time of the search, which differs each time.
    """

    @functools.wraps(view)
    def respond(*args: P.args, **kwargs: P.kwargs) -> Response:
        tag = _make_etag()
        if request.if_none_match.contains_weak(tag):
            response = Response(status=304)
        else:
            response = make_response(view(*args, **kwargs))
        response.set_etag(tag, weak=True)
        return response

    return respond


def _make_etag() -> str:
    """Hash the generation, the URL, the static files and templates, and the day in UTC.

    The day is included because the start page shows the age of the index.
    """
    today = datetime.now(UTC).date().isoformat()
    here = get_state()
    parts = (here.index.generation, request.full_path, here.assets.digest, today)
    return hashlib.blake2b("\0".join(parts).encode(errors="replace"), digest_size=12).hexdigest()
