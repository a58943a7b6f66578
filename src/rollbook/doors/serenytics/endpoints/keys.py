"""The data API: keys that read some sources, and what they read."""

import csv
import io
from datetime import date
from typing import Any

from rollbook.core.analytics import keys, reading
from rollbook.core.analytics.queries import get_source, list_sources
from rollbook.core.kernel.work import Work
from rollbook.doors.serenytics.auth import NAME
from rollbook.doors.serenytics.endpoints.sources import MOST_LISTED
from rollbook.doors.serenytics.translate.questions import from_core_answer, from_core_headers, to_core_question
from rollbook.doors.serenytics.wire.keys import (
    DataKeyIn,
    DataKeyList,
    DataKeyOut,
    DataQueryIn,
    DataSourceRef,
    DataSourceRefs,
)
from rollbook.doors.serenytics.wire.questions import HeadersOut, QuestionIn
from rollbook.web.routes import Call, Reply


def index(call: Call[None, None]) -> DataKeyList:
    """The keys of the data API."""
    found = keys.list_keys(call.work)
    return DataKeyList(num_results=len(found), objects=_shown(call.work, found))


def _shown(work: Work, found: list[keys.DataKey]) -> list[DataKeyOut]:
    opened = keys.sources_of(work, found)
    return [DataKeyOut(key.uuid, key.name, key.hint, opened[key.id]) for key in found]


def create(call: Call[DataKeyIn, None]) -> DataKeyOut:
    """Make a key that reads some data sources, and shows it this once."""
    made, secret = keys.create(call.work, NAME, call.body.name, call.body.data_sources)
    shown = _shown(call.work, [made])[0]
    shown.key = secret
    return shown


def delete(call: Call[None, None]) -> None:
    """End a key of the data API."""
    keys.revoke(call.work, keys.get_key(call.work, str(call.path["uuid"])))


def list_opened(call: Call[None, None]) -> DataSourceRefs:
    """The data sources that the key opens ("GET /data-api/datasources_list")."""
    found = list_sources(call.work, [], limit=MOST_LISTED)
    shown = [DataSourceRef(source.uuid, source.name) for source in found.rows]
    return DataSourceRefs(num_results=found.total or 0, objects=shown)


def show_model(call: Call[None, None]) -> HeadersOut:
    """The columns of a data source and their types ("POST /data-api/query-model/{uuid}")."""
    source = get_source(call.work, str(call.path["uuid"]))
    return from_core_headers(reading.columns_of(call.work, call.services.snapshots, source))


def ask(call: Call[DataQueryIn, None]) -> Any:
    """Rows of a data source, as JSON or CSV ("POST /data-api/query-data/{uuid}")."""
    snapshots, body = call.services.snapshots, call.body
    asked = QuestionIn(data_processing_pipeline=[body.query] if body.query else None)
    with call.services.database.reading() as work:
        work.act_as(call.principal)
        source = get_source(work, str(call.path["uuid"]))
        prepared = reading.prepare(work, snapshots, source, to_core_question(asked))
    answer = reading.answer(snapshots.warehouse, prepared, in_seconds=True)
    if body.format == "csv":
        return Reply(_as_csv(answer), 200, {}, "text/csv")
    return from_core_answer(answer, asked)


def _cell(value: Any) -> Any:
    """A value as JSON writes it, so that what tells of the columns holds for CSV as well."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else value


def _as_csv(answer: reading.Answer) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([column.name for column in answer.columns])
    writer.writerows([_cell(value) for value in row] for row in answer.rows)
    return written.getvalue().encode()
