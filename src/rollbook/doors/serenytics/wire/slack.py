"""Messages to Slack on the wire, as the vendor's client sends them."""

from typing import Any

import msgspec


class SlackIn(msgspec.Struct):
    """POST /api/integrations/slack/post_msg. ``attachments`` are Slack's own."""

    channel: str | None = None
    text_msg: str | None = None
    attachments: list[dict[str, Any]] | None = None
