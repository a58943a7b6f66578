"""The console in Chromium over a live server: by keyboard, on a phone, in the dark, and without script."""

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.console import live
from tests.console.conftest import WATCH_POLICY, type_name_and_password
from tests.console.record import PASSWORD
from tests.console.test_components import OVERFLOW_PX, SCHEMES, SETTLED, look

pytestmark = pytest.mark.browser

PAGES = (
    "/console", "/console/people", "/console/people?columns=username&columns=seen&density=compact",
    "/console/people/new", "/console/people/3", "/console/people/3/access", "/console/people/3/activities",
    "/console/people/3/history", "/console/people/3/edit", "/console/groups", "/console/groups/3",
    "/console/locations", "/console/locations/1", "/console/workplaces", "/console/qualifications",
    "/console/qualifications/1", "/console/courses", "/console/courses/1", "/console/courses/new",
    "/console/courses/1/edit", "/console/assignments", "/console/assignments?status=overdue&course=1",
    "/console/assignments/1", "/console/assignments/new?person=3", "/console/activities", "/console/activities/1",
    "/console/simulators", "/console/simulators/1", "/console/imports", "/console/imports/new", "/console/webhooks",
    "/console/webhooks/1", "/console/webhooks/1/edit", "/console/webhooks/new", "/console/keys", "/console/keys/1",
    "/console/keys/new", "/console/audit", "/console/audit/40", "/console/settings", "/console/account",
    "/console/account/password", "/console/search?q=lind", "/console/lessons", "/console/lessons/new",
    "/console/lessons/fields", "/console/certificates", "/console/certificates/1", "/console/live",
    "/console/mail", "/console/mail/1",
    "/console/mail/words", "/console/mail/words/lesson_scheduled/en", "/console/settings/mail",
    "/console/settings/certificates", "/console/dashboards", "/console/dashboards/new",
    "/console/scripts", "/console/scripts/new", "/console/sources", "/console/sources/new",
    "/console/settings/slack", "/console/tasks", "/console/recycle-bin",
    "/console/sites", "/console/sites/1", "/console/sites/new", "/console/projects", "/console/projects/1",
    "/console/participants?site_id=1&sort=-name", "/console/participants/1", "/console/participants/1/edit",
    "/console/participant-groups", "/console/devices", "/console/devices/1", "/console/devices/new",
    "/console/device-types/1", "/console/device-subtypes/new", "/console/session-types/1", "/console/test-types",
    "/console/services/2", "/console/service-configs/new", "/console/sessions", "/console/sessions/1",
    "/console/sessions/new", "/console/user-groups/8", "/console/users", "/console/users/3",
)  # fmt: skip
SOME = tuple(PAGES[at : at + 12] for at in range(0, len(PAGES), 12))
"""The pages in parts, so that workers share them."""
some_pages = pytest.mark.parametrize("pages", SOME, ids=[part[0] for part in SOME])
PATIENCE_MS = 30_000


@pytest.fixture(scope="module")
def cookie(browser: Browser, running: live.Live) -> Any:
    """The owner's session, begun by the sign-in page itself."""
    context = browser.new_context(base_url=running.url)
    page = context.new_page()
    page.goto("/console")
    type_name_and_password(page, running.filled.owner, PASSWORD)
    page.wait_for_url("**/console")
    state = context.storage_state()
    context.close()
    return state


def _is_wrong(message: ConsoleMessage) -> bool:
    """Whether a message should not have been; Chromium remarks on a refused form's status 422."""
    return message.type in ("error", "warning") and "status of 422" not in message.text


@pytest.fixture
def opened(browser: Browser, running: live.Live, cookie: Any) -> Iterator[Callable[..., Page]]:
    """`opened(path, **context options)`: a page of the owner's; afterwards none may have logged an error."""
    contexts: list[BrowserContext] = []
    pages: list[Page] = []
    errors: list[str] = []

    def open_page(path: str, width: int = 1440, **options: Any) -> Page:
        options = {"locale": "en-GB", "storage_state": cookie, **options}
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=running.url, **options)
        context.add_init_script(WATCH_POLICY)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda m: errors.append(m.text) if _is_wrong(m) else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path)
        contexts.append(context)
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        if page.context.pages and page.evaluate("typeof window.broken") != "undefined":
            errors += page.evaluate("window.broken")
    for context in contexts:
        context.close()
    assert errors == []


