"""What an API is made of: a door is a sorted table of rows, with its own ways to authenticate and to show faults."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, BinaryIO, Generic, TypeVar

import msgspec

from rollbook.core.analytics.snapshots import Snapshots
from rollbook.core.kernel.certifying import CertificateAuthority
from rollbook.core.kernel.faults import Fault
from rollbook.core.kernel.ports import (
    BucketReader,
    FileStore,
    FilmReader,
    FrameReader,
    PasswordHasher,
    PictureReader,
    Poster,
    Printer,
    ScriptRunner,
    Sealer,
    TargetCheck,
)
from rollbook.core.kernel.principal import Permission, Principal
from rollbook.core.kernel.warehouse import Warehouse
from rollbook.core.kernel.work import Database, Work
from rollbook.core.sessions.sockets import OpenSocket
from rollbook.core.sessions.telling import Address, LiveEvent
from rollbook.web.hub import Hub

B = TypeVar("B")
Q = TypeVar("Q")


class Runs(Enum):
    """Where a handler runs. Whatever may take over 5 ms goes to the pool."""

    INLINE = "inline"
    """On the event loop where the store is SQLite and the handler only reads; else in a thread."""
    POOL = "pool"
    """Always in a thread: hashing, bulk writes, searches that may look at everything."""


@dataclass(frozen=True, slots=True)
class Services:
    """What handlers and workers may use beside the unit of work. Made once, by the composition root."""

    database: Database
    hasher: PasswordHasher
    sealer: Sealer
    authority: CertificateAuthority
    check_target: TargetCheck
    poster: Poster
    files: FileStore
    films: FilmReader
    pictures: PictureReader
    printer: Printer
    warehouse: Warehouse
    frames: FrameReader
    buckets: BucketReader
    snapshots: Snapshots
    scripts: ScriptRunner
    base_url: Callable[[], str]
    wake: Callable[[str], None]
    """Tells a worker (``deliveries``, ``mails``) that there is something to do; for use after a commit."""
    hub: Hub
    """Everyone who listens at this node."""
    service_key: bytes = b""
    """What services sign their tokens with."""
    reset: Callable[[], None] | None = None
    """Puts the reference data back, on a server for tests."""
    hook_formats: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    """By door, what its webhooks tell of, and the kinds of event behind each."""

    @property
    def is_https(self) -> bool:
        """Whether people reach this server by https."""
        return self.base_url().startswith("https:")


Headers = Mapping[str, str]
"""Request headers by name in lower case; the first where there are several of a name."""


def headers_of(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers of an ASGI scope, whose names are in lower case."""
    headers: dict[str, str] = {}
    for name, value in raw:
        headers.setdefault(name.decode("latin-1"), value.decode("latin-1"))
    return headers


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request whose caller is not known yet."""

    headers: Headers
    work: Work
    services: Services
    target: str = ""
    """The path and query as they were asked for."""
    proof: Any = None
    """What the door's ``prove`` found out."""
    is_by_proxy: bool = False
    """Whether a trusted proxy handed it on, whose headers about the TLS before it are to be believed."""


@dataclass(slots=True)
class Call(Generic[B, Q]):
    """One request, decoded, inside its unit of work. ``body`` and ``query`` are what the handler's annotation says."""

    body: B
    query: Q
    path: Mapping[str, Any]
    headers: Headers
    work: Work
    services: Services
    address: str
    """Where the request came from."""
    content: "Content | None" = None
    """The raw body, for handlers that read it themselves."""
    target: str = ""
    """The path and query as they were asked for."""

    @property
    def principal(self) -> Principal:
        """The caller."""
        return self.work.principal


@dataclass(slots=True)
class Content:
    """A body as it came."""

    media_type: str
    data: bytes
    file_name: str | None = None
    file: BinaryIO | None = None
    """The bytes as a file, of a row that spools; ``data`` is then empty."""
    fields: Mapping[str, Any] | None = None
    """The other fields of a multipart form; ``data`` is then its first file."""


@dataclass(slots=True)
class Reply:
    """An answer that needs more than a body: a status, headers, another media type."""

    body: Any = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str | None = None
    """With a media type ``body`` is bytes, sent as they are; without one it is encoded as JSON."""
    cookies: tuple[str, ...] = ()
    """Values of Set-Cookie headers."""


@dataclass(slots=True)
class Listing:
    """A JSON array of any length, sent page by page: ``next_rows`` gives the rows after the last one, none at the end.

    Each page is read in a unit of work of its own, so that a slow reader holds no snapshot.
    """

    next_rows: Callable[[Work, Any], tuple[list[Any], Any]]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Stream:
    """Bytes of any length from an iterator that blocks: it is drained in the pool."""

    chunks: Iterator[bytes]
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(slots=True)
class Later:
    """An answer that is not there yet: looked for again and again, with no thread and no unit of work held meanwhile.

    ``look`` gives the answer, or None to be asked again; once ``longest_s`` are over it is told so, and must give one.
    """

    look: Callable[[Work, bool], Any]
    longest_s: float
    every_s: float = 0.5


