"""Collections, simulators and scenarios into and out of core."""

from rollbook.core.kernel.clock import iso
from rollbook.core.simulation.records import (
    Collection,
    Scenario,
    ScenarioChanges,
    Simulator,
    SimulatorChanges,
)
from rollbook.doors.native.wire.simulation import (
    CollectionOut,
    LinkedContent,
    Named,
    ScenarioChange,
    ScenarioOut,
    SimulatorChange,
    SimulatorOut,
)

LONGEST_NUMBER = 18
"""Digits of a number that surely fits; a longer one names nothing."""


def to_core_key(text: str) -> int | str:
    """A record's number or id, from an address or a query."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else text.lower()


def to_core_simulator_changes(given: SimulatorChange) -> SimulatorChanges:
    """What is to change."""
    return SimulatorChanges(
        title=given.title, collection=given.collection, content=given.content, pass_percent=given.pass_percent
    )


def to_core_scenario_changes(given: ScenarioChange) -> ScenarioChanges:
    """What is to change."""
    return ScenarioChanges(code=given.code, name=given.name, max_points=given.max_points)


def from_core_collection(entry: Collection) -> CollectionOut:
    """A collection as the native API shows it."""
    return CollectionOut(
        id=entry.uuid,
        number=entry.id,
        title=entry.title,
        created_at=iso(entry.created_at),
        updated_at=iso(entry.updated_at),
    )


def from_core_simulator(entry: Simulator) -> SimulatorOut:
    """A simulator as the native API shows it."""
    has_content = entry.content_uuid is not None and entry.content_title is not None
    return SimulatorOut(
        id=entry.uuid,
        number=entry.id,
        title=entry.title,
        collection=Named(entry.collection_uuid, entry.collection_id, entry.collection_title),
        content=LinkedContent(str(entry.content_uuid), str(entry.content_title)) if has_content else None,
        pass_percent=entry.pass_percent,
        created_at=iso(entry.created_at),
        updated_at=iso(entry.updated_at),
    )


def from_core_scenario(entry: Scenario) -> ScenarioOut:
    """A scenario as the native API shows it."""
    return ScenarioOut(
        id=entry.uuid,
        number=entry.id,
        code=entry.code,
        name=entry.name,
        max_points=entry.max_points,
        simulator=Named(entry.simulator_uuid, entry.simulator_id, entry.simulator_title),
    )
