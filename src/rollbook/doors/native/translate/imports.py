"""Imports of people into and out of core."""

import msgspec

from rollbook.core.kernel.clock import iso
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.people.imports.queries import ImportChange
from rollbook.core.people.imports.records import Import, ImportOptions, RowResult
from rollbook.doors.native.wire.imports import (
    ColumnOut,
    ImportOut,
    ImportRowOut,
    ImportShown,
    NewImportQuery,
    ProblemOut,
)


def to_core_options(asked: NewImportQuery) -> ImportOptions:
    """How the file is to be taken. Faults: INVALID naming ``mapping``."""
    try:
        mapping = msgspec.json.decode(asked.mapping, type=dict[str, str]) if asked.mapping else {}
    except msgspec.MsgspecError:
        raise field_fault(
            FaultCode.INVALID, "mapping", 'mapping must be a JSON object such as {"Staff no": "external_id"}'
        ) from None
    return ImportOptions(
        mapping=mapping,
        match_by=asked.match_by,
        clears_blank=asked.clears_blank,
        inactivates_missing=asked.inactivates_missing,
    )


def from_core_import(found: Import) -> ImportOut:
    """An import."""
    facts = found.facts
    return ImportOut(
        id=found.uuid,
        number=found.id,
        file_name=found.file_name,
        state=found.state,
        match_by=facts.match_by,
        columns=[ColumnOut(column.head, column.field) for column in facts.columns],
        created=facts.created,
        changed=facts.changed,
        unchanged=facts.unchanged,
        inactivated=facts.inactivated,
        bad=facts.bad,
        active_people=facts.active,
        must_confirm=facts.must_confirm,
        created_by=found.created_by_name,
        created_at=iso(found.created_at),
        applied_at=iso(found.applied_at) if found.applied_at is not None else None,
        undone_at=iso(found.undone_at) if found.undone_at is not None else None,
    )


def from_core_shown(found: Import, bad: list[RowResult]) -> ImportShown:
    """An import with bad lines."""
    return ImportShown(**msgspec.structs.asdict(from_core_import(found)), bad_rows=[from_core_row(row) for row in bad])


def from_core_row(row: RowResult) -> ImportRowOut:
    """A line of a preview."""
    problems = [ProblemOut(problem.field, problem.code, problem.message) for problem in row.problems]
    return ImportRowOut(row.line, row.result, row.name, row.uuid, row.changes, problems)


def from_core_change(change: ImportChange) -> ImportRowOut:
    """What an applied import did to someone."""
    after = msgspec.json.decode(change.after or "{}")
    before = msgspec.json.decode(change.before) if change.before is not None else {}
    return ImportRowOut(
        line=None,
        result="created" if change.before is None else "changed",
        name=f"{change.first_name} {change.last_name}",
        person=change.person_uuid,
        changes={field: (before.get(field), value) for field, value in after.items()},
        problems=[],
    )
