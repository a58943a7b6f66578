"""Forms of records, drawn from what the core says is asked for each kind, and read back by the same description."""

import re
from typing import Any

from rollbook.console import times, words
from rollbook.console.records import phrases
from rollbook.console.records.kinds import BY_COLUMN
from rollbook.console.records.shape import Kind
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.kernel import values as checks
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.sessions import queries
from rollbook.core.sessions.entities import Record
from rollbook.core.sessions.forms import FIRST, FORMS, MOST_CHOICES, Asked, Choice, Field, choices_of
from rollbook.core.sessions.services import checked_config
from rollbook.core.sessions.ties import called

PROSE_LIMIT = 20_000
MOST_NUMBER = 2**31 - 1
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
Drawn = dict[str, Any]


def fields_of(kind: Kind, *, is_new: bool) -> list[Field]:
    """What is asked: of a new record also what can be said only then."""
    first = FIRST.get(kind.entity.name, ()) if is_new else ()
    asked = [field for field in FORMS[kind.entity.name] if not field.is_shown_only and field.name not in kind.left_out]
    return [*first, *asked] if kind.entity.name == "service_config" else [*asked, *first]


def drawn(visit: Visit, kind: Kind, record: Record | None) -> list[Drawn]:
    """The fields as the page draws them, with what was typed, else what is known, else the defaults."""
    asked = _asked(visit, record)
    return [_drawn(visit, kind, field, record, asked) for field in fields_of(kind, is_new=record is None)]


def _asked(visit: Visit, record: Record | None) -> Asked:
    if record is not None:
        return Asked(id=record["id"])
    return Asked(project_id=visit.asked_number("project_id"))


def _drawn(visit: Visit, kind: Kind, field: Field, record: Record | None, asked: Asked) -> Drawn:
    value = _value(visit, kind, field, record)
    options, groups = _options(visit, field, asked, value)
    is_cut = field.is_limited and len(options) >= MOST_CHOICES
    return {
        "name": field.name,
        "label": phrases.label(field.name),
        "control": field.control,
        "value": value,
        "is_required": field.is_required and field.only_when is None,
        "options": options,
        "groups": groups,
        "hint": phrases.cut(field.name) if is_cut else _hint(visit, kind, field),
    }


def _hint(visit: Visit, kind: Kind, field: Field) -> str | None:
    if field.control == "moment":
        return f"By the clock of {visit.session.time_zone}."
    return phrases.hint(kind.entity.name, field.name)


def _value(visit: Visit, kind: Kind, field: Field, record: Record | None) -> Any:
    if field.control == "password":
        return ""
    if visit.errors:
        return visit.is_ticked(field.name) if field.control == "flag" else visit.text(field.name)
    if record is not None:
        known = record[field.name]
    elif field.control == "choice" and (named := visit.asked_number(field.name)) is not None:
        return named
    elif field.control == "moment":
        known = visit.work.at
    else:
        known = kind.defaults.get(field.name, field.default)
    return times.typed(known, visit.session.time_zone) if field.control == "moment" and known is not None else known


def _options(
    visit: Visit, field: Field, asked: Asked, value: Any
) -> tuple[list[Choice], list[tuple[str, list[Choice]]]]:
    """What a field may be set to; what it is set to now stays among it."""
    if field.control != "choice":
        return [], []
    if field.grouped is not None:
        return [], field.grouped(visit.work)
    found = choices_of(visit.work, field, asked)
    if isinstance(value, int) and field.name in BY_COLUMN and value not in {one.id for one in found}:
        seen = queries.first(visit.work, BY_COLUMN[field.name].entity, id=value)
        found = [Choice(value, called(seen)), *found] if seen else found
    return found, []


# --- Reading -----------------------------------------------------------------------------------------------------


