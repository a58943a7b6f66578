"""Reading assignments. Every select of an assignment starts from :func:`visible_assignments`."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, Subquery, and_, bindparam, func, or_, select

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.paging import Page
from rollbook.core.kernel.principal import PeopleScope
from rollbook.core.kernel.statements import Lookup, Statement, among, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.learning.pages import page_of
from rollbook.core.learning.records import CANCELLED, Assignment, AssignmentFilter
from rollbook.core.learning.status import STAGE, STATUS, Stage, Status, has_stage, has_status
from rollbook.core.learning.tables import assignments, certificates, contents, courses
from rollbook.core.learning.tenancy import beside
from rollbook.core.people.queries import scope_params, visible_to
from rollbook.core.people.tables import groups, locations, memberships, people

Rows = Statement[tuple[Any, ...]]

_OWN = (
    "start_at", "due_at", "access_ends_at", "started_at", "completed_at", "cancelled_at", "cancel_reason", "progress",
    "score", "time_s", "attempts", "status_changed_at", "created_at", "updated_at", "content_version_id",
    "assigned_by", "completed_via",
)  # fmt: skip


def visible_assignments(scope: PeopleScope, *, leads: bool = True) -> ColumnElement[bool]:
    """The assignments of the people whom a caller with this scope sees; parameters from ``scope_params``.

    ``leads`` False: another condition names a few rows, and this one only checks them.
    """
    owner = assignments.c.organisation_id
    mine = (owner if leads else beside(owner)) == bindparam("organisation_id")
    if scope is PeopleScope.EVERYONE:
        return mine
    return and_(mine, assignments.c.person_id.in_(select(people.c.id).where(visible_to(scope))))


def _assignment(page: Subquery | None = None) -> Select[Any]:
    """The select behind :class:`Assignment`, at ``:now``.

    The ids of a page stand first, for PostgreSQL joins so many tables in the order in which they are written.
    """
    unit = and_(memberships.c.person_id == people.c.id, memberships.c.is_primary)
    chosen = assignments if page is None else page.join(assignments, assignments.c.id == page.c.id)
    joined = (
        chosen.join(people, people.c.id == assignments.c.person_id)
        .join(contents, contents.c.id == assignments.c.content_id)
        .outerjoin(courses, courses.c.id == assignments.c.course_id)
        .outerjoin(certificates, certificates.c.assignment_id == assignments.c.id)
        .outerjoin(memberships, unit)
        .outerjoin(groups, groups.c.id == memberships.c.group_id)
        .outerjoin(locations, locations.c.id == people.c.location_id)
    )
    own = assignments.c
    return select(
        own.id, own.uuid, own.outcome, STATUS, STAGE, *(own[name] for name in _OWN),
        people.c.id, people.c.uuid, people.c.external_id, people.c.first_name, people.c.last_name, people.c.email,
        contents.c.id, contents.c.uuid, contents.c.title, contents.c.kind,
        courses.c.id, courses.c.uuid, courses.c.external_id, courses.c.title, courses.c.archived_at,
        groups.c.external_id, locations.c.external_id,
        certificates.c.number, certificates.c.issued_at, certificates.c.expires_at, certificates.c.revoked_at,
    ).select_from(joined)  # fmt: skip


def _by_course(column: ColumnElement[str], name: str, default: str) -> ColumnElement[bool]:
    """Assignments by a fact of their course; those without one count as ``default``."""
    wanted: ColumnElement[Any] = bindparam(name)
    mine = courses.c.organisation_id == bindparam("organisation_id")
    of_course = assignments.c.course_id.in_(select(courses.c.id).where(mine, column == wanted))
    return or_(of_course, and_(assignments.c.course_id.is_(None), wanted == default))


def _condition(name: str) -> ColumnElement[bool]:
    """One filter of :class:`AssignmentFilter` as SQL, its parameter named after it."""
    own = assignments.c
    value: ColumnElement[Any] = bindparam(name)
    match name:
        case "person_id" | "course_id" | "content_id":
            return own[name] == value
        case "person_external_id":
            mine = people.c.organisation_id == bindparam("organisation_id")
            return own.person_id.in_(select(people.c.id).where(mine, people.c.external_id == value))
        case "course_kind":
            return _by_course(courses.c.kind, name, "online")
        case "course_source":
            return _by_course(courses.c.source, name, "own")
        case "status_changed_after":
            return own.status_changed_at > value
        case "completed_after":
            return own.completed_at > value
        case "updated_after":
            return own.updated_at > value
        case _:
            raise ValueError(name)


_with_certificates = assignments.outerjoin(certificates, certificates.c.assignment_id == assignments.c.id)
_KEYS: tuple[Any, ...] = (assignments.c.created_at, assignments.c.id)


_SELECTIVE = frozenset({"person_id", "person_external_id", "course_id", "content_id"})
"""Filters that leave a few rows, each with an index of its own."""


class _Shape(msgspec.Struct, frozen=True):
    """What decides the text of a list's statement."""

    scope: PeopleScope
    names: frozenset[str]
    status: Status | None
    stage: Stage | None

    @property
    def kind(self) -> type[Statement[Any]]:
        """How it is planned: with a filter that leaves a few rows alike for all values."""
        return Lookup if self.names & _SELECTIVE else Statement

    def conditions(self) -> list[ColumnElement[bool]]:
        """Which assignments."""
        found = [
            visible_assignments(self.scope, leads=self.kind is Statement),
            *(_condition(name) for name in sorted(self.names)),
        ]
        if self.status is not None:
            found.append(has_status(self.status))
        if self.stage is not None:
            found.append(has_stage(self.stage))
        return found