@some_pages
def test_every_page_is_labelled_and_fits_a_phone(opened: Callable[..., Page], pages: tuple[str, ...]) -> None:
    page = opened("/console", width=390)
    for path in pages:
        page.goto(path)
        assert page.evaluate(OVERFLOW_PX) <= 0, path
        assert look(page, "nameless") == [], path
        assert look(page, "doubled") == [], path
        assert page.locator("h1").count() == 1, path
        assert page.locator("main").count() == 1, path
        assert page.locator("html").get_attribute("lang") == "en"
        levels = page.evaluate("[...document.querySelectorAll('main :is(h1, h2, h3)')].map((h) => +h.tagName[1])")
        assert levels[0] == 1, path
        assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels)), path


@some_pages
@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_stands_out_on_every_page(opened: Callable[..., Page], scheme: str, pages: tuple[str, ...]) -> None:
    page = opened("/console", color_scheme=scheme, reduced_motion="reduce")
    for path in pages:
        page.goto(path)
        page.evaluate(SETTLED)
        assert look(page, "faint") == [], path


def test_the_charts_are_drawn_and_told_as_numbers(opened: Callable[..., Page]) -> None:
    page = opened("/console")
    charts = page.locator("figure[data-chart]")
    expect(charts).to_have_count(2)
    for at in range(2):
        charts.nth(at).scroll_into_view_if_needed()
        expect(charts.nth(at).locator("svg.marks, .chart-canvas svg").first).to_be_visible(timeout=15_000)
    charts.first.get_by_text("See the numbers").click()
    expect(charts.first.get_by_role("rowheader", name="Overdue")).to_be_visible()


def test_a_person_is_found_by_keyboard_alone(opened: Callable[..., Page]) -> None:
    page = opened("/console")
    page.keyboard.press("/")
    page.keyboard.type("lindq")
    option = page.get_by_role("option", name=re.compile("Tomás Lindqvist"))
    expect(option).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Tomás Lindqvist")).to_be_visible()


def test_the_skip_link_comes_first_and_leads_to_the_content(opened: Callable[..., Page]) -> None:
    page = opened("/console/people")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    order = []
    for _ in range(4):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.textContent.trim() || document.activeElement.name"))
    assert order == ["Import", "Add a person", "q", "Filter"]


def test_filters_live_in_the_address_and_are_taken_away_one_by_one(opened: Callable[..., Page]) -> None:
    page = opened("/console/people")
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Role", exact=True).select_option(label="Instructor")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**/console/people?*role=instructor*")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Remove the filter Role: Instructor").click()
    expect(page.locator("tbody tr")).not_to_have_count(1)


def test_a_person_is_added_with_a_mistake_first(opened: Callable[..., Page]) -> None:
    page = opened("/console/people/new")
    page.get_by_label("First name").fill("Greta")
    page.get_by_label("E-mail").fill("greta at home")
    page.get_by_role("button", name="Add the person").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("E-mail must be an address")
    expect(page.get_by_label("First name")).to_have_value("Greta")
    page.get_by_label("Last name").fill("Almqvist")
    page.get_by_label("E-mail").fill("greta@northwind.example")
    page.get_by_role("button", name="Add the person").click()
    expect(page.get_by_role("heading", level=1, name="Greta Almqvist")).to_be_visible()
    expect(page.get_by_text("Greta Almqvist is added.")).to_be_visible()


def test_picked_people_are_assigned_a_course(opened: Callable[..., Page]) -> None:
    page = opened("/console/people?q=oskar")
    page.get_by_role("checkbox", name=re.compile("Oskar Nilsson")).check()
    page.get_by_role("button", name="Assign a course").click()
    expect(page.get_by_label("Oskar Nilsson")).to_be_checked()
    page.get_by_label(re.compile("^Course")).select_option(label="Working at height")
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Working at height")).to_be_visible()
    expect(page.get_by_text("is assigned to 1 person.")).to_be_visible()


