"""Posting to URLs that customers type in, without letting them reach into the network this server stands in.

Lives here: which addresses are public, how a URL is read, the connection pool and redirects. What is sent, when it is
tried again and how it is signed is for the webhooks. No proxy setting of the environment is obeyed: a proxy would
resolve names by itself, after the check.
"""

import asyncio
import ipaddress
import math
import re
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Self
from urllib.parse import quote, urljoin, urlsplit

import anyio
import httpcore
import msgspec

from rollbook.core.kernel.ports import (
    REPLY_EXCERPT_BYTES,
    OutboundFailed,
    OutboundRefused,
    OutboundReply,
    TargetCheck,
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives the addresses of a name, best first; the second argument is the port. Raises `OSError` where there is none."""

MAX_REDIRECTS = 3
MAX_CONNECTIONS = 100
MAX_IDLE_CONNECTIONS = 20
IDLE_S = 30.0
MAX_ADDRESSES_TRIED = 4
DNS_THREADS = 16

# Spelt out rather than asked of `ipaddress`, whose `is_global` changed between patch releases and takes multicast
# for global. Source: the IANA special-purpose address registries (RFC 6890 and its updates).
NOT_PUBLIC_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; also one cloud's metadata
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's host agent: a public number that answers from inside
        "169.254.0.0/16",  # link-local, with the clouds' metadata at 169.254.169.254
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays, withdrawn
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
"""All that IANA gives out; loopback, unique-local, link-local, multicast and IPv4-compatible lie outside."""
NOT_PUBLIC_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
)
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""The well-known prefix. A NAT64 under a network's own prefix cannot be told from a public address."""

OUR_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"})
TRAVELLING_HEADERS = frozenset({"accept", "accept-encoding", "content-type", "content-encoding", "user-agent"})

_SAFE = "%/?!$&'()*+,;=:@~-._[]"
_UNFIT_IN_URL = re.compile(r"[\x00-\x20\x7f\\]")
_HOST_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_ENDS_IN_NUMBER = re.compile(r"(.*\.)?([0-9]+|0x[0-9a-f]*)")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A URL that was read and found fit: `host` is a lower-case ASCII name or a canonical address without brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """What two URLs share when they go to the same server."""
        return (self.scheme, self.host, self.port)

    @property
    def authority(self) -> str:
        """The `Host` header: the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _default_port(self.scheme) else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


class GuardedOutbound:
    """`Outbound` over pooled HTTP/1.1 connections, each opened to the very address that was checked.

    Because a name is resolved once a connection and the connection goes to that answer, a name that changes its
    answer after the check gains nothing; a kept connection is used again without asking, as it goes where it went.
    Belongs to one event loop; close it with `aclose`.

    `allowed`: addresses, networks or host names that may be reached although they are not public, such as
    `["127.0.0.0/8", "hooks.internal"]`. Raises `ValueError` for an entry that is none of these.
    """

    def __init__(
        self,
        allowed: Iterable[str] = (),
        *,
        resolve: Resolve | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._resolve = resolve or ThreadResolver()
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context,
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=MAX_IDLE_CONNECTIONS,
            keepalive_expiry=IDLE_S,
            network_backend=GuardedBackend(AddressGuard(allowed), self._resolve),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()
        if isinstance(self._resolve, ThreadResolver):
            self._resolve.close()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float) -> OutboundReply:
        """Post `body` and give the reply; see `Outbound.post`.

        307 and 308 are followed three times, each hop checked like the first; any other status is the reply.
        """
        started = time.monotonic()
        target = read_url(url)
        try:
            with anyio.fail_after(timeout_s):
                answer = await self._follow(target, body, _fit_headers(headers))
        except (TimeoutError, httpcore.TimeoutException):
            raise OutboundFailed(f"no whole reply within {timeout_s:g} s", "timeout") from None
        except httpcore.ConnectError as error:
            raise _not_connected(error) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise OutboundFailed(f"the connection broke or the reply was not HTTP: {error}", "protocol") from error
        return OutboundReply(
            status=answer.status,
            body=answer.excerpt,
            duration_ms=round((time.monotonic() - started) * 1000),
            retry_after_s=None if answer.retry_after is None else read_retry_after(answer.retry_after, time.time()),
        )

    async def _follow(self, target: Target, body: bytes, headers: dict[str, str]) -> "_Answer":
        for _ in range(MAX_REDIRECTS + 1):
            answer = await self._exchange(target, body, headers)
            if answer.status not in (307, 308) or answer.location is None:
                return answer
            onward = _redirected(target, answer.location)
            if onward.origin != target.origin:
                headers = {name: value for name, value in headers.items() if may_travel(name)}
            target = onward
        raise OutboundRefused(f"more than {MAX_REDIRECTS} redirects")

    async def _exchange(self, target: Target, body: bytes, headers: dict[str, str]) -> "_Answer":
        url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
        fields = [("Host", target.authority), ("Content-Length", str(len(body))), *headers.items()]
        async with self._pool.stream("POST", url, headers=fields, content=body) as response:
            excerpt = bytearray()
            async for chunk in response.aiter_stream():
                excerpt += chunk[: REPLY_EXCERPT_BYTES - len(excerpt)]
                if len(excerpt) == REPLY_EXCERPT_BYTES:
                    break
            said = {name.lower(): value.decode("latin-1") for name, value in reversed(response.headers)}
        return _Answer(response.status, bytes(excerpt), said.get(b"location"), said.get(b"retry-after"))


class _Answer(msgspec.Struct, frozen=True):
    """One server's own answer, before any redirect is followed."""

    status: int
    excerpt: bytes
    location: str | None
    retry_after: str | None


class AddressGuard:
    """Decides which addresses may be connected to: the public ones, and those an administrator allowed."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        self._names: set[str] = set()
        for entry in allowed:
            try:
                self._networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError:
                self._names.add(_allowed_name(entry))

    def check(self, host: str, addresses: Sequence[str]) -> list[str]:
        """Give the addresses to connect to, in order and each once. Raises `OutboundRefused`.

        One forbidden address among several refuses them all: an honest name does not mix inside and outside.
        """
        checked: dict[str, None] = {}
        for text in addresses:
            address = _unmapped(ipaddress.ip_address(text))
            if not (host in self._names or is_public(address) or self._is_allowed(address)):
                # The address is left out: whoever typed the name in must not read our internal DNS from the reason.
                raise OutboundRefused(f"{host} is not at a public address")
            checked[str(address)] = None
        return list(checked)

    def _is_allowed(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens httpcore's connections: resolves the name itself, checks, and connects to an address that passed."""

    def __init__(self, guard: AddressGuard, resolve: Resolve) -> None:
        self._guard = guard
        self._resolve = resolve
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first checked address that answers, each given its share of the time that is left."""
        addresses = self._guard.check(host, await self._addresses(host, port))[:MAX_ADDRESSES_TRIED]
        failure: Exception = httpcore.ConnectError()
        for position, address in enumerate(addresses):
            left_s = anyio.current_effective_deadline() - anyio.current_time()
            share_s = left_s / (len(addresses) - position)
            try:
                return await self._network.connect_tcp(address, port, share_s, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never: a socket file is as inside as can be."""
        raise OutboundRefused("socket files are never connected to")

    async def sleep(self, seconds: float) -> None:
        """Wait between httpcore's own attempts (there are none)."""
        await anyio.sleep(seconds)

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        if _as_address(host) is not None:
            return [host]
        try:
            addresses = await self._resolve(host, port)
        except OSError as error:
            raise OutboundFailed(f"the name {host} could not be resolved", "dns") from error
        if not addresses:
            raise OutboundFailed(f"the name {host} has no address", "dns")
        return addresses


class ThreadResolver:
    """The operating system's resolver in threads of its own, so that slow name servers starve nobody else's pool."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(DNS_THREADS, thread_name_prefix="outbound-dns")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """Give the addresses of `host` in the order of RFC 6724. Raises `OSError`."""
        loop = asyncio.get_running_loop()
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = await loop.run_in_executor(self._threads, look_up)
        return [str(address[0]) for *_, address in found]

    def close(self) -> None:
        """Start no more look-ups, without waiting for those under way."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def target_check(allowed: Iterable[str] = ()) -> TargetCheck:
    """A check of URLs that somebody types in. Of names it knows only `localhost` (RFC 6761); see `GuardedOutbound`."""
    guard = AddressGuard(allowed)

    def check(url: str) -> None:
        host = read_url(url).host
        if host.rpartition(".")[2] == "localhost":
            guard.check(host, ["127.0.0.1"])
        elif _as_address(host) is not None:
            guard.check(host, [host])

    return check


def is_public(address: Address) -> bool:
    """Tell whether `address` is a unicast address of the public internet; an IPv4 address inside one decides for it."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in NOT_PUBLIC_V4)
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address in NAT64:
        inner = ipaddress.IPv4Address(address.packed[-4:])
    if inner is not None:
        return is_public(inner)
    return address in PUBLIC_V6 and not any(address in network for network in NOT_PUBLIC_V6)


def read_retry_after(value: str, now_s: float) -> int | None:
    """The seconds of a Retry-After header, which holds them or an HTTP date; None for anything else."""
    if re.fullmatch(r"[0-9]{1,9}", value.strip()):
        return int(value)
    try:
        return max(0, math.ceil(parsedate_to_datetime(value).timestamp() - now_s))
    except (ValueError, OverflowError):
        return None


def may_travel(header: str) -> bool:
    """Tell whether a header goes along when a redirect leads to another origin.

    What describes the body does, and so do signatures (`webhook-*`, `*-signature`): they tell nothing of the key,
    and the redirected-to server needs them to check the body it is given. Anything else might be a credential.
    """
    name = header.lower()
    return name in TRAVELLING_HEADERS or name.startswith("webhook-") or name.endswith("-signature")


def read_url(url: str) -> Target:
    """Read an absolute http or https URL; the fragment is dropped. Raises `OutboundRefused` for anything odd.

    Hosts are read as browsers read them (WHATWG URL, "host parsing"): `2130706433`, `0x7f.1` and `127.0.0.1.` are
    all 127.0.0.1, so that no later reader can see another address than the one that is checked.
    """
    if _UNFIT_IN_URL.search(url):
        raise OutboundRefused("the URL has a space, a backslash or a control character in it")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise OutboundRefused("this is not a URL") from error
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https"):
        raise OutboundRefused("only http and https URLs are called")
    if "@" in parts.netloc:
        raise OutboundRefused("the URL has a user name or password in it")
    if "[" in parts.netloc and ":" not in host:
        raise OutboundRefused("only IPv6 addresses stand in brackets")
    if port == 0:
        raise OutboundRefused("port 0 cannot be called")
    path = quote(parts.path or "/", _SAFE) + (f"?{quote(parts.query, _SAFE)}" if parts.query else "")
    return Target(scheme=scheme, host=_read_host(host), port=port or _default_port(scheme), path=path)


def _read_host(host: str) -> str:
    try:
        if ":" in host:
            return str(ipaddress.IPv6Address(_without_zone(host)))
        name = host.encode("idna").decode("ascii").lower().removesuffix(".")
        if _ENDS_IN_NUMBER.fullmatch(name):
            return socket.inet_ntoa(socket.inet_aton(name))
    except (ValueError, OSError) as error:
        raise OutboundRefused("the URL's host is neither a name nor an address") from error
    if len(name) > 253 or not _HOST_NAME.fullmatch(name):
        raise OutboundRefused("the URL's host is neither a name nor an address")
    return name


def _without_zone(host: str) -> str:
    if "%" in host:
        raise ValueError("zones name our own network cards")
    return host


def _default_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _allowed_name(entry: str) -> str:
    try:
        return _read_host(entry)
    except OutboundRefused as error:
        raise ValueError(f"{entry!r} is neither an address, a network nor a host name") from error


def _as_address(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _unmapped(address: Address) -> Address:
    """Give `::ffff:127.0.0.1` as 127.0.0.1: a socket makes no difference between them, so neither must the lists."""
    return getattr(address, "ipv4_mapped", None) or address


def _redirected(target: Target, location: str) -> Target:
    try:
        onward = read_url(urljoin(str(target), location))
    except ValueError as error:
        raise OutboundRefused("the redirect leads to no URL") from error
    if target.scheme == "https" and onward.scheme == "http":
        raise OutboundRefused("the redirect leads from https to http")
    return onward


def _fit_headers(headers: Mapping[str, str]) -> dict[str, str]:
    fit = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "Rollbook"}
    fit = {name: value for name, value in fit.items() if name.lower() not in {given.lower() for given in headers}}
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise OutboundRefused(f"the header {name!r} cannot be sent")
        if name.lower() in OUR_HEADERS:
            raise OutboundRefused(f"the header {name!r} is set by the connection itself")
        fit[name] = value
    return fit


def _not_connected(error: BaseException) -> OutboundFailed:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return OutboundFailed(f"the server's certificate is not valid: {cause.verify_message}", "tls")
        if isinstance(cause, ssl.SSLError):
            return OutboundFailed(f"no TLS connection could be made: {cause.reason or 'the peer hung up'}", "tls")
        cause = cause.__cause__ or cause.__context__
    return OutboundFailed("the server did not accept a connection", "connect")
