"""The program that reads one workbook: its bytes come in, the lines of its first sheet go out, and it ends.

A formula is never worked out. The bounds that the system holds it to are set before anything is read.
"""

import io
import os
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import msgspec

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.people.imports.records import MOST_CELL, MOST_COLUMNS, MOST_LINES, Line

MOST_CELLS = 20_000_000
"""The most cells that are looked at, with blank ones."""
MOST_TEXT = 50_000_000
"""The most characters in all cells: many cells may speak of one long text."""
MOST_BLANK = 10_000
"""After so many blank lines nothing more is looked for: some programs pad a sheet to its million lines."""


class Reading(msgspec.Struct, frozen=True):
    """The lines, of which the first holds the heads; or why there are none."""

    lines: list[Line] = []
    fault: str | None = None
    message: str = ""


def main(processor_s: int, memory: int) -> int:
    """Read from standard input, write a :class:`Reading` to standard output; another status than 0 is too much."""
    os.nice(10)  # whoever waits for a page goes first
    resource.setrlimit(resource.RLIMIT_CPU, (processor_s, processor_s))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        sys.stdout.buffer.write(msgspec.json.encode(_reading(sys.stdin.buffer.read())))
    except MemoryError:
        return 1
    return 0


def _reading(data: bytes) -> Reading:
    try:
        lines = list(_lines(data))
    except Fault as fault:
        return Reading(fault=fault.code.value, message=fault.message)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the library meets a broken file with whatever breaks first
        return _refused(FaultCode.MALFORMED, "The workbook is damaged, or not one that can be read.")
    if not lines:
        return _refused(FaultCode.MISSING, "The first sheet is empty: its first line must name the columns.")
    return Reading(lines)


def _refused(code: FaultCode, message: str) -> Reading:
    return Reading(fault=code.value, message=message)


def _lines(data: bytes) -> Iterator[Line]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        # What the sheet says of its own size may be wrong either way.
        sheet.reset_dimensions()
        kept = blank = seen = text = 0
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            if (seen := seen + len(row)) > MOST_CELLS:
                raise Fault(FaultCode.TOO_LARGE, "The sheet has too many cells; save the lines you need as .csv.")
            if cells := _cells(row, number):
                blank, kept, text = 0, kept + 1, text + sum(map(len, cells))
                if kept > MOST_LINES + 1:
                    raise Fault(FaultCode.TOO_LARGE, f"The sheet has more than {MOST_LINES:,} lines; split it.")
                if text > MOST_TEXT:
                    raise Fault(FaultCode.TOO_LARGE, "The sheet has too much text; save the columns you need as .csv.")
                yield Line(number, cells)
            elif (blank := blank + 1) > MOST_BLANK:
                return
    finally:
        book.close()


def _cells(row: tuple[Any, ...], number: int) -> list[str]:
    """A line's cells without the blank ones at its end."""
    cells = [_text(value) for value in row]
    while cells and not cells[-1].strip():
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise Fault(FaultCode.TOO_LARGE, f"Line {number} has more than {MOST_COLUMNS} cells.")
    if any(len(cell) > MOST_CELL for cell in cells):
        raise Fault(FaultCode.TOO_LARGE, f"Line {number} has a cell of more than {MOST_CELL:,} characters.")
    return cells


def _text(value: Any) -> str:
    """A cell as text: dates in ISO form, whole numbers without a fraction."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case _:
            return str(value)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
