"""The room of lessons: made, filled, moved, tried, published; by forms alone, and by a browser with its scripts."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from rollbook.core.kernel.principal import Role
from tests.conftest import Organisation
from tests.console import live
from tests.console.conftest import type_name_and_password
from tests.console.record import PASSWORD
from tests.console.signed_in import Visitor, add_person, owner, sign_in
from tests.console.test_components import OVERFLOW_PX, SCHEMES, look
from tests.media import BROKEN_FILM, HTML, SVG, mp4, png

SEEN = re.compile(r'name="seen" value="([0-9a-f]+)"')


def made(visitor: Visitor, title: str = "Working at height", **given: str) -> str:
    """A lesson with its first draft; the address of the draft."""
    answer = visitor.post("/console/lessons/new", {"title": title, **given})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def sent(visitor: Visitor, draft: str, action: str, data: dict[str, Any]) -> Any:
    """A form of the draft, as its page gave it."""
    found = SEEN.search(visitor.get(f"{draft}/steps/new").text)
    assert found is not None
    return visitor.post(f"{draft}{action}", {"seen": found[1], **data})


def add(visitor: Visitor, draft: str, title: str) -> None:
    answer = sent(visitor, draft, "/steps/new", {"kind": "text", "title": title, "text": "Look first."})
    assert answer.status_code == 303, answer.text


def uploaded(visitor: Visitor, draft: str, name: str, data: bytes, **headers: str) -> Any:
    form = {"csrf_token": visitor.token()}
    files = {"file": (name, data, "application/octet-stream")}
    return visitor.client.post(f"{draft}/files", data=form, files=files, headers=headers, follow_redirects=False)


def titles(visitor: Visitor, draft: str) -> list[str]:
    return re.findall(r'<strong><a href="[^"]+">([^<]+)</a></strong>', visitor.get(draft).text)


def test_a_lesson_is_written_published_and_taken_back(organisation: Organisation) -> None:
    visitor = owner(organisation)
    draft = made(visitor, issues_certificate="1", certificate_months="12")
    add(visitor, draft, "Before you climb")
    settings = {"pass_percent": "80", "attempts_allowed": "3", "is_shuffled": "1"}
    assert visitor.post(f"{draft}/settings", settings).status_code == 303
    lesson = draft.partition("/versions")[0]
    assert visitor.post(f"{draft}/publish").headers["location"] == lesson
    page = visitor.get(lesson).text
    assert "Published" in page
    assert "Holds for 12 months" in page
    assert "80 %" in visitor.get(f"{draft}/settings").text
    refused = sent_to_published(visitor, draft)
    assert "begin a new version" in unescape(refused)
    second = visitor.post(f"{lesson}/versions").headers["location"]
    assert second == f"{lesson}/versions/2"
    assert titles(visitor, second) == ["Before you climb"]
    visitor.post(f"{draft}/retire")
    assert "Taken back" in visitor.get(lesson).text


def sent_to_published(visitor: Visitor, version: str) -> str:
    answer = sent(visitor, version, "/steps/new", {"kind": "text", "title": "Late"})
    assert answer.status_code == 409
    return str(answer.text)


def test_steps_are_moved_changed_and_removed(organisation: Organisation) -> None:
    visitor = owner(organisation)
    draft = made(visitor)
    for title in ("First", "Second", "Third"):
        add(visitor, draft, title)
    sent(visitor, draft, "/steps/2/move", {"to": "0"})
    assert titles(visitor, draft) == ["Third", "First", "Second"]
    sent(visitor, draft, "/steps/0/move", {"to": "99"})
    assert titles(visitor, draft) == ["First", "Second", "Third"]
    sent(visitor, draft, "/steps/1", {"kind": "text", "title": "Changed", "text": "x"})
    sent(visitor, draft, "/steps/0/remove", {})
    assert titles(visitor, draft) == ["Changed", "Third"]
    assert sent(visitor, draft, "/steps/7/move", {"to": "0"}).status_code == 404


def test_a_refused_step_says_why_and_keeps_what_was_typed(organisation: Organisation) -> None:
    visitor = owner(organisation)
    draft = made(visitor)
    answer = sent(visitor, draft, "/steps/new", {"kind": "link", "title": "Go", "url": "ftp://x", "text": "Kept words"})
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert 'id="f-url-error"' in page
    assert "ftp://x" in page
    assert "Kept words" in page
    assert titles(visitor, draft) == []


def test_a_form_of_another_state_of_the_draft_changes_nothing(organisation: Organisation) -> None:
    visitor = owner(organisation)
    draft = made(visitor)
    for title in ("First", "Second"):
        add(visitor, draft, title)
    stale = visitor.post(f"{draft}/steps/0/remove", {"seen": "0123456789abcdef"})
    assert stale.headers["location"] == draft
    assert "Somebody changed this draft" in visitor.get(draft).text
    assert titles(visitor, draft) == ["First", "Second"]


def test_a_question_is_added_refused_changed_and_removed(organisation: Organisation) -> None:
    visitor = owner(organisation)
    draft = made(visitor)
    typed = {"kind": "single", "text": "Which?", "points": "2", "option_id": ["", ""], "option_text": ["This", "That"]}
    refused = sent(visitor, draft, "/questions/new", typed)
    assert refused.status_code == 422
    assert "exactly one must be right" in refused.text
    assert 'value="That"' in refused.text
    assert sent(visitor, draft, "/questions/new", typed | {"right": "1"}).status_code == 303
    page = visitor.get(f"{draft}/questions/0").text
    assert re.search(r'value="1"[^>]*checked', page)
    written = {"kind": "text", "text": "Which word?", "points": "1", "accepted": "helmet\nhard hat"}
    assert sent(visitor, draft, "/questions/new", written).status_code == 303
    sent(visitor, draft, "/questions/1/move", {"to": "0"})
    assert "helmet\nhard hat" in visitor.get(f"{draft}/questions/0").text
    sent(visitor, draft, "/questions/0/remove", {})
    assert "Which word?" not in visitor.get(f"{draft}/questions").text
    for bad in ({"text": ""}, {"points": "many"}, {"kind": "essay"}):
        assert sent(visitor, draft, "/questions/new", typed | {"right": "1"} | bad).status_code == 422


def test_uploads_become_steps_of_their_kind_and_are_shown_safely(organisation: Organisation) -> None:
    visitor = owner(organisation)
    draft = made(visitor)
    for name, data in (("ladder.png", png()), ("climb.mp4", mp4()), ("page.html", HTML), ("broken.mp4", BROKEN_FILM)):
        assert uploaded(visitor, draft, name, data).status_code == 303
    assert titles(visitor, draft) == ["ladder", "climb", "page", "broken"]
    preview = visitor.get(f"{draft}/preview")
    assert "frame-src 'self'" in preview.headers["content-security-policy"]
    assert re.search(r'<iframe[^>]+sandbox="allow-scripts" src="([^"]+)"', preview.text)
    page = re.search(r'sandbox="allow-scripts" src="([^"]+)"', preview.text)
    assert page is not None
    shown = visitor.get(page[1])
    assert shown.headers["content-security-policy"].startswith("sandbox allow-scripts")
    assert shown.headers["content-disposition"].startswith("inline")
    film = re.search(r'<video[^>]+src="([^"]+)"', preview.text)
    assert film is not None
    part = visitor.get(film[1], headers={"range": "bytes=0-3"})
    assert (part.status_code, part.headers["content-type"]) == (206, "video/mp4")
    assert "Cannot be read" in preview.text
    visitor.post(f"{draft}/publish")
    assert "cannot be played" in visitor.get(draft).text


def test_a_script_is_told_what_became_of_its_upload(organisation: Organisation) -> None:
    visitor = owner(organisation)
    draft = made(visitor)
    good = uploaded(visitor, draft, "ladder.png", png(), accept="application/json")
    assert good.json() == {"next": f"{draft}#step-0"}
    bad = uploaded(visitor, draft, "ladder.svg", SVG, accept="application/json")
    assert (bad.status_code, "PNG" in bad.json()["error"]) == (422, True)
    plain = uploaded(visitor, draft, "ladder.svg", SVG)
    assert plain.status_code == 303
    assert "PNG" in visitor.get(draft).text


def test_custom_fields_and_a_thumbnail_are_set(organisation: Organisation) -> None:
    visitor = owner(organisation)
    draft = made(visitor)
    field = {"key": "reviewed", "description": "Reviewed on", "kind": "date"}
    assert visitor.post("/console/lessons/fields", field).status_code == 303
    assert visitor.post("/console/lessons/fields", field).status_code == 409
    uploaded(visitor, draft, "ladder.png", png())
    picture = re.search(rf'{draft}/files/([0-9a-f-]{{36}})"', visitor.get(draft).text)
    assert picture is not None
    refused = visitor.post(f"{draft}/settings", {"note_reviewed": "soon", "pass_percent": "half"})
    assert refused.status_code == 422
    assert "half" in refused.text
    noted = visitor.post(f"{draft}/settings", {"note_reviewed": "soon", "thumbnail": picture[1]})
    assert (noted.status_code, "f-note_reviewed-error" in noted.text) == (422, True)
    saved = visitor.post(f"{draft}/settings", {"note_reviewed": "2026-03-01", "thumbnail": picture[1]})
    assert saved.status_code == 303
    page = visitor.get(f"{draft}/settings").text
    assert 'value="2026-03-01"' in page
    assert f"{draft}/files/{picture[1]}" in page


def test_lessons_are_found_by_words_and_status(organisation: Organisation) -> None:
    visitor = owner(organisation)
    for title in ("Ladders", "Slings"):
        visitor.get(made(visitor, title))  # the page that says so
    assert "Slings" not in visitor.get("/console/lessons?q=LADD").text
    assert "Ladders" in visitor.get("/console/lessons?status=never").text
    assert "Ladders" not in visitor.get("/console/lessons?status=active").text


def test_someone_who_only_reads_finds_lessons_and_no_answers(organisation: Organisation, owner_hash: str) -> None:
    draft = made(owner(organisation))
    lesson = draft.partition("/versions")[0]
    reader = sign_in(organisation, add_person(organisation, owner_hash, Role.ANALYST).username or "")
    page = reader.get(lesson)
    assert page.status_code == 200
    assert draft not in page.text
    assert reader.get(f"{draft}/questions").status_code == 403


# --- In a browser -------------------------------------------------------------------------------------------------


@pytest.fixture
def author(browser: Browser, running: live.Live) -> Iterator[Callable[..., Page]]:
    """Opens a draft of a new lesson in a context of its own, signed in."""
    contexts = []

    def open_draft(title: str, **options: Any) -> Page:
        context = browser.new_context(base_url=running.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto("/console/sign-in")
        type_name_and_password(page, running.filled.owner, PASSWORD)
        page.wait_for_url("**/console")
        page.goto("/console/lessons/new")
        page.get_by_label("Title").fill(title)
        page.get_by_role("button", name="Make the lesson").click()
        page.wait_for_url("**/versions/1")
        return page

    yield open_draft
    for context in contexts:
        context.close()


def _shown(page: Page) -> list[str]:
    return page.locator(".part strong").all_inner_texts()


@pytest.mark.browser
def test_an_author_uploads_and_moves_steps_by_keyboard_and_mouse(author: Callable[..., Page], tmp_path: Path) -> None:
    page = author("Ladders in a browser")
    for name in ("one.png", "two.png", "three.png"):
        (tmp_path / name).write_bytes(png())
    page.get_by_label("Film, picture, PDF, page or other file").set_input_files(
        [tmp_path / "one.png", tmp_path / "two.png", tmp_path / "three.png"]
    )
    expect(page.locator(".part")).to_have_count(3)
    assert _shown(page) == ["one", "two", "three"]
    page.get_by_role("button", name="Move down: one").press("Enter")
    expect(page.locator(".part strong").first).to_have_text("two")
    page.wait_for_function("['step-1', '#step-1'].includes(document.activeElement.id || location.hash)")
    page.locator("#step-2").drag_to(page.locator("#step-0"), target_position={"x": 200, "y": 3})
    expect(page.locator(".part strong").first).to_have_text("three")
    assert _shown(page) == ["three", "two", "one"]
    (tmp_path / "bad.svg").write_bytes(SVG)
    page.get_by_label("Film, picture, PDF, page or other file").set_input_files(tmp_path / "bad.svg")
    expect(page.get_by_text("save it as PNG")).to_be_visible()


@pytest.mark.browser
def test_a_page_of_a_lesson_cannot_reach_out_of_its_frame(author: Callable[..., Page], tmp_path: Path) -> None:
    page = author("A hostile page")
    (tmp_path / "page.html").write_bytes(HTML)
    page.get_by_label("Film, picture, PDF, page or other file").set_input_files(tmp_path / "page.html")
    expect(page.locator(".part")).to_have_count(1)
    page.get_by_role("link", name="Preview").click()
    expect(page.frame_locator("iframe").get_by_text("A page")).to_be_visible()
    assert "A hostile page" in page.title()


@pytest.mark.browser
def test_a_question_gets_more_options_as_they_are_wanted(author: Callable[..., Page]) -> None:
    page = author("Asking in a browser")
    page.get_by_role("link", name="Questions").click()
    page.get_by_role("link", name="Add a question").click()
    page.get_by_label("Question", exact=True).fill("Which?")
    for _ in range(2):
        page.get_by_role("button", name="Add an option").click()
    for number in range(1, 7):
        page.get_by_label(f"Option {number}", exact=True).fill(f"Answer {number}")
    page.get_by_label("Option 6 is right").check()
    page.get_by_label("Written answer").check()
    expect(page.get_by_label("Option 1", exact=True)).to_be_hidden()
    page.get_by_label("One answer is right").check()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/questions#question-0")
    expect(page.get_by_text("6 options")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_editor_fits_a_phone_and_reads_well(author: Callable[..., Page], scheme: str, tmp_path: Path) -> None:
    page = author(f"Looks {scheme}", viewport={"width": 390, "height": 844}, color_scheme=scheme)
    (tmp_path / "one.png").write_bytes(png())
    page.get_by_label("Film, picture, PDF, page or other file").set_input_files(tmp_path / "one.png")
    expect(page.locator(".part")).to_have_count(1)
    draft = page.url.partition("#")[0]
    for path in ("", "/questions", "/questions/new", "/settings", "/preview", "/steps/new?kind=text"):
        page.goto(draft + path)
        assert page.evaluate(OVERFLOW_PX) <= 0, path
        assert look(page, "nameless") + look(page, "doubled") + look(page, "faint") == [], path
