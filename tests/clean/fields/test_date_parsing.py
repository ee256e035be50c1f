"""Dates as pages write them, declared and printed, in the languages of the press."""

import pytest

from indexer.clean.fields.date_parsing import parse_date, scan_dates
from indexer.clean.fields.month_names import MONTHS


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2025-02-19T14:05:00-0500", "2025-02-19T14:05:00-05:00"),
        ("2025-02-19T14:05Z", "2025-02-19T14:05:00Z"),
        ("2025-02-19 14:05:09.123+01", "2025-02-19T14:05:09+01:00"),
        ("2025-2-9", "2025-02-09"),
        ("20250219", "2025-02-19"),
        ("Wed, 19 Feb 2025 14:05:00 GMT", "2025-02-19"),
        ("Published March 3rd, 2024 at noon", "2024-03-03"),
        ("3 März 2024", "2024-03-03"),
        ("19.11.2019", "2019-11-19"),
        ("19 de noviembre de 2019", "2019-11-19"),
        ("2019年3月28日", "2019-03-28"),
        ("5 лютого 2023", "2023-02-05"),
        ("03/04/2024", None),
        ("13/04/2024", "2024-04-13"),
        ("2024-13-40", None),
        ("0001-01-01T00:00:00", None),
        ("© 2024 The Fen Gazette", None),
        ("", None),
        ("2025-02-19T14:05:75Z", "2025-02-19"),
        ("2025-02-19T14:05:00+99:00", "2025-02-19T14:05:00"),
        ("Tue Apr 07 2020 07:36", "2020-04-07"),
        ("12.16.2025", "2025-12-16"),
        ("20180619T055000+0900", "2018-06-19"),
        ("2022. január 5.", "2022-01-05"),
        ("2022 m. sausio 5 d.", "2022-01-05"),
        ("12 травня 2022", "2022-05-12"),
        ("3. huhtikuuta 2021", "2021-04-03"),
        ("16 d\u2019abril 2020", "2020-04-16"),
        ("2020\ub144 3\uc6d4 4\uc77c", "2020-03-04"),
    ],
)
def test_date_is_read_as_printed_or_not_at_all(text, wanted):
    assert parse_date(text) == wanted


@pytest.mark.parametrize(
    ("day_first", "wanted"), [(True, "2020-10-02"), (False, "2020-02-10"), (None, None)]
)
def test_order_of_day_and_month_is_the_page_s(day_first, wanted):
    assert parse_date("02/10/2020", day_first=day_first) == wanted


def test_every_date_of_a_line_is_found_in_order():
    found = scan_dates("Posted 3 May 2024, updated 2024-06-01T10:00Z")
    assert [one.iso for one in found] == ["2024-05-03", "2024-06-01T10:00:00Z"]
    assert (found[0].start, found[0].end) == (7, 17)


def test_month_named_by_two_languages_is_that_of_the_larger():
    assert MONTHS["listopada"] == 11
