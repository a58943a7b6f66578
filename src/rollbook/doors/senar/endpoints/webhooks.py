"""Webhook registration (SENAR, "Webhook Registration")."""

from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.webhooks import subscriptions
from rollbook.doors.senar.auth import NAME
from rollbook.doors.senar.hooks import TOPICS
from rollbook.doors.senar.wire.webhooks import WebhookIn, WebhookOut
from rollbook.web.routes import Call

LONGEST_NUMBER = 18
"""Digits of an id that surely fits; a longer one names nothing."""


def create(call: Call[WebhookIn, None]) -> WebhookOut:
    """Be told of new activities or new users ("POST /integration/data/webhook_register")."""
    given = call.body
    if given.method not in TOPICS:
        raise field_fault(FaultCode.INVALID, "method", f"method must be one of {', '.join(TOPICS)}")
    made, _ = subscriptions.subscribe(
        call.work,
        call.services.sealer,
        format=NAME,
        url=given.hook_url,
        topics=TOPICS[given.method],
        description=given.provider,
        check=call.services.check_target,
    )
    return WebhookOut(made.id)


def delete(call: Call[None, None]) -> None:
    """End a webhook ("DELETE /integration/data/webhook_register/{id}")."""
    text = call.path["id"]
    is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    if not is_number or subscriptions.get_subscription(call.work, int(text)).format != NAME:
        raise Fault(FaultCode.NOT_FOUND, "There is no such webhook.")
    subscriptions.remove(call.work, int(text))
