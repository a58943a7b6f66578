"""What the console calls things: roles, doors, kinds of event, counts. Words only; no rule lives here."""

import re
from collections.abc import Mapping

import msgspec

from rollbook.core.kernel import clock
from rollbook.core.kernel.principal import Role

ROLES = {
    Role.OWNER: "Owner",
    Role.ADMINISTRATOR: "Administrator",
    Role.HR_MANAGER: "HR manager",
    Role.HR_LIMITED: "HR (own unit)",
    Role.UNIT_MANAGER: "Unit manager",
    Role.CONTENT_DEVELOPER: "Content developer",
    Role.CONTENT_EDITOR: "Content editor",
    Role.INSTRUCTOR: "Instructor",
    Role.ANALYST: "Analyst",
    Role.DASHBOARD_DESIGNER: "Dashboard designer",
    Role.LEARNER: "Learner",
}
DUTIES = {
    Role.OWNER: "Everything, and the only one who can make other owners.",
    Role.ADMINISTRATOR: "Everything but making owners.",
    Role.HR_MANAGER: "All people, groups, courses and imports.",
    Role.HR_LIMITED: "People of the groups they supervise.",
    Role.UNIT_MANAGER: "Follows and enrols the people of their groups.",
    Role.CONTENT_DEVELOPER: "Makes courses and content.",
    Role.CONTENT_EDITOR: "Changes courses and content.",
    Role.INSTRUCTOR: "Runs simulators and classes for their groups.",
    Role.ANALYST: "Reads everything, changes nothing.",
    Role.DASHBOARD_DESIGNER: "Makes dashboards.",
    Role.LEARNER: "Their own record.",
}
DOORS = {
    "console": "Console",
    "native": "Rollbook API",
    "smartarena": "Smart Arena",
    "senar": "SENAR",
    "velpic": "Velpic",
    "serenytics": "Serenytics",
    "opentera": "OpenTera",
    "player": "Player",
    "import": "Import",
    "setup": "Set-up",
    "demo": "Demo data",
    "cli": "Command line",
    "socket": "Live",
    "service calls": "Calls to services",
    "system": "Rollbook",
}
KEY_KINDS = {"api_key": "API key", "oauth_client": "OAuth client"}
_MAILS = {
    "welcome": "Invitation to Rollbook",
    "lesson_scheduled": "Lesson scheduled",
    "lesson_reminder": "Reminder before the due day",
    "lesson_overdue": "Lesson overdue",
    "lesson_cancelled": "Schedule cancelled",
    "class_invitation": "Invitation to a class",
    "class_leading": "Invitation to lead a class",
    "class_changed": "Class changed",
    "class_cancelled": "Class cancelled",
    "class_withdrawn": "Taken out of a class",
    "class_waiting": "On the waiting list",
    "message": "Sent by a program",
}
_VERBS = {
    "created": "added",
    "updated": "changed",
    "deleted": "deleted",
    "activated": "activated",
    "inactivated": "inactivated",
    "archived": "archived",
    "restored": "brought back",
    "assigned": "assigned",
    "completed": "completed",
    "cancelled": "cancelled",
    "revoked": "revoked",
    "rotated": "rotated",
    "paused": "paused",
    "resumed": "resumed",
    "removed": "removed",
    "published": "published",
    "recorded": "recorded",
    "applied": "applied",
    "undone": "undone",
    "issued": "issued",
}
_SENTENCES = {
    "message.queued": "Mail sent by a program",
    "organisation.slack_posted": "Message posted to Slack",
    "class.attendance_saved": "Attendance taken",
    "class.deregistered": "Taken out of a class",
    "class.moved_up": "Moved up to a seat in a class",
    "class.registered": "Got a seat in a class",
    "class.waitlisted": "Put on a class's waiting list",
    "person.password_set": "Password set",
    "person.qualified": "Qualification granted",
    "assignment.progressed": "Progress made",
    "subscription.gone": "Webhook ended by its target",
}
"""Kinds that the parts of their names would tell badly."""
_ENTITIES = {"credential": "key", "subscription": "webhook"}
_TONES = {"deleted": "bad", "inactivated": "bad", "revoked": "bad", "cancelled": "warn", "completed": "good"}
_ICONS = {
    "person": "person",
    "group": "organisation",
    "location": "organisation",
    "workplace": "organisation",
    "qualification": "certificate",
    "certificate": "certificate",
    "course": "learning",
    "content": "learning",
    "content_version": "learning",
    "assignment": "learning",
    "class": "classes",
    "activity": "simulation",
    "simulator": "simulation",
    "collection": "simulation",
    "scenario": "simulation",
    "credential": "keys",
    "subscription": "webhooks",
    "import": "imports",
    "site": "sites",
    "project": "flag",
    "participant": "person",
    "participant_group": "group",
    "device": "devices",
    "service": "webhooks",
    "session": "sessions",
    "session_event": "sessions",
    "session_type": "sessions",
}
_FIELDS = {"external_id": "External id", "email": "E-mail", "username": "User name", "is_active": "Active"}


