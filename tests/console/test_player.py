"""The player in a browser: pages and questions, films, lost connections, frames of other sites, phones."""

import base64
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from rollbook.core.access import signin
from rollbook.core.people.queries import get_person
from tests.conftest import PASSWORD, Organisation, found
from tests.console import live
from tests.console.conftest import WATCH_POLICY, type_name_and_password
from tests.console.test_components import OVERFLOW_PX, SCHEMES, look
from tests.doors.player.conftest import MULTIPLE, SINGLE, WRITTEN, Played, add_lesson, play

pytestmark = pytest.mark.browser
FILM_S = 3
QUESTIONS = {"questions": [SINGLE, MULTIPLE, WRITTEN], "attempts_allowed": 3, "shows_answers": True}


@pytest.fixture(scope="module")
def school(running: live.Live) -> Iterator[Organisation]:
    """An organisation on the running server."""
    with httpx.Client(base_url=running.url) as client:
        yield found(running.server, client, running.server.services.hasher.hash(PASSWORD))  # type: ignore[arg-type]


@pytest.fixture
def shown(browser: Browser, running: live.Live) -> Iterator[Callable[..., Page]]:
    """Opens a page of a context of its own; afterwards none may have broken the policy or thrown."""
    contexts, pages, errors = [], [], []

    def open_page(path: str = "about:blank", **options: Any) -> Page:
        context = browser.new_context(base_url=running.url, **options)
        context.add_init_script(WATCH_POLICY)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path)
        pages.append(page)
        return page

    yield open_page
    broken = [one for page in pages if not page.is_closed() for one in page.evaluate("window.broken ?? []")]
    for context in contexts:
        context.close()
    assert (broken, errors) == ([], [])


def address(played: Played) -> str:
    """Where the player is, below the server's own address."""
    return f"/#player/{played.schedule_id}?embed=true&token={played.token}"


def test_a_learner_reads_answers_and_completes(school: Organisation, shown: Callable[..., Page]) -> None:
    played = play(school, add_lesson(school, pages=2, pass_percent=70, questionnaire=QUESTIONS))
    with school.writing() as work:
        person = get_person(work, played.person_id)
        signin.set_password(work, person, school.server.services.hasher.hash(PASSWORD))
    page = shown("/console/sign-in")
    type_name_and_password(page, person.username, PASSWORD)
    page.wait_for_url("**/console/learn")
    page.get_by_role("link", name="Start: Confined space").click()
    expect(page.get_by_role("heading", name="Page 1")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("heading", name="Page 2")).to_be_focused()
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Anyone").check()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Question 2 is not answered yet.")).to_be_visible()
    page.get_by_label("Helmet").check()
    page.get_by_label("Your answer").fill("Bor")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_label("Helmet")).to_be_checked()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Not passed: 0 %")).to_be_visible()
    expect(page.get_by_text("Right: Helmet, Gloves")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("2 attempts left")).to_be_visible()
    page.get_by_label("The trained").check()
    page.get_by_label("Helmet").check()
    page.get_by_label("Gloves").check()
    page.get_by_label("Your answer").fill("nobody")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Passed: 75 %")).to_be_visible()
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("heading", name="Completed")).to_be_focused()
    expect(page.get_by_role("link", name="See the certificate")).to_be_visible()
    page.get_by_role("link", name="Back to my learning").click()
    expect(page.get_by_role("link", name="Look again: Confined space")).to_be_visible()
    assert played.schedule["status"] == "completed"


