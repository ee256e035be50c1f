"""A server behind TLS: believed by its certificate alone, else one sentence says what to set.

Certificates are made by `openssl`. The last test needs a server: see `.ci/opensearch/start`.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import socket
import ssl
import subprocess
import threading
from urllib.parse import urlsplit

import pytest

from indexer.engines.opensearch.address import parse_address
from indexer.engines.opensearch.client import ServerClient
from indexer.errors import StoreError
from indexer.ingest.pipeline import rebuild
from indexer.ingest.progress import SilentProgress
from indexer.models import Query
from indexer.search.open import open_engine, open_index
from indexer.settings import Settings
from tests.support.opensearch_double import GREETING, serve_answers
from tests.support.sample_corpus import PAGES

HELLO = {"GET /": (200, GREETING), "GET /x": (200, {"held": 1})}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Makes a certificate for a host that vouches for itself; returns its file and its server's."""
    if not shutil.which("openssl") and not os.environ.get("CI"):
        pytest.skip("no openssl to make certificates with")
    folder = tmp_path_factory.mktemp("certificates")

    def make(host):
        shown, key = folder / f"{len(list(folder.iterdir()))}.pem", folder / "key.pem"
        words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        words += ["-subj", "/CN=press", "-addext", f"subjectAltName={host}"]
        subprocess.run([*words, "-keyout", key, "-out", shown], capture_output=True, check=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(shown, key)
        return shown, context

    return make


def ask(address, authority=None):
    environ = {"DATELINE_OPENSEARCH_CA": str(authority)} if authority else {}
    return ServerClient(parse_address(address, environ)).call("GET", "/x")


def test_a_certificate_of_the_named_authority_is_believed(certificate):
    shown, context = certificate("IP:127.0.0.1")
    with serve_answers(HELLO, context) as address:
        assert ask(address, shown) == {"held": 1}


def test_a_certificate_of_no_known_authority_says_what_to_set(certificate):
    _, context = certificate("IP:127.0.0.1")
    with (
        serve_answers(HELLO, context) as address,
        pytest.raises(StoreError, match="set DATELINE_OPENSEARCH_CA to the file of its authority"),
    ):
        ask(address)


def test_a_certificate_that_the_named_authority_never_signed_names_its_file(certificate):
    other, _ = certificate("IP:127.0.0.1")
    _, context = certificate("IP:127.0.0.1")
    with (
        serve_answers(HELLO, context) as address,
        pytest.raises(StoreError, match=rf"no certificate for this host that {other}"),
    ):
        ask(address, other)


def test_a_certificate_for_another_host_is_not_believed(certificate):
    shown, context = certificate("DNS:elsewhere.example")
    with (
        serve_answers(HELLO, context) as address,
        pytest.raises(StoreError, match=r"name .* the host as its certificate does"),
    ):
        ask(address, shown)


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_file_of_authorities_that_is_none_is_named(tmp_path, content):
    file = tmp_path / "authority.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(StoreError, match=rf"{file} \(DATELINE_OPENSEARCH_CA\) cannot be read"):
        ask("opensearch+https://127.0.0.1:1/news", file)


def test_plain_words_to_a_server_that_speaks_tls_say_how_to(certificate):
    _, context = certificate("IP:127.0.0.1")
    with (
        serve_answers(HELLO, context) as address,
        pytest.raises(StoreError, match=r"say opensearch\+https:// if it speaks TLS"),
    ):
        ask(address.replace("+https", ""))


def test_search_over_tls_finds_what_it_finds_without(certificate, on_server, monkeypatch):
    plain = on_server("tls")
    rebuild(open_engine(plain), [PAGES], Settings(workers=2), SilentProgress())
    shown, context = certificate("IP:127.0.0.1")
    monkeypatch.setenv("DATELINE_OPENSEARCH_CA", str(shown))
    parts = urlsplit(plain)
    with fronted((parts.hostname, parts.port), context) as port:
        secure = open_index(f"opensearch+https://127.0.0.1:{port}{parts.path}")
        found = secure.answer(Query("su-25"))
    expected = open_index(plain).answer(Query("su-25"))
    assert expected.total
    assert [hit.id for hit in found.hits] == [hit.id for hit in expected.hits]


@contextlib.contextmanager
def fronted(server, context):
    """A port that speaks TLS before a server that does not; yields its number."""
    with socket.create_server(("127.0.0.1", 0)) as front:
        threading.Thread(target=_admit, args=(front, server, context), daemon=True).start()
        yield front.getsockname()[1]


def _admit(front, server, context):
    with contextlib.suppress(OSError):
        while True:
            client = context.wrap_socket(front.accept()[0], server_side=True)
            behind = socket.create_connection(server)
            threading.Thread(target=_forward, args=(client, behind), daemon=True).start()


def _forward(client, behind):
    other = {client: behind, behind: client}
    with client, behind, contextlib.suppress(OSError):
        while True:
            ready = [client] if client.pending() else select.select([client, behind], [], [])[0]
            for source in ready:
                data = source.recv(1 << 16)
                if not data:
                    return
                other[source].sendall(data)