def role(value: str | Role) -> str:
    """A role's name."""
    return ROLES[Role(value)]


def roles(given: str | None) -> list[str]:
    """The names of a comma-separated list of roles, strongest first."""
    held = set(given.split(",")) if given else set()
    return [name for role, name in ROLES.items() if role.value in held]


def door(name: str | None) -> str:
    """What a door is called; without one, what opens them all."""
    return DOORS.get(name or "", name or "Every API")


def entity(name: str) -> str:
    """What kind of thing an event is about."""
    return _ENTITIES.get(name, name.replace("_", " "))


def event(kind: str) -> str:
    """An event's kind as a short sentence: ``person.updated`` is "Person changed"."""
    if kind in _SENTENCES:
        return _SENTENCES[kind]
    subject, _, verb = kind.partition(".")
    return f"{entity(subject)} {_VERBS.get(verb, verb.replace('_', ' '))}".strip().capitalize()


def event_icon(name: str) -> str:
    """The picture of the kind of thing an event is about."""
    return _ICONS.get(name, "clock")


def event_tone(kind: str) -> str | None:
    """Whether an event is good or bad news."""
    return _TONES.get(kind.partition(".")[2])


def field(name: str) -> str:
    """A field's label in a list of changes."""
    return _FIELDS.get(name, name.replace("_", " ").removesuffix(" id").capitalize())


_CODED = re.compile(r"(?<![\w'@.-])[a-z]+(?:_[a-z]+)+(?![\w'@.-])")
"""A name that only programs use, but not one within a value."""


def sentence(text: str) -> str:
    """A fault's words about a field as a sentence that calls fields by their labels."""
    first, _, rest = text.partition(" ")
    if first.replace("_", "").islower() and ("_" in first or rest.startswith(("is ", "must ", "may ", "has "))):
        first = field(first.rstrip(":")) if first != "password" else "The password"
    said = f"{first[:1].upper()}{first[1:]} {_CODED.sub(lambda found: field(found[0]).lower(), rest)}".strip()
    return said if said.endswith((".", "!", "?")) else said + "."


def changes(
    before: str | None, after: str | None, names: Mapping[tuple[str, object], str] | None = None
) -> list[dict[str, object]]:
    """Before and after of an event, field by field, as the diff component takes them.

    ``names`` gives a name for a (field, id), so that places read as people know them.
    """
    old, new, called = told(before), told(after), names or {}

    def said(name: str, value: object) -> object:
        hashable = value if isinstance(value, int | str) else None
        if isinstance(value, int) and name.endswith("_at"):
            return clock.iso(value)
        return called.get((name, hashable)) or _said(value)

    fields = [*old, *(name for name in new if name not in old)]
    return [{"label": field(n), "before": said(n, old.get(n)), "after": said(n, new.get(n))} for n in fields]


def name_in(before: str | None, after: str | None) -> str | None:
    """What an event's record is called, as far as the event itself tells."""
    known = told(before) | told(after)
    keys = ("title", "name", "course_title", "content_title", "scenario_name", "description", "target", "person")
    return next((str(known[key]) for key in keys if known.get(key)), None)


def _said(value: object) -> object:
    match value:
        case None:
            return None
        case bool():
            return "Yes" if value else "No"
        case list():
            return ", ".join(str(item) for item in value) or None
        case dict():
            return msgspec.json.encode(value).decode()
        case _:
            return value


def mail_kind(kind: str) -> str:
    """What a kind of mail is called."""
    return _MAILS.get(kind, kind.replace("_", " ").capitalize())


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun: "1 person", "3 people"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def minutes(seconds: int | None) -> str:
    """A length of time for people: "1 h 05 min", "12 min", "40 s"."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{seconds} s"
    hours, rest = divmod(seconds // 60, 60)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"


def device(agent: str | None) -> str:
    """A browser's long name as a short one: "Firefox on Windows"."""
    agent = agent or ""
    browsers = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    systems = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS"}
    browser = next((name for mark, name in browsers.items() if mark in agent), "A browser")
    system = next((name for mark, name in {**systems, "Linux": "Linux"}.items() if mark in agent), None)
    return f"{browser} on {system}" if system else browser


def told(document: str | None) -> dict[str, object]:
    """The fields that an event's document tells of."""
    found = msgspec.json.decode(document) if document else {}
    return found if isinstance(found, dict) else {}
