"""Layout in a real Chromium: on a phone, on a wide screen, at 200 %, on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.chromium import open_article, open_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [390, 640, 1600])
def test_nothing_scrolls_sideways(browser: Browser, address: str, width: int):
    """640 is a window of 1280 at 200 %."""
    addresses = ["/", "/?q=missile&sort=newest&source=Northern+Wire", "/help", "/?q=Silistra+x"]
    for page in open_page(browser, address, viewport={"width": width, "height": 800}):
        for one in addresses:
            page.goto(one)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, one
        page.goto("/?q=Baranovichi")
        hit = page.locator(".hit").first
        found = [hit.locator(link).first.get_attribute("href") for link in ("h2 a", ".ask")]
        page.goto(found[0])
        for one in (*found, page.locator("a.differs").first.get_attribute("href")):
            page.goto(one)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, one


def test_on_a_phone_the_menu_stays_on_the_screen(browser: Browser, address: str):
    for page in open_page(browser, address, viewport={"width": 390, "height": 800}):
        page.goto("/?q=missile")
        page.get_by_text("Export", exact=True).click()
        box = page.locator(".menu > div").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_on_a_phone_the_filters_fold_behind_one_word(browser: Browser, address: str):
    for page in open_page(browser, address, viewport={"width": 390, "height": 800}):
        page.goto("/?q=Baranovichi&source=Northern+Wire")
        links = page.locator(".narrow").get_by_role("link", name="Baltic Desk")
        assert not links.first.is_visible()
        page.get_by_text("Narrow (1)").click()
        assert links.first.is_visible()


def test_beside_the_results_the_filters_are_always_open(page: Page):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/?q=Baranovichi")
    assert page.locator(".narrow").get_by_role("link", name="Baltic Desk").first.is_visible()
    assert not page.get_by_text("Narrow", exact=True).is_visible()


def test_a_printed_article_is_its_text_and_its_citation(page: Page):
    open_article(page, "Baranovichi")
    page.emulate_media(media="print")
    for shown in ("h1", ".text p", ".citation"):
        assert page.locator(shown).first.is_visible(), shown
    for hidden in (".top", ".steps", ".foot", ".beside-hit"):
        assert not page.locator(hidden).first.is_visible(), hidden


def test_times_name_the_zone_of_the_reader(browser: Browser, address: str):
    for page in open_page(browser, address, timezone_id="Europe/Vilnius", locale="en-GB"):
        page.goto("/?q=Baranovichi&source=Northern+Wire")
        # The day stays as printed, whatever day it was in Vilnius.
        time = page.locator(".hit time").first
        time.wait_for()
        assert time.inner_text() == "17 Feb 2023"
        assert time.get_attribute("title").endswith("(Europe/Vilnius)")


def test_the_first_tab_stop_leads_past_the_top(page: Page):
    page.goto("/?q=Baranovichi")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith("#hits"))
