"""Statements: SQLAlchemy Core constructs that are built and compiled once per store and run on the raw driver.

A :class:`Statement` is made at module level, or by a ``@shapes`` function cached by which filters are set. Running
one costs a dictionary look-up and the driver's own work; nothing is composed per call.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, ClassVar, Generic, Literal, ParamSpec, TypeVar, cast

import msgspec
from sqlalchemy import Boolean, ColumnElement, Select, String, Table, bindparam, column, func, literal_column, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ClauseElement, FromClause
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.schema import Column
from sqlalchemy.types import UserDefinedType

from rollbook.core.kernel.faults import Fault, FaultCode

Store = Literal["sqlite", "postgresql"]
T = TypeVar("T")
P = ParamSpec("P")
Params = dict[str, Any]


@cache
def _dialect(store: Store, *, hides_values: bool = False) -> Dialect:
    """How a store wants its SQL; loaded for the store that is used, as SQLAlchemy's dialects are slow to import."""
    if store == "sqlite":
        from sqlalchemy.dialects import sqlite

        dialect = sqlite.dialect(paramstyle="named")
        if hides_values:
            dialect.statement_compiler = _hiding(dialect.statement_compiler)
        return dialect
    from sqlalchemy.dialects import postgresql

    return cast(Dialect, postgresql.dialect(paramstyle="pyformat"))  # type: ignore[no-untyped-call]


def _hiding(compiler: Any) -> Any:
    """A compiler for SQLite that writes ``+:name``, where the planner does not look for a value."""

    class Hiding(compiler):  # type: ignore[misc]
        def bindparam_string(self, name: str, **kw: Any) -> str:
            return f"+{super().bindparam_string(name, **kw)}"

    return Hiding


def insert_or_update(store: Store, table: Table) -> Any:
    """An INSERT that knows ``on_conflict_do_update``, which each store has in a class of its own."""
    if store == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


shapes = cache
"""Marks a function that builds a Statement from hashable facts about its shape: one build per shape."""


def for_one_taker(store: Store, picked: Select[Any]) -> Select[Any]:
    """Ids of rows that one node takes up: SQLite's writers take turns, on PostgreSQL what another takes is passed over.

    Materialised, or the planner may run it again for each row and take up more than the limit.
    """
    if store != "postgresql":
        return picked
    chosen = picked.with_for_update(skip_locked=True).cte("picked")
    return select(chosen.c[0])


class Plan(Generic[T]):
    """A statement compiled for one store: its SQL, what to do with parameters, how to make a row."""

    __slots__ = ("bind", "constants", "is_kept", "make_row", "sql")

    def __init__(
        self,
        sql: str,
        constants: Params,
        bind: dict[str, Callable[[Any], Any]],
        make_row: Callable[..., T],
        *,
        is_kept: bool,
    ) -> None:
        self.sql = sql
        self.constants = constants
        self.bind = bind
        self.make_row = make_row
        self.is_kept = is_kept
        """Whether PostgreSQL may keep the plan, whatever the values."""

    def params(self, given: Params) -> Params:
        """The driver's parameters: the caller's, with the statement's own constants. Faults: INVALID."""
        _refuse_unstorable(given.values())
        values = {**self.constants, **given} if self.constants else given
        if self.bind:
            values = dict(values)
            for name, convert in self.bind.items():
                if name in values:
                    values[name] = convert(values[name])
        return values


def _refuse_unstorable(values: Iterable[Any]) -> None:
    """Null characters and numbers beyond 64 bits, also those that are only looked for: one store would take them."""
    for value in values:
        kind = type(value)
        if kind is str:
            if "\0" in value:
                raise Fault(FaultCode.INVALID, "A text holds a null character, which cannot be stored.")
        elif kind is int:
            if not -(2**63) <= value < 2**63:
                raise Fault(FaultCode.INVALID, "A number is too large to be stored.")
        elif kind is list:
            _refuse_unstorable(value)


class Statement(Generic[T]):
    """One statement shape. ``row`` is the struct each result row becomes, by position; None gives plain tuples.

    ``build`` is a clause, or a function from the store's name to one where the stores need different SQL.
    """

    __slots__ = ("_build", "_plans", "_row")
    _hides_values: ClassVar[bool] = False
    _is_kept: ClassVar[bool] = True

    def __init__(
        self, build: ClauseElement | Callable[[Store], ClauseElement], row: type[T] | Callable[..., T] | None = None
    ) -> None:
        self._build = build
        self._row = row
        self._plans: dict[Store, Plan[T]] = {}

    def plan(self, store: Store) -> Plan[T]:
        """The statement compiled for a store; compiled at the first call."""
        found = self._plans.get(store)
        return found if found is not None else self._compile(store)

    def _compile(self, store: Store) -> Plan[T]:
        clause = self._build if isinstance(self._build, ClauseElement) else self._build(store)
        dialect = _dialect(store, hides_values=self._hides_values)
        compiled = cast(SQLCompiler, clause.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}))
        plan = Plan[T](
            compiled.string,
            {name: bind.value for bind, name in compiled.bind_names.items() if not bind.required},
            _binders(compiled, dialect),
            _row_maker(clause, self._row, dialect, store),
            is_kept=self._is_kept,
        )
        self._plans[store] = plan
        return plan


