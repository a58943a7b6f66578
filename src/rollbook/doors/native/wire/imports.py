"""Imports of people on the wire of the native API. Times are RFC 3339 in UTC."""

from typing import Any, Literal

import msgspec

from rollbook.core.people.bulk_plan import MatchBy

Result = Literal["created", "changed", "unchanged", "inactivated", "bad"]


class NewImportQuery(msgspec.Struct, forbid_unknown_fields=True):
    """How the file is to be taken; as parameters of the query, or beside the file in the form.

    ``mapping`` is a JSON object from a column's head to the field it holds, or to "" to leave it out; columns with
    usual names are found without. ``clears_blank``: a blank cell empties the field. ``inactivates_missing``: active
    people who are not in the file are inactivated. ``encoding`` of a text file is found out when it is left out.
    """

    file_name: str | None = None
    mapping: str | None = None
    match_by: MatchBy | None = None
    clears_blank: bool = False
    inactivates_missing: bool = False
    encoding: str | None = None


class ColumnOut(msgspec.Struct):
    """What a column holds; ``field`` null is left out."""

    column: str
    field: str | None


class ProblemOut(msgspec.Struct):
    """What is wrong with a line."""

    field: str
    code: str
    message: str


class ImportRowOut(msgspec.Struct):
    """What a line does, or did. ``line`` null is someone who is not in the file; ``changes``: [before, after]."""

    line: int | None
    result: Result
    name: str
    person: str | None
    changes: dict[str, tuple[Any, Any]]
    problems: list[ProblemOut]


class ImportOut(msgspec.Struct):
    """An import. ``must_confirm``: it inactivates more than a tenth of the active people, and has to be confirmed."""

    id: str
    number: int
    file_name: str
    state: Literal["previewed", "applied", "undone", "discarded"]
    match_by: MatchBy
    columns: list[ColumnOut]
    created: int
    changed: int
    unchanged: int
    inactivated: int
    bad: int
    active_people: int
    must_confirm: bool
    created_by: str | None
    created_at: str
    applied_at: str | None
    undone_at: str | None


class ImportShown(ImportOut):
    """An import with the first hundred lines that are bad."""

    bad_rows: list[ImportRowOut]


class ImportsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """GET /v1/imports."""

    limit: int = 50
    cursor: str | None = None


class ImportsPage(msgspec.Struct):
    """Imports, newest first; ``next`` is the cursor to go on from, null at the end."""

    imports: list[ImportOut]
    next: str | None


class ImportRowsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """GET /v1/imports/{id}/rows: of a preview, the lines with a result; of an applied import, whom it touched."""

    result: Result | None = None
    limit: int = 100
    cursor: str | None = None


class ImportRowsPage(msgspec.Struct):
    """Lines in their order."""

    rows: list[ImportRowOut]
    next: str | None


class ApplyIn(msgspec.Struct, forbid_unknown_fields=True):
    """``confirm`` allows an import that says ``must_confirm``."""

    confirm: bool = False
