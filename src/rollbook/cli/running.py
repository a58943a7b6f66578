"""Running the server on a socket that is already taken."""

import gc
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import click
import uvicorn
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from rollbook.app import Server, create_app
from rollbook.cli.logs import RequestLog, configure_logging
from rollbook.cli.opening import not_initialised
from rollbook.core.people.queries import list_organisations
from rollbook.settings import Settings
from rollbook.web.hub import Hub
from rollbook.web.proxies import TrustedProxies

SOCKETS: Mapping[str, Any] = {
    "ws": "websockets-sansio",
    "ws_per_message_deflate": False,  # events are short, and each socket that compresses holds memory
    "ws_max_size": 65_536,  # nothing that a client sends is read
    "ws_ping_interval": 10,
    "ws_ping_timeout": 30,
}
"""How websockets are served. They are asked whether they are there as OpenTera's server asks them."""
GRACE_S = 15
"""How long running requests may take to end when the server is told to stop."""


def behind(app: Any, proxies: tuple[str, ...]) -> Any:
    """The application behind the proxies that are trusted: callers' addresses are those that the proxies say."""
    if not proxies:
        return app
    return TrustedProxies(ProxyHeadersMiddleware(app, trusted_hosts=list(proxies)), proxies)


class Announcing(uvicorn.Server):
    """Says where it is once it answers, and lets listeners go when it stops."""

    def __init__(self, config: uvicorn.Config, greeting: str, hub: Hub) -> None:
        super().__init__(config)
        self._greeting = greeting
        self._hub = hub

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then greet."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()  # what was made until now stays; without it each full collection, as sockets open, looks at it all
        if self.started:
            click.echo(self._greeting)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let those go who listen, for their requests never end; then stop."""
        self._hub.stop()
        await super().shutdown(sockets)


def run(
    settings: Settings,
    listener: socket.socket,
    *,
    trusted_proxy: tuple[str, ...] = (),
    log_requests: bool = False,
    greeting: str = "",
) -> None:
    """Answer on the socket until a signal says to stop. ``greeting`` is printed when the server is ready."""
    configure_logging()
    server = Server(settings)
    with server.database.reading() as work:
        is_founded = bool(list_organisations(work))
    if not is_founded:
        server.close()
        raise not_initialised(settings)
    app: Any = create_app(server)
    config = uvicorn.Config(
        behind(RequestLog(app) if log_requests else app, trusted_proxy),
        loop="uvloop",
        http="httptools",
        **SOCKETS,
        lifespan="on",
        access_log=False,  # its lines hold query strings, where some vendors put tokens
        log_config=None,
        server_header=False,
        proxy_headers=False,  # done within the mark of who really connected
        timeout_graceful_shutdown=GRACE_S,
    )
    # The server raises the signal again once it has shut down well; that is no failure.
    with suppress(KeyboardInterrupt):
        Announcing(config, greeting or f"Rollbook answers at {settings.base_url}", server.services.hub).run([listener])