class Lookup(Statement[T]):
    """A statement that finds its rows by keys, so that the best plan is the same whatever the values.

    SQLite keeps the plan of such a one. It makes that of any other anew whenever values are bound, as it looks them up
    in its statistics, which is right for filters (few are inactive, most are not) and dearer than finding a row.
    """

    __slots__ = ()
    _hides_values = True


class Search(Statement[T]):
    """A statement whose best plan hangs on the values, such as one with a part of a text.

    After a few uses PostgreSQL keeps one plan of any other for all values, and without a value it takes every part of a
    text to be so frequent that reading the whole table is as good as the trigram index.
    """

    __slots__ = ()
    _is_kept = False


def _binders(compiled: SQLCompiler, dialect: Any) -> dict[str, Callable[[Any], Any]]:
    """The conversions that this store's types want for parameters: JSON lists for SQLite, nothing for most."""
    lists = {
        name: bind.type.bind_processor(dialect)
        for bind, name in compiled.bind_names.items()
        if isinstance(bind.type, JsonList)
    }
    return {name: convert for name, convert in lists.items() if convert is not None}


def _row_maker(clause: ClauseElement, row: Any, dialect: Any, store: Store) -> Callable[..., Any]:
    """A function from a driver's tuple to the row; SQLite's 0 and 1 become booleans where the column is one."""
    columns: Sequence[Any] = list(
        getattr(clause, "selected_columns", None) or getattr(clause, "_returning", None) or []
    )
    flags = [i for i, c in enumerate(columns) if store == "sqlite" and isinstance(c.type, Boolean)]
    make = row if row is not None else _as_tuple
    if not flags:
        return cast(Callable[..., Any], make)

    def with_booleans(*values: Any) -> Any:
        cells = list(values)
        for i in flags:
            if cells[i] is not None:
                cells[i] = bool(cells[i])
        return make(*cells)

    return with_booleans


def _as_tuple(*values: Any) -> tuple[Any, ...]:
    return values


# --- Lists as one parameter -------------------------------------------------------------------------------------


class JsonList(UserDefinedType[Any]):
    """A list given as one parameter: an array on PostgreSQL, JSON text on SQLite.

    No string, for PostgreSQL would read the array from text anew for every row that it is compared with.
    """

    cache_ok = True

    def bind_processor(self, dialect: Any) -> Any:
        """JSON text for SQLite; PostgreSQL's driver takes the list."""
        if dialect.name == "sqlite":
            return lambda value: msgspec.json.encode(value).decode()
        return None


class among(ColumnElement[bool]):  # noqa: N801 - reads as an operator in queries
    """``column IN (the list bound as name)``: one statement whatever the list's length."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, tested: ColumnElement[Any], name: str) -> None:
        self.tested = tested
        self.values = bindparam(name, type_=JsonList(), required=True)

    def self_group(self, against: Any = None) -> "among":
        """Itself: SQLAlchemy would write ``(… IN …) = 1`` for SQLite, which no index serves."""
        return self


@compiles(among, "sqlite")
def _among_sqlite(element: among, compiler: SQLCompiler, **kw: Any) -> str:
    tested, values = compiler.process(element.tested, **kw), compiler.process(element.values, **kw)
    return f"{tested} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - both parts were compiled


@compiles(among, "postgresql")
def _among_postgresql(element: among, compiler: SQLCompiler, **kw: Any) -> str:
    tested, values = compiler.process(element.tested, **kw), compiler.process(element.values, **kw)
    kind = element.tested.type.dialect_impl(compiler.dialect).compile(dialect=compiler.dialect)
    # Without the length of a VARCHAR, to which every value would be cut anew for every row that is compared.
    return f"{tested} = ANY({values}::{kind.partition('(')[0]}[])"


def given_rows(store: Store, name: str, *columns: Column[Any]) -> FromClause:
    """Rows given as one JSON parameter (text of a list of objects), as a table with the columns' names and types.

    Bulk statements select from it, so that ten thousand rows are one statement.
    """
    text = bindparam(name, type_=String(), required=True)
    if store == "postgresql":
        from sqlalchemy.dialects.postgresql import JSONB

        table = func.jsonb_to_recordset(sql_cast(text, JSONB)).table_valued(*(column(c.name, c.type) for c in columns))
        return table.render_derived(name=name, with_types=True)
    each = func.json_each(text).table_valued(column("value", String()), name=f"{name}_each")
    extracted = (
        func.json_extract(each.c.value, literal_column(f"'$.{c.name}'"), type_=c.type).label(c.name) for c in columns
    )
    return select(*extracted).subquery(name)


def new_uuids(store: Store) -> ColumnElement[str]:
    """A uuid a row, made by the store, as ``ids.new_uuid`` makes one."""
    return literal_column(_UUIDS[store], String())


_UUIDS: dict[Store, str] = {
    "sqlite": (
        "lower(printf('%08x-%04x-7', unixepoch('subsec') * 1000 / 65536, unixepoch('subsec') * 1000 % 65536)"
        " || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1)"
        " || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
    ),
    "postgresql": (
        "regexp_replace(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0'),"
        " '(.{8})(.{4})', '\\1-\\2') || '-7' || substr(gen_random_uuid()::text, 16)"
    ),
}
