"""Webhooks and their deliveries on the wire of the native API. Times are RFC 3339 in UTC."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from rollbook.core.events.kinds import KINDS

Topic = Annotated[str, Meta(extra_json_schema={"enum": ["*", *KINDS]})]


class WebhooksQuery(msgspec.Struct, forbid_unknown_fields=True):
    """GET /v1/webhooks."""

    limit: int = 50
    cursor: str | None = None


class WebhookIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/webhooks. ``topics`` are kinds of event such as ``person.created``; ``*`` is every kind."""

    url: str
    topics: list[Topic]
    description: str | None = None
    format: str = "native"
    """The door whose bodies are sent. Of another's, ``topics`` are its own names, such as ``user.account.created``
    for velpic, and ``*`` is all that it tells of."""


class WebhookChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """PATCH /v1/webhooks/{id}. What is left out stays; null clears."""

    url: str | UnsetType = UNSET
    topics: list[Topic] | UnsetType = UNSET
    description: str | UnsetType | None = UNSET


class WebhookOut(msgspec.Struct):
    """A webhook. ``format`` is the door whose body is sent; ``state`` is active, paused or gone (``notice``: why)."""

    id: str
    url: str
    format: str
    topics: list[str]
    description: str | None
    state: str
    notice: str | None
    failures_in_a_row: int
    failing_since: str | None
    created_at: str
    updated_at: str


class WebhookWithSecret(msgspec.Struct):
    """A webhook with its signing secret (``whsec_…``), which is shown this once."""

    webhook: WebhookOut
    secret: str


class WebhookPage(msgspec.Struct):
    """A page of webhooks in the order they were made. ``next`` is the cursor to go on from, null at the end."""

    webhooks: list[WebhookOut]
    next: str | None


class RotateIn(msgspec.Struct, forbid_unknown_fields=True):
    """POST /v1/webhooks/{id}/rotate. For ``overlap_s`` seconds messages carry both secrets' signatures."""

    overlap_s: int = 86_400


class ReplayQuery(msgspec.Struct, forbid_unknown_fields=True):
    """POST /v1/webhooks/{id}/replay. ``since`` is the time of the first change to send again."""

    since: str


class Queued(msgspec.Struct):
    """How many deliveries were put into the queue."""

    deliveries: int


class DeliveriesQuery(msgspec.Struct, forbid_unknown_fields=True):
    """GET /v1/deliveries. ``state`` is pending, delivered, failed or dropped; ``webhook`` an id."""

    state: str | None = None
    webhook: str | None = None
    limit: int = 50
    cursor: str | None = None


class DeliveryOut(msgspec.Struct):
    """One change on its way to one webhook. The ``id`` is the message's ``webhook-id``.

    ``attempts`` counts since it was last put into the queue; ``due_at`` is null for what is over.
    """

    id: str
    webhook: str
    type: str
    entity: str
    entity_id: str
    state: str
    attempts: int
    due_at: str | None
    last_status: int | None
    last_error: str | None
    created_at: str
    ended_at: str | None


class DeliveryPage(msgspec.Struct):
    """A page of deliveries, newest first. ``next`` is the cursor to go on from, null at the end."""

    deliveries: list[DeliveryOut]
    next: str | None


class AttemptOut(msgspec.Struct):
    """One try. ``status`` is null when there was no answer; ``answer`` is the beginning of what the target said."""

    at: str
    duration_ms: int
    status: int | None
    error: str | None
    answer: str | None


class DeliveryWhole(msgspec.Struct):
    """A delivery with its body, null before the first attempt, and what was tried, the latest first."""

    delivery: DeliveryOut
    payload: msgspec.Raw | None
    tried: list[AttemptOut]
