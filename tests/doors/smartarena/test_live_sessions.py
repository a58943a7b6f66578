"""Classes led by an instructor, as courses and activities show them."""

import pytest

from rollbook.core.classes import planning, seating
from rollbook.core.classes.records import ClassSession, NewSession
from rollbook.core.kernel.clock import HOUR, parse_instant
from rollbook.core.kernel.work import Work
from rollbook.core.people.queries import get_person_by_external_id
from tests.conftest import Caller, Organisation
from tests.doors.smartarena.conftest import add_content, add_course, add_user, listed

NINE = parse_instant("2031-03-03T09:00:00Z", "starts_at")


def plan(organisation: Organisation, **given: int | None) -> ClassSession:
    """Plan a class."""
    with organisation.writing() as work:
        begins = given.pop("starts_at", None) or NINE
        return planning.create(
            work,
            NewSession(starts_at=begins, ends_at=begins + HOUR, location="Workshop 2", **given),  # type: ignore[arg-type]
        )


@pytest.fixture
def course_id(organisation: Organisation, api: Caller, native: Caller) -> int:
    """A course of a content, with one user on it; its number."""
    add_user(api, "teacher")
    add_user(api, "u1")
    content = add_content(native)
    made = add_course(api, content_id=content["number"], users_mapping_codes=["u1"])
    return int(made["id"])


def test_a_course_shows_its_classes_and_those_of_its_content(
    organisation: Organisation, api: Caller, course_id: int
) -> None:
    [course] = listed(api, "/api/courses")
    with organisation.writing() as work:
        teacher = get_person_by_external_id(work, "teacher")
    own = plan(organisation, course_id=course_id, instructor_id=teacher.id, places=8)
    of_content = plan(organisation, content_id=course["content_id"], starts_at=NINE - HOUR)
    gone = plan(organisation, course_id=course_id)

    def fill(work: Work) -> None:
        planning.cancel(work, gone)
        seating.register(work, own, [get_person_by_external_id(work, "u1").id])

    with organisation.writing() as work:
        fill(work)
    add_course(api, "other")
    shown = {row["mapping_code"]: row["live_sessions"] for row in listed(api, "/api/courses")}
    assert [session["id"] for session in shown["k-1"]] == [of_content.id, own.id]
    assert shown["other"] == []
    assert shown["k-1"][1] == {
        "id": own.id,
        "title": "Ladders",
        "date_start": "2031-03-03 09:00:00",
        "date_end": "2031-03-03 10:00:00",
        "location": "Workshop 2",
        "instructor": {
            "mapping_code": "teacher",
            "firstname": "Ana",
            "lastname": "teacher",
            "email": "teacher@example.org",
        },
        "number_of_places": 8,
        "number_of_attendees": 1,
        "status": "active",
    }
    [activity] = listed(api, "/api/usercourses")
    assert activity["live_sessions"] == shown["k-1"]


def test_another_organisations_classes_are_not_shown(
    api: Caller, course_id: int, other_organisation: Organisation
) -> None:
    plan(other_organisation)
    assert [row["live_sessions"] for row in listed(api, "/api/courses")] == [[]]
