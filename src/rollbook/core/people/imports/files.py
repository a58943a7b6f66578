"""Reading a table from a file that anyone may have made: text or a workbook, within limits, never running anything."""

import unicodedata

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.people.imports.columns import told_apart
from rollbook.core.people.imports.records import MOST_BYTES, Sheet

UPLOADS = "imports"
"""The folder of the file store in which uploaded files wait until they are previewed and applied."""
_WORKBOOK = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_LONGEST_NAME = 200


def read_sheet(file_name: str | None, data: bytes, *, encoding: str | None = None) -> Sheet:
    """The table in a file, told by its content and not by its name. ``encoding`` None finds it out.

    Slow for large files: call it outside any unit of work. Faults: TOO_LARGE, UNSUPPORTED_TYPE, MALFORMED, MISSING.
    """
    if len(data) > MOST_BYTES:
        raise Fault(FaultCode.TOO_LARGE, f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    if data.startswith(_OLD_WORKBOOK):
        raise Fault(FaultCode.UNSUPPORTED_TYPE, "This is a workbook of the old kind (.xls): save it as .xlsx or .csv.")
    name = shown_name(file_name)
    if data.startswith(_WORKBOOK):
        from rollbook.core.people.imports.workbooks import read_workbook

        return _tidied(read_workbook(name, data))
    from rollbook.core.people.imports.text import read_text

    return _tidied(read_text(name, data, encoding))


def _tidied(sheet: Sheet) -> Sheet:
    """The table with every column under a name of its own, without those at its end that have neither name nor cell."""
    named = _width(sheet.heads, 0)
    used = max((_width(line.cells, named) for line in sheet.lines), default=named)
    return Sheet(sheet.file_name, told_apart(sheet.heads[: max(named, used)]), sheet.lines)


def _width(cells: list[str], least: int) -> int:
    """How many cells there are up to the last that is not blank, and at least so many."""
    width = len(cells)
    while width > least and not cells[width - 1].strip():
        width -= 1
    return max(width, least)


def shown_name(file_name: str | None) -> str:
    """A file's own name as it may be kept: no folders, no control characters, not too long."""
    last = (file_name or "").replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip()
    return kept[-_LONGEST_NAME:] or "people"
