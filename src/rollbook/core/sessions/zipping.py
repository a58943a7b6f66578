"""A ZIP archive made while it is sent: whatever its size, a chunk of it is in memory at a time."""

import io
import zipfile
from collections.abc import Iterator

import msgspec

from rollbook.core.kernel.clock import to_datetime
from rollbook.core.kernel.ports import FileMissing, FileStore

_PACKED = ("image/", "video/", "application/zip", "application/pdf", "application/vnd.openxmlformats")
"""Types whose files hardly get smaller."""
_FIRST_YEAR = 1980
MISSING = "MISSING.txt"


class Entry(msgspec.Struct, frozen=True):
    """A file to pack: its name in the archive, and its bytes in the store. ``size`` in bytes."""

    name: str
    key: str
    media_type: str
    size: int
    at: int


class _Sink(io.RawIOBase):
    """Takes what the archive writes, and gives it away."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        self._held += data
        return len(data)

    def taken(self) -> bytes:
        given = bytes(self._held)
        self._held.clear()
        return given


def zipped(files: FileStore, entries: Iterator[Entry]) -> Iterator[bytes]:
    """The archive in chunks. A file whose bytes the store has lost is named in MISSING.txt instead. Blocks."""
    sink, missing = _Sink(), []
    with zipfile.ZipFile(sink, "w", compresslevel=1) as archive:
        for entry in entries:
            try:
                chunks = files.open(entry.key).chunks
            except FileMissing:
                missing.append(entry.name)
                continue
            with archive.open(_info(entry), "w", force_zip64=entry.size >= zipfile.ZIP64_LIMIT) as target:
                for chunk in chunks:
                    target.write(chunk)
                    if held := sink.taken():
                        yield held
        if missing:
            archive.writestr(MISSING, "\n".join(missing) + "\n")
    yield sink.taken()


def _info(entry: Entry) -> zipfile.ZipInfo:
    moment = to_datetime(entry.at)
    info = zipfile.ZipInfo(entry.name, max(moment.timetuple()[:6], (_FIRST_YEAR, 1, 1, 0, 0, 0)))
    is_packed = entry.media_type.startswith(_PACKED)
    info.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
    info.file_size = entry.size
    return info
