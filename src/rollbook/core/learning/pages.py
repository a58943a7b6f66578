"""One page of ids in order of time, found before anything is joined to it."""

from typing import Any

from sqlalchemy import Select, Subquery, bindparam, tuple_


def page_of(query: Select[Any], keys: tuple[Any, Any], newest_first: bool, paging: str) -> tuple[Subquery, list[Any]]:
    """The page as a subquery, and what to order its rows by. ``keys`` are the instant and the id to page by.

    ``paging`` is "offset" (``:offset``), "after" (the position ``:after_at``, ``:after_id``) or "first"; all take
    ``:limit``.
    """
    order = [key.desc() for key in keys] if newest_first else list(keys)
    if paging == "offset":
        query = query.offset(bindparam("offset"))
    elif paging == "after":
        position: Any = tuple_(bindparam("after_at"), bindparam("after_id"))
        query = query.where(tuple_(*keys) < position if newest_first else tuple_(*keys) > position)
    return query.order_by(*order).limit(bindparam("limit")).subquery("page"), order
