"""Collections, simulators, scenarios, and who may train with a collection."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from rollbook.core.kernel.paging import decode_cursor, encode_cursor
from rollbook.core.people.queries import get_person_by_uuid
from rollbook.core.simulation import catalogue, members, queries
from rollbook.doors.native.paging import checked_limit
from rollbook.doors.native.references import known
from rollbook.doors.native.translate.people import from_core_person
from rollbook.doors.native.translate.simulation import (
    from_core_collection,
    from_core_scenario,
    from_core_simulator,
    to_core_key,
    to_core_scenario_changes,
    to_core_simulator_changes,
)
from rollbook.doors.native.wire.people import PeoplePage
from rollbook.doors.native.wire.simulation import (
    CollectionIn,
    CollectionOut,
    CollectionPage,
    CollectionsQuery,
    MembersQuery,
    ScenarioChange,
    ScenarioIn,
    ScenarioOut,
    ScenarioPage,
    ScenariosQuery,
    SimulatorChange,
    SimulatorIn,
    SimulatorOut,
    SimulatorPage,
    SimulatorsQuery,
)
from rollbook.web.routes import Call


class _Asked(Protocol):
    limit: int
    cursor: str | None


class _Numbered(Protocol):
    @property
    def id(self) -> int: ...


T = TypeVar("T", bound=_Numbered)


def _page(asked: _Asked, list_after: Callable[[int, int], list[T]]) -> tuple[list[T], str | None]:
    """The rows after the cursor and the next cursor. Faults: INVALID naming ``limit`` or ``cursor``."""
    limit = checked_limit(asked)
    after = int(decode_cursor(asked.cursor, int)[0]) if asked.cursor else 0
    found = list_after(after, limit)
    rows = found[: asked.limit]
    return rows, encode_cursor(rows[-1].id) if len(found) > asked.limit else None


def _key(call: Call[Any, Any]) -> int | str:
    return to_core_key(call.path["id"])


# --- Collections --------------------------------------------------------------------------------------------------


def list_collections(call: Call[None, CollectionsQuery]) -> CollectionPage:
    """List collections, in the order they were made."""
    title = call.query.title
    rows, following = _page(
        call.query,
        lambda after, limit: queries.list_collections(call.work, title=title, after=after, limit=limit),
    )
    return CollectionPage([from_core_collection(row) for row in rows], following)


def create_collection(call: Call[CollectionIn, None]) -> CollectionOut:
    """Make a collection."""
    return from_core_collection(catalogue.add_collection(call.work, call.body.title))


def show_collection(call: Call[None, None]) -> CollectionOut:
    """One collection by id or number."""
    return from_core_collection(queries.get_collection(call.work, _key(call)))


def update_collection(call: Call[CollectionIn, None]) -> CollectionOut:
    """Retitle a collection."""
    entry = queries.get_collection(call.work, _key(call))
    return from_core_collection(catalogue.change_collection(call.work, entry, call.body.title))


def delete_collection(call: Call[None, None]) -> None:
    """Delete a collection that holds no simulators."""
    catalogue.remove(call.work, queries.get_collection(call.work, _key(call)))


def list_members(call: Call[None, MembersQuery]) -> PeoplePage:
    """List the people who may train with a collection."""
    entry = queries.get_collection(call.work, _key(call))
    rows, following = _page(
        call.query, lambda after, limit: members.list_members(call.work, entry, after=after, limit=limit)
    )
    return PeoplePage([from_core_person(person) for person in rows], following)


def add_member(call: Call[None, None]) -> None:
    """Let a person train with a collection; once is as good as twice."""
    entry = queries.get_collection(call.work, _key(call))
    members.let_in(call.work, entry, get_person_by_uuid(call.work, call.path["person"]))


def remove_member(call: Call[None, None]) -> None:
    """Take a collection away from a person."""
    entry = queries.get_collection(call.work, _key(call))
    members.shut_out(call.work, entry, get_person_by_uuid(call.work, call.path["person"]))


# --- Simulators ---------------------------------------------------------------------------------------------------


def list_simulators(call: Call[None, SimulatorsQuery]) -> SimulatorPage:
    """List simulators, all or of a collection, in the order they were made."""
    asked, work = call.query, call.work
    held = known(asked.collection, "collection", lambda key: queries.get_collection(work, to_core_key(key)).id)
    rows, following = _page(
        asked,
        lambda after, limit: queries.list_simulators(
            work, collection_id=held, title=asked.title, after=after, limit=limit
        ),
    )
    return SimulatorPage([from_core_simulator(row) for row in rows], following)


def create_simulator(call: Call[SimulatorIn, None]) -> SimulatorOut:
    """Make a simulator in a collection, perhaps linked to the content that its activities complete."""
    given = call.body
    made = catalogue.add_simulator(
        call.work,
        given.title,
        collection=given.collection,
        content=given.content,
        pass_percent=given.pass_percent,
    )
    return from_core_simulator(made)


def show_simulator(call: Call[None, None]) -> SimulatorOut:
    """One simulator by id or number."""
    return from_core_simulator(queries.get_simulator(call.work, _key(call)))


def update_simulator(call: Call[SimulatorChange, None]) -> SimulatorOut:
    """Retitle, move or link a simulator."""
    entry = queries.get_simulator(call.work, _key(call))
    return from_core_simulator(catalogue.change_simulator(call.work, entry, to_core_simulator_changes(call.body)))


def delete_simulator(call: Call[None, None]) -> None:
    """Delete a simulator without activities, with its scenarios."""
    catalogue.remove(call.work, queries.get_simulator(call.work, _key(call)))


# --- Scenarios ----------------------------------------------------------------------------------------------------


def list_scenarios(call: Call[None, ScenariosQuery]) -> ScenarioPage:
    """List scenarios, all or of a simulator, in the order they were made."""
    asked, work = call.query, call.work
    of = known(asked.simulator, "simulator", lambda key: queries.get_simulator(work, to_core_key(key)).id)
    rows, following = _page(
        asked,
        lambda after, limit: queries.list_scenarios(work, simulator_id=of, code=asked.code, after=after, limit=limit),
    )
    return ScenarioPage([from_core_scenario(row) for row in rows], following)


def create_scenario(call: Call[ScenarioIn, None]) -> ScenarioOut:
    """Make a scenario of a simulator."""
    given = call.body
    made = catalogue.add_scenario(
        call.work, given.code, simulator=given.simulator, name=given.name, max_points=given.max_points
    )
    return from_core_scenario(made)


def show_scenario(call: Call[None, None]) -> ScenarioOut:
    """One scenario by id or number."""
    return from_core_scenario(queries.get_scenario(call.work, _key(call)))


def update_scenario(call: Call[ScenarioChange, None]) -> ScenarioOut:
    """Recode or rename a scenario, or change its points."""
    entry = queries.get_scenario(call.work, _key(call))
    return from_core_scenario(catalogue.change_scenario(call.work, entry, to_core_scenario_changes(call.body)))


def delete_scenario(call: Call[None, None]) -> None:
    """Delete a scenario without activities."""
    catalogue.remove(call.work, queries.get_scenario(call.work, _key(call)))
