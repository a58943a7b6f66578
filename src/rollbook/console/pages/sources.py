"""Data sources: the list, one with its columns and first rows, and bringing a file's rows into it."""

from functools import partial
from pathlib import PurePath
from typing import Any

from rollbook.console.listing import by_number, crumbs, field
from rollbook.console.pages.tasks import row as task_row
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.analytics import attaching, overseeing, policy, reading, sources
from rollbook.core.analytics.pipeline.requests import Pick, Question, Step
from rollbook.core.analytics.queries import get_source, list_sources
from rollbook.core.analytics.records import Definition, Source, SourceChanges
from rollbook.core.analytics.searching import Test
from rollbook.core.analytics.viewing import drawing
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.pieces import pieces_of
from rollbook.core.kernel.principal import Permission
from rollbook.web.routes import Reply

HOME = "/console/sources"
FIRST_ROWS, TASKS_SHOWN = 20, 10
KINDS = {"storage": "Loaded", "join": "Join", "record": "Rollbook"}
TYPES = {"int": "Whole number", "float": "Number", "str": "Text", "datetime": "Moment", "bool": "Yes or no"}


def index(visit: Visit) -> Reply:
    """The data sources that the caller sees, by name; those that show the record come first."""
    searched = visit.query.get("q", "").strip()
    tests = [Test("name", "ilike", f"%{searched}%")] if searched else []
    listed, around = by_number(visit, partial(list_sources, visit.work, tests))
    return visit.render(
        "rooms/sources/index.html",
        title="Data sources",
        room="sources",
        breadcrumbs=crumbs("Data sources"),
        rows=[_row(one) for one in listed],
        fields=[field(visit, "q", "Name", "search")],
        may_make=visit.may(Permission.ANALYTICS_WRITE),
        **around,
    )


def _row(one: Source) -> dict[str, Any]:
    return {
        "id": one.uuid,
        "name": {"label": one.name, "href": f"{HOME}/{one.uuid}"},
        "kind": KINDS[one.kind],
        "file": one.file_name,
        "changed": iso(one.updated_at) if one.updated_at else None,
    }


def found(visit: Visit) -> Source:
    """The source in the address. Faults: NOT_FOUND."""
    return get_source(visit.work, str(visit.call.path["uuid"]))


def show(visit: Visit) -> Reply:
    """One source: its columns, its first rows, and what was asked of it lately. Faults: NOT_FOUND."""
    one = found(visit)
    content, is_changeable = _content(visit, one), policy.may_change(visit.principal, one)
    merges = [(column["name"], f"Those with the same {column['name']} are replaced") for column in content["columns"]]
    return visit.render(
        "rooms/sources/show.html",
        title=one.name,
        room="sources",
        breadcrumbs=crumbs(("Data sources", HOME), one.name),
        source=one,
        kind=KINDS[one.kind],
        href=f"{HOME}/{one.uuid}",
        is_changeable=is_changeable,
        may_load=is_changeable and one.kind == "storage",
        tasks=_tasks(visit, one),
        keys=[("", "All are replaced"), *merges],
        **content,
    )


def _content(visit: Visit, one: Source) -> dict[str, Any]:
    """The columns with their kinds, how many rows the caller sees, and the first of them; else why there are none."""
    try:
        asked = reading.prepare(visit.work, visit.services.snapshots, one, Question(steps=(Step(limit=FIRST_ROWS),)))
        counting = Question(steps=(Step(picks=(Pick("$$count$$"),)),))
        counted = reading.prepare(visit.work, visit.services.snapshots, one, counting)
        answer = reading.answer(visit.services.warehouse, asked)
        total = reading.answer(visit.services.warehouse, counted).rows[0][0]
    except Fault as fault:
        return {"columns": [], "rows": [], "total": None, "why_none": fault.message}
    kinds = [
        {"name": column.name, "kind": "Day" if column.is_date else TYPES[column.kind]} for column in answer.columns
    ]
    return {"columns": kinds, "rows": drawing.lines(answer), "total": total, "why_none": None}


def _tasks(visit: Visit, one: Source) -> list[dict[str, Any]]:
    if one.kind != "storage" or not visit.may(Permission.ANALYTICS_WRITE):
        return []
    return [task_row(visit, task) for task in overseeing.list_overseen(visit.work, source_id=one.id, limit=TASKS_SHOWN)]


def new(visit: Visit) -> Reply:
    """The form of a new source."""
    return visit.render(
        "rooms/sources/new.html",
        title="New data source",
        room="sources",
        breadcrumbs=crumbs(("Data sources", HOME), "New"),
        name=visit.text("name") or "",
    )


def create(visit: Visit) -> Reply:
    """Make it, without rows. Faults: MISSING, INVALID naming the field."""
    sealer, name = visit.services.sealer, visit.text("name") or ""
    made = sources.create(visit.work, sealer, name, "storage", definition=Definition(), content={})
    return visit.redirect(f"{HOME}/{made.uuid}", "The data source is made. Load a file into it.")


def load(visit: Visit) -> Reply:
    """Bring a file's rows in by a task. Faults: NOT_FOUND, FORBIDDEN, TOO_LARGE; MISSING, INVALID naming ``file``."""
    body, services, uuid = visit.call.content, visit.services, str(visit.call.path["uuid"])
    if body is None or body.file is None or not body.file_name:
        raise field_fault(FaultCode.MISSING, "file", "Choose a file first.")
    name, key = PurePath(body.file_name).name, visit.text("key") or ""
    attaching.load(services.database, services.files, visit.principal, uuid, name, pieces_of(body.file), key)
    return visit.redirect(f"{HOME}/{uuid}", "The file is being loaded; its task is below.")


def rename(visit: Visit) -> Reply:
    """Call it something else. Faults: NOT_FOUND, FORBIDDEN; MISSING, INVALID naming ``name``."""
    one = sources.change(visit.work, found(visit), SourceChanges(name=visit.text("name") or ""))
    return visit.redirect(f"{HOME}/{one.uuid}", "The data source is renamed.")


def remove(visit: Visit) -> Reply:
    """Delete it with its rows. Faults: NOT_FOUND, FORBIDDEN."""
    services, uuid = visit.services, str(visit.call.path["uuid"])
    attaching.remove(services.database, services.warehouse, services.files, visit.principal, uuid)
    return visit.redirect(HOME, "The data source is deleted.")
