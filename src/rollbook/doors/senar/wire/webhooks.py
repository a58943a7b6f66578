"""Webhook registration on the wire (SENAR, "Webhook Registration")."""

import msgspec


class WebhookIn(msgspec.Struct, rename="camel"):
    """POST /integration/data/webhook_register. ``method`` is ``activity`` or ``user``."""

    hook_url: str
    method: str
    provider: str | None = None


class WebhookOut(msgspec.Struct):
    """The id by which the webhook is removed."""

    id: int
