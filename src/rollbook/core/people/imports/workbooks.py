"""Tables in workbooks (.xlsx), read in a process of its own (``workbook_reader.py``) with bounds of time and memory.

A small file can be made to unpack and parse without end; and a large honest one takes seconds of a processor, during
which this process would answer nobody.
"""

import io
import os
import subprocess
import sys
import zipfile

import msgspec

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.people.imports.records import Sheet
from rollbook.core.people.imports.workbook_reader import Reading

MOST_UNPACKED = 100_000_000
"""The most bytes that a workbook may unpack to; fifty thousand people with twenty columns take thirty million."""
MOST_PARTS = 1000
MOST_PROCESSOR_S = 120
"""Fifty thousand people with twenty columns take a quarter of it on a slow machine."""
MOST_MEMORY = 1_500_000_000
"""The most bytes of address space; the same people take a tenth of it."""
MOST_WAIT_S = 3 * MOST_PROCESSOR_S
"""How long a reading may take where the processors are busy with others."""

_READER = "rollbook.core.people.imports.workbook_reader"
_TOO_MUCH = "The workbook takes too much to read; save the one sheet as .csv."


def read_workbook(file_name: str, data: bytes) -> Sheet:
    """The table in the first sheet, cell values as they were last shown. Faults: MALFORMED, TOO_LARGE, MISSING."""
    _refuse_bomb(data)
    # No secret of the server's environment is of use there.
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        ended = subprocess.run(
            [sys.executable, "-m", _READER, str(MOST_PROCESSOR_S), str(MOST_MEMORY)],
            input=data,
            capture_output=True,
            check=False,
            timeout=MOST_WAIT_S,
            env=environment,
        )
    except subprocess.TimeoutExpired:
        raise Fault(FaultCode.TOO_LARGE, _TOO_MUCH) from None
    if ended.returncode != 0:
        # Out of memory, or ended for taking too long.
        raise Fault(FaultCode.TOO_LARGE, _TOO_MUCH)
    reading = msgspec.json.decode(ended.stdout, type=Reading)
    if reading.fault is not None:
        raise Fault(FaultCode(reading.fault), reading.message)
    return Sheet(file_name, reading.lines[0].cells, reading.lines[1:])


def _refuse_bomb(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Fault(FaultCode.MALFORMED, "The workbook is damaged.") from None
    # What a part says of its size is the most that is ever read of it.
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Fault(FaultCode.TOO_LARGE, "The workbook unpacks to too much; save the one sheet as .csv.")
