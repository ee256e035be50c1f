"""Bytes to text: what is no page is refused, the charset is decided before parsing."""

import codecs

import pytest

from indexer.clean.page.charset import decode, decode_with_charset
from indexer.errors import PageError

TEXT = "<p>Лукашенко — “Łódź” Brücke</p>"


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"%PDF-1.7 x", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0x", "JPEG"),
        (b"PK\x03\x04x", "zip"),
        (b"\x1f\x8b\x08x", "gzip"),
        (b"\x00\x00\x00\x20ftypisom", "MP4"),
        (b"RIFF\x00\x00\x00\x00WAVE", "RIFF"),
        (b"\x7fELF\x02", "program"),
        (b"abc\x00\x01\x02" * 400, "NUL"),
        (b"  \n ", "empty"),
        (b"", "empty"),
    ],
)
def test_what_is_no_page_is_refused_by_name(data, word):
    with pytest.raises(PageError, match=word):
        decode(data)


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode(),
    ],
)
def test_marked_and_plain_unicode_is_read(data):
    assert decode(data) == TEXT


def test_utf_16_without_a_mark_is_known_by_its_zero_bytes():
    page = "<html><body><p>Brigade moves north along the river</p></body></html>"
    assert decode(page.encode("utf-16-le")) == page


def test_mark_wins_over_declaration():
    data = codecs.BOM_UTF8 + '<meta charset="windows-1251"><p>Łódź</p>'.encode()
    assert "Łódź" in decode(data, "latin-1")


def test_declared_charset_of_the_page_is_used():
    data = b'<meta charset="windows-1251"><p>' + "Лукашенко".encode("cp1251") + b"</p>"
    assert decode_with_charset(data) == ('<meta charset="windows-1251"><p>Лукашенко</p>', "cp1251")


def test_container_charset_is_used_before_that_of_the_page():
    data = b'<meta charset="iso-8859-5"><p>' + "Лукашенко".encode("koi8-r") + b"</p>"
    assert "Лукашенко" in decode(data, "koi8-r")


def test_latin_1_is_read_as_windows_1252():
    assert "“no”" in decode(b'<meta charset="iso-8859-1">\x93no\x94')


def test_utf_7_is_never_used():
    text, charset = decode_with_charset(b'<meta charset="utf-7">+ADw-script+AD4-alert(1)\xe9')
    assert charset != "utf-7"
    assert "<script>" not in text


def test_undeclared_text_is_detected():
    text = "Командующий бригадой заявил, что переправа останется открытой до пятницы. " * 8
    assert "бригадой" in decode(text.encode("cp1251"))


def test_one_bad_byte_does_not_unseat_utf_8():
    data = "Łódź und Brücken ".encode() * 50 + b"\xff"
    assert decode_with_charset(data)[1] == "utf-8"


def test_control_characters_go_and_white_space_stays():
    text = "Brigade moves north along the river. " * 20
    assert decode(f"{text}a\x07b\tc\nd".encode()) == f"{text}ab\tc\nd"
