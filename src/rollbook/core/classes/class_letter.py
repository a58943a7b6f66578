"""What the mails about classes say."""

from datetime import datetime
from zoneinfo import ZoneInfo

from rollbook.core.classes import invitations, queries
from rollbook.core.classes.records import ClassSession
from rollbook.core.kernel.clock import SECOND
from rollbook.core.kernel.faults import Fault
from rollbook.core.kernel.work import Work
from rollbook.core.mail import templates
from rollbook.core.mail.ledger import QueuedMail
from rollbook.core.mail.letters import Letter, NothingToSay, in_language
from rollbook.core.mail.templates import Wording
from rollbook.core.people.queries import find_person, get_organisation

_TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "greeting": "Hello {name},",
        "class_invitation": "you have a seat in the class “{title}”.",
        "class_invitation_subject": "Class: {title}, {day}",
        "class_changed": "the class “{title}” has changed. It now is as follows.",
        "class_changed_subject": "Changed: {title}, {day}",
        "class_cancelled": "the class “{title}” has been cancelled.",
        "class_cancelled_subject": "Cancelled: {title}, {day}",
        "class_withdrawn": "you are no longer part of the class “{title}”.",
        "class_withdrawn_subject": "Withdrawn: {title}, {day}",
        "class_waiting": "the class “{title}” is full. You are on its waiting list and will be told if you get a seat.",
        "class_waiting_subject": "Waiting list: {title}, {day}",
        "leads": "you lead the class “{title}”.",
        "when": "When: {when}",
        "where": "Where: {where}",
        "instructor": "Instructor: {instructor}",
        "attendance": "Attendance page",
        "closing": "{organisation}",
    },
    "sl": {
        "greeting": "Pozdravljeni, {name}!",
        "class_invitation": "Imate mesto na usposabljanju »{title}«.",
        "class_invitation_subject": "Usposabljanje: {title}, {day}",
        "class_changed": "Usposabljanje »{title}« je spremenjeno. Novi podatki so spodaj.",
        "class_changed_subject": "Sprememba: {title}, {day}",
        "class_cancelled": "Usposabljanje »{title}« je odpovedano.",
        "class_cancelled_subject": "Odpovedano: {title}, {day}",
        "class_withdrawn": "Na usposabljanju »{title}« niste več udeleženi.",
        "class_withdrawn_subject": "Odjava: {title}, {day}",
        "class_waiting": "Usposabljanje »{title}« je zasedeno. Ste na čakalnem seznamu; če se mesto sprosti, "
        "vas obvestimo.",
        "class_waiting_subject": "Čakalni seznam: {title}, {day}",
        "leads": "Vodite usposabljanje »{title}«.",
        "when": "Kdaj: {when}",
        "where": "Kje: {where}",
        "instructor": "Inštruktor: {instructor}",
        "attendance": "Stran za prisotnost",
        "closing": "{organisation}",
    },
    "hr": {
        "greeting": "Pozdrav, {name}!",
        "class_invitation": "Imate mjesto na osposobljavanju „{title}”.",
        "class_invitation_subject": "Osposobljavanje: {title}, {day}",
        "class_changed": "Osposobljavanje „{title}” je promijenjeno. Novi podaci su u nastavku.",
        "class_changed_subject": "Promjena: {title}, {day}",
        "class_cancelled": "Osposobljavanje „{title}” je otkazano.",
        "class_cancelled_subject": "Otkazano: {title}, {day}",
        "class_withdrawn": "Više niste sudionik osposobljavanja „{title}”.",
        "class_withdrawn_subject": "Odjava: {title}, {day}",
        "class_waiting": "Osposobljavanje „{title}” je popunjeno. Na listi čekanja ste i javit ćemo vam ako se mjesto "
        "oslobodi.",
        "class_waiting_subject": "Lista čekanja: {title}, {day}",
        "leads": "Vodite osposobljavanje „{title}”.",
        "when": "Kada: {when}",
        "where": "Gdje: {where}",
        "instructor": "Instruktor: {instructor}",
        "attendance": "Stranica za prisutnost",
        "closing": "{organisation}",
    },
    "ru": {
        "greeting": "Здравствуйте, {name}!",
        "class_invitation": "У вас есть место на занятии «{title}».",
        "class_invitation_subject": "Занятие: {title}, {day}",
        "class_changed": "Занятие «{title}» изменено. Новые данные ниже.",
        "class_changed_subject": "Изменение: {title}, {day}",
        "class_cancelled": "Занятие «{title}» отменено.",
        "class_cancelled_subject": "Отменено: {title}, {day}",
        "class_withdrawn": "Вы больше не участвуете в занятии «{title}».",
        "class_withdrawn_subject": "Снято с занятия: {title}, {day}",
        "class_waiting": "На занятии «{title}» нет мест. Вы в листе ожидания; если место освободится, мы сообщим.",
        "class_waiting_subject": "Лист ожидания: {title}, {day}",
        "leads": "Вы ведёте занятие «{title}».",
        "when": "Когда: {when}",
        "where": "Где: {where}",
        "instructor": "Инструктор: {instructor}",
        "attendance": "Страница посещаемости",
        "closing": "{organisation}",
    },
}
_STILL_TRUE = {invitations.INVITATION, invitations.CHANGED, invitations.WAITING}
"""What is not said any more once the class is cancelled."""