def test_progress_outlives_a_lost_connection(school: Organisation, shown: Callable[..., Page]) -> None:
    played = play(school, add_lesson(school, pages=4))
    page = shown(address(played))
    expect(page.get_by_role("heading", name="Page 1")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("No connection.")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    page.context.set_offline(False)
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert [step["is_done"] for step in played.lesson["steps"]] == [True, True, True, False]
    assert played.lesson["step"] == 2


def test_what_was_not_sent_is_sent_when_the_lesson_is_opened_again(
    school: Organisation, shown: Callable[..., Page]
) -> None:
    played = play(school, add_lesson(school, pages=4))
    page = shown(address(played))
    expect(page.get_by_role("heading", name="Page 1")).to_be_visible()
    context = page.context
    context.set_offline(True)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("No connection.")).to_be_visible()
    page.close()
    assert played.lesson["steps"][1]["is_done"] is False
    context.set_offline(False)
    again = context.new_page()
    again.goto(address(played))
    expect(again.locator(".player-step[data-done]")).to_have_count(2)
    assert played.lesson["steps"][1]["is_done"] is True


@pytest.fixture
def portal(school: Organisation, running: live.Live) -> Iterator[tuple[Played, str]]:
    """A page of another site that shows a player in a frame: what is played, and the page's address."""
    played = play(school, add_lesson(school, pages=1))
    page = f'<!doctype html><title>Portal</title><iframe src="{running.url}{address(played)}"></iframe>'.encode()

    class Portal(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Portal) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield played, f"http://localhost:{server.server_port}/training"
        server.shutdown()


def test_another_site_shows_the_player_in_a_frame(portal: tuple[Played, str], shown: Callable[..., Page]) -> None:
    played, page = portal
    frame = shown(page).frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Completed")).to_be_visible()
    assert played.schedule["status"] == "completed"


def recorded(page: Page) -> bytes:
    """A film that this browser plays."""
    return base64.b64decode(page.evaluate((Path(__file__).parent / "film.js").read_text(), FILM_S))


def wait_until(page: Page, expression: str) -> None:
    """Until something is so in the page, whose policy lets no test look for itself. Ten seconds."""
    deadline = time.monotonic() + 10
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(50)


def test_a_film_is_watched_left_and_taken_up_again(school: Organisation, shown: Callable[..., Page]) -> None:
    page = shown("/docs")
    played = play(school, add_lesson(school, film=recorded(page), pages=0))
    page.goto(address(played))
    video = page.locator("video")
    expect(video).to_be_visible()
    wait_until(page, "document.querySelector('video').readyState >= 2")
    page.evaluate("document.querySelector('video').muted = true, document.querySelector('video').play()")
    wait_until(page, "document.querySelector('video').currentTime > 0.9")
    page.evaluate("document.querySelector('video').pause()")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    wait_until(page, "document.querySelectorAll('.watched span').length >= 1")
    left = played.lesson["position_ms"]
    assert 800 <= left < 2500
    page.reload()
    wait_until(page, f"document.querySelector('video')?.currentTime >= {left / 1000 - 0.1}")
    page.evaluate("document.querySelector('video').muted = true, document.querySelector('video').play()")
    expect(page.get_by_role("heading", name="Completed")).to_be_visible()
    assert played.schedule["status"] == "completed"


def test_an_address_that_has_ended_says_so(school: Organisation, shown: Callable[..., Page]) -> None:
    page = shown("/#player/1?embed=true&token=rbp_nothing")
    expect(page.get_by_role("alert")).to_contain_text("Open the lesson again")


def test_the_address_of_the_server_leads_to_the_console(shown: Callable[..., Page]) -> None:
    shown("/").wait_for_url("**/console/sign-in**")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_player_fits_a_phone_and_reads_well(school: Organisation, shown: Callable[..., Page], scheme: str) -> None:
    played = play(school, add_lesson(school, pages=3, pass_percent=70, questionnaire=QUESTIONS))
    page = shown(address(played), viewport={"width": 390, "height": 844}, color_scheme=scheme)
    for name in ("Page 1", "Questions"):
        page.locator(".player-step", has_text=name).click()
        expect(page.get_by_role("heading", name=name)).to_be_visible()
        assert page.evaluate(OVERFLOW_PX) <= 0, name
        assert look(page, "nameless") + look(page, "doubled") + look(page, "faint") == [], name
