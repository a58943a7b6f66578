"""Collections, simulators and scenarios on the wire of the native API. Times are RFC 3339 in UTC."""

import msgspec
from msgspec import UNSET, UnsetType


class CollectionIn(msgspec.Struct, forbid_unknown_fields=True):
    """POST and PATCH /v1/collections."""

    title: str


class CollectionOut(msgspec.Struct):
    """A collection. ``number`` is the id that the SENAR API shows."""

    id: str
    number: int
    title: str
    created_at: str
    updated_at: str


class CollectionsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """GET /v1/collections."""

    title: str | None = None
    limit: int = 50
    cursor: str | None = None


class CollectionPage(msgspec.Struct):
    """A page of collections. ``next`` is the cursor to go on from, null at the end."""

    collections: list[CollectionOut]
    next: str | None


class Named(msgspec.Struct):
    """Another record by its id, with its title."""

    id: str
    number: int
    title: str


class LinkedContent(msgspec.Struct):
    """The content that a simulator's activities complete."""

    id: str
    title: str


class SimulatorIn(msgspec.Struct, forbid_unknown_fields=True):
    """POST /v1/simulators. ``collection`` is a number or id; ``content`` an id or the source system's code.

    An activity that reaches ``pass_percent`` of its points completes the content; null takes every finished one.
    """

    title: str
    collection: int | str
    content: str | None = None
    pass_percent: float | None = None


class SimulatorChange(msgspec.Struct, forbid_unknown_fields=True):
    """PATCH /v1/simulators/{id}: what is to change; null clears."""

    title: str | UnsetType = UNSET
    collection: int | str | UnsetType = UNSET
    content: str | UnsetType | None = UNSET
    pass_percent: float | UnsetType | None = UNSET


class SimulatorOut(msgspec.Struct):
    """A simulator."""

    id: str
    number: int
    title: str
    collection: Named
    content: LinkedContent | None
    pass_percent: float | None
    created_at: str
    updated_at: str


class SimulatorsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """GET /v1/simulators. ``collection`` is a number or id."""

    collection: str | None = None
    title: str | None = None
    limit: int = 50
    cursor: str | None = None


class SimulatorPage(msgspec.Struct):
    """A page of simulators. ``next`` is the cursor to go on from, null at the end."""

    simulators: list[SimulatorOut]
    next: str | None


class ScenarioIn(msgspec.Struct, forbid_unknown_fields=True):
    """POST /v1/scenarios. ``simulator`` is a number or id; without a name a scenario is called by its code."""

    code: str
    simulator: int | str
    name: str | None = None
    max_points: int | None = None


class ScenarioChange(msgspec.Struct, forbid_unknown_fields=True):
    """PATCH /v1/scenarios/{id}: what is to change; null clears."""

    code: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    max_points: int | UnsetType | None = UNSET


class ScenarioOut(msgspec.Struct):
    """A scenario. ``max_points`` is what its activities have unless they say otherwise."""

    id: str
    number: int
    code: str
    name: str
    max_points: int | None
    simulator: Named


class ScenariosQuery(msgspec.Struct, forbid_unknown_fields=True):
    """GET /v1/scenarios. ``simulator`` is a number or id."""

    simulator: str | None = None
    code: str | None = None
    limit: int = 50
    cursor: str | None = None


class ScenarioPage(msgspec.Struct):
    """A page of scenarios. ``next`` is the cursor to go on from, null at the end."""

    scenarios: list[ScenarioOut]
    next: str | None


class MembersQuery(msgspec.Struct, forbid_unknown_fields=True):
    """GET /v1/collections/{id}/members."""

    limit: int = 50
    cursor: str | None = None
