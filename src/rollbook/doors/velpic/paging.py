"""Pages of the Velpic API: ``startIndex`` and ``maxResults`` in, ``results`` with ``meta`` out."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.paging import Page

DEFAULT_RESULTS = 20
"""How many results a call without ``maxResults``, or with 0, gets."""
MOST_RESULTS = 500
LAST_INDEX = 2**31 - 1

R = TypeVar("R")


class PageQuery(msgspec.Struct, rename="camel"):
    """The parameters that every list takes."""

    start_index: int = 0
    max_results: int = 0


class Meta(msgspec.Struct, rename="camel"):
    """Where the results stand in the whole. ``end_index`` is the index after the last of them."""

    total_result_count: int
    start_index: int
    end_index: int


def window(query: PageQuery) -> tuple[int, int]:
    """The offset and the limit that were asked for. Faults: INVALID naming the parameter."""
    if not 0 <= query.start_index <= LAST_INDEX:
        raise field_fault(FaultCode.INVALID, "startIndex", f"startIndex must lie between 0 and {LAST_INDEX}")
    if not 0 <= query.max_results <= MOST_RESULTS:
        raise field_fault(FaultCode.INVALID, "maxResults", f"maxResults must lie between 0 and {MOST_RESULTS}")
    return query.start_index, query.max_results or DEFAULT_RESULTS


def meta(found: Page[Any], query: PageQuery) -> Meta:
    """Where a page stands in the whole."""
    return Meta(found.total or 0, query.start_index, query.start_index + len(found.rows))


def page(rows: Sequence[R], total: int | None, query: PageQuery, show: Callable[[R], Any]) -> dict[str, Any]:
    """Rows as a page of results."""
    where = Meta(total or 0, query.start_index, query.start_index + len(rows))
    return {"results": [show(row) for row in rows], "meta": where}
