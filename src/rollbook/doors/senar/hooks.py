"""What SENAR's webhooks are told, and of what: the same object that the list shows."""

import msgspec

from rollbook.core.events.queries import Event
from rollbook.core.kernel.work import Work
from rollbook.core.people.queries import find_person, get_organisation
from rollbook.core.simulation.queries import find_activity
from rollbook.doors.senar.translate.activities import from_core_activity
from rollbook.doors.senar.translate.users import from_core_person

TOPICS = {"activity": frozenset({"activity.created"}), "user": frozenset({"person.created"})}
"""The kinds of event behind each ``method``."""


def render(work: Work, event: Event) -> bytes | None:
    """The body that tells of an event; None when there is nothing (any more) to tell."""
    match event.kind:
        case "activity.created":
            activity = find_activity(work, event.entity_id)
            return msgspec.json.encode(from_core_activity(activity, get_organisation(work))) if activity else None
        case "person.created":
            person = find_person(work, key="id", value=event.entity_id)
            return msgspec.json.encode(from_core_person(person, get_organisation(work))) if person else None
        case _:
            return None
