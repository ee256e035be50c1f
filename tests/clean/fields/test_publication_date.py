"""Which of the dates a page declares and prints is that of publication."""

import pytest

from indexer.clean.article import clean
from indexer.models import Page

SENTENCE = (
    "The engineers laid a second pontoon across the river before dawn, and the first of the "
    "trucks were over it by six that morning, the brigade said in a statement on its own site."
)
TITLE = "Second pontoon laid across the river"


def dates(*lines: str, head: str = "", after: str = "", url: str | None = None, lang: str = "en"):
    body = "".join(f"<p>{line}</p>" if not line.startswith("<") else line for line in lines)
    html = (
        f"<html lang={lang}><head><title>{TITLE}</title>{head}</head><body><article>"
        f"<h1>{TITLE}</h1>{body}<p>{SENTENCE}</p><p>{SENTENCE}</p><p>{SENTENCE}</p></article>"
        f"{after}</body></html>"
    )
    article = clean(Page(name="a.html", data=html.encode(), url=url))
    return article.published, article.updated, article.notes.get("published")


def declared(published: str, updated: str = "") -> str:
    more = f',"dateModified":"{updated}"' if updated else ""
    return (
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"'
        f'{TITLE}","datePublished":"{published}"{more}}}</script>'
    )


def test_declared_moment_is_kept_with_its_offset():
    found = dates("March 3, 2024", head=declared("2024-03-03T09:15:00-05:00"))
    assert found == ("2024-03-03T09:15:00-05:00", None, "json-ld")


def test_printed_day_before_the_declared_one_is_that_of_the_first_publication():
    found = dates("Jan 31, 2022", head=declared("2024-11-05"))
    assert found == ("2022-01-31", None, "page")


def test_printed_day_after_the_declared_one_is_an_update():
    published, _, _ = dates("Jan 31, 2024", head=declared("2022-11-05", "2024-01-31"))
    assert published == "2022-11-05"


def test_day_of_the_outlet_is_right_against_the_same_moment_in_utc():
    head = declared("2024-03-04T02:25:54Z")
    assert dates("March 3, 2024 | 9:25pm", head=head) == ("2024-03-03", None, "page")
    assert dates("March 3, 2024", head=declared("2024-03-04T12:00:00Z"))[0][:10] == "2024-03-04"


def test_address_may_name_an_earlier_day_but_not_a_later_one():
    url = "https://fen.example/2024/03/01/pontoon"
    assert dates(head=declared("2024-05-01"), url=url) == ("2024-03-01", None, "url")
    assert dates(head=declared("2024-02-29T23:30:00Z"), url=url)[0] == "2024-02-29T23:30:00Z"


def test_month_of_an_address_may_be_a_word():
    assert dates(url="https://fen.example/2023/october/03/x")[0] == "2023-10-03"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("Ann Lee 3 May 2024 7 Comments", ("2024-05-03", None)),
        ("World newsMay 3, 2024Updated: June 1, 2024", ("2024-05-03", "2024-06-01")),
        ("3. Mai 2024 | Akt.: 1. Juni 2024", ("2024-05-03", "2024-06-01")),
        ("June 1, 2024May 3, 2024 by Ann Lee", ("2024-05-03", "2024-06-01")),
        ("Last updated June 1, 2024 | Published May 3, 2024", ("2024-05-03", "2024-06-01")),
        (
            '<p><time datetime="2024-05-03T10:00:00+02:00">3 hours ago</time></p>',
            ("2024-05-03T10:00:00+02:00", None),
        ),
        (
            '<p>May 3, 2024 <time class="updated" datetime="2024-06-01">June 1</time></p>',
            ("2024-05-03", "2024-06-01"),
        ),
        (
            '<p><time class="entry-date updated" datetime="2024-05-03">May 3, 2024</time></p>',
            ("2024-05-03", None),
        ),
        (
            "On behalf of the engineers of the northern brigade | May 3, 2024, 14:04 | Bridges",
            ("2024-05-03", None),
        ),
        (
            "The second talk is on 10 May 2024, 18:00 - Rome time, in the hall of the old mill.",
            (None, None),
        ),
        (
            "<div class='article-sidebar'><p>Ann Lee</p><p>3 May 2024</p></div>",
            ("2024-05-03", None),
        ),
        (
            "The bridge by the mill was blown up in the fighting on May 3, 2022, they say.",
            (None, None),
        ),
    ],
)
def test_line_beside_the_headline_tells_both_dates(line, wanted):
    assert dates(line)[:2] == wanted


