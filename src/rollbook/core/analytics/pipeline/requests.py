"""What a question about a source says: its steps, each over the rows of the one before."""

from collections.abc import Mapping
from typing import Any

import msgspec

from rollbook.core.kernel.faults import Fault, FaultCode

ROWS = "$$count$$"
"""The name under which the rows themselves are counted."""
ALL = "$$all$$"
"""Among the values of a filter: every value."""
MOST_STEPS = 10
MOST_PICKS = 500
MOST_VALUES = 10_000
DEEPEST_TEST = 30


class Pick(msgspec.Struct, frozen=True):
    """Something of a row or group. ``measure`` is a formula's uuid, for which ``name`` is but what it is called.

    ``total`` says how rows become one value; ``grain`` is what a date is cut to.
    """

    name: str
    measure: str | None = None
    total: str | None = None
    grain: str | None = None


class Compared(msgspec.Struct, frozen=True):
    """A comparison with a value, or a list of values."""

    pick: Pick
    operator: str
    value: Any = None


class Joined(msgspec.Struct, frozen=True):
    """Tests of which all (``and``) must hold, or one (``or``), or not all (``not``)."""

    word: str
    tests: "tuple[Test, ...]"


Test = Compared | Joined


class Order(msgspec.Struct, frozen=True):
    """What rows are ordered by."""

    pick: Pick
    is_falling: bool = False


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step. No ``picks`` are all columns."""

    picks: tuple[Pick, ...] = ()
    groups: tuple[Pick, ...] = ()
    where: tuple[Test, ...] = ()
    having: tuple[Test, ...] = ()
    orders: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question: its steps, and values for the variables that formulas and filters hold."""

    steps: tuple[Step, ...] = ()
    variables: Mapping[str, Any] = msgspec.field(default_factory=dict)


def query_fault(message: str) -> Fault:
    """A question that cannot be answered. The message is for whoever asked."""
    return Fault(FaultCode.INVALID, message, fields={"query": [message]})