def read(visit: Visit, kind: Kind, *, is_new: bool) -> Record:
    """What was typed, by column. Faults: INVALID naming every field that cannot be taken."""
    values: Record = {}
    wrong: dict[str, list[str]] = {}
    for field in fields_of(kind, is_new=is_new):
        try:
            values[field.name] = _read(visit, field)
        except Fault as fault:
            wrong[field.name] = fault.fields.get(field.name) or [fault.message]
    for field in fields_of(kind, is_new=is_new):
        if field.name not in wrong and _is_missing(field, values):
            wrong[field.name] = [f"{phrases.label(field.name)} is required."]
    if wrong:
        raise Fault(FaultCode.INVALID, next(iter(wrong.values()))[0], fields=wrong)
    return values


def _is_missing(field: Field, values: Record) -> bool:
    if not field.is_required or field.control == "flag" or values.get(field.name) is not None:
        return False
    return field.only_when is None or values.get(field.only_when[0]) == field.only_when[1]


def _read(visit: Visit, field: Field) -> Any:
    typed = visit.text(field.name)
    match field.control:
        case "flag":
            return visit.is_ticked(field.name)
        case "choice" | "number":
            number = visit.number(field.name)
            if number is not None and abs(number) > MOST_NUMBER:
                raise field_fault(FaultCode.INVALID, field.name, f"{phrases.label(field.name)} is too large.")
            return number
        case "moment":
            return times.instant(typed, field.name, visit.session.time_zone)
        case "colour":
            return _colour(typed, field.name)
        case "document":
            return _document(typed, field)
        case "long_text":
            return checks.checked_prose(typed, field.name, PROSE_LIMIT)
        case "password":
            return typed
        case _:
            return checks.checked_email(typed) if field.name == "email" else checks.checked_line(typed, field.name)


def _colour(typed: str | None, name: str) -> str:
    if typed is None or not _COLOUR.fullmatch(typed):
        raise field_fault(FaultCode.INVALID, name, "Choose a colour, such as #0f62fe.")
    return typed


def _document(typed: str | None, field: Field) -> str | None:
    if typed is None:
        return None if field.is_required else "{}"
    try:
        return checked_config(checks.checked_prose(typed, field.name, PROSE_LIMIT))
    except Fault as fault:
        said = 'Type a JSON object, such as {"volume": 80}'
        raise field_fault(FaultCode.INVALID, field.name, f"{said}: {fault.message}") from None


# --- Told --------------------------------------------------------------------------------------------------------


def facts(visit: Visit, kind: Kind, record: Record, named: Any) -> list[Drawn]:
    """A record's fields for its page, but for long texts; ``named(column, id)`` gives a name and an address."""
    out = []
    for field in FORMS[kind.entity.name]:
        if field.control in ("long_text", "document", "password") or field.name == "name":
            continue
        if field.name in record:
            out.append({"label": phrases.label(field.name), **_told(visit, field, record[field.name], named)})
    if record.get("uuid"):
        out.append({"label": "Id", "value": record["uuid"], "kind": "copy"})
    return out


def _told(visit: Visit, field: Field, value: Any, named: Any) -> Drawn:
    match field.control:
        case "flag":
            return {"value": "Yes" if value else "No"}
        case "moment":
            return {"value": iso(value), "kind": "time", "missing": "Never"}
        case "length":
            return {"value": words.minutes(value)}
        case "choice" if field.name.endswith("_id"):
            return dict(named(field.name, value)) if value is not None else {"value": None}
        case "choice":
            known = {one.id: one.name for one in choices_of(visit.work, field, Asked())}
            return {"value": known.get(value)}
        case _:
            return {"value": value}


def long_texts(kind: Kind, record: Record) -> list[Drawn]:
    """A record's long texts that hold something."""
    return [
        {
            "label": phrases.label(field.name),
            "text": record[field.name],
            "is_code": field.control == "document" or field.name == "config",
        }
        for field in FORMS[kind.entity.name]
        if field.control in ("long_text", "document") and record.get(field.name) not in (None, "", "{}")
    ]
