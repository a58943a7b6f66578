"""The room of classes: planning, seats and the waiting list, and the instructor's attendance page."""

import re
from dataclasses import dataclass
from typing import Any

import pytest

from rollbook.console.calendar import Month, month_named
from rollbook.core.classes import planning, queries, seating
from rollbook.core.classes.records import ClassSession, NewSession, SessionChanges
from rollbook.core.kernel.clock import DAY, HOUR, now, parse_instant
from rollbook.core.kernel.principal import Role
from rollbook.core.learning import courses
from rollbook.core.learning.queries import list_assignments
from rollbook.core.learning.records import AssignmentFilter, NewCourse
from rollbook.core.people.records import Person
from tests.conftest import Organisation
from tests.console.signed_in import add_person, owner, sign_in


@dataclass
class Room:
    """A class of two places that three people were put into, and its instructor."""

    organisation: Organisation
    session: ClassSession
    teacher: Person
    people: list[Person]

    @property
    def path(self) -> str:
        """Its page."""
        return f"/console/classes/{self.session.id}"

    def now(self) -> ClassSession:
        """The class as it is now."""
        with self.organisation.writing() as work:
            return queries.get_session(work, key="id", value=self.session.id)

    def attendees(self) -> list[Any]:
        """Who is in it."""
        with self.organisation.writing() as work:
            return queries.list_attendees(work, self.session).rows


@pytest.fixture
def room(organisation: Organisation, owner_hash: str) -> Room:
    teacher = add_person(organisation, owner_hash, Role.INSTRUCTOR, "Tea Cher")
    people = [add_person(organisation, owner_hash, Role.LEARNER, f"Ana No{at}") for at in range(3)]
    with organisation.writing() as work:
        course = courses.create(work, NewCourse(title="Ladders"))
        begins = now() + DAY
        new = NewSession(course_id=course.id, starts_at=begins, ends_at=begins + HOUR, location="Yard", places=2)
        session = planning.create(work, new)
        session = planning.change(work, session, SessionChanges(instructor_id=teacher.id))
        seating.register(work, session, [person.id for person in people])
    return Room(organisation, session, teacher, people)


