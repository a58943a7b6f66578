"""What people are told of classes: who gets which mail, and the calendar file in it."""

from typing import Any

import msgspec
import pytest
from icalendar import Calendar

from rollbook.core.classes import attendance, planning, seating
from rollbook.core.classes.invitations import Guest, Invitations
from rollbook.core.classes.records import ClassSession, SessionChanges
from rollbook.core.kernel.clock import HOUR
from rollbook.core.kernel.ports import MailAttachment
from rollbook.core.people.queries import get_organisation
from tests.core.classes.conftest import ClassSchool
from tests.workers.post_office import Letters


def calendars(school: ClassSchool, recipient: str) -> list[Any]:
    """The calendar files that were sent to someone, read; with the media types they are sent as."""
    return [
        (file.media_type, Calendar.from_ical(file.content))
        for _, address, attachments in school.mails()
        if address.startswith(f"{recipient}@") and attachments
        for file in msgspec.json.decode(attachments, type=list[MailAttachment])
    ]


def steps(school: ClassSchool, recipient: str) -> list[tuple[str, int]]:
    """The methods and sequences that someone's calendar was sent, in order."""
    return [(str(found["method"]), int(found.events[0]["sequence"])) for _, found in calendars(school, recipient)]


def change(school: ClassSchool, session: ClassSession, **values: Any) -> Any:
    return school.run(lambda work: planning.change(work, session, SessionChanges(**values)))


def test_who_gets_a_seat_is_invited_and_who_waits_is_told_so(school: ClassSchool) -> None:
    session, people = school.session(places=1), school.trainees(2)
    assert school.told(lambda: school.register(session, *people)) == [
        ("class_invitation", "t0"),
        ("class_waiting", "t1"),
    ]
    [(media_type, invitation)] = calendars(school, "t0")
    assert media_type == "text/calendar; method=REQUEST; charset=utf-8"
    [event] = invitation.events
    assert (str(invitation["method"]), str(event["uid"])) == ("REQUEST", f"{session.uuid}@rollbook")
    assert event.to_ical().decode().count("DTSTART:20260303T120000Z\r\nDTEND:20260303T140000Z") == 1
    assert (str(event["summary"]), str(event["location"])) == ("Working at height", "Workshop 2")
    assert str(event["attendee"]).startswith("mailto:t0@")
    assert str(event["organizer"]) == f"urn:uuid:{school.organisation.founded.organisation.uuid}"
    assert calendars(school, "t1") == []
    gone = school.told(lambda: school.run(lambda work: seating.deregister(work, session, [people[0].id])))
    assert gone == [("class_withdrawn", "t0"), ("class_invitation", "t1")]
    assert steps(school, "t0") == [("REQUEST", 0), ("CANCEL", 1)]
    assert steps(school, "t1") == [("REQUEST", 1)]


def test_a_new_time_or_place_is_told_with_a_higher_sequence_and_nothing_else_is(school: ClassSchool) -> None:
    session, people = school.session(places=2), school.trainees(2)
    school.register(session, *people[:1])
    later = session.starts_at + HOUR
    assert school.told(lambda: change(school, session, starts_at=later)) == [("class_changed", "t0")]
    assert school.told(lambda: change(school, session, location="Yard")) == [("class_changed", "t0")]
    assert school.told(lambda: change(school, session, notes="Bring boots", places=5)) == []
    assert school.told(lambda: change(school, session, location="Yard")) == []
    school.register(session, people[1])
    assert steps(school, "t0") == [("REQUEST", 0), ("REQUEST", 1), ("REQUEST", 2)]
    assert steps(school, "t1") == [("REQUEST", 2)]
    school.run(lambda work: planning.cancel(work, session))
    last = calendars(school, "t0")[-1][1]
    assert steps(school, "t0")[-1] == steps(school, "t1")[-1] == ("CANCEL", 3)
    assert (str(last.events[0]["status"]), last.events[0]["dtstart"].dt.hour) == ("CANCELLED", 13)
    assert len({str(found.events[0]["uid"]) for _, found in calendars(school, "t0")}) == 1


