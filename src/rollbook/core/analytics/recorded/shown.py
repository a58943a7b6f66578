"""How a data source over the record is described: its columns, the rows behind them, and what a row is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, null, select, union_all

from rollbook.core.kernel.principal import Permission
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.warehouse import Column, Kind

Rows = Statement[tuple[Any, ...]]
SUBJECT = "$subject"
"""The column of a snapshot that says whom or what a row is about; it is never shown."""


class About(Enum):
    """What the rows of a source are about: who sees that sees the row."""

    NOTHING = "nothing"
    PERSON = "a person"
    PARTICIPANT = "a participant"
    SESSION = "a live session"
    DEVICE = "a device"


@dataclass(frozen=True, slots=True)
class Shown:
    """A column: its name and kind, and the expression behind it."""

    name: str
    kind: Kind
    sql: Any
    is_date: bool = False

    @property
    def column(self) -> Column:
        """As the warehouse has it."""
        return Column(self.name, self.kind, self.is_date)


@dataclass(frozen=True, slots=True)
class RecordSource:
    """One of them. Everyone with the permission ``needs`` sees the rows that are about nothing."""

    key: str
    name: str
    shown: tuple[Shown, ...]
    rows: Rows
    """Every row of the organisation: its subject's id, then what is shown. Parameters: organisation_id, now."""
    about: About
    needs: Permission
    next_turn: Rows | None = None
    """The next instant after ``now`` at which something in it changes by itself."""
    is_quiet: bool = False
    """It changes without events."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """What a snapshot of it holds."""
        return (Column(SUBJECT, "int"), *(shown.column for shown in self.shown))


text, whole, number = (partial(Shown, kind=kind) for kind in ("str", "int", "float"))
flag, at = (partial(Shown, kind=kind) for kind in ("bool", "datetime"))
_ORGANISATION: ColumnElement[Any] = bindparam("organisation_id")
_NOW: ColumnElement[Any] = bindparam("now")


def _statement(subject: Any, shown: Sequence[Shown], table: Any, joins: Sequence[tuple[Any, Any]]) -> Rows:
    """A select over the kept rows of a table and what hangs on them."""
    held = table
    for other, on in joins:
        held = held.outerjoin(other, on)
    query: Select[Any] = select(null() if subject is None else subject, *(one.sql for one in shown)).select_from(held)
    if "deleted_at" in table.c:
        query = query.where(table.c.deleted_at.is_(None))
    return Statement(query.where(table.c.organisation_id == _ORGANISATION))


def first_turn(*instants: tuple[Any, Any]) -> Rows:
    """The least of some instants that lie ahead, each of the rows where something holds."""
    ahead = [
        select(func.min(at).label("at")).where(at.table.c.organisation_id == _ORGANISATION, at > _NOW, holds)
        for at, holds in instants
    ]
    each = union_all(*ahead).subquery("turns")
    return Statement(select(func.min(each.c.at)))


def full_name(table: Any) -> Any:
    """First and last name in one."""
    return table.c.first_name + " " + table.c.last_name


def describe(
    key: str,
    name: str,
    table: Any,
    about: tuple[About, Any],
    shown: Sequence[Shown],
    *joins: tuple[Any, Any],
    needs: Permission,
    **given: Any,
) -> RecordSource:
    """A source over a table: ``about`` is what its rows are about, with the expression for that one's id."""
    kind, subject = about
    return RecordSource(key, name, tuple(shown), _statement(subject, shown, table, joins), kind, needs, **given)


NOTHING = (About.NOTHING, None)
