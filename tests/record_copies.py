"""The warehouse's copies of the record: whether what was renewed of them is what stands in the record."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlglot import exp

from rollbook.app import Server
from rollbook.core.access.policy import system_principal
from rollbook.core.analytics.recorded.listing import RECORD_SOURCES
from rollbook.core.analytics.recorded.shown import RecordSource
from rollbook.core.analytics.snapshots import Snapshots
from rollbook.core.kernel.warehouse import Column
from rollbook.core.kernel.work import Work

EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def copied_whole(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that are copied whole from here on, as it happens."""
    whole: list[str] = []
    copy = Snapshots._copy

    def counted(self: Snapshots, work: Work, source: RecordSource, table: str) -> None:
        whole.append(source.key)
        copy(self, work, source, table)

    monkeypatch.setattr(Snapshots, "_copy", counted)
    return whole


def differing(server: Server, organisation_id: int) -> list[str]:
    """The sources whose copy, made current, is not what the record says."""
    return [
        key for key in RECORD_SOURCES if _copied(server, organisation_id, key) != _said(server, organisation_id, key)
    ]


def _copied(server: Server, organisation_id: int, key: str) -> list[str]:
    snapshots = server.services.snapshots
    with server.database.reading() as work:
        work.act_as(system_principal(organisation_id))
        table = snapshots.table_of(work, key)
    return sorted(map(repr, snapshots.warehouse.query(exp.select("*").from_(table)).rows))


def _said(server: Server, organisation_id: int, key: str) -> list[str]:
    source = RECORD_SOURCES[key]
    with server.database.reading() as work:
        rows = work.all(source.rows, organisation_id=organisation_id, now=work.at)
    return sorted(repr(tuple(map(_cell, row, source.columns))) for row in rows)


def _cell(value: Any, column: Column) -> Any:
    match column.kind:
        case _ if value is None:
            return None
        case "datetime":
            return date.fromisoformat(value) if column.is_date else EPOCH + timedelta(microseconds=value)
        case "bool":
            return bool(value)
        case "float":
            return float(value)
    return value
