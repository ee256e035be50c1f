"""Searching and reading in a real Chromium, with JavaScript and without, on the real server.

Expected counts are those of test_web.py, by hand from the gold texts of the sample corpus.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.chromium import open_article, open_page, read_count, submit_search
from tests.support.html_pages import TITLE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


def test_search_and_open_and_come_back_with_the_query_kept(page: Page):
    submit_search(page, "Baranovichi")
    assert read_count(page) == "4 articles"
    assert page.locator(".hit mark").first.inner_text() == "Baranovichi"
    found, title = page.url, page.locator(".hit h2 a").first.inner_text()
    page.locator(".hit h2 a").first.click()
    assert page.locator("h1").inner_text() == title
    assert page.get_by_label("Search the articles").input_value() == "Baranovichi"
    page.get_by_role("link", name="Back to results").click()
    page.wait_for_url(found)
    assert page.get_by_label("Search the articles").input_value() == "Baranovichi"


def test_a_phrase_finds_and_marks_the_whole_phrase(page: Page):
    submit_search(page, '"second production base"')
    assert read_count(page) == "3 articles"
    marks = page.locator(".snippet mark").all_inner_texts()
    assert set(marks) == {"second production base"}


def test_a_filter_narrows_and_its_chip_takes_it_away(page: Page):
    submit_search(page, "Baranovichi")
    page.locator(".narrow").get_by_role("link", name="Northern Wire").click()
    assert read_count(page) == "1 article"
    page.locator(".chips").get_by_role("link", name="Northern Wire").click()
    assert read_count(page) == "4 articles"


def test_dates_narrow(page: Page):
    submit_search(page, "Baranovichi")
    page.get_by_label("From").fill("2023-02-01")
    page.get_by_label("To").fill("2023-02-28")
    page.get_by_role("button", name="Set dates").click()
    assert read_count(page) == "3 articles"
    assert page.get_by_label("Search the articles").input_value() == "Baranovichi"


def test_a_bar_of_the_timeline_narrows_to_its_days_and_back(page: Page):
    submit_search(page, "Baranovichi")
    page.locator(".timeline a").first.click()
    page.wait_for_url("**/?q=Baranovichi&from=2023-01-01&to=2023-12-31")
    page.get_by_role("link", name="Feb 2023: 3").click()
    page.wait_for_url("**/?q=Baranovichi&from=2023-02-01&to=2023-02-28")
    assert read_count(page) == "3 articles"
    assert page.locator(".chips").inner_text().startswith("Published Feb 2023")
    page.get_by_role("link", name="All dates").click()
    page.wait_for_url("**/?q=Baranovichi")
    assert read_count(page) == "4 articles"


def test_dragging_over_the_timeline_chooses_all_it_passes(script_page: Page):
    script_page.goto("/?q=Baranovichi&from=2023&to=2023")
    places = script_page.locator(".timeline [data-days]")
    ends = [places.nth(number).bounding_box() for number in (3, 1)]
    points = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in ends]
    script_page.mouse.move(*points[0])
    script_page.mouse.down()
    script_page.mouse.move(*points[1], steps=4)
    assert script_page.locator(".timeline .over").count() == 3
    script_page.mouse.up()
    script_page.wait_for_url("**/?q=Baranovichi&from=2023-02-01&to=2023-04-30")
    assert read_count(script_page) == "4 articles"


def test_why_a_hit_matched_is_told_in_place_and_folded_away(script_page: Page):
    submit_search(script_page, "Baranovichi")
    ask = script_page.locator(".hit .ask").first
    ask.click()
    table = script_page.locator(".hit .why table")
    table.wait_for()
    assert "Baranovichi" in table.inner_text()
    assert ask.get_attribute("aria-expanded") == "true"
    ask.click()
    table.wait_for(state="detached")


def test_why_a_hit_matched_has_a_page_without_a_script(browser: Browser, address: str):
    for page in open_page(browser, address, java_script_enabled=False):
        submit_search(page, "Baranovichi")
        page.locator(".hit .ask").first.click()
        assert page.locator("h1").inner_text() == "Why this matched"
        assert page.locator(".why tbody th").first.inner_text() == "Baranovichi"


def test_zero_hits_name_the_word_and_lead_on(page: Page):
    submit_search(page, "Baranovichi Silistra")
    assert "none has Silistra" in page.locator(".reason").inner_text().replace("\n", " ")
    page.get_by_role("link", name="Any of the words").click()
    assert read_count(page) == "4 articles"


def test_a_broken_query_is_answered_with_a_notice(page: Page):
    submit_search(page, '"second production base AND (')
    assert page.locator(".notices li").count() >= 1
    assert page.get_by_label("Search the articles").input_value() == '"second production base AND ('


def test_marks_can_be_reached_without_a_script(page: Page):
    open_article(page, "Baranovichi")
    link = page.locator(".marks .first")
    if link.count():
        link.click()
        page.wait_for_url(lambda url: url.endswith("#m1"))
    page.locator(".rail a").nth(1).click()
    page.wait_for_url(lambda url: url.endswith("#m2"))


def test_the_menu_exports_and_the_file_comes(page: Page):
    submit_search(page, "Baranovichi")
    link = page.get_by_role("link", name="BibTeX")
    assert not link.is_visible()
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "baranovichi.bib"
    assert download.value.path().read_text(encoding="utf-8").count("@article{") == 4


def test_the_citation_is_copied(browser: Browser, address: str):
    options = {"permissions": ["clipboard-read", "clipboard-write"]}
    for page in open_page(browser, address, **options):
        open_article(page, "Baranovichi")
        page.get_by_role("button", name="Copy").click()
        page.get_by_role("button", name="Copied").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(f"Adela Wirth, “{TITLE}”, Northern Wire, 17 February 2023")


def test_a_saved_original_runs_no_script_and_loads_nothing(browser: Browser, address: str):
    asked = []
    for page in open_page(browser, address):
        open_article(page, "Baranovichi")
        original = page.get_by_role("link", name="The page as it was saved").get_attribute("href")
        context = browser.new_context(base_url=address)
        saved = context.new_page()
        saved.on("request", lambda request: asked.append(request.url))
        saved.goto(original)
        assert TITLE in saved.content()
        context.close()
    assert asked == [address + original]


def test_a_new_user_finds_a_phrase_narrows_it_and_cites_an_article(page: Page):
    """The walk of issue 6 by someone who was told nothing: a phrase, a source, a month."""
    page.goto("/")
    page.get_by_role("searchbox").or_(page.get_by_role("combobox")).fill('"second production base"')
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=*")
    assert read_count(page) == "3 articles"
    page.locator(".narrow").get_by_role("link", name="Northern Wire").click()
    page.wait_for_url("**source=Northern+Wire*")
    page.get_by_role("link", name="2023: 1").click()
    page.get_by_role("link", name="Feb 2023: 1").click()
    page.wait_for_url("**from=2023-02-01*")
    assert read_count(page) == "1 article"
    chips = page.locator(".chips").inner_text()
    assert "Published Feb 2023" in chips
    assert "Source Northern Wire" in chips
    page.get_by_role("link", name=TITLE).click()
    page.wait_for_url("**/article/**")
    assert page.locator(".text mark").first.inner_text() == "second production base"
    cite = page.get_by_role("link", name="Cite", exact=True)
    cite.click()
    page.wait_for_url("**#cite")
    assert page.locator(".citation").inner_text().startswith(f"Adela Wirth, “{TITLE}”")
    with page.expect_download() as download:
        page.get_by_role("link", name="RIS").click()
    assert "TI  - " + TITLE in download.value.path().read_text(encoding="utf-8")