def test_page_dated_by_its_update_only_says_so():
    assert dates("Updated June 1, 2024") == ("2024-06-01", "2024-06-01", "page (last update)")


def test_update_in_the_footer_is_no_date_of_publication():
    after = "<footer><p>Last updated: June 1, 2024</p></footer>"
    assert dates(after=after)[:2] == (None, "2024-06-01")


def test_date_far_from_the_headline_counts_where_it_is_the_only_one():
    assert dates(after="<div><p>3 May 2024</p></div>")[0] == "2024-05-03"
    assert dates(after="<div><p>3 May 2024</p><p>4 May 2024</p></div>")[0] is None


def test_label_tells_which_of_several_days_far_from_the_headline_is_meant():
    after = "<div><h4>Publish date</h4><p>3 May 2024</p><h4>Reviewed</h4><p>4 June 2024</p></div>"
    assert dates(after=after)[0] == "2024-05-03"


def test_date_of_a_teaser_is_not_that_of_the_article():
    after = "<div class=related><p>3 May 2024</p></div>"
    assert dates(after=after)[0] is None


def test_page_named_after_a_part_of_it_is_no_teaser():
    line = "<p>Ann Lee</p><p>3 May 2024</p>"
    html = (
        f"<body class='has-sidebar comments-open'><h1>{TITLE}</h1>{line}" + f"<p>{SENTENCE}</p>" * 3
    )
    assert clean(Page(name="a", data=html.encode())).published == "2024-05-03"


def test_scripts_are_asked_last_and_only_where_they_agree():
    one = '<script>window.state={"publishedAt":"2024-05-03T10:00:00Z"}</script>'
    other = '<script>x={"publishedAt":"2024-05-04"}</script>'
    assert dates(head=one) == ("2024-05-03T10:00:00Z", None, "script")
    assert dates(head=one + other)[0] is None


@pytest.mark.parametrize(
    "meta",
    [
        '<meta name="w-published-date" content="2024-05-03T06:03:43Z">',
        '<meta name="published_on" content="2024-05-03">',
        '<meta name="sailthru.date" value="2024-05-03 12:21:02">',
    ],
)
def test_meta_tag_that_says_published_is_read_whatever_its_name(meta):
    published, _, origin = dates(head=meta)
    assert (published[:10], origin) == ("2024-05-03", "meta")


@pytest.mark.parametrize(
    ("lang", "url", "wanted"),
    [
        ("en-gb", None, "2024-05-03"),
        ("en-us", None, "2024-03-05"),
        ("fr", None, "2024-05-03"),
        ("en", "https://fen.co.uk/a", "2024-05-03"),
        ("en", "https://fen.example/a", None),
    ],
)
def test_ambiguous_numbers_are_read_as_the_page_s_country_writes_them(lang, url, wanted):
    assert dates("03/05/2024", lang=lang, url=url)[0] == wanted


def test_box_below_the_article_with_a_heading_of_its_own_does_not_date_it():
    after = "<div><h1>More to read</h1><p>1 June 2024</p></div>"
    assert dates("3 May 2024", after=after)[0] == "2024-05-03"


@pytest.mark.parametrize(
    "updated", ["2024-05-03T09:00:00Z", "2024-05-03T10:00:00Z", "2024-05-03", "2024-05-02"]
)
def test_update_that_adds_nothing_is_left_out(updated):
    assert dates(head=declared("2024-05-03T12:00:00+02:00", updated))[1] is None


def test_update_after_publication_keeps_its_offset():
    head = declared("2024-05-03T12:00:00+02:00", "2024-05-03T14:00:00+02:00")
    assert dates(head=head)[1] == "2024-05-03T14:00:00+02:00"
