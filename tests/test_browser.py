"""A reader at work in a real chromium, with JavaScript and without, against the real server.

Expected counts are those of test_web.py, by hand from the gold texts of the sample corpus.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browsing import launched
from served import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

TITLE = "Belarus tells Moscow it can build the Su-25 at home"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(sample_index: Path) -> Iterator[str]:
    with serving(sample_index) as served:
        yield served.address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    yield from launched()


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """A page of its own, with JavaScript and without."""
    yield from opened(browser, address, java_script_enabled=request.param)


@pytest.fixture
def scripted(browser: Browser, address: str) -> Iterator[Page]:
    yield from opened(browser, address)


def opened(browser: Browser, address: str, **options) -> Iterator[Page]:
    """A page that fails the test when its script or its content policy complains."""
    context = browser.new_context(base_url=address, **options)
    context.set_default_timeout(10_000)
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert complaints == []


def search(page: Page, query: str) -> None:
    page.goto("/")
    page.get_by_label("Search the articles").fill(query)
    page.get_by_role("button", name="Search").click()


def open_article(page: Page, query: str) -> None:
    """Search, narrow to the outlet, so that no copy stands before the article, and open it."""
    search(page, query)
    page.locator(".narrow").get_by_role("link", name="Northern Wire").click()
    page.get_by_role("link", name=TITLE).first.click()


def count(page: Page) -> str:
    return page.locator(".summary h1").inner_text()


def test_search_and_open_and_come_back_with_the_query_kept(page: Page):
    search(page, "Baranovichi")
    assert count(page) == "4 articles"
    assert page.locator(".hit mark").first.inner_text() == "Baranovichi"
    found, title = page.url, page.locator(".hit h2 a").first.inner_text()
    page.locator(".hit h2 a").first.click()
    assert page.locator("h1").inner_text() == title
    assert page.get_by_label("Search the articles").input_value() == "Baranovichi"
    page.get_by_role("link", name="Back to results").click()
    page.wait_for_url(found)
    assert page.get_by_label("Search the articles").input_value() == "Baranovichi"


def test_a_phrase_finds_and_marks_the_whole_phrase(page: Page):
    search(page, '"second production base"')
    assert count(page) == "3 articles"
    marks = page.locator(".snippet mark").all_inner_texts()
    assert set(marks) == {"second production base"}


def test_a_filter_narrows_and_its_chip_takes_it_away(page: Page):
    search(page, "Baranovichi")
    page.locator(".narrow").get_by_role("link", name="Northern Wire").click()
    assert count(page) == "1 article"
    page.locator(".chips").get_by_role("link", name="Northern Wire").click()
    assert count(page) == "4 articles"


def test_dates_narrow(page: Page):
    search(page, "Baranovichi")
    page.get_by_label("From").fill("2023-02-01")
    page.get_by_label("To").fill("2023-02-28")
    page.get_by_role("button", name="Set dates").click()
    assert count(page) == "3 articles"
    assert page.get_by_label("Search the articles").input_value() == "Baranovichi"


def test_a_bar_of_the_timeline_narrows_to_its_days_and_back(page: Page):
    search(page, "Baranovichi")
    page.locator(".timeline a").first.click()
    page.wait_for_url("**/?q=Baranovichi&from=2023-01-01&to=2023-12-31")
    page.get_by_role("link", name="Feb 2023: 3").click()
    page.wait_for_url("**/?q=Baranovichi&from=2023-02-01&to=2023-02-28")
    assert count(page) == "3 articles"
    assert page.locator(".chips").inner_text().startswith("Published Feb 2023")
    page.get_by_role("link", name="All dates").click()
    page.wait_for_url("**/?q=Baranovichi")
    assert count(page) == "4 articles"


def test_dragging_over_the_timeline_chooses_all_it_passes(scripted: Page):
    scripted.goto("/?q=Baranovichi&from=2023&to=2023")
    places = scripted.locator(".timeline [data-days]")
    ends = [places.nth(number).bounding_box() for number in (3, 1)]
    points = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in ends]
    scripted.mouse.move(*points[0])
    scripted.mouse.down()
    scripted.mouse.move(*points[1], steps=4)
    assert scripted.locator(".timeline .over").count() == 3
    scripted.mouse.up()
    scripted.wait_for_url("**/?q=Baranovichi&from=2023-02-01&to=2023-04-30")
    assert count(scripted) == "4 articles"


def test_why_a_hit_matched_is_told_in_place_and_folded_away(scripted: Page):
    search(scripted, "Baranovichi")
    ask = scripted.locator(".hit .ask").first
    ask.click()
    table = scripted.locator(".hit .why table")
    table.wait_for()
    assert "Baranovichi" in table.inner_text()
    assert ask.get_attribute("aria-expanded") == "true"
    ask.click()
    table.wait_for(state="detached")


def test_why_a_hit_matched_has_a_page_without_a_script(browser: Browser, address: str):
    for page in opened(browser, address, java_script_enabled=False):
        search(page, "Baranovichi")
        page.locator(".hit .ask").first.click()
        assert page.locator("h1").inner_text() == "Why this matched"
        assert page.locator(".why tbody th").first.inner_text() == "Baranovichi"


def test_zero_hits_name_the_word_and_lead_on(page: Page):
    search(page, "Baranovichi Silistra")
    assert "none has Silistra" in page.locator(".reason").inner_text().replace("\n", " ")
    page.get_by_role("link", name="Any of the words").click()
    assert count(page) == "4 articles"


def test_a_broken_query_is_answered_with_a_notice(page: Page):
    search(page, '"second production base AND (')
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
    search(scripted, "Baranovichi")
    titles = scripted.locator(".hit h2 a").all_inner_texts()
    for key, focused in (("j", 0), ("j", 1), ("k", 0), ("j", 1)):
        scripted.keyboard.press(key)
        assert scripted.evaluate("document.activeElement.innerText") == titles[focused]
    scripted.keyboard.press("Enter")
    scripted.wait_for_url("**/article/**")
    assert scripted.locator("h1").inner_text() == titles[1]


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
    for page in opened(browser, address, java_script_enabled=False):
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


def type_on_start(page: Page, text: str) -> None:
    """Type once the box has the focus: the browser gives it a frame after the page is loaded."""
    page.goto("/")
    page.wait_for_function("document.activeElement?.name === 'q'")
    page.keyboard.type(text)


def test_a_suggested_title_opens_its_article(scripted: Page):
    type_on_start(scripted, "tells moscow")
    scripted.get_by_role("option").filter(has_text=TITLE).click()
    scripted.wait_for_url("**/article/**")
    assert scripted.locator("h1").inner_text() == TITLE


def test_the_page_works_on_where_suggestions_cannot_be_had(browser: Browser, address: str):
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.route("**/api/suggest*", lambda route: route.abort())
    search(page, "Baranovichi")
    assert count(page) == "4 articles"
    context.close()


def test_the_menu_exports_and_the_file_comes(page: Page):
    search(page, "Baranovichi")
    link = page.get_by_role("link", name="BibTeX")
    assert not link.is_visible()
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "baranovichi.bib"
    assert download.value.path().read_text(encoding="utf-8").count("@article{") == 4


def test_brackets_go_to_the_hits_beside_an_article_and_back(scripted: Page):
    search(scripted, "Baranovichi")
    titles = scripted.locator(".hit h2 a").all_inner_texts()
    scripted.locator(".hit h2 a").first.click()
    scripted.get_by_role("heading", level=1, name=titles[0]).wait_for()
    for key, title in (("]", titles[1]), ("[", titles[0])):
        scripted.keyboard.press(key)
        scripted.get_by_role("heading", level=1, name=title).wait_for()
    assert scripted.get_by_label("Search the articles").input_value() == "Baranovichi"


def test_the_citation_is_copied(browser: Browser, address: str):
    options = {"permissions": ["clipboard-read", "clipboard-write"]}
    for page in opened(browser, address, **options):
        open_article(page, "Baranovichi")
        page.get_by_role("button", name="Copy").click()
        page.get_by_role("button", name="Copied").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(f"Adela Wirth, “{TITLE}”, Northern Wire, 17 February 2023")


@pytest.mark.parametrize("width", [390, 640, 1600])
def test_nothing_scrolls_sideways(browser: Browser, address: str, width: int):
    """640 is a window of 1280 at 200 %."""
    addresses = ["/", "/?q=missile&sort=newest&source=Northern+Wire", "/help", "/?q=Silistra+x"]
    for page in opened(browser, address, viewport={"width": width, "height": 800}):
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


def test_a_printed_article_is_its_text_and_its_citation(page: Page):
    open_article(page, "Baranovichi")
    page.emulate_media(media="print")
    for shown in ("h1", ".text p", ".citation"):
        assert page.locator(shown).first.is_visible(), shown
    for hidden in (".top", ".steps", ".foot", ".beside-hit"):
        assert not page.locator(hidden).first.is_visible(), hidden


def test_times_name_the_zone_of_the_reader(browser: Browser, address: str):
    for page in opened(browser, address, timezone_id="Europe/Vilnius", locale="en-GB"):
        page.goto("/?q=Baranovichi&source=Northern+Wire")
        # The day stays as printed, whatever day it was in Vilnius.
        time = page.locator(".hit time").first
        time.wait_for()
        assert time.inner_text() == "17 Feb 2023"
        assert time.get_attribute("title").endswith("(Europe/Vilnius)")


def test_on_a_phone_the_menu_stays_on_the_screen(browser: Browser, address: str):
    for page in opened(browser, address, viewport={"width": 390, "height": 800}):
        page.goto("/?q=missile")
        page.get_by_text("Export", exact=True).click()
        box = page.locator(".menu > div").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_on_a_phone_the_filters_fold_behind_one_word(browser: Browser, address: str):
    for page in opened(browser, address, viewport={"width": 390, "height": 800}):
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


def test_the_first_tab_stop_leads_past_the_top(page: Page):
    page.goto("/?q=Baranovichi")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith("#hits"))


def test_a_saved_original_runs_no_script_and_loads_nothing(browser: Browser, address: str):
    asked = []
    for page in opened(browser, address):
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
    assert count(page) == "3 articles"
    page.locator(".narrow").get_by_role("link", name="Northern Wire").click()
    page.wait_for_url("**source=Northern+Wire*")
    page.get_by_role("link", name="2023: 1").click()
    page.get_by_role("link", name="Feb 2023: 1").click()
    page.wait_for_url("**from=2023-02-01*")
    assert count(page) == "1 article"
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
