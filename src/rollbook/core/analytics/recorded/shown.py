"""How a data source over the record is described: its columns, the rows behind them, and what a row is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, false, func, null, or_, select, union_all
from sqlalchemy.sql import visitors

from rollbook.core.kernel.principal import Permission
from rollbook.core.kernel.statements import Statement, among
from rollbook.core.kernel.warehouse import Column, Kind

Rows = Statement[tuple[Any, ...]]
SUBJECT = "$subject"
"""The column of a copy that says whom or what a row is about; as all that begin so, it is never shown."""
ROW = "$row"
"""The column of a copy with the id of what the row shows."""


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
class Followed:
    """Something else that rows show: the column of a copy that holds its id, and the ids of the rows that now show one
    of the ``ids``.
    """

    column: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class RecordSource:
    """One of them. Everyone with the permission ``needs`` sees the rows that are about nothing."""

    key: str
    name: str
    shown: tuple[Shown, ...]
    rows: Rows
    """Every row of the organisation, with its cells in the order of ``columns``. Parameters: organisation_id, now."""
    rows_of: Rows
    """Those of them that show what has one of the ``ids``."""
    entity: str | None
    """What events call that which a row shows."""
    follows: Mapping[str, tuple[Followed, ...]]
    """By what events call it: where the rows show something else."""
    tables: frozenset[str]
    """The names of all tables that the rows are read from."""
    about: About
    needs: Permission
    turned: Rows | None
    """The ids of rows in which something changes by itself after ``since``, up to ``now``."""
    next_turn: Rows | None
    """The next instant after ``now`` at which something does."""
    is_quiet: bool
    """It changes without events."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """What a copy of it holds."""
        hidden = [SUBJECT, ROW, *(one.column for found in self.follows.values() for one in found)]
        return (*(Column(name, "int") for name in hidden), *(shown.column for shown in self.shown))


text, whole, number = (partial(Shown, kind=kind) for kind in ("str", "int", "float"))
flag, at = (partial(Shown, kind=kind) for kind in ("bool", "datetime"))
_ORGANISATION: ColumnElement[Any] = bindparam("organisation_id")
_NOW: ColumnElement[Any] = bindparam("now")


def _first_turn(turns: Sequence[tuple[Any, Any]]) -> Rows:
    """The least of some instants that lie ahead, each of the rows where something holds."""
    ahead = [
        select(func.min(at).label("at")).where(at.table.c.organisation_id == _ORGANISATION, at > _NOW, holds)
        for at, holds in turns
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
    entity: str | None = None,
    follows: Sequence[tuple[str, Any]] = (),
    turns: Sequence[tuple[Any, Any]] = (),
    is_quiet: bool = False,
) -> RecordSource:
    """A source over the kept rows of a table and what hangs on them. ``about`` is what its rows are about, with the
    expression for that one's id.

    ``entity`` is what events call a row, and ``follows`` the expressions for the ids of what else they may tell of.
    ``turns`` are instants of a row at which it changes by itself, each with the condition under which it does.
    """
    held = table
    for other, on in joins:
        held = held.outerjoin(other, on)
    kind, subject = about
    cells = [null() if subject is None else subject, table.c.id, *(sql for _, sql in follows), *(s.sql for s in shown)]
    query = select(*cells).select_from(held).where(table.c.organisation_id == _ORGANISATION)
    if "deleted_at" in table.c:
        query = query.where(table.c.deleted_at.is_(None))
    ids = query.with_only_columns(table.c.id)
    followed: dict[str, tuple[Followed, ...]] = {}
    for number, (name_in_events, sql) in enumerate(follows):
        one = Followed(f"${number}", Statement(ids.where(among(sql, "ids"))))
        followed[name_in_events] = (*followed.get(name_in_events, ()), one)
    is_turned = or_(false(), *(and_(instant > bindparam("since"), instant <= _NOW, holds) for instant, holds in turns))
    return RecordSource(
        key,
        name,
        tuple(shown),
        Statement(query),
        Statement(query.where(among(table.c.id, "ids"))),
        entity,
        followed,
        frozenset(one.name for one in visitors.iterate(query) if isinstance(one, Table)),
        kind,
        needs,
        turned=Statement(ids.where(is_turned)) if turns else None,
        next_turn=_first_turn(turns) if turns else None,
        is_quiet=is_quiet,
    )


NOTHING = (About.NOTHING, None)
