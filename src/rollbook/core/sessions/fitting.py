"""What a record's columns can hold, said before a store is asked: one of them would refuse it, another take it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Integer, String

from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.sessions.entities import Entity, Record

INTEGERS = range(-(2**31), 2**31)


def changes(entity: Entity, values: Mapping[str, Any]) -> Record:
    """What is changed by values: nothing, where a record must have something, leaves what is there."""
    return {name: value for name, value in values.items() if value is not None or entity.table.c[name].nullable}


def require_fitting(entity: Entity, values: Mapping[str, Any]) -> None:
    """Faults: MISSING for nothing where there must be something; INVALID for a text or a number that is too long."""
    for name, value in values.items():
        if (problem := _problem(entity, name, value)) is not None:
            raise problem


def _problem(entity: Entity, name: str, value: Any) -> Fault | None:
    column = entity.table.c[name]
    said = f"{name} of the {entity.name.replace('_', ' ')}"
    match column.type:
        case _ if value is None:
            return None if column.nullable else field_fault(FaultCode.MISSING, name, f"The {said} is required.")
        case String(length=int(limit)) if len(value) > limit:
            return field_fault(FaultCode.INVALID, name, f"The {said} may have at most {limit} characters.")
        case Integer() if not isinstance(column.type, BigInteger) and value not in INTEGERS:
            return field_fault(FaultCode.INVALID, name, f"The {said} must lie between -2147483648 and 2147483647.")
        case _:
            return None
