"""Making, changing and removing collections, simulators and scenarios."""

from collections.abc import Callable
from typing import Any

from msgspec import UNSET
from sqlalchemy import Table, bindparam, delete, insert, or_, select, update

from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.statements import Statement, shapes
from rollbook.core.kernel.values import required_line
from rollbook.core.kernel.work import Work
from rollbook.core.learning.tables import contents
from rollbook.core.simulation import policy, queries
from rollbook.core.simulation.records import Collection, Scenario, ScenarioChanges, Simulator, SimulatorChanges
from rollbook.core.simulation.tables import activities, collections, scenarios, simulators

Rows = Statement[tuple[Any, ...]]
Entry = Collection | Simulator | Scenario
LONGEST_CODE = 64
MOST_COUNTED = 2**31 - 1
"""The largest number that a column of counts holds."""

_TABLES: dict[type[Entry], tuple[str, Table]] = {
    Collection: ("collection", collections),
    Simulator: ("simulator", simulators),
    Scenario: ("scenario", scenarios),
}


@shapes
def _insert(table: Table) -> Rows:
    values: dict[str, Any] = {c.name: bindparam(c.name) for c in table.c if c.name != "id"}
    return Rows(insert(table).values(values).returning(table.c.id))


@shapes
def _update(table: Table, names: frozenset[str]) -> Rows:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in sorted(names)}
    return Rows(update(table).where(table.c.id == bindparam("entry_id")).values(values))


@shapes
def _delete(table: Table) -> Rows:
    return Rows(delete(table).where(table.c.id == bindparam("entry_id")))


_USES: dict[str, Rows] = {
    "collection": Rows(select(simulators.c.id).where(simulators.c.collection_id == bindparam("entry_id")).limit(1)),
    "simulator": Rows(select(activities.c.id).where(activities.c.simulator_id == bindparam("entry_id")).limit(1)),
    "scenario": Rows(select(activities.c.id).where(activities.c.scenario_id == bindparam("entry_id")).limit(1)),
}
_CONTENT = Rows(
    select(contents.c.id)
    .where(
        contents.c.organisation_id == bindparam("organisation_id"),
        or_(contents.c.uuid == bindparam("content"), contents.c.external_id == bindparam("content")),
    )
    .order_by(contents.c.id)
)


# --- The values ---------------------------------------------------------------------------------------------------


def checked_percent(value: float | None) -> float | None:
    """A pass mark. Faults: INVALID naming ``pass_percent``."""
    if value is not None and not 0 <= value <= 100:
        raise field_fault(FaultCode.INVALID, "pass_percent", "pass_percent must lie between 0 and 100")
    return value


def checked_count(value: int | None, field: str) -> int | None:
    """A number of things. Faults: INVALID naming the field."""
    if value is not None and not 0 <= value <= MOST_COUNTED:
        raise field_fault(FaultCode.INVALID, field, f"{field} must lie between 0 and {MOST_COUNTED}")
    return value


def _id_of(kind: str, find: Callable[[], Collection | Simulator]) -> int:
    """Faults: UNKNOWN_REFERENCE naming the kind."""
    try:
        return find().id
    except Fault:
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, kind, f"There is no {kind} with this id.") from None


def _collection_id(work: Work, key: int | str) -> int:
    return _id_of("collection", lambda: queries.get_collection(work, key))


def _simulator_id(work: Work, key: int | str) -> int:
    return _id_of("simulator", lambda: queries.get_simulator(work, key))


def _content_id(work: Work, content: str | None) -> int | None:
    """Faults: UNKNOWN_REFERENCE naming ``content``."""
    if content is None:
        return None
    found = work.value(_CONTENT, organisation_id=work.principal.organisation_id, content=content)
    if found is None:
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, "content", "There is no content with this id.")
    return int(found)


def _refuse_title(work: Work, collection_id: int, title: str) -> None:
    if queries.list_simulators(work, collection_id=collection_id, title=title, limit=1):
        raise field_fault(FaultCode.DUPLICATE, "title", "The collection has a simulator with this title already.")


# --- Making -------------------------------------------------------------------------------------------------------


def _made(work: Work, kind: type[Entry], **values: Any) -> int:
    """Insert an entry and note it; its id."""
    name, table = _TABLES[kind]
    given = {"uuid": new_uuid(), "organisation_id": work.principal.organisation_id, **values}
    times = {"created_at": work.at, "updated_at": work.at} if "created_at" in table.c else {}
    entry_id = int(work.value(_insert(table), **given, **times))
    after = {key: value for key, value in values.items() if value is not None}
    work.record(f"{name}.created", name, entry_id, given["uuid"], after=after)
    return entry_id


def add_collection(work: Work, title: str) -> Collection:
    """Make a collection. Faults: FORBIDDEN; MISSING, INVALID or DUPLICATE naming ``title``."""
    policy.require_simulation_write(work.principal)
    cleaned = required_line(title, "title")
    _refuse_collection_title(work, cleaned)
    return queries.get_collection(work, _made(work, Collection, title=cleaned))


def _refuse_collection_title(work: Work, title: str) -> None:
    if queries.list_collections(work, title=title, limit=1):
        raise field_fault(FaultCode.DUPLICATE, "title", "A collection with this title exists already.")


