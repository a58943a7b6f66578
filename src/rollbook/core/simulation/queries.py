"""Reading collections, simulators, scenarios and activities."""

from typing import Any, Literal

import msgspec
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)

from rollbook.core.kernel.clock import DAY
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import is_uuid
from rollbook.core.kernel.paging import decode_cursor, encode_cursor
from rollbook.core.kernel.principal import PeopleScope
from rollbook.core.kernel.statements import Lookup, Statement, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.learning.tables import assignments, contents
from rollbook.core.people.queries import roles_of, scope_params, visible_to
from rollbook.core.people.tables import people
from rollbook.core.simulation.records import Activity, ActivityFilter, Collection, Scenario, Simulator
from rollbook.core.simulation.tables import activities, collections, scenarios, simulators

Rows = Statement[tuple[Any, ...]]
Key = Literal["id", "uuid"]


# --- Collections, simulators, scenarios ---------------------------------------------------------------------------


def _collection() -> Select[Any]:
    return select(*(collections.c[name] for name in ("id", "uuid", "title", "created_at", "updated_at")))


def _simulator() -> Select[Any]:
    held = simulators.join(collections, collections.c.id == simulators.c.collection_id)
    return select(
        simulators.c.id, simulators.c.uuid, simulators.c.title,
        collections.c.id, collections.c.uuid, collections.c.title,
        simulators.c.content_id, contents.c.uuid, contents.c.title,
        simulators.c.pass_percent, simulators.c.created_at, simulators.c.updated_at,
    ).select_from(held.outerjoin(contents, contents.c.id == simulators.c.content_id))  # fmt: skip


def _scenario() -> Select[Any]:
    return select(
        *(scenarios.c[name] for name in ("id", "uuid", "code", "name", "max_points")),
        simulators.c.id, simulators.c.uuid, simulators.c.title,
    ).select_from(scenarios.join(simulators, simulators.c.id == scenarios.c.simulator_id))  # fmt: skip


@shapes
def _entries(kind: str, filters: frozenset[str]) -> Statement[Any]:
    """One kind of entry, by equality of some columns, in the order they were made."""
    table, query, row = _KINDS[kind]
    chosen = [table.c[name] == bindparam(f"wanted_{name}") for name in sorted(filters)]
    mine = table.c.organisation_id == bindparam("organisation_id")
    listed = query().where(mine, *chosen, table.c.id > bindparam("after"))
    return Statement(listed.order_by(table.c.id).limit(bindparam("limit")), row)


_KINDS: dict[str, tuple[Table, Any, type[Any]]] = {
    "collection": (collections, _collection, Collection),
    "simulator": (simulators, _simulator, Simulator),
    "scenario": (scenarios, _scenario, Scenario),
}


def _list(work: Work, kind: str, after: int, limit: int, **wanted: Any) -> list[Any]:
    given = {f"wanted_{name}": value for name, value in wanted.items() if value is not None}
    statement = _entries(kind, frozenset(name for name, value in wanted.items() if value is not None))
    return work.all(statement, organisation_id=work.principal.organisation_id, after=after, limit=limit, **given)


def is_key(key: int | str) -> bool:
    """Whether a value can be an id or a uuid at all."""
    return 0 < key < 2**63 if isinstance(key, int) else is_uuid(key)


def _column(key: int | str) -> Key:
    return "id" if isinstance(key, int) else "uuid"


def _get(work: Work, kind: str, key: int | str) -> Any:
    found = _list(work, kind, 0, 1, **{_column(key): key}) if is_key(key) else []
    if not found:
        raise Fault(FaultCode.NOT_FOUND, f"There is no such {kind}.")
    return found[0]


def list_collections(
    work: Work, *, title: str | None = None, after: int = 0, limit: int = 2**31 - 1
) -> list[Collection]:
    """The organisation's collections, after an id."""
    return _list(work, "collection", after, limit, title=title)


def get_collection(work: Work, key: int | str) -> Collection:
    """One by id or uuid. Faults: NOT_FOUND."""
    found: Collection = _get(work, "collection", key)
    return found


def list_simulators(
    work: Work,
    *,
    collection_id: int | None = None,
    content_id: int | None = None,
    title: str | None = None,
    after: int = 0,
    limit: int = 2**31 - 1,
) -> list[Simulator]:
    """The organisation's simulators, after an id."""
    return _list(work, "simulator", after, limit, collection_id=collection_id, content_id=content_id, title=title)


def get_simulator(work: Work, key: int | str) -> Simulator:
    """One by id or uuid. Faults: NOT_FOUND."""
    found: Simulator = _get(work, "simulator", key)
    return found


def list_scenarios(
    work: Work,
    *,
    simulator_id: int | None = None,
    code: str | None = None,
    after: int = 0,
    limit: int = 2**31 - 1,
) -> list[Scenario]:
    """The organisation's scenarios, after an id."""
    return _list(work, "scenario", after, limit, simulator_id=simulator_id, code=code)


def get_scenario(work: Work, key: int | str) -> Scenario:
    """One by id or uuid. Faults: NOT_FOUND."""
    found: Scenario = _get(work, "scenario", key)
    return found


# --- Activities ---------------------------------------------------------------------------------------------------

_trainee, _instructor = people.alias("trainee"), people.alias("instructor")
_OWN = (
    "id", "uuid", "client_id", "first_name", "last_name", "company", "trained_at", "points", "max_points", "time_s",
    "tries", "tilts", "abandons", "created_at",
)  # fmt: skip


