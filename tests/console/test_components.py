"""The console's components in a browser: they keep the content security policy, and work by keyboard and on a phone."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.console import preview

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]

LOOK = (Path(__file__).parent / "look.js").read_text(encoding="utf-8")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# A phone, a small one, and a desk at 400 %, 200 % and 125 % zoom.
WIDTHS = (390, 360, 320, 720, 1024)
# Animations that run for ever or stand still never finish, and evaluating has no time limit of its own.
SETTLED = """
new Promise(requestAnimationFrame).then(() => Promise.race([
  Promise.allSettled(document.getAnimations()
    .filter((a) => a.playState === 'running' && Number.isFinite(a.effect.getComputedTiming().endTime))
    .map((a) => a.finished)),
  new Promise((resolve) => setTimeout(resolve, 2000)),
]))
"""
OVERFLOW_PX = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SCRIPT_BYTES = """
performance.getEntriesByType('resource').filter((r) => r.name.endsWith('.js')).map((r) => [r.name, r.decodedBodySize])
"""


def look(page: Page, question: str) -> list[str]:
    """What one of the functions of look.js finds wrong in the page."""
    found: list[str] = page.evaluate(f"(() => {{ {LOOK}; return {question}(); }})()")
    return found


@pytest.mark.parametrize("path", preview.PAGES)
def test_every_page_is_labelled_legible_and_fits_any_window(visit: Visit, path: str) -> None:
    page = visit(path, reduced_motion="reduce")
    assert look(page, "nameless") == []
    assert look(page, "doubled") == []
    assert page.locator("h1").count() == 1
    assert page.locator("main").count() == 1
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLED)
        assert look(page, "faint") == [], scheme
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(SETTLED)
        assert page.evaluate(OVERFLOW_PX) <= 0, width


def test_the_search_is_reached_walked_and_left_by_keyboard(visit: Visit) -> None:
    page = visit("/overview")
    search = page.get_by_role("combobox", name="Search people")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("track")
    options = page.get_by_role("option")
    expect(options).to_have_count(1)
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(search).to_have_attribute("aria-activedescendant", re.compile("search-item-0"))
    page.keyboard.press("Escape")
    expect(search).to_have_attribute("aria-expanded", "false")
    search.fill("")
    page.keyboard.type("an")
    expect(options.nth(7)).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    wanted = options.nth(1).get_attribute("href")
    page.keyboard.press("ControlOrMeta+k")
    expect(search).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{wanted}")


def test_the_rail_holds_twenty_rooms_on_a_desk(visit: Visit) -> None:
    page = visit("/overview", width=1440, height=900)
    rooms = page.locator("#rail a.room:visible, #rail summary.room")
    expect(rooms).to_have_count(20)
    expect(rooms.first).to_be_in_viewport(ratio=1)
    expect(rooms.last).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("list", name="Connections").get_by_role("link")).to_have_count(4)


def test_rooms_are_found_even_when_the_server_does_not_answer(visit: Visit) -> None:
    page = visit("/overview")
    page.route("**/search?*", lambda route: route.fulfill(status=200, json={"groups": []}))
    page.get_by_role("combobox", name="Search people").fill("webh")
    expect(page.get_by_role("option", name="Webhooks")).to_have_attribute("href", "/webhooks")


def test_a_dialog_takes_the_focus_keeps_it_and_gives_it_back(visit: Visit) -> None:
    page = visit("/components")
    opener = page.get_by_role("button", name="Delete", exact=True)
    opener.click()
    dialog = page.get_by_role("dialog", name="Delete the group Night shift?")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("!document.activeElement.closest('main')")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_menu_opens_by_keyboard_and_escape_returns_to_its_button(visit: Visit) -> None:
    page = visit("/people")
    button = page.get_by_label("Actions for Aoife Brandt")
    button.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Edit")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(page.get_by_role("link", name="Edit")).to_be_hidden()


def test_rows_are_ticked_in_ranges_and_a_grave_action_asks_first(visit: Visit) -> None:
    page = visit("/people")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.post_data or "") if request.method == "POST" else None)
    ticks = page.locator(".row-tick")
    ticks.nth(1).click()
    ticks.nth(4).click(modifiers=["Shift"])
    expect(page.get_by_text("4 selected")).to_be_visible()
    act = page.locator(".bulk").get_by_role("button", name="Deactivate")
    act.click()
    ask = page.get_by_role("dialog", name="Deactivate the selected people?")
    ask.get_by_role("button", name="Cancel").click()
    expect(act).to_be_focused()
    assert posts == []
    act.click()
    with page.expect_navigation(), page.expect_request(lambda request: request.method == "POST") as posted:
        ask.get_by_role("button", name="Deactivate").click()
    sent = parse_qsl(posted.value.post_data or "")
    assert [value for name, value in sent if name == "id"] == ["4", "5", "6", "7"]
    assert ("action", "deactivate") in sent
    assert ("csrf_token", "sample-token") in sent


def test_filters_sorting_columns_and_density_live_together_in_the_address(visit: Visit) -> None:
    page = visit("/people?sort=-seen&density=compact&after=x")
    page.get_by_text("Filter", exact=True).click()
    page.get_by_role("combobox", name="Status").select_option("invited")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**status=invited*")
    assert dict(parse_qsl(urlsplit(page.url).query, True)) == {
        "sort": "-seen",
        "density": "compact",
        "status": "invited",
    }
    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("External id").check()
    page.get_by_label("Roles").uncheck()
    page.get_by_role("button", name="Apply").last.click()
    page.wait_for_url("**columns=external_id*")
    expect(page.get_by_role("columnheader", name="External id")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Roles")).to_have_count(0)
    page.get_by_role("link", name="Remove the filter Status: Invited").click()
    page.wait_for_url(re.compile(r"^(?!.*status=)"))
    expect(page.get_by_role("columnheader", name="Last seen")).to_have_attribute("aria-sort", "descending")


def test_times_are_the_readers_own_with_the_exact_one_on_hover(visit: Visit) -> None:
    page = visit("/components", timezone_id="Asia/Tokyo")
    moment = page.locator("time").first
    expect(moment).to_have_text("18 Mar 2026, 18:24")
    title = moment.get_attribute("title") or ""
    assert "2026-03-18T09:24:00Z" in title


def test_a_form_is_sent_once_however_often_it_is_pressed(visit: Visit) -> None:
    page = visit("/components")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.route("**/components", lambda route: route.fulfill(status=204))
    save = page.get_by_role("button", name="Save the person")
    with page.expect_response("**/components"):
        save.evaluate("(button) => { button.click(); button.click(); }")
    expect(save).to_have_attribute("aria-disabled", "true")
    assert len(posts) == 1


def test_a_secret_is_copied_and_said_so(visit: Visit) -> None:
    page = visit("/components", permissions=["clipboard-read", "clipboard-write"])
    page.locator(".secret").get_by_role("button", name="Copy").click()
    expect(page.locator("#toasts")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.get_by_role("textbox", name="New key").input_value()


def test_charts_are_drawn_in_the_pages_colours_and_again_when_they_change(visit: Visit) -> None:
    page = visit("/overview", height=2400)
    expect(page.locator("[data-chart] svg.marks")).to_have_count(3)
    bar = page.locator("[data-chart]").last.locator("[aria-roledescription=bar]").first
    expect(bar).to_have_attribute("fill", "#2c4fc4")
    page.emulate_media(color_scheme="dark")
    expect(bar).to_have_attribute("fill", "#7390f7")
    bar.hover()
    expect(page.locator("#vg-tooltip-element.visible")).to_contain_text("Control room")
    page.get_by_text("See the numbers").last.click()
    expect(page.get_by_role("rowheader", name="Contractors")).to_be_visible()


def test_pages_without_charts_are_light(visit: Visit) -> None:
    scripts = dict(visit("/people").evaluate(SCRIPT_BYTES))
    assert sum(scripts.values()) < 100_000
    assert not any("vega" in name for name in scripts)


def test_pages_work_without_script(visit: Visit) -> None:
    page = visit("/people", width=390, java_script_enabled=False)
    expect(page.get_by_text("16 Mar 2026").first).to_be_visible()
    page.locator(".row-tick").first.check()
    expect(page.locator(".bulk").get_by_role("button", name="Move")).to_be_visible()
    page.get_by_role("button", name="Rooms").click()
    expect(page.locator("#rail").get_by_role("link", name="Audit")).to_be_visible()


def test_paper_shows_the_content_alone(visit: Visit) -> None:
    page = visit("/people")
    page.emulate_media(media="print")
    for chrome in (".rail", ".topbar", ".table-bar", ".page-head-actions"):
        expect(page.locator(chrome)).to_be_hidden()
    expect(page.get_by_role("columnheader", name="Name")).to_be_visible()


def test_the_keyboard_skips_to_the_content(visit: Visit) -> None:
    page = visit("/overview")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