@shapes
def _list(shape: _Shape, newest_first: bool, paging: str) -> Statement[Assignment]:
    """The page is found before anything is joined to it, so that skipped rows cost nothing but their index entry."""
    query = select(assignments.c.id).where(*shape.conditions())
    page, keys = page_of(query, _KEYS, newest_first, paging)
    return shape.kind(_assignment(page).order_by(*keys), Assignment)


@shapes
def _count(shape: _Shape) -> Rows:
    return shape.kind(select(func.count()).select_from(assignments).where(*shape.conditions()))


def list_assignments(
    work: Work,
    wanted: AssignmentFilter,
    *,
    limit: int,
    newest_first: bool = False,
    after: tuple[int, int] | None = None,
    offset: int | None = None,
    with_total: bool = False,
) -> Page[Assignment]:
    """Assignments of people the caller sees, in the order they were made or the newest first.

    ``after`` is a (created_at, id) position, ``offset`` a number of rows.
    """
    given = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not None}
    status = Status(given.pop("status")) if "status" in given else None
    stage = Stage(given.pop("stage")) if "stage" in given else None
    shape = _Shape(work.principal.people_scope, frozenset(given), status, stage)
    given |= scope_params(work.principal) | {"now": work.at}
    position: dict[str, Any] = {}
    paging = "first"
    if after is not None:
        paging, position = "after", {"after_at": after[0], "after_id": after[1]}
    elif offset is not None:
        paging, position = "offset", {"offset": offset}
    rows = work.all(_list(shape, newest_first, paging), limit=limit, **position, **given)
    return Page(rows, work.value(_count(shape), **given) if with_total else None)


@shapes
def _one(scope: PeopleScope, key: str) -> Statement[Assignment]:
    return Lookup(_assignment().where(visible_assignments(scope), assignments.c[key] == bindparam("key")), Assignment)


@shapes
def _some(scope: PeopleScope) -> Statement[Assignment]:
    return Lookup(
        _assignment().where(visible_assignments(scope, leads=False), among(assignments.c.id, "ids")), Assignment
    )


def find_assignment(work: Work, *, key: str, value: Any) -> Assignment | None:
    """One assignment by ``id`` or ``uuid``, of someone the caller sees."""
    return work.first(_one(work.principal.people_scope, key), key=value, now=work.at, **scope_params(work.principal))


def get_assignment(work: Work, *, key: str, value: Any) -> Assignment:
    """One assignment. Faults: NOT_FOUND."""
    found = find_assignment(work, key=key, value=value)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such assignment.")
    return found


def list_assignments_by_id(work: Work, ids: Sequence[int]) -> dict[int, Assignment]:
    """The visible assignments with these ids, by id."""
    found = work.all(_some(work.principal.people_scope), ids=list(ids), now=work.at, **scope_params(work.principal))
    return {assignment.id: assignment for assignment in found}


def load_assignments(work: Work, ids: Sequence[int]) -> dict[int, Assignment]:
    """Assignments of the organisation by id, whoever the caller sees: for services that decided who may."""
    organisation_id = work.principal.organisation_id
    found = work.all(_some(PeopleScope.EVERYONE), ids=list(ids), now=work.at, organisation_id=organisation_id)
    return {assignment.id: assignment for assignment in found}


class CourseMember(msgspec.Struct, frozen=True):
    """Someone enrolled in a course."""

    course_id: int
    assignment_id: int
    person_id: int
    external_id: str | None
    first_name: str
    last_name: str
    email: str | None
    stage: str


@shapes
def _members(scope: PeopleScope) -> Statement[CourseMember]:
    joined = _with_certificates.join(people, people.c.id == assignments.c.person_id)
    own = assignments.c
    return Statement(
        select(
            own.course_id,
            own.id,
            people.c.id,
            people.c.external_id,
            people.c.first_name,
            people.c.last_name,
            people.c.email,
            STAGE,
        )
        .select_from(joined)
        .where(visible_assignments(scope, leads=False), among(own.course_id, "course_ids"), own.outcome != CANCELLED)
        .order_by(own.course_id, own.id),
        CourseMember,
    )


def list_members(work: Work, course_ids: Sequence[int]) -> dict[int, list[CourseMember]]:
    """Who is enrolled in each of some courses, by course, in one query; a cancelled assignment enrols nobody."""
    members: dict[int, list[CourseMember]] = {}
    found = work.all(
        _members(work.principal.people_scope), course_ids=list(course_ids), now=work.at, **scope_params(work.principal)
    )
    for member in found:
        members.setdefault(member.course_id, []).append(member)
    return members
