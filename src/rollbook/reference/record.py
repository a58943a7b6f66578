"""Pages about the record: who may do what, what is recorded, and the tables it is kept in."""

import ast
import importlib
import inspect
import pkgutil
from functools import cache
from types import ModuleType

from sqlalchemy import Column, Index, Table, UniqueConstraint

import rollbook.core
from rollbook.core.access.policy import PERMISSIONS, scope_of
from rollbook.core.events.kinds import KINDS
from rollbook.core.kernel.principal import Permission, Role
from rollbook.core.schema import metadata
from rollbook.reference.markdown import code, page, table
from rollbook.web.docstrings import markdown


def permissions_page() -> str:
    """Which role has which permission, and whom it sees."""
    roles = list(Role)
    scopes = ("**sees**", *(scope_of(frozenset({role})).value for role in roles))
    rows = [
        (code(permission.value), *("yes" if permission in PERMISSIONS[role] else "" for role in roles))
        for permission in Permission
    ]
    return page(
        "Permissions and roles",
        "A person has the permissions of all their roles. What a role sees limits the people, and what belongs to "
        "them, in every list: everyone, the groups one is responsible for, or oneself.",
        table(("permission", *(role.value for role in roles)), [scopes, *rows]),
    )


def events_page() -> str:
    """The kinds of event."""
    rows = [(code(kind), meaning) for kind, meaning in sorted(KINDS.items())]
    return page(
        "Events",
        "Each change is one event, written in the transaction that makes it. Webhooks subscribe to these kinds, and "
        "the change feed and the audit trail show them.",
        table(("kind", "when"), rows),
    )


def tables_page() -> str:
    """Every table of the record."""
    meanings = _table_docs()
    parts = [_table_part(kept, meanings.get(kept.name, "")) for _, kept in sorted(metadata.tables.items())]
    return page(
        "Tables",
        "Instants (`…_at`) are microseconds since 1970 in UTC; dates are texts, YYYY-MM-DD; uuids are texts. "
        "Types are as PostgreSQL has them; SQLite keeps integers and texts.",
        *parts,
    )


def _table_part(kept: Table, meaning: str) -> str:
    columns = [
        (code(column.name), str(column.type).lower(), "" if column.nullable else "yes", _reference(column))
        for column in kept.columns
    ]
    keys = [f"- Unique: {_names(unique)}." for unique in _uniques(kept)]
    indexes = [f"- Index {code(index.name)}: {_indexed(index)}." for index in _indexes(kept)]
    parts = [f"## {kept.name}", meaning, table(("column", "type", "required", "refers to"), columns)]
    return "\n\n".join(part for part in [*parts, "\n".join([*keys, *indexes])] if part)


def _reference(column: Column[object]) -> str:
    return ", ".join(sorted(code(key.target_fullname) for key in column.foreign_keys))


def _uniques(kept: Table) -> list[UniqueConstraint]:
    found = [constraint for constraint in kept.constraints if isinstance(constraint, UniqueConstraint)]
    return sorted(found, key=_names)


def _names(unique: UniqueConstraint) -> str:
    return ", ".join(code(column.name) for column in unique.columns)


def _indexes(kept: Table) -> list[Index]:
    return sorted(kept.indexes, key=lambda index: str(index.name))


def _indexed(index: Index) -> str:
    kind = "unique, " if index.unique else ""
    return kind + ", ".join(code(getattr(part, "name", None) or part) for part in index.expressions)


@cache
def _table_docs() -> dict[str, str]:
    """The docstrings under the tables, or else that of their module, by the tables' names."""
    docs: dict[str, str] = {}
    for module in _table_modules():
        body = ast.parse(inspect.getsource(module)).body
        for statement, following in zip(body, [*body[1:], None], strict=True):
            if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
                continue
            held = getattr(module, statement.targets[0].id)
            if (
                isinstance(held, Table)
                and isinstance(following, ast.Expr)
                and isinstance(following.value, ast.Constant)
            ):
                docs[held.name] = " ".join(markdown(str(following.value.value)).split())
    return docs


def _table_modules() -> list[ModuleType]:
    found = pkgutil.walk_packages(rollbook.core.__path__, "rollbook.core.")
    return [importlib.import_module(module.name) for module in found if module.name.endswith("tables")]
