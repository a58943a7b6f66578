"""Branches, locations, workplaces and qualifications: four catalogues, one set of handlers.

Smart Arena, "ORGANIZATIONAL UNITS", "LOCATIONS", "WORKPLACES", "QUALIFICATIONS".
"""

from collections.abc import Callable
from typing import Any

from msgspec import UNSET, UnsetType

from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.values import required_line
from rollbook.core.kernel.work import Work
from rollbook.core.people import structure
from rollbook.core.people.records import Entry
from rollbook.core.people.structure import Catalogue
from rollbook.doors.smartarena.translate.codes import from_core_instant
from rollbook.doors.smartarena.translate.references import the_entry
from rollbook.doors.smartarena.wire.catalogues import (
    CodeFilter,
    EntryChange,
    EntryIn,
    EntryOut,
    EntryRemoval,
    TreeEntryChange,
    TreeEntryIn,
    TreeEntryOut,
)
from rollbook.web.routes import Call, Listing

CHUNK = 1000


def _shown(catalogue: Catalogue, entry: Entry) -> EntryOut:
    created, updated = from_core_instant(entry.created_at), from_core_instant(entry.updated_at)
    if catalogue.is_tree:
        return TreeEntryOut(entry.id, entry.external_id, entry.name, created, updated, entry.parent_external_id)
    return EntryOut(entry.id, entry.external_id, entry.name, created, updated)


def index(catalogue: Catalogue) -> Callable[[Call[CodeFilter, None]], Listing | list[EntryOut]]:
    """GET: all entries, or the one with the code, in the order they were made."""

    def handle(call: Call[CodeFilter, None]) -> Listing | list[EntryOut]:
        code = call.body.mapping_code
        if code is None:
            return _everything(catalogue, call.principal)
        found = structure.find_entry(call.work, catalogue, key="external_id", value=code)
        return [_shown(catalogue, found)] if found else []

    return handle


def _everything(catalogue: Catalogue, principal: Principal) -> Listing:
    def next_entries(work: Work, after: int | None) -> tuple[list[EntryOut], int | None]:
        work.act_as(principal)
        found = structure.list_entries(work, catalogue, after=after or 0, limit=CHUNK)
        return [_shown(catalogue, entry) for entry in found], found[-1].id if len(found) == CHUNK else None

    return Listing(next_entries)


def create(catalogue: Catalogue) -> Callable[[Any], EntryOut]:
    """POST."""

    def handle(call: Call[EntryIn, None]) -> EntryOut:
        parent = getattr(call.body, "parent_mapping_code", None)
        parent_id = structure.id_of(call.work, catalogue, parent, "parent_mapping_code")
        made = structure.add_entry(
            call.work, catalogue, name=call.body.name, external_id=call.body.mapping_code, parent_id=parent_id
        )
        return _shown(catalogue, made)

    def handle_tree(call: Call[TreeEntryIn, None]) -> EntryOut:
        return handle(call)  # type: ignore[arg-type]

    return handle_tree if catalogue.is_tree else handle


def update(catalogue: Catalogue) -> Callable[[Any], EntryOut]:
    """PUT."""

    def handle(call: Call[EntryChange, None]) -> EntryOut:
        entry = the_entry(call.work, catalogue, call.body.mapping_code)
        parent: str | UnsetType = getattr(call.body, "parent_mapping_code", UNSET)
        parent_id: int | UnsetType | None = UNSET
        if parent is not UNSET:
            required_line(parent, "parent_mapping_code")
            parent_id = structure.id_of(call.work, catalogue, parent, "parent_mapping_code")
        changed = structure.change_entry(call.work, catalogue, entry, name=call.body.name, parent_id=parent_id)
        return _shown(catalogue, changed)

    def handle_tree(call: Call[TreeEntryChange, None]) -> EntryOut:
        return handle(call)  # type: ignore[arg-type]

    return handle_tree if catalogue.is_tree else handle


def delete(catalogue: Catalogue) -> Callable[[Call[EntryRemoval, None]], EntryOut]:
    """DELETE: an entry that nobody is in."""

    def handle(call: Call[EntryRemoval, None]) -> EntryOut:
        entry = the_entry(call.work, catalogue, call.body.mapping_code)
        structure.remove_entry(call.work, catalogue, entry)
        return _shown(catalogue, entry)

    return handle
