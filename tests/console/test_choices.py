"""What forms offer to choose from, and that saving a form changes nothing that nobody touched."""

import re
from typing import Any

import pytest

from rollbook.console import choices
from rollbook.core.learning import contents, versions
from rollbook.core.learning.lessons import Step
from rollbook.core.learning.records import NewContent
from tests.conftest import Organisation
from tests.console.signed_in import owner

CHOSEN = re.compile(r'<option value="([^"]+)" selected>([^<]*)</option>')


def add_lesson(organisation: Organisation, title: str) -> Any:
    """A published lesson."""
    with organisation.writing() as work:
        lesson = contents.create(work, NewContent(title=title))
        versions.publish(work, lesson, versions.draft(work, lesson, [Step(title="Look")]))
    return lesson


def test_a_course_keeps_a_lesson_that_was_archived(organisation: Organisation) -> None:
    visitor, lesson = owner(organisation), add_lesson(organisation, "Slings")
    form = {"title": "Lifting", "kind": "online", "content_id": lesson.id}
    home = visitor.post("/console/courses/new", form).headers["location"]
    visitor.post(f"/console/lessons/{lesson.id}/archive", {})
    assert ">Slings</option>" not in visitor.get("/console/courses/new").text
    assert (str(lesson.id), "Slings") in CHOSEN.findall(visitor.get(f"{home}/edit").text)
    assert visitor.post(f"{home}/edit", {**form, "title": "Lifting gear"}).status_code == 303
    assert (str(lesson.id), "Slings") in CHOSEN.findall(visitor.get(f"{home}/edit").text)


def test_a_simulator_keeps_a_lesson_that_was_archived(organisation: Organisation) -> None:
    visitor, lesson = owner(organisation), add_lesson(organisation, "Slings")
    visitor.post("/console/simulators", {"what": "collection", "title": "Cranes"})
    collection = re.findall(r'<option value="(\d+)">Cranes', visitor.get("/console/simulators").text)[0]
    form = {"what": "simulator", "title": "Tower crane", "collection": collection, "content": lesson.uuid}
    visitor.post("/console/simulators", form)
    home = re.findall(r'href="(/console/simulators/\d+)"', visitor.get("/console/simulators").text)[0]
    visitor.post(f"/console/lessons/{lesson.id}/archive", {})
    assert (lesson.uuid, "Slings") in CHOSEN.findall(visitor.get(home).text)
    assert visitor.post(home, {"action": "save", "title": "Crane", "content": lesson.uuid}).status_code == 303
    assert (lesson.uuid, "Slings") in CHOSEN.findall(visitor.get(home).text)


def test_a_choice_from_the_address_is_offered_though_the_list_is_cut(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = owner(organisation)
    monkeypatch.setattr(choices, "MOST", 2)
    names = ("Access", "Belts", "Cranes", "Zones")
    homes = [visitor.post("/console/courses/new", {"title": n, "kind": "online"}).headers["location"] for n in names]
    last = homes[-1].rsplit("/", 1)[1]
    for address, value in (("assignments/new", last), ("classes/new", f"course:{last}")):
        page = visitor.get(f"/console/{address}?course={last}").text
        assert (value, "Zones") in CHOSEN.findall(page)
        assert "Cranes" not in page
        assert "Only the first 2 are listed." in page
    assert (last, "Zones") in CHOSEN.findall(visitor.get(f"/console/assignments?course={last}").text)


def test_where_there_is_nothing_to_assign_the_way_to_a_course_is_shown(organisation: Organisation) -> None:
    visitor = owner(organisation)
    empty = visitor.get("/console/assignments/new").text
    assert "There is nothing to assign" in empty
    assert 'name="course_id"' not in empty
    visitor.post("/console/courses/new", {"title": "Ladders", "kind": "online"})
    assert 'name="course_id"' in visitor.get("/console/assignments/new").text


def test_lessons_are_offered_by_title_and_found_by_the_search(organisation: Organisation) -> None:
    visitor = owner(organisation)
    lessons = [add_lesson(organisation, title) for title in ("Winches", "Anchors", "Harnesses")]
    page = visitor.get("/console/assignments/new").text
    assert re.findall(r">(Winches|Anchors|Harnesses)<", page) == ["Anchors", "Harnesses", "Winches"]
    found = visitor.get("/console/search?q=HARN", headers={"accept": "application/json"}).json()["groups"]
    items = {group["title"]: group["items"] for group in found}["Lessons"]
    assert [(one["label"], one["href"]) for one in items] == [("Harnesses", f"/console/lessons/{lessons[2].id}")]
