"""The column kinds that every table is made of, and the one MetaData that migrations compare with."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer(), "sqlite")


def table(name: str, *parts: SchemaItem) -> Table:
    """A table of the record. On SQLite too an id is never given twice, so that no event ever tells of another row."""
    has_id = any(isinstance(part, Column) and part.name == "id" for part in parts)
    return Table(name, metadata, *parts, sqlite_autoincrement=has_id)


def id_column() -> Column[int]:
    """The primary key: a 64-bit integer that is never used twice."""
    return Column("id", Id, Identity(), primary_key=True)


def uuid_column() -> Column[str]:
    """The public uuid."""
    return Column("uuid", String(36), nullable=False, unique=True)


def tenant_column() -> Column[int]:
    """The organisation the row belongs to; every query names it."""
    return Column("organisation_id", Id, ForeignKey("organisations.id", ondelete="CASCADE"), nullable=False)


def reference(name: str, target: str, *, ondelete: str | None = None, nullable: bool = True, **kw: Any) -> Column[int]:
    """A foreign key to ``target`` (``table.column``)."""
    return Column(name, Id, ForeignKey(target, ondelete=ondelete), nullable=nullable, **kw)


def instant(name: str, *, nullable: bool = True) -> Column[int]:
    """Microseconds since 1970 in UTC."""
    return Column(name, BigInteger(), nullable=nullable)


def date_column(name: str) -> Column[str]:
    """A calendar date, YYYY-MM-DD."""
    return Column(name, String(10))


def flag(name: str) -> Column[bool]:
    """A boolean, false unless said."""
    return Column(name, Boolean(), nullable=False, server_default=false())


def line(name: str, length: int = 255, *, nullable: bool = True, **kw: Any) -> Column[str]:
    """One line of text."""
    return Column(name, String(length), nullable=nullable, **kw)


def prose(name: str) -> Column[str]:
    """Text of any length."""
    return Column(name, Text())


def count(name: str, *, nullable: bool = False) -> Column[int]:
    """A whole number, zero unless said."""
    return Column(name, Integer(), nullable=nullable, server_default=None if nullable else text("0"))


def document(name: str) -> Column[str]:
    """A JSON document as text: opaque to queries, decoded by msgspec."""
    return Column(name, Text())
