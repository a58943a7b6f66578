"""Every kind of mail that has words: ours by language, and those that an organisation writes instead."""

from collections.abc import Mapping

import msgspec

from rollbook.core.access import welcome_letter
from rollbook.core.classes import class_letter
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Permission
from rollbook.core.kernel.work import Work
from rollbook.core.learning import lesson_letter
from rollbook.core.mail import templates
from rollbook.core.mail.letters import Letter, in_language
from rollbook.core.mail.templates import Wording
from rollbook.core.people import policy
from rollbook.core.people.queries import get_organisation


class MailKind(msgspec.Struct, frozen=True):
    """A kind of mail: our words by language, and the places in them that the facts of each mail fill."""

    name: str
    ours: Mapping[str, Wording]
    places: frozenset[str]


KINDS: dict[str, MailKind] = {
    kind.name: kind
    for kind in (
        MailKind(welcome_letter.KIND, welcome_letter.WORDINGS, welcome_letter.PLACES),
        *(MailKind(name, ours, lesson_letter.PLACES) for name, ours in lesson_letter.WORDINGS.items()),
        *(MailKind(name, ours, class_letter.PLACES) for name, ours in class_letter.WORDINGS.items()),
    )
}

SAMPLES = {
    "name": "Ana Kovač",
    "username": "ana.kovac",
    "how": "…",
    "lesson": "Work at height",
    "title": "Work at height",
    "due": "2030-05-31",
    "day": "2030-05-19",
    "when": "2030-05-19 09:00 – 12:00",
    "where": "Training hall",
    "instructor": "Bor Novak",
    "notes": "…",
    "details": "2030-05-19 09:00 – 12:00\n\nTraining hall",
}
"""What stands in the places of a preview."""


def get_kind(name: str) -> MailKind:
    """A kind of mail. Faults: NOT_FOUND."""
    found = KINDS.get(name)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such kind of mail.")
    return found


def wording_of(work: Work, kind: MailKind, language: str) -> tuple[Wording, bool]:
    """What a kind of mail says in a language, and whether these are the organisation's own words."""
    own = templates.find_template(work, kind.name, language)
    if own is None:
        return in_language(kind.ours, language), False
    return templates.of_text(own.subject, own.body), True


def write(work: Work, kind: MailKind, language: str, *, subject: str, body: str) -> None:
    """Keep an organisation's own words. Faults: FORBIDDEN; MISSING or INVALID naming the field."""
    policy.require(work.principal, Permission.SETTINGS_WRITE)
    templates.write(work, kind.name, language, subject=subject, body=body, places=kind.places)
    _record(work, kind, language, subject)


def forget(work: Work, kind: MailKind, language: str) -> None:
    """Go back to our words. Faults: FORBIDDEN; NOT_FOUND."""
    policy.require(work.principal, Permission.SETTINGS_WRITE)
    templates.forget(work, kind.name, language)
    _record(work, kind, language, None)


def _record(work: Work, kind: MailKind, language: str, subject: str | None) -> None:
    organisation = get_organisation(work)
    after = {"mail_template": f"{kind.name}/{language}", "subject": subject}
    work.record("organisation.updated", "organisation", organisation.id, organisation.uuid, after=after)


def preview(work: Work, wording: Wording, language: str) -> Letter:
    """The letter as somebody might get it."""
    return templates.filled(wording, {**SAMPLES, "organisation": get_organisation(work).name}, language)
