"""From a line of cells to a row of people's fields, with everything that is wrong with it."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from rollbook.core.kernel.principal import Role
from rollbook.core.kernel.work import Work
from rollbook.core.people import structure
from rollbook.core.people.bulk_plan import PersonRow
from rollbook.core.people.imports.columns import plain
from rollbook.core.people.imports.records import CellProblem, Column, Line
from rollbook.core.people.imports.synonyms import FULL_NAME, NO, YES


class BadCell(Exception):
    """A cell cannot be taken; the message is a sentence for a person."""

    def __init__(self, message: str, code: str = "invalid") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class Read(msgspec.Struct, frozen=True):
    """A line as a row, or what is wrong with it."""

    line: Line
    name: str
    person: PersonRow | None
    problems: list[CellProblem]


Reader = Callable[[str], Any]


class RowReader:
    """Reads the lines of one table. Looks at all of them first, for what a single one cannot tell."""

    def __init__(self, work: Work, columns: list[Column], lines: list[Line], *, clears_blank: bool) -> None:
        self._columns = columns
        self._clears_blank = clears_blank
        self._readers: dict[str, Reader] = {
            "active": _active,
            "roles": _roles,
            "birth_date": _DateReader(_cells_of(columns, lines, "birth_date")),
        }
        for field, catalogue in (
            ("group", structure.GROUPS),
            ("location", structure.LOCATIONS),
            ("workplace", structure.WORKPLACES),
        ):
            if any(column.field == field for column in columns):
                self._readers[field] = _PlaceReader(work, catalogue)

    def read(self, line: Line) -> Read:
        """One line."""
        given: dict[str, Any] = {}
        problems: list[CellProblem] = []
        if any(cell.strip() for cell in line.cells[len(self._columns) :]):
            problems.append(CellProblem("", "malformed", "the line has more cells than there are columns"))
        for column, cell in zip(self._columns, line.cells, strict=False):
            if column.field is None:
                continue
            try:
                self._take(given, column.field, cell.strip())
            except BadCell as problem:
                problems.append(CellProblem(column.field, problem.code, problem.message))
        name = " ".join(str(given[key]) for key in ("first_name", "last_name") if given.get(key))
        shown = name or next((str(given[k]) for k in ("external_id", "username", "email") if given.get(k)), "")
        return Read(line, shown[:120], None if problems else PersonRow(**given), problems)

    def _take(self, given: dict[str, Any], field: str, cell: str) -> None:
        if "\x00" in cell:
            raise BadCell(f"{field} holds a character that cannot be stored")
        if not cell:
            if self._clears_blank and field in _CLEARABLE:
                given[field] = None
        elif field == FULL_NAME:
            first, last = _names(cell)
            given.setdefault("first_name", first)
            given.setdefault("last_name", last)
        else:
            given[field] = self._readers[field](cell) if field in self._readers else cell


_CLEARABLE = frozenset(
    {
        *("email", "phone", "mobile", "birth_date", "time_zone", "country", "company", "cost_center"),
        *("group", "location", "workplace"),
    }
)


def _cells_of(columns: list[Column], lines: list[Line], field: str) -> list[str]:
    """Every cell of the column that holds a field."""
    at = next((index for index, column in enumerate(columns) if column.field == field), None)
    return [] if at is None else [line.cells[at].strip() for line in lines if at < len(line.cells)]


def _names(cell: str) -> tuple[str, str]:
    """``Novak, Ana`` or ``Ana Novak``; of three words and more the last is the family's."""
    if "," in cell:
        last, _, first = cell.partition(",")
        if last.strip() and first.strip():
            return first.strip(), last.strip()
    first, _, last = cell.rpartition(" ")
    if not first.strip():
        raise BadCell("full_name must hold a first and a last name")
    return first.strip(), last.strip()


_YES, _NO = frozenset(YES.split()), frozenset(NO.split())


def _active(cell: str) -> bool:
    word = plain(cell)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise BadCell(f"active must be yes or no, and is {cell[:40]!r}")


_ROLES = {plain(role.value): role for role in Role}


def _roles(cell: str) -> frozenset[Role]:
    words = [plain(part) for part in re.split(r"[,;|/]", cell) if part.strip()]
    unknown = [word for word in words if word not in _ROLES]
    if unknown:
        raise BadCell(f"there is no role {unknown[0][:40]!r}; there is {', '.join(role.value for role in Role)}")
    return frozenset(_ROLES[word] for word in words)


_DATE = re.compile(r"(\d{1,4})([./-])\s*(\d{1,2})\2\s*(\d{1,4})\.?(?:[ T]00:00(?::00(?:\.0+)?)?)?")


class _DateReader:
    """Dates in any usual form. Whether 03/04 is in March or in April is told by the other dates of the column."""

    def __init__(self, cells: Iterable[str]) -> None:
        found = [match for cell in cells if (match := _DATE.fullmatch(cell)) and match[2] == "/"]
        self._has_day_first = any(int(match[1]) > 12 and len(match[1]) <= 2 for match in found)
        self._has_month_first = any(int(match[3]) > 12 for match in found)

    def __call__(self, cell: str) -> str:
        found = _DATE.fullmatch(cell)
        if not found:
            raise BadCell("birth_date must be a date such as 1990-03-31")
        first, mark, second, third = found[1], found[2], found[3], found[4]
        if len(first) == 4:
            return f"{first}-{int(second):02d}-{int(third):02d}"
        if len(third) != 4:
            raise BadCell("birth_date must have a year of four figures, such as 1990-03-31")
        if mark == "/" and self._has_day_first == self._has_month_first and first != second:
            raise BadCell("birth_date may have its day or its month first: write it as 1990-03-31")
        day, month = (second, first) if mark == "/" and self._has_month_first else (first, second)
        return f"{third}-{int(month):02d}-{int(day):02d}"


class _PlaceReader:
    """Codes of a catalogue's entries, from the code itself or the entry's name."""

    def __init__(self, work: Work, catalogue: structure.Catalogue) -> None:
        self._kind = catalogue.name
        self._codes: set[str] = set()
        self._named: dict[str, list[str]] = {}
        for entry in structure.list_entries(work, catalogue):
            if entry.external_id is not None:
                self._codes.add(entry.external_id)
                self._named.setdefault(entry.name.casefold(), []).append(entry.external_id)

    def __call__(self, cell: str) -> str:
        if cell in self._codes:
            return cell
        named = self._named.get(cell.casefold(), [])
        if len(named) == 1:
            return named[0]
        if named:
            raise BadCell(f"several entries are called {cell[:40]!r}; use the code of one", "unknown_reference")
        raise BadCell(f"there is no {self._kind} with the code or name {cell[:40]!r}", "unknown_reference")