@dataclass(slots=True)
class Following:
    """Server-sent events, from a cursor on, for as long as the client listens.

    ``look`` gives what came after a cursor: for each event its own cursor, by which a client goes on, and its data.
    """

    address: Address
    """Who listens."""
    organisation_id: int
    cursor: str
    look: Callable[[Work, str], list[tuple[str, str]]]


Handler = Callable[[Call[Any, Any]], Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One endpoint. ``needs`` None takes any credential; ``is_public`` takes none."""

    method: str
    path: str
    handler: Handler
    needs: Permission | None = None
    is_public: bool = False
    opens_with: str = ""
    """A query parameter that stands for the credential: with it the address is for anyone, and the handler decides."""
    status: int = 200
    runs: Runs = Runs.INLINE
    limit_bytes: int = 1_000_000
    reads_raw: bool = False
    """The handler reads ``call.content`` itself."""
    spools: bool = False
    """The body, or the first file of its form, comes as ``call.content.file`` and is never whole in memory. The caller
    is known before any of it is read."""
    writes: bool | None = None
    """Whether the unit of work writes; None means that every method but GET and HEAD does."""
    opens_own_work: bool = False
    """The handler opens its own units of work by ``call.services.database``; ``call.work`` only authenticates."""
    summary: str = ""
    """What it does, for the documentation; empty takes the first line of the handler's docstring."""
    see: str = ""
    """The section of the vendor's document."""
    answers: Any = None
    """What is in a Listing (the type of one row), a Reply or Later (the type of its body) or a Stream (its media type),
    for the documentation; where a handler returns its body as it is, the annotation says it."""
    accepts: tuple[str, ...] = ()
    """Media types of the body where the handler reads it itself."""

    @property
    def is_writing(self) -> bool:
        """Whether it needs a writing unit of work."""
        return self.writes if self.writes is not None else self.method not in ("GET", "HEAD")


Close = tuple[int, str]
"""A code and a reason (RFC 6455, section 7.4)."""


@dataclass(frozen=True, slots=True)
class SocketRow:
    """Where websockets are opened."""

    path: str
    opens: Callable[[Work, str, str], OpenSocket | None]
    """Opens one in a unit of work that writes, by the ``id`` in the query, for a node; None where it opens nothing."""
    shows: Callable[[LiveEvent, OpenSocket, str], str]
    """An event as text for a socket; the last is the server's public address."""
    told_off: str
    """What a client hears who sends something."""
    closes: Close
    """What a client hears whose socket somebody has closed."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that ended in a fault, for doors whose answer depends on who asked for what."""

    fault: Fault
    method: str
    target: str
    headers: Headers
    services: Services


@dataclass(frozen=True, slots=True)
class Login:
    """How the API page gets a bearer token from a name and a password: by a JSON body of two fields to ``path``."""

    path: str
    name_field: str
    secret_field: str
    token: tuple[str, ...]
    """The way to the token in the answer, key by key."""


@dataclass(frozen=True, slots=True)
class Knock:
    """A request before its unit of work is open."""

    headers: Headers
    target: str
    address: str
    services: Services


Authenticate = Callable[[Arrival], Principal | None]
RenderFault = Callable[[Fault], Reply]


@dataclass(frozen=True, slots=True)
class Door:
    """One API. ``authenticate`` finds the principal; ``render_fault`` shows faults the vendor's way."""

    name: str
    title: str
    rows: tuple[Row, ...]
    authenticate: Authenticate
    render_fault: RenderFault
    prove: Callable[[Knock], Any] | None = None
    """What must be found out before the unit of work opens, such as whether a password is right: it runs in the pool
    and opens units of work of its own. What it gives comes with the arrival; None where the headers hold no password.
    """
    query_decoder: Callable[[type[msgspec.Struct]], Callable[[Mapping[str, Any]], Any]] | None = None
    """Reads a query into a struct where the vendor has its own way to refuse what cannot be read."""
    merges_parameters: bool = False
    """Parameters are taken from the query, a form or JSON alike (Smart Arena)."""
    takes_numbers_as_text: bool = False
    """A number in a JSON body may be written as text, as many connectors do (SENAR)."""
    encode: Callable[[Any], bytes] = msgspec.json.encode
    security: Mapping[str, Any] = field(default_factory=dict)
    """The OpenAPI security scheme."""
    is_api: bool = True
    """Programs call it, so it has an OpenAPI document and a page to try requests in."""
    credential: str = "Sign in."
    """What a request must carry, in a sentence for those who send it without."""
    login: Login | None = None
    """Where a person's name and password give the token that the security scheme wants."""
    source: str = ""
    """Where the vendor's document is, for the API page."""
    sockets: tuple[SocketRow, ...] = ()
    """Where websockets are opened."""
    show_refused: Callable[[Refused], Reply] | None = None
    """Shows a fault with its request at hand, in the pool: for pages that people read. Else ``render_fault`` does."""
