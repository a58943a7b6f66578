"""Where clients reach this server: from the headers that a proxy before it sets, else by its public address."""

from typing import Any
from urllib.parse import urlsplit

from rollbook.core.kernel.work import Work
from rollbook.core.sessions import presence
from rollbook.core.sessions.viewers import Kind
from rollbook.web.routes import Call


def host_and_port(call: Call[Any, Any]) -> tuple[str, int]:
    """The host and the port that the caller is told."""
    own = urlsplit(call.services.base_url())
    port = call.headers.get("x-externalport", "")
    return (
        call.headers.get("x-externalserver") or own.hostname or "127.0.0.1",
        int(port) if port.isdecimal() and len(port) < 6 else own.port or (443 if own.scheme == "https" else 80),
    )


def server_url(call: Call[Any, Any], path: str, scheme: str = "https") -> str:
    """An address of this server; of plain HTTP where that is all it is reached by."""
    own = urlsplit(call.services.base_url()).scheme
    if scheme == "https" and own == "http" and "x-externalserver" not in call.headers:
        scheme = own
    host, port = host_and_port(call)
    return f"{scheme}://{host}:{port}{path}"


def socket_url(call: Call[Any, Any], work: Work, kind: Kind, subject_id: int) -> str:
    """An address that opens one socket, once, within a minute; without TLS only where people reach us without it."""
    secret = presence.make_key(work, kind, subject_id, work.principal.organisation_id)
    is_bare = not call.services.is_https and "x-externalserver" not in call.headers
    return server_url(call, f"/wss/{kind.value}?id={secret}", "ws" if is_bare else "wss")