def test_a_key_is_made_and_shown_once(opened: Callable[..., Page]) -> None:
    page = opened("/console/keys/new")
    page.get_by_label("Name").fill("Night robot")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_label("Secret of “Night robot”").locator("input")).to_have_value(re.compile("^rbk_"))
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_role("link", name="Night robot")).to_be_visible()


def test_someone_is_inactivated_only_after_a_question(opened: Callable[..., Page]) -> None:
    page = opened("/console/people/20")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="Inactivate…").click()
    dialog = page.get_by_role("dialog", name=re.compile("^Inactivate"))
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    dialog.get_by_role("button", name="Inactivate").click()
    expect(page.locator("main .status").first).to_have_text("Inactive")


def test_a_certificate_is_revoked_and_its_public_page_says_so(opened: Callable[..., Page]) -> None:
    page = opened("/console/certificates", width=390)
    page.locator("tbody a").first.click()
    page.get_by_role("button", name="Revoke…").click()
    dialog = page.get_by_role("dialog", name="Revoke this certificate?")
    dialog.get_by_label("Reason").fill("Somebody else sat the test.")
    dialog.get_by_role("button", name="Revoke it").click()
    expect(page.locator("main .status").first).to_have_text("Revoked")
    page.get_by_role("link", name="Public page").click()
    expect(page.get_by_text("Somebody else sat the test.")).to_be_visible()
    expect(page.get_by_role("link", name="PDF")).to_have_count(0)
    assert page.evaluate(OVERFLOW_PX) <= 0


def test_ones_own_words_are_written_and_seen_in_the_preview(opened: Callable[..., Page]) -> None:
    page = opened("/console/mail/words/lesson_overdue/en")
    page.get_by_label("Subject").fill("{lesson} is late, {name}")
    page.get_by_label("Text").fill("Dear {name},\n\nplease mind {nonsense}.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(re.compile("{nonsense} stands for nothing here")).first).to_be_visible()
    page.get_by_label("Text").fill("Dear {name},\n\nplease mind {lesson}.")
    page.get_by_role("button", name="Save").click()
    frame = page.frame_locator("iframe[title=Preview]")
    expect(frame.get_by_text("please mind Work at height.")).to_be_visible()


def test_the_console_works_without_script(opened: Callable[..., Page]) -> None:
    page = opened("/console/people", java_script_enabled=False)
    page.get_by_label("Search people", exact=True).first.fill("virtanen")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Hanna Virtanen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hanna Virtanen")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Company").fill("Elsewhere Ltd")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Hanna Virtanen is saved.")).to_be_visible()


def test_the_rail_shows_the_room_one_is_in_however_short_the_window(opened: Callable[..., Page]) -> None:
    page = opened("/console")
    page.set_viewport_size({"width": 1280, "height": 360})
    page.goto("/console/settings")
    expect(page.locator("#rail [aria-current]")).to_be_in_viewport(ratio=1)
    expect(page.locator("h1")).to_be_in_viewport()


def test_a_learner_sees_what_they_learn_and_can_sign_out(browser: Browser, running: live.Live, tmp_path: Path) -> None:
    page = browser.new_context(base_url=running.url).new_page()
    page.goto("/console/people")
    type_name_and_password(page, running.filled.learner, PASSWORD)
    expect(page.get_by_role("heading", level=1, name="People")).to_be_visible()
    page.goto("/console")
    expect(page.get_by_role("heading", level=1, name="My learning")).to_be_visible()
    rail = page.get_by_role("navigation", name="Rooms")
    expect(rail.get_by_role("link", name="My record")).to_be_visible()
    expect(rail.get_by_role("link", name="Keys")).to_have_count(0)
    page.get_by_label("Tomás Lindqvist: your menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
    page.context.close()
