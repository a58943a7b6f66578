"""What mails say: the organisation's own words by kind and language, with a preview; and which mails go out when."""

from typing import Any

from rollbook.console import words
from rollbook.console.listing import crumbs
from rollbook.console.pages.person_form import LANGUAGES
from rollbook.console.rendering import SHOWING_HEADERS
from rollbook.console.visits import Visit
from rollbook.core import wordings
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.mail import letters, templates
from rollbook.core.mail.templates import Wording
from rollbook.core.people.queries import get_organisation
from rollbook.core.people.settings import MOST_REMINDERS, SettingsChanges, change_settings, get_settings
from rollbook.core.wordings import MailKind
from rollbook.web.routes import Reply

HOME = "/console/mail/words"
SETTINGS = "/console/settings/mail"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


def index(visit: Visit) -> Reply:
    """The kinds of mail, with the languages in which the organisation has words of its own."""
    own: dict[str, list[str]] = {}
    for template in templates.list_templates(visit.work):
        own.setdefault(template.kind, []).append(template.language)
    usual = get_organisation(visit.work).language.partition("-")[0]
    return visit.render(
        "rooms/mail/words.html",
        title="What mails say",
        room="mail",
        breadcrumbs=crumbs(("Mail", "/console/mail"), "What they say"),
        rows=[
            {
                "id": name,
                "kind": {"label": words.mail_kind(name), "href": f"{HOME}/{name}/{usual}"},
                "own": [dict(LANGUAGES).get(language, language) for language in own.get(name, [])],
                "state": "silenced" if name in get_settings(visit.work).silenced_mails else None,
            }
            for name in wordings.KINDS
        ],
    )


def _named(visit: Visit) -> tuple[MailKind, str]:
    kind, language = wordings.get_kind(str(visit.call.path["kind"])), str(visit.call.path["language"])
    if language not in dict(LANGUAGES):
        raise Fault(FaultCode.NOT_FOUND, "There is no such language here.")
    return kind, language


def form(visit: Visit) -> Reply:
    """The words of one kind in one language."""
    kind, language = _named(visit)
    wording, is_own = wordings.wording_of(visit.work, kind, language)
    if visit.errors:
        wording = _typed(visit)
    reply = visit.render(
        "rooms/mail/edit.html",
        title=words.mail_kind(kind.name),
        room="mail",
        breadcrumbs=crumbs(("Mail", "/console/mail"), ("What they say", HOME), words.mail_kind(kind.name)),
        kind=kind,
        href=f"{HOME}/{kind.name}/{language}",
        language=language,
        languages=[(tag, name, f"{HOME}/{kind.name}/{tag}") for tag, name in LANGUAGES],
        subject=wording.subject,
        body=templates.as_text(wording),
        is_own=is_own,
        is_ours=language in kind.ours,
    )
    reply.headers = SHOWING_HEADERS
    return reply


def _typed(visit: Visit) -> Wording:
    body = visit.form.get("body", "")
    return templates.of_text(visit.text("subject") or "", str(body).replace("\r\n", "\n"))


def save(visit: Visit) -> Reply:
    """Keep the words. Faults: FORBIDDEN; MISSING or INVALID naming the field."""
    kind, language = _named(visit)
    wording = _typed(visit)
    wordings.write(visit.work, kind, language, subject=wording.subject, body=templates.as_text(wording))
    return visit.redirect(f"{HOME}/{kind.name}/{language}", "Mails that are sent from now on say this.")


def forget(visit: Visit) -> Reply:
    """Go back to the words that Rollbook brings. Faults: NOT_FOUND."""
    kind, language = _named(visit)
    wordings.forget(visit.work, kind, language)
    return visit.redirect(f"{HOME}/{kind.name}/{language}", "Rollbook's own words are back.")


def preview(visit: Visit) -> Reply:
    """The mail as it would come now, for a frame."""
    kind, language = _named(visit)
    wording, _ = wordings.wording_of(visit.work, kind, language)
    mail = letters.to_mail(wordings.preview(visit.work, wording, language), "")
    return Reply((mail.html or "").encode(), 200, {"content-security-policy": _POLICY}, "text/html")


def settings(visit: Visit) -> Reply:
    """Which mails go out, and when."""
    present = get_settings(visit.work)
    values: dict[str, Any] = {
        "grace_days": present.grace_days,
        "reminder_days": ", ".join(map(str, present.reminder_days)),
        "sent": frozenset(wordings.KINDS) - present.silenced_mails,
    }
    if visit.errors:
        typed = {name: visit.text(name) for name in ("grace_days", "reminder_days")}
        values |= typed | {"sent": visit.texts("sent")}
    return visit.render(
        "rooms/mail/settings.html",
        title="Schedules and mail",
        room="settings",
        breadcrumbs=crumbs(("Settings", "/console/settings"), "Schedules and mail"),
        values=values,
        kinds=[(name, words.mail_kind(name)) for name in wordings.KINDS],
        href=SETTINGS,
        most=MOST_REMINDERS,
    )


def save_settings(visit: Visit) -> Reply:
    """Save them. Faults: FORBIDDEN; MISSING or INVALID naming the field."""
    grace = visit.number("grace_days")
    if grace is None:
        raise field_fault(FaultCode.MISSING, "grace_days", "Say how many days.")
    change_settings(
        visit.work,
        SettingsChanges(
            grace_days=grace,
            reminder_days=_days(visit.text("reminder_days") or ""),
            silenced_mails=frozenset(wordings.KINDS) - set(visit.texts("sent")),
        ),
    )
    return visit.redirect(SETTINGS, "The settings are saved.")


def _days(text: str) -> tuple[int, ...]:
    parts = text.replace(",", " ").split()
    if any(not part.isascii() or not part.isdigit() or len(part) > 6 for part in parts):
        raise field_fault(FaultCode.INVALID, "reminder_days", "Type numbers of days, such as 7, 1.")
    return tuple(map(int, parts))
