"""A real chromium, as the browser tests share it, and the steps they all take."""

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
    """A browser until the tests of a module are done; without chromium they are skipped here, and
    fail where everything must run."""
    if not CHROMIUM:
        reason = "no chromium; apt-get install chromium"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with sync_playwright() as player:
        chromium = player.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


def open_page(browser: Browser, address: str, **options) -> Iterator[Page]:
    """A page that fails the test when its script or its content policy complains."""
    context = browser.new_context(base_url=address, **options)
    context.set_default_timeout(10_000)
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert complaints == []


def submit_search(page: Page, query: str) -> None:
    """Search from the start page."""
    page.goto("/")
    page.get_by_label("Search the articles").fill(query)
    page.get_by_role("button", name="Search").click()


def open_article(page: Page, query: str) -> None:
    """Search, narrow to the outlet, so that no copy stands before the article, and open it."""
    submit_search(page, query)
    page.locator(".narrow").get_by_role("link", name=WIRE).click()
    page.get_by_role("link", name=TITLE).first.click()


def read_count(page: Page) -> str:
    """What the results say they are: `4 articles`."""
    return page.locator(".summary h1").inner_text()
