"""Answers that many endpoints give."""

from typing import Generic, Literal, TypeVar

import msgspec

T = TypeVar("T")


class Done(msgspec.Struct):
    """It was done; ``task_id`` where it is yet to be, for GET /api/task/{task_id}."""

    status: Literal["ok"] = "ok"
    task_id: str | None = None


class Objects(msgspec.Struct, Generic[T]):
    """A list: how many there are in all, and the page."""

    num_results: int
    objects: list[T]
    page: int = 1
    total_pages: int = 1


class ListQuery(msgspec.Struct):
    """A list's filters: ``q`` is JSON, ``{"filters": [{"name", "op", "val"}]}``."""

    q: str | None = None
    page: int = 1
    results_per_page: int | None = None


class AsyncQuery(msgspec.Struct):
    """Whether to wait: ``async_=false`` does; the body may say so too."""

    async_: str | None = None
