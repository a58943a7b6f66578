"""How deep a JSON value goes: what is read at the very edge of what a reader takes can be more than a writer does."""

from collections.abc import Iterator
from typing import Any

DEEPEST = 100
"""Levels of lists and objects within one another that are kept."""


def levels(value: Any) -> Iterator[list[Any]]:
    """What is in a value, one level after the other, first the value itself."""
    level = [value]
    while level:
        yield level
        held = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list))
        level = [inner for values in held for inner in values]


def is_deep(value: Any) -> bool:
    """Whether lists and objects are more than :data:`DEEPEST` levels within one another."""
    return any(depth > DEEPEST for depth, _ in enumerate(levels(value)))
