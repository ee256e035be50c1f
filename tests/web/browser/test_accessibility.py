"""axe-core finds no violation on any page, in the light and in the dark theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.support.record_index import index_rows
from tests.support.server_process import run_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

VERSIONS = [
    {
        "id": "plant", "title": f"Plant to build {count} tanks", "date": f"2024-05-0{day}",
        "text": f"The plant will build {count} tanks.\n\n“Work begins,” said Mayor Ana Ruiz.",
    }
    for day, count in enumerate(("forty", "fifty"), start=6)
]  # fmt: skip


@pytest.fixture(scope="module")
def versions_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over two saved versions of one article."""
    folder = tmp_path_factory.mktemp("access")
    with run_server(index_rows(folder, VERSIONS)) as server:
        yield server.address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
"""The rules whose result depends on the theme."""


def find_violations(page: Page) -> list[tuple[str, str, list[str]]]:
    """Return the violations of all rules in the light theme, and of colours in the dark theme."""
    found = []
    for theme, options in (("dark", COLOURS), ("light", None)):
        page.emulate_media(color_scheme=theme)
        violations = Axe().run(page, options=options).response["violations"]
        found += [
            (theme, one["id"], [node["html"][:200] for node in one["nodes"]]) for one in violations
        ]
    return found


ADDRESSES = [
    "/", "/help", "/?q=Baranovichi", "/?q=missile&source=Northern+Wire&from=2023&to=2023&exact=1",
    "/?q=nuclear&page=2", "/?q=Silistra", "/?q=Baranovichi+Silistra", "/?q=Baranovichi&page=9",
    "/?q=Baranovichi&source=Nobody", "/?q=%22broken+AND+(&sort=x", "/?q=-drone", "/nowhere",
    "/article/gone?q=su-25", "/?q=" + "a" * 1001,
]  # fmt: skip


@pytest.mark.parametrize("path", ADDRESSES, ids=lambda path: path[:40])
def test_axe_finds_nothing(page: Page, address: str, path: str):
    page.goto(address + path)
    assert find_violations(page) == []


def test_axe_finds_nothing_in_what_opens_on_results(page: Page, address: str):
    page.goto(f"{address}/?q=Baranovichi")
    page.locator(".hit .ask").first.click()
    page.locator(".hit .why").wait_for()
    page.locator(".menu summary").click()
    assert find_violations(page) == []
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    assert find_violations(page) == []


def test_axe_finds_nothing_in_suggestions(page: Page, address: str):
    page.goto(f"{address}/?q=Baranovichi")
    page.get_by_label("Search the articles").fill("su2")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert find_violations(page) == []


def test_axe_finds_nothing_on_the_pages_of_an_article(page: Page, address: str):
    page.goto(f"{address}/?q=Baranovichi")
    why = page.locator(".hit .ask").first.get_attribute("href")
    page.locator(".hit h2 a").first.click()
    page.keyboard.press("n")
    assert find_violations(page) == []
    differs = page.locator("a.differs").first.get_attribute("href")
    for path in (why, differs):
        page.goto(address + path)
        assert find_violations(page) == []


def test_axe_finds_nothing_on_the_versions_of_an_article(page: Page, versions_address: str):
    page.goto(f"{versions_address}/?q=tanks")
    page.locator(".hit h2 a").first.click()
    page.locator(".elsewhere li > a").first.click()
    page.get_by_role("link", name="What changed since").wait_for()
    assert find_violations(page) == []


def test_axe_finds_nothing_on_a_phone(page: Page, address: str):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/?q=Baranovichi&source=Northern+Wire")
    page.locator(".narrow > details > summary").click()
    assert find_violations(page) == []
    page.locator(".hit h2 a").first.click()
    page.locator("h1").wait_for()
    assert find_violations(page) == []