LEADING = "class_leading"
"""The invitation of the one who leads a class."""
PLACES = frozenset({"name", "organisation", "title", "day", "when", "where", "instructor", "notes", "details"})
"""The facts that these mails have."""


def _wordings(kind: str, subject: str) -> dict[str, Wording]:
    return {
        language: Wording(
            text[f"{subject}_subject"],
            (text["greeting"], text[kind], "{details}", "{notes}", text["closing"]),
            text["attendance"],
        )
        for language, text in _TEXTS.items()
    }


WORDINGS = {kind: _wordings(kind, kind) for kind in invitations.KINDS} | {
    LEADING: _wordings("leads", invitations.INVITATION)
}


def compose(work: Work, mail: QueuedMail, base_url: str) -> Letter:
    """The letter, in the person's language and by the person's clock. Raises `NothingToSay` for what is over."""
    person = find_person(work, key="id", value=mail.person_id)
    if person is None or not person.is_active:
        raise NothingToSay("The person is not active any more.")
    try:
        session = queries.get_session(work, key="id", value=mail.about_id)
    except Fault:
        raise NothingToSay("The class is gone.") from None
    if mail.kind in _STILL_TRUE and invitations.is_over(session):
        raise NothingToSay("The class was cancelled in the meantime.")
    texts, organisation = in_language(_TEXTS, person.language), get_organisation(work)
    leads = person.id == session.instructor_id
    kind = LEADING if leads and mail.kind == invitations.INVITATION else mail.kind
    facts = {"name": person.full_name, "organisation": organisation.name}
    facts |= _facts(session, texts, person.time_zone or organisation.time_zone)
    return templates.letter(
        work,
        kind,
        WORDINGS[kind],
        person.language,
        facts,
        link=f"{base_url}/console/classes/{session.id}/attendance" if leads else None,
        to_name=person.full_name,
    )


def _facts(session: ClassSession, texts: dict[str, str], zone: str) -> dict[str, str]:
    """When and where, in figures that every language reads alike; ``details`` are all of them with their labels."""
    begins, ends = (datetime.fromtimestamp(at / SECOND, ZoneInfo(zone)) for at in (session.starts_at, session.ends_at))
    until = f"{ends:%H:%M}" if begins.date() == ends.date() else f"{ends:%Y-%m-%d %H:%M}"
    known = {
        "title": session.title,
        "day": f"{begins:%Y-%m-%d}",
        "when": f"{begins:%Y-%m-%d %H:%M} – {until} ({zone})",
        "where": session.location or "",
        "instructor": session.instructor_name or "",
        "notes": session.notes or "",
    }
    lines = [texts[name].replace(f"{{{name}}}", known[name]) for name in ("when", "where", "instructor") if known[name]]
    return known | {"details": "\n\n".join(lines)}
