"""The rows of webhooks: who subscribed, what is on its way, what was tried."""

import msgspec
from msgspec import UNSET, UnsetType

EVERY_KIND = "*"
"""The topic of those who want every kind of event."""


class Subscription(msgspec.Struct, frozen=True):
    """Who wants to be told, without the signing key. ``topics`` is a comma-separated list; use :attr:`topic_set`."""

    id: int
    uuid: str
    organisation_id: int
    format: str
    url: str
    description: str | None
    state: str
    notice: str | None
    failing_since: int | None
    failures_in_a_row: int
    created_at: int
    updated_at: int
    topics: str | None

    @property
    def topic_set(self) -> frozenset[str]:
        """The kinds of event that are wanted."""
        return frozenset(self.topics.split(",")) if self.topics else frozenset()


class SubscriptionChanges(msgspec.Struct, kw_only=True):
    """Changes to a subscription; what is UNSET stays as it is, None clears."""

    url: str | UnsetType = UNSET
    topics: frozenset[str] | UnsetType = UNSET
    description: str | None | UnsetType = UNSET


class Delivery(msgspec.Struct, frozen=True):
    """One event on its way to one subscription, with what the event is about. Instants are microseconds."""

    id: int
    uuid: str
    subscription_id: int
    event_id: int
    entity: str
    entity_id: int
    state: str
    attempts: int
    due_at: int
    leased_until: int | None
    payload: str | None
    last_status: int | None
    last_error: str | None
    created_at: int
    ended_at: int | None
    subscription_uuid: str
    subscription_state: str
    kind: str
    entity_uuid: str


class DeliveryFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which deliveries; None means any."""

    state: str | None = None
    subscription_id: int | None = None


class Attempt(msgspec.Struct, frozen=True):
    """One try to hand a delivery over. ``answer`` is the beginning of what the target said."""

    id: int
    at: int
    duration_ms: int
    status: int | None
    error: str | None
    answer: str | None
