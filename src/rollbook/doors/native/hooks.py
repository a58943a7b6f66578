"""What native webhooks are told: every kind of event, as Standard Webhooks recommends it."""

import msgspec

from rollbook.core.events.queries import Event
from rollbook.core.kernel.work import Work
from rollbook.doors.native.translate.changes import from_core_hook

FORMAT = "native"


def render(_: Work, event: Event) -> bytes | None:
    """``{"type", "timestamp", "data": {"entity", "id", "number", "deleted", "fields", "previous"}}``."""
    return msgspec.json.encode(from_core_hook(event))
