"""The reference data that clients of the OpenTera API are tested against, and putting a server for tests back to it.

``reference.json`` holds rows by table. In it ``<new>`` is a new uuid, ``<password X>`` the hash of a password, and
``<days ago N>`` an instant before :data:`MOMENT`, a fixed day,
so that questions about dates are answered alike whenever they are asked.
"""

from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

import msgspec
from sqlalchemy import (
    Table,
    Text,
    bindparam,
    case,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    table,
    union_all,
    update,
)

from rollbook.core.kernel.clock import DAY, day_start
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.schema import metadata
from rollbook.core.kernel.statements import Statement, Store, given_rows, shapes
from rollbook.core.kernel.work import Database, Work
from rollbook.core.people.registration import search_keys
from rollbook.core.people.tables import group_closure, organisations

NAME = "opentera"
SLUG = "opentera-test-data"
"""The organisation that holds the data; a record with any other is no server for tests, and is never reset."""
MOMENT = day_start("2026-11-21") + DAY // 2
_KEPT = frozenset({"organisations", "authorities"})
_NUMBERED_ON = frozenset({"open_sockets", "live_events"})
"""Tables whose numbers go on, for who reads them knows how far they came."""
Rows = Statement[tuple[Any, ...]]
_OTHERS = Rows(select(organisations.c.id).where(organisations.c.slug != SLUG).limit(1))
_OURS = Rows(select(organisations.c.id).where(organisations.c.slug == SLUG))
_FOUND = Rows(
    insert(organisations)
    .values({name: bindparam(name) for name in ("uuid", "name", "slug", "language", "time_zone", "created_at")})
    .returning(organisations.c.id)
)


class _Rows(msgspec.Struct):
    columns: list[str]
    rows: list[list[Any]]


class Reference:
    """The data, read and hashed once, so that each reset only writes rows."""

    def __init__(self, hash_password: Callable[[str], str]) -> None:
        document = (files("rollbook.core.sessions") / "reference.json").read_bytes()
        given = msgspec.json.decode(document, type=dict[str, _Rows])
        self._hash_password = hash_password
        self._tables = {
            name: [self._ready(name, rows.columns, row) for row in rows.rows] for name, rows in given.items()
        }
        closure = [{"ancestor_id": row["id"], "group_id": row["id"], "depth": 0} for row in self._tables["groups"]]
        self._tables = _put_after(self._tables, "groups", group_closure.name, closure)
        self._clear = [Rows(delete(table)) for table in reversed(metadata.sorted_tables) if table.name not in _KEPT]
        self._cleared = tuple(one.name for one in metadata.sorted_tables if one.name not in _KEPT)
        self._written = Rows(union_all(*map(_written, self._cleared)))
        self._marks: dict[str, str] = {}
        """By table, the transaction of PostgreSQL that wrote the data's rows into it."""
        self._inserts = {name: _insert(metadata.tables[name], rows[0]) for name, rows in self._tables.items()}
        self._start = Rows(_restart({}))
        self._go_on = Rows(_restart(self._tables))

    def _ready(self, table: str, columns: list[str], row: list[Any]) -> dict[str, Any]:
        values = {name: self._value(value) for name, value in zip(columns, row, strict=True)}
        if table == "people":
            values |= {"external_id": None, "language": "en"}
            values |= search_keys(values)
        return values

    def _value(self, value: Any) -> Any:
        if value == "<new>":
            return new_uuid()
        if isinstance(value, str) and value.startswith("<password "):
            return self._hash_password(value.removeprefix("<password ").removesuffix(">"))
        return value

    def restore(self, database: Database) -> None:
        """Put everything back: rows, numbers, sign-in attempts, ended tokens. Faults: FORBIDDEN on a real record."""
        with database.writing() as work:
            if work.first(_OTHERS) is not None:
                raise Fault(FaultCode.FORBIDDEN, "This record holds other organisations; it is no server for tests.")
            organisation_id = work.value(_OURS) or self._found(work)
            filled = {
                name: [_at(name, row, organisation_id, work.at) for row in rows] for name, rows in self._tables.items()
            }
            (self._refill if work.store == "sqlite" else self._refill_at_once)(work, filled)
            work.run(self._go_on)

    def _refill(self, work: Work, filled: Mapping[str, list[dict[str, Any]]]) -> None:
        for statement in self._clear:
            work.run(statement)
        work.run(self._start)
        for name, rows in filled.items():
            work.run_many(self._inserts[name], rows)

    def _refill_at_once(self, work: Work, filled: Mapping[str, list[dict[str, Any]]]) -> None:
        """As :meth:`_refill`, of the tables that were written to since, with those that refer to them.

        Deleting every row costs PostgreSQL more than the reset may take, as each is looked for in fifty other tables.
        """
        touched = _with_referring(self._touched(work))
        if not touched:
            return
        work.run(_clear_at_once(touched))
        if "memberships" in touched:
            work.run(self._start)
        wanted = {name: rows for name, rows in filled.items() if name in touched}
        if wanted:
            documents = {name: msgspec.json.encode(rows).decode() for name, rows in wanted.items()}
            work.run(_insert_at_once(tuple((name, _columns_of(name, self._tables)) for name in wanted)), **documents)
        mark = str(int(work.value(_TRANSACTION)) % 2**32)
        work.after_commit.append(lambda: self._marks.update(dict.fromkeys(touched, mark)))

    def _touched(self, work: Work) -> frozenset[str]:
        """The tables that hold anything but the data as it was written last."""
        expected = {name: len(rows) for name, rows in self._tables.items()}
        expected["membership_numbers"] = expected["memberships"]
        marks = {f"mark_of_{name}": self._marks.get(name, "") for name in self._cleared}
        found = {name: (total, own) for name, total, own in work.all(self._written, **marks)}
        return frozenset(name for name in self._cleared if found[name] != (expected.get(name, 0),) * 2)

    def _found(self, work: Work) -> int:
        names = {"name": "OpenTera test data", "slug": SLUG, "language": "en", "time_zone": "UTC"}
        return int(work.value(_FOUND, uuid=new_uuid(), created_at=work.at, **names))


