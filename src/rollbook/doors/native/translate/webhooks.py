"""Webhooks and their deliveries out of core, and changes to them into it."""

import msgspec
from msgspec import UNSET

from rollbook.core.kernel.clock import iso
from rollbook.core.webhooks.formats import Formats, kinds_of
from rollbook.core.webhooks.records import Attempt, Delivery, Subscription, SubscriptionChanges
from rollbook.doors.native.wire.webhooks import AttemptOut, DeliveryOut, DeliveryWhole, WebhookChange, WebhookOut


def from_core_subscription(found: Subscription) -> WebhookOut:
    """A webhook as the native API shows it."""
    return WebhookOut(
        id=found.uuid,
        url=found.url,
        format=found.format,
        topics=sorted(found.topic_set),
        description=found.description,
        state=found.state,
        notice=found.notice,
        failures_in_a_row=found.failures_in_a_row,
        failing_since=_iso(found.failing_since),
        created_at=iso(found.created_at),
        updated_at=iso(found.updated_at),
    )


def to_core_changes(asked: WebhookChange, format: str, formats: Formats) -> SubscriptionChanges:
    """What a PATCH changes. Faults: INVALID naming ``topics``."""
    topics = UNSET if asked.topics is UNSET else kinds_of(formats, format, asked.topics)
    return SubscriptionChanges(url=asked.url, topics=topics, description=asked.description)


def from_core_delivery(found: Delivery) -> DeliveryOut:
    """A delivery as a list shows it."""
    return DeliveryOut(
        id=found.uuid,
        webhook=found.subscription_uuid,
        type=found.kind,
        entity=found.entity,
        entity_id=found.entity_uuid,
        state=found.state,
        attempts=found.attempts,
        due_at=iso(found.due_at) if found.state == "pending" else None,
        last_status=found.last_status,
        last_error=found.last_error,
        created_at=iso(found.created_at),
        ended_at=_iso(found.ended_at),
    )


def from_core_whole_delivery(found: Delivery, attempts: list[Attempt]) -> DeliveryWhole:
    """A delivery with its body and its attempts."""
    payload = msgspec.Raw(found.payload.encode()) if found.payload is not None else None
    return DeliveryWhole(from_core_delivery(found), payload, [_from_core_attempt(attempt) for attempt in attempts])


def _from_core_attempt(attempt: Attempt) -> AttemptOut:
    return AttemptOut(
        at=iso(attempt.at),
        duration_ms=attempt.duration_ms,
        status=attempt.status,
        error=attempt.error,
        answer=attempt.answer,
    )


def _iso(instant: int | None) -> str | None:
    return None if instant is None else iso(instant)
