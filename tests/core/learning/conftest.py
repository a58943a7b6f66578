"""People, contents and courses for tests of the learning domain, and a clock that they move."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from rollbook.core.kernel import clock
from rollbook.core.kernel.work import Work
from rollbook.core.learning import assignments, content_queries, contents, courses, queries, versions
from rollbook.core.learning.lessons import Step
from rollbook.core.learning.records import Assignment, Content, Course, NewAssignments, NewContent, NewCourse
from rollbook.core.people import registration
from rollbook.core.people.records import NewPerson, Person
from tests.conftest import Organisation

NOON = clock.parse_instant("2026-03-02T12:00:00Z", "now")
"""When the tests' clock starts: a Monday."""


@dataclass
class Time:
    """The clock of a test."""

    now: int = NOON

    def pass_days(self, days: float) -> None:
        """Let time go by."""
        self.now += int(days * clock.DAY)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """A clock that stands until the test moves it."""
    standing = Time()
    monkeypatch.setattr(clock, "now", lambda: standing.now)
    return standing


@dataclass
class School:
    """An organisation seen through the learning services, each call in a transaction of its own."""

    organisation: Organisation
    time: Time
    _people: list[int] = field(default_factory=list)

    def run(self, job: Callable[[Work], Any]) -> Any:
        """Do something in a transaction."""
        with self.organisation.writing() as work:
            return job(work)

    def person(self, **given: Any) -> Person:
        """Register someone."""
        number = len(self._people)
        new = NewPerson(**({"first_name": "Person", "last_name": f"No {number}", "external_id": f"p{number}"} | given))
        made: Person = self.run(lambda work: registration.register(work, new))
        self._people.append(made.id)
        return made

    def content(self, *, pass_percent: float | None = None, is_published: bool = True, **given: Any) -> Content:
        """Make a content with one step, published unless said otherwise."""

        def make(work: Work) -> Content:
            made = contents.create(work, NewContent(**({"title": "Working at height"} | given)))
            version = versions.draft(work, made, [Step(title="Read", text="Look first.")], pass_percent)
            if is_published:
                versions.publish(work, made, version)
            return content_queries.get_content(work, key="id", value=made.id)

        found: Content = self.run(make)
        return found

    def course(self, **given: Any) -> Course:
        """Make a course."""
        new = NewCourse(**({"title": "Ladders"} | given))
        made: Course = self.run(lambda work: courses.create(work, new))
        return made

    def enrol(self, person: Person, course: Course | None = None, **given: Any) -> Assignment:
        """Assign one person."""
        new = NewAssignments(person_ids=[person.id], course=course, **given)
        made = self.run(lambda work: assignments.assign(work, new))
        return self.look(made.assignment_ids[0])

    def look(self, assignment: Assignment | int) -> Assignment:
        """An assignment as it is now."""
        assignment_id = assignment if isinstance(assignment, int) else assignment.id
        found: Assignment = self.run(lambda work: queries.get_assignment(work, key="id", value=assignment_id))
        return found

    def kinds(self, assignment: Assignment) -> list[str]:
        """The kinds of an assignment's events, oldest first."""
        return [event.kind for event in self.events(assignment)]

    def events(self, assignment: Assignment) -> list[Any]:
        """An assignment's events, oldest first."""
        from rollbook.core.events.queries import AuditFilter, list_audit

        wanted = AuditFilter(entity="assignment", entity_id=assignment.id)
        found: list[Any] = self.run(lambda work: list_audit(work, wanted))
        return found[::-1]


@pytest.fixture
def school(organisation: Organisation, time: Time) -> School:
    """An empty school."""
    return School(organisation, time)
