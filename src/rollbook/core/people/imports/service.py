"""Importing people from a file: a dry run that is kept, then all or nothing, and undone whole.

Reading a file is ``files.read_sheet``; it needs no unit of work.
"""

from typing import Any

import msgspec
from sqlalchemy import bindparam, insert, select, update

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.principal import Permission
from rollbook.core.kernel.statements import Statement, Store, given_rows
from rollbook.core.kernel.work import Work
from rollbook.core.people import bulk, policy
from rollbook.core.people.bulk_plan import MatchBy, Plan
from rollbook.core.people.imports.columns import columns_of, match_by_of
from rollbook.core.people.imports.plan import Outlook, outlook_of
from rollbook.core.people.imports.queries import get_import, previewed_rows
from rollbook.core.people.imports.records import (
    Column,
    Import,
    ImportOptions,
    Line,
    Preview,
    RowResult,
    Sheet,
    Summary,
)
from rollbook.core.people.imports.rows import Read, RowReader
from rollbook.core.people.imports.undo import erase, way_back
from rollbook.core.people.tables import import_changes, imports

Rows = Statement[tuple[Any, ...]]

MOST_INACTIVATED = 0.10
"""The part of the active people that an import may inactivate without being confirmed."""

_NAMES = ("uuid", "organisation_id", "file_name", "state", "summary", "rows", "created_by", "created_at")
_INSERT = Rows(insert(imports).values({name: bindparam(name) for name in _NAMES}).returning(imports.c.id))
_DISCARD = Rows(
    update(imports)
    .where(imports.c.id == bindparam("import_id"), imports.c.state == "previewed")
    .values(state="discarded", rows=None)
)
_APPLIED = Rows(
    update(imports)
    .where(imports.c.id == bindparam("import_id"), imports.c.state == "previewed")
    .values(state="applied", applied_at=bindparam("at"), rows=None)
)
_UNDONE = Rows(
    update(imports)
    .where(imports.c.id == bindparam("import_id"), imports.c.state == "applied")
    .values(state="undone", undone_at=bindparam("at"))
)


def preview(work: Work, sheet: Sheet, options: ImportOptions, *, upload: str | None = None) -> Preview:
    """Say what each line would do, and keep that as an import that can be applied. Writes no person.

    ``upload`` is what an uploaded file goes by, kept so that it can be read again and deleted in the end.
    Faults: FORBIDDEN, TOO_LARGE; INVALID or MISSING naming ``mapping`` or ``match_by``.
    """
    policy.require(work.principal, Permission.IMPORTS_WRITE)
    columns = columns_of(sheet.heads, options)
    match_by = match_by_of(columns, options)
    reader = RowReader(work, columns, sheet.lines, clears_blank=options.clears_blank)
    reads = [reader.read(line) for line in sheet.lines]
    outlook = outlook_of(work, reads, match_by, inactivates_missing=options.inactivates_missing)
    summary = _summary(columns, options, outlook, match_by, upload)
    import_id = _keep(work, sheet.file_name, summary, outlook.rows)
    return Preview(get_import(work, import_id), outlook.rows)


def _summary(
    columns: list[Column], options: ImportOptions, outlook: Outlook, match_by: MatchBy, upload: str | None
) -> Summary:
    return Summary(
        columns=columns,
        match_by=match_by,
        options=options,
        created=outlook.count("created"),
        changed=outlook.count("changed"),
        unchanged=outlook.count("unchanged"),
        inactivated=outlook.inactivates,
        bad=outlook.count("bad"),
        active=outlook.active,
        must_confirm=outlook.inactivates > outlook.active * MOST_INACTIVATED,
        upload=upload,
    )


def _keep(work: Work, file_name: str, summary: Summary, rows: list[RowResult]) -> int:
    return int(
        work.value(
            _INSERT,
            uuid=new_uuid(),
            organisation_id=work.principal.organisation_id,
            file_name=file_name,
            state="previewed",
            summary=msgspec.json.encode(summary).decode(),
            rows=msgspec.json.encode(rows).decode(),
            created_by=work.principal.person_id,
            created_at=work.at,
        )
    )


def discard(work: Work, found: Import) -> None:
    """Throw a preview away. Faults: FORBIDDEN; CONFLICT when it is none any more."""
    policy.require(work.principal, Permission.IMPORTS_WRITE)
    if not work.run(_DISCARD, import_id=found.id):
        raise _not_a_preview(found)


