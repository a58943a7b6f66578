"""The registration mail, and the invitation in it that lets someone choose a password."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from rollbook.core.access import credentials
from rollbook.core.kernel.statements import Statement, among
from rollbook.core.kernel.work import Work
from rollbook.core.mail import ledger
from rollbook.core.people.records import Person
from rollbook.core.people.tables import people

INVITATION_LIVES_S = 14 * 24 * 3600
_SENT = Statement[tuple[Any, ...]](update(people).where(people.c.id == bindparam("person_id")).values(welcome="sent"))
_DUE = Statement[tuple[Any, ...]](
    select(people.c.id, people.c.email).where(
        among(people.c.id, "ids"), people.c.welcome == "on_enrolment", people.c.email.is_not(None)
    )
)
_ALL_SENT = Statement[tuple[Any, ...]](update(people).where(among(people.c.id, "ids")).values(welcome="sent"))


def send(work: Work, person: Person) -> None:
    """Queue the registration mail; nothing for someone without an e-mail address."""
    if person.email is not None:
        ledger.queue(work, "welcome", person.email, person_id=person.id)


def send_if_due(work: Work, person: Person) -> None:
    """Queue the mail at a first enrolment, for someone who was registered without one."""
    if person.welcome == "on_enrolment" and person.email is not None:
        send(work, person)
        work.run(_SENT, person_id=person.id)


def send_all_due(work: Work, person_ids: Sequence[int]) -> None:
    """As :func:`send_if_due` for many people at once, whoever of them it is due to."""
    due = work.all(_DUE, ids=list(person_ids))
    if due:
        ledger.queue_all(work, "welcome", due)
        work.run(_ALL_SENT, ids=[person_id for person_id, _ in due])


def invite(work: Work, organisation_id: int, person_id: int) -> str:
    """A secret that lets a person choose a password, once, within two weeks."""
    credentials.end_personal(work, person_id, "invitation")
    _, secret = credentials.issue(
        work,
        "invitation",
        "invitation",
        organisation_id=organisation_id,
        person_id=person_id,
        lives_s=INVITATION_LIVES_S,
    )
    return secret
