"""The analytics domain's rows and requests."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.core.analytics.formulas.compiling import Measure
from rollbook.core.kernel.warehouse import Kind

SourceKind = Literal["storage", "join", "record"]
FolderKind = Literal["data_source", "dashboard", "script"]


class RowPolicy(msgspec.Struct, frozen=True):
    """Whoever may not see all rows sees those whose ``column`` has a value of their metadata under ``key``."""

    column: str
    key: str


class Join(msgspec.Struct, frozen=True, kw_only=True):
    """A source that is joined to those before it; the first of a join has no columns to match.

    Its columns are called ``prefix.name``. ``left_column`` is one of the columns so far.
    """

    source: str
    prefix: str
    is_left: bool = False
    left_column: str = ""
    column: str = ""


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """What we understand of a source: its formulas, how its file is read, who sees which rows, what it joins."""

    measures: tuple[Measure, ...] = ()
    separator: str | None = None
    kinds: Mapping[str, Kind] = msgspec.field(default_factory=dict)
    policies: tuple[RowPolicy, ...] = ()
    joins: tuple[Join, ...] = ()


class Source(msgspec.Struct, frozen=True):
    """A data source. ``definition`` and ``content`` are JSON as it lies; :attr:`defined` and :attr:`kept` read it."""

    id: int
    uuid: str
    name: str
    kind: str
    definition: str | None
    content: str | None
    file_name: str | None
    file_key: str | None
    sealed_token: str
    owner_id: int | None
    folder_uuid: str | None
    created_at: int
    updated_at: int
    record_key: str = ""
    """Of a source that shows the record itself: which one."""

    @property
    def table(self) -> str:
        """Its table in the warehouse."""
        return f"source_{self.id}"

    @property
    def defined(self) -> Definition:
        """What we understand of it."""
        return msgspec.json.decode(self.definition, type=Definition) if self.definition else Definition()

    @property
    def kept(self) -> dict[str, Any]:
        """What a client keeps with it."""
        found: dict[str, Any] = msgspec.json.decode(self.content) if self.content else {}
        return found


class SourceChanges(msgspec.Struct, kw_only=True):
    """Changes to a source; what is UNSET stays as it is."""

    name: str | UnsetType = UNSET
    file_name: str | None | UnsetType = UNSET
    folder_uuid: str | None | UnsetType = UNSET
    definition: Definition | UnsetType = UNSET
    content: dict[str, Any] | UnsetType = UNSET


class Folder(msgspec.Struct, frozen=True):
    """Where analysts put things."""

    id: int
    uuid: str
    name: str
    kind: str
    created_at: int


ALL_PERMILLE = 1000


class Task(msgspec.Struct, frozen=True):
    """Work that outlives its request. ``arguments`` and ``result`` are JSON."""

    id: int
    uuid: str
    organisation_id: int
    source_id: int | None
    person_id: int | None
    kind: str
    state: str
    arguments: str | None
    result: str | None
    error: str | None
    created_at: int
    done_permille: int | None
    leased_until: int | None
    ended_at: int | None

    @property
    def progress(self) -> float | None:
        """How much is done, 0 to 1; None where it is not known."""
        return None if self.done_permille is None else self.done_permille / ALL_PERMILLE
