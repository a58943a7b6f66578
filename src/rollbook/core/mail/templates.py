"""What kinds of mail say: our own words by language, or those that an organisation has written instead."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, insert, select, update

from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.values import checked_language, required_line
from rollbook.core.kernel.work import Work
from rollbook.core.mail.letters import FALLBACK, Letter, in_language
from rollbook.core.mail.tables import mail_templates

Rows = Statement[tuple[Any, ...]]

LONGEST_BODY = 10_000
_PLACE = re.compile(r"\{(\w+)\}")


class Wording(msgspec.Struct, frozen=True):
    """What a kind of mail says in one language. ``{name}`` and its like stand for the facts of each mail."""

    subject: str
    paragraphs: tuple[str, ...]
    link_label: str = ""


class Template(msgspec.Struct, frozen=True):
    """An organisation's own words; blank lines part the paragraphs of ``body``."""

    uuid: str
    kind: str
    language: str
    subject: str
    body: str
    updated_at: int


_SELECT = select(*(mail_templates.c[name] for name in Template.__struct_fields__)).where(
    mail_templates.c.organisation_id == bindparam("organisation_id")
)
_is_named = (mail_templates.c.kind == bindparam("kind"), mail_templates.c.language == bindparam("language"))
_ALL = Statement(_SELECT.order_by(mail_templates.c.kind, mail_templates.c.language), Template)
_ONE = Statement(_SELECT.where(*_is_named), Template)
_NAMES = ("uuid", "organisation_id", "kind", "language", "subject", "body", "created_at", "updated_at")
_INSERT = Rows(insert(mail_templates).values({name: bindparam(name) for name in _NAMES}))
_UPDATE = Rows(
    update(mail_templates)
    .where(mail_templates.c.uuid == bindparam("key"))
    .values({name: bindparam(f"new_{name}") for name in ("subject", "body", "updated_at")})
)
_DELETE = Rows(delete(mail_templates).where(mail_templates.c.uuid == bindparam("key")))


def list_templates(work: Work) -> list[Template]:
    """The organisation's own words, by kind and language."""
    return work.all(_ALL, organisation_id=work.principal.organisation_id)


def find_template(work: Work, kind: str, language: str) -> Template | None:
    """The organisation's own words for a kind of mail in a language."""
    return work.first(_ONE, organisation_id=work.principal.organisation_id, kind=kind, language=language)


def write(work: Work, kind: str, language: str, *, subject: str, body: str, places: frozenset[str]) -> None:
    """Keep an organisation's own words. ``places`` are the facts that the kind of mail has; callers decide who may.

    Faults: MISSING or INVALID naming the field, INVALID for a ``{place}`` that is none of them.
    """
    tag, line = checked_language(language), required_line(subject, "subject")
    text = body.replace("\r\n", "\n").strip()
    if not text:
        raise field_fault(FaultCode.MISSING, "body", "body is required")
    if len(text) > LONGEST_BODY or "\x00" in text:
        raise field_fault(FaultCode.INVALID, "body", f"body may have at most {LONGEST_BODY} characters")
    for field, value in (("subject", line), ("body", text)):
        for place in _PLACE.findall(value):
            if place not in places:
                message = f"{{{place}}} stands for nothing here; there are {', '.join(sorted(places))}"
                raise field_fault(FaultCode.INVALID, field, message)
    found = find_template(work, kind, tag)
    if found is None:
        row = {"uuid": new_uuid(), "kind": kind, "language": tag, "subject": line, "body": text}
        organisation_id = work.principal.organisation_id
        work.run(_INSERT, **row, organisation_id=organisation_id, created_at=work.at, updated_at=work.at)
    else:
        work.run(_UPDATE, key=found.uuid, new_subject=line, new_body=text, new_updated_at=work.at)


def forget(work: Work, kind: str, language: str) -> None:
    """Go back to our words. Faults: NOT_FOUND."""
    found = find_template(work, kind, language)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There are no words of your own for this mail in this language.")
    work.run(_DELETE, key=found.uuid)


def letter(
    work: Work,
    kind: str,
    ours: Mapping[str, Wording],
    language: str,
    facts: Mapping[str, str],
    *,
    link: str | None = None,
    link_label: str | None = None,
    to_name: str = "",
) -> Letter:
    """What a mail says: in the organisation's words where it has some in the language, else in ours.

    ``link_label`` stands in place of the wording's own.
    """
    tag = language.partition("-")[0].lower()
    wording = in_language(ours, language)
    own = find_template(work, kind, tag)
    if own is not None:
        wording = of_text(own.subject, own.body, wording.link_label)
    label = link_label or wording.link_label
    written = filled(wording, facts, tag if own is not None or tag in ours else FALLBACK)
    return msgspec.structs.replace(written, link=(label, link) if link else None, to_name=to_name)


def of_text(subject: str, body: str, link_label: str = "") -> Wording:
    """A wording as it is typed: blank lines part the paragraphs."""
    return Wording(subject, tuple(part.strip("\n") for part in body.split("\n\n") if part.strip()), link_label)


def as_text(wording: Wording) -> str:
    """The paragraphs of a wording as they are typed."""
    return "\n\n".join(wording.paragraphs)


def filled(wording: Wording, facts: Mapping[str, str], language: str) -> Letter:
    """The letter without a link. A fact may be several paragraphs, or none."""
    text = "\n\n".join(_filled(paragraph, facts) for paragraph in wording.paragraphs)
    return Letter(
        subject=_filled(wording.subject, facts),
        paragraphs=tuple(part for part in text.split("\n\n") if part.strip()) or ("",),
        language=language,
    )


def _filled(text: str, facts: Mapping[str, str]) -> str:
    """Facts are put in once: what a fact itself says is never read as a place."""
    return _PLACE.sub(lambda found: facts.get(found[1], found[0]), text)
