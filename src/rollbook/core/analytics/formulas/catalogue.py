"""How a function of formulas is described: what it takes, what it gives, and how it is made. The functions themselves
are in ``row_functions`` and ``set_functions``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rollbook.core.analytics.formulas.operators import as_moment
from rollbook.core.analytics.formulas.syntax import formula_fault
from rollbook.core.analytics.formulas.terms import NAMES, Level, Term

Build = Callable[[Sequence[Term]], Term]
MOST_ARGUMENTS = 100

_TAKEN: dict[str, tuple[str, frozenset[str]]] = {
    "any": ("a value", frozenset({"int", "float", "str", "datetime", "bool", "null"})),
    "number": ("a number", frozenset({"int", "float", "null"})),
    "text": ("text", frozenset({"str", "null"})),
    "date": ("a date", frozenset({"datetime", "null"})),
    "truth": ("true or false", frozenset({"bool", "null"})),
}
PARTS_OF_ARGUMENTS: dict[str, str] = {
    **{word: meaning for word, (meaning, _) in _TAKEN.items()},
    "word": "text that is written out",
    "count": "a whole number that is written out",
}
"""What each word in :attr:`Function.takes` means."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function. ``takes``: for each argument ``any number text date truth``, or ``word`` for text and ``count`` for a
    whole number that are written out; with ``?`` behind it may be left out, with ``*`` there may be any number of it.
    """

    name: str
    takes: tuple[str, ...]
    meaning: str
    build: Build
    level: Level | None = None
    """The level of what it gives, where it is not that of its arguments."""

    @property
    def signature(self) -> str:
        """As documentation shows it."""
        return f"{self.name}({', '.join(self.takes)})"


FUNCTIONS: dict[str, Function] = {}


def function(name: str, takes: str, meaning: str, *, level: Level | None = None) -> Callable[[Build], Build]:
    """Put a function into the table of all."""

    def enter(build: Build) -> Build:
        FUNCTIONS[name] = Function(name, tuple(takes.split()), meaning, build, level)
        return build

    return enter


def fitted(wanted: Function, given: Sequence[Term]) -> list[Term]:
    """Arguments as the function takes them. Faults: INVALID for too many, too few, or one of another type."""
    takes = list(wanted.takes)
    if takes and takes[-1].endswith("*"):
        takes += [takes[-1]] * max(0, min(len(given), MOST_ARGUMENTS) - len(takes))
    required = sum(not taken.endswith(("?", "*")) for taken in takes)
    if not required <= len(given) <= len(takes):
        raise formula_fault(f"{wanted.name} is written {wanted.signature}; here it has {len(given)} arguments.")
    return [
        _fit(wanted, number, taken.rstrip("?*"), term)
        for number, (taken, term) in enumerate(zip(takes, given, strict=False), 1)
    ]


def _fit(wanted: Function, number: int, taken: str, term: Term) -> Term:
    if taken in ("word", "count"):
        is_fit = isinstance(term.constant, str if taken == "word" else int) and not isinstance(term.constant, bool)
        if not is_fit:
            said = "text" if taken == "word" else "a whole number"
            raise formula_fault(f"Argument {number} of {wanted.name} must be {said} that is written out.")
        return term
    if taken == "date" and isinstance(term.constant, str):
        return as_moment(term)
    said, types = _TAKEN[taken]
    if term.type not in types:
        raise formula_fault(f"Argument {number} of {wanted.name} must be {said}, not {NAMES[term.type]}.")
    return term
