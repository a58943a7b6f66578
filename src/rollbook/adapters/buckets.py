"""Reading an object that a caller names from S3, without letting them reach into the network this server stands in.

The host is Amazon's, or one that an administrator set; the name is resolved once and the connection goes to the address
that was checked (see ``outbound``). No redirect is followed, and no credential of the server's own is ever used.
"""

import socket
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpcore

from rollbook.adapters.outbound import AddressGuard, read_url
from rollbook.adapters.signing import S3Key, S3Request, presigned, quoted_key
from rollbook.core.kernel.ports import FileMissing, FileTooLarge, OpenedFile, OutboundFailed, OutboundRefused, S3Object

CHUNK_BYTES = 256 * 1024
TIMEOUT_S = 30.0
"""Between two pieces."""
EXPIRES_S = 60
AMAZON = "amazonaws.com"

Resolve = Callable[[str, int], Sequence[str]]


class GuardedBuckets:
    """`BucketReader` over one connection for each object. Safe to share between threads."""

    def __init__(
        self,
        allowed: Iterable[str] = (),
        *,
        endpoint: str | None = None,
        resolve: Resolve | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """``endpoint``: where S3 is when it is not Amazon's. Raises `OutboundRefused` for one that is no URL."""
        self._backend = _GuardedBackend(AddressGuard(allowed), resolve or _resolved)
        self._endpoint = None if endpoint is None else read_url(endpoint)
        self._ssl_context = ssl_context

    def open(self, wanted: S3Object, *, limit: int) -> OpenedFile:
        """Open an object; see `BucketReader.open`."""
        with _faults():
            request = self._request(wanted)
            pool = httpcore.ConnectionPool(ssl_context=self._ssl_context, network_backend=self._backend)
            try:
                response = pool.handle_request(request)
                size = _size_of(response, wanted, limit)
            except BaseException:
                pool.close()
                raise
        return OpenedFile(size=size, start=0, end=size, chunks=_chunks(pool, response, limit))

    def _request(self, wanted: S3Object) -> httpcore.Request:
        scheme, authority, path = self._place(wanted)
        query = ""
        if wanted.access_key:
            key = S3Key(wanted.access_key, wanted.secret_key, wanted.session_token)
            asked = S3Request("GET", authority, path, wanted.region)
            query = f"?{presigned(asked, key, at=datetime.now(UTC), expires_s=EXPIRES_S)}"
        headers = [("Host", authority), ("Accept-Encoding", "identity"), ("User-Agent", "Rollbook")]
        url = urlsplit(f"{scheme}://{authority}")
        port = url.port or (443 if scheme == "https" else 80)
        target = httpcore.URL(scheme=scheme, host=url.hostname or "", port=port, target=f"{path}{query}")
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), TIMEOUT_S)
        return httpcore.Request("GET", target, headers=headers, extensions={"timeout": timeout})

    def _place(self, wanted: S3Object) -> tuple[str, str, str]:
        """Scheme, host and path. A bucket with a dot in its name is no host that Amazon's certificate is for."""
        key = quoted_key(wanted.key)
        if self._endpoint is not None:
            path = f"{self._endpoint.path.rstrip('/')}/{wanted.bucket}/{key}"
            return self._endpoint.scheme, self._endpoint.authority, path
        if "." in wanted.bucket:
            return "https", f"s3.{wanted.region}.{AMAZON}", f"/{wanted.bucket}/{key}"
        return "https", f"{wanted.bucket}.s3.{wanted.region}.{AMAZON}", f"/{key}"


class _GuardedBackend(httpcore.NetworkBackend):
    """Resolves, checks, and connects to an address that passed."""

    def __init__(self, guard: AddressGuard, resolve: Resolve) -> None:
        self._guard = guard
        self._resolve = resolve
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address, when all of them may be reached."""
        try:
            addresses = self._guard.check(host, self._resolve(host, port))
        except OSError as error:
            raise OutboundFailed(f"the name {host} could not be resolved", "dns") from error
        if not addresses:
            raise OutboundFailed(f"the name {host} has no address", "dns")
        return self._network.connect_tcp(addresses[0], port, timeout, local_address, socket_options)

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Never."""
        raise OutboundRefused("socket files are never connected to")


def _resolved(host: str, port: int) -> Sequence[str]:
    return [str(address[0]) for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _size_of(response: httpcore.Response, wanted: S3Object, limit: int) -> int:
    """What there is to come. Raises what says why there is nothing."""
    headers = {name.lower(): value.decode("latin-1") for name, value in response.headers}
    if response.status == 404:
        raise FileMissing(wanted.key)
    if response.status in (301, 307, 400) and (region := headers.get(b"x-amz-bucket-region")) and region.isascii():
        raise OutboundRefused(f"the bucket is in the region {region[:40]}")
    if response.status != 200:
        raise OutboundRefused(f"S3 answered {response.status}")
    length = headers.get(b"content-length", "")
    if not length.isascii() or not length.isdigit():
        raise OutboundFailed("S3 did not say how large the object is")
    if int(length) > limit:
        raise FileTooLarge(limit)
    return int(length)


def _chunks(pool: httpcore.ConnectionPool, response: httpcore.Response, limit: int) -> Iterator[bytes]:
    so_far = 0
    try:
        with _faults():
            for chunk in response.iter_stream():
                so_far += len(chunk)
                if so_far > limit:
                    raise FileTooLarge(limit)
                yield chunk
    finally:
        response.close()
        pool.close()


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except (TimeoutError, httpcore.TimeoutException):
        raise OutboundFailed("S3 did not answer in time", "timeout") from None
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise OutboundFailed("the connection to S3 broke", "protocol") from error
