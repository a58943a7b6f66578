"""Answers that many endpoints give."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType


class Done(msgspec.Struct):
    """It was done; ``task_id`` where it is yet to be, for GET /api/task/{task_id}."""

    status: Literal["ok"] = "ok"
    task_id: str | UnsetType = UNSET


class ListOut(msgspec.Struct, kw_only=True):
    """A list: how many there are in all, and the page, which is in ``objects``."""

    num_results: int
    page: int = 1
    total_pages: int = 1


class PageQuery(msgspec.Struct):
    """A list's page; without a size the list is whole."""

    page: int = 1
    results_per_page: int | None = None


class ListQuery(PageQuery):
    """A list's filters: ``q`` is JSON, ``{"filters": [{"name", "op", "val"}]}``."""

    q: str | None = None


class AsyncQuery(msgspec.Struct):
    """Whether to wait: ``async_=false`` does, or ``async=false``; the body may say so too."""

    async_: str | None = None
    is_async: str | None = msgspec.field(default=None, name="async")
