"""The backup's file format: one tar.gz of tables, files and the key, with a manifest of checksums at its end.

``tables/NAME/000001.jsonl`` holds rows as JSON arrays, in the order of the manifest's columns, the same whichever store
they come from. Nothing is ever unpacked by a name in the archive: what is not of a kind known here is refused.
"""

import gzip
import hashlib
import io
import re
import tarfile
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import msgspec

from rollbook.cli.refusals import Refusal

FORMAT = 1
MANIFEST = "manifest.json"
SECRET_KEY = "secret.key"  # noqa: S105 - the name of a file
LARGEST_PART = 64_000_000
"""The most bytes that one part of a table may have; they are made of about eight million."""

_TABLE_PART = re.compile(r"tables/([a-z_]{1,63})/(\d{6})\.jsonl")
_FILE = re.compile(r"files/([A-Za-z0-9._/-]{1,512})")


class Part(msgspec.Struct, frozen=True):
    """A member of the archive, as it was written."""

    name: str
    size: int
    sha256: str


class TableFacts(msgspec.Struct, frozen=True):
    """A table: its columns, those of them that point into the table itself, its rows, and the last id it gave."""

    name: str
    columns: list[str]
    self_references: list[str]
    rows: int
    last_id: int | None = None


class Manifest(msgspec.Struct, frozen=True):
    """What is in the archive. Tables are in the order in which they can be loaded."""

    format: int
    rollbook: str
    revision: str
    store: str
    made_at: int
    tables: list[TableFacts]
    parts: list[Part]
    missing_files: list[str] = []


class Writer:
    """Writes an archive; the manifest comes last, when everything is known."""

    def __init__(self, file: IO[bytes]) -> None:
        self._packed = gzip.GzipFile(fileobj=file, mode="wb", compresslevel=3)
        self._tar = tarfile.open(fileobj=self._packed, mode="w|")  # noqa: SIM115 - closed with the writer
        self.parts: list[Part] = []

    def add(self, name: str, content: bytes) -> None:
        """Add a member that is in memory."""
        self.add_stream(name, len(content), iter((content,)))

    def add_stream(self, name: str, size: int, chunks: Iterator[bytes]) -> None:
        """Add a member of a known size, chunk by chunk."""
        reader = _Hashing(chunks)
        self._tar.addfile(_member(name, size), reader)
        self.parts.append(Part(name, size, reader.digest.hexdigest()))

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest."""
        text = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        self._tar.addfile(_member(MANIFEST, len(text)), io.BytesIO(text))

    def __enter__(self) -> "Writer":
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the archive; one without a manifest is none."""
        self._tar.close()
        self._packed.close()


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(time.time())
    return member


class _Hashing(io.RawIOBase):
    """Chunks as a file, hashed as they are read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self._left = b""
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes; fewer than asked only at the end."""
        while (size < 0 or len(self._left) < size) and (chunk := next(self._chunks, None)) is not None:
            self._left += chunk
        cut = len(self._left) if size < 0 else size
        given, self._left = self._left[:cut], self._left[cut:]
        self.digest.update(given)
        return given


# --- Reading -----------------------------------------------------------------------------------------------------


def verified(path: Path, advance: Callable[[int, int | None], None]) -> Manifest:
    """Read the whole archive once and compare every part with the manifest. Refuses what is not a whole backup."""
    found: dict[str, Part] = {}
    manifest: Manifest | None = None
    total = path.stat().st_size
    with path.open("rb") as file:
        for member, content in members(file):
            if member.name in found:
                raise _damaged(path, f"{member.name} is in it twice")
            if member.name == MANIFEST:
                manifest = _manifest(path, content.read())
                continue
            if not (_TABLE_PART.fullmatch(member.name) or file_key(member.name) or member.name == SECRET_KEY):
                raise _damaged(path, f"{member.name[:80]!r} does not belong into a backup")
            digest = hashlib.sha256()
            while chunk := content.read(1 << 20):
                digest.update(chunk)
            found[member.name] = Part(member.name, member.size, digest.hexdigest())
            advance(file.tell(), total)
    if manifest is None:
        raise _damaged(path, "it has no manifest at its end")
    for part in manifest.parts:
        if found.pop(part.name, None) != part:
            raise _damaged(path, f"{part.name} is missing or was changed")
    if found:
        raise _damaged(path, f"{next(iter(found))} is not in its manifest")
    return manifest


class Content:
    """What a member holds, to be read once, from its beginning."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content

    def read(self, size: int = -1) -> bytes:
        """The next bytes, none at the end. Refuses an archive that ends or breaks here."""
        try:
            return self._content.read(size)
        except _BROKEN as problem:
            raise _broken(problem) from problem


_BROKEN = (tarfile.TarError, zlib.error, EOFError, OSError, ValueError)


def _broken(problem: BaseException) -> Refusal:
    return Refusal(f"This is no backup, or it was cut short: {problem}.", "Nothing was restored.")


def members(file: IO[bytes]) -> Iterator[tuple[tarfile.TarInfo, Content]]:
    """The members, first to last: plain files alone. Refuses what is no archive."""
    try:
        with tarfile.open(fileobj=file, mode="r|gz") as tar:
            for member in tar:
                content = tar.extractfile(member) if member.isreg() else None
                if content is None:
                    raise Refusal(f"The backup holds {member.name[:80]!r}, which is no plain file.", "Do not trust it.")
                yield member, Content(content)
    except _BROKEN as problem:
        raise _broken(problem) from problem


def table_of(name: str) -> str | None:
    """The table that a member holds rows of."""
    found = _TABLE_PART.fullmatch(name)
    return found[1] if found else None


def file_key(name: str) -> str | None:
    """The key of the stored file that a member is; the file store itself refuses keys that lead elsewhere."""
    found = _FILE.fullmatch(name)
    return found[1] if found and ".." not in name else None


def _manifest(path: Path, text: bytes) -> Manifest:
    try:
        manifest = msgspec.json.decode(text, type=Manifest)
    except msgspec.MsgspecError as problem:
        raise _damaged(path, f"its manifest cannot be read: {problem}") from None
    if manifest.format != FORMAT:
        raise Refusal(
            f"{path} is a backup of format {manifest.format}, and this version reads {FORMAT}.",
            f"Restore it with Rollbook {manifest.rollbook}.",
        )
    return manifest


def _damaged(path: Path, why: str) -> Refusal:
    return Refusal(f"{path} is no backup of ours, or it is damaged: {why}.", "Nothing was restored.")
