"""Mails about lessons: each told once, in the morning of the person's own day, and why one was not sent."""

from typing import Any

import pytest
from sqlalchemy import bindparam, select

from rollbook.core.kernel.clock import DAY, HOUR, parse_instant
from rollbook.core.kernel.faults import Fault
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.work import Work
from rollbook.core.learning import assignments, lesson_letter, reminders, scheduling
from rollbook.core.learning.scheduling import Grace
from rollbook.core.mail import ledger as queue
from rollbook.core.mail import templates
from rollbook.core.mail.letters import Letter, NothingToSay
from rollbook.core.mail.tables import mails
from rollbook.core.people import settings
from rollbook.core.people.records import Person
from tests.core.learning.conftest import NOON, School

_LEDGER = Statement[tuple[Any, ...]](
    select(mails.c.kind, mails.c.person_id, mails.c.about_id, mails.c.state, mails.c.recipient)
    .where(mails.c.organisation_id == bindparam("organisation_id"), mails.c.about == "assignment")
    .order_by(mails.c.id)
)


def look(school: School, since: int) -> list[str]:
    """What is queued that was not told yet."""
    before = len(ledger(school))
    school.run(lambda work: reminders.queue_due(work, since=since))
    return [kind for kind, *_ in ledger(school)[before:]]


def ledger(school: School) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = school.run(lambda work: work.all(_LEDGER, organisation_id=school.organisation.id))
    return found


def schedule(school: School, person: Person, **given: Any) -> int:
    version = school.content().version_id
    made: list[int] = school.run(lambda work: scheduling.schedule(work, person, [version or 0], **given))
    return made[0]


def test_a_lesson_is_told_of_when_it_can_be_opened_once(school: School) -> None:
    ana = school.person(email="ana@example.org")
    schedule(school, ana)
    schedule(school, ana, start_at=NOON + DAY)
    assert look(school, NOON - DAY) == ["lesson_scheduled"]
    assert look(school, NOON - DAY) == []
    school.time.pass_days(1)
    assert look(school, NOON) == ["lesson_scheduled"]


@pytest.mark.parametrize(
    ("zone", "hour"), [("UTC", "08:00"), ("Australia/Perth", "00:00"), ("America/New_York", "12:00")]
)
def test_reminders_and_overdue_notices_go_out_in_the_persons_own_morning(school: School, zone: str, hour: str) -> None:
    person = school.person(email="ana@example.org", time_zone=zone)
    schedule(school, person, start_at=parse_instant("2026-04-10T16:00:00Z", "start"), grace=Grace(10))
    due = "2026-04-21" if zone == "Australia/Perth" else "2026-04-20"
    morning = parse_instant(f"{due}T{hour}:00Z", "morning")
    for day, kind in ((-3, "lesson_reminder"), (1, "lesson_overdue")):
        at = morning + day * DAY
        school.time.now = at - HOUR
        assert kind not in look(school, at - 2 * HOUR)
        school.time.now = at
        assert kind in look(school, at - HOUR)
        assert kind not in look(school, at - HOUR)


def test_what_is_over_is_not_reminded_of_and_a_cancellation_is_told(school: School) -> None:
    ana = school.person(email="ana@example.org")
    done, cancelled = schedule(school, ana, grace=Grace(1)), schedule(school, ana, grace=Grace(1))
    look(school, NOON - DAY)
    finished, taken_back = school.look(done), school.look(cancelled)
    school.run(lambda work: assignments.complete(work, finished))
    school.run(lambda work: assignments.cancel(work, taken_back))
    assert look(school, NOON - DAY) == ["lesson_cancelled"]
    school.time.pass_days(3)
    assert look(school, NOON) == []


def test_whoever_has_no_address_is_in_the_ledger_as_skipped(school: School) -> None:
    schedule(school, school.person(email=None, username="nobody"))
    assert look(school, NOON - DAY) == ["lesson_scheduled"]
    assert ledger(school)[0][3:] == ("skipped", "")


def test_a_kind_that_is_silenced_is_in_the_ledger_as_skipped(school: School) -> None:
    school.run(
        lambda work: settings.change_settings(
            work, settings.SettingsChanges(silenced_mails=frozenset({"lesson_scheduled"}), reminder_days=(1, 7))
        )
    )
    schedule(school, school.person(email="ana@example.org"))
    assert look(school, NOON - DAY) == ["lesson_scheduled"]
    assert ledger(school)[0][3:] == ("skipped", "ana@example.org")
    school.time.pass_days(14)
    assert look(school, NOON) == ["lesson_reminder", "lesson_reminder"]


def letters(school: School) -> list[Letter]:
    """What the mails that are due say."""

    def compose(work: Work) -> list[Letter]:
        due = queue.claim(work, 10_000, until=work.at + DAY)
        mine = [mail for mail in due if mail.organisation_id == school.organisation.id]
        return [lesson_letter.compose(work, mail, "https://rollbook.example") for mail in mine]

    found: list[Letter] = school.run(compose)
    return found


def test_a_letter_speaks_the_persons_language_and_names_the_day_of_their_own_calendar(school: School) -> None:
    person = school.person(email="ana@example.org", language="sl", time_zone="Australia/Perth")
    schedule(school, person, grace=Grace(14))
    look(school, NOON - DAY)
    (letter,) = letters(school)
    assert letter.subject == "Čaka vas lekcija Working at height"
    assert "Rok: 2026-03-16." in letter.paragraphs
    assert letter.link is not None
    assert letter.link[1].startswith("https://rollbook.example/")


def test_an_organisations_own_words_are_used_and_facts_in_them_are_filled_in_once(school: School) -> None:
    person = school.person(email="ana@example.org", first_name="{organisation}")
    kind = reminders.SCHEDULED
    with pytest.raises(Fault) as refused:
        school.run(
            lambda work: templates.write(
                work, kind, "en", subject="{lesson}", body="For {nobody}", places=lesson_letter.PLACES
            )
        )
    assert list(refused.value.fields) == ["body"]
    school.run(
        lambda work: templates.write(
            work, kind, "en", subject="Learn {lesson}", body="Dear {name}\n\nBye", places=lesson_letter.PLACES
        )
    )
    schedule(school, person)
    look(school, NOON - DAY)
    (letter,) = letters(school)
    assert letter.subject == "Learn Working at height"
    assert letter.paragraphs == (f"Dear {{organisation}} {person.last_name}", "Bye")


def test_nothing_is_said_of_a_lesson_that_was_finished_meanwhile(school: School) -> None:
    person = school.person(email="ana@example.org")
    opened = school.look(schedule(school, person))
    look(school, NOON - DAY)
    school.run(lambda work: assignments.complete(work, opened))
    with pytest.raises(NothingToSay):
        letters(school)
