"""Recording what trainees did on simulators: one activity or fifty thousand, by a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Insert, Update, bindparam, insert, select, update

from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.statements import Statement, Store, among, given_rows
from rollbook.core.kernel.work import Work
from rollbook.core.learning.assignments import record_results
from rollbook.core.learning.records import Result
from rollbook.core.people.tables import organisations
from rollbook.core.simulation import places, policy, subjects
from rollbook.core.simulation.batch import Batch, RowRefused, RowResult, checked_row, digest_of
from rollbook.core.simulation.places import Place, Places
from rollbook.core.simulation.records import NewActivity
from rollbook.core.simulation.subjects import Subjects, Trainee
from rollbook.core.simulation.tables import activities

Rows = Statement[tuple[Any, ...]]
MOST_ROWS = 50_000

_TURN = Rows(
    select(organisations.c.id).where(organisations.c.id == bindparam("organisation_id")).with_for_update(key_share=True)
)
_KNOWN = Rows(
    select(activities.c.client_id, activities.c.uuid, activities.c.body_hash).where(
        activities.c.organisation_id == bindparam("organisation_id"), among(activities.c.client_id, "client_ids")
    )
)
_OWN = [c for c in activities.c if c.name not in {"id", "assignment_id"}]


def _insert_activities(store: Store) -> Insert:
    given = given_rows(store, "rows", *_OWN)
    names = [c.name for c in _OWN]
    chosen = select(*(given.c[name] for name in names))
    return insert(activities).from_select(names, chosen).returning(activities.c.id, activities.c.uuid)


def _link_assignments(store: Store) -> Update:
    given = given_rows(store, "rows", activities.c.id, activities.c.assignment_id)
    return update(activities).where(activities.c.id == given.c.id).values(assignment_id=given.c.assignment_id)


_INSERT, _LINK = Rows(_insert_activities), Rows(_link_assignments)


@dataclass(slots=True)
class _Entry:
    """A row with everything it refers to."""

    position: int
    row: NewActivity
    scenario: Place
    simulator: Place
    trainee: Trainee
    instructor_id: int | None
    max_points: int
    uuid: str
    id: int = 0


def ingest(
    work: Work, rows: Sequence[NewActivity | RowRefused], *, create_missing: bool = False, is_atomic: bool = False
) -> list[RowResult]:
    """Record activities; what became of each row, in their order.

    A bad row fails alone and the others are kept, unless ``is_atomic``. A ``client_id`` that was recorded before gives
    that activity back as unchanged, or fails as a DUPLICATE when the row says something else now. With
    ``create_missing`` collections, simulators and scenarios that a title or code names are made where there are none.
    Activities on a simulator linked to a content go to the trainee's assignment.
    Faults: FORBIDDEN, TOO_LARGE; INVALID naming the rows when ``is_atomic``.
    """
    policy.require_simulation_write(work.principal)
    if len(rows) > MOST_ROWS:
        raise Fault(FaultCode.TOO_LARGE, f"At most {MOST_ROWS:,} activities at once.")
    # One ingestion of an organisation at a time, so that no two make the same simulator or take the same client id.
    work.run(_TURN, organisation_id=work.principal.organisation_id)
    batch = Batch(rows)
    _check(work, batch)
    digests = _leave_out_known(work, batch)
    entries = _prepare(work, batch, create_missing=create_missing)
    if is_atomic and batch.errors:
        raise batch.fault()
    if entries:
        _write(work, entries, digests)
    batch.made = {entry.position: entry.uuid for entry in entries}
    return batch.results()


def _check(work: Work, batch: Batch) -> None:
    """Check what needs nothing but the row."""
    for position, row in list(batch.pending.items()):
        checked = checked_row(row, work.at)
        if isinstance(checked, RowRefused):
            batch.fail(position, checked.errors)
        else:
            batch.pending[position] = checked


def _leave_out_known(work: Work, batch: Batch) -> dict[int, str]:
    """Settle the rows whose client id is known, in the record or in the same call; the digests of all that have one."""
    named = {position: row.client_id for position, row in batch.pending.items() if row.client_id}
    if not named:
        return {}
    organisation_id = work.principal.organisation_id
    found = work.all(_KNOWN, organisation_id=organisation_id, client_ids=sorted(set(named.values())))
    stored = {client_id: (uuid, digest) for client_id, uuid, digest in found}
    digests: dict[int, str] = {}
    first_of: dict[str, int] = {}

    def settle(position: int, row: NewActivity) -> None:
        if row.client_id is None:
            return
        digests[position] = digest_of(row)
        first = first_of.setdefault(row.client_id, position)
        if row.client_id in stored:
            uuid, said = stored[row.client_id]
            _refuse_other(digests[position], said)
            batch.settle(position, uuid)
        elif first != position:
            _refuse_other(digests[position], digests[first])
            batch.repeat(position, first)

    list(batch.each(settle))
    return digests


def _refuse_other(says: str, said: str | None) -> None:
    if says != said:
        message = "client_id was used before, for an activity that says something else"
        raise field_fault(FaultCode.DUPLICATE, "client_id", message)


def _prepare(work: Work, batch: Batch, *, create_missing: bool) -> list[_Entry]:
    """Find what the pending rows refer to; those that refer to nothing fail."""
    rows = list(batch.pending.values())
    if not rows:
        return []
    led = [row.instructor for row in rows if row.instructor is not None]
    people = Subjects(work, [*(row.trainee for row in rows), *led])
    found = Places(work, rows, makes_missing=create_missing)

    def prepare(position: int, row: NewActivity) -> _Entry:
        if row.max_points is not None:
            _refuse_excess(row.points, row.max_points)
        trainee, instructor_id = people.trainee(row.trainee), people.instructor(row.instructor)
        scenario = found.scenario(row)
        most = row.max_points if row.max_points is not None else scenario.max_points or 0
        _refuse_excess(row.points, most)
        assert scenario.parent is not None
        return _Entry(position, row, scenario, scenario.parent, trainee, instructor_id, most, new_uuid())

    return list(batch.each(prepare))


def _refuse_excess(points: int, most: int) -> None:
    """No more points than there are; 0 stands for an unknown maximum."""
    if most and points > most:
        raise field_fault(FaultCode.INVALID, "points", f"points may not exceed max_points, which is {most}")


def _write(work: Work, entries: list[_Entry], digests: dict[int, str]) -> None:
    """Insert what is missing, then the activities with their events, then their results for learning."""
    places.make(work, [entry.scenario for entry in entries])
    guests = [entry.trainee for entry in entries if entry.trainee.is_new]
    subjects.add_guests(work, list(dict.fromkeys(guests)))
    rows = [_row(work, entry, digests.get(entry.position)) for entry in entries]
    by_uuid = {entry.uuid: entry for entry in entries}
    for activity_id, uuid in work.all(_INSERT, rows=_json(rows)):
        by_uuid[uuid].id = activity_id
    for entry, row in zip(entries, rows, strict=True):
        _record(work, entry, row)
    _pass_on(work, [entry for entry in entries if entry.simulator.content_id is not None and not entry.trainee.is_new])


def _row(work: Work, entry: _Entry, digest: str | None) -> dict[str, Any]:
    """The columns of an activity. The names are the row's, else the person's own."""
    row, trainee, said = entry.row, entry.trainee, entry.row.trainee
    return {
        "uuid": entry.uuid,
        "organisation_id": work.principal.organisation_id,
        "client_id": row.client_id,
        "body_hash": digest,
        "simulator_id": entry.simulator.id,
        "scenario_id": entry.scenario.id,
        "trainee_id": trainee.id,
        "instructor_id": entry.instructor_id,
        "first_name": said.first_name or trainee.first_name,
        "last_name": said.last_name or trainee.last_name,
        "company": said.company or trainee.company,
        "trained_at": row.trained_at,
        "points": row.points,
        "max_points": entry.max_points,
        "time_s": row.time_s,
        "tries": row.tries,
        "tilts": row.tilts,
        "abandons": row.abandons,
        "created_at": work.at,
    }


_AUDITED = ("client_id", "simulator_id", "scenario_id", "trainee_id", "instructor_id", "trained_at", "points",
            "max_points", "time_s", "tries", "tilts", "abandons")  # fmt: skip
"""No names, so that erasing a person leaves none behind in an event."""


def _record(work: Work, entry: _Entry, row: dict[str, Any]) -> None:
    after = {name: row[name] for name in _AUDITED if row[name] is not None}
    work.record("activity.created", "activity", entry.id, entry.uuid, after=after, person_id=entry.trainee.id)


def _json(rows: list[dict[str, Any]]) -> str:
    return msgspec.json.encode(rows).decode()


# --- Learning -----------------------------------------------------------------------------------------------------


def is_pass(points: int, max_points: int, pass_percent: float | None) -> bool:
    """Whether the points reach the mark. Without a mark finishing is enough; without a maximum no mark is reached."""
    if pass_percent is None:
        return True
    return max_points > 0 and points * 100 >= pass_percent * max_points


def score_of(points: int, max_points: int) -> float | None:
    """The points in per cent, with two decimals; None when there is no maximum."""
    return round(100 * points / max_points, 2) if max_points else None


def _pass_on(work: Work, entries: list[_Entry]) -> None:
    """Tell learning the results on linked simulators, and keep which assignments took them."""
    if not entries:
        return
    taken = record_results(work, [_result(entry) for entry in entries])
    links = [
        {"id": entry.id, "assignment_id": assignment_id}
        for entry, assignment_id in zip(entries, taken, strict=True)
        if assignment_id is not None
    ]
    if links:
        work.run(_LINK, rows=_json(links))


def _result(entry: _Entry) -> Result:
    row, simulator = entry.row, entry.simulator
    assert entry.trainee.id is not None
    assert simulator.content_id is not None
    return Result(
        person_id=entry.trainee.id,
        content_id=simulator.content_id,
        is_passed=is_pass(row.points, entry.max_points, simulator.pass_percent),
        score=score_of(row.points, entry.max_points),
        time_s=row.time_s,
        at=row.trained_at,
    )
