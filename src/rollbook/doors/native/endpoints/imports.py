"""Importing people from a file: a dry run that is kept, then all or nothing, and undone whole."""

import msgspec

from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.paging import decode_cursor, encode_cursor
from rollbook.core.people.imports import queries, service
from rollbook.core.people.imports.files import read_sheet
from rollbook.core.people.imports.records import MOST_BYTES, Import
from rollbook.doors.native.translate.imports import (
    from_core_change,
    from_core_import,
    from_core_row,
    from_core_shown,
    to_core_options,
)
from rollbook.doors.native.wire.imports import (
    ApplyIn,
    ImportOut,
    ImportRowsPage,
    ImportRowsQuery,
    ImportShown,
    ImportsPage,
    ImportsQuery,
    NewImportQuery,
)
from rollbook.web.decoding import values_decoder
from rollbook.web.routes import Call

LIMIT_BYTES = MOST_BYTES + 1_000_000
"""A file of the largest size, with a form around it."""
MEDIA_TYPES = (
    "multipart/form-data",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
MOST_ROWS = 500
BAD_SHOWN = 100

_read_form = values_decoder(NewImportQuery)


def _checked_limit(limit: int) -> int:
    if not 1 <= limit <= MOST_ROWS:
        raise field_fault(FaultCode.INVALID, "limit", f"limit must lie between 1 and {MOST_ROWS}")
    return limit


def index(call: Call[None, ImportsQuery]) -> ImportsPage:
    """List imports, newest first."""
    limit = _checked_limit(call.query.limit)
    before = int(decode_cursor(call.query.cursor, int)[0]) if call.query.cursor else None
    found = queries.list_imports(call.work, before_id=before, limit=limit + 1)
    rows = found[:limit]
    return ImportsPage(
        [from_core_import(one) for one in rows], encode_cursor(rows[-1].id) if len(found) > limit else None
    )


def create(call: Call[None, NewImportQuery]) -> ImportShown:
    """Read a file of people (.csv or .xlsx) and say what each line would do. Nothing is changed until it is applied."""
    content = call.content
    if content is None or not content.data:
        raise Fault(FaultCode.MISSING, "Send a file: as the body, or in a form.", fields={"file": ["file is required"]})
    asked = call.query
    if content.fields:
        asked = _read_form({**msgspec.structs.asdict(asked), **content.fields})
    sheet = read_sheet(content.file_name or asked.file_name, content.data, encoding=asked.encoding)
    with call.services.database.writing() as work:
        work.act_as(call.principal)
        kept = service.preview(work, sheet, to_core_options(asked))
    return from_core_shown(kept.import_, [row for row in kept.rows if row.result == "bad"][:BAD_SHOWN])


def _the(call: Call[None, None] | Call[ApplyIn, None] | Call[None, ImportRowsQuery]) -> Import:
    return queries.get_import(call.work, str(call.path["id"]))


def show(call: Call[None, None]) -> ImportShown:
    """One import, with the first of its bad lines."""
    found = _the(call)
    bad = queries.list_previewed_rows(call.work, found, result="bad", limit=BAD_SHOWN)
    return from_core_shown(found, [row for _, row in bad])


def rows(call: Call[None, ImportRowsQuery]) -> ImportRowsPage:
    """What each line of a preview would do; of an applied import, whom it made and changed."""
    found, asked = _the(call), call.query
    limit = _checked_limit(asked.limit)
    after = int(decode_cursor(asked.cursor, int)[0]) if asked.cursor else -1
    if found.state == "previewed":
        lines = queries.list_previewed_rows(call.work, found, result=asked.result, after=after, limit=limit + 1)
        out = [(position, from_core_row(row)) for position, row in lines]
    else:
        changes = queries.list_import_changes(call.work, found, after_id=max(after, 0), limit=limit + 1)
        out = [(change.id, from_core_change(change)) for change in changes]
    following = encode_cursor(out[limit - 1][0]) if len(out) > limit else None
    return ImportRowsPage([row for _, row in out[:limit]], following)


def apply(call: Call[ApplyIn, None]) -> ImportOut:
    """Do what the preview said, all or nothing. Refused when the record has changed so that it would do otherwise."""
    return from_core_import(service.apply(call.work, _the(call), is_confirmed=call.body.confirm))


def undo(call: Call[None, None]) -> ImportOut:
    """Undo an import whole: whom it made is erased, what it changed goes back; refused when someone was touched."""
    return from_core_import(service.undo(call.work, _the(call)))


def discard(call: Call[None, None]) -> None:
    """Throw a preview away."""
    service.discard(call.work, _the(call))
