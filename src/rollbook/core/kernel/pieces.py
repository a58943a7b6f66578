"""Files read piece by piece, so that none is whole in memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

PIECE_BYTES = 1024 * 1024


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    """An open file's bytes from where it stands."""
    while piece := file.read(PIECE_BYTES):
        yield piece


def pieces_at(path: Path) -> Iterator[bytes]:
    """The bytes of the file at a path."""
    with path.open("rb") as file:
        yield from pieces_of(file)
