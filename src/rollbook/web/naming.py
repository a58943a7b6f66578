"""Fields in faults, by the names that a door's callers know them by."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rollbook.core.kernel.faults import Fault

Names = Mapping[str, str]
"""Core's names of fields, with the door's."""


def renamed(fault: Fault, names: Names) -> Fault:
    """The fault with its fields, and the sentences that start with them, in the door's words."""
    wire = {field: _wire_name(field, names) for field in fault.fields}
    message = fault.message
    for field, shown in wire.items():
        message = _retold(message, field, shown)
    fields = {shown: [_retold(text, field, shown) for text in fault.fields[field]] for field, shown in wire.items()}
    return Fault(fault.code, message, fields=fields, details=fault.details)


@contextmanager
def fields_named(names: Names) -> Iterator[None]:
    """Faults raised inside are :func:`renamed`: for one endpoint whose names are its own."""
    try:
        yield
    except Fault as fault:
        raise renamed(fault, names) from None


def _wire_name(field: str, names: Names) -> str:
    """``person_ids[3]`` is ``people[3]`` where ``person_ids`` is ``people``; a field of a row is renamed as well."""
    name, bracket, rest = field.partition("[")
    position, dot, inner = rest.partition("].")
    return names.get(name, name) + bracket + position + dot + names.get(inner, inner)


def _retold(text: str, field: str, shown: str) -> str:
    for name, other in ((field, shown), (_inner(field), _inner(shown))):
        if name and text.startswith(name):
            return other + text.removeprefix(name)
    return text


def _inner(field: str) -> str:
    """The field of a row, as ``first_name`` in ``rows[3].first_name``."""
    return field.partition("].")[2]
