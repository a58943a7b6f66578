"""Organisational units, locations, workplaces and qualifications on the wire."""

import msgspec
from msgspec import UNSET, UnsetType


class CodeFilter(msgspec.Struct):
    """GET: all, or the one with this code."""

    mapping_code: str | None = None


class EntryIn(msgspec.Struct):
    """POST /api/locations and /api/workplaces."""

    mapping_code: str
    name: str


class TreeEntryIn(EntryIn):
    """POST /api/branches and /api/qualifications."""

    parent_mapping_code: str


class EntryChange(msgspec.Struct):
    """PUT /api/locations and /api/workplaces."""

    mapping_code: str
    name: str | UnsetType = UNSET


class TreeEntryChange(EntryChange):
    """PUT /api/branches and /api/qualifications."""

    parent_mapping_code: str | UnsetType = UNSET


class EntryRemoval(msgspec.Struct):
    """DELETE."""

    mapping_code: str


class EntryOut(msgspec.Struct):
    """A location or workplace."""

    id: int
    mapping_code: str | None
    name: str
    created_at: str
    updated_at: str


class TreeEntryOut(EntryOut):
    """A branch or qualification group."""

    parent_mapping_code: str | None
