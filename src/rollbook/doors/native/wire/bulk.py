"""Writing people by the native API: one, or many at once."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.core.people.bulk_plan import MatchBy


class PersonIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A person to add or change. What is left out stays; null clears. Places are named by external id."""

    external_id: str | UnsetType | None = UNSET
    username: str | UnsetType | None = UNSET
    email: str | UnsetType | None = UNSET
    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    phone: str | UnsetType | None = UNSET
    mobile: str | UnsetType | None = UNSET
    birth_date: str | UnsetType | None = UNSET
    language: str | UnsetType = UNSET
    time_zone: str | UnsetType | None = UNSET
    country: str | UnsetType | None = UNSET
    company: str | UnsetType | None = UNSET
    cost_center: str | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET
    group: str | UnsetType | None = UNSET
    location: str | UnsetType | None = UNSET
    workplace: str | UnsetType | None = UNSET
    roles: list[str] | UnsetType = UNSET


class UpsertQuery(msgspec.Struct, forbid_unknown_fields=True):
    """``match_by``: the field that tells whether a person is there already. ``dry_run`` writes nothing."""

    match_by: MatchBy = "external_id"
    dry_run: bool = False


class UpsertOutcome(msgspec.Struct):
    """What a row did. ``changes`` names the fields that changed."""

    position: int
    result: Literal["created", "changed", "unchanged"]
    id: str
    changes: tuple[str, ...]


class UpsertOut(msgspec.Struct):
    """The counts, and every row's outcome in the order given."""

    created: int
    changed: int
    unchanged: int
    rows: list[UpsertOutcome]
