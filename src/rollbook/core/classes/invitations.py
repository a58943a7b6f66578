"""Invitations to classes: iCalendar files (RFC 5545, RFC 5546), sent along with the mails that tell of them.

A class is one event with one UID; each thing told of it has a higher SEQUENCE. Times are UTC, which every calendar
shows by its owner's clock, so that no time zone's rules have to be sent along.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from icalendar import Calendar, Event, vCalAddress, vText
from sqlalchemy import bindparam, select

from rollbook.core.classes.records import CANCELLED, ClassSession
from rollbook.core.classes.tables import class_sessions
from rollbook.core.kernel import clock
from rollbook.core.kernel.ports import MailAttachment
from rollbook.core.kernel.statements import Statement, among
from rollbook.core.kernel.work import Work
from rollbook.core.mail import ledger
from rollbook.core.people.queries import get_organisation
from rollbook.core.people.records import Organisation
from rollbook.core.people.tables import people

INVITATION = "class_invitation"
CHANGED = "class_changed"
CANCELLATION = "class_cancelled"
WITHDRAWN = "class_withdrawn"
WAITING = "class_waiting"
KINDS = (INVITATION, CHANGED, CANCELLATION, WITHDRAWN, WAITING)

_METHODS = {INVITATION: "REQUEST", CHANGED: "REQUEST", CANCELLATION: "CANCEL", WITHDRAWN: "CANCEL"}
"""What a calendar is asked to do. Someone who waits has nothing to put into theirs yet."""


class Guest(msgspec.Struct, frozen=True):
    """Someone who is told of a class."""

    id: int
    email: str | None
    first_name: str
    last_name: str


_GUESTS = Statement(
    select(*(people.c[name] for name in Guest.__struct_fields__))
    .where(among(people.c.id, "ids"), people.c.is_active)
    .order_by(people.c.id),
    Guest,
)
_SEQUENCE = Statement[tuple[Any, ...]](
    select(class_sessions.c.sequence).where(class_sessions.c.id == bindparam("session_id"))
)


def send(work: Work, session: ClassSession, kind: str, person_ids: Sequence[int]) -> None:
    """Queue a mail of a kind to the people who have not left, each with their own invitation."""
    guests = work.all(_GUESTS, ids=list(person_ids)) if person_ids else []
    if not guests:
        return
    files: list[MailAttachment | None] = []
    if kind in _METHODS:
        sequence = int(work.value(_SEQUENCE, session_id=session.id))
        write = Invitations(session, get_organisation(work), _METHODS[kind], sequence, work.at)
        files = [write.to(guest) if guest.email else None for guest in guests]
    recipients = [(guest.id, guest.email) for guest in guests]
    ledger.queue_all(work, kind, recipients, about=("class", session.id), enclosed=files)


class Invitations:
    """One calendar file, written anew for each guest: no guest learns of the others."""

    def __init__(
        self, session: ClassSession, organisation: Organisation, method: str, sequence: int, stamped_at: int
    ) -> None:
        self._session, self._method = session, method
        self._event = _event(session, organisation, stamped_at)
        self._event["sequence"] = sequence
        self._event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
        self._calendar = Calendar()
        self._calendar.add("prodid", "-//Rollbook//Classes//EN")
        self._calendar.add("version", "2.0")
        self._calendar.add("method", method)
        self._calendar.add_component(self._event)

    def to(self, guest: Guest) -> MailAttachment:
        """The file for one guest, as a mail carries it."""
        attendee = _address(f"mailto:{guest.email}", f"{guest.first_name} {guest.last_name}")
        attendee.params["role"] = vText("CHAIR" if guest.id == self._session.instructor_id else "REQ-PARTICIPANT")
        attendee.params["partstat"] = vText("ACCEPTED")
        attendee.params["rsvp"] = vText("FALSE")
        self._event["attendee"] = attendee
        media_type = f"text/calendar; method={self._method}; charset=utf-8"
        return MailAttachment(filename="invite.ics", media_type=media_type, content=self._calendar.to_ical())


def _event(session: ClassSession, organisation: Organisation, stamped_at: int) -> Event:
    event = Event()
    event.add("uid", f"{session.uuid}@rollbook")
    event.add("dtstamp", clock.to_datetime(stamped_at))
    event.add("dtstart", clock.to_datetime(session.starts_at))
    event.add("dtend", clock.to_datetime(session.ends_at))
    event.add("summary", session.title)
    event.add("location", session.location)
    if session.notes:
        event.add("description", session.notes)
    event["organizer"] = _organizer(session, organisation)
    return event


def _organizer(session: ClassSession, organisation: Organisation) -> vCalAddress:
    """The instructor; a class without one that can be written to is the organisation's, which has no mailbox."""
    if session.instructor_email:
        return _address(f"mailto:{session.instructor_email}", session.instructor_name)
    return _address(f"urn:uuid:{organisation.uuid}", organisation.name)


def _address(uri: str, name: str) -> vCalAddress:
    address = vCalAddress(uri)
    address.params["cn"] = vText(name.replace('"', "'"))  # RFC 5545, section 3.2: no parameter can hold a quote
    return address


def is_over(session: ClassSession) -> bool:
    """Whether inviting to a class has lost its reason."""
    return session.outcome == CANCELLED
