"""Mails that programs send (the vendor's client: ``send_email``)."""

from rollbook.core.analytics import mailing
from rollbook.doors.serenytics.translate.mails import to_core_mail
from rollbook.doors.serenytics.wire.answers import Done
from rollbook.doors.serenytics.wire.mails import EmailIn
from rollbook.web.routes import Call


def send(call: Call[EmailIn, None]) -> Done:
    """Send a mail with a dashboard and a file; the task tells whether it was handed over."""
    services = call.services
    asked = to_core_mail(call.body)
    return Done(
        task_id=mailing.send(
            services.database, services.snapshots, services.printer, services.files, call.principal, asked
        )
    )
