"""Mails between the wire and the record."""

from rollbook.core.analytics.mailing import Asked
from rollbook.doors.serenytics.wire.mails import EmailIn


def to_core_mail(given: EmailIn) -> Asked:
    """What is to be sent."""
    file, name = given.file_to_attach_uuid, given.file_to_attach_name
    return Asked(
        subject=given.subject,
        recipients=[given.recipients] if isinstance(given.recipients, str) else given.recipients,
        html=given.html,
        reply_to=given.from_address,
        dashboard=given.web_app_uuid or None,
        dashboard_values=given.dashboard_payload or {},
        pdf_name=given.pdf_file_name,
        file=(file, name or file) if file else None,
    )