def test_a_class_is_planned_by_the_readers_own_clock(organisation: Organisation, room: Room) -> None:
    visitor = owner(organisation)
    form = {
        "teaches": f"course:{room.session.course_id}", "starts_at": "2031-03-03T09:00", "ends_at": "2031-03-03T11:30",
        "location": "Workshop 2", "places": "8", "instructor_id": str(room.teacher.id), "notes": "Bring boots",
    }  # fmt: skip
    made = visitor.post("/console/classes/new", form, page="/console/classes/new")
    assert made.status_code == 303, made.text
    page = visitor.get(made.headers["location"]).text
    assert "Workshop 2" in page
    assert "2031-03-03T09:00:00.000Z" in page
    calendar = visitor.get("/console/classes?month=2031-03").text
    assert "March 2031" in calendar
    assert calendar.count(made.headers["location"]) >= 2
    agenda = visitor.get("/console/classes?month=2031-03&view=agenda").text
    assert "0 of 8" in agenda


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"teaches": ""}, "Choose what the class teaches."),
        ({"teaches": "course:999999999"}, "There is no course with this id."),
        ({"starts_at": ""}, "Say the day and the time."),
        ({"starts_at": "soon"}, "Type a day and a time"),
        ({"ends_at": "2031-03-03T08:00"}, "must lie after"),
        ({"location": ""}, "Location is required"),
        ({"places": "few"}, "must be a whole number"),
    ],
)
def test_a_refused_plan_says_why_and_keeps_what_was_typed(
    organisation: Organisation, room: Room, change: dict[str, str], said: str
) -> None:
    form = {
        "teaches": f"course:{room.session.course_id}", "starts_at": "2031-03-03T09:00", "ends_at": "2031-03-03T11:30",
        "location": "Workshop 2", "places": "8", "notes": "Kept",
    }  # fmt: skip
    answer = owner(organisation).post("/console/classes/new", form | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Kept" in answer.text


def test_people_are_put_in_and_taken_out_and_the_list_moves_up(organisation: Organisation, room: Room) -> None:
    visitor = owner(organisation)
    page = visitor.get(room.path).text
    assert "2 of 2" in page
    assert "Waiting list" in page
    first = room.people[0]
    gone = visitor.post(f"{room.path}/deregister", {"person_id": str(first.id)}, page=room.path)
    assert gone.status_code == 303
    assert [one.person_id for one in room.attendees()] == [person.id for person in room.people[1:]]
    assert {one.state for one in room.attendees()} == {"registered"}
    back = visitor.post(f"{room.path}/register", {"people": str(first.email)}, page=room.path)
    assert back.status_code == 303
    assert room.attendees()[-1].state == "waiting"
    refused = visitor.post(f"{room.path}/register", {"people": "nobody@nowhere.example"})
    assert refused.status_code == 422
    assert "Nobody here is known as nobody@nowhere.example" in refused.text


def test_places_below_the_seats_taken_are_refused_in_the_form(organisation: Organisation, room: Room) -> None:
    visitor = owner(organisation)
    form = dict(
        re.findall(
            r'name="(starts_at|ends_at)" type="datetime-local" value="([^"]*)"', visitor.get(f"{room.path}/edit").text
        )
    )
    refused = visitor.post(f"{room.path}/edit", form | {"location": "Yard", "places": "1"})
    assert refused.status_code == 409
    assert "2 seats are taken" in refused.text
    saved = visitor.post(f"{room.path}/edit", form | {"location": "Yard", "places": "5"})
    assert saved.status_code == 303
    assert (room.now().seats_taken, room.now().instructor_id) == (3, None)


def test_cancelling_tells_whom_it_is_ticked_for(organisation: Organisation, room: Room) -> None:
    gone = owner(organisation).post(f"{room.path}/cancel", {"tells_instructor": "1"}, page=room.path)
    assert gone.status_code == 303
    session = room.now()
    assert (session.outcome, session.tells_trainees, session.tells_instructor) == ("cancelled", False, True)
    assert "Cancelled" in owner(organisation).get(room.path).text


def test_the_instructor_takes_attendance_and_completes_without_script(organisation: Organisation, room: Room) -> None:
    visitor = sign_in(organisation, room.teacher.username)
    page = visitor.get(f"{room.path}/attendance").text
    ids = re.findall(r'name="attendee" value="(\d+)"', page)
    assert len(ids) == 2
    saved = visitor.post(f"{room.path}/attendance", {"attendee": ids, "attended": ids[:1]}, page=room.path)
    assert saved.status_code == 303, saved.text
    assert [one.has_attended for one in room.attendees()] == [True, False, None]
    form = {"attendee": ids, "attended": ids, "passed": ids[:1], "then": "complete"}
    done = visitor.post(f"{room.path}/attendance", form, page=room.path)
    assert done.headers["location"] == room.path
    assert room.now().outcome == "completed"
    with organisation.writing() as work:
        wanted = AssignmentFilter(course_id=room.session.course_id)
        found = {one.person_id: one.outcome for one in list_assignments(work, wanted, limit=9).rows}
    assert found == dict(zip([person.id for person in room.people], ["completed", "open", "open"], strict=True))
    closed = visitor.get(f"{room.path}/attendance").text
    assert "attendance is closed" in closed
    late = visitor.post(f"{room.path}/attendance", {"attendee": ids, "passed": ids}, page="/console/account")
    assert late.status_code == 303
    assert room.attendees()[1].has_passed is False


def test_who_neither_leads_nor_writes_runs_no_class(organisation: Organisation, room: Room, owner_hash: str) -> None:
    other = sign_in(organisation, add_person(organisation, owner_hash, Role.INSTRUCTOR, "Bea Other").username)
    assert other.get(room.path).status_code == 200
    assert other.get(f"{room.path}/attendance").status_code == 403
    before = room.now()
    for verb, form in (
        ("register", {"people": "x"}),
        ("complete", {}),
        ("cancel", {}),
        ("deregister", {"person_id": "1"}),
    ):
        assert other.post(f"{room.path}/{verb}", form).status_code in (303, 403, 422), verb
    assert room.now() == before


def test_a_learner_sees_their_own_classes_and_nobody_else_in_them(
    organisation: Organisation, room: Room, owner_hash: str
) -> None:
    inside = sign_in(organisation, room.people[0].username)
    page = inside.get(room.path).text
    assert "No0" in page
    assert "No1" not in page
    assert "Put people in" not in page
    assert inside.get(f"{room.path}/attendance").status_code == 403
    outside = sign_in(organisation, add_person(organisation, owner_hash, Role.LEARNER, "Out Sider").username)
    assert outside.get(room.path).status_code == 404


def test_a_month_is_whole_weeks_by_the_readers_clock() -> None:
    march = month_named("2026-03", parse_instant("2026-03-31T23:30:00Z", "now"), "Europe/Ljubljana")
    assert (march.first.isoformat(), march.last.isoformat()) == ("2026-02-23", "2026-04-05")
    assert (march.earlier, march.later, march.today.isoformat()) == ("2026-02", "2026-04", "2026-04-01")
    late = parse_instant("2026-03-28T23:30:00Z", "at")
    assert march.days_of(late, late + HOUR) == ["2026-03-29"]
    assert march.ends_at - march.starts_at == 42 * DAY - HOUR
    assert sum(len(week) for week in march.weeks([])) == 42


@pytest.mark.parametrize("name", [None, "", "2026", "2026-13", "0001-01", "9999-12", "x" * 99, "\x00"])
def test_a_month_that_is_none_is_the_present_one(name: str | None) -> None:
    found = month_named(name, parse_instant("2026-12-31T12:00:00Z", "now"), "UTC")
    assert (found.name, found.later) == ("2026-12", "2027-01")
    assert isinstance(found, Month)
