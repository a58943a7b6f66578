"""What a record's columns can hold, said before a store is asked: one of them would refuse it, another take it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, String

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.sessions.entities import Entity, Record

INTEGERS = range(-(2**31), 2**31)


def changes(entity: Entity, values: Mapping[str, Any]) -> Record:
    """What is changed by values: nothing, where a record must have something, leaves what is there."""
    return {name: value for name, value in values.items() if value is not None or entity.table.c[name].nullable}


def require_fitting(entity: Entity, values: Mapping[str, Any]) -> None:
    """Faults: MISSING for nothing where there must be something; INVALID for a text or a number that is too long."""
    for name, value in values.items():
        if (problem := _problem(entity.table.c[name], value)) is not None:
            code = FaultCode.MISSING if value is None else FaultCode.INVALID
            raise field_fault(code, name, f"The {name} of the {entity.name.replace('_', ' ')} {problem}.")


def _problem(column: Column[Any], value: Any) -> str | None:
    match column.type:
        case _ if value is None:
            return None if column.nullable else "is required"
        case String(length=int(limit)) if len(value) > limit:
            return f"may have at most {limit} characters"
        case Integer() if not isinstance(column.type, BigInteger) and value not in INTEGERS:
            return "must lie between -2147483648 and 2147483647"
        case _:
            return None
