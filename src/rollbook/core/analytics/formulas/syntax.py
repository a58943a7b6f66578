"""What a formula is made of, as it was typed and before anybody asked whether its names and types are right."""

from collections.abc import Sequence

import msgspec

from rollbook.core.kernel.faults import Fault, FaultCode


class Constant(msgspec.Struct, frozen=True):
    """A number, a text, true, false, or null()."""

    value: int | float | str | bool | None


class Reference(msgspec.Struct, frozen=True):
    """``[name]``: a column, or another formula."""

    name: str


class Variable(msgspec.Struct, frozen=True):
    """``{{__name__}}``: a value that whoever asks brings along."""

    name: str


class Unary(msgspec.Struct, frozen=True):
    """``-`` or ``not`` before something."""

    operator: str
    operand: "Node"


class Binary(msgspec.Struct, frozen=True):
    """Two things with ``+ - * / == != < <= > >= and or`` between."""

    operator: str
    left: "Node"
    right: "Node"


class Membership(msgspec.Struct, frozen=True):
    """``tested in (…)``, or ``not in``."""

    tested: "Node"
    items: "Sequence[Node]"
    is_negated: bool


class Call(msgspec.Struct, frozen=True):
    """``name(…)``; the name in lower case."""

    name: str
    arguments: "Sequence[Node]"


Node = Constant | Reference | Variable | Unary | Binary | Membership | Call


def formula_fault(message: str) -> Fault:
    """A formula that cannot be taken. The message is for whoever typed it."""
    return Fault(FaultCode.INVALID, message, fields={"formula": [message]})