def test_cancelling_tells_whom_it_is_asked_to(school: ClassSchool) -> None:
    teacher, (trainee,) = school.person(email="teacher@example.org"), school.trainees(1)
    for trainees in (True, False):
        for instructor in (True, False):
            session = school.session(instructor_id=teacher.id)
            school.register(session, trainee)
            told = school.told(
                lambda s=session, t=trainees, i=instructor: school.run(  # type: ignore[misc]
                    lambda work: planning.cancel(work, s, tells_trainees=t, tells_instructor=i)
                )
            )
            expected = [("class_cancelled", "t0")] * trainees + [("class_cancelled", "teacher")] * instructor
            assert told == expected
            assert (school.of(session).tells_trainees, school.of(session).tells_instructor) == (trainees, instructor)
    quiet = school.session(instructor_id=teacher.id, tells_trainees=False, tells_instructor=False)
    school.register(quiet, trainee)
    assert school.told(lambda: school.run(lambda work: planning.cancel(work, quiet))) == []


def test_an_instructor_is_invited_told_of_changes_and_let_off_when_replaced(school: ClassSchool) -> None:
    first, second = school.person(email="first@example.org"), school.person(email="second@example.org")
    session: Any = None

    def plan() -> None:
        nonlocal session
        session = school.session(instructor_id=first.id)

    assert school.told(plan) == [("class_invitation", "first")]
    [(_, invitation)] = calendars(school, "first")
    assert invitation.events[0]["attendee"].params["role"] == "CHAIR"
    assert str(invitation.events[0]["organizer"]) == "mailto:first@example.org"
    assert school.told(lambda: change(school, session, location="Yard")) == [("class_changed", "first")]
    told = school.told(lambda: change(school, session, instructor_id=second.id))
    assert told == [("class_withdrawn", "first"), ("class_invitation", "second")]
    assert steps(school, "first") == [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)]


def test_completing_tells_nobody(school: ClassSchool) -> None:
    session, people = school.session(), school.trainees(1)
    school.register(session, *people)
    assert school.told(lambda: school.run(lambda work: attendance.complete(work, session))) == []


def test_names_and_places_of_any_kind_survive_the_calendar(school: ClassSchool) -> None:
    odd = 'Žan "Zvone"; Črv, Jr: x\\n'
    session = school.session(location='Hall; "B", floor 3\\', notes="First line\nsecond; line, č" + "x" * 100)
    organisation = school.run(lambda work: get_organisation(work))
    write = Invitations(session, organisation, "REQUEST", 4, school.time.now)
    written = write.to(Guest(1, "a@example.org", odd, "P")).content
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    [event] = Calendar.from_ical(written).events
    assert str(event["location"]) == session.location
    assert str(event["description"]) == session.notes
    assert str(event["attendee"]) == "mailto:a@example.org"
    assert "\r\nBEGIN" not in str(event["attendee"].params["cn"])


@pytest.mark.parametrize(
    ("language", "said"), [("en", "seat"), ("sl", "mesto"), ("hr", "osposobljavanju"), ("ru", "место")]
)
def test_the_letter_speaks_the_persons_language_by_their_own_clock(
    school: ClassSchool, language: str, said: str
) -> None:
    address = f"{language}@{school.organisation.id}.example.org"
    person = school.person(email=address, language=language, time_zone="Australia/Perth")
    session = school.session(notes="Bring boots")
    school.register(session, person)
    letters = Letters(school.organisation.server)
    letters.work()
    [mail] = letters.to(address)
    assert said in mail.text
    assert "2026-03-03 20:00 – 22:00 (Australia/Perth)" in mail.text
    assert "Bring boots" in mail.text
    [file] = mail.attachments
    assert file.filename == "invite.ics"


def test_nobody_is_invited_to_a_class_that_was_cancelled_before_the_mail_went(school: ClassSchool) -> None:
    [person], session = school.trainees(1), school.session()
    school.register(session, person)
    school.run(lambda work: planning.cancel(work, session, tells_trainees=True))
    letters = Letters(school.organisation.server)
    letters.work()
    assert ["REQUEST" in mail.attachments[0].media_type for mail in letters.to(str(person.email))] == [False]


def test_the_instructors_letter_leads_to_the_attendance_page(school: ClassSchool) -> None:
    address = f"teacher@{school.organisation.id}.example.org"
    session = school.session(instructor_id=school.person(email=address).id)
    letters = Letters(school.organisation.server)
    letters.work()
    [mail] = letters.to(address)
    assert f"/console/classes/{session.id}/attendance" in mail.text
