"""What stands below a record on its page: what belongs to it, what it is tied to, and roles; with their buttons."""

from collections.abc import Callable
from typing import Any

from rollbook.console.records import kinds, roles
from rollbook.console.records.shape import Kind, Listed, Part, Row, Tied, UserRoles
from rollbook.console.visits import Visit
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import queries
from rollbook.core.sessions.entities import Record
from rollbook.core.sessions.pages import NEWEST_FIRST, list_page
from rollbook.core.sessions.ties import MOST_CANDIDATES, called

SOME = 8


def drawn(visit: Visit, kind: Kind, record: Record) -> list[Row]:
    """The parts as the page draws them; each knows its place, by which its buttons name it."""
    return [{"at": at, **_drawn(visit.work, part, record)} for at, part in enumerate(kind.parts)]


def _drawn(work: Work, part: Part, record: Record) -> Row:
    match part:
        case Listed():
            return {"type": "list", **_listed(work, part, record)}
        case Tied():
            return {"type": "tie", **_tied(work, part, record)}
        case _:
            return {"type": type(part).__name__, **roles.context(work, part, record)}


def _listed(work: Work, part: Listed, record: Record) -> Row:
    kind = kinds.KINDS[part.key]
    wanted: dict[str, Any] = {**kind.always, part.by: record["id"]}
    found = list_page(work, kind.entity, limit=SOME, is_descending=kind.entity.name in NEWEST_FIRST, **wanted)
    columns = [column for column in kind.columns if column.key in part.columns or not part.columns]
    asked = f"?{part.by}={record['id']}"
    may_add = part.may_add and kind.save is not None and kind.ability.add(work)
    return {
        "title": part.title,
        "kind": kind,
        "columns": [column.drawn() | {"sort": None} for column in columns],
        "rows": kind.rows_of(work, found),
        "total": queries.count(work, kind.entity, **wanted),
        "href": f"{kind.href}{asked}",
        "add": f"{kind.href}/new{asked}" if may_add else None,
    }


def _tied(work: Work, part: Tied, record: Record) -> Row:
    tie = part.tie
    present = tie.present(work, record)
    candidates = tie.candidates(work, record, present)
    room = kinds.KINDS[part.key]
    may_undo = bool(candidates) or (bool(present) and bool(tie.open_ends(work, record)))
    return {
        "title": part.title,
        "note": part.note,
        "one": part.one,
        "hint": part.hint,
        "is_cut": len(candidates) + len(present) >= MOST_CANDIDATES,
        "rows": [
            {"id": row["id"], "name": {"label": tie.name_of(row), "href": f"{room.href}/{row[tie.other_id]}"}}
            for row in present
        ],
        "options": [(one["id"], _choice(one)) for one in candidates],
        "may_change": may_undo,
        "room": room,
    }


def _choice(one: Record) -> str:
    return f"{called(one)} [{one['site_name']}]" if one.get("site_name") else called(one)


def acting(kind: Kind) -> Callable[[Visit, Record], str]:
    """What a button on a page of this kind does, by the part that it stands in."""

    def act(visit: Visit, record: Record) -> str:
        at = visit.number("part")
        if at is None or not 0 <= at < len(kind.parts) or visit.text("action") not in ("give", "take"):
            raise Fault(FaultCode.INVALID, "There is no such action.")
        part = kind.parts[at]
        if isinstance(part, Tied):
            return _tie(visit, part, record)
        if isinstance(part, Listed | UserRoles):
            raise Fault(FaultCode.INVALID, "There is no such action.")
        return roles.act(visit, part, record)

    return act


def _tie(visit: Visit, part: Tied, record: Record) -> str:
    other = visit.number("other")
    if other is None:
        raise field_fault(FaultCode.MISSING, "other", f"Choose a {part.one}.")
    if visit.text("action") == "take":
        part.tie.undo_of(visit.work, record, other)
        return f"The {part.one} is taken out."
    part.tie.make(visit.work, record["id"], other)
    return f"The {part.one} is added."
