"""Keys and suggestions in a real chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.chromium import open_article, open_page, read_count, submit_search
from tests.support.html_pages import TITLE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


def test_n_and_p_step_through_the_marks_and_wrap(scripted: Page):
    open_article(scripted, "moscow baranovichi")
    at, current = scripted.locator(".marks .at"), scripted.locator("mark.on")
    assert at.inner_text() == "4 marks"
    for key, said, marked in (
        ("n", "1 of 4 marks", "m1"),
        ("n", "2 of 4 marks", "m2"),
        ("p", "1 of 4 marks", "m1"),
        ("p", "4 of 4 marks", "m4"),
        ("n", "1 of 4 marks", "m1"),
    ):
        scripted.keyboard.press(key)
        assert (at.inner_text(), current.get_attribute("id")) == (said, marked)
    scripted.get_by_role("button", name="Next").click()
    assert at.inner_text() == "2 of 4 marks"


def test_j_k_and_enter_go_through_the_hits(scripted: Page):
    submit_search(scripted, "Baranovichi")
    titles = scripted.locator(".hit h2 a").all_inner_texts()
    for key, focused in (("j", 0), ("j", 1), ("k", 0), ("j", 1)):
        scripted.keyboard.press(key)
        assert scripted.evaluate("document.activeElement.innerText") == titles[focused]
    scripted.keyboard.press("Enter")
    scripted.wait_for_url("**/article/**")
    assert scripted.locator("h1").inner_text() == titles[1]


def test_brackets_go_to_the_hits_beside_an_article_and_back(scripted: Page):
    submit_search(scripted, "Baranovichi")
    titles = scripted.locator(".hit h2 a").all_inner_texts()
    scripted.locator(".hit h2 a").first.click()
    scripted.get_by_role("heading", level=1, name=titles[0]).wait_for()
    for key, title in (("]", titles[1]), ("[", titles[0])):
        scripted.keyboard.press(key)
        scripted.get_by_role("heading", level=1, name=title).wait_for()
    assert scripted.get_by_label("Search the articles").input_value() == "Baranovichi"


def test_slash_goes_to_the_box_and_letters_typed_there_are_text(scripted: Page):
    scripted.goto("/?q=Baranovichi")
    scripted.keyboard.press("/")
    scripted.keyboard.type("n?j/")
    assert scripted.get_by_label("Search the articles").input_value() == "n?j/"


def test_question_mark_opens_keys_and_examples_over_the_page(scripted: Page):
    scripted.goto("/?q=Baranovichi")
    scripted.keyboard.press("?")
    dialog = scripted.get_by_role("dialog", name="Help")
    dialog.wait_for()
    assert dialog.get_by_text("next and previous hit").first.is_visible()
    assert dialog.locator("code").count() >= 20
    scripted.keyboard.press("j")
    assert scripted.evaluate("!!document.activeElement.closest('dialog')")
    scripted.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert scripted.url.endswith("/?q=Baranovichi")


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


def test_keys_can_be_switched_off_and_stay_off(scripted: Page):
    scripted.goto("/?q=Baranovichi")
    scripted.get_by_role("button", name="Keys are on").click()
    scripted.goto("/?q=Lida")
    assert scripted.get_by_role("button", name="Keys are off").is_visible()
    for key in ("j", "/", "?"):
        scripted.keyboard.press(key)
    assert scripted.evaluate("document.activeElement === document.body")
    assert scripted.locator("dialog").count() == 0


def type_on_start(page: Page, text: str) -> None:
    """Type once the box has the focus: the browser gives it a frame after the page is loaded."""
    page.goto("/")
    page.wait_for_function("document.activeElement?.name === 'q'")
    page.keyboard.type(text)


def test_suggestions_are_chosen_by_arrow_keys_and_announced(scripted: Page):
    type_on_start(scripted, "su2")
    option = scripted.get_by_role("option").first
    option.wait_for()
    assert option.inner_text().split()[0] == "Su-25"
    box = scripted.get_by_role("combobox", name="Search the articles")
    assert box.get_attribute("aria-expanded") == "true"
    assert "suggestion" in scripted.locator(".search [role=status]").inner_text()
    assert box.get_attribute("aria-activedescendant") is None
    scripted.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert option.get_attribute("aria-selected") == "true"
    scripted.keyboard.press("Enter")
    scripted.wait_for_url("**/?q=Su-25")


def test_enter_searches_for_what_was_typed_whatever_is_suggested(scripted: Page):
    type_on_start(scripted, "su2")
    scripted.get_by_role("option").first.wait_for()
    scripted.keyboard.press("Enter")
    scripted.wait_for_url("**/?q=su2")


def test_arrows_lead_back_to_what_was_typed_and_escape_closes(scripted: Page):
    type_on_start(scripted, "su2")
    scripted.get_by_role("option").first.wait_for()
    scripted.keyboard.press("ArrowDown")
    scripted.keyboard.press("ArrowUp")
    assert scripted.locator("[role=option][aria-selected=true]").count() == 0
    scripted.keyboard.press("Escape")
    assert not scripted.locator(".suggested").is_visible()
    box = scripted.get_by_label("Search the articles")
    assert box.input_value() == "su2"
    assert scripted.evaluate("document.activeElement.name") == "q"


def test_the_last_word_is_completed_and_the_rest_kept(scripted: Page):
    type_on_start(scripted, "belarus adela w")
    scripted.keyboard.press("Backspace")
    scripted.keyboard.press("Backspace")
    scripted.get_by_role("option").filter(has_text="Adela Wirth").click()
    scripted.wait_for_url("**/?q=belarus+author*")
    box = scripted.get_by_label("Search the articles")
    assert box.input_value() == 'belarus author:"Adela Wirth"'


def test_a_suggested_title_opens_its_article(scripted: Page):
    type_on_start(scripted, "tells moscow")
    scripted.get_by_role("option").filter(has_text=TITLE).click()
    scripted.wait_for_url("**/article/**")
    assert scripted.locator("h1").inner_text() == TITLE


def test_the_page_works_on_where_suggestions_cannot_be_had(browser: Browser, address: str):
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.route("**/api/suggest*", lambda route: route.abort())
    submit_search(page, "Baranovichi")
    assert read_count(page) == "4 articles"
    context.close()
