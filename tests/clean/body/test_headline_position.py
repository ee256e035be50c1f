"""The headline as a landmark: nothing above it, and no other story in its place."""

from indexer.clean.article import clean
from indexer.models import Page

TITLE = "Brigade moves its guns north"
OWN = [
    f"The guns of battery {name} were moved along the river road before dawn, the colonel said, "
    "and none of them were seen again in the village on the southern bank."
    for name in ("Anna", "Berta", "Cesar", "Dora")
]
OTHER = [
    f"Story {name}: a ferry was laid up for repairs on the coast, and the harbour master said "
    "that the yard would not be done with it before the end of the year, at the earliest."
    for name in ("one", "two", "three", "four", "five", "six", "seven", "eight")
]


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def body_of(markup: str) -> list[str]:
    html = f"<html><head><title>{TITLE}</title></head><body>{markup}</body></html>"
    return clean(Page("a.html", html.encode())).body.split("\n\n")


def test_ticker_above_the_headline_is_left_out_though_it_is_longer():
    ticker = "".join(f"<li>{line}</li>" for line in OTHER)
    found = body_of(f"<div><ul>{ticker}</ul><h2>{TITLE}</h2><div>{paragraphs(OWN)}</div></div>")
    assert found == OWN


def test_headline_below_the_article_drops_nothing():
    assert body_of(f"<div>{paragraphs(OWN)}</div><footer><h2>{TITLE}</h2></footer>") == OWN


def test_headline_printed_twice_is_no_landmark():
    found = body_of(f"<div>{paragraphs(OWN)}</div><h2>{TITLE}</h2><h2>{TITLE}</h2>")
    assert found == OWN


def test_stories_below_a_short_article_are_told_apart():
    others = "".join(f"<article><p>{line}</p></article>" for line in OTHER * 3)
    found = body_of(
        f"<div><article><h1>{TITLE}</h1>{paragraphs(OWN)}</article>"
        f"<article><h3>You may like</h3>{others}</article></div>"
    )
    assert found == OWN
