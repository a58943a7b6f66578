"""Taking people off courses. What is open goes; what was finished stays in the record without the course."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, delete, select, update

from rollbook.core.kernel.statements import Statement, among, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.learning import enrolment, facts, policy
from rollbook.core.learning.queries import load_assignments
from rollbook.core.learning.records import CANCELLED, OPEN, Assignment, Course
from rollbook.core.learning.tables import assignments

Rows = Statement[tuple[Any, ...]]


@shapes
def _of_course(has_people: bool) -> Rows:
    own = assignments.c
    query: Select[Any] = select(own.id, own.outcome).where(own.course_id == bindparam("course_id"))
    if has_people:
        query = query.where(among(own.person_id, "ids"), own.outcome != CANCELLED)
    return Statement(query.order_by(own.id).with_for_update())


_DELETE = Rows(delete(assignments).where(among(assignments.c.id, "ids")))
_RELEASE = Rows(
    update(assignments).where(among(assignments.c.id, "ids")).values(course_id=None, updated_at=bindparam("at"))
)


def unassign(work: Work, course: Course, person_ids: Sequence[int]) -> list[int]:
    """Take people off a course; those who were on it. Open assignments go, finished ones stay without the course.

    Faults: FORBIDDEN; UNKNOWN_REFERENCE naming ``person_ids[3]``; INVALID for too many.
    """
    policy.require_learning_write(work.principal)
    enrolment.require_people(work, person_ids)
    return _take_off(work, work.all(_of_course(True), course_id=course.id, ids=list(person_ids)))


def close(work: Work, course: Course) -> None:
    """Take everyone off a course that is about to be deleted."""
    work.first(enrolment.LOCK_COURSE, id=course.id)
    _take_off(work, work.all(_of_course(False), course_id=course.id))


def _take_off(work: Work, found: list[tuple[Any, ...]]) -> list[int]:
    """Delete the open ones, part the others from their course; the people."""
    if not found:
        return []
    before = load_assignments(work, [assignment_id for assignment_id, _ in found])
    open_ids = [assignment_id for assignment_id, outcome in found if outcome == OPEN]
    kept_ids = [assignment_id for assignment_id, outcome in found if outcome != OPEN]
    if kept_ids:
        work.run(_RELEASE, ids=kept_ids, at=work.at)
        facts.record_moved(work, "assignment.updated", [before[assignment_id] for assignment_id in kept_ids])
    remove(work, [before[assignment_id] for assignment_id in open_ids])
    return [before[assignment_id].person_id for assignment_id, _ in found]


def remove(work: Work, gone: Sequence[Assignment]) -> None:
    """Delete assignments and note it."""
    if gone:
        work.run(_DELETE, ids=[assignment.id for assignment in gone])
        facts.record_removed(work, gone)