def add_simulator(
    work: Work,
    title: str,
    *,
    collection: int | str,
    content: str | None = None,
    pass_percent: float | None = None,
) -> Simulator:
    """Make a simulator in a collection, perhaps linked to a content (by uuid or the source system's code).

    Faults: FORBIDDEN; MISSING, INVALID, DUPLICATE or UNKNOWN_REFERENCE naming the field.
    """
    policy.require_simulation_write(work.principal)
    if content is not None or pass_percent is not None:
        policy.require_may_link(work.principal)
    cleaned, mark = required_line(title, "title"), checked_percent(pass_percent)
    collection_id, content_id = _collection_id(work, collection), _content_id(work, content)
    _refuse_title(work, collection_id, cleaned)
    made = _made(work, Simulator, title=cleaned, collection_id=collection_id, content_id=content_id, pass_percent=mark)
    return queries.get_simulator(work, made)


def add_scenario(
    work: Work, code: str, *, simulator: int | str, name: str | None = None, max_points: int | None = None
) -> Scenario:
    """Make a scenario of a simulator; without a name it takes its code.

    Faults: FORBIDDEN; MISSING, INVALID, DUPLICATE or UNKNOWN_REFERENCE naming the field.
    """
    policy.require_simulation_write(work.principal)
    cleaned = required_line(code, "code", LONGEST_CODE)
    called = required_line(name if name is not None else cleaned, "name")
    points = checked_count(max_points, "max_points")
    simulator_id = _simulator_id(work, simulator)
    _refuse_code(work, simulator_id, cleaned)
    made = _made(work, Scenario, simulator_id=simulator_id, code=cleaned, name=called, max_points=points)
    return queries.get_scenario(work, made)


def _refuse_code(work: Work, simulator_id: int, code: str) -> None:
    if queries.list_scenarios(work, simulator_id=simulator_id, code=code, limit=1):
        raise field_fault(FaultCode.DUPLICATE, "code", "The simulator has a scenario with this code already.")


# --- Changing and removing ----------------------------------------------------------------------------------------


def _changed(work: Work, entry: Entry, wanted: dict[str, Any]) -> bool:
    """Write the fields that differ and note them; whether there were any."""
    name, table = _TABLES[type(entry)]
    after = {key: value for key, value in wanted.items() if value != getattr(entry, key)}
    if not after:
        return False
    before = {key: getattr(entry, key) for key in after}
    written = after | ({"updated_at": work.at} if "updated_at" in table.c else {})
    work.run(_update(table, frozenset(written)), entry_id=entry.id, **{f"new_{k}": v for k, v in written.items()})
    work.record(f"{name}.updated", name, entry.id, entry.uuid, before=before, after=after)
    return True


def change_collection(work: Work, entry: Collection, title: str) -> Collection:
    """Retitle a collection. Faults: as :func:`add_collection`."""
    policy.require_simulation_write(work.principal)
    cleaned = required_line(title, "title")
    if cleaned != entry.title:
        _refuse_collection_title(work, cleaned)
    return queries.get_collection(work, entry.id) if _changed(work, entry, {"title": cleaned}) else entry


def change_simulator(work: Work, entry: Simulator, changes: SimulatorChanges) -> Simulator:
    """Retitle, move or link a simulator. Faults: as :func:`add_simulator`."""
    policy.require_simulation_write(work.principal)
    wanted: dict[str, Any] = {}
    if changes.title is not UNSET:
        wanted["title"] = required_line(changes.title, "title")
    if changes.collection is not UNSET:
        wanted["collection_id"] = _collection_id(work, changes.collection)
    if changes.content is not UNSET:
        wanted["content_id"] = _content_id(work, changes.content)
    if changes.pass_percent is not UNSET:
        wanted["pass_percent"] = checked_percent(changes.pass_percent)
    place = (wanted.get("collection_id", entry.collection_id), wanted.get("title", entry.title))
    if place != (entry.collection_id, entry.title):
        _refuse_title(work, *place)
    if any(wanted.get(name, getattr(entry, name)) != getattr(entry, name) for name in ("content_id", "pass_percent")):
        policy.require_may_link(work.principal)
    return queries.get_simulator(work, entry.id) if _changed(work, entry, wanted) else entry


def change_scenario(work: Work, entry: Scenario, changes: ScenarioChanges) -> Scenario:
    """Recode or rename a scenario. Faults: as :func:`add_scenario`."""
    policy.require_simulation_write(work.principal)
    wanted: dict[str, Any] = {}
    if changes.code is not UNSET:
        wanted["code"] = required_line(changes.code, "code", LONGEST_CODE)
    if changes.name is not UNSET:
        wanted["name"] = required_line(changes.name, "name")
    if changes.max_points is not UNSET:
        wanted["max_points"] = checked_count(changes.max_points, "max_points")
    if wanted.get("code", entry.code) != entry.code:
        _refuse_code(work, entry.simulator_id, wanted["code"])
    return queries.get_scenario(work, entry.id) if _changed(work, entry, wanted) else entry


def remove(work: Work, entry: Entry) -> None:
    """Delete a collection without simulators, a simulator or a scenario without activities.

    A simulator takes its scenarios along. Faults: FORBIDDEN, CONFLICT.
    """
    policy.require_simulation_write(work.principal)
    name, table = _TABLES[type(entry)]
    if work.first(_USES[name], entry_id=entry.id) is not None:
        held = "simulators" if isinstance(entry, Collection) else "activities"
        raise Fault(FaultCode.CONFLICT, f"This {name} still has {held}.")
    work.run(_delete(table), entry_id=entry.id)
    named = {"code": entry.code} if isinstance(entry, Scenario) else {"title": entry.title}
    work.record(f"{name}.deleted", name, entry.id, entry.uuid, before=named)
