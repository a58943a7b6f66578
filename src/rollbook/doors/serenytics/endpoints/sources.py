"""Data sources (Serenytics, "DataSource")."""

from typing import Any

from rollbook.core.analytics import attaching, metadata, policy, sources
from rollbook.core.analytics.queries import get_source, list_sources
from rollbook.core.analytics.records import Source
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.work import Work
from rollbook.core.people.queries import find_person
from rollbook.core.people.records import Entry, Person
from rollbook.core.people.structure import GROUPS, find_entry
from rollbook.doors.serenytics.translate.definitions import to_core_definition
from rollbook.doors.serenytics.translate.folders import to_core_folder
from rollbook.doors.serenytics.translate.searching import to_core_window
from rollbook.doors.serenytics.translate.sources import (
    KINDS,
    from_core_source,
    to_core_changes,
    to_core_tests,
)
from rollbook.doors.serenytics.wire.answers import Done, ListQuery
from rollbook.doors.serenytics.wire.sources import SharingIn, SourceChange, SourceIn, SourceList, SourceOut
from rollbook.web.routes import Call

MOST_LISTED = 10_000
"""The vendor's list comes whole; this is where a page of ours ends that nobody asked for."""


def found(call: Call[Any, Any]) -> Source:
    """The source in the address. Faults: NOT_FOUND."""
    return get_source(call.work, str(call.path["uuid"]))


def index(call: Call[None, ListQuery]) -> SourceList:
    """The data sources that the caller sees, by name ("GET /api/data_source")."""
    asked = call.query
    window = to_core_window(asked.page, asked.results_per_page, MOST_LISTED)
    listed = list_sources(call.work, to_core_tests(asked.q), limit=window.limit, offset=window.offset)
    rows = [from_core_source(call.work, call.services.sealer, source) for source in listed.rows]
    return SourceList(objects=rows, **window.told(listed.total or 0))


def create(call: Call[SourceIn, None]) -> SourceOut:
    """Make a data source without rows."""
    given, sealer = call.body, call.services.sealer
    content = given.json_content or {}
    made = sources.create(
        call.work,
        sealer,
        given.name,
        KINDS[given.type],
        definition=to_core_definition(content),
        content=content,
        folder_uuid=to_core_folder(given.folder_uuid),
    )
    return from_core_source(call.work, sealer, made)


def show(call: Call[None, None]) -> SourceOut:
    """One data source ("GET /api/data_source/:uuid")."""
    return from_core_source(call.work, call.services.sealer, found(call))


def update(call: Call[SourceChange, None]) -> SourceOut:
    """Change a data source ("PUT /api/data_source/:uuid")."""
    changed = sources.change(call.work, found(call), to_core_changes(call.body))
    return from_core_source(call.work, call.services.sealer, changed)


def delete(call: Call[None, None]) -> None:
    """Delete a data source with its rows ("DELETE /api/data_source/:uuid")."""
    services, uuid = call.services, str(call.path["uuid"])
    attaching.remove(services.database, services.warehouse, services.files, call.principal, uuid)


def invalidate_cache(call: Call[None, None]) -> Done:
    """Let no earlier answer be given again; a change sees to that by itself ("POST …/invalidate_cache")."""
    call.services.warehouse.forget(found(call).table)
    return Done()


def reload_metadata(call: Call[None, None]) -> Done:
    """Take what row policies go by for each user from a source whose first column is the login."""
    metadata.reload(call.services.database, call.services.warehouse, call.principal, str(call.path["uuid"]))
    return Done()


def share(call: Call[SharingIn, None]) -> Done:
    """Let a user or a group read a data source."""
    source = found(call)
    policy.require_may_change(call.principal, source)
    sources.share(call.work, source, to_share_with(call.work, call.body))
    return Done()


def to_share_with(work: Work, body: SharingIn) -> Person | Entry:
    """The user or group that is named. Faults: MISSING, UNKNOWN_REFERENCE."""
    if body.username_to_share_with:
        person = find_person(work, key="username_key", value=body.username_to_share_with.strip().casefold())
        if person is None:
            raise field_fault(FaultCode.UNKNOWN_REFERENCE, "username_to_share_with", "There is no such user.")
        return person
    if not body.usersgroup_to_share_with:
        message = "username_to_share_with is required, or usersgroup_to_share_with"
        raise field_fault(FaultCode.MISSING, "username_to_share_with", message)
    group = find_entry(work, GROUPS, key="uuid", value=body.usersgroup_to_share_with)
    if group is None:
        raise field_fault(FaultCode.UNKNOWN_REFERENCE, "usersgroup_to_share_with", "There is no such group.")
    return group
