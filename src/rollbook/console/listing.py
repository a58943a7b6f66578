"""Lists as pages show them: a slice by keyset in either direction, and the choices that live in the address."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from rollbook.console.visits import Visit
from rollbook.core.kernel.paging import Page, decode_cursor, encode_cursor

T = TypeVar("T")
ROWS = 50
DENSE_ROWS = 100
LAST_NUMBER = 2**20


class Slice(msgspec.Struct, Generic[T]):
    """Some rows, with the cursors to the rows before and after them; None at an end."""

    rows: list[T]
    newer: str | None
    older: str | None


def is_dense(visit: Visit) -> bool:
    """Whether the reader wants compact rows."""
    return visit.query.get("density") == "compact"


def size(visit: Visit) -> int:
    """How many rows a page shows."""
    return DENSE_ROWS if is_dense(visit) else ROWS


def shown(visit: Visit) -> list[str]:
    """The columns that the reader chose; empty for the usual ones."""
    return [value for name, value in visit.query_pairs if name == "columns"]


def sliced(
    visit: Visit,
    read: Callable[..., Sequence[T]],
    position: Callable[[T], tuple[int | str, ...]],
    *kinds: type,
) -> Slice[T]:
    """The slice that the address asks for.

    ``read(after=, before=, limit=)`` gives rows in the order shown, after or before a position; ``kinds`` are the types
    of a position's parts. Faults: INVALID for a cursor that is none of ours.
    """
    limit = size(visit)
    after, before = (_position(visit, name, kinds) for name in ("after", "before"))
    if after is not None:
        before = None
    rows = list(read(after=after, before=before, limit=limit + 1))
    has_more = len(rows) > limit
    rows = rows[-limit:] if before is not None else rows[:limit]
    is_first, is_last = (not has_more, False) if before is not None else (after is None, not has_more)
    newer = None if is_first or not rows else encode_cursor(*position(rows[0]))
    older = None if is_last or not rows else encode_cursor(*position(rows[-1]))
    return Slice(rows, newer, older)


def _position(visit: Visit, name: str, kinds: tuple[type, ...]) -> tuple[Any, ...] | None:
    cursor = visit.query.get(name)
    return tuple(decode_cursor(cursor, *kinds, field=name)) if cursor else None


def by_number(visit: Visit, read: Callable[..., Page[T]]) -> tuple[list[T], dict[str, int | None]]:
    """The rows of the page whose number is asked for, and the numbers ``earlier`` and ``later``; None at an end.

    ``read(limit=, offset=)`` gives a part of the list and how many there are in all.
    """
    number = max(1, min(visit.asked_number("page") or 1, LAST_NUMBER))
    found = read(limit=ROWS, offset=(number - 1) * ROWS)
    has_more = number * ROWS < (found.total or 0)
    return found.rows, {"earlier": number - 1 if number > 1 else None, "later": number + 1 if has_more else None}


def field(visit: Visit, name: str, label: str, kind: str = "select", **more: Any) -> dict[str, Any]:
    """A filter of a list, with its value from the address."""
    return {"name": name, "label": label, "kind": kind, "value": visit.query.get(name, ""), **more}


def crumbs(*items: tuple[str, str] | str) -> list[dict[str, str]]:
    """Breadcrumbs: (label, address) for the way here, a label for this page."""
    return [{"label": item} if isinstance(item, str) else {"label": item[0], "href": item[1]} for item in items]


def forward(
    visit: Visit,
    read: Callable[..., Sequence[T]],
    position: Callable[[T], tuple[int | str, ...]],
    *kinds: type,
) -> Slice[T]:
    """As :func:`sliced`, of a list that is read one way: the way back leads to its beginning.

    ``read(after=, limit=)`` gives rows after a position.
    """
    limit = size(visit)
    after = _position(visit, "after", kinds)
    rows = list(read(after=after, limit=limit + 1))
    has_more = len(rows) > limit
    rows = rows[:limit]
    older = encode_cursor(*position(rows[-1])) if has_more else None
    return Slice(rows, "start" if after is not None else None, older)
