"""Mails on the wire, as the vendor's client sends them."""

from typing import Any

import msgspec


class EmailIn(msgspec.Struct):
    """POST /api/email. ``file_to_attach_uuid`` names an upload; ``dashboard_payload`` has the dashboard's variables."""

    subject: str
    recipients: list[str] | str
    html: str
    web_app_uuid: str | None = None
    pdf_file_name: str | None = None
    from_address: str | None = None
    """Where answers go."""
    file_to_attach_uuid: str | None = None
    file_to_attach_name: str | None = None
    dashboard_payload: dict[str, Any] | None = None
