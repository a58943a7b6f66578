"""Files in a folder or an S3 bucket, by obstore.

Lives here: safe keys, size limits and checksums over any of obstore's stores. Who may read a file, and under which
name it is offered, is decided elsewhere.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from rollbook.adapters.signing import S3Key, S3Request, presigned, quoted_key
from rollbook.core.kernel.clock import from_datetime
from rollbook.core.kernel.ports import (
    FileMissing,
    FileRangeInvalid,
    FileStoreFailed,
    FileTooLarge,
    OpenedFile,
    StoredFile,
)

if TYPE_CHECKING:  # obstore has the type in its stubs only
    from obstore import GetResult

CHUNK_BYTES = 256 * 1024
KEY_CHARACTERS = 512
PART_BYTES = 5 * 1024 * 1024
"""The least S3 takes as a part of an upload."""
PARTS_AT_ONCE = 2

Signer = Callable[[str, int, Mapping[str, str]], str]
"""Gives an address to put a file to, by its key, for so many seconds and with these headers."""

_KEY = re.compile(r"[a-z0-9_-][a-z0-9._-]*(/[a-z0-9_-][a-z0-9._-]*)*")


class ObjectFiles:
    """`FileStore` over any obstore store. Safe to share between threads.

    A file appears whole or not at all: obstore writes beside it and renames, or completes a multipart upload. Give
    an S3 bucket the usual rule that deletes unfinished multipart uploads, for those a crash leaves behind.
    """

    def __init__(self, store: ObjectStore, signer: Signer | None = None) -> None:
        self._store = store
        self._signer = signer

    def put(self, key: str, content: bytes | Iterable[bytes], *, limit: int) -> StoredFile:
        """Store `content`, reading no further than the chunk that passes `limit` bytes; see `FileStore.put`."""
        _check_key(key)
        counted = _Counted([content] if isinstance(content, bytes) else content, limit)
        with _faults(key, counted):
            whole_or_stream = _gathered(iter(counted))
            obstore.put(self._store, key, whole_or_stream, chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE)
            self._settle(key)
        return StoredFile(key=key, size=counted.size, sha256=counted.digest.hexdigest())

    def open(self, key: str, start: int = 0, end: int | None = None) -> OpenedFile:
        """Open bytes `start` to `end`; see `FileStore.open`. Later chunks may still raise `FileStoreFailed`."""
        _check_key(key)
        with _faults(key):
            size = obstore.head(self._store, key)["size"]
            stop = size if end is None else min(end, size)
            if size == 0 and start == 0:
                return OpenedFile(size=0, start=0, end=0, chunks=iter(()))
            if not 0 <= start < stop:
                raise FileRangeInvalid(size)
            found = obstore.get(self._store, key, options={"range": (start, stop)})
        return OpenedFile(size=size, start=start, end=stop, chunks=_chunks(key, found))

    def delete(self, key: str) -> None:
        """Delete the file, or do nothing where there is none."""
        _check_key(key)
        try:
            with _faults(key):
                obstore.delete(self._store, key)
        except FileMissing:
            return

    def exists(self, key: str) -> bool:
        """Tell whether a file is stored under `key`."""
        _check_key(key)
        try:
            with _faults(key):
                obstore.head(self._store, key)
        except FileMissing:
            return False
        return True

    def sign_put(self, key: str, *, expires_s: int, headers: Mapping[str, str]) -> str | None:
        """An address to put a file to, where files lie in a bucket whose key stands in the environment."""
        _check_key(key)
        return None if self._signer is None else self._signer(key, expires_s, headers)

    def written_before(self, folder: str, at: int) -> Iterator[str]:
        """Find the keys of files last written before an instant, by the store's own clock; see `FileStore`."""
        _check_key(folder)
        with _faults(folder):
            for found in obstore.list(self._store, folder):
                for one in found:
                    # Another program's file may lie there too, such as a file manager's notes.
                    if _KEY.fullmatch(one["path"]) and from_datetime(one["last_modified"]) < at:
                        yield one["path"]

    def _settle(self, key: str) -> None:
        """Wait until what was written would survive a power cut; a bucket's answer already means that."""


