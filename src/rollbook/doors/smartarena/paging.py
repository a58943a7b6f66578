"""Pages by number: an array of at most 100, and headers that say how many there are in all."""

from typing import Any

from rollbook.web.routes import Reply

PER_PAGE = 100


def offset_of(page: int) -> int:
    """How many rows lie before a page; pages count from 1."""
    return (page - 1) * PER_PAGE


def paged(rows: list[Any], page: int, total: int | None) -> Reply:
    """A page; past the end it is empty."""
    headers = {"x-total-count": str(total), "x-page": str(page), "x-per-page": str(PER_PAGE)}
    return Reply(rows, 200, headers)
