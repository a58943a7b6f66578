"""The statements that load and change tables, as DuckDB writes them. Names are quoted, values are parameters."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlglot import exp

from rollbook.core.kernel.warehouse import Column, DataFile, Kind, WarehouseRefused

TYPES: Mapping[Kind, str] = {
    "int": "BIGINT",
    "float": "DOUBLE",
    "str": "VARCHAR",
    "datetime": "TIMESTAMP",
    "bool": "BOOLEAN",
}
_SNIFFED = ["BOOLEAN", "BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "VARCHAR"]
LONGEST_LINE = 4 * 2**20
"""Bytes of one line of a CSV file."""


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def text_of(value: str) -> str:
    """A text as a literal, where there can be no parameter."""
    return "'" + value.replace("'", "''") + "'"


def written(query: exp.Query) -> str:
    """A query's text. Raises `WarehouseRefused` for one whose parts lie too deep within one another to be written."""
    try:
        return query.sql(dialect="duckdb")
    except RecursionError:
        raise WarehouseRefused("The query's parts lie too deep within one another; shorten its formulas.") from None


def listed(names: Sequence[str]) -> str:
    """Names as a list of identifiers."""
    return ", ".join(map(quoted, names))


def type_of(column: Column) -> str:
    """The column's type."""
    return "DATE" if column.is_date else TYPES[column.kind]


def column_of(name: str, type_name: str) -> Column:
    """A column of ours from one of DuckDB's."""
    if type_name == "DATE":
        return Column(name, "datetime", is_date=True)
    if type_name.startswith("TIMESTAMP"):
        return Column(name, "datetime")
    if type_name == "BOOLEAN":
        return Column(name, "bool")
    if type_name.endswith(("INT", "INTEGER")):
        return Column(name, "int")
    if type_name in ("DOUBLE", "FLOAT") or type_name.startswith("DECIMAL"):
        return Column(name, "float")
    return Column(name, "str")


def reading(file: DataFile, wanted: Mapping[str, Column], *, samples_all: bool) -> tuple[str, dict[str, Any]]:
    """A table function over a file, and its parameters. Columns that are wanted of a kind are read as that kind, so
    that a text such as 007 is not a number on its way.
    """
    parameters: dict[str, Any] = {"path": str(file.path)}
    if file.format == "parquet":
        return "read_parquet($path)", parameters
    parameters |= {"sniffed": _SNIFFED, "zip": "gzip" if file.format == "csv.gz" else "none"}
    options = [
        "header = true",
        "auto_type_candidates = $sniffed",
        "compression = $zip",
        f"max_line_size = {LONGEST_LINE}",
    ]
    if file.separator is not None:
        options.append("delim = $separator")
        parameters["separator"] = file.separator
    if wanted:
        options.append("types = $wanted")
        parameters["wanted"] = {name: type_of(column) for name, column in wanted.items()}
    if samples_all:
        options.append("sample_size = -1")
    return f"read_csv($path, {', '.join(options)})", parameters


def selected(found: Sequence[tuple[str, str]], wanted: Mapping[str, Column]) -> str:
    """The columns of a file, cast to the kinds that are wanted, and of the rest to one of our five."""
    return ", ".join(_cast(name, type_name, wanted.get(name)) for name, type_name in found)


def _cast(name: str, type_name: str, wanted: Column | None) -> str:
    column = wanted or column_of(name, type_name)
    is_kept = type_of(column) == type_name
    return quoted(name) if is_kept else f"CAST({quoted(name)} AS {type_of(column)}) AS {quoted(name)}"
