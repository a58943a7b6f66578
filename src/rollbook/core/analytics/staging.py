"""Files on their way into the warehouse, whoever they come from: brought to its staging folder, and measured."""

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rollbook.core.analytics.watching import TaskWatch
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.ports import FrameReader, OpenedFile
from rollbook.core.kernel.warehouse import Format, Warehouse

PICKLES = ".pd025_pickle"
"""How the name of a pickled DataFrame ends."""
MOST_FILE_BYTES = 4 * 1024**3
MOST_UNPACKED_BYTES = 64 * 1024**3
"""Of a zipped file, whose few bytes may be many."""
UNPACKED_AT_ONCE = 4 * 1024**2
_GZIP = 31
"""For zlib: with gzip's own head and checksum."""
_FORMATS: dict[str, Format] = {".csv.gz": "csv.gz", ".csv": "csv", ".parquet": "parquet"}


class Unfit(Exception):
    """Why a task cannot be done, for a person."""


@contextmanager
def staged(
    warehouse: Warehouse, frames: FrameReader, opened: OpenedFile, name: str, watch: TaskWatch
) -> Iterator[tuple[Path, Format]]:
    """A file in the warehouse's staging folder, for as long as the block lasts. Raises `Unfit`."""
    if opened.size > MOST_FILE_BYTES:
        raise Unfit(f"A file may have at most {MOST_FILE_BYTES:,} bytes.")
    path = warehouse.staging / new_uuid()
    made = path.with_name(f"{path.name}-table")
    is_pickle = name.lower().endswith(PICKLES)
    try:
        format: Format = "parquet" if is_pickle else format_of(name)
        chunks: Iterable[bytes] = watch.staged(opened.chunks, opened.size)
        with path.open("wb") as target:
            for chunk in measured(chunks) if format == "csv.gz" else chunks:
                target.write(chunk)
        if is_pickle:
            frames.to_parquet(path, made)
        yield made if is_pickle else path, format
    finally:
        path.unlink(missing_ok=True)
        made.unlink(missing_ok=True)


def format_of(name: str) -> Format:
    """A file's format by its name. Raises `Unfit`."""
    for ending, format in _FORMATS.items():
        if name.lower().endswith(ending):
            return format
    raise Unfit(f"The file's name must end in one of {', '.join([*_FORMATS, PICKLES])}.")


def measured(chunks: Iterable[bytes], most: int = MOST_UNPACKED_BYTES) -> Iterator[bytes]:
    """The chunks of a gzip file as they are, unpacked beside to see how much there is. Raises `Unfit`.

    What is no gzip is let through: the warehouse says so itself.
    """
    unpacker, size, is_readable = zlib.decompressobj(_GZIP), 0, True
    for chunk in chunks:
        rest = chunk
        while rest and is_readable:
            try:
                size += len(unpacker.decompress(rest, UNPACKED_AT_ONCE))
            except zlib.error:
                is_readable = False
            if size > most:
                raise Unfit(f"Unpacked, a file may have at most {most:,} bytes.")
            rest = unpacker.unconsumed_tail
            if unpacker.eof:  # another one may follow in the same file
                rest, unpacker = unpacker.unused_data, zlib.decompressobj(_GZIP)
        yield chunk
