"""Decodes the bytes of a page; refuses files that are not pages.

Bytes come in, text without control characters goes out. The charset is decided here, before any
parsing, in this order: byte order mark, strict UTF-8, the declared charset (of the container, then
of the page), the detected one. A declared charset that cannot decode the bytes is ignored. UTF-7 is
never used: it can turn harmless ASCII into markup.
"""

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes

from indexer.analysis.control_characters import may_need_stripping, strip_controls
from indexer.errors import PageError

MAGIC_NUMBERS: Final = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"BM", "BMP image"),
    (b"PK\x03\x04", "zip archive or office document"),
    (b"\x1f\x8b", "gzip file"),
    (b"BZh", "bzip2 file"),
    (b"\xfd7zXZ\x00", "xz file"),
    (b"7z\xbc\xaf\x27\x1c", "7-zip file"),
    (b"Rar!", "RAR archive"),
    (b"\x7fELF", "program"),
    (b"MZ\x90", "program"),
    (b"OggS", "Ogg media file"),
    (b"ID3", "MP3 file"),
    (b"\x00\x00\x01\x00", "icon"),
    (b"wOFF", "font"),
    (b"wOF2", "font"),
    (b"SQLite format 3", "SQLite database"),
    (b"\xd0\xcf\x11\xe0", "office document"),
    (b"{\\rtf", "RTF document"),
)
"""First bytes of other files that are saved beside pages by mistake."""

BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""UTF-32-LE comes before UTF-16-LE, because its mark begins with that of UTF-16-LE."""

CONTROL_SHARE: Final = 0.02
"""Share of control bytes above which a file is not text, unless it is UTF-16. In random or
compressed data one byte in ten is a control byte, in pages none.
"""

_CONTROL_BYTES: Final = bytes(sorted({*range(32), 127} - {*b"\t\n\f\r\x0e\x0f\x1b"}))
"""Control bytes, except those with which East Asian charsets shift (ISO 2022)."""

_DECLARED_CHARSET: Final = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,80}encoding=["']([\w.-]+)""",
    re.IGNORECASE,
)
_SUPERSET_CODECS: Final = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
"""Codecs used in place of the declared ones, as browsers do (WHATWG encoding standard):
windows-1252 for Latin-1, GB 18030 for GB 2312.
"""


def decode(data: bytes, charset: str | None = None) -> str:
    r"""Return the text of a page without control characters.

    Args:
        data: the page as saved.
        charset: the charset that the container declares (HTTP header, WARC record), None if it
            declares none.

    Raises:
        PageError: the file is empty, of another kind, or not text.

    >>> decode(b'<meta charset="iso-8859-1"><p>\x93no\x94')
    '<meta charset="iso-8859-1"><p>“no”'
    """
    if not data.strip():
        raise PageError("the file is empty")
    _refuse_binary(data)
    text, codec = decode_with_charset(data, charset)
    if codec == "utf-8" and not may_need_stripping(data):
        return text
    return strip_controls(text)


def decode_with_charset(data: bytes, charset: str | None = None) -> tuple[str, str]:
    """Return the text of a page and the name of the codec that decoded it.

    Args:
        data: the page as saved.
        charset: the charset that the container declares, None if it declares none.
    """
    for bom, name in BYTE_ORDER_MARKS:
        if data.startswith(bom):
            return data[len(bom) :].decode(name, "replace"), name
    wide = _guess_utf_16(data)
    candidates = [wide] if wide else ["utf-8", charset, _find_declared_charset(data)]
    for candidate in candidates:
        codec = _find_codec(candidate)
        if codec is None:
            continue
        try:
            return data.decode(codec), codec
        except UnicodeDecodeError:
            continue
    return _detect_charset(data, [_find_codec(name) for name in candidates])


def _refuse_binary(data: bytes) -> None:
    """Raise a PageError for a file that is not text, naming its kind if it is known."""
    head = data[:16]
    for magic, kind in MAGIC_NUMBERS:
        if head.startswith(magic) and not (magic == b"BM" and b"<" in data[:200]):
            raise PageError(f"not a page but a {kind}")
    if data[4:8] == b"ftyp":
        raise PageError("not a page but an MP4 media file")
    if head.startswith(b"RIFF"):
        raise PageError("not a page but a RIFF media file")
    start = data[:4096]
    controls = len(start) - len(start.translate(None, _CONTROL_BYTES))
    if controls > CONTROL_SHARE * len(start) and not _is_unicode(data):
        raise PageError("not a page: its bytes are no text (NUL and other control bytes)")


def _is_unicode(data: bytes) -> bool:
    """Tell whether the bytes begin with a byte order mark or are UTF-16."""
    return (
        any(data.startswith(bom) for bom, _ in BYTE_ORDER_MARKS) or _guess_utf_16(data) is not None
    )


def _guess_utf_16(data: bytes) -> str | None:
    """Return the UTF-16 codec of a page without a byte order mark, None if it is not UTF-16.

    Markup is ASCII, so in UTF-16 every second byte of its beginning is NUL.
    """
    head = data[:400]
    if head.count(0) < len(head) // 3:
        return None
    odd, even = head[1::2].count(0), head[::2].count(0)
    if odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 4 * odd else None


def _find_declared_charset(data: bytes) -> str | None:
    found = _DECLARED_CHARSET.search(data[:4096])
    return (found[1] or found[2]).decode("ascii") if found else None


def _find_codec(name: str | None) -> str | None:
    """Return the name of the codec for a charset, None if it is unknown, UTF-7 or not for text."""
    if not name:
        return None
    try:
        info = codecs.lookup(name.strip())
    except (LookupError, ValueError):
        return None
    if info.name == "utf-7" or not getattr(info, "_is_text_encoding", True):
        return None
    if info.name.startswith(("utf-16", "utf-32")) and not name.endswith(("le", "be")):
        return "utf-8"  # a page whose ASCII declaration could be read is not in UTF-16
    return _SUPERSET_CODECS.get(info.name, info.name)


def _detect_charset(data: bytes, tried: list[str | None]) -> tuple[str, str]:
    """Decode with a declared charset that fails on few bytes, else with the charset detected.

    At most 3 bytes, or one in 5,000, may fail; each becomes U+FFFD.
    """
    for codec in tried:
        if codec is None:
            continue
        text = data.decode(codec, "replace")
        if text.count("\ufffd") <= max(3, len(data) // 5000):
            return text, codec
    best = from_bytes(data[:200_000]).best()
    if best is None or best.encoding in {"utf_7", "utf-7"}:
        return data.decode("cp1252", "replace"), "cp1252"
    return data.decode(best.encoding, "replace"), best.encoding
