"""Activities: sent in by simulators, one or many, and read."""

from collections.abc import Callable, Iterator

import msgspec

from rollbook.core.kernel import clock
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import is_uuid
from rollbook.core.kernel.work import Work
from rollbook.core.people import queries as people
from rollbook.core.simulation import activities, queries
from rollbook.core.simulation.batch import RowRefused, RowResult, errors_of
from rollbook.core.simulation.records import ActivityFilter, NewActivity
from rollbook.doors.native.paging import checked_limit
from rollbook.doors.native.references import known
from rollbook.doors.native.translate.activities import (
    from_core_activity,
    from_core_result,
    from_core_results,
    to_core_activity,
)
from rollbook.doors.native.translate.simulation import to_core_key
from rollbook.doors.native.wire.activities import (
    ActivitiesQuery,
    ActivityIn,
    ActivityOut,
    ActivityPage,
    IngestQuery,
)
from rollbook.web.decoding import json_decoder
from rollbook.web.routes import Call, Content, Reply

LIMIT_BYTES = 32_000_000
LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl")
"""Media types of a body with a JSON object in each line."""
DOCUMENTS = ("application/json", "")

_decode_row: Callable[[bytes], ActivityIn] = json_decoder(ActivityIn)
_decode_array: Callable[[bytes], list[msgspec.Raw]] = json_decoder(list[msgspec.Raw])


def create(call: Call[ActivityIn | list[ActivityIn], IngestQuery]) -> Reply:
    """Record activities: a JSON object, an array, or lines of JSON; up to 50,000 rows. A bad row fails alone.

    One object is answered by 201, 200 when it was known, or its fault. Many are answered row by row: 201 when any was
    created and none failed, 200 when all were known, 207 when some failed, 422 when all did.
    """
    is_one, rows = _rows(call.content or Content("", b""))
    asked, principal = call.query, call.principal
    # Only now, so that nobody waits to write while a large body is decoded.
    with call.services.database.writing() as work:
        work.act_as(principal)
        is_atomic = asked.atomic and not is_one
        results = activities.ingest(work, rows, create_missing=asked.create_missing, is_atomic=is_atomic)
    return _answer_one(results[0]) if is_one else _answer_many(results)


def _rows(content: Content) -> tuple[bool, list[NewActivity | RowRefused]]:
    """Whether the body is one object, and its rows. Faults: UNSUPPORTED_TYPE, MALFORMED, TOO_LARGE."""
    if content.media_type in LINES:
        return False, [_row(line) for line in _lines(content.data)]
    if content.media_type not in DOCUMENTS:
        raise Fault(FaultCode.UNSUPPORTED_TYPE, f"The body must be application/json or {LINES[0]}.")
    if not content.data.lstrip().startswith(b"["):
        return True, [_row(content.data)]
    raw = _decode_array(content.data)
    _refuse_too_many(len(raw))
    return False, [_row(bytes(part)) for part in raw]


def _lines(data: bytes) -> Iterator[bytes]:
    """The lines that are not blank."""
    _refuse_too_many(data.count(b"\n"))
    return (line for line in data.split(b"\n") if line.strip())


def _refuse_too_many(count: int) -> None:
    """Before anything is decoded. Blank lines count."""
    if count > activities.MOST_ROWS:
        raise Fault(FaultCode.TOO_LARGE, f"At most {activities.MOST_ROWS:,} activities at once.")


def _row(data: bytes) -> NewActivity | RowRefused:
    try:
        return to_core_activity(_decode_row(data))
    except Fault as fault:
        return RowRefused(errors_of(fault))


def _answer_many(results: list[RowResult]) -> Reply:
    answer = from_core_results(results)
    if answer.failed:
        return Reply(answer, 422 if answer.failed == len(results) else 207)
    return Reply(answer, 201 if answer.created else 200)


def _answer_one(result: RowResult) -> Reply:
    """Faults: the row's own."""
    if result.errors:
        fields: dict[str, list[str]] = {}
        for error in result.errors:
            if error.field:
                fields.setdefault(error.field, []).append(error.message)
        raise Fault(result.errors[0].code, result.errors[0].message, fields=fields)
    return Reply(from_core_result(result), 201 if result.result == "created" else 200)


def index(call: Call[None, ActivitiesQuery]) -> ActivityPage:
    """List the activities of the people one sees, in the order they were recorded."""
    asked = call.query
    limit = checked_limit(asked)
    found = queries.list_activities(call.work, _filter(call.work, asked), limit=limit, cursor=asked.cursor)
    rows = found[: asked.limit]
    following = queries.activity_cursor(rows[-1]) if len(found) > asked.limit else None
    return ActivityPage([from_core_activity(row) for row in rows], following)


def _filter(work: Work, asked: ActivitiesQuery) -> ActivityFilter:
    """Faults: UNKNOWN_REFERENCE or INVALID naming the field."""
    return ActivityFilter(
        simulator_id=known(asked.simulator, "simulator", lambda key: queries.get_simulator(work, to_core_key(key)).id),
        trainee_id=known(asked.trainee, "trainee", lambda key: _person_id(work, key)),
        recorded_since=clock.parse_instant(asked.since, "since") if asked.since else None,
    )


def _person_id(work: Work, uuid: str) -> int:
    """Faults: NOT_FOUND."""
    if not is_uuid(uuid):
        raise Fault(FaultCode.NOT_FOUND, "This is no id.")
    return people.get_person_by_uuid(work, uuid.lower()).id


def show(call: Call[None, None]) -> ActivityOut:
    """One activity by id or number."""
    return from_core_activity(queries.get_activity(call.work, to_core_key(call.path["id"])))
