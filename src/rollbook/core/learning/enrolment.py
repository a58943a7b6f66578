"""Putting people on courses and contents, any number of them in a few statements."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Insert, bindparam, cast, insert, select

from rollbook.core.access import welcome
from rollbook.core.kernel.clock import LATEST
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.principal import PeopleScope
from rollbook.core.kernel.statements import Statement, Store, among, given_rows, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.learning import checks, facts, policy
from rollbook.core.learning.content_queries import find_content, find_version
from rollbook.core.learning.dates import access_end, day_end, day_start
from rollbook.core.learning.records import CANCELLED, DRAFT, OPEN, Assigned, Content, Course, NewAssignments
from rollbook.core.learning.status import Stage, status_of
from rollbook.core.learning.tables import assignments, contents, courses
from rollbook.core.learning.tenancy import beside
from rollbook.core.people.queries import get_organisation, scope_params, visible_to
from rollbook.core.people.tables import people

Rows = Statement[tuple[Any, ...]]

MOST_PEOPLE = 50_000
"""How many people one call assigns or takes off."""


class Enrollee(msgspec.Struct, frozen=True):
    """Someone who is to be assigned something."""

    id: int
    uuid: str
    time_zone: str | None
    is_active: bool
    welcome: str


class Plan(msgspec.Struct, frozen=True):
    """What is assigned, once for all."""

    content: Content
    version_id: int | None
    course: Course | None
    asked: NewAssignments


@shapes
def _enrollees(scope: PeopleScope) -> Statement[Enrollee]:
    own = [people.c[name] for name in Enrollee.__struct_fields__]
    return Statement(select(*own).where(visible_to(scope), among(people.c.id, "ids")), Enrollee)


_MADE = [assignments.c[name] for name in ("uuid", "person_id", "start_at", "due_at", "access_ends_at")]
_SHARED = [
    assignments.c[name]
    for name in (
        "organisation_id", "content_id", "content_version_id", "course_id", "outcome", "status_changed_at",
        "created_at", "updated_at",
    )
]  # fmt: skip


def _insert(store: Store) -> Insert:
    given = given_rows(store, "rows", *_MADE)
    shared = [cast(bindparam(c.name, type_=c.type), c.type) for c in _SHARED]
    names = [c.name for c in (*_MADE, *_SHARED)]
    return (
        insert(assignments)
        .from_select(names, select(*(given.c[c.name] for c in _MADE), *shared))
        .returning(assignments.c.person_id, assignments.c.id)
    )


_INSERT = Rows(_insert)
LOCK_COURSE = Rows(select(courses.c.id).where(courses.c.id == bindparam("id")).with_for_update(key_share=True))
_LOCK_CONTENT = Rows(select(contents.c.id).where(contents.c.id == bindparam("id")).with_for_update(key_share=True))
_ON_COURSE = Rows(
    select(assignments.c.person_id).where(
        assignments.c.course_id == bindparam("course_id"),
        among(assignments.c.person_id, "ids"),
        assignments.c.outcome != CANCELLED,
    )
)
_ON_CONTENT = Rows(
    select(assignments.c.person_id).where(
        among(assignments.c.person_id, "ids"),
        beside(assignments.c.content_id) == bindparam("content_id"),
        assignments.c.course_id.is_(None),
        assignments.c.outcome == OPEN,
    )
)


def assign(work: Work, new: NewAssignments) -> Assigned:
    """Assign a course or a content to people, set-based: a thousand are as many statements as one.

    Who is on the course already (and was not cancelled), or has the content open, is left alone. A first enrolment
    queues the welcome mail that was kept back for it.
    Faults: FORBIDDEN; CONFLICT for an archived course; UNKNOWN_REFERENCE, CONFLICT (someone inactive) or INVALID naming
    the field, ``person_ids[3]`` by position.
    """
    policy.require_learning_write(work.principal)
    return assign_unasked(work, new)


def assign_unasked(work: Work, new: NewAssignments) -> Assigned:
    """As :func:`assign`, for callers who have decided by a rule of their own that it may be done."""
    plan = _plan(work, new)
    enrollees = require_active_people(work, new.person_ids)
    already = _lock_and_find_enrolled(work, plan, list(enrollees))
    chosen = [enrollee for enrollee in enrollees.values() if enrollee.id not in already]
    ids = _add(work, plan, chosen) if chosen else {}
    waiting = [enrollee.id for enrollee in chosen if enrollee.welcome == "on_enrolment"]
    if waiting:
        welcome.send_all_due(work, waiting)
    made = [enrollee.id for enrollee in chosen]
    return Assigned([ids[person_id] for person_id in made], made, [id_ for id_ in enrollees if id_ in already])


def _plan(work: Work, new: NewAssignments) -> Plan:
    course = new.course
    if course is not None and course.is_archived:
        raise Fault(FaultCode.CONFLICT, "This course is archived; nobody can be enrolled in it.")
    content_id = course.content_id if course else new.content_id
    content = find_content(work, key="id", value=content_id)
    if content is None or (course is None and content.archived_at is not None):
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, "content_id", "There is no content with this id.")
    if new.start_at is not None:
        checks.instant(new.start_at, "start_at")
    return Plan(content, _version_id(work, content, new.version_id), course, new)


def _version_id(work: Work, content: Content, version_id: int | None) -> int | None:
    """The version to learn: the one asked for, else the published one."""
    if version_id is None:
        return content.version_id
    version = find_version(work, version_id)
    if version is None or version.content_id != content.id or version.state == DRAFT:
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, "version_id", "There is no such published version.")
    return version_id


def require_people(work: Work, person_ids: Sequence[int]) -> dict[int, Enrollee]:
    """The people by id, in the order given, each once.

    Faults: UNKNOWN_REFERENCE naming ``person_ids[3]`` for someone the caller does not see; INVALID for too many.
    """
    if len(person_ids) > MOST_PEOPLE:
        raise field_fault(FaultCode.INVALID, "person_ids", f"person_ids may be at most {MOST_PEOPLE} in one call")
    statement = _enrollees(work.principal.people_scope)
    found = {e.id: e for e in work.all(statement, ids=list(person_ids), **scope_params(work.principal))}
    for position, person_id in enumerate(person_ids):
        if person_id not in found:
            field = f"person_ids[{position}]"
            raise field_fault(FaultCode.UNKNOWN_REFERENCE, field, f"{field}: there is no such person")
    return {person_id: found[person_id] for person_id in dict.fromkeys(person_ids)}


def require_active_people(work: Work, person_ids: Sequence[int]) -> dict[int, Enrollee]:
    """As :func:`require_people`. Faults: CONFLICT too, naming someone who is inactive."""
    found = require_people(work, person_ids)
    for position, person_id in enumerate(person_ids):
        if not found[person_id].is_active:
            field = f"person_ids[{position}]"
            raise field_fault(FaultCode.CONFLICT, field, f"{field} is inactive and cannot be enrolled")
    return found


def _lock_and_find_enrolled(work: Work, plan: Plan, ids: list[int]) -> set[int]:
    """Who has it already; enrolments in the same course or content wait for each other, so that none is doubled."""
    if plan.course is not None:
        if work.first(LOCK_COURSE, id=plan.course.id) is None:
            raise Fault(FaultCode.NOT_FOUND, "There is no such course.")
        return {row[0] for row in work.all(_ON_COURSE, course_id=plan.course.id, ids=ids)}
    work.first(_LOCK_CONTENT, id=plan.content.id)
    return {row[0] for row in work.all(_ON_CONTENT, content_id=plan.content.id, ids=ids)}


def _add(work: Work, plan: Plan, enrollees: list[Enrollee]) -> dict[int, int]:
    """Insert and record; the assignments' ids by person."""
    home = get_organisation(work).time_zone
    zones = [enrollee.time_zone or home for enrollee in enrollees]
    times = {zone: times_of(work, plan, zone, work.at) for zone in set(zones)}
    rows: list[dict[str, Any]] = [
        {"uuid": new_uuid(), "person_id": enrollee.id, **times[zone]}
        for enrollee, zone in zip(enrollees, zones, strict=True)
    ]
    shared = {
        "organisation_id": work.principal.organisation_id,
        "content_id": plan.content.id,
        "content_version_id": plan.version_id,
        "course_id": plan.course.id if plan.course else None,
        "outcome": OPEN,
        "status_changed_at": work.at,
        "created_at": work.at,
        "updated_at": work.at,
    }
    ids: dict[int, int] = dict(work.all(_INSERT, rows=msgspec.json.encode(rows).decode(), **shared))
    known = {zone: _facts(plan, found, work.at) for zone, found in times.items()}
    for enrollee, zone, row in zip(enrollees, zones, rows, strict=True):
        after = {**known[zone], "person_id": enrollee.id, "person_uuid": enrollee.uuid}
        work.record(
            "assignment.created", "assignment", ids[enrollee.id], row["uuid"], after=after, person_id=enrollee.id
        )
    return ids


