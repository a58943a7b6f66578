"""Lists of records a page at a time, by keyset in the order that a reader chose."""

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, Select, String, bindparam, func, tuple_

from rollbook.core.kernel.matching import lowered, part_of
from rollbook.core.kernel.statements import Statement, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import queries
from rollbook.core.sessions.entities import Entity, Record
from rollbook.core.sessions.viewers import Kind, viewer_of

Way = Literal["first", "after", "before"]
Position = tuple[int | str, int]
ORDERS: Mapping[str, tuple[str, ...]] = {
    "session": ("started_at", "name", "duration_s"),
    "user": ("last_name", "first_name", "last_online_at"),
    "participant": ("name", "last_online_at"),
    "device": ("name", "type_name", "last_online_at"),
    "project": ("name", "site_name"),
    "participant_group": ("name", "project_name"),
    "device_subtype": ("name", "device_type_name"),
    "service_config": ("service_name", "updated_at"),
}
"""What a kind of record is sorted by, the usual one first; the others by their names."""
NEWEST_FIRST = frozenset({"session"})


def orders_of(entity: Entity) -> tuple[str, ...]:
    """The columns that a list may be sorted by."""
    return ORDERS.get(entity.name, ("name",))


def _key(column: ColumnElement[Any]) -> tuple[ColumnElement[Any], Any]:
    """What rows are sorted by, in any case, with those that have nothing first; and its type."""
    if isinstance(column.type, String):
        return func.coalesce(lowered(column), ""), String()
    return func.coalesce(column, 0), BigInteger()


@shapes
def _page(
    entity: Entity, kind: Kind, names: frozenset[str], order: str, way: Way, *, is_descending: bool
) -> Statement[Record]:
    columns = entity.columns
    key, key_type = _key(columns[order])
    shown = {**columns, "position": key}
    what = [column.label(name) for name, column in shown.items()]
    query: Select[Any] = queries.chosen(entity, kind, names, only_admin=False, what=what)
    goes_down = is_descending != (way == "before")
    if way != "first":
        bound = tuple_(bindparam("from_key", type_=key_type), bindparam("from_id", type_=BigInteger()))
        keys = tuple_(key, columns["id"])
        query = query.where(keys < bound if goes_down else keys > bound)
    keys_in_order = [one.desc() if goes_down else one.asc() for one in (key, columns["id"])]
    return Statement(query.order_by(*keys_in_order).limit(bindparam("limit")), queries.as_record(shown))


def list_page(
    work: Work,
    entity: Entity,
    *,
    limit: int,
    order: str | None = None,
    is_descending: bool = False,
    after: Position | None = None,
    before: Position | None = None,
    **filters: Any,
) -> list[Record]:
    """The records that the caller sees and that pass the filters, after or before a position in one of the orders.

    A row's position is its ``position`` and ``id``.
    """
    given = {name: value for name, value in filters.items() if value is not None}
    viewer = viewer_of(work.principal)
    way: Way = "after" if after else "before" if before else "first"
    start = after or before
    position = {"from_key": start[0], "from_id": start[1]} if start else {}
    chosen = order if order in orders_of(entity) else orders_of(entity)[0]
    statement = _page(entity, viewer.kind, frozenset(given), chosen, way, is_descending=is_descending)
    rows = work.all(statement, limit=limit, **position, **queries.params_of(viewer), **given)
    return rows[::-1] if way == "before" else rows


def sought(words: str | None) -> str | None:
    """The value of the filter ``searched`` for what someone typed; None for nothing."""
    return part_of(words) if words and words.strip() else None
