"""Pages by cursor: one row more than asked for is read, to know whether there are more."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.paging import Page, decode_cursor, encode_cursor

MOST_ROWS = 500


class _Asked(Protocol):
    limit: int
    cursor: str | None


class _Made(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def created_at(self) -> int: ...


T = TypeVar("T", bound=_Made)


def checked_limit(asked: _Asked) -> int:
    """How many rows to read. Faults: INVALID naming ``limit``."""
    if not 1 <= asked.limit <= MOST_ROWS:
        raise field_fault(FaultCode.INVALID, "limit", f"limit must lie between 1 and {MOST_ROWS}")
    return asked.limit + 1


def page_by_id(asked: _Asked, read: Callable[[int, int], Page[T]]) -> Page[T]:
    """The page after a cursor that holds an id; ``read`` takes the id and how many rows. Faults: INVALID."""
    limit = checked_limit(asked)
    after = int(decode_cursor(asked.cursor, int)[0]) if asked.cursor else 0
    return _cut(asked, read(after, limit), lambda row: encode_cursor(row.id))


def page_by_time(asked: _Asked, read: Callable[[tuple[int, int] | None, int], Page[T]]) -> Page[T]:
    """The page after a cursor that holds (created_at, id). Faults: INVALID."""
    limit = checked_limit(asked)
    after = None
    if asked.cursor:
        at, row_id = decode_cursor(asked.cursor, int, int)
        after = int(at), int(row_id)
    return _cut(asked, read(after, limit), lambda row: encode_cursor(row.created_at, row.id))


def _cut(asked: _Asked, found: Page[T], cursor_of: Callable[[T], str]) -> Page[T]:
    rows = found.rows[: asked.limit]
    return Page(rows, found.total, cursor_of(rows[-1]) if len(found.rows) > asked.limit else None)
