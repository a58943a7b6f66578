"""The reference data that clients of the OpenTera API are tested against, and putting a server for tests back to it.

``reference.json`` holds rows by table. In it ``<new>`` is a new uuid, ``<password X>`` the hash of a password, and
``<days ago N>`` an instant before :data:`MOMENT`, a fixed day,
so that questions about dates are answered alike whenever they are asked.
"""

from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

import msgspec
from sqlalchemy import Table, bindparam, case, column, delete, func, insert, literal, select, table, update

from rollbook.core.kernel.clock import DAY, day_start
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.schema import metadata
from rollbook.core.kernel.statements import Statement, Store, given_rows
from rollbook.core.kernel.work import Database, Work
from rollbook.core.people.registration import search_keys
from rollbook.core.people.tables import group_closure, organisations

NAME = "opentera"
SLUG = "opentera-test-data"
"""The organisation that holds the data; a record with any other is no server for tests, and is never reset."""
MOMENT = day_start("2026-11-21") + DAY // 2
_KEPT = frozenset({"organisations"})
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
        self._clear_at_once = Rows(_clear_at_once())
        self._inserts = {name: _insert(metadata.tables[name], rows[0]) for name, rows in self._tables.items()}
        self._insert_at_once = Rows(_insert_at_once(self._tables))
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
        """As :meth:`_refill`, in three statements: a hundred cost PostgreSQL more than the reset may take."""
        work.run(self._clear_at_once)
        work.run(self._start)
        documents = {name: msgspec.json.encode(rows).decode() for name, rows in filled.items()}
        work.run(self._insert_at_once, **documents)

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


def _clear_at_once() -> Any:
    """Every row of every table but the organisation."""
    cleared = [table for table in metadata.sorted_tables if table.name not in _KEPT]
    return _at_once({f"cleared_{table.name}": delete(table) for table in cleared})


def _insert_at_once(tables: Mapping[str, list[dict[str, Any]]]) -> Callable[[Store], Any]:
    """Every row of the data, given as JSON by table."""

    def build(store: Store) -> Any:
        made = {}
        for name, rows in tables.items():
            table = metadata.tables[name]
            names = _columns(table, rows[0])
            given = given_rows(store, name, *(table.c[column] for column in names))
            made[f"made_{name}"] = insert(table).from_select(names, select(*(given.c[column] for column in names)))
        return _at_once(made)

    return build


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
    numbered = [one for one in metadata.sorted_tables if "id" in one.c and one.name not in _KEPT]
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
