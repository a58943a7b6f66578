"""What the tables of this domain share: each row is kept, marked with when it was deleted, so that it can come back."""

from typing import Any

from sqlalchemy import Column, Index, Table
from sqlalchemy.schema import SchemaItem

from rollbook.core.kernel.schema import id_column, instant, reference, table, tenant_column


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


def owned_by(name: str, target: str, *, nullable: bool = False) -> Column[Any]:
    """A reference to what the row is part of; both go together."""
    return reference(name, target, ondelete="CASCADE", nullable=nullable, index=True)
