"""Which requests a trusted proxy handed on, so that what it says of the TLS before it may be believed.

Anyone can send a header. Only a proxy whose address the operator named has its own counted.
"""

import ipaddress
from collections.abc import Iterable
from typing import Any

BY_PROXY = "rollbook.by_trusted_proxy"
"""The mark in the scope of a request."""
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class TrustedProxies:
    """ASGI around the server's own: marks what came from the proxies. It must see who really connected."""

    def __init__(self, app: Any, hosts: Iterable[str]) -> None:
        self._app = app
        self._networks = [network for host in hosts for network in _networks(host)]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Mark the request, and go on."""
        if scope["type"] in ("http", "websocket"):
            client = scope.get("client")
            scope = {**scope, BY_PROXY: bool(client) and self._trusts(client[0])}
        await self._app(scope, receive, send)

    def _trusts(self, address: str) -> bool:
        try:
            known = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        known = getattr(known, "ipv4_mapped", None) or known
        return any(known.version == network.version and known in network for network in self._networks)


def _networks(host: str) -> list[Network]:
    """A network or an address; "*" is every one."""
    if host == "*":
        return [ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0")]
    try:
        return [ipaddress.ip_network(host, strict=False)]
    except ValueError:
        return []
