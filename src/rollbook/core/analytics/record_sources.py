"""The record's own tables as data sources that everyone has and nobody changes: what they show, and of whom.

Only descriptions live here; keeping them current is ``snapshots``' work.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, literal_column, null, select, union_all

from rollbook.core.analytics.records import Source, SourceTest
from rollbook.core.classes.tables import attendees, class_sessions
from rollbook.core.events.tables import events
from rollbook.core.kernel.principal import Permission, Principal
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.warehouse import Column, Kind
from rollbook.core.kernel.work import Work
from rollbook.core.learning.status import STAGE, STATUS
from rollbook.core.learning.tables import assignments, certificates, contents, courses
from rollbook.core.people.queries import get_organisation, roles_of
from rollbook.core.people.tables import groups, locations, memberships, people, workplaces
from rollbook.core.simulation.tables import activities, collections, scenarios, simulators
from rollbook.core.webhooks.tables import deliveries, subscriptions

Rows = Statement[tuple[Any, ...]]
PERSON = "$person"
"""The column of a snapshot that says whom a row is about; it is never shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A column: its name and kind, and the expression behind it."""

    name: str
    kind: Kind
    sql: Any
    is_date: bool = False

    @property
    def column(self) -> Column:
        """As the warehouse has it."""
        return Column(self.name, self.kind, self.is_date)


@dataclass(frozen=True, slots=True)
class RecordSource:
    """One of them. ``person`` is the expression for whom a row is about; None where it is about nobody."""

    key: str
    name: str
    shown: tuple[Shown, ...]
    rows: Rows
    """Every row of the organisation: the person, then what is shown. Parameters: organisation_id, now."""
    is_personal: bool
    needs: Permission
    next_turn: Rows | None = None
    """The next instant after ``now`` at which something in it changes by itself."""
    is_quiet: bool = False
    """It changes without events."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """What a snapshot of it holds."""
        return (Column(PERSON, "int"), *(shown.column for shown in self.shown))


_text, _int, _float = (partial(Shown, kind=kind) for kind in ("str", "int", "float"))
_flag, _at = (partial(Shown, kind=kind) for kind in ("bool", "datetime"))
_ORGANISATION: ColumnElement[Any] = bindparam("organisation_id")
_NOW: ColumnElement[Any] = bindparam("now")


def _statement(person: Any, shown: Sequence[Shown], table: Any, *joins: tuple[Any, Any]) -> Rows:
    """A select over a table and what hangs on it."""
    held = table
    for other, on in joins:
        held = held.outerjoin(other, on)
    query: Select[Any] = select(null() if person is None else person, *(one.sql for one in shown)).select_from(held)
    return Statement(query.where(table.c.organisation_id == _ORGANISATION))


def _turn(*instants: tuple[Any, Any]) -> Rows:
    """The least of some instants that lie ahead, each of the rows where something holds."""
    ahead = [
        select(func.min(at).label("at")).where(at.table.c.organisation_id == _ORGANISATION, at > _NOW, holds)
        for at, holds in instants
    ]
    each = union_all(*ahead).subquery("turns")
    return Statement(select(func.min(each.c.at)))


def _full_name(table: Any) -> Any:
    return table.c.first_name + " " + table.c.last_name


_unit, _membership = groups.alias("unit"), memberships.alias("unit_membership")
_p = people.c
_UNIT = (
    (_membership, and_(_membership.c.person_id == _p.id, _membership.c.is_primary)),
    (_unit, _unit.c.id == _membership.c.group_id),
)
_OF_PERSON = (
    _text("person_id", sql=_p.uuid),
    _text("person", sql=_full_name(people)),
    _text("person_external_id", sql=_p.external_id),
    _text("unit", sql=_unit.c.name),
)


def _make(
    key: str,
    name: str,
    table: Any,
    person: Any,
    shown: Sequence[Shown],
    *joins: tuple[Any, Any],
    needs: Permission,
    **given: Any,
) -> RecordSource:
    rows = _statement(person, shown, table, *joins)
    return RecordSource(key, name, tuple(shown), rows, person is not None, needs, **given)


PEOPLE = _make(
    "people",
    "People",
    people,
    _p.id,
    [
        _text("person_id", sql=_p.uuid),
        _text("external_id", sql=_p.external_id),
        _text("username", sql=_p.username),
        _text("email", sql=_p.email),
        _text("first_name", sql=_p.first_name),
        _text("last_name", sql=_p.last_name),
        _text("unit", sql=_unit.c.name),
        _text("location", sql=locations.c.name),
        _text("workplace", sql=workplaces.c.name),
        _text("roles", sql=roles_of(_p.id)),
        _text("language", sql=_p.language),
        _text("country", sql=_p.country),
        _text("company", sql=_p.company),
        _text("cost_center", sql=_p.cost_center),
        _flag("is_active", sql=_p.is_active),
        _flag("is_guest", sql=_p.is_guest),
        _at("created_at", sql=_p.created_at),
        _at("inactivated_at", sql=_p.inactivated_at),
    ],
    *_UNIT,
    (locations, locations.c.id == _p.location_id),
    (workplaces, workplaces.c.id == _p.workplace_id),
    needs=Permission.PEOPLE_READ,
)

_a = assignments.c
ASSIGNMENTS = _make(
    "assignments",
    "Assignments",
    assignments,
    _a.person_id,
    [
        _text("assignment_id", sql=_a.uuid),
        *_OF_PERSON,
        _text("content", sql=contents.c.title),
        _text("course", sql=courses.c.title),
        _text("status", sql=STATUS),
        _text("stage", sql=STAGE),
        _text("assigned_by", sql=_a.assigned_by),
        _text("completed_via", sql=_a.completed_via),
        _at("start_at", sql=_a.start_at),
        _at("due_at", sql=_a.due_at),
        _at("started_at", sql=_a.started_at),
        _at("completed_at", sql=_a.completed_at),
        _at("cancelled_at", sql=_a.cancelled_at),
        _float("progress", sql=_a.progress),
        _float("score", sql=_a.score),
        _int("time_s", sql=_a.time_s),
        _int("attempts", sql=_a.attempts),
        _at("created_at", sql=_a.created_at),
    ],
    (people, _p.id == _a.person_id),
    *_UNIT,
    (contents, contents.c.id == _a.content_id),
    (courses, courses.c.id == _a.course_id),
    (certificates, certificates.c.assignment_id == _a.id),
    needs=Permission.LEARNING_READ,
    next_turn=_turn(
        (_a.start_at, _a.outcome == literal_column("'open'")),
        (_a.due_at, _a.outcome == literal_column("'open'")),
        (certificates.c.expires_at, certificates.c.revoked_at.is_(None)),
    ),
)

_holder = assignments.alias("held")
CERTIFICATES = _make(
    "certificates",
    "Certificates",
    certificates,
    _holder.c.person_id,
    [
        _text("number", sql=certificates.c.number),
        *_OF_PERSON,
        _text("content", sql=contents.c.title),
        _at("issued_at", sql=certificates.c.issued_at),
        _at("expires_at", sql=certificates.c.expires_at),
        _at("revoked_at", sql=certificates.c.revoked_at),
    ],
    (_holder, _holder.c.id == certificates.c.assignment_id),
    (people, _p.id == _holder.c.person_id),
    *_UNIT,
    (contents, contents.c.id == _holder.c.content_id),
    needs=Permission.LEARNING_READ,
)

_s, _instructor = class_sessions.c, people.alias("instructor")
ATTENDANCE = _make(
    "class_attendance",
    "Class attendance",
    attendees,
    attendees.c.person_id,
    [
        _text("class_id", sql=_s.uuid),
        *_OF_PERSON,
        _text("content", sql=contents.c.title),
        _text("location", sql=_s.location),
        _text("instructor", sql=_full_name(_instructor)),
        _at("starts_at", sql=_s.starts_at),
        _at("ends_at", sql=_s.ends_at),
        _text("class_outcome", sql=_s.outcome),
        _text("state", sql=attendees.c.state),
        _flag("has_attended", sql=attendees.c.has_attended),
        _flag("has_passed", sql=attendees.c.has_passed),
    ],
    (class_sessions, _s.id == attendees.c.session_id),
    (people, _p.id == attendees.c.person_id),
    *_UNIT,
    (contents, contents.c.id == _s.content_id),
    (_instructor, _instructor.c.id == _s.instructor_id),
    needs=Permission.LEARNING_READ,
)

_act = activities.c
ACTIVITIES = _make(
    "simulator_activities",
    "Simulator activities",
    activities,
    _act.trainee_id,
    [
        _text("activity_id", sql=_act.uuid),
        _text("person_id", sql=_p.uuid),
        _text("person", sql=_full_name(activities)),
        _text("unit", sql=_unit.c.name),
        _text("company", sql=_act.company),
        _text("collection", sql=collections.c.title),
        _text("simulator", sql=simulators.c.title),
        _text("scenario", sql=scenarios.c.name),
        _at("trained_at", sql=_act.trained_at),
        _int("points", sql=_act.points),
        _int("max_points", sql=_act.max_points),
        _float("percent", sql=case((_act.max_points > 0, _act.points * literal_column("100.0") / _act.max_points))),
        _int("time_s", sql=_act.time_s),
        _int("tries", sql=_act.tries),
        _int("tilts", sql=_act.tilts),
        _int("abandons", sql=_act.abandons),
    ],
    (people, _p.id == _act.trainee_id),
    *_UNIT,
    (simulators, simulators.c.id == _act.simulator_id),
    (collections, collections.c.id == simulators.c.collection_id),
    (scenarios, scenarios.c.id == _act.scenario_id),
    needs=Permission.SIMULATION_READ,
)

_c = courses.c
COURSES = _make(
    "courses",
    "Courses",
    courses,
    None,
    [
        _text("course_id", sql=_c.uuid),
        _text("external_id", sql=_c.external_id),
        _text("title", sql=_c.title),
        _text("content", sql=contents.c.title),
        _text("kind", sql=_c.kind),
        Shown("start_date", "datetime", _c.start_date, is_date=True),
        Shown("end_date", "datetime", _c.end_date, is_date=True),
        _at("archived_at", sql=_c.archived_at),
        _at("created_at", sql=_c.created_at),
    ],
    (contents, contents.c.id == _c.content_id),
    needs=Permission.LEARNING_READ,
)

_d = deliveries.c
DELIVERIES = _make(
    "webhook_deliveries",
    "Webhook deliveries",
    deliveries,
    None,
    [
        _text("delivery_id", sql=_d.uuid),
        _text("webhook", sql=subscriptions.c.description),
        _text("format", sql=subscriptions.c.format),
        _text("event", sql=events.c.kind),
        _text("state", sql=_d.state),
        _int("attempts", sql=_d.attempts),
        _int("last_status", sql=_d.last_status),
        _at("created_at", sql=_d.created_at),
        _at("ended_at", sql=_d.ended_at),
    ],
    (subscriptions, subscriptions.c.id == _d.subscription_id),
    (events, events.c.id == _d.event_id),
    needs=Permission.WEBHOOKS_READ,
    is_quiet=True,
)

RECORD_SOURCES = {
    source.key: source for source in (ACTIVITIES, ASSIGNMENTS, CERTIFICATES, ATTENDANCE, COURSES, PEOPLE, DELIVERIES)
}
"""All of them, by key."""


def _as_source(key: str, organisation_uuid: str) -> Source:
    source = RECORD_SOURCES[key]
    uuid = str(uuid5(UUID(organisation_uuid), key))
    return Source(0, uuid, source.name, "record", None, None, None, None, "", None, None, 0, 0, key)


def _visible(principal: Principal) -> list[str]:
    """The keys of those that a caller may read of at all; a key to data opens none."""
    if not principal.may(Permission.ANALYTICS_READ):
        return []
    return [key for key, source in sorted(RECORD_SOURCES.items()) if principal.may(source.needs)]


def find_record_source(work: Work, uuid: str) -> Source | None:
    """One of them, by the uuid that it has in this organisation."""
    return next((source for source in list_record_sources(work, []) if source.uuid == uuid), None)


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda held, value: bool(held == value),
    "!=": lambda held, value: bool(held != value),
    "in": lambda held, value: held in value,
    "not in": lambda held, value: held not in value,
    "like": lambda held, value: _is_like(held, value),
    "ilike": lambda held, value: _is_like(held.lower(), value.lower()),
}


def _is_like(held: str, pattern: str) -> bool:
    """SQL's LIKE, letter by letter: at most seven names are tested."""
    ends = {0}
    for letter in pattern:
        if letter == "%":
            ends = set(range(min(ends, default=len(held) + 1), len(held) + 1))
        else:
            ends = {end + 1 for end in ends if end < len(held) and letter in ("_", held[end])}
    return len(held) in ends


def list_record_sources(work: Work, tests: Sequence[SourceTest]) -> list[Source]:
    """Those that the caller may read of and that meet all tests, by name."""
    keys = _visible(work.principal)
    if not keys:
        return []
    organisation = get_organisation(work)
    found = [_as_source(key, organisation.uuid) for key in keys]
    return [one for one in found if all(_TESTS[t.operator](getattr(one, t.field), t.value) for t in tests)]
