"""Reading imports: the list, one of them, what its lines would do or did."""

from typing import Any

import msgspec
from sqlalchemy import Select, Text, bindparam, cast, column, func, literal, select

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Permission
from rollbook.core.kernel.statements import Statement, Store, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people import policy
from rollbook.core.people.imports.records import Import, Result, RowResult
from rollbook.core.people.tables import import_changes, imports, people

_IMPORT = (
    select(
        *(imports.c[name] for name in ("id", "uuid", "file_name", "state", "summary", "created_by")),
        people.c.first_name + " " + people.c.last_name,
        *(imports.c[name] for name in ("created_at", "applied_at", "undone_at")),
    )
    .select_from(imports.outerjoin(people, people.c.id == imports.c.created_by))
    .where(imports.c.organisation_id == bindparam("organisation_id"))
)
_LIST = Statement(
    _IMPORT.where(imports.c.id < bindparam("before_id"), imports.c.state != "discarded")
    .order_by(imports.c.id.desc())
    .limit(bindparam("limit")),
    Import,
)


@shapes
def _one(key: str) -> Statement[Import]:
    return Statement(_IMPORT.where(imports.c[key] == bindparam("key")), Import)


def list_imports(work: Work, *, before_id: int | None = None, limit: int = 50) -> list[Import]:
    """The organisation's imports, newest first, before an id. Faults: FORBIDDEN."""
    policy.require(work.principal, Permission.IMPORTS_WRITE)
    return work.all(_LIST, organisation_id=work.principal.organisation_id, before_id=before_id or 2**62, limit=limit)


def get_import(work: Work, key: int | str) -> Import:
    """One import by id or uuid. Faults: FORBIDDEN, NOT_FOUND."""
    policy.require(work.principal, Permission.IMPORTS_WRITE)
    column = "id" if isinstance(key, int) else "uuid"
    found = work.first(_one(column), key=key, organisation_id=work.principal.organisation_id)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such import.")
    return found


_ROWS = Statement[tuple[Any, ...]](select(imports.c.rows).where(imports.c.id == bindparam("id")))
_ROW = msgspec.json.Decoder(RowResult)
_ALL_ROWS = msgspec.json.Decoder(list[RowResult])


def previewed_rows(work: Work, found: Import) -> list[RowResult]:
    """Every line of a preview: for applying it."""
    text = work.value(_ROWS, id=found.id)
    return _ALL_ROWS.decode(text) if text else []


@shapes
def _page(result: str | None) -> Statement[tuple[Any, ...]]:
    def build(store: Store) -> Select[Any]:
        if store == "sqlite":
            rows: Any = func.json_each(imports.c.rows).table_valued("key", "value", name="line")
            position, text, holds = rows.c.key, rows.c.value, func.json_extract(rows.c.value, "$.result")
        else:
            from sqlalchemy.dialects.postgresql import JSONB

            each = func.jsonb_array_elements(cast(imports.c.rows, JSONB))
            rows = each.table_valued(column("value", JSONB), with_ordinality="place").render_derived(name="line")
            position, text, holds = rows.c.place - 1, cast(rows.c.value, Text()), rows.c.value["result"].astext
        chosen = [holds == bindparam("result")] if result else []
        return (
            select(position, text)
            .select_from(imports.join(rows, literal(True)))
            .where(imports.c.id == bindparam("id"), position > bindparam("after"), *chosen)
            .order_by(position)
            .limit(bindparam("limit"))
        )

    return Statement(build)


def list_previewed_rows(
    work: Work, found: Import, *, result: Result | None = None, after: int = -1, limit: int = 100
) -> list[tuple[int, RowResult]]:
    """What lines would do, with their positions, after one; nothing when the import is no preview any more."""
    given = {"result": result} if result else {}
    rows = work.all(_page(result and "one"), id=found.id, after=after, limit=limit, **given)
    return [(int(position), _ROW.decode(text)) for position, text in rows]


class ImportChange(msgspec.Struct, frozen=True):
    """What an applied import did to someone. ``before`` and ``after`` are JSON texts; no ``before``: it made them."""

    id: int
    person_id: int
    person_uuid: str
    first_name: str
    last_name: str
    before: str | None
    after: str | None


_CHANGES = Statement(
    select(
        import_changes.c.id,
        people.c.id,
        people.c.uuid,
        people.c.first_name,
        people.c.last_name,
        import_changes.c.before,
        import_changes.c.after,
    )
    .join(people, people.c.id == import_changes.c.person_id)
    .where(import_changes.c.import_id == bindparam("import_id"), import_changes.c.id > bindparam("after_id"))
    .order_by(import_changes.c.id)
    .limit(bindparam("limit")),
    ImportChange,
)


def list_import_changes(work: Work, found: Import, *, after_id: int = 0, limit: int = 100) -> list[ImportChange]:
    """Whom an applied import made or changed, in the order of its lines, after an id."""
    return work.all(_CHANGES, import_id=found.id, after_id=after_id, limit=limit)
