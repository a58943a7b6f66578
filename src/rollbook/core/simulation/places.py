"""Where the rows of an ingestion belong: collections, simulators and scenarios found many at once, or made."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Insert, Table, bindparam, insert, or_, select

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.ids import is_uuid, new_uuid
from rollbook.core.kernel.statements import Statement, Store, among, given_rows, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.simulation.records import NewActivity
from rollbook.core.simulation.tables import collections, scenarios, simulators

Rows = Statement[tuple[Any, ...]]


@dataclass(eq=False, slots=True)
class Place:
    """A collection, simulator or scenario; its ``id`` is known once it is made. ``name`` is its title or code."""

    id: int | None
    name: str
    parent: "Place | None" = None
    label: str = ""
    """A scenario's name."""
    max_points: int | None = None
    content_id: int | None = None
    pass_percent: float | None = None


def _named(table: Table, name: str) -> ColumnElement[bool]:
    """Rows of the organisation that some reference names. Parameters: ids, uuids, names."""
    return (table.c.organisation_id == bindparam("organisation_id")) & or_(
        among(table.c.id, "ids"), among(table.c.uuid, "uuids"), among(table.c[name], "names")
    )


_COLLECTIONS = Rows(
    select(collections.c.id, collections.c.uuid, collections.c.title).where(_named(collections, "title"))
)
_SIMULATORS = Rows(
    select(
        *(simulators.c[name] for name in ("id", "uuid", "title", "collection_id", "content_id", "pass_percent"))
    ).where(_named(simulators, "title"))
)
_SCENARIOS = Rows(
    select(*(scenarios.c[name] for name in ("id", "uuid", "code", "name", "simulator_id", "max_points"))).where(
        among(scenarios.c.simulator_id, "simulators"), _named(scenarios, "code")
    )
)


def _names(work: Work, refs: Iterable[int | str | None]) -> dict[str, Any]:
    """References sorted by what they are, as parameters. A text that looks like a uuid is one, and never a title."""
    texts = {ref for ref in refs if isinstance(ref, str)}
    uuids = {text for text in texts if is_uuid(text)}
    return {
        "organisation_id": work.principal.organisation_id,
        "ids": sorted({ref for ref in refs if isinstance(ref, int)}),
        "uuids": sorted(uuid.lower() for uuid in uuids),
        "names": sorted(texts - uuids),
    }


