"""Bringing people in from a file: upload, match the columns, look at what would happen, apply, undo."""

import re
from contextlib import suppress
from typing import Any
from uuid import uuid4

import msgspec

from rollbook.console import listing, words
from rollbook.console.listing import crumbs, field
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ports import FileMissing
from rollbook.core.kernel.work import Work
from rollbook.core.people.imports import service
from rollbook.core.people.imports.columns import FIELDS, meant_by
from rollbook.core.people.imports.files import UPLOADS, read_sheet
from rollbook.core.people.imports.queries import get_import, list_import_changes, list_imports, list_previewed_rows
from rollbook.core.people.imports.records import MOST_BYTES, Import, ImportOptions, RowResult, Sheet
from rollbook.web.routes import Reply

HOME = "/console/imports"
STEPS = ["Upload", "Match the columns", "Check", "Done"]
STATE_WORDS = {"previewed": "pending", "applied": "done", "undone": "cancelled", "discarded": "disabled"}
RESULTS = (
    ("bad", "Problem"),
    ("created", "Added"),
    ("changed", "Changed"),
    ("inactivated", "Inactivated"),
    ("unchanged", "Unchanged"),
)
BLANK = {
    "undone": "Whom the import added is gone again; the audit trail says what was done.",
    "discarded": "This preview was thrown away; nothing was changed.",
}
TONES = {"created": "good", "changed": "active", "unchanged": "neutral", "inactivated": "warn", "bad": "bad"}


def index(visit: Visit) -> Reply:
    """The imports, latest first."""

    def read(after: Any, limit: int) -> list[Import]:
        return list_imports(visit.work, before_id=after and after[0], limit=limit)

    page = listing.forward(visit, read, lambda one: (one.id,), int)
    return visit.render(
        "rooms/imports/index.html",
        title="Imports",
        room="imports",
        breadcrumbs=crumbs("Imports"),
        rows=[_row(one) for one in page.rows],
        slice=page,
    )


def _row(one: Import) -> dict[str, Any]:
    facts = one.facts
    return {
        "id": one.id,
        "file": {"label": one.file_name, "href": _href(one)},
        "state": STATE_WORDS[one.state],
        "word": {"previewed": "Waiting", "applied": "Applied", "undone": "Undone", "discarded": "Discarded"}[one.state],
        "created": facts.created,
        "changed": facts.changed,
        "inactivated": facts.inactivated or None,
        "bad": facts.bad or None,
        "by": one.created_by_name,
        "at": iso(one.created_at),
    }


def new(visit: Visit) -> Reply:
    """The upload."""
    return visit.render(
        "rooms/imports/upload.html",
        title="Import people",
        room="imports",
        breadcrumbs=crumbs(("Imports", HOME), "Import people"),
        steps=STEPS,
        most_mb=MOST_BYTES // 1_000_000,
    )


_TOKEN = re.compile(r"[0-9a-f-]{36}")
"""What an uploaded table goes by until it is applied: a uuid."""


def _key(visit: Visit, token: str) -> str:
    """Where an uploaded table waits; nobody else's organisation comes to it."""
    if not _TOKEN.fullmatch(token):
        raise Fault(FaultCode.NOT_FOUND, "There is no such file.")
    return f"{UPLOADS}/{visit.principal.organisation_id}/{token}"


def upload(visit: Visit) -> Reply:
    """Take the file, and keep the table in it. Faults: MISSING, TOO_LARGE, UNSUPPORTED_TYPE or MALFORMED."""
    content = visit.call.content
    if content is None or not content.file_name or not content.data:
        raise field_fault(FaultCode.MISSING, "file", "Choose a file.")
    try:
        sheet = read_sheet(content.file_name, content.data)
    except Fault as fault:
        raise field_fault(fault.code, "file", fault.message) from None
    token = str(uuid4())
    # Read once: a large workbook takes seconds, and two more pages want it.
    table = msgspec.json.encode(sheet)
    visit.services.files.put(_key(visit, token), table, limit=len(table))
    return visit.redirect(f"{HOME}/files/{token}")


def _sheet(visit: Visit) -> Sheet | None:
    """The uploaded table; None when it is gone."""
    key = _key(visit, str(visit.call.path["token"]))
    try:
        return msgspec.json.decode(b"".join(visit.services.files.open(key).chunks), type=Sheet)
    except (FileMissing, msgspec.DecodeError):
        return None


def _upload_again(visit: Visit) -> Reply:
    return visit.redirect(
        f"{HOME}/new", "The file is gone: it was applied, thrown away or kept too long. Upload it again.", "warn"
    )


def _former(visit: Visit, work: Work) -> Import | None:
    """The preview that is being made anew, with other columns; None for the first."""
    number = visit.query.get("instead") or visit.text("instead") or ""
    if not number.isdecimal() or len(number) > 18:
        return None
    with suppress(Fault):
        found = get_import(work, int(number))
        if found.state == "previewed" and found.facts.upload == visit.call.path["token"]:
            return found
    return None


