"""Loads from somebody's bucket: what is asked for, its secrets sealed until they are used, and opening it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import msgspec

from rollbook.core.analytics import policy, tasks
from rollbook.core.analytics.records import Source
from rollbook.core.analytics.staging import MOST_FILE_BYTES, PICKLES, Unfit, format_of
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.ports import (
    BucketReader,
    FileMissing,
    FileTooLarge,
    OpenedFile,
    OutboundFailed,
    OutboundRefused,
    S3Object,
    Sealer,
)
from rollbook.core.kernel.warehouse import Kind
from rollbook.core.kernel.work import Work

KIND = "bucket"
"""Of the tasks."""
LONGEST_KEY = 1024
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_REGION = re.compile(r"[a-z]{2}[a-z0-9-]{1,30}[0-9]")
_SECRET = re.compile(r"[\x21-\x7e]{1,4096}")


class BucketArguments(msgspec.Struct, frozen=True):
    """A task's: ``sealed`` is an `S3Object`, in hexadecimal."""

    sealed: str
    separator: str | None = None
    kinds: Mapping[str, Kind] = msgspec.field(default_factory=dict)


def ask_for_load(
    work: Work, sealer: Sealer, source: Source, wanted: S3Object, separator: str | None, kinds: Mapping[str, Kind]
) -> str:
    """Have an object loaded in the place of a source's rows; the task's uuid. Faults: FORBIDDEN, INVALID."""
    policy.require_may_change(work.principal, source)
    _require_fit(wanted)
    if separator is not None and (len(separator) != 1 or separator in '"\r\n\x00'):
        raise field_fault(FaultCode.INVALID, "separator", "separator must be one character such as , or |")
    sealed = sealer.seal(msgspec.json.encode(wanted), _sealed_for(source)).hex()
    return tasks.ask_for(work, KIND, source, BucketArguments(sealed, separator, kinds))


def _require_fit(wanted: S3Object) -> None:
    parts = wanted.key.split("/")
    if not _BUCKET.fullmatch(wanted.bucket) or ".." in wanted.bucket:
        raise field_fault(FaultCode.INVALID, "bucket", "the bucket must be the name of an S3 bucket")
    if not wanted.key or len(wanted.key.encode(errors="replace")) > LONGEST_KEY or {".", ".."} & set(parts):
        raise field_fault(FaultCode.INVALID, "key", f"the key must be that of an object, of 1 to {LONGEST_KEY} bytes")
    if not wanted.key.isprintable():
        raise field_fault(FaultCode.INVALID, "key", "the key must have printable characters alone")
    if not _REGION.fullmatch(wanted.region):
        raise field_fault(FaultCode.INVALID, "region", "the region must be one of Amazon's, such as eu-west-1")
    given = [wanted.access_key, wanted.secret_key]
    if any(given) and not all(map(_SECRET.fullmatch, given)):
        raise field_fault(FaultCode.INVALID, "credentials", "the credentials must have a key id and a secret key")
    if wanted.session_token and not _SECRET.fullmatch(wanted.session_token):
        raise field_fault(FaultCode.INVALID, "credentials", "the session token has characters that none has")


def _sealed_for(source: Source) -> bytes:
    return f"bucket_load:{source.uuid}".encode()


def wanted_by(sealer: Sealer, source: Source, arguments: BucketArguments) -> S3Object:
    """What a task is to load."""
    return msgspec.json.decode(sealer.unseal(bytes.fromhex(arguments.sealed), _sealed_for(source)), type=S3Object)


def opened(buckets: BucketReader, wanted: S3Object) -> OpenedFile:
    """Open what a task is to load. Raises `Unfit`, as may reading its chunks."""
    with _explained():
        found = buckets.open(wanted, limit=MOST_FILE_BYTES)

    def chunks() -> Iterator[bytes]:
        with _explained():
            yield from found.chunks

    return msgspec.structs.replace(found, chunks=chunks())


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except FileMissing:
        raise Unfit("There is no such object in the bucket.") from None
    except FileTooLarge as problem:
        raise Unfit(f"A file may have at most {problem.limit:,} bytes.") from None
    except (OutboundRefused, OutboundFailed) as problem:
        raise Unfit(f"The object cannot be read: {problem.reason}.") from None


def name_of(wanted: S3Object) -> str:
    """A name for the object that tells its format: that of its key, or a CSV file's where it tells none."""
    name = wanted.key.lower()
    if name.endswith(PICKLES):
        return name
    try:
        format_of(name)
    except Unfit:
        return f"{name}.csv.gz" if name.endswith((".gz", ".gzip")) else f"{name}.csv"
    return name