class FolderFiles(ObjectFiles):
    """`FileStore` in a folder of this machine, each file on the disk before `put` returns."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder.resolve()
        super().__init__(LocalStore(self._folder))

    def _settle(self, key: str) -> None:
        path = self._folder / key
        with suppress(FileNotFoundError):  # deleted again by someone else
            _sync(path)
        # The file's name is kept by its folder, and a folder made just now by the one above it.
        for folder in path.parents:
            _sync(folder)
            if folder == self._folder:
                return


def file_store_from(url: str | None, folder: Path) -> ObjectFiles:
    """Give the store of `s3://bucket/prefix`, or of `folder` where `url` is None. Raises `ValueError`.

    The region, credentials and endpoint of S3 come from the environment, as AWS tools read it (`AWS_REGION`,
    `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_ENDPOINT`, `AWS_ALLOW_HTTP`; obstore, "S3 configuration").
    """
    if url is None:
        return FolderFiles(folder)
    if not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]+(/[^?#\s]*)?", url):
        raise ValueError(f"files are kept in a folder or at s3://bucket/prefix, not at {url!r}")
    try:
        return ObjectFiles(S3Store.from_url(url), _signer_for(url, os.environ))
    except BaseError as error:
        raise ValueError(f"{url!r} cannot be used: {_first_line(error)}") from error


def _signer_for(url: str, environment: Mapping[str, str]) -> Signer | None:
    """None where the key is not in the environment but with the machine: then only obstore can get at it."""
    parts = urlsplit(url)
    key = S3Key(
        environment.get("AWS_ACCESS_KEY_ID", ""),
        environment.get("AWS_SECRET_ACCESS_KEY", ""),
        environment.get("AWS_SESSION_TOKEN", ""),
    )
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or "us-east-1"
    if not (key.access_key and key.secret_key):
        return None
    place = (environment.get("AWS_ENDPOINT") or f"https://s3.{region}.amazonaws.com").rstrip("/")
    folder = f"{parts.netloc}{parts.path.rstrip('/')}"

    def sign(name: str, expires_s: int, headers: Mapping[str, str]) -> str:
        path = f"{urlsplit(place).path}/{quoted_key(f'{folder}/{name}')}"
        asked = S3Request("PUT", urlsplit(place).netloc, path, region, headers)
        query = presigned(asked, key, at=datetime.now(UTC), expires_s=expires_s)
        return f"{urlsplit(place).scheme}://{asked.host}{path}?{query}"

    return sign


class _Counted:
    """Hands chunks on, counting and digesting them, and stops at the limit."""

    def __init__(self, chunks: Iterable[bytes], limit: int) -> None:
        self._chunks = chunks
        self._limit = limit
        self.size = 0
        self.digest = hashlib.sha256()
        self.fault: BaseException | None = None

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._chunks:
                self.size += len(chunk)
                if self.size > self._limit:
                    raise FileTooLarge(self._limit)
                self.digest.update(chunk)
                yield chunk
        except BaseException as fault:
            # Kept, so that what the sender's own stream raised is never mistaken for a fault of the store.
            self.fault = fault
            raise


def _gathered(chunks: Iterator[bytes]) -> bytes | Iterator[bytes]:
    """Give a small file whole, which a bucket takes in one request where a stream costs three."""
    head = bytearray()
    for chunk in chunks:
        head += chunk
        if len(head) >= PART_BYTES:
            return chain((bytes(head),), chunks)
    return bytes(head)


@contextmanager
def _faults(key: str, counted: _Counted | None = None) -> Iterator[None]:
    """Turn what obstore raises into the faults of `FileStore`."""
    try:
        yield
    except (BaseError, OSError) as error:
        if counted is not None and counted.fault is not None:
            raise counted.fault from None
        if isinstance(error, FileNotFoundError):
            raise FileMissing(key) from error
        raise FileStoreFailed(_first_line(error)) from error


def _chunks(key: str, found: "GetResult") -> Iterator[bytes]:
    with _faults(key):
        for chunk in found.stream(min_chunk_size=CHUNK_BYTES):
            yield bytes(chunk)


def _check_key(key: str) -> None:
    if len(key) > KEY_CHARACTERS or not _KEY.fullmatch(key):
        raise ValueError(f"{key[:80]!r} is not a file key")


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
