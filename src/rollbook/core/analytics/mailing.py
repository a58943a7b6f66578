"""Mails that programs send: HTML to several people, with a dashboard as PDF and a file that was uploaded before.

What is wrong is told at once; whether the mails were handed over is told by a task, once each of them was tried.
"""

import mimetypes
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import msgspec

from rollbook.core.analytics import policy, tasks, uploads
from rollbook.core.analytics.snapshots import Snapshots
from rollbook.core.analytics.viewing import prints
from rollbook.core.analytics.viewing.prints import Wanted
from rollbook.core.kernel.clock import HOUR
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ports import FileStore, Printer
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.sniffing import UNKNOWN
from rollbook.core.kernel.values import checked_email, required_line
from rollbook.core.kernel.work import Database, Work
from rollbook.core.mail import ledger, markup, messages
from rollbook.core.mail.ledger import QueuedMail
from rollbook.core.mail.letters import Enclosed
from rollbook.core.mail.messages import Written
from rollbook.core.people.queries import get_person

MOST_RECIPIENTS = 100
MOST_AN_HOUR = 500
"""Mails of one organisation: no more than a mail server takes from a sender whom it knows."""
LONGEST_HTML = 500_000
LONGEST_NAME = 200
PDF = "application/pdf"
_UNFIT_IN_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff<>:\"|?*]")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A mail as it is asked for. ``file`` is the uuid and name of an upload; ``dashboard_values`` its variables."""

    subject: str
    recipients: Sequence[str]
    html: str
    reply_to: str | None = None
    dashboard: str | None = None
    dashboard_values: Mapping[str, Any] = msgspec.field(default_factory=dict)
    pdf_name: str | None = None
    file: tuple[str, str] | None = None


def send(
    database: Database, snapshots: Snapshots, printer: Printer, files: FileStore, caller: Principal, asked: Asked
) -> str:
    """Have a mail sent; the uuid of the task that tells of it. Blocks while a dashboard is printed.

    Faults: FORBIDDEN, RATE_LIMITED, NOT_FOUND, TOO_LARGE; MISSING or INVALID naming the field.
    """
    written = _checked(asked)
    with database.reading() as work:
        work.act_as(caller)
        _require_may_send(work, len(written.recipients))
    enclosed = _enclosed(database, snapshots, printer, files, caller, asked)
    with database.writing() as work:
        work.act_as(caller)
        _require_may_send(work, len(written.recipients))
        task_id, uuid = tasks.begin(work, tasks.MAILING)
        messages.queue(work, msgspec.structs.replace(written, files=enclosed), about=(tasks.ABOUT, task_id))
        return uuid


def address_of(database: Database, caller: Principal) -> str:
    """Where the caller reads mails of their own. Faults: FORBIDDEN; INVALID for a program, and who has no address."""
    with database.reading() as work:
        work.act_as(caller)
        policy.require_may_write(caller)
        person = get_person(work, caller.person_id) if caller.person_id is not None else None
    if person is None or person.email is None:
        raise Fault(FaultCode.INVALID, "The mail would go to your own address, and you have none.")
    return person.email


def of_export(address: str, name: str, url: str) -> Asked:
    """A mail that says where a file is."""
    html = (
        f'<p><a href="{escape(url)}">{escape(name)}</a> can be downloaded for a day, by whoever has this address.</p>'
    )
    return Asked(subject=" ".join(name.split()), recipients=[address], html=html)


def _require_may_send(work: Work, count: int) -> None:
    policy.require_may_write(work.principal)
    if messages.count_since(work, work.at - HOUR) + count > MOST_AN_HOUR:
        message = f"An organisation sends at most {MOST_AN_HOUR} such mails an hour; try again later."
        raise Fault(FaultCode.RATE_LIMITED, message, details={"retry_after_s": 600})


def _checked(asked: Asked) -> Written:
    if not asked.recipients:
        raise field_fault(FaultCode.MISSING, "recipients", "recipients is required: a list of addresses")
    recipients = list({address.lower(): address for address in map(_address, asked.recipients)}.values())
    if len(recipients) > MOST_RECIPIENTS:
        raise field_fault(FaultCode.INVALID, "recipients", f"recipients may be at most {MOST_RECIPIENTS} addresses")
    if len(asked.html) > LONGEST_HTML:
        raise field_fault(FaultCode.TOO_LARGE, "html", f"html may have at most {LONGEST_HTML:,} characters")
    cleaned = markup.cleaned(asked.html.replace("\x00", ""))
    return Written(
        subject=required_line(asked.subject, "subject"),
        html=cleaned.encode(errors="replace").decode(),
        recipients=recipients,
        reply_to=messages.checked_sender(asked.reply_to, "reply_to"),
    )


def _address(given: str) -> str:
    try:
        address = checked_email(given)
    except Fault:
        address = None
    if address is None:
        message = f"recipients: {given[:80]!r} is no address such as ana@example.org"
        raise field_fault(FaultCode.INVALID, "recipients", message)
    return address


def _enclosed(
    database: Database, snapshots: Snapshots, printer: Printer, files: FileStore, caller: Principal, asked: Asked
) -> list[Enclosed]:
    enclosed = []
    room = messages.MOST_FILE_BYTES
    if asked.dashboard is not None:
        made = prints.make(database, snapshots, printer, caller, asked.dashboard, Wanted(asked.dashboard_values))
        name = file_name(asked.pdf_name or made.name, "dashboard")
        name = name if name.lower().endswith(".pdf") else f"{name}.pdf"
        enclosed.append(messages.keep_file(files, name, PDF, [made.content], room=room))
    if asked.file is not None:
        opened = uploads.opened(files, caller, asked.file[0])
        name = file_name(asked.file[1], "file")
        kind = mimetypes.guess_type(name)[0] or UNKNOWN
        room -= sum(one.size for one in enclosed)
        # A mail inside a mail would be read as part of it.
        kind = UNKNOWN if kind.startswith(("message/", "multipart/")) else kind
        enclosed.append(messages.keep_file(files, name, kind, opened.chunks, room=room))
    return enclosed


def file_name(given: str, otherwise: str) -> str:
    """The last part of a path, without what a file's name cannot have anywhere."""
    last = re.split(r"[/\\]", given.strip())[-1]
    name = _UNFIT_IN_NAME.sub("_", last).strip(". ")
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}" if dot and len(ending) < 20 else name[:LONGEST_NAME]
    return name or otherwise


def settle(work: Work, mail: QueuedMail) -> list[str]:
    """What follows for the task once a mail was tried; the keys of files that nobody waits for any more."""
    message = messages.find_message(work, mail.id)
    if message is None or mail.about != tasks.ABOUT or mail.about_id is None:
        return []
    is_open = tasks.is_open(work, mail.about_id)
    standing = messages.standing_of(work, message)
    if is_open and standing.untried:
        tasks.note_share(work, mail.about_id, 1 - standing.untried / standing.total)
    elif is_open:
        error = _trouble(work, message, standing.total - standing.sent, standing.total)
        tasks.end(work, mail.about_id, result={"mails": standing.total}, error=error)
    return messages.release_files(work, message) if standing.sent == standing.total else []


def _trouble(work: Work, message: messages.Message, unsent: int, total: int) -> str | None:
    found = messages.first_trouble(work, message)
    if found is None:
        return None
    recipient, why, state = found
    more = f" So are {unsent - 1} more of {total}." if unsent > 1 else ""
    again = " It is tried again by itself." if state == ledger.PENDING else ""
    return f"The mail to {recipient} was not handed over: {(why or '').rstrip('.')}.{again}{more}"