class _Opened(msgspec.Struct, frozen=True):
    """What the status of a new assignment is derived from."""

    start_at: int
    due_at: int | None
    outcome: str = OPEN


def _facts(plan: Plan, times: dict[str, Any], at: int) -> dict[str, Any]:
    """The facts of new assignments, as :func:`facts.facts_of` would read them, without whose they are."""
    course, content = plan.course, plan.content
    known = {
        "content_id": content.id,
        "content_uuid": content.uuid,
        "content_title": content.title,
        "content_version_id": plan.version_id,
        "outcome": OPEN,
        "status": status_of(_Opened(times["start_at"], times["due_at"]), at).value,
        "stage": Stage.NOT_STARTED.value,
        "progress": 0.0,
        "time_s": 0,
        "attempts": 0,
    }
    if course is not None:
        known |= {f"course_{name}": getattr(course, name) for name in ("id", "uuid", "external_id", "title")}
    return dict.fromkeys(facts.SHOWN) | known | times


def times_of(work: Work, plan: Plan, zone: str, enrolled_at: int) -> dict[str, int | None]:
    """When an assignment begins, is due and closes, by the person's own clock."""
    course, asked = plan.course, plan.asked
    start_at, due_date = asked.start_at, asked.due_date
    if course is not None:
        start_at = start_at if start_at is not None else _course_start(course, zone, enrolled_at)
        due_date = due_date or course.end_date
    access_ends_at = access_end(enrolled_at, course.access_days) if course else None
    return {
        "start_at": start_at if start_at is not None else work.at,
        "due_at": day_end(due_date, zone) if due_date else None,
        "access_ends_at": min(access_ends_at, LATEST) if access_ends_at is not None else None,
    }


def _course_start(course: Course, zone: str, enrolled_at: int) -> int:
    """The course's first day, or the enrolment where that is later."""
    return max(enrolled_at, day_start(course.start_date, zone)) if course.start_date else enrolled_at
