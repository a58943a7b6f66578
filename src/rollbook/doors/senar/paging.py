"""Lists: a bare array of everything, as the document has it; a page of it with ``limit``, and the way on in headers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.work import Work
from rollbook.doors.senar.wire.lists import ListQuery
from rollbook.web.routes import Call, Listing, Reply

MOST_ROWS = 1000
"""The largest ``limit``."""
STREAMED_ROWS = 500
"""How many rows of an endless array are read at once."""

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Source(Generic[R]):
    """Where the rows of a list come from. A position is what a cursor holds; ``cursor_of`` gives a row's."""

    path: str
    list_after: Callable[[Work, str | None, int], list[R]]
    """Rows after a cursor, at most so many."""
    cursor_of: Callable[[R], str]
    show: Callable[[R], Any]


def answer(call: Call[None, ListQuery], source: Source[R]) -> Listing | Reply:
    """The rows after the query's cursor: all of them page by page, or as many as its limit says.

    Faults: INVALID naming ``limit``.
    """
    asked = call.query
    if asked.limit is None:
        return _everything(call, source)
    if not 1 <= asked.limit <= MOST_ROWS:
        raise field_fault(FaultCode.INVALID, "limit", f"limit must lie between 1 and {MOST_ROWS}")
    found = source.list_after(call.work, asked.cursor, asked.limit + 1)
    rows = found[: asked.limit]
    headers = {}
    if len(found) > asked.limit:
        headers = _way_on(call.services.base_url() + source.path, asked, source.cursor_of(rows[-1]))
    return Reply([source.show(row) for row in rows], 200, headers)


def _everything(call: Call[None, ListQuery], source: Source[R]) -> Listing:
    principal, start = call.principal, call.query.cursor

    def next_rows(work: Work, cursor: str | None) -> tuple[list[Any], str | None]:
        work.act_as(principal)
        found = source.list_after(work, cursor or start, STREAMED_ROWS)
        following = source.cursor_of(found[-1]) if len(found) == STREAMED_ROWS else None
        return [source.show(row) for row in found], following

    return Listing(next_rows)


def _way_on(address: str, asked: ListQuery, cursor: str) -> dict[str, str]:
    """The next page's cursor and address (RFC 8288)."""
    parameters: dict[str, Any] = {"limit": asked.limit, "cursor": cursor}
    if asked.updated_since:
        parameters["updated_since"] = asked.updated_since
    return {"x-next-cursor": cursor, "link": f'<{address}?{urlencode(parameters)}>; rel="next"'}
