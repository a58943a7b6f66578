"""The change feed and webhooks on the wire. Times are RFC 3339 in UTC."""

from typing import Any

import msgspec


class ChangesQuery(msgspec.Struct, forbid_unknown_fields=True):
    """GET /v1/changes. ``since`` is the ``next`` of the answer before; without it the feed begins at the beginning."""

    since: str | None = None
    limit: int = 100


class ChangeOut(msgspec.Struct):
    """One change. ``data`` holds the fields that changed as they are now, ``previous`` as they were before.

    ``deleted`` marks a tombstone: the record is no more. ``number`` is the record's id as a number.
    """

    type: str
    entity: str
    id: str
    number: int
    at: str
    deleted: bool
    data: dict[str, Any] | None
    previous: dict[str, Any] | None
    door: str


class ChangesOut(msgspec.Struct):
    """Changes, oldest first. ``next`` is the cursor to go on from, now or later; ``more`` says that there are more now.

    Whoever follows ``next`` meets every change exactly once.
    """

    changes: list[ChangeOut]
    next: str
    more: bool


class HookData(msgspec.Struct):
    """What happened to which record. ``fields`` are those that changed, as they are now; ``previous`` as they were."""

    entity: str
    id: str
    number: int
    deleted: bool
    fields: dict[str, Any] | None
    previous: dict[str, Any] | None


class HookOut(msgspec.Struct):
    """A webhook's body, as Standard Webhooks 1.0 recommends it."""

    type: str
    timestamp: str
    data: HookData
