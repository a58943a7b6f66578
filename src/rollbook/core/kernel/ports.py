"""What the core and the workers ask of the outside world, without a word of the technology that answers.

Lives here: protocols, the values that cross them and the faults they raise. The answers live in `adapters/`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol

import msgspec

REPLY_EXCERPT_BYTES = 64 * 1024
"""The most of a reply's body that is read and kept."""

FailureKind = Literal["dns", "connect", "tls", "timeout", "protocol"]


class OutboundReply(msgspec.Struct, frozen=True, kw_only=True):
    """What a remote server answered: any status, and at most the first 64 KiB of the body, as sent.

    `retry_after_s` is how long it asks us to stay away (RFC 9110, section 10.2.3), null where it does not.
    """

    status: int
    body: bytes
    duration_ms: int
    retry_after_s: int | None = None


class OutboundRefused(Exception):
    """We would not send: a forbidden address, a bad scheme or URL, or too many redirects. Trying again cannot help."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OutboundFailed(Exception):
    """We tried and got no reply. `kind` says at which step; trying again later may help."""

    def __init__(self, reason: str, kind: FailureKind = "protocol") -> None:
        super().__init__(reason)
        self.reason = reason
        self.kind: FailureKind = kind


class Outbound(Protocol):
    """Posts to URLs that customers typed in, and never to an address inside our own network."""

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float) -> OutboundReply:
        """Post `body` to `url`; `timeout_s` covers everything from resolving the name to the last byte read.

        Raises `OutboundRefused` or `OutboundFailed`. A reply of any status is a reply, not a fault.
        """
        ...


class Poster(Protocol):
    """`Outbound` for a thread that waits for the answer."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float) -> OutboundReply:
        """Post `body` to `url`, by the rules and with the faults of `Outbound.post`. Blocks."""
        ...


TargetCheck = Callable[[str], None]
"""Raises `OutboundRefused` for a URL that, as can be told without asking anyone, is never called. Where a name leads is
found out at each sending."""


class MailAttachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file sent along; `media_type` such as `application/pdf` or `text/calendar; method=REQUEST`."""

    filename: str
    media_type: str
    content: bytes


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one person. `to` is a bare address (`zoe@example.org`); the display name goes in `to_name`."""

    to: str
    subject: str
    text: str
    to_name: str = ""
    html: str | None = None
    attachments: tuple[MailAttachment, ...] = ()
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)


