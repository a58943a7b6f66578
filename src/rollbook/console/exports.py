"""Lists and answers as files, which spreadsheets open without running what a cell says."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.warehouse import Column
from rollbook.core.kernel.work import Database, Work
from rollbook.web.routes import Reply, Stream

PAGE_ROWS = 1000
CSV = "text/csv; charset=utf-8"
BOM = "\ufeff".encode()
"""Without it spreadsheets take UTF-8 for something else."""
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | float | None


def csv_file(
    database: Database,
    first: Work,
    file_name: str,
    head: Sequence[str],
    read: Callable[[Work, object], tuple[list[Sequence[Cell]], object]],
) -> Stream:
    """Rows of any number, page by page: ``read`` gives the rows after a position, and the next one or None.

    The first page is read at once, in the work ``first``, so that a fault in it can still be answered.
    """
    principal = first.principal
    begun, following = read(first, None)

    def chunks() -> Iterator[bytes]:
        yield BOM + _lines([head, *begun])
        position = following
        while position is not None:
            with database.reading() as work:
                work.act_as(principal)
                rows, position = read(work, position)
            if rows:
                yield _lines(rows)

    headers = {"content-disposition": f'attachment; filename="{file_name}"'}
    return Stream(chunks(), CSV, headers)


def _lines(rows: Sequence[Sequence[Cell]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _safe(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_STARTS_A_FORMULA) else cell


def answer_file(kind: str, head: Sequence[str], columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> Reply:
    """An answer's rows, under the names in ``head``, as a file that is small enough to be made at once.

    Faults: NOT_FOUND for a kind that is none of :data:`KINDS`.
    """
    if kind not in KINDS:
        raise Fault(FaultCode.NOT_FOUND, f"There is no such file: one of {', '.join(KINDS)} can be had.")
    media_type, write = KINDS[kind]
    headers = {"content-disposition": f'attachment; filename="data.{kind}"', "x-content-type-options": "nosniff"}
    return Reply(write(_distinct(head), columns, rows), 200, headers, media_type)


def _distinct(head: Sequence[str]) -> list[str]:
    """Names of columns; one that comes again gets its place behind it."""
    return [name if name not in head[:at] else f"{name} ({at + 1})" for at, name in enumerate(head)]


def _as_csv(head: Sequence[str], columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> bytes:
    return BOM + _lines([head, *rows])


def _as_workbook(head: Sequence[str], columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> bytes:
    from openpyxl import Workbook  # slow to load
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Data")

    def cell(value: Any) -> Any:
        if not isinstance(value, str):
            return value.replace(tzinfo=None) if isinstance(value, datetime) else value
        made = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", value))
        made.data_type = "s"  # or a text that begins with = would be a formula
        return made

    for row in [head, *rows]:
        sheet.append([cell(value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _as_parquet(head: Sequence[str], columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> bytes:
    import pyarrow as pa  # slow to load
    import pyarrow.parquet as pq

    moments = pa.timestamp("us")
    types = {"int": pa.int64(), "float": pa.float64(), "str": pa.string(), "bool": pa.bool_(), "datetime": moments}

    def array(column: Column, cells: list[Any]) -> Any:
        if column.kind == "datetime" and any(isinstance(cell, str) for cell in cells):
            # Dates before the year 1 or after 9999 come as text, which the column then is.
            return pa.array([None if cell is None else str(cell) for cell in cells], pa.string())
        return pa.array(cells, pa.date32() if column.is_date else types[column.kind])

    arrays = [array(column, [row[at] for row in rows]) for at, column in enumerate(columns)]
    file = io.BytesIO()
    pq.write_table(pa.table(arrays, names=list(head)), file)
    return file.getvalue()


KINDS: dict[str, tuple[str, Callable[..., bytes]]] = {
    "csv": (CSV, _as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _as_workbook),
    "parquet": ("application/vnd.apache.parquet", _as_parquet),
}
"""The kinds of file that an answer can be saved as: each with its media type and how it is written."""