class Places:
    """The places that rows name, looked up beforehand in three statements; what is missing can be made."""

    def __init__(self, work: Work, rows: list[NewActivity], *, makes_missing: bool) -> None:
        self._makes_missing = makes_missing
        self._collections: dict[int | str, Place] = {}
        self._simulators: dict[int | str, Place] = {}
        self._by_title: dict[str, list[Place]] = {}
        self._scenarios: dict[tuple[Place, int | str], Place] = {}
        self._load_collections(work, rows)
        self._load_simulators(work, rows)
        self._load_scenarios(work, rows)

    def _load_collections(self, work: Work, rows: list[NewActivity]) -> None:
        refs = {row.collection for row in rows if row.collection is not None}
        if not refs:
            return
        for found_id, uuid, title in work.all(_COLLECTIONS, **_names(work, refs)):
            place = Place(found_id, title)
            self._collections |= {found_id: place, uuid: place, title: place}

    def _load_simulators(self, work: Work, rows: list[NewActivity]) -> None:
        for found in work.all(_SIMULATORS, **_names(work, {row.simulator for row in rows})):
            found_id, uuid, title, collection_id, content_id, pass_percent = found
            collection = self._collections.setdefault(collection_id, Place(collection_id, ""))
            place = Place(found_id, title, collection, content_id=content_id, pass_percent=pass_percent)
            self._simulators |= {found_id: place, uuid: place}
            self._by_title.setdefault(title, []).append(place)

    def _load_scenarios(self, work: Work, rows: list[NewActivity]) -> None:
        loaded = {key: place for key, place in self._simulators.items() if isinstance(key, int)}
        if not loaded:
            return
        names = _names(work, {row.scenario for row in rows})
        for found in work.all(_SCENARIOS, simulators=sorted(loaded), **names):
            found_id, uuid, code, label, simulator_id, max_points = found
            simulator = loaded[simulator_id]
            place = Place(found_id, code, simulator, label, max_points)
            self._scenarios |= {(simulator, key): place for key in (found_id, uuid, code)}

    def scenario(self, row: NewActivity) -> Place:
        """The scenario a row names, with its simulator above; new ones are made by :func:`make`.

        Faults: UNKNOWN_REFERENCE, MISSING or INVALID naming the field.
        """
        simulator = self._simulator(row, self._collection(row))
        found = self._scenarios.get((simulator, _folded(row.scenario)))
        if found is None:
            code = self._makeable(row.scenario, "scenario")
            found = Place(None, code, simulator, row.scenario_name or code, row.max_points)
            self._keep(found, simulator)
        return found

    def _keep(self, scenario: Place, simulator: Place) -> None:
        """Let later rows name what this one makes, now that nothing about it failed."""
        self._scenarios[simulator, scenario.name] = scenario
        if simulator.id is None and simulator not in self._by_title.setdefault(simulator.name, []):
            self._by_title[simulator.name].append(simulator)
        collection = simulator.parent
        if collection is not None and collection.id is None:
            self._collections[collection.name] = collection

    def _collection(self, row: NewActivity) -> Place | None:
        if row.collection is None:
            return None
        found = self._collections.get(_folded(row.collection))
        if found is None:
            found = Place(None, self._makeable(row.collection, "collection"))
        return found

    def _simulator(self, row: NewActivity, collection: Place | None) -> Place:
        key = _folded(row.simulator)
        exact = self._simulators.get(key)
        found = [exact] if exact else self._by_title.get(str(key), [])
        if collection is not None:
            found = [place for place in found if place.parent is collection]
        if len(found) > 1:
            message = f"simulator: {len(found)} simulators have this title; give the collection too"
            raise field_fault(FaultCode.INVALID, "simulator", message)
        return found[0] if found else self._new_simulator(row, collection)

    def _new_simulator(self, row: NewActivity, collection: Place | None) -> Place:
        title = self._makeable(row.simulator, "simulator")
        if collection is None:
            raise field_fault(FaultCode.MISSING, "collection", "collection is required to make the simulator in")
        return Place(None, title, collection)

    def _makeable(self, ref: int | str, field: str) -> str:
        """The title or code of something to make. Faults: UNKNOWN_REFERENCE when it may not or cannot be made."""
        if self._makes_missing and isinstance(ref, str) and not is_uuid(ref):
            return ref
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, field, f"{field}: there is no such {field}")


def _folded(ref: int | str) -> int | str:
    return ref.lower() if isinstance(ref, str) and is_uuid(ref) else ref


# --- Making what is missing ---------------------------------------------------------------------------------------


@shapes
def _insert_all(table: Table) -> Rows:
    columns = [c for c in table.c if c.name not in {"id", "content_id", "pass_percent"}]
    names = [c.name for c in columns]

    def build(store: Store) -> Insert:
        given = given_rows(store, "rows", *columns)
        chosen = select(*(given.c[name] for name in names))
        return insert(table).from_select(names, chosen).returning(table.c.id, table.c.uuid)

    return Rows(build)


def make(work: Work, wanted: Iterable[Place]) -> None:
    """Make the scenarios that have no id yet, with the simulators and collections above them that have none."""
    new_scenarios = _unmade(wanted)
    new_simulators = _unmade(place.parent for place in new_scenarios)
    new_collections = _unmade(place.parent for place in new_simulators)
    _make(work, collections, "collection", new_collections, lambda place: {"title": place.name})
    _make(
        work,
        simulators,
        "simulator",
        new_simulators,
        lambda place: {"title": place.name, "collection_id": place.parent and place.parent.id},
    )
    _make(
        work,
        scenarios,
        "scenario",
        new_scenarios,
        lambda place: {
            "code": place.name,
            "name": place.label,
            "max_points": place.max_points,
            "simulator_id": place.parent and place.parent.id,
        },
    )


def _unmade(places: Iterable[Place | None]) -> list[Place]:
    return list(dict.fromkeys(place for place in places if place is not None and place.id is None))


def _make(work: Work, table: Table, name: str, places: list[Place], values_of: Any) -> None:
    if not places:
        return
    shared = {"organisation_id": work.principal.organisation_id, "created_at": work.at, "updated_at": work.at}
    by_uuid = {new_uuid(): place for place in places}
    rows = [{"uuid": uuid, **values_of(place), **shared} for uuid, place in by_uuid.items()]
    for made_id, uuid in work.all(_insert_all(table), rows=msgspec.json.encode(rows).decode()):
        place = by_uuid[uuid]
        place.id = made_id
        after = {key: value for key, value in values_of(place).items() if value is not None}
        work.record(f"{name}.created", name, made_id, uuid, after=after)
