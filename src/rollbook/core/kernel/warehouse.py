"""What the core asks of the warehouse, where tables of the organisations' own data lie. The answers are in `adapters/`.

A query comes as a sqlglot tree, never as text. Every load, batch and push is one transaction: it is there whole or not
at all, and readers meanwhile see what was there before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec
from sqlglot import exp

Kind = Literal["int", "float", "str", "datetime", "bool"]
KINDS: tuple[Kind, ...] = ("int", "float", "str", "datetime", "bool")
Format = Literal["csv", "csv.gz", "parquet"]
COPIES = "record_"
"""How tables begin that are copies of the record. Where several nodes share a warehouse, each has its own."""


class Column(msgspec.Struct, frozen=True):
    """A column of a table or of an answer. ``is_date``: a datetime that is a calendar day."""

    name: str
    kind: Kind
    is_date: bool = False


class Shape(msgspec.Struct, frozen=True):
    """What a table looks like. ``version`` is another one after every change of it, while the server runs."""

    columns: tuple[Column, ...]
    version: tuple[int, ...]

    def named(self, name: str) -> Column | None:
        """The column with this very name."""
        return next((column for column in self.columns if column.name == name), None)


class DataFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of rows. ``separator`` None is found out; ``kinds`` are those that columns must have, whatever is in it.

    It lies in the warehouse's own staging folder.
    """

    path: Path
    format: Format
    separator: str | None = None
    kinds: Mapping[str, Kind] = msgspec.field(default_factory=dict)


class JsonRows(msgspec.Struct, frozen=True):
    """Rows as the texts of JSON objects: where they fit the table as they are, no object is made of any."""

    texts: Sequence[msgspec.Raw]

    def __len__(self) -> int:
        return len(self.texts)

    def decoded(self) -> list[dict[str, Any]]:
        """The rows' values."""
        return [_decode_row(text) for text in self.texts]


_decode_row = msgspec.json.Decoder(dict[str, Any]).decode

Rows = Sequence[Mapping[str, Any]] | JsonRows


class Insert(msgspec.Struct, frozen=True):
    """Rows to add."""

    rows: Rows


class Upsert(msgspec.Struct, frozen=True):
    """Rows to add in the place of those with the same value in the column ``key``; of two given, the later counts."""

    key: str
    rows: Rows


class Delete(msgspec.Struct, frozen=True):
    """The rows to take away, by their values in the column ``key``."""

    key: str
    values: Sequence[Any]


Operation = Insert | Upsert | Delete


class Result(msgspec.Struct, frozen=True):
    """The rows of a query."""

    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]


class WarehouseRefused(Exception):
    """The data or the query cannot be taken. ``reason`` says to a person what to change; nothing was changed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WarehouseCalledOff(Exception):
    """What was under way was called off; nothing was changed."""


class Watch(Protocol):
    """Follows a change while it goes on. Its methods are called from any thread; each says whether to go on."""

    def tell(self, share: float | None) -> bool:
        """How much is done: 0 to 1, None where it is not known. Called several times a second."""
        ...

    def may_commit(self) -> bool:
        """All is there. Once this is answered with yes, the change can no longer be called off."""
        ...


class Warehouse(Protocol):
    """Keeps tables and answers queries about them. Every method blocks: call it from a thread.

    Table names are the caller's own making (``[a-z0-9_]``). All but ``shape``, ``drop`` and ``close`` may raise
    `WarehouseRefused`, and `WarehouseCalledOff` what a ``watch`` is given to.
    """

    @property
    def staging(self) -> Path:
        """A folder for the files that are loaded and made; whoever puts one there takes it away."""
        ...

    def shape(self, table: str) -> Shape | None:
        """The table's columns; None when there is no such table."""
        ...

    def load(self, table: str, file: DataFile, *, watch: Watch | None = None) -> int:
        """Put a file's rows in the place of the table; how many there are."""
        ...

    def fill(self, table: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
        """Put rows in the place of the table, cell by cell in the order of the columns; how many there are."""
        ...

    def replace(
        self, table: str, columns: Sequence[Column], key: str, values: Sequence[int], rows: Sequence[Sequence[Any]]
    ) -> int:
        """Put rows, as for `fill`, in the place of those in which the key has one of the values; how many were put."""
        ...

    def merge(self, table: str, file: DataFile, key: str, *, watch: Watch | None = None) -> int:
        """Add a file's rows in the place of those with the same key; how many came. Unknown columns are ignored."""
        ...

    def apply(
        self,
        table: str,
        operations: Sequence[Operation],
        *,
        adds_columns: bool = False,
        once: str | None = None,
        watch: Watch | None = None,
    ) -> int:
        """Do operations in their order; how many rows they gave. A table that is not there is made of the first rows.

        Columns that the table has not are ignored, or with ``adds_columns`` added. ``once`` names the operations:
        those of a name that was given within the last days are not done again.
        """
        ...

    def forget(self, table: str) -> None:
        """Let no answer that was given about the table be given again; changes see to that by themselves."""
        ...

    def take_changed(self) -> list[str]:
        """The tables that were changed or dropped since this was asked last; all of them when it is asked first."""
        ...

    def put_back_changed(self, tables: Iterable[str]) -> None:
        """Let tables be given as changed again."""
        ...

    def drop(self, table: str) -> None:
        """Take the table away; none is no fault."""
        ...

    def query(self, query: exp.Query) -> Result:
        """The answer to a query."""
        ...

    def export(self, query: exp.Query, path: Path, format: Format, *, separator: str = ",", quotes: bool) -> None:
        """Write the answer to a query to a file in the staging folder. ``quotes``: around every text of a CSV file."""
        ...

    def stream(self, query: exp.Query, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """The answer to a query in pieces of so many rows."""
        ...

    def tidy(self) -> None:
        """Give back the room of what was replaced long ago. To be called now and then."""
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...
