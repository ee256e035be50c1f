"""Pages that a browser may keep for as long as the index, the address and the templates stay."""

from __future__ import annotations

import functools
import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Response, make_response, request

from web.state import state

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec

    from flask.typing import ResponseReturnValue

    P = ParamSpec("P")


def by_state(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """Answer 304 without doing the work where the browser holds what would be answered.

    The tag is weak: the time a search took is in the page and differs each time.
    """

    @functools.wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
        tag = _tag()
        if request.if_none_match.contains_weak(tag):
            response = Response(status=304)
        else:
            response = make_response(view(*args, **kwargs))
        response.set_etag(tag, weak=True)
        return response

    return answer


def _tag() -> str:
    """Of the generation, the address, the look, and the day (the page tells the index's age)."""
    today = datetime.now(UTC).date().isoformat()
    here = state()
    parts = (here.index.generation, request.full_path, here.assets.digest, today)
    return hashlib.blake2b("\0".join(parts).encode(errors="replace"), digest_size=12).hexdigest()
