"""What a changed course means for its open assignments: they follow its dates, and its content where not begun."""

from typing import Any

import msgspec
from sqlalchemy import Update, bindparam, func, select, update

from rollbook.core.kernel.statements import Statement, Store, given_rows
from rollbook.core.kernel.work import Work
from rollbook.core.learning import facts
from rollbook.core.learning.content_queries import get_content
from rollbook.core.learning.enrolment import Plan, times_of
from rollbook.core.learning.queries import load_assignments
from rollbook.core.learning.records import OPEN, Course, NewAssignments
from rollbook.core.learning.tables import assignments
from rollbook.core.people.tables import organisations, people

FOLLOWED = frozenset({"start_date", "end_date", "access_days", "content_id"})
"""What of a course its open assignments follow."""

_MOVED = [assignments.c[n] for n in ("id", "start_at", "due_at", "access_ends_at", "content_id", "content_version_id")]


class _Follower(msgspec.Struct, frozen=True):
    id: int
    started_at: int | None
    created_at: int
    time_zone: str
    start_at: int
    due_at: int | None
    access_ends_at: int | None
    content_id: int
    content_version_id: int | None


_FOLLOWERS = Statement(
    select(
        assignments.c.id,
        assignments.c.started_at,
        assignments.c.created_at,
        func.coalesce(people.c.time_zone, organisations.c.time_zone),
        *_MOVED[1:],
    )
    .join(people, people.c.id == assignments.c.person_id)
    .join(organisations, organisations.c.id == assignments.c.organisation_id)
    .where(assignments.c.course_id == bindparam("course_id"), assignments.c.outcome == OPEN)
    .order_by(assignments.c.id)
    .with_for_update(of=assignments),
    _Follower,
)


def _reschedule(store: Store) -> Update:
    given = given_rows(store, "rows", *_MOVED)
    new: dict[str, Any] = {c.name: given.c[c.name] for c in _MOVED[1:]}
    return (
        update(assignments)
        .where(assignments.c.id == given.c.id)
        .values(new | {"updated_at": bindparam("at", type_=assignments.c.updated_at.type)})
    )


_RESCHEDULE = Statement[tuple[Any, ...]](_reschedule)


def follow(work: Work, course: Course) -> None:
    """Bring a course's open assignments to its present dates; those not begun to its present content too."""
    content = get_content(work, key="id", value=course.content_id)
    plan = Plan(content, content.version_id, course, NewAssignments(person_ids=()))
    rows: list[dict[str, Any]] = []
    for follower in work.all(_FOLLOWERS, course_id=course.id):
        times = times_of(work, plan, follower.time_zone, follower.created_at)
        if follower.started_at is not None:
            row = {**times, "start_at": follower.start_at}
        else:
            row = {**times, "content_id": content.id, "content_version_id": content.version_id}
        row = {c.name: getattr(follower, c.name) for c in _MOVED} | row
        if any(getattr(follower, name) != value for name, value in row.items()):
            rows.append(row)
    if rows:
        before = load_assignments(work, [row["id"] for row in rows])
        work.run(_RESCHEDULE, rows=msgspec.json.encode(rows).decode(), at=work.at)
        facts.record_moved(work, "assignment.updated", before.values())