def match(visit: Visit) -> Reply:
    """Which column holds what: as it was said last, else by the columns' names."""
    sheet = _sheet(visit)
    if sheet is None:
        return _upload_again(visit)
    former = _former(visit, visit.work)
    values: dict[str, Any] = {}
    if visit.errors:
        chosen = visit.texts("column")
        values = {name: visit.text(name) for name in visit.form}
    elif former is not None:
        chosen = [column.field or "" for column in former.facts.columns]
        values = {"instead": former.id, **msgspec.structs.asdict(former.facts.options)}
    else:
        chosen = [meant or "" for meant in meant_by(sheet.heads)]
    return visit.render(
        "rooms/imports/match.html",
        title="Match the columns",
        room="imports",
        breadcrumbs=crumbs(("Imports", HOME), ("Import people", f"{HOME}/new"), sheet.file_name),
        steps=STEPS,
        name=sheet.file_name,
        action=visit.location,
        columns=[
            {
                "head": head,
                "field": chosen[at] if at < len(chosen) else "",
                "samples": [line.cells[at] for line in sheet.lines[:3] if at < len(line.cells) and line.cells[at]],
            }
            for at, head in enumerate(sheet.heads)
        ],
        lines=len(sheet.lines),
        choices=[(key, words.field(key)) for key in FIELDS],
        values=values,
    )


def preview(visit: Visit) -> Reply:
    """The dry run, kept in place of the former one. Faults: INVALID or MISSING naming ``mapping``."""
    sheet = _sheet(visit)
    if sheet is None:
        return _upload_again(visit)
    match_by: Any = visit.text("match_by")
    options = ImportOptions(
        mapping=dict(zip(sheet.heads, visit.texts("column"), strict=False)),
        match_by=match_by if match_by in ("external_id", "username", "email") else None,
        clears_blank=visit.is_ticked("clears_blank"),
        inactivates_missing=visit.is_ticked("inactivates_missing"),
    )
    with visit.writing() as work:
        made = service.preview(work, sheet, options, upload=str(visit.call.path["token"])).import_
        if former := _former(visit, work):
            service.discard(work, former)
    return visit.redirect(_href(made))


def _href(one: Import) -> str:
    """An import's page; of one that cannot be applied, with the lines that must be mended."""
    return f"{HOME}/{one.id}?result=bad" if one.state == "previewed" and one.facts.bad else f"{HOME}/{one.id}"


def show(visit: Visit) -> Reply:
    """One import: what it would do, or did."""
    one = get_import(visit.work, int(visit.call.path["id"]))
    result = visit.query.get("result")
    facts = one.facts
    return visit.render(
        "rooms/imports/show.html",
        title=one.file_name,
        room="imports",
        breadcrumbs=crumbs(("Imports", HOME), one.file_name),
        steps=STEPS,
        one=one,
        row=_row(one),
        facts=facts,
        again=f"{HOME}/files/{facts.upload}?instead={one.id}" if facts.upload else None,
        blank_hint=BLANK.get(one.state, ""),
        fields=[field(visit, "result", "Result", options=RESULTS)],
        **(_previewed(visit, one, result) if one.state == "previewed" else _applied(visit, one)),
    )


def _previewed(visit: Visit, one: Import, result: str | None) -> dict[str, Any]:
    chosen: Any = result if result in dict(RESULTS) else None

    def read(after: Any, limit: int) -> list[tuple[int, RowResult]]:
        return list_previewed_rows(visit.work, one, result=chosen, after=after[0] if after else -1, limit=limit)

    page = listing.forward(visit, read, lambda line: (line[0],), int)
    return {"rows": [_line(row) for _, row in page.rows], "slice": page}


def _line(row: RowResult) -> dict[str, Any]:
    changes = [f"{words.field(name)}: {_said(old)} → {_said(new)}" for name, (old, new) in row.changes.items()]
    problems = [words.sentence(problem.message) for problem in row.problems]
    return {
        "name": row.name,
        "line": row.line,
        "result": {"key": row.result, "word": dict(RESULTS)[row.result], "tone": TONES[row.result]},
        "detail": problems or ([] if row.result == "created" else changes),
    }


def _said(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value in (None, "") else str(value)


def _applied(visit: Visit, one: Import) -> dict[str, Any]:
    def read(after: Any, limit: int) -> list[Any]:
        return list_import_changes(visit.work, one, after_id=after[0] if after else 0, limit=limit)

    page = listing.forward(visit, read, lambda change: (change.id,), int)
    rows = [
        {
            "name": f"{change.first_name} {change.last_name}".strip(),
            "href": f"/console/people/{change.person_id}",
            "line": None,
            "result": {"key": "changed", "word": "Changed" if change.before else "Added", "tone": "good"},
            "detail": [words.field(name) for name in words.told(change.after)] if change.before else [],
        }
        for change in page.rows
    ]
    return {"rows": rows, "slice": page}


def act(visit: Visit) -> Reply:
    """Apply, discard or undo. Faults: FORBIDDEN, CONFLICT."""
    one = get_import(visit.work, int(visit.call.path["id"]))
    href = f"{HOME}/{one.id}"
    match visit.text("action"):
        case "apply":
            service.apply(visit.work, one, is_confirmed=visit.is_ticked("confirm"))
            _forget(visit, one)
            return visit.redirect(href, "The import is applied.")
        case "discard":
            service.discard(visit.work, one)
            _forget(visit, one)
            return visit.redirect(HOME, "The preview is thrown away; nothing was changed.", "info")
        case "undo":
            service.undo(visit.work, one)
            return visit.redirect(href, "The import is undone, whole.")
        case _:
            raise Fault(FaultCode.INVALID, "There is no such action.")


def _forget(visit: Visit, one: Import) -> None:
    """Delete the uploaded table, once the change is on the disk."""
    if token := one.facts.upload:
        key, files = _key(visit, token), visit.services.files

        def forget() -> None:
            with suppress(Exception):
                files.delete(key)

        visit.work.after_commit.append(forget)
