"""The search form of Flask-Restless, and pages, which every list of the vendor's takes."""

from collections.abc import Mapping
from typing import Any

import msgspec

from rollbook.core.analytics.searching import Test
from rollbook.core.kernel.faults import FaultCode, field_fault

MOST_TESTS = 20
LAST_PAGE = 2**40
FIELDS: Mapping[str, str] = {"name": "name", "uuid": "uuid"}
_OPERATORS = {
    "eq": "==", "==": "==", "equals": "==", "equals_to": "==", "neq": "!=", "ne": "!=", "!=": "!=",
    "not_equal_to": "!=", "does_not_equal": "!=", "like": "like", "ilike": "ilike", "in": "in", "in_": "in",
    "not_in": "not in",
}  # fmt: skip


class _Filter(msgspec.Struct):
    name: str
    op: str
    val: str | list[str] | None = None


class _Search(msgspec.Struct):
    filters: list[_Filter] = []


def to_core_tests(q: str | None, fields: Mapping[str, str] = FIELDS) -> list[Test]:
    """The filters in a search; ``fields`` are those that may be tested. Faults: INVALID naming ``q``."""
    if not q:
        return []
    try:
        search = msgspec.json.decode(q, type=_Search)
    except (msgspec.MsgspecError, RecursionError):
        raise field_fault(FaultCode.INVALID, "q", 'q must be JSON such as {"filters":[{"name","op","val"}]}') from None
    return [_test(one, fields) for one in search.filters[:MOST_TESTS]]


def _test(one: _Filter, fields: Mapping[str, str]) -> Test:
    field, operator = fields.get(one.name), _OPERATORS.get(one.op)
    if field is None or operator is None:
        known = f"{', '.join(fields)} with {', '.join(sorted(set(_OPERATORS)))}"
        raise field_fault(
            FaultCode.INVALID, "q", f"q: there is no filter {one.name[:40]!r} {one.op[:40]!r}, but {known}"
        )
    wants_list = operator in ("in", "not in")
    if isinstance(one.val, list) is not wants_list or one.val is None:
        raise field_fault(FaultCode.INVALID, "q", f"q: {one.op} wants {'a list' if wants_list else 'text'}")
    return Test(field, operator, one.val)  # type: ignore[arg-type]


class Window(msgspec.Struct, frozen=True):
    """A page, as core lists it."""

    page: int
    limit: int

    @property
    def offset(self) -> int:
        """How many come before it."""
        return (self.page - 1) * self.limit

    def told(self, total: int) -> dict[str, Any]:
        """What a list says of itself."""
        return {"num_results": total, "page": self.page, "total_pages": max(1, -(-total // self.limit))}


def to_core_window(page: int, size: int | None, most: int) -> Window:
    """The page that is asked for; without a size it holds ``most``."""
    return Window(min(max(1, page), LAST_PAGE), min(max(1, size or most), most))
