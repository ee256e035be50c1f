"""A real Chromium for the browser tests, and the steps that several of them take."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.support.html_pages import TITLE, WIRE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def launch_browser() -> Iterator[Browser]:
    """Yield a browser, and close it after the tests of a module.

    Without Chromium the tests are skipped; in CI they fail.
    """
    if not CHROMIUM:
        reason = "no chromium; apt-get install chromium"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with sync_playwright() as player:
        chromium = player.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


def open_page(browser: Browser, address: str, **options) -> Iterator[Page]:
    """Yield a page. The test fails if its script or its content policy reports an error."""
    context = browser.new_context(base_url=address, **options)
    context.set_default_timeout(10_000)
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" else None
    )
    yield page
    context.close()
    assert errors == []


def submit_search(page: Page, query: str) -> None:
    """Type a query on the start page and submit it."""
    page.goto("/")
    page.get_by_label("Search the articles").fill(query)
    page.get_by_role("button", name="Search").click()


def open_article(page: Page, query: str) -> None:
    """Search, filter by the outlet, so that no copy comes before the article, and open it."""
    submit_search(page, query)
    page.locator(".narrow").get_by_role("link", name=WIRE).click()
    page.get_by_role("link", name=TITLE).first.click()


def read_count(page: Page) -> str:
    """Return the heading of the results, such as `4 articles`."""
    return page.locator(".summary h1").inner_text()
