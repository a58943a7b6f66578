"""How records look on the wire: each field of the API by the name of the record's own, and how its value is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rollbook.core.kernel import clock
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.sessions.entities import Record
from rollbook.doors.opentera.bodies import Document, number
from rollbook.doors.opentera.errors import bad

LONGEST_TEXT = 100_000


def moment(instant: int | None) -> str | None:
    """An instant as ISO 8601 with its offset; microseconds where there are any."""
    return None if instant is None else clock.to_datetime(instant).isoformat()


def _instant(value: Any, name: str) -> int:
    if not isinstance(value, str):
        raise bad(f"Bad parameter: {name} must be a date and time such as 2026-03-01T09:30:00")
    return clock.parse_instant(value, name)


def _text(value: Any, name: str) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\0" in value:
        raise field_fault(FaultCode.INVALID, name, f"Bad parameter: {name} must be text")
    return value


def _flag(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return value
    if value in (0, 1):
        return bool(value)
    if isinstance(value, str) and value.lower() in ("true", "false", "0", "1"):
        return value.lower() in ("true", "1")
    raise bad(f"Bad parameter: {name} must be true or false")


_READERS: Mapping[str, Callable[[Any, str], Any]] = {"i": number, "s": _text, "b": _flag, "t": _instant}


@dataclass(frozen=True)
class Shape:
    """One kind of object. ``fields`` gives the record's name and, after a colon, the kind: s text, i number, b flag,
    t instant. ``fixed`` are those that a caller cannot write.
    """

    name: str
    fields: Mapping[str, str]
    fixed: frozenset[str] = frozenset()

    @cached_property
    def _columns(self) -> tuple[tuple[str, str, bool], ...]:
        """Each field's name, its column, and whether it is an instant."""
        parted = ((name, source.partition(":")) for name, source in self.fields.items())
        return tuple((name, column, kind == "t") for name, (column, _, kind) in parted)

    def shown(self, record: Record, *without: str) -> Document:
        """The object of a record."""
        return {
            name: moment(record[column]) if is_instant else record[column]
            for name, column, is_instant in self._columns
            if name not in without
        }

    def only(self, record: Record, *names: str) -> Document:
        """Some fields of the object of a record."""
        return {
            name: moment(record[column]) if is_instant else record[column]
            for name, column, is_instant in self._columns
            if name in names
        }

    def read(self, given: Document, *, is_new: bool) -> Record:
        """The values for a record that an object holds, by the record's names.

        Fields that the object cannot have are refused in a change, and left out of something new, as the vendor's
        server does. Faults: INVALID; CONFLICT for a field that there is not.
        """
        values: Record = {}
        for name, value in given.items():
            if name in self.fixed:
                continue
            if (source := self.fields.get(name)) is None:
                if not is_new:
                    raise Fault(FaultCode.CONFLICT, f"Database error: there is no field {name}")
                continue
            column, _, kind = source.partition(":")
            values[column] = None if value is None else _READERS[kind or "s"](value, name)
        return values
