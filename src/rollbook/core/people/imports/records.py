"""The rows and requests of importing people from a file."""

from typing import Any, Literal

import msgspec

from rollbook.core.people.bulk_plan import MatchBy, PersonRow

State = Literal["previewed", "applied", "undone", "discarded"]
Result = Literal["created", "changed", "unchanged", "inactivated", "bad"]

MOST_BYTES = 20_000_000
"""The largest file that is read."""
MOST_LINES = 50_000
MOST_COLUMNS = 500
MOST_CELL = 32_767
"""The most characters in a cell, as spreadsheets have it."""


class Line(msgspec.Struct, frozen=True):
    """One line of a table that is not blank: where it stands in the file, counted from 1, and its cells."""

    number: int
    cells: list[str]


class Sheet(msgspec.Struct, frozen=True):
    """A table as it was read: the heads of its columns, and the lines below."""

    file_name: str
    heads: list[str]
    lines: list[Line]


class ImportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a table is to be taken.

    ``mapping``: a column's head to the field it holds; an empty field leaves the column out. ``match_by`` None takes
    the external id, else the user name, else the e-mail, whichever has a column. ``clears_blank``: a blank cell
    empties the field; else it leaves the field as it is. ``inactivates_missing``: active people who are not in the
    file are inactivated, but for guests, people protected from synchronisation and the caller.
    """

    mapping: dict[str, str] = {}
    match_by: MatchBy | None = None
    clears_blank: bool = False
    inactivates_missing: bool = False


class Column(msgspec.Struct, frozen=True):
    """What is done with a column; ``field`` None leaves it out."""

    head: str
    field: str | None


class CellProblem(msgspec.Struct, frozen=True):
    """What is wrong with a line, and in which field."""

    field: str
    code: str
    message: str


class RowResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a line does. ``line`` None is someone who is not in the file; ``changes`` hold before and after."""

    line: int | None = None
    result: Result
    name: str
    uuid: str | None = None
    changes: dict[str, tuple[Any, Any]] = {}
    problems: list[CellProblem] = []
    person: PersonRow | None = None


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What an import does, in numbers, and how its table was read.

    ``active`` is how many active people there were; ``must_confirm``: so many of them would be inactivated that the
    import is applied only when that is confirmed. ``upload`` names the file in the file store, where it is kept there.
    """

    columns: list[Column]
    match_by: MatchBy
    options: ImportOptions
    created: int
    changed: int
    unchanged: int
    inactivated: int
    bad: int
    active: int
    must_confirm: bool
    upload: str | None = None


class Import(msgspec.Struct, frozen=True):
    """An import of people. ``summary`` is the JSON text of a :class:`Summary`."""

    id: int
    uuid: str
    file_name: str
    state: State
    summary: str
    created_by: int | None
    created_by_name: str | None
    created_at: int
    applied_at: int | None
    undone_at: int | None

    @property
    def facts(self) -> Summary:
        """The summary, decoded."""
        return msgspec.json.decode(self.summary, type=Summary)


class Preview(msgspec.Struct, frozen=True):
    """A dry run that is kept: the import, and what each line would do."""

    import_: Import
    rows: list[RowResult]
