"""What the mails about lessons say: that one is scheduled, due soon, overdue, cancelled."""

from zoneinfo import ZoneInfo

from rollbook.core.kernel import clock
from rollbook.core.kernel.work import Work
from rollbook.core.learning import reminders
from rollbook.core.learning.queries import load_assignments
from rollbook.core.learning.records import CANCELLED, OPEN
from rollbook.core.mail import templates
from rollbook.core.mail.ledger import QueuedMail
from rollbook.core.mail.letters import Letter, NothingToSay
from rollbook.core.mail.templates import Wording
from rollbook.core.people.queries import find_person, get_organisation

PLACES = frozenset({"name", "organisation", "lesson", "due"})
"""The facts that these mails have."""

WORDINGS: dict[str, dict[str, Wording]] = {
    reminders.SCHEDULED: {
        "en": Wording(
            "{lesson} is waiting for you",
            ("Hello {name},", "{organisation} has scheduled the lesson “{lesson}” for you.", "It is due by {due}."),
            "Open the lesson",
        ),
        "sl": Wording(
            "Čaka vas lekcija {lesson}",
            ("Pozdravljeni, {name}!", "{organisation} vam je dodelila lekcijo »{lesson}«.", "Rok: {due}."),
            "Odprite lekcijo",
        ),
        "hr": Wording(
            "Čeka vas lekcija {lesson}",
            ("Pozdrav, {name}!", "{organisation} dodijelila vam je lekciju „{lesson}”.", "Rok: {due}."),
            "Otvorite lekciju",
        ),
        "ru": Wording(
            "Вас ждёт урок {lesson}",
            ("Здравствуйте, {name}!", "{organisation} назначила вам урок «{lesson}».", "Срок: {due}."),
            "Открыть урок",
        ),
    },
    reminders.REMINDER: {
        "en": Wording(
            "{lesson} is due by {due}",
            ("Hello {name},", "the lesson “{lesson}” is still open.", "Please complete it by {due}."),
            "Open the lesson",
        ),
        "sl": Wording(
            "Rok za lekcijo {lesson}: {due}",
            ("Pozdravljeni, {name}!", "Lekcija »{lesson}« še ni končana.", "Končajte jo do {due}."),
            "Odprite lekcijo",
        ),
        "hr": Wording(
            "Rok za lekciju {lesson}: {due}",
            ("Pozdrav, {name}!", "Lekcija „{lesson}” još nije završena.", "Završite je do {due}."),
            "Otvorite lekciju",
        ),
        "ru": Wording(
            "Срок урока {lesson}: {due}",
            ("Здравствуйте, {name}!", "Урок «{lesson}» ещё не пройден.", "Пройдите его до {due}."),
            "Открыть урок",
        ),
    },
    reminders.OVERDUE: {
        "en": Wording(
            "{lesson} is overdue",
            ("Hello {name},", "the lesson “{lesson}” was due by {due}.", "Please complete it as soon as you can."),
            "Open the lesson",
        ),
        "sl": Wording(
            "Rok za lekcijo {lesson} je potekel",
            ("Pozdravljeni, {name}!", "Rok za lekcijo »{lesson}« je bil {due}.", "Končajte jo čim prej."),
            "Odprite lekcijo",
        ),
        "hr": Wording(
            "Rok za lekciju {lesson} je istekao",
            ("Pozdrav, {name}!", "Rok za lekciju „{lesson}” bio je {due}.", "Završite je što prije."),
            "Otvorite lekciju",
        ),
        "ru": Wording(
            "Срок урока {lesson} истёк",
            ("Здравствуйте, {name}!", "Срок урока «{lesson}» был {due}.", "Пройдите его как можно скорее."),
            "Открыть урок",
        ),
    },
    reminders.CANCELLATION: {
        "en": Wording(
            "{lesson} was cancelled",
            ("Hello {name},", "the lesson “{lesson}” was taken back.", "There is nothing left for you to do."),
        ),
        "sl": Wording(
            "Lekcija {lesson} je preklicana",
            ("Pozdravljeni, {name}!", "Lekcija »{lesson}« je preklicana.", "Storiti vam ni treba ničesar."),
        ),
        "hr": Wording(
            "Lekcija {lesson} je otkazana",
            ("Pozdrav, {name}!", "Lekcija „{lesson}” je otkazana.", "Ne morate učiniti ništa."),
        ),
        "ru": Wording(
            "Урок {lesson} отменён",
            ("Здравствуйте, {name}!", "Урок «{lesson}» отменён.", "Ничего делать не нужно."),
        ),
    },
}
"""Our own words, by kind and language."""
NO_END = {"en": "no particular day", "sl": "brez roka", "hr": "bez roka", "ru": "без срока"}
"""What stands for the due date of a lesson that has none."""


def compose(work: Work, mail: QueuedMail, base_url: str) -> Letter:
    """The letter, in the person's language and with dates of their own calendar.

    Raises `NothingToSay` for someone who has left, and for a lesson that was finished or taken back meanwhile.
    """
    person = find_person(work, key="id", value=mail.person_id)
    found = load_assignments(work, [mail.about_id or 0]).get(mail.about_id or 0)
    if person is None or not person.is_active:
        raise NothingToSay("The person is not active any more.")
    if found is None or found.outcome != (CANCELLED if mail.kind == reminders.CANCELLATION else OPEN):
        raise NothingToSay("This is not so any more.")
    organisation = get_organisation(work)
    zone = ZoneInfo(person.time_zone or organisation.time_zone)
    language = person.language.partition("-")[0].lower()
    due = NO_END.get(language, NO_END["en"])
    if found.due_at is not None:
        due = clock.to_datetime(found.due_at).astimezone(zone).date().isoformat()
    facts = {"name": person.full_name, "organisation": organisation.name, "lesson": found.title, "due": due}
    return templates.letter(
        work,
        mail.kind,
        WORDINGS[mail.kind],
        person.language,
        facts,
        link=None if mail.kind == reminders.CANCELLATION else f"{base_url}/console/learn/{found.uuid}",
        to_name=person.full_name,
    )
