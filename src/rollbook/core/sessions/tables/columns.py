"""What the tables of this domain share: each row is kept, marked with when it was deleted, so that it can come back."""

from typing import Any

from sqlalchemy import Column, Index, Table, text
from sqlalchemy.schema import SchemaItem

from rollbook.core.kernel.schema import id_column, instant, reference, table, tenant_column

_IS_DELETED = text("deleted_at IS NOT NULL")


def kept_table(name: str, *parts: SchemaItem) -> Table:
    """A table of an organisation's rows that are never dropped while someone may want them back."""
    return table(
        name,
        id_column(),
        tenant_column(),
        *parts,
        instant("deleted_at"),
        Index(f"ix_{name}_organisation_id", "organisation_id", "id"),
    )


def binned_table(name: str, *parts: SchemaItem) -> Table:
    """As :func:`kept_table`, of things that people see in the recycle bin, which finds those deleted by an index."""
    made = kept_table(name, *parts)
    columns = (made.c.organisation_id, made.c.deleted_at)
    Index(f"ix_{name}_deleted", *columns, sqlite_where=_IS_DELETED, postgresql_where=_IS_DELETED)
    return made


def owned_by(name: str, target: str, *, nullable: bool = False) -> Column[Any]:
    """A reference to what the row is part of; both go together."""
    return reference(name, target, ondelete="CASCADE", nullable=nullable, index=True)
