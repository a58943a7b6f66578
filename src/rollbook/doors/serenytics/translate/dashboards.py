"""Dashboards to and from core."""

from collections.abc import Iterator
from typing import Any

from rollbook.core.analytics.dashboards import Dashboard, DashboardChanges
from rollbook.core.analytics.viewing.prints import Wanted
from rollbook.core.analytics.viewing.variables import payload_in
from rollbook.core.kernel.clock import iso
from rollbook.doors.serenytics.translate.folders import from_core_folder, to_core_folder
from rollbook.doors.serenytics.wire.dashboards import PdfIn, TabIn, WebAppChange, WebAppOut

_NAMING = frozenset({"sourceUuid", "source_uuid", "dataSourceUuid", "data_source_uuid"})
"""The fields of a widget that name a data source."""


def from_core_dashboard(dashboard: Dashboard) -> WebAppOut:
    """A dashboard."""
    return WebAppOut(
        uuid=dashboard.uuid,
        name=dashboard.name,
        json_content=dashboard.kept,
        folder_uuid=from_core_folder(dashboard.folder_uuid, "dashboard"),
        dashboard_variables=dashboard.values,
        created=iso(dashboard.created_at),
        modified=iso(dashboard.updated_at),
    )


def to_core_changes(change: WebAppChange) -> DashboardChanges:
    """What was given."""
    return DashboardChanges(
        name=change.name,
        folder_uuid=to_core_folder(change.folder_uuid),
        content=change.json_content,
        variables=change.dashboard_variables,
    )


def sources_in(content: Any) -> list[str]:
    """The uuids of the data sources that widgets name, each once, in the order in which they come up."""
    return list(dict.fromkeys(_named(content)))


def _named(part: Any) -> Iterator[str]:
    parts = [part]
    while parts:
        one = parts.pop(0)
        if isinstance(one, dict):
            yield from (value for key, value in one.items() if key in _NAMING and isinstance(value, str))
        parts += one.values() if isinstance(one, dict) else one if isinstance(one, list) else []


def to_core_wanted(given: PdfIn) -> Wanted:
    """What is to be printed. Faults: INVALID."""
    text = given.webapp_query_string.embedded_payload if given.webapp_query_string else None
    return Wanted(payload_in(text), tuple(map(_tab, given.tabs_options or [])))


def _tab(given: TabIn) -> tuple[str, dict[int, list[str]]]:
    chosen = {one.id: [str(value) for values in one.values.values() for value in values] for one in given.dynfilters}
    return str(given.tab_index), chosen
