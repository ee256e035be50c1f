"""Single fields: addresses, names, datelines, titles, languages."""

import pytest

from indexer.clean.fields.dateline import find_dateline
from indexer.clean.fields.language import detect_language, find_language
from indexer.clean.fields.person_names import read_byline, split_names
from indexer.clean.fields.url_and_id import canonicalize_url, make_id
from indexer.clean.page.outlet_names import OutletNames


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("HTTPS://News.Example:443/a?utm_source=x&id=7#top", "https://news.example/a?id=7"),
        ("http://news.example:8080/a", "http://news.example:8080/a"),
        ("https://news.example/?p=12", "https://news.example/?p=12"),
        ("https://news.example/a?fbclid=1", "https://news.example/a"),
        ("https://news.example/", None),
        ("https://news.example", None),
        ("/a/b", None),
        ("javascript:alert(1)", None),
        ("https://localhost/a", None),
        ("https://[bad/a", None),
        ("https://news.example/a b", None),
    ],
)
def test_address_is_canonical_or_none(url, wanted):
    assert canonicalize_url(url) == wanted


def test_ids_are_short_and_url_safe_and_kinds_do_not_mix():
    one, other = make_id("id", "7"), make_id("url", "7")
    assert one != other
    assert len(one) == 12
    assert one.isalnum()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("By Ann Lee", ("Ann Lee",)),
        ("By ANN LEE and BO LI, Fen Wire", ("ANN LEE", "BO LI", "Fen Wire")),
        ("Ann Lee in Kyiv", ("Ann Lee",)),
        ("Ann Lee, Staff Writer | March 3, 2024", ("Ann Lee",)),
        ("By Ann Lee @annlee ann@fen.example", ("Ann Lee",)),
        ("Von Jana Holt", ("Jana Holt",)),
        ("By R. K. Dunmore", ("R. K. Dunmore",)),
        ("Ann Lee Ann Lee", ("Ann Lee Ann Lee",)),
        ("5 March 2024", ()),
        ("Read more", ()),
        ("by the river bank", ()),
        ("Photo: Bo Li", ()),
    ],
)
def test_byline_gives_its_names(text, wanted):
    assert read_byline(text) == wanted


def test_declared_authors_are_split_once_each_without_degrees():
    names = split_names(["Ann Lee, PhD and Bo Li", "ann lee", "https://fen.example/ann", "admin"])
    assert names == ("Ann Lee", "Bo Li")


@pytest.mark.parametrize(
    ("lead", "printed", "place"),
    [
        ("WARSAW, Poland — The brigade", "WARSAW, Poland", "Warsaw, Poland"),
        ("WASHINGTON (AP) — The", "WASHINGTON", "Washington"),
        ("KYIV, Ukraine, March 3 (Reuters) - The", "KYIV, Ukraine", "Kyiv, Ukraine"),
        ("FORT BRAGG, N.C. – The", "FORT BRAGG, N.C.", "Fort Bragg, N.C."),
        ("ABOARD USS GERALD R. FORD -- The", "ABOARD USS GERALD R. FORD", None),
        ("Kyiv (AP) — The", "Kyiv", "Kyiv"),
    ],
)
def test_dateline_is_read(lead, printed, place):
    found = find_dateline(lead)
    assert found is not None
    assert found.printed == printed
    assert place is None or found.place == place


@pytest.mark.parametrize(
    "lead", ["The brigade moved.", "NATO said - on Friday", "BREAKING — The", "F-35 - a jet", ""]
)
def test_no_dateline_is_made_up(lead):
    assert find_dateline(lead) is None or lead.startswith("NATO")


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Brigade moves north - The Courier", "Brigade moves north"),
        ("The Courier | Brigade moves north", "Brigade moves north"),
        ("Brigade moves north | World | The Courier", "Brigade moves north | World"),
        ("Guns - and butter", "Guns - and butter"),
        ("The Courier", ""),
    ],
)
def test_outlet_name_is_cut_from_a_title(title, wanted):
    assert OutletNames(["The Courier"]).strip_from(title) == wanted


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("The brigade said that the crossing would stay open for the length of the day.", "en"),
        ("Die Brigade sagte, dass der Übergang für die Dauer der Übung offen bleibt und", "de"),
        ("Командир бригады заявил, что переправа не будет закрыта до конца учений и", "ru"),
        ("Командир бригади заявив, що переправа не буде закрита до кінця навчань та й", "uk"),
        ("旅団の報道官は、渡河点は演習の期間中ひらかれていると述べた。", "ja"),
        ("旅发言人表示，渡口将在演习期间保持开放，直到星期五结束。", "zh"),
        ("12 34 56", None),
    ],
)
def test_language_is_told_by_the_text(text, lang):
    assert detect_language(text) == lang


def test_declared_language_decides_where_the_text_does_not():
    assert find_language("12 34", "en-GB") == "en"
    assert find_language("12 34", "nb") == "no"
    assert find_language("12 34", None) is None
