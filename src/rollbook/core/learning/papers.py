"""What certificates and statements of completion say, in the words of the person's language."""

import re
from datetime import date
from typing import Any

import msgspec
from babel.dates import format_date

from rollbook.core.kernel.work import Work
from rollbook.core.learning.certificate_records import Certificate, Completion
from rollbook.core.learning.dates import local_day
from rollbook.core.learning.status import certificate_state
from rollbook.core.people.settings import settings_of


class Words(msgspec.Struct, frozen=True):
    """The fixed words of a document, in one language."""

    certificate: str
    statement: str
    certifies: str
    completed: str
    date: str
    score: str
    valid_until: str
    no_end: str
    number: str
    check: str
    states: dict[str, str]


_WORDS = {
    "en": Words(
        "Certificate of completion", "Statement of completion", "This is to certify that", "has completed",
        "Completed", "Score", "Valid until", "No end", "Number", "See whether it holds:",
        {"valid": "Valid", "expired": "Expired", "revoked": "Revoked"},
    ),
    "sl": Words(
        "Potrdilo o usposabljanju", "Izjava o opravljanju", "Potrjujemo, da je", "uspešno opravil/-a",
        "Opravljeno", "Rezultat", "Velja do", "Brez omejitve", "Številka", "Preverite veljavnost:",
        {"valid": "Veljavno", "expired": "Poteklo", "revoked": "Preklicano"},
    ),
    "hr": Words(
        "Potvrda o osposobljavanju", "Izjava o završetku", "Potvrđujemo da je", "uspješno završio/-la",
        "Završeno", "Rezultat", "Vrijedi do", "Bez ograničenja", "Broj", "Provjerite valjanost:",
        {"valid": "Važeća", "expired": "Istekla", "revoked": "Opozvana"},
    ),
    "ru": Words(
        "Сертификат о прохождении", "Справка о прохождении", "Настоящим подтверждается, что", "успешно завершил(а)",
        "Завершено", "Результат", "Действителен до", "Без ограничения", "Номер", "Проверьте действительность:",
        {"valid": "Действителен", "expired": "Истёк", "revoked": "Отозван"},
    ),
}  # fmt: skip
FALLBACK = "en"
_LONG_WORD = re.compile(r"\S{24}(?=\S)")


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A document about a completion, as it is read.

    ``facts`` are labels with what they say; ``address`` is where anyone can see whether it holds. ``state`` is None for
    a statement, which neither ends nor is revoked.
    """

    language: str
    heading: str
    certifies: str
    name: str
    completed: str
    title: str
    text: str | None
    facts: list[tuple[str, str]]
    signatory: str | None
    organisation: str
    check: str
    address: str
    state: str | None = None
    state_name: str | None = None
    revoke_reason: str | None = None
    logo_key: str | None = None


def certificate_paper(work: Work, found: Certificate, address: str) -> Paper:
    """What a certificate says, at this moment."""
    words = _words(found.language)
    ends = _day(found.expires_at, found) if found.expires_at is not None else words.no_end
    state = certificate_state(found.expires_at, found.revoked_at, work.at).value
    paper = _paper(work, found, words.certificate, address, [(words.valid_until, ends), (words.number, found.number)])
    return msgspec.structs.replace(
        paper, state=state, state_name=words.states[state], revoke_reason=found.revoke_reason
    )


def statement_paper(work: Work, found: Completion, address: str) -> Paper:
    """What a statement of completion says."""
    return _paper(work, found, _words(found.language).statement, address, [])


def _paper(work: Work, found: Completion, heading: str, address: str, facts: list[tuple[str, str]]) -> Paper:
    words, settings = _words(found.language), settings_of(work, found.organisation_id)
    known = [(words.date, _day(found.completed_at, found))] if found.completed_at is not None else []
    if found.score is not None:
        known.append((words.score, f"{found.score:.0f} %"))
    return Paper(
        language=_language(found.language),
        heading=heading,
        certifies=words.certifies,
        name=found.full_name,
        completed=words.completed,
        title=found.title,
        text=settings.certificate_text,
        facts=[*known, *facts],
        signatory=settings.certificate_signatory,
        organisation=found.organisation_name,
        check=words.check,
        address=address,
        logo_key=settings.logo_key,
    )


def _language(tag: str) -> str:
    language = tag.partition("-")[0].lower()
    return language if language in _WORDS else FALLBACK


def _words(tag: str) -> Words:
    return _WORDS[_language(tag)]


def _day(instant: int, found: Completion) -> str:
    """A date as people write it, by the person's own clock."""
    day = date.fromisoformat(local_day(instant, found.zone))
    return format_date(day, "long", locale=found.language.replace("-", "_") if _is_known(found.language) else FALLBACK)


def _is_known(tag: str) -> bool:
    return tag.partition("-")[0].lower() in _WORDS


def printed(paper: Paper) -> dict[str, Any]:
    """The paper as the printer's template wants it. Words of any length find room, for they may be broken."""
    texts = {name: _breakable(getattr(paper, name)) for name in ("name", "title", "text", "signatory", "organisation")}
    plain: dict[str, Any] = msgspec.to_builtins(paper)
    return plain | texts | {"address_shown": paper.address.partition("://")[2]}


def _breakable(text: str | None) -> str | None:
    return None if text is None else _LONG_WORD.sub("\\g<0>\u200b", text)
