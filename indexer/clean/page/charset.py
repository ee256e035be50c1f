"""Bytes -> text: what is no page is refused, and the charset is decided here, before any parsing.

Order of trust: byte order mark, strict UTF-8, the charset declared (container first, then the
page), the one detected. A declared charset that cannot decode the bytes is not believed. UTF-7 is
never used: in it harmless ASCII turns into markup.
"""

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes

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
"""First bytes of files that are saved beside pages by mistake."""

BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Longest first where one begins another (UTF-32 before UTF-16)."""

CONTROL_SHARE: Final = 0.02
"""More control bytes than this is no text, unless it reads as UTF-16: in noise and packed data one
byte in ten is one, in pages none."""

_CONTROL_BYTES: Final = bytes(sorted({*range(32), 127} - {*b"\t\n\f\r\x0e\x0f\x1b"}))
"""Without those that charsets of East Asia shift with (ISO 2022)."""

_STRIPPED_BYTES: Final = bytes(sorted({*range(32), 127} - {*b"\t\n\r"}))
"""What `strip_controls` takes out of ASCII."""

_DECLARED_CHARSET: Final = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,80}encoding=["']([\w.-]+)""",
    re.IGNORECASE,
)
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SUPERSET_CODECS: Final = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
"""Read as browsers do (WHATWG encoding standard): Latin-1 as windows-1252, GB 2312 as GB 18030."""


def decode(data: bytes, charset: str | None = None) -> str:
    """Return the text of a page without control characters.

    Args:
        data: the page as saved.
        charset: what the container declares (HTTP header, WARC record), if it does.

    Raises:
        PageError: empty, a file of another kind, or bytes that are no text.
    """
    if not data.strip():
        raise PageError("the file is empty")
    _refuse_binary(data)
    text, codec = decode_with_charset(data, charset)
    if codec == "utf-8" and _has_no_controls(data, text):
        return text
    return strip_controls(text)


def _has_no_controls(data: bytes, text: str) -> bool:
    """Tell whether UTF-8 that was decoded strictly holds nothing that `strip_controls` takes out.

    Asked of the bytes it costs .15 ms in 200 kB, the expression over the text 1.1 ms.
    """
    stripped = data.translate(None, _STRIPPED_BYTES)
    return len(stripped) == len(data) and not any(char in text for char in "\ufffe\uffff")


def strip_controls(text: str) -> str:
    """Return text without control characters and half surrogate pairs, which escapes can hide."""
    return _CONTROL.sub("", text)


def decode_with_charset(data: bytes, charset: str | None = None) -> tuple[str, str]:
    """Return the text and the name of the charset that was used."""
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
    return (
        any(data.startswith(bom) for bom, _ in BYTE_ORDER_MARKS) or _guess_utf_16(data) is not None
    )


def _guess_utf_16(data: bytes) -> str | None:
    """Name the UTF-16 byte order of a page saved without a mark, None where it is none.

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
    """Return the codec's own name; None for an unknown one, UTF-7 and codecs of no text."""
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
    """Fall back on a declared charset with replacements where few bytes fail, else detect."""
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
