"""Making and changing a script: its name, its code and when it runs by itself."""

from typing import Any, cast

from rollbook.console.listing import crumbs
from rollbook.console.pages.scripts import HOME, found
from rollbook.console.visits import Visit
from rollbook.core.analytics.scripts import service
from rollbook.core.analytics.scripts.records import Script, ScriptChanges
from rollbook.core.analytics.scripts.schedules import Every, Schedule
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.web.routes import Reply

BLANK = """import serenytics

client = serenytics.Client()
print(client.script_args)
"""
"""What a new script begins with."""
RHYTHMS = (
    ("", "Never"),
    ("hour", "Every hour"),
    ("day", "Every day"),
    ("week", "Every week"),
    ("month", "Every month"),
)
WEEKDAYS = (
    ("1", "Monday"), ("2", "Tuesday"), ("3", "Wednesday"), ("4", "Thursday"), ("5", "Friday"), ("6", "Saturday"),
    ("7", "Sunday"),
)  # fmt: skip


def _typed_schedule(visit: Visit) -> Schedule | None:
    """The schedule in the form. Faults: INVALID naming a field."""
    every = visit.text("every")
    if every is None:
        return None
    if every not in dict(RHYTHMS):
        raise field_fault(FaultCode.INVALID, "every", "Choose how often it runs.")
    return Schedule(
        every=cast("Every", every),
        at=visit.text("at") or "00:00",
        weekdays=tuple(sorted(visit.numbers("weekdays"))) if every == "week" else (),
        day=(visit.number("day") or 1) if every == "month" else 1,
    )


def _code(visit: Visit) -> str:
    """The code as it was typed; browsers send lines that end as on paper tape."""
    return str(visit.form.get("code", "")).replace("\r\n", "\n")


def _values(visit: Visit, one: Script | None) -> dict[str, Any]:
    if visit.errors:
        typed = {name: visit.text(name) or "" for name in ("name", "every", "at", "day")}
        return typed | {"code": _code(visit), "weekdays": visit.texts("weekdays")}
    rhythm = one.rhythm if one else None
    return {
        "name": one.name if one else "",
        "code": (one.code or "") if one else BLANK,
        "every": rhythm.every if rhythm else "",
        "at": rhythm.at if rhythm else "07:00",
        "day": rhythm.day if rhythm else 1,
        "weekdays": [str(day) for day in rhythm.weekdays] if rhythm else ["1"],
    }


def _form(visit: Visit, one: Script | None) -> Reply:
    title = f"Edit {one.name}" if one else "New script"
    owner_id = one.owner_id if one else visit.principal.person_id
    return visit.render(
        "rooms/scripts/form.html",
        title=title,
        room="scripts",
        breadcrumbs=crumbs(("Scripts", HOME), *([(one.name, f"{HOME}/{one.uuid}"), "Edit"] if one else ["New"])),
        heading=title,
        href=f"{HOME}/{one.uuid}/edit" if one else f"{HOME}/new",
        back=f"{HOME}/{one.uuid}" if one else HOME,
        remove=f"{HOME}/{one.uuid}/remove" if one else None,
        values=_values(visit, one),
        rhythms=RHYTHMS,
        weekdays=WEEKDAYS,
        zone=service.zone_of(visit.work, owner_id, visit.principal.organisation_id),
    )


def new(visit: Visit) -> Reply:
    """The form of a new script."""
    return _form(visit, None)


def edit(visit: Visit) -> Reply:
    """The form of one that is there. Faults: NOT_FOUND."""
    return _form(visit, found(visit))


def create(visit: Visit) -> Reply:
    """Make it. Faults: MISSING, INVALID, DUPLICATE, TOO_LARGE naming the field."""
    made = service.create(visit.work, visit.text("name") or "", _code(visit), schedule=_typed_schedule(visit))
    return visit.redirect(f"{HOME}/{made.uuid}", "The script is made.")


def update(visit: Visit) -> Reply:
    """Change it. Faults: NOT_FOUND; MISSING, INVALID, DUPLICATE, TOO_LARGE naming the field."""
    one = found(visit)
    changes = ScriptChanges(name=visit.text("name") or "", code=_code(visit), schedule=_typed_schedule(visit))
    service.change(visit.work, one, changes)
    return visit.redirect(f"{HOME}/{one.uuid}", "The script is changed.")


def remove(visit: Visit) -> Reply:
    """Delete it. Faults: NOT_FOUND."""
    one = found(visit)
    service.remove(visit.work, one)
    return visit.redirect(HOME, f"{one.name} is deleted.")
