"""What an import would do to the record as it is now, line by line."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, func, select
from sqlalchemy.sql import ColumnElement

from rollbook.core.kernel.principal import PeopleScope
from rollbook.core.kernel.statements import Statement, among, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people import bulk_plan
from rollbook.core.people.bulk_plan import MatchBy, Outcome, PersonRow, Plan, Write
from rollbook.core.people.imports.records import CellProblem, RowResult
from rollbook.core.people.imports.rows import Read
from rollbook.core.people.queries import scope_params, visible_to
from rollbook.core.people.tables import people

Rows = Statement[tuple[Any, ...]]

_SHOWN_AS = {"group_id": "group", "location_id": "location", "workplace_id": "workplace", "is_active": "active"}


class Outlook(msgspec.Struct, frozen=True):
    """The plan for the record, and what it means for each line; then the people who are not in the file."""

    plan: Plan
    rows: list[RowResult]
    active: int

    def count(self, result: str) -> int:
        """How many lines have a result."""
        return sum(1 for row in self.rows if row.result == result)

    @property
    def inactivates(self) -> int:
        """How many active people would be inactive afterwards, by a line of the file or by being in none."""
        return sum(1 for row in self.rows if row.changes.get("active") in ((True, False), [True, False]))


@shapes
def _active_people(scope: PeopleScope) -> Rows:
    return Statement(select(func.count()).select_from(people).where(visible_to(scope), people.c.is_active))


@shapes
def _missing(scope: PeopleScope, column: str) -> Rows:
    """Active people whom a synchronisation may inactivate, and who are not among those in the file."""
    key: ColumnElement[Any] = people.c[column]
    return Statement(
        select(people.c[_column_value(column)], people.c.first_name, people.c.last_name)
        .where(
            visible_to(scope),
            people.c.is_active,
            people.c.is_guest.is_(False),
            people.c.is_sync_protected.is_(False),
            key.is_not(None),
            ~among(key, "present"),
            people.c.id != bindparam("caller_id"),
        )
        .order_by(people.c.id)
    )


def _column_value(column: str) -> str:
    return column.removesuffix("_key")


def outlook_of(work: Work, reads: list[Read], match_by: MatchBy, *, inactivates_missing: bool) -> Outlook:
    """Plan every line. Faults: FORBIDDEN, TOO_LARGE."""
    good = [(read, read.person) for read in reads if read.person is not None]
    missing = _missing_rows(work, [person for _, person in good], match_by) if inactivates_missing else []
    people_rows = [person for _, person in good] + [row for row, _ in missing]
    ways = bulk_plan.Ways(match_by=match_by, place=lambda at: f"line {good[at][0].line.number}")
    planned = bulk_plan.plan(work, people_rows, ways)
    results = _Results(planned, work)
    rows = [results.of_line(read, good_at) for read, good_at in _numbered(reads)]
    rows += [results.of_missing(name, len(good) + at) for at, (_, name) in enumerate(missing)]
    active = work.value(_active_people(work.principal.people_scope), **scope_params(work.principal))
    return Outlook(planned, rows, int(active))


def _numbered(reads: list[Read]) -> list[tuple[Read, int | None]]:
    """Each line with its position among those that could be read."""
    numbered: list[tuple[Read, int | None]] = []
    position = 0
    for read in reads:
        numbered.append((read, position if read.person is not None else None))
        position += read.person is not None
    return numbered


def _missing_rows(work: Work, present: list[PersonRow], match_by: MatchBy) -> list[tuple[PersonRow, str]]:
    column = "external_id" if match_by == "external_id" else f"{match_by}_key"
    keys = [value.strip() for person in present if isinstance(value := getattr(person, match_by), str)]
    found = work.all(
        _missing(work.principal.people_scope, column),
        present=keys if match_by == "external_id" else [key.casefold() for key in keys],
        caller_id=work.principal.person_id or 0,
        **scope_params(work.principal),
    )
    return [(PersonRow(**{match_by: value, "active": False}), f"{first} {last}") for value, first, last in found]


class _Results:
    """Finds what the plan says of a position."""

    def __init__(self, planned: Plan, work: Work) -> None:
        self._outcomes: dict[int, Outcome] = {outcome.position: outcome for outcome in planned.outcomes}
        self._writes: dict[int, Write] = {write.position: write for write in planned.writes}
        self._problems: dict[int, list[CellProblem]] = {}
        for problem in planned.problems:
            told = CellProblem(problem.field, problem.code, problem.message)
            self._problems.setdefault(problem.position, []).append(told)

    def of_line(self, read: Read, position: int | None) -> RowResult:
        """A line of the file."""
        problems = read.problems if position is None else self._problems.get(position, [])
        if problems or position is None:
            return RowResult(line=read.line.number, result="bad", name=read.name, problems=problems)
        outcome = self._outcomes[position]
        return RowResult(
            line=read.line.number,
            result=outcome.result,
            name=read.name,
            uuid=outcome.uuid if outcome.result != "created" else None,
            changes=_changes(self._writes.get(position), read.person),
            person=read.person,
        )

    def of_missing(self, name: str, position: int) -> RowResult:
        """Someone who is not in the file."""
        if problems := self._problems.get(position):
            return RowResult(result="bad", name=name, problems=problems)
        changes = _changes(self._writes.get(position), None)
        return RowResult(result="inactivated", name=name, uuid=self._outcomes[position].uuid, changes=changes)


def _changes(write: Write | None, person: PersonRow | None) -> dict[str, tuple[Any, Any]]:
    """Before and after of each field that changes, places by their codes; nothing for someone new."""
    if write is None or write.person is None:
        return {}
    changes: dict[str, tuple[Any, Any]] = {}
    for field, after in write.after.items():
        name = _SHOWN_AS.get(field, field)
        if field in ("group_id", "location_id", "workplace_id"):
            code = getattr(person, name) if person is not None and after is not None else None
            changes[name] = (getattr(write.person, f"{name}_external_id"), code)
        else:
            changes[name] = (write.before.get(field), after)
    return changes
