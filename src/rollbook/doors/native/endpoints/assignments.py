"""Assignments: who has to learn what, how far they are."""

from typing import Any

from msgspec import UNSET

from rollbook.core.kernel import clock
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.paging import Page
from rollbook.core.learning import assignments, course_queries, queries
from rollbook.core.learning.records import Assignment, NewAssignments, Progress
from rollbook.core.people import queries as people
from rollbook.doors.native.paging import page_by_time
from rollbook.doors.native.translate.assignments import (
    from_core_assignment,
    to_core_assignment_filter,
)
from rollbook.doors.native.translate.courses import content_id
from rollbook.doors.native.wire.assignments import (
    AssignedOut,
    AssignmentIn,
    AssignmentOut,
    AssignmentPage,
    AssignmentsQuery,
    CancelIn,
    CompletionIn,
    CreditIn,
    ProgressIn,
)
from rollbook.web.naming import fields_named
from rollbook.web.routes import Call

MOST_PEOPLE = 10_000


def index(call: Call[None, AssignmentsQuery]) -> AssignmentPage:
    """List assignments, in the order they were made or the newest first."""
    asked = call.query
    wanted = to_core_assignment_filter(call.work, asked)

    def read(after: tuple[int, int] | None, limit: int) -> Page[Assignment]:
        return queries.list_assignments(
            call.work, wanted, limit=limit, after=after, newest_first=asked.newest_first, with_total=asked.total
        )

    page = page_by_time(asked, read)
    return AssignmentPage([_shown(call, row) for row in page.rows], page.next_cursor, page.total)


def create(call: Call[AssignmentIn, None]) -> AssignedOut:
    """Assign a course, or a content by itself, to people; who has it already is left alone."""
    given = call.body
    if (given.course is None) == (given.content is None):
        raise field_fault(FaultCode.MISSING, "course", "course or content is required, and only one of them")
    new = NewAssignments(
        person_ids=_people(call, given.people),
        course=course_queries.get_course(call.work, key="uuid", value=given.course.lower()) if given.course else None,
        content_id=content_id(call.work, given.content),
        start_at=clock.parse_instant(given.start_at, "start_at") if given.start_at else None,
        due_date=clock.parse_date(given.due_date, "due_date") if given.due_date else None,
    )
    with fields_named({"person_ids": "people", "content_id": "content"}):
        done = assignments.assign(call.work, new)
    made = queries.list_assignments_by_id(call.work, done.assignment_ids)
    uuids = dict(zip(new.person_ids, given.people, strict=True))
    return AssignedOut([_shown(call, made[i]) for i in done.assignment_ids], [uuids[i] for i in done.already_ids])


def _people(call: Call[Any, Any], uuids: list[str]) -> list[int]:
    """The people's ids, in the order given. Faults: UNKNOWN_REFERENCE by position; INVALID for none or too many."""
    if not 1 <= len(uuids) <= MOST_PEOPLE:
        raise field_fault(FaultCode.INVALID, "people", f"people must be 1 to {MOST_PEOPLE} ids")
    found = people.find_person_ids(call.work, "uuid", [uuid.lower() for uuid in uuids])
    for position, uuid in enumerate(uuids):
        if uuid.lower() not in found:
            field = f"people[{position}]"
            raise field_fault(FaultCode.UNKNOWN_REFERENCE, field, f"{field}: there is no person with this id")
    return [found[uuid.lower()] for uuid in uuids]


def show(call: Call[None, None]) -> AssignmentOut:
    """One assignment."""
    return _shown(call, _assignment(call))


def delete(call: Call[None, None]) -> None:
    """Delete an assignment that was not finished."""
    assignments.remove(call.work, _assignment(call))


def start(call: Call[None, None]) -> AssignmentOut:
    """Begin an assignment; one that was begun stays as it is."""
    return _shown(call, assignments.start(call.work, _assignment(call)))


def progress(call: Call[ProgressIn, None]) -> AssignmentOut:
    """Add progress, time or the score of an attempt; what is done with that is completed."""
    made = Progress(progress=call.body.progress, time_s=call.body.time_s, score=call.body.score)
    return _shown(call, assignments.record_progress(call.work, _assignment(call), made))


def complete(call: Call[CompletionIn, None]) -> AssignmentOut:
    """Complete an assignment by other evidence, whatever its progress."""
    at = clock.parse_instant(call.body.at, "at") if call.body.at else None
    with fields_named({"completed_at": "at"}):
        return _shown(call, assignments.complete(call.work, _assignment(call), at=at, score=call.body.score))


def credit(call: Call[CreditIn, None]) -> AssignmentOut:
    """Recognise that the person meets the conditions without having taken it here."""
    at = clock.parse_instant(call.body.at, "at") if call.body.at else None
    with fields_named({"completed_at": "at"}):
        return _shown(call, assignments.credit(call.work, _assignment(call), at=at))


def cancel(call: Call[CancelIn, None]) -> AssignmentOut:
    """Take an open assignment back and keep it in the record."""
    reason = "manual" if call.body.reason is UNSET else call.body.reason
    return _shown(call, assignments.cancel(call.work, _assignment(call), reason))


def _assignment(call: Call[Any, Any]) -> Assignment:
    return queries.get_assignment(call.work, key="uuid", value=call.path["id"].lower())


def _shown(call: Call[Any, Any], assignment: Assignment) -> AssignmentOut:
    return from_core_assignment(assignment, call.services.base_url())