def _put_after(tables: dict[str, Any], earlier: str, name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    ordered: dict[str, Any] = {}
    for present, held in tables.items():
        ordered[present] = held
        if present == earlier:
            ordered[name] = rows
    return ordered


def _at_once(statements: Mapping[str, Any]) -> Any:
    """Several statements as one of PostgreSQL, by names."""
    return select(literal(1)).add_cte(*(statement.cte(name) for name, statement in statements.items()))


_TRANSACTION = Rows(select(cast(func.pg_current_xact_id(), Text())))


def _written(name: str) -> Any:
    """How many rows a table has, and how many of them one transaction wrote."""
    rows = metadata.tables[name]
    by_it = cast(literal_column(f"{name}.xmin"), Text()) == bindparam(f"mark_of_{name}")
    return select(literal(name), func.count(), func.count().filter(by_it)).select_from(rows)


def _with_referring(names: frozenset[str]) -> frozenset[str]:
    """Tables with all those whose rows refer to theirs, at whatever distance."""
    found = set(names)
    for one in metadata.sorted_tables:  # those that are referred to come first
        if any(key.column.table.name in found for key in one.foreign_keys):
            found.add(one.name)
    return frozenset(found)


@shapes
def _clear_at_once(names: frozenset[str]) -> Rows:
    """Every row of these tables."""
    return Rows(_at_once({f"cleared_{name}": delete(metadata.tables[name]) for name in sorted(names)}))


def _columns_of(name: str, tables: Mapping[str, list[dict[str, Any]]]) -> tuple[str, ...]:
    return tuple(_columns(metadata.tables[name], tables[name][0]))


@shapes
def _insert_at_once(wanted: tuple[tuple[str, tuple[str, ...]], ...]) -> Rows:
    """Rows of these tables with these columns, given as JSON by table."""

    def build(store: Store) -> Any:
        made = {}
        for name, names in wanted:
            into = metadata.tables[name]
            given = given_rows(store, name, *(into.c[column] for column in names))
            made[f"made_{name}"] = insert(into).from_select(list(names), select(*(given.c[one] for one in names)))
        return _at_once(made)

    return Rows(build)


_NOW = ("created_at", "updated_at", "joined_at", "changed_at")


def _columns(table: Table, row: dict[str, Any]) -> list[str]:
    return [*row, *(name for name in ("organisation_id", *_NOW) if name in table.c)]


def _insert(table: Table, row: dict[str, Any]) -> Rows:
    return Rows(insert(table).values({name: bindparam(name) for name in _columns(table, row)}))


def _at(name: str, row: dict[str, Any], organisation_id: int, at: int) -> dict[str, Any]:
    """A row with its organisation and its instants."""
    table = metadata.tables[name]
    ready = {key: _instant(value, MOMENT) for key, value in row.items()}
    ready |= {key: at for key in _NOW if key in table.c}
    return ready | ({"organisation_id": organisation_id} if "organisation_id" in table.c else {})


def _instant(value: Any, at: int) -> Any:
    if isinstance(value, str) and value.startswith("<days ago "):
        return at - int(float(value.removeprefix("<days ago ").removesuffix(">")) * DAY)
    return value


def _restart(tables: dict[str, list[dict[str, Any]]]) -> Callable[[Store], Any]:
    """Lets new rows be numbered on from the data's."""
    numbered = [one for one in metadata.sorted_tables if "id" in one.c and one.name not in _KEPT | _NUMBERED_ON]
    last = {one.name: max((row["id"] for row in tables.get(one.name, [])), default=0) for one in numbered}
    last["membership_numbers"] = len(tables.get("memberships", []))

    def build(store: Store) -> Any:
        if store == "sqlite":
            known = table("sqlite_sequence", column("name"), column("seq"))
            return update(known).values(seq=case(last, value=known.c.name, else_=known.c.seq))
        return select(
            *(
                func.setval(func.pg_get_serial_sequence(name, "id"), max(number, 1), number > 0)
                for name, number in last.items()
            )
        )

    return build
