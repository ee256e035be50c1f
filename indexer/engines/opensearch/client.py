"""The client of an OpenSearch server: connects, sends requests, translates errors to ours."""

from __future__ import annotations

import contextlib
import json
import logging
import re
import ssl
from typing import TYPE_CHECKING, Any, Final

from opensearchpy import OpenSearch
from opensearchpy.exceptions import (
    AuthenticationException,
    AuthorizationException,
    ConnectionTimeout,
    ImproperlyConfigured,
    NotFoundError,
    OpenSearchException,
    SSLError,
    TransportError,
)
from opensearchpy.exceptions import ConnectionError as ServerUnreachable

from indexer.errors import (
    DamageError,
    IndexerError,
    QueryRefused,
    SearchTimeout,
    StoreError,
    VersionError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indexer.engines.opensearch.address import ServerAddress

MAJORS: Final = (2, 3)
"""Major versions of OpenSearch that are supported; tested on 2.19 and 3.8."""

ANSWER_S: Final = 60.0
"""Longest wait, seconds, for any response but that of a search or a publication."""

_CONNECTIONS: Final = 16

logging.getLogger("opensearch").addHandler(logging.NullHandler())  # we raise its errors instead


def _check_authority(path: str) -> None:
    """Refuse a file without certificates; the library would trust no server and not say why.

    Raises:
        StoreError: it cannot be read, or has no certificate.
    """
    try:
        ssl.create_default_context(cafile=path)
    except OSError as exc:
        raise StoreError(
            f"{path} (DATELINE_OPENSEARCH_CA) cannot be read as certificates ({exc.strerror}); "
            "name a file of them in PEM"
        ) from exc


class ServerClient:
    """The client of one server, connected on first use; safe for threads.

    Args:
        address: of the server; the name of the index is used in messages only.
    """

    def __init__(self, address: ServerAddress) -> None:
        self.address = address
        self._is_checked = False
        login = (address.user, address.password) if address.user else None
        if address.is_secure and address.authority:
            _check_authority(address.authority)
        with self._translate_errors():
            self._client = OpenSearch(
                hosts=[{"host": address.host, "port": address.port}],
                http_auth=login,
                use_ssl=address.is_secure,
                verify_certs=address.is_secure,
                ca_certs=address.authority if address.is_secure else None,
                http_compress=True,
                timeout=ANSWER_S,
                max_retries=1,
                pool_maxsize=_CONNECTIONS,
            )

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        wait: float = ANSWER_S,
        **params: str | int | bool,
    ) -> Any:  # noqa: ANN401  JSON
        """Send a request and return the response as JSON values.

        Args:
            method: of HTTP.
            path: of the address.
            body: JSON values, or lines of JSON as one string.
            wait: longest wait, seconds.
            params: of the address.

        Raises:
            StoreError: it failed, also as a subclass; the message says what, where, the way out.
            SearchTimeout: no response in time.
        """
        if not self._is_checked:
            self._check_version()
        written = {
            name: str(value).lower() if isinstance(value, bool) else value
            for name, value in params.items()
        }
        with self._translate_errors():
            return self._client.transport.perform_request(
                method, path, body=body, params={**written, "request_timeout": wait}
            )

    def has_path(self, path: str) -> bool:
        """Whether the server has an index, alias or document at a path."""
        if not self._is_checked:
            self._check_version()
        with self._translate_errors():
            return bool(self._client.transport.perform_request("HEAD", path))

    def search(self, index: str, body: object, seconds: float) -> dict[str, Any]:
        """Run one search over all shards; partial results are an error.

        Args:
            index: name of the index.
            body: of the search, JSON values.
            seconds: time budget.

        Raises:
            SearchTimeout: over the time budget.
        """
        return self.search_many(index, [body], seconds)[0]

    def search_many(
        self, index: str, bodies: Sequence[object], seconds: float = ANSWER_S
    ) -> list[dict[str, Any]]:
        """Run several searches in one request; see `search`."""
        if not bodies:
            return []
        head = json.dumps({"index": index, "allow_partial_search_results": False})
        timed = [{**body, "timeout": f"{int(seconds * 1000)}ms"} for body in bodies]  # type: ignore[dict-item]
        lines = "".join(f"{head}\n{json.dumps(body)}\n" for body in timed)
        answers = self.call("POST", "/_msearch", lines, wait=seconds + 1)["responses"]
        for answer in answers:
            self._raise_failure(index, answer)
        return list(answers)

    def _raise_failure(self, index: str, answer: dict[str, Any]) -> None:
        """Raise the error that one response of several contains, if any."""
        if "error" in answer:
            raise self._make_error(index, answer["status"], answer["error"])
        if answer["timed_out"]:
            raise _make_timeout()
        if answer["_shards"]["failed"]:
            raise self._make_error(index, 500, answer["_shards"]["failures"][0])

    def write_bulk(self, lines: Iterable[str]) -> None:
        """Index and delete documents in bulk.

        Args:
            lines: JSON lines as `_bulk` takes them, without line ends.

        Raises:
            StoreError: any line was refused.
        """
        answer = self.call("POST", "/_bulk", "\n".join(lines) + "\n", wait=ANSWER_S * 5)
        if not answer["errors"]:
            return
        for item in answer["items"]:
            (done,) = item.values()
            if "error" in done:
                raise self._make_error(done["_index"], done["status"], done["error"])

    def _check_version(self) -> None:
        """Ask the server for its version, once.

        Raises:
            VersionError: it is not a supported version of OpenSearch.
        """
        with self._translate_errors():
            found = self._client.transport.perform_request("GET", "/")["version"]
        number = str(found.get("number"))
        major = re.match(r"\d+", number)
        if found.get("distribution") != "opensearch" or not major or int(major[0]) not in MAJORS:
            who = f"{found.get('distribution', 'something other than OpenSearch')} {number}"
            raise VersionError(
                f"{self._place} is {who}; Dateline works with OpenSearch "
                f"{' and '.join(map(str, MAJORS))}: name such a server with --index"
            )
        self._is_checked = True

    @property
    def _place(self) -> str:
        return str(self.address).removesuffix(f"/{self.address.name}")

    def _explain_distrust(self) -> str:
        if self.address.authority:
            return (
                f"{self._place} shows no certificate for this host that {self.address.authority} "
                "(DATELINE_OPENSEARCH_CA) vouches for; name the file of its authority there, and "
                "the host as its certificate does"
            )
        return (
            f"{self._place} shows no certificate that this machine trusts; set "
            "DATELINE_OPENSEARCH_CA to the file of its authority"
        )

    @contextlib.contextmanager
    def _translate_errors(self) -> Iterator[None]:
        """Translate the errors of the library to ours."""
        try:
            yield
        except ConnectionTimeout as exc:
            raise _make_timeout() from exc
        except SSLError as exc:
            raise StoreError(self._explain_distrust()) from exc
        except ServerUnreachable as exc:
            secure = "" if self.address.is_secure else ", say opensearch+https:// if it speaks TLS"
            raise StoreError(
                f"No OpenSearch answers at {self._place}; start it there{secure}, "
                "or name another with --index"
            ) from exc
        except (AuthenticationException, AuthorizationException) as exc:
            raise self._make_error(
                self.address.name, int(exc.status_code), _read_error(exc)
            ) from exc
        except NotFoundError as exc:
            reason = _read_reason(_read_error(exc))
            raise DamageError(
                f"{self.address} lacks a part ({reason}); run check, then rebuild"
            ) from exc
        except TransportError as exc:
            status = exc.status_code if isinstance(exc.status_code, int) else 500
            raise self._make_error(self.address.name, status, _read_error(exc)) from exc
        except (ImproperlyConfigured, OpenSearchException, OSError) as exc:
            raise StoreError(f"{self._place} cannot be spoken to: {exc}") from exc

    def _make_error(self, index: str, status: int, error: Any) -> IndexerError:  # noqa: ANN401
        kind, reason = str(error), _read_reason(error)
        if "timeout" in kind or "task_cancelled" in kind:
            return _make_timeout()
        if "too_many" in kind or "too many" in reason:
            return QueryRefused(
                "The search stands for more words than the server takes at once; "
                "use fewer words, or a longer beginning before *"
            )
        if "cluster_block" not in kind and status in (401, 403):
            return StoreError(
                f"{self._place} does not let this user in ({status}); set DATELINE_OPENSEARCH_USER "
                "and DATELINE_OPENSEARCH_PASSWORD, or have the rights given"
            )
        if "no_shard_available" in kind or ("search_phase" in kind and "all shards failed" in kind):
            return DamageError(
                f"Index {index} on {self._place} has parts that no server holds ({reason}); "
                "bring the missing servers back, or run rollback or rebuild"
            )
        if "index_not_found" in kind:
            return DamageError(f"Index {index} on {self._place} is gone; run rollback or rebuild")
        return StoreError(
            f"{self._place} refused what was asked of {index} ({status}: {reason}); "
            "the index that was there stays"
        )


def _make_timeout() -> SearchTimeout:
    return SearchTimeout("The search took too long; add a word, a date or a filter")


def _read_error(exc: TransportError) -> Any:  # noqa: ANN401  JSON
    info = exc.info if len(exc.args) > 2 else None
    return info.get("error", info) if isinstance(info, dict) else str(exc.error)


def _read_reason(error: Any) -> str:  # noqa: ANN401  JSON
    """Read the innermost reason of an error, as one line."""
    while isinstance(error, dict):
        causes = error.get("root_cause") or error.get("failed_shards")
        inner = error.get("caused_by") or (causes[0] if causes else None)
        if inner is None or inner == error:
            error = error.get("reason") or error.get("type") or "no reason given"
        else:
            error = inner
    return " ".join(str(error).split())[:300]
