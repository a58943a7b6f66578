"""Records as rows of tables and moments of timelines, shared by the rooms."""

from typing import Any

from rollbook.console import words
from rollbook.console.records.kinds import KINDS
from rollbook.console.rendering import iso
from rollbook.core.access.names import Names, names_of
from rollbook.core.events.queries import Event
from rollbook.core.kernel.work import Work
from rollbook.core.learning.records import CREDITED, Assignment
from rollbook.core.learning.status import certificate_state
from rollbook.core.simulation.records import Activity

_HOMES = {
    "person": "people", "group": "groups", "location": "locations", "workplace": "workplaces",
    "qualification": "qualifications", "course": "courses", "assignment": "assignments", "activity": "activities",
    "simulator": "simulators", "credential": "keys", "subscription": "webhooks", "import": "imports",
}  # fmt: skip


_OF_PLACES = {kind.entity.name: kind.key for kind in KINDS.values()}


def home_of(entity: str, entity_id: int, *, sees_places: bool) -> str | None:
    """The page of what an event is about, if it has one that the reader opens."""
    home = _HOMES.get(entity) or (_OF_PLACES.get(entity) if sees_places else None)
    return f"/console/{home}/{entity_id}" if home else None


def percent(value: float | None) -> int | float | None:
    """Per cent without needless decimals."""
    return None if value is None else int(value) if value == int(value) else round(value, 1)


def assignment(one: Assignment) -> dict[str, Any]:
    """An assignment."""
    name = f"{one.person_first_name} {one.person_last_name}".strip()
    return {
        "id": one.id,
        "href": f"/console/assignments/{one.id}",
        "person": {"name": name, "href": f"/console/people/{one.person_id}", "detail": one.person_email},
        "course": {"label": one.title, "href": f"/console/assignments/{one.id}"},
        "status": one.status,
        "progress": None if one.outcome == CREDITED else round(one.progress),
        "score": percent(one.score),
        "due": iso(one.due_at),
        "start": iso(one.start_at),
        "completed": iso(one.completed_at),
        "certificate": one.certificate_number,
    }


def certificate(one: Assignment, now: int) -> dict[str, Any]:
    """The certificate of an assignment that has one."""
    return {
        "id": one.id,
        "title": {"label": one.title, "href": f"/certificates/{one.certificate_number}"},
        "number": one.certificate_number,
        "issued": iso(one.certificate_issued_at),
        "expires": iso(one.certificate_expires_at),
        "state": certificate_state(one.certificate_expires_at, one.certificate_revoked_at, now).value,
    }


def activity(one: Activity) -> dict[str, Any]:
    """An activity on a simulator."""
    name = f"{one.first_name} {one.last_name}".strip() or "A guest"
    href = f"/console/people/{one.trainee_id}" if one.trainee_id else None
    return {
        "id": one.id,
        "person": {"name": name, "href": href, "detail": one.company or one.trainee_company},
        "scenario": {"label": one.scenario_name, "href": f"/console/activities/{one.id}"},
        "simulator": {"label": one.simulator_title, "href": f"/console/simulators/{one.simulator_id}"},
        "collection": one.collection_title,
        "points": f"{one.points:,} of {one.max_points:,}" if one.max_points else f"{one.points:,}",
        "percent": round(one.points * 100 / one.max_points) if one.max_points else None,
        "time": words.minutes(one.time_s),
        "tries": one.tries,
        "trained": iso(one.trained_at),
        "recorded": iso(one.created_at),
    }


def timeline(work: Work, events: list[Event], *known: str) -> list[dict[str, Any]]:
    """Events as moments: what, by whom, through which door. What the page is about is ``known``, and not said again."""
    actors = names_of(work, events)
    return [
        {
            "at": iso(event.at),
            "text": words.event(event.kind),
            "actor": f"{actors.of(event)} · {words.door(event.door)}",
            "detail": _detail(event, actors, known),
            "icon": words.event_icon(event.entity),
            "tone": words.event_tone(event.kind),
            "href": f"/console/audit/{event.id}",
        }
        for event in events
    ]


def _detail(event: Event, names: Names, known: tuple[str, ...]) -> str | None:
    """Whom and what it is about; of a change, the fields by name."""
    about = [names.person(event.person_id), words.name_in(event.before, event.after)]
    if event.kind.endswith(".updated"):
        fields = [str(one["label"]).lower() for one in words.changes(event.before, event.after)]
        more = f" and {len(fields) - 4} more" if len(fields) > 4 else ""
        about.append(", ".join(fields[:4]) + more)
    return " · ".join(part for part in about if part and part not in known) or None