def apply(work: Work, found: Import, *, is_confirmed: bool = False) -> Import:
    """Do what a preview said, all or nothing. The events of it carry the import's id.

    ``is_confirmed`` allows an import that inactivates more than a tenth of the active people.
    Faults: FORBIDDEN; CONFLICT when it is no preview any more, has bad lines, needs to be confirmed, or would now do
    something else than it said, because the record has changed since.
    """
    policy.require(work.principal, Permission.IMPORTS_WRITE)
    rows = previewed_rows(work, found)
    facts = found.facts
    # Taken before it is looked at: of two callers at once one waits here and then finds it done.
    if not work.run(_APPLIED, import_id=found.id, at=work.at):
        raise _not_a_preview(found)
    if facts.bad:
        raise Fault(
            FaultCode.CONFLICT,
            f"{_lines(facts.bad)} bad, and an import is applied whole or not at all: mend the file, import it again.",
            details={"bad": facts.bad},
        )
    _refuse_unconfirmed(facts, is_confirmed=is_confirmed)
    reads = [Read(Line(row.line or 0, []), row.name, row.person, []) for row in rows if row.line is not None]
    outlook = outlook_of(work, reads, facts.match_by, inactivates_missing=facts.options.inactivates_missing)
    _refuse_stale(rows, outlook.rows)
    work.import_id = found.id
    _write(work, found, outlook)
    return get_import(work, found.id)


def _lines(count: int) -> str:
    return "1 line is" if count == 1 else f"{count:,} lines are"


def _not_a_preview(found: Import) -> Fault:
    words = {"applied": "applied already", "undone": "undone already"}.get(found.state, "not a preview any more")
    return Fault(FaultCode.CONFLICT, f"This import is {words}.")


def _refuse_unconfirmed(facts: Summary, *, is_confirmed: bool) -> None:
    if facts.must_confirm and not is_confirmed:
        raise Fault(
            FaultCode.CONFLICT,
            f"This would inactivate {facts.inactivated} of {facts.active} active people, more than a tenth."
            " If that is meant, confirm it.",
            details={"inactivated": facts.inactivated, "active": facts.active, "must_confirm": True},
        )


def _refuse_stale(shown: list[RowResult], now: list[RowResult]) -> None:
    """What was shown must be what is done."""
    changed = [after for before, after in zip(shown, now, strict=False) if _essence(before) != _essence(after)]
    if not changed and len(shown) == len(now):
        return
    where = [f"line {row.line}" if row.line else row.name for row in changed[:5]]
    raise Fault(
        FaultCode.CONFLICT,
        "The record has changed since the preview, so this would do something else than was shown"
        f"{' (' + ', '.join(where) + ')' if where else ''}: import the file again.",
        details={"lines": [row.line for row in changed[:1000] if row.line]},
    )


def _essence(row: RowResult) -> tuple[Any, ...]:
    """What must be the same at the preview and when it is applied."""
    changes = {field: tuple(map(_as_json, pair)) for field, pair in row.changes.items()}
    return row.line, row.result, row.uuid, changes


def _as_json(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _insert_changes(store: Store) -> Any:
    columns = [import_changes.c[name] for name in ("import_id", "person_id", "before", "after")]
    given = given_rows(store, "rows", *columns)
    # SQLite reads INSERT … SELECT … without WHERE and ORDER as it comes; the order is that of the lines.
    return insert(import_changes).from_select([c.name for c in columns], select(*(given.c[c.name] for c in columns)))


_INSERT_CHANGES = Rows(_insert_changes)


def _write(work: Work, found: Import, outlook: Outlook) -> None:
    outcomes = {outcome.position: outcome for outcome in bulk.apply(work, outlook.plan)}
    documents = [
        {
            "import_id": found.id,
            "person_id": outcomes[write.position].person_id,
            "before": None if write.person is None else _document(write.before),
            "after": _document(write.after),
        }
        for write in outlook.plan.writes
    ]
    if documents:
        work.run(_INSERT_CHANGES, rows=msgspec.json.encode(documents).decode())
    facts = found.facts
    counts = {name: getattr(facts, name) for name in ("created", "changed", "unchanged", "inactivated")}
    work.record("import.applied", "import", found.id, found.uuid, after={"file_name": found.file_name, **counts})


def _document(fields: dict[str, Any]) -> str:
    return msgspec.json.encode(fields).decode()


def undo(work: Work, found: Import) -> Import:
    """Undo an applied import, all or nothing: whom it made is erased, what it changed goes back.

    Faults: FORBIDDEN; CONFLICT when it is not applied, and those of :func:`way_back`.
    """
    policy.require(work.principal, Permission.IMPORTS_WRITE)
    if not work.run(_UNDONE, import_id=found.id, at=work.at):
        state = "only previewed" if found.state == "previewed" else f"{found.state} already"
        raise Fault(FaultCode.CONFLICT, f"This import is {state}; only an applied one can be undone.")
    made, writes = way_back(work, found)
    work.import_id = found.id
    if writes:
        bulk.apply(work, Plan([], [], writes))
    erase(work, made)
    counts = {"erased": len(made), "restored": len(writes)}
    work.record("import.undone", "import", found.id, found.uuid, after={"file_name": found.file_name, **counts})
    return get_import(work, found.id)
