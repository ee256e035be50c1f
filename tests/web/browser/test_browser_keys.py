"""Keys and suggestions in a real Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.chromium import open_article, open_page, read_count, submit_search
from tests.support.html_pages import TITLE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


def test_n_and_p_step_through_the_marks_and_wrap(script_page: Page):
    open_article(script_page, "moscow baranovichi")
    at, current = script_page.locator(".marks .at"), script_page.locator("mark.on")
    assert at.inner_text() == "4 marks"
    for key, said, marked in (
        ("n", "1 of 4 marks", "m1"),
        ("n", "2 of 4 marks", "m2"),
        ("p", "1 of 4 marks", "m1"),
        ("p", "4 of 4 marks", "m4"),
        ("n", "1 of 4 marks", "m1"),
    ):
        script_page.keyboard.press(key)
        assert (at.inner_text(), current.get_attribute("id")) == (said, marked)
    script_page.get_by_role("button", name="Next").click()
    assert at.inner_text() == "2 of 4 marks"


def test_j_k_and_enter_go_through_the_hits(script_page: Page):
    submit_search(script_page, "Baranovichi")
    titles = script_page.locator(".hit h2 a").all_inner_texts()
    for key, focused in (("j", 0), ("j", 1), ("k", 0), ("j", 1)):
        script_page.keyboard.press(key)
        assert script_page.evaluate("document.activeElement.innerText") == titles[focused]
    script_page.keyboard.press("Enter")
    script_page.wait_for_url("**/article/**")
    assert script_page.locator("h1").inner_text() == titles[1]


def test_brackets_go_to_the_hits_beside_an_article_and_back(script_page: Page):
    submit_search(script_page, "Baranovichi")
    titles = script_page.locator(".hit h2 a").all_inner_texts()
    script_page.locator(".hit h2 a").first.click()
    script_page.get_by_role("heading", level=1, name=titles[0]).wait_for()
    for key, title in (("]", titles[1]), ("[", titles[0])):
        script_page.keyboard.press(key)
        script_page.get_by_role("heading", level=1, name=title).wait_for()
    assert script_page.get_by_label("Search the articles").input_value() == "Baranovichi"


def test_slash_goes_to_the_box_and_letters_typed_there_are_text(script_page: Page):
    script_page.goto("/?q=Baranovichi")
    script_page.keyboard.press("/")
    script_page.keyboard.type("n?j/")
    assert script_page.get_by_label("Search the articles").input_value() == "n?j/"


def test_question_mark_opens_keys_and_examples_over_the_page(script_page: Page):
    script_page.goto("/?q=Baranovichi")
    script_page.keyboard.press("?")
    dialog = script_page.get_by_role("dialog", name="Help")
    dialog.wait_for()
    assert dialog.get_by_text("next and previous hit").first.is_visible()
    assert dialog.locator("code").count() >= 20
    script_page.keyboard.press("j")
    assert script_page.evaluate("!!document.activeElement.closest('dialog')")
    script_page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert script_page.url.endswith("/?q=Baranovichi")


def test_where_the_help_cannot_be_fetched_its_page_is_opened(browser: Browser, address: str):
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/?q=Baranovichi")
    page.evaluate("() => { window.fetch = () => Promise.reject(new Error('offline')); }")
    page.keyboard.press("?")
    page.wait_for_url("**/help#keys")
    context.close()


def test_without_a_script_the_keys_stand_on_the_help_page(browser: Browser, address: str):
    for page in open_page(browser, address, java_script_enabled=False):
        page.goto("/help#keys")
        assert page.get_by_role("heading", name="Keys").is_visible()
        assert page.locator("dialog").count() == 0


def test_keys_can_be_switched_off_and_stay_off(script_page: Page):
    script_page.goto("/?q=Baranovichi")
    script_page.get_by_role("button", name="Keys are on").click()
    script_page.goto("/?q=Lida")
    assert script_page.get_by_role("button", name="Keys are off").is_visible()
    for key in ("j", "/", "?"):
        script_page.keyboard.press(key)
    assert script_page.evaluate("document.activeElement === document.body")
    assert script_page.locator("dialog").count() == 0


def type_on_start(page: Page, text: str) -> None:
    """Type when the box has the focus, which it gets one frame after the page is loaded."""
    page.goto("/")
    page.wait_for_function("document.activeElement?.name === 'q'")
    page.keyboard.type(text)


def test_suggestions_are_chosen_by_arrow_keys_and_announced(script_page: Page):
    type_on_start(script_page, "su2")
    option = script_page.get_by_role("option").first
    option.wait_for()
    assert option.inner_text().split()[0] == "Su-25"
    box = script_page.get_by_role("combobox", name="Search the articles")
    assert box.get_attribute("aria-expanded") == "true"
    assert "suggestion" in script_page.locator(".search [role=status]").inner_text()
    assert box.get_attribute("aria-activedescendant") is None
    script_page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert option.get_attribute("aria-selected") == "true"
    script_page.keyboard.press("Enter")
    script_page.wait_for_url("**/?q=Su-25")


def test_enter_searches_for_what_was_typed_whatever_is_suggested(script_page: Page):
    type_on_start(script_page, "su2")
    script_page.get_by_role("option").first.wait_for()
    script_page.keyboard.press("Enter")
    script_page.wait_for_url("**/?q=su2")


def test_arrows_lead_back_to_what_was_typed_and_escape_closes(script_page: Page):
    type_on_start(script_page, "su2")
    script_page.get_by_role("option").first.wait_for()
    script_page.keyboard.press("ArrowDown")
    script_page.keyboard.press("ArrowUp")
    assert script_page.locator("[role=option][aria-selected=true]").count() == 0
    script_page.keyboard.press("Escape")
    assert not script_page.locator(".suggested").is_visible()
    box = script_page.get_by_label("Search the articles")
    assert box.input_value() == "su2"
    assert script_page.evaluate("document.activeElement.name") == "q"


def test_the_last_word_is_completed_and_the_rest_kept(script_page: Page):
    type_on_start(script_page, "belarus adela w")
    script_page.keyboard.press("Backspace")
    script_page.keyboard.press("Backspace")
    script_page.get_by_role("option").filter(has_text="Adela Wirth").click()
    script_page.wait_for_url("**/?q=belarus+author*")
    box = script_page.get_by_label("Search the articles")
    assert box.input_value() == 'belarus author:"Adela Wirth"'


def test_a_suggested_title_opens_its_article(script_page: Page):
    type_on_start(script_page, "tells moscow")
    script_page.get_by_role("option").filter(has_text=TITLE).click()
    script_page.wait_for_url("**/article/**")
    assert script_page.locator("h1").inner_text() == TITLE


def test_the_page_works_on_where_suggestions_cannot_be_had(browser: Browser, address: str):
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.route("**/api/suggest*", lambda route: route.abort())
    submit_search(page, "Baranovichi")
    assert read_count(page) == "4 articles"
    context.close()
