"""Lists as files: CSV that spreadsheets open without running what a cell says."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence

from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.work import Database, Work
from rollbook.web.routes import Stream

PAGE_ROWS = 1000
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | float | None


def csv_file(
    database: Database,
    principal: Principal,
    file_name: str,
    head: Sequence[str],
    read: Callable[[Work, object], tuple[list[Sequence[Cell]], object]],
) -> Stream:
    """Rows of any number, page by page: ``read`` gives the rows after a position, and the next one or None."""

    def chunks() -> Iterator[bytes]:
        yield "\ufeff".encode() + _lines([head])
        position: object = None
        while True:
            with database.reading() as work:
                work.act_as(principal)
                rows, position = read(work, position)
            if rows:
                yield _lines(rows)
            if position is None:
                return

    headers = {"content-disposition": f'attachment; filename="{file_name}"'}
    return Stream(chunks(), "text/csv; charset=utf-8", headers)


def _lines(rows: Sequence[Sequence[Cell]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _safe(cell: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_STARTS_A_FORMULA) else cell