class MailFailed(Exception):
    """The message was not handed over. `is_permanent`: the same message will never go (a bad address, a refusal)."""

    def __init__(self, reason: str, *, is_permanent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_permanent = is_permanent


class Mailer(Protocol):
    """Hands one message over to whatever carries mail. Blocks: call it from a worker's thread."""

    def send(self, mail: Mail) -> None:
        """Hand `mail` over; when this returns, someone else answers for it. Raises `MailFailed`."""
        ...


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """What was stored: `size` in bytes, `sha256` in lower-case hexadecimal."""

    key: str
    size: int
    sha256: str


class OpenedFile(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes `start` (inclusive) to `end` (exclusive) of a file of `size` bytes, read as `chunks` is iterated."""

    size: int
    start: int
    end: int
    chunks: Iterator[bytes]


class FileTooLarge(Exception):
    """The content went over `limit` bytes. Nothing was stored."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the file is larger than {limit} bytes")
        self.limit = limit


class FileMissing(Exception):
    """No file has this key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"no file has the key {key}")
        self.key = key


class FileRangeInvalid(Exception):
    """The range holds no byte of a file of `size` bytes (HTTP's 416)."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the range lies outside a file of {size} bytes")
        self.size = size


class FileStoreFailed(Exception):
    """The store itself did not do its work (no space, no permission, no network). Trying again may help."""


class FileStore(Protocol):
    """Keeps files under opaque keys that the server made up (`assets/2026/0b1c…`), never under a user's file name.

    Keys hold `a-z 0-9 . _ - /`, no empty part and no part that begins with a dot; another key is a `ValueError`.
    Every method blocks: call it from a thread. All may raise `FileStoreFailed`.
    """

    def put(self, key: str, content: bytes | Iterable[bytes], *, limit: int) -> StoredFile:
        """Store `content`, at most `limit` bytes of it, whole or not at all; a file of the same key is replaced.

        Raises `FileTooLarge`, and whatever iterating `content` raises.
        """
        ...

    def open(self, key: str, start: int = 0, end: int | None = None) -> OpenedFile:
        """Open bytes `start` to `end` (exclusive; past the end, or None, means to the end).

        Raises `FileMissing`, and `FileRangeInvalid` where the range holds no byte (an empty file opens from 0).
        """
        ...

    def delete(self, key: str) -> None:
        """Delete the file; one that is not there is no fault."""
        ...

    def exists(self, key: str) -> bool:
        """Tell whether a whole file is stored under `key`."""
        ...

    def sign_put(self, key: str, *, expires_s: int, headers: Mapping[str, str]) -> str | None:
        """An address that a file may be put to under this key, with these headers (names in lower case).

        None where only this server can: the file is posted to us then. How large it is shows when it is opened.
        """
        ...

    def written_before(self, folder: str, at: int) -> Iterator[str]:
        """The keys in `folder`, at any depth, of files that were last written before the instant `at`."""
        ...


class S3Object(msgspec.Struct, frozen=True, kw_only=True):
    """An object in somebody's bucket. Without an access key it is one that everybody may read."""

    bucket: str
    key: str
    region: str
    access_key: str = ""
    secret_key: str = ""
    session_token: str = ""


class BucketReader(Protocol):
    """Reads objects that callers name, and never from an address inside our own network."""

    def open(self, wanted: S3Object, *, limit: int) -> OpenedFile:
        """Open an object of at most so many bytes. Blocks: call it from a thread.

        Raises `FileMissing`, `FileTooLarge`, `OutboundRefused` and `OutboundFailed`; so may reading its chunks.
        """
        ...


class FilmUnreadable(Exception):
    """What was given is no film that plays, or reading it took too long."""


class FilmReader(Protocol):
    """Tells how long a film plays, without trusting a byte of it."""

    def duration_ms(self, film: BinaryIO) -> int:
        """How long the film plays. Blocks: call it from a thread. Raises `FilmUnreadable`."""
        ...


class PictureUnreadable(Exception):
    """What was given is no picture of a known kind, is far too large, or reading it took too long."""


class PictureReader(Protocol):
    """Makes a harmless picture of one that nobody vouches for."""

    def redrawn(self, picture: BinaryIO, *, width: int, height: int) -> bytes:
        """The picture as a new PNG that lies within ``width`` by ``height`` pixels, with nothing of the old file in it.

        Takes PNG, JPEG, WebP and GIF. Blocks: call it from a thread. Raises `PictureUnreadable`.
        """
        ...


class PrintFailed(Exception):
    """A document could not be set; the message is for the log."""


class Printer(Protocol):
    """Sets documents in type."""

    def pdf(self, template: str, data: Mapping[str, Any], pictures: Mapping[str, bytes]) -> bytes:
        """A document by one of the printer's templates. ``data`` is plain values; no text in it is read as markup.

        ``pictures`` are what the template shows, by name. Blocks for milliseconds. Raises `PrintFailed`.
        """
        ...

    def charts(self, specs: Sequence[Mapping[str, Any]]) -> list[bytes]:
        """Charts in Vega-Lite as SVG. Their data are in them; no address is followed. Blocks. Raises `PrintFailed`."""
        ...

    def code(self, text: str) -> bytes:
        """A text as a QR code, in SVG."""
        ...


class FrameUnreadable(Exception):
    """What was given is no table of plain values, or reading it took too much. ``reason`` is for a person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FrameReader(Protocol):
    """Reads tables that Python programs wrote down as pickles, without running anything that is in them."""

    def to_parquet(self, pickled: Path, target: Path) -> None:
        """Write the table in a gzipped pickle as a Parquet file. Blocks. Raises `FrameUnreadable`."""
        ...


class PasswordHasher(Protocol):
    """Turns passwords into hashes that are safe to keep. `hash` and `verify` take 20–30 ms of a core: use a thread."""

    def hash(self, password: str) -> str:
        """Hash a new password with a fresh salt. Raises `ValueError` for one too long or not encodable."""
        ...

    def verify(self, password: str, stored: str | None) -> bool:
        """Tell whether `password` made `stored`. None (no such user) is False after the same amount of work."""
        ...

    def was_verified(self, password: str, stored: str) -> bool:
        """Tell from memory, in microseconds, whether this very pair passed `verify`; False means "ask `verify`"."""
        ...

    def needs_rehash(self, stored: str) -> bool:
        """Tell whether `stored` was made with other settings than today's, so the next log-in should replace it."""
        ...


class SealBroken(Exception):
    """Sealed bytes cannot be read: another key, changed bytes, another purpose, or not our format."""


class Sealer(Protocol):
    """Encrypts small secrets that must be readable again, such as the key a webhook is signed with.

    `associated` names what the secret belongs to (`b"subscription:17"`): it is not kept, and a seal
    copied to another row does not open there.
    """

    def seal(self, plain: bytes, associated: bytes) -> bytes:
        """Encrypt and authenticate `plain`; the same input gives another result each time."""
        ...

    def unseal(self, sealed: bytes, associated: bytes) -> bytes:
        """Give back what was sealed for the same `associated`. Raises `SealBroken`."""
        ...

    def mark(self, plain: bytes, associated: bytes) -> bytes:
        """Sixteen bytes that only this server could have put to `plain`, the same each time."""
        ...


class ScriptLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What a script may take. Beyond any of these it is ended; beyond ``output_bytes`` its output is not kept."""

    deadline_s: float = 3600
    memory_bytes: int = 2 * 1024**3
    """Of one process's addresses, and of the memory that all of its processes hold."""
    disk_bytes: int = 256 * 1024**2
    processes: int = 64
    output_bytes: int = 512 * 1024
    """Of each of the two streams."""


class ScriptJob(msgspec.Struct, frozen=True, kw_only=True):
    """A script to run: Python, and what it finds in ``params.json`` beside the key that calls our API."""

    code: str
    params: Mapping[str, Any]
    limits: ScriptLimits = ScriptLimits()


ScriptOutcome = Literal["ended", "timeout", "stopped", "memory", "disk", "refused"]


class ScriptEnd(msgspec.Struct, frozen=True, kw_only=True):
    """How a script ended. ``return_code`` is its own, or minus a signal; ``reason`` is for a person."""

    outcome: ScriptOutcome
    return_code: int
    reason: str = ""


class ScriptWatcher(Protocol):
    """Who is told of a script while it runs, and may have it stopped."""

    def wrote(self, *, stdout: bytes, stderr: bytes) -> None:
        """Take what the script wrote since the last time. Called a few times a second, also when that is nothing."""
        ...

    def should_stop(self) -> bool:
        """Tell whether the script is to be ended now."""
        ...


class ScriptRunner(Protocol):
    """Runs Python that nobody vouches for where it reaches nothing but our own API."""

    def run(self, job: ScriptJob, watcher: ScriptWatcher) -> ScriptEnd:
        """Run a script to its end, in whatever way it comes to one. Blocks: call it from a thread.

        When this returns, no process that the script started is left, nor any file that it wrote.
        """
        ...

    def why_not(self) -> str | None:
        """Say why no script can be run here, for an operator; None where they can."""
        ...
