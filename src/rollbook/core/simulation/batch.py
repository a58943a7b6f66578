"""The rows of one ingestion, what became of each, and the checks that need nothing but the row itself."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, TypeVar

import msgspec

from rollbook.core.kernel.clock import DAY
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.values import checked_line, required_line
from rollbook.core.simulation.catalogue import LONGEST_CODE, checked_count
from rollbook.core.simulation.records import InstructorRef, NewActivity, TraineeRef

T = TypeVar("T")
R = TypeVar("R", TraineeRef, InstructorRef)

MOST_SHOWN = 1000
"""How many bad rows an all-or-nothing refusal lists; the count goes on."""
CLOCK_AHEAD = DAY
"""How far a device's clock may run before ours; a later time of training is a mistake."""


class RowError(msgspec.Struct, frozen=True):
    """What is wrong with one field of a row."""

    field: str
    code: FaultCode
    message: str


class RowRefused(msgspec.Struct, frozen=True):
    """A row that could not even be read."""

    errors: list[RowError]


class RowResult(msgspec.Struct, frozen=True):
    """What became of a row: the activity's uuid, or the errors. ``position`` counts from 0."""

    position: int
    uuid: str | None
    result: Literal["created", "unchanged", "failed"]
    errors: list[RowError]


def errors_of(fault: Fault) -> list[RowError]:
    """A fault as errors of a row; one that names no field is about the whole row."""
    named = [RowError(field, fault.code, text) for field, texts in fault.fields.items() for text in texts]
    return named or [RowError("", fault.code, fault.message)]


class Batch:
    """The rows of a call. A row is pending until it has failed, is known already, or repeats an earlier one."""

    def __init__(self, rows: Sequence[NewActivity | RowRefused]) -> None:
        self._count = len(rows)
        self.pending: dict[int, NewActivity] = {}
        self.errors: dict[int, list[RowError]] = {}
        self.known: dict[int, str] = {}
        self.made: dict[int, str] = {}
        self.repeats: dict[int, int] = {}
        for position, row in enumerate(rows):
            if isinstance(row, RowRefused):
                self.errors[position] = row.errors
            else:
                self.pending[position] = row

    def each(self, handle: Callable[[int, NewActivity], T]) -> Iterator[T]:
        """Handle every pending row; one whose handling raises a fault fails by it and is pending no more."""
        for position, row in list(self.pending.items()):
            try:
                yield handle(position, row)
            except Fault as fault:
                self.fail(position, errors_of(fault))

    def fail(self, position: int, errors: list[RowError]) -> None:
        """A row cannot be recorded."""
        self.errors[position] = errors
        self.pending.pop(position, None)

    def settle(self, position: int, uuid: str) -> None:
        """A row was recorded by an earlier call."""
        self.known[position] = uuid
        self.pending.pop(position, None)

    def repeat(self, position: int, first: int) -> None:
        """A row says the same as an earlier one of this call, and shares its fate."""
        self.repeats[position] = first
        self.pending.pop(position, None)

    def results(self) -> list[RowResult]:
        """What became of every row, in their order."""
        return [self._result(position) for position in range(self._count)]

    def _result(self, position: int) -> RowResult:
        first = self.repeats.get(position, position)
        if first in self.errors:
            return RowResult(position, None, "failed", self.errors[first])
        if first in self.known:
            return RowResult(position, self.known[first], "unchanged", [])
        return RowResult(position, self.made[first], "created" if first == position else "unchanged", [])

    def fault(self) -> Fault:
        """The fault that refuses the whole batch for its bad rows."""
        failed = [p for p in range(self._count) if self.repeats.get(p, p) in self.errors]
        problems = [(p, error) for p in failed[:MOST_SHOWN] for error in self.errors[self.repeats.get(p, p)]]
        first, error = problems[0]
        return Fault(
            FaultCode.INVALID,
            f"{len(failed)} of {self._count} rows cannot be recorded, and nothing was written;"
            f" row {first}: {error.message}",
            fields={f"rows[{p}].{e.field}" if e.field else f"rows[{p}]": [e.message] for p, e in problems},
            details={
                "problems": [
                    {"position": p, "field": e.field, "code": e.code.value, "message": e.message} for p, e in problems
                ],
                "failed": len(failed),
            },
        )


def digest_of(row: NewActivity) -> str:
    """What a row says, in 64 hexadecimal digits: equal for rows that say the same, however they were written."""
    return hashlib.sha256(msgspec.json.encode(row)).hexdigest()


class _Fields:
    """Checks fields one by one and gathers what is wrong."""

    def __init__(self) -> None:
        self.errors: list[RowError] = []

    def take(self, check: Callable[..., T], *given: Any) -> T | None:
        """The checked value; None when it is bad."""
        try:
            return check(*given)
        except Fault as fault:
            self.errors += errors_of(fault)
            return None


def checked_row(row: NewActivity, now: int) -> NewActivity | RowRefused:
    """The row with its texts trimmed, or everything that is wrong with it."""
    fields = _Fields()
    cleaned: dict[str, Any] = {
        name: fields.take(checked_line, getattr(row, name), name) for name in ("client_id", "scenario_name")
    }
    cleaned |= {
        "collection": fields.take(_reference, row.collection, "collection") if row.collection is not None else None,
        "simulator": fields.take(_reference, row.simulator, "simulator"),
        "scenario": fields.take(_reference, row.scenario, "scenario", LONGEST_CODE),
        "trainee": _reference_to_person(fields, row.trainee, "trainee"),
        "instructor": _reference_to_person(fields, row.instructor, "instructor") if row.instructor else None,
        "trained_at": fields.take(_time, row.trained_at, now),
    }
    for name in ("points", "max_points", "time_s", "tries", "tilts", "abandons"):
        cleaned[name] = fields.take(checked_count, getattr(row, name), name)
    return RowRefused(fields.errors) if fields.errors else NewActivity(**cleaned)


def _reference(value: int | str, field: str, limit: int = 255) -> int | str:
    """A number, or a text that is not blank."""
    if isinstance(value, str):
        return required_line(value, field, limit)
    if not 1 <= value < 2**53:
        raise field_fault(FaultCode.INVALID, field, f"{field} must be a positive number or a text")
    return value


def _reference_to_person(fields: _Fields, ref: R, called: str) -> R:
    """The reference with its texts trimmed; it must say something."""
    given = {name: value for name, value in msgspec.structs.asdict(ref).items() if value is not None and value.strip()}
    if not given:
        guest = ", or first_name and last_name for a guest" if called == "trainee" else ""
        message = f"{called} must have an id, external_id, email or username{guest}"
        fields.errors.append(RowError(called, FaultCode.MISSING, message))
    return type(ref)(**{name: fields.take(_part(called, name), value) for name, value in given.items()})


def _part(called: str, name: str) -> Callable[[str], str | None]:
    wire_name = "id" if name == "uuid" else name
    return lambda value: checked_line(value, f"{called}.{wire_name}")


def _time(value: int, now: int) -> int:
    if value > now + CLOCK_AHEAD:
        raise field_fault(FaultCode.INVALID, "trained_at", "trained_at lies in the future")
    return value