def visible_activities(scope: PeopleScope) -> ColumnElement[bool]:
    """The activities that a caller with this scope sees: those of the people they see, and those they led themselves.

    An instructor's guests stand in no group, so what one led is seen too. Parameters from ``scope_params``.
    """
    mine = activities.c.organisation_id == bindparam("organisation_id")
    viewer: Any = bindparam("viewer_id")
    match scope:
        case PeopleScope.EVERYONE:
            return mine
        case PeopleScope.SELF:
            return and_(mine, activities.c.trainee_id == viewer)
        case PeopleScope.GROUPS:
            seen = select(people.c.id).where(visible_to(scope))
            return and_(mine, or_(activities.c.trainee_id.in_(seen), activities.c.instructor_id == viewer))


def _with_names(page: FromClause) -> Select[Any]:
    """The select behind :class:`Activity`, over a page of the table, so that its cost is that of the page."""
    return select(
        *(page.c[name] for name in _OWN),
        collections.c.id, collections.c.uuid, collections.c.title,
        simulators.c.id, simulators.c.uuid, simulators.c.title,
        scenarios.c.id, scenarios.c.uuid, scenarios.c.code, scenarios.c.name,
        *(_trainee.c[name] for name in ("id", "uuid", "username", "email", "company", "is_guest")),
        roles_of(_trainee.c.id),
        *(_instructor.c[name] for name in ("id", "uuid", "first_name", "last_name", "email", "company", "cost_center")),
        assignments.c.id, assignments.c.uuid,
    ).select_from(
        page.join(simulators, simulators.c.id == page.c.simulator_id)
        .join(collections, collections.c.id == simulators.c.collection_id)
        .join(scenarios, scenarios.c.id == page.c.scenario_id)
        .outerjoin(_trainee, _trainee.c.id == page.c.trainee_id)
        .outerjoin(_instructor, _instructor.c.id == page.c.instructor_id)
        .outerjoin(assignments, assignments.c.id == page.c.assignment_id)
    )  # fmt: skip


_FILTERS: dict[str, ColumnElement[bool]] = {
    "simulator_id": activities.c.simulator_id == bindparam("wanted_simulator_id"),
    "trainee_id": activities.c.trainee_id == bindparam("wanted_trainee_id"),
    "recorded_since": activities.c.created_at >= bindparam("wanted_recorded_since"),
}


@shapes
def _activities(
    scope: PeopleScope, filters: frozenset[str], *, is_after: bool, newest_first: bool
) -> Statement[Activity]:
    """A page by id; by time of recording where that bounds it, so that its index finds the first row."""
    names = ["created_at", "id"] if "recorded_since" in filters else ["id"]
    keys: list[Any] = [activities.c[name] for name in names]
    chosen = [visible_activities(scope), *(_FILTERS[name] for name in sorted(filters))]
    if is_after:
        position, bound = tuple_(*keys), tuple_(*(bindparam(f"after_{name}") for name in names))
        chosen.append(position < bound if newest_first else position > bound)
    ordered = [key.desc() if newest_first else key for key in keys]
    page = select(activities).where(*chosen).order_by(*ordered).limit(bindparam("limit")).subquery("page")
    shown = [page.c[name].desc() if newest_first else page.c[name] for name in names]
    return Statement(_with_names(page).order_by(*shown), Activity)


def list_activities(
    work: Work, wanted: ActivityFilter, *, limit: int, cursor: str | None = None, newest_first: bool = False
) -> list[Activity]:
    """Activities the caller sees, after a cursor of :func:`activity_cursor` for the same filter.

    Following the cursors meets every activity that was there at the start exactly once. Faults: INVALID for a cursor
    that is none of ours.
    """
    given = {f"wanted_{name}": value for name, value in msgspec.structs.asdict(wanted).items() if value is not None}
    filters = frozenset(name.removeprefix("wanted_") for name in given)
    scope = work.principal.people_scope
    statement = _activities(scope, filters, is_after=cursor is not None, newest_first=newest_first)
    if cursor is not None:
        created_at, activity_id = decode_cursor(cursor, int, int)
        given["after_id"] = activity_id
        if "recorded_since" in filters:
            given["after_created_at"] = created_at
    return work.all(statement, limit=limit, **given, **scope_params(work.principal))


def activity_cursor(activity: Activity) -> str:
    """The cursor to go on from after this row."""
    return encode_cursor(activity.created_at, activity.id)


@shapes
def _activity(scope: PeopleScope, key: Key) -> Statement[Activity]:
    page = select(activities).where(visible_activities(scope), activities.c[key] == bindparam("key")).subquery("page")
    return Lookup(_with_names(page), Activity)


def find_activity(work: Work, key: int | str) -> Activity | None:
    """One activity that the caller sees, by id or uuid."""
    if not is_key(key):
        return None
    statement = _activity(work.principal.people_scope, _column(key))
    return work.first(statement, key=key, **scope_params(work.principal))


def get_activity(work: Work, key: int | str) -> Activity:
    """One activity by id or uuid. Faults: NOT_FOUND."""
    found = find_activity(work, key)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such activity.")
    return found


@shapes
def _by_day(scope: PeopleScope) -> Rows:
    length: Any = literal_column(str(DAY))
    day = activities.c.trained_at // length
    within = activities.c.trained_at.between(bindparam("since"), bindparam("until"))
    query = select(day * length, func.count()).where(visible_activities(scope), within)
    return Statement(query.group_by(day).order_by(day))


def count_activities_by_day(work: Work, since: int, until: int) -> list[tuple[int, int]]:
    """How many activities the caller sees were trained on each day (UTC) between two instants: its start, the number.

    Days without any are left out.
    """
    found: list[tuple[int, int]] = work.all(
        _by_day(work.principal.people_scope), since=since, until=until, **scope_params(work.principal)
    )
    return found
