"""Decodes the body of an HTTP answer as an archive stores it: chunks and compression.

In: a stream of the stored body. Out: the bytes of the page, up to a limit. Each byte is read once.
Sources: RFC 9112 (chunked transfer coding), RFC 9110 (content codings).
"""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING, Protocol

from indexer.errors import PageError
from indexer.ingest.readers.limits import read_capped

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_CHUNK_LINE_BYTES = 1_000
"""Longest line with the size of a chunk and its extensions."""

KNOWN_ENCODINGS = ("", "identity", "gzip", "x-gzip", "deflate", "chunked")


class ByteStream(Protocol):
    """Bytes that are read in order."""

    def read(self, size: int) -> bytes: ...

    def readline(self, size: int) -> bytes: ...


def decode_content(stream: ByteStream, headers: Mapping[str, str], cap: int) -> bytes:
    """Decode the body of an answer.

    Args:
        stream: the body as stored.
        headers: of the answer, their names in lower case.
        cap: largest page, bytes after decoding.

    Raises:
        PageError: over `cap`, damaged, or encoded in a way that is not read.
    """
    encoding = headers.get("content-encoding", "").lower()
    if encoding not in KNOWN_ENCODINGS:
        raise PageError(f"packed in a way that is not read ({encoding[:20]})")
    is_chunked = headers.get("transfer-encoding", "").lower() == "chunked"
    data = _join_chunks(stream, cap) if is_chunked else stream.read(cap + 1)
    if len(data) <= cap and encoding == "deflate":
        data = _inflate(data, cap)
    return read_capped(io.BytesIO(data), cap)


def _join_chunks(stream: ByteStream, cap: int) -> bytes:
    """Join the chunks of a body, at most one byte more than `cap`.

    Crawlers store some bodies joined but keep the header: what is no chunk is taken as it is.
    """
    parts: list[bytes] = []
    room = cap + 1
    while room > 0:
        line = stream.readline(MAX_CHUNK_LINE_BYTES)
        size = _parse_chunk_size(line)
        if size is None:
            parts += [line, stream.read(room)]
            break
        if size == 0:
            break
        part = stream.read(min(size, room))
        parts.append(part)
        room -= len(part)
        stream.readline(2)  # the line end after a chunk
    return b"".join(parts)[: cap + 1]


def _parse_chunk_size(line: bytes) -> int | None:
    """Parse the size of a chunk; 0 at the end of the body, None if the line gives no size."""
    if not line:
        return 0
    if not line.endswith(b"\r\n"):
        return None
    try:
        return int(line.split(b";", 1)[0].strip()[:16], 16)
    except ValueError:
        return None


def _inflate(data: bytes, cap: int) -> bytes:
    """Inflate `deflate` with or without its zlib header, as servers send both."""
    for wbits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        try:
            return zlib.decompressobj(wbits).decompress(data, cap + 1)
        except zlib.error:
            continue
    return data
