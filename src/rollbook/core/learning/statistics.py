"""Counts over the learning record, for overviews: by status, by course, by day. All within what the caller sees."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, case, func, literal_column, select

from rollbook.core.kernel.clock import DAY
from rollbook.core.kernel.matching import holds, part_of
from rollbook.core.kernel.principal import PeopleScope
from rollbook.core.kernel.statements import Statement, among, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.learning.queries import visible_assignments
from rollbook.core.learning.records import CANCELLED
from rollbook.core.learning.status import STATUS, Status, has_status
from rollbook.core.learning.tables import assignments, courses
from rollbook.core.people.queries import scope_params

Rows = Statement[tuple[Any, ...]]


@shapes
def _by_status(scope: PeopleScope) -> Rows:
    """Grouped by the outcome too, which the index gives in order, so that little is left to sort."""
    status = STATUS.label("status")
    outcome = assignments.c.outcome
    return Rows(select(status, func.count()).where(visible_assignments(scope)).group_by(outcome, status))


def count_by_status(work: Work) -> dict[Status, int]:
    """How many assignments have each status now; none is left out."""
    statement = _by_status(work.principal.people_scope)
    counts = dict.fromkeys(Status, 0)
    for status, count in work.all(statement, now=work.at, **scope_params(work.principal)):
        counts[Status(status)] += count
    return counts


class CourseCount(msgspec.Struct, frozen=True):
    """How a course goes: its assignments that were not cancelled, and how many are done and overdue."""

    course_id: int
    assigned: int
    completed: int
    overdue: int


@shapes
def _by_course(scope: PeopleScope) -> Statement[CourseCount]:
    own = assignments.c
    done, late = has_status(Status.COMPLETED), has_status(Status.OVERDUE)
    return Statement(
        select(
            own.course_id,
            func.count(),
            func.coalesce(func.sum(case((done, 1), else_=0)), 0),
            func.coalesce(func.sum(case((late, 1), else_=0)), 0),
        )
        .where(visible_assignments(scope, leads=False), among(own.course_id, "course_ids"), own.outcome != CANCELLED)
        .group_by(own.course_id),
        CourseCount,
    )


def count_by_course(work: Work, course_ids: Sequence[int]) -> dict[int, CourseCount]:
    """How some courses go, by course; one that nobody is assigned is missing."""
    statement = _by_course(work.principal.people_scope)
    found = work.all(statement, course_ids=list(course_ids), now=work.at, **scope_params(work.principal))
    return {one.course_id: one for one in found}


@shapes
def _by_day(scope: PeopleScope) -> Rows:
    length: Any = literal_column(str(DAY))
    day = (assignments.c.completed_at // length).label("day")
    since: Any = bindparam("since")
    return Rows(
        select(day, func.count())
        .where(visible_assignments(scope), assignments.c.completed_at >= since)
        .group_by(day)
        .order_by(day)
    )


def count_completions_by_day(work: Work, since: int) -> list[tuple[int, int]]:
    """How many assignments were completed on each day (UTC) since an instant: the day's first instant, the count."""
    found = work.all(_by_day(work.principal.people_scope), since=since, **scope_params(work.principal))
    return [(int(day) * DAY, int(count)) for day, count in found]


class CourseHit(msgspec.Struct, frozen=True):
    """A course that a search found."""

    id: int
    title: str
    external_id: str | None


_SEARCH = Statement(
    select(courses.c.id, courses.c.title, courses.c.external_id)
    .where(
        courses.c.organisation_id == bindparam("organisation_id"),
        courses.c.archived_at.is_(None),
        holds(courses.c.title, "q"),
    )
    .order_by(courses.c.title, courses.c.id)
    .limit(bindparam("limit")),
    CourseHit,
)


def search_courses(work: Work, sought: str, *, limit: int) -> list[CourseHit]:
    """Courses that are not archived and have the words in their title; every one when nothing is sought."""
    return work.all(_SEARCH, q=part_of(sought), limit=limit, organisation_id=work.principal.organisation_id)
