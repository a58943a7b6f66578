"""Reading classes and attendees. Selects start from :func:`visible_sessions` and :func:`visible_attendees`."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)

from rollbook.core.classes.records import COMPLETED, REGISTERED, WAITING, Attendee, ClassSession, SessionFilter, State
from rollbook.core.classes.tables import attendees, class_sessions
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.paging import Page
from rollbook.core.kernel.principal import PeopleScope
from rollbook.core.kernel.statements import Lookup, Statement, among, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.learning.pages import page_of
from rollbook.core.learning.tables import assignments, contents, courses
from rollbook.core.learning.tenancy import beside
from rollbook.core.people.queries import scope_params, visible_to
from rollbook.core.people.tables import people

Rows = Statement[tuple[Any, ...]]

_OWN = (
    "id", "uuid", "starts_at", "ends_at", "location", "notes", "places", "seats_taken", "outcome", "tells_trainees",
    "tells_instructor", "sequence", "completed_at", "cancelled_at", "created_at", "updated_at",
)  # fmt: skip
_instructor, _registrar = people.alias("instructor"), people.alias("registrar")
_now: ColumnElement[Any] = bindparam("now")


def visible_sessions(scope: PeopleScope, *, leads: bool = True) -> ColumnElement[bool]:
    """The organisation's classes; someone who sees nobody else sees those that they attend or lead.

    ``leads`` False: another condition names the rows. Parameters from ``scope_params``.
    """
    owner = class_sessions.c.organisation_id
    mine = (owner if leads else beside(owner)) == bindparam("organisation_id")
    if scope is not PeopleScope.SELF:
        return mine
    viewer: ColumnElement[Any] = bindparam("viewer_id")
    attends = class_sessions.c.id.in_(select(attendees.c.session_id).where(attendees.c.person_id == viewer))
    return and_(mine, or_(class_sessions.c.instructor_id == viewer, attends))


def visible_attendees(scope: PeopleScope) -> ColumnElement[bool]:
    """The attendees of :func:`visible_sessions` who are people that the caller sees, or whom the caller teaches."""
    mine = beside(attendees.c.organisation_id) == bindparam("organisation_id")
    if scope is PeopleScope.EVERYONE:
        return mine
    led = select(class_sessions.c.id).where(class_sessions.c.instructor_id == bindparam("viewer_id"))
    seen = select(people.c.id).where(visible_to(scope))
    return and_(mine, or_(attendees.c.person_id.in_(seen), attendees.c.session_id.in_(led)))


def _counted(state: str, mark: str | None = None) -> ColumnElement[int]:
    """How many attendees of a class are in a state, and perhaps have a mark."""
    own = attendees.c
    marked = own[mark].is_(true()) if mark else true()
    found = select(func.count()).select_from(attendees)
    stands = own.state == literal_column(f"'{state}'")
    return found.where(own.session_id == class_sessions.c.id, stands, marked).scalar_subquery()


def _session(page: Subquery | None = None) -> Select[Any]:
    """The select behind :class:`ClassSession`."""
    chosen = class_sessions if page is None else page.join(class_sessions, class_sessions.c.id == page.c.id)
    return select(
        *(class_sessions.c[name] for name in _OWN),
        contents.c.id, contents.c.uuid, contents.c.title, contents.c.kind,
        courses.c.id, courses.c.uuid, courses.c.title,
        *(_instructor.c[name] for name in ("id", "uuid", "first_name", "last_name", "email", "external_id")),
        _counted(WAITING), _counted(REGISTERED, "has_attended"), _counted(REGISTERED, "has_passed"),
    ).select_from(
        chosen.join(contents, contents.c.id == class_sessions.c.content_id)
        .outerjoin(courses, courses.c.id == class_sessions.c.course_id)
        .outerjoin(_instructor, _instructor.c.id == class_sessions.c.instructor_id)
    )  # fmt: skip


def _has_state(state: State) -> ColumnElement[bool]:
    """:meth:`ClassSession.state_at` in SQL, at ``:now``."""
    own = class_sessions.c
    is_over = or_(own.ends_at <= _now, own.outcome == literal_column(f"'{COMPLETED}'"))
    match state:
        case State.UPCOMING:
            return and_(~is_over, own.starts_at > _now)
        case State.IN_PROGRESS:
            return and_(~is_over, own.starts_at <= _now)
        case State.PAST:
            return is_over


def _condition(name: str) -> ColumnElement[bool]:
    """One filter of :class:`SessionFilter` as SQL, its parameter named after it."""
    own = class_sessions.c
    value: ColumnElement[Any] = bindparam(name)
    match name:
        case "content_id" | "course_id" | "instructor_id" | "outcome":
            return own[name] == value
        case "assignment_id" | "person_id":
            return own.id.in_(select(attendees.c.session_id).where(attendees.c[name] == value))
        case "ends_after":
            return own.ends_at > value
        case "starts_before":
            return own.starts_at < value
        case _:
            raise ValueError(name)


def _conditions(scope: PeopleScope, names: frozenset[str], state: State | None) -> list[ColumnElement[bool]]:
    found = [visible_sessions(scope), *(_condition(name) for name in sorted(names))]
    return found if state is None else [*found, _has_state(state)]


_KEYS: tuple[Any, ...] = (class_sessions.c.starts_at, class_sessions.c.id)


@shapes
def _list(
    scope: PeopleScope, names: frozenset[str], state: State | None, newest_first: bool, paging: str
) -> Statement[ClassSession]:
    """The page is found before anything is joined to it or counted of it."""
    query = select(class_sessions.c.id).where(*_conditions(scope, names, state))
    page, keys = page_of(query, _KEYS, newest_first, paging)
    return Statement(_session(page).order_by(*keys), ClassSession)


@shapes
def _count(scope: PeopleScope, names: frozenset[str], state: State | None) -> Rows:
    return Statement(select(func.count()).select_from(class_sessions).where(*_conditions(scope, names, state)))


def list_sessions(
    work: Work,
    wanted: SessionFilter,
    *,
    limit: int,
    newest_first: bool = False,
    after: tuple[int, int] | None = None,
    offset: int | None = None,
    with_total: bool = False,
) -> Page[ClassSession]:
    """Classes the caller sees in the order they begin, after a position (``starts_at``, ``id``) or at an offset."""
    given = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not None}
    state = given.pop("state", None)
    names, scope = frozenset(given), work.principal.people_scope
    given |= scope_params(work.principal) | ({"now": work.at} if state is not None else {})
    position: dict[str, Any] = {"offset": offset} if offset is not None else {}
    if after is not None:
        position = {"after_at": after[0], "after_id": after[1]}
    paging = next(iter(position), "first").partition("_")[0]
    rows = work.all(_list(scope, names, state, newest_first, paging), limit=limit, **position, **given)
    total = work.value(_count(scope, names, state), **given) if with_total else None
    return Page(rows, total)


@shapes
def _one(scope: PeopleScope, key: str) -> Statement[ClassSession]:
    chosen = class_sessions.c[key] == bindparam("key")
    return Lookup(_session().where(visible_sessions(scope, leads=False), chosen), ClassSession)


def get_session(work: Work, *, key: str, value: Any) -> ClassSession:
    """One class by ``id`` or ``uuid``. Faults: NOT_FOUND."""
    found = work.first(_one(work.principal.people_scope, key), key=value, **scope_params(work.principal))
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such class.")
    return found


@shapes
def _taught(scope: PeopleScope) -> Statement[ClassSession]:
    own = class_sessions.c
    taught = or_(
        among(own.course_id, "course_ids"), and_(own.course_id.is_(None), among(own.content_id, "content_ids"))
    )
    return Statement(
        _session()
        .where(visible_sessions(scope, leads=False), taught, own.outcome != literal_column("'cancelled'"))
        .order_by(own.starts_at, own.id),
        ClassSession,
    )


def list_taught(work: Work, course_ids: Sequence[int], content_ids: Sequence[int]) -> list[ClassSession]:
    """The classes of some courses, and those of some contents that belong to no course, unless cancelled."""
    if not course_ids and not content_ids:
        return []
    statement = _taught(work.principal.people_scope)
    params = scope_params(work.principal)
    return work.all(statement, course_ids=list(course_ids), content_ids=list(content_ids), **params)


# --- Attendees ----------------------------------------------------------------------------------------------------


def _attendee() -> Select[Any]:
    own = attendees.c
    return select(
        own.id, own.uuid, own.session_id, own.assignment_id, assignments.c.uuid, own.state, own.has_attended,
        own.has_passed, own.created_at, own.updated_at,
        *(people.c[name] for name in ("id", "uuid", "username", "first_name", "last_name", "email")),
        *(_registrar.c[name] for name in ("id", "first_name", "last_name")),
    ).select_from(
        attendees.join(people, people.c.id == own.person_id)
        .outerjoin(_registrar, _registrar.c.id == own.registered_by_id)
        .outerjoin(assignments, assignments.c.id == own.assignment_id)
    )  # fmt: skip


def _attending(scope: PeopleScope, has_state: bool) -> ColumnElement[bool]:
    stands = attendees.c.state == bindparam("state") if has_state else ~false()
    return and_(attendees.c.session_id == bindparam("session_id"), stands, visible_attendees(scope))


@shapes
def _attendees(scope: PeopleScope, has_state: bool) -> Statement[Attendee]:
    chosen = _attendee().where(_attending(scope, has_state)).order_by(attendees.c.id)
    return Statement(chosen.limit(bindparam("limit")).offset(bindparam("offset")), Attendee)


@shapes
def _attendee_count(scope: PeopleScope, has_state: bool) -> Rows:
    return Statement(select(func.count()).select_from(attendees).where(_attending(scope, has_state)))


def list_attendees(
    work: Work,
    session: ClassSession,
    *,
    state: str | None = None,
    limit: int = 2**31 - 1,
    offset: int = 0,
    with_total: bool = False,
) -> Page[Attendee]:
    """Who is in a class, in the order they were put in; of one ``state`` or all."""
    given = {"session_id": session.id, **({"state": state} if state else {}), **scope_params(work.principal)}
    scope = work.principal.people_scope
    rows = work.all(_attendees(scope, state is not None), limit=limit, offset=offset, **given)
    return Page(rows, work.value(_attendee_count(scope, state is not None), **given) if with_total else None)


_ATTENDS = Rows(
    select(
        exists().where(attendees.c.session_id == bindparam("session_id"), attendees.c.person_id == bindparam("person"))
    )
)


def is_in_class(work: Work, session: ClassSession, person_id: int) -> bool:
    """Whether someone is registered for a class or waits for a seat in it."""
    return bool(work.value(_ATTENDS, session_id=session.id, person=person_id))
