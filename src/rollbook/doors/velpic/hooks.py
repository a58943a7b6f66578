"""What Velpic's webhooks are told, and of what: seven events, by whatever door they come about."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from rollbook.core.events.queries import Event
from rollbook.core.kernel.work import Work
from rollbook.core.learning.reactions import PERSON_INACTIVATED
from rollbook.core.people.queries import find_person
from rollbook.doors.velpic.translate.times import zulu
from rollbook.doors.velpic.wire import hooks as wire

TOPICS: Mapping[str, frozenset[str]] = {
    "lesson.schedule.completed": frozenset({"assignment.completed", "assignment.credited"}),
    "lesson.schedule.changed": frozenset({"assignment.updated"}),
    "lesson.schedule.created": frozenset({"assignment.created"}),
    "lesson.schedule.cancelled": frozenset({"assignment.cancelled", "assignment.removed"}),
    "user.account.created": frozenset({"person.created"}),
    "user.settings.updated": frozenset({"person.updated", "person.activated"}),
    "user.account.inactivate": frozenset({"person.inactivated"}),
}
"""The kinds of event behind each of the document's."""
_NAMES = {kind: name for name, kinds in TOPICS.items() for kind in kinds}

TEST = "webhook.test"
_TEST_KIND = "subscription.tested"
MANUALLY, USER_INACTIVATED = "SCHEDULE_CANCELLED_MANUALLY", "SCHEDULE_CANCELLED_USER_INACTIVATED"
"""Reasons: the one that the document shows, and ours for what it has none for."""
NOBODY = "0"
"""``actingUserId`` where no person acted."""

Body = msgspec.Struct | None


def render(work: Work, event: Event) -> bytes | None:
    """The body that tells of an event; None when there is nothing (any more) to tell."""
    if event.kind == _TEST_KIND:
        return msgspec.json.encode(wire.Tested(TEST, zulu(event.at)))
    name = _NAMES.get(event.kind)
    body = _BODIES[name](work, event, name) if name is not None else None
    return msgspec.json.encode(body) if body is not None else None


def _completed(_: Work, event: Event, name: str) -> Body:
    return wire.ScheduleCompleted(name, str(event.entity_id), str(event.person_id), zulu(event.at))


def _changed(_: Work, event: Event, name: str) -> Body:
    start = zulu(_facts(event.after)["start_at"])
    return wire.ScheduleChanged(
        name=name,
        schedule_date=start,
        lesson_schedule_id=str(event.entity_id),
        user_id=str(event.person_id),
        time_stamp=zulu(event.at),
    )


def _created(_: Work, event: Event, name: str) -> Body:
    return wire.ScheduleCreated(
        name=name,
        lesson_schedule_id=str(event.entity_id),
        user_id=str(event.person_id),
        time_stamp=zulu(event.at),
    )


def _cancelled(_: Work, event: Event, name: str) -> Body:
    """One that was open and is deleted is cancelled, too; one that was finished or cancelled before is not."""
    facts = _facts(event.before if event.kind == "assignment.removed" else event.after)
    if event.kind == "assignment.removed" and facts.get("outcome") != "open":
        return None
    return wire.ScheduleCancelled(
        name=name,
        lesson_schedule_id=str(event.entity_id),
        user_id=str(event.person_id),
        cancellation_reason=USER_INACTIVATED if facts.get("cancel_reason") == PERSON_INACTIVATED else MANUALLY,
        time_stamp=zulu(event.at),
    )


def _user_created(_: Work, event: Event, name: str) -> Body:
    facts = _facts(event.after)
    if not facts:  # erased since
        return None
    return wire.UserCreated(
        name=name,
        first_name=facts["first_name"],
        last_name=facts["last_name"],
        user_name=facts["username"],
        user_id=str(event.entity_id),
        time_stamp=zulu(event.at),
    )


def _user_updated(_: Work, event: Event, name: str) -> Body:
    acting = str(event.actor_person_id) if event.actor_person_id is not None else NOBODY
    return wire.UserUpdated(name, str(event.entity_id), acting, zulu(event.at))


def _user_inactivated(work: Work, event: Event, name: str) -> Body:
    person = find_person(work, key="id", value=event.entity_id)
    return wire.UserInactivated(name, person.username, str(person.id), zulu(event.at)) if person else None


def _facts(document: str | None) -> dict[str, Any]:
    facts: dict[str, Any] = msgspec.json.decode(document) if document else {}
    return facts


_BODIES: Mapping[str, Callable[[Work, Event, str], Body]] = {
    "lesson.schedule.completed": _completed,
    "lesson.schedule.changed": _changed,
    "lesson.schedule.created": _created,
    "lesson.schedule.cancelled": _cancelled,
    "user.account.created": _user_created,
    "user.settings.updated": _user_updated,
    "user.account.inactivate": _user_inactivated,
}
