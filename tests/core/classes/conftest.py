"""Classes for tests, on the school that tests of learning use."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from rollbook.core.classes import planning, queries, seating
from rollbook.core.classes.records import REGISTERED, WAITING, Attendee, ClassSession, NewSession
from rollbook.core.events.queries import AuditFilter, list_audit
from rollbook.core.kernel.clock import DAY, HOUR
from rollbook.core.kernel.statements import Statement
from rollbook.core.mail.tables import mails
from rollbook.core.people.records import Person
from tests.conftest import Organisation
from tests.core.learning.conftest import School, Time
from tests.core.learning.conftest import time as time

_MAILS = Statement[tuple[Any, ...]](
    select(mails.c.kind, mails.c.recipient, mails.c.attachments)
    .where(mails.c.organisation_id == bindparam("organisation_id"))
    .order_by(mails.c.id)
)


@dataclass
class ClassSchool(School):
    """A school with classes."""

    def session(self, **given: Any) -> ClassSession:
        """Plan a class tomorrow."""
        begins = self.time.now + DAY
        values: dict[str, Any] = {"starts_at": begins, "ends_at": begins + 2 * HOUR, "location": "Workshop 2"} | given
        if not values.keys() & {"content_id", "course_id"}:
            values["content_id"] = self.content().id
        made: ClassSession = self.run(lambda work: planning.create(work, NewSession(**values)))
        return made

    def trainees(self, number: int) -> list[Person]:
        """Register people who have an address."""
        return [self.person(email=f"t{at}@{self.organisation.id}.example.org") for at in range(number)]

    def register(self, session: ClassSession, *people: Person) -> Any:
        """Put people in a class."""
        return self.run(lambda work: seating.register(work, session, [person.id for person in people]))

    def of(self, session: ClassSession) -> ClassSession:
        """A class as it is now."""
        found: ClassSession = self.run(lambda work: queries.get_session(work, key="id", value=session.id))
        return found

    def attendees(self, session: ClassSession, state: str | None = None) -> list[Attendee]:
        """Who is in it."""
        return list(self.run(lambda work: queries.list_attendees(work, session, state=state).rows))

    def seated(self, session: ClassSession) -> list[int]:
        """The people who have a seat, in order."""
        return [one.person_id for one in self.attendees(session, REGISTERED)]

    def waiting(self, session: ClassSession) -> list[int]:
        """The people who wait, in order."""
        return [one.person_id for one in self.attendees(session, WAITING)]

    def mails(self) -> list[tuple[str, str, str | None]]:
        """What the ledger holds: kind, recipient, attachments."""
        found: list[tuple[str, str, str | None]] = self.run(
            lambda work: work.all(_MAILS, organisation_id=self.organisation.id)
        )
        return found

    def told(self, job: Callable[[], object]) -> list[tuple[str, str]]:
        """The mails that something makes, as kinds with the part before the address's @."""
        before = len(self.mails())
        job()
        return [(kind, recipient.partition("@")[0]) for kind, recipient, _ in self.mails()[before:]]

    def happened(self, session: ClassSession) -> list[str]:
        """The kinds of a class's events, oldest first."""
        wanted = AuditFilter(entity="class", entity_id=session.id)
        return [event.kind for event in self.run(lambda work: list_audit(work, wanted))][::-1]


@pytest.fixture
def school(organisation: Organisation, time: Time) -> ClassSchool:
    """An empty school."""
    return ClassSchool(organisation, time)
