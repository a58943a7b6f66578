"""Websockets: a door names where they are opened and how events are written on them; the rest is here.

Nothing that a client sends is an answer to anything; it is told so.
"""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

from litestar import WebSocket, get, websocket
from litestar.exceptions import WebSocketDisconnect
from litestar.handlers import HTTPRouteHandler, WebsocketRouteHandler
from litestar.response.base import ASGIResponse

from rollbook.core.kernel import clock
from rollbook.core.sessions.sockets import OpenSocket
from rollbook.core.sessions.telling import WORKER
from rollbook.web.answers import Answer
from rollbook.web.hub import Ending, SocketListener
from rollbook.web.lanes import Lanes
from rollbook.web.routes import Close, Services, SocketRow

log = logging.getLogger("rollbook.web")

Socket = WebSocket[Any, Any, Any]
_CLOSES: dict[Ending, Close] = {
    "slow": (1013, "Too many events wait to be read; connect again."),
    "lost": (1012, "Connect again."),
    "stopped": (1012, "Connect again."),
}


def socket_handler(services: Services, lanes: Lanes, row: SocketRow) -> WebsocketRouteHandler:
    """A route handler of a row."""

    @websocket(row.path, name=f"socket {row.path}")
    async def handle(socket: Socket) -> None:
        loop = asyncio.get_running_loop()
        key = socket.query_params.get("id") or ""
        opened = await lanes.in_writer(lambda: _open(services, row, key, loop)) if key else None
        if opened is None:
            await socket.close()  # before it is accepted: the client sees status 403
            return
        try:
            await socket.accept()
            await _serve(services, row, socket, opened)
        except (WebSocketDisconnect, OSError):
            log.debug("a socket ended while it was written to")
        finally:
            services.hub.remove(opened.listener)
            services.wake(WORKER)

    return handle


def plain_handler(row: SocketRow) -> HTTPRouteHandler:
    """What answers who asks for a row's address without opening a websocket (RFC 9110, section 15.5.22)."""

    async def handle() -> ASGIResponse:
        wanted = {"upgrade": "websocket", "connection": "upgrade"}
        return Answer(b"Open a websocket here.", 426, "text/plain", wanted)

    return get(row.path, status_code=200, name=f"plain {row.path}")(handle)


@dataclass(frozen=True, slots=True)
class _Opened:
    socket: OpenSocket
    listener: SocketListener


def _open(services: Services, row: SocketRow, key: str, loop: asyncio.AbstractEventLoop) -> _Opened | None:
    """Open a socket. It listens before the commit, for other threads hear of that as soon as this one."""
    listener = None
    try:
        with services.database.writing() as work:
            opened = row.opens(work, key, services.hub.node)
            if opened is None:
                return None
            listener = SocketListener(opened, clock.now())
            loop.call_soon_threadsafe(services.hub.add, listener)
    except BaseException:
        if listener is not None:
            loop.call_soon_threadsafe(services.hub.remove, listener)
        raise
    return _Opened(opened, listener)


async def _serve(services: Services, row: SocketRow, socket: Socket, one: _Opened) -> None:
    """Write events until the socket ends on either side."""
    reading = asyncio.create_task(_read(row, socket, one.listener))
    try:
        await _write(services, row, socket, one)
    finally:
        reading.cancel()


async def _read(row: SocketRow, socket: Socket, listener: SocketListener) -> None:
    try:
        while (await socket.receive())["type"] != "websocket.disconnect":
            await socket.send_text(row.told_off)
    except (WebSocketDisconnect, OSError):
        log.debug("a socket ended while it was read")
    finally:
        listener.end("gone")


async def _write(services: Services, row: SocketRow, socket: Socket, one: _Opened) -> None:
    listener, base_url = one.listener, services.base_url()
    while True:
        while listener.waiting:
            text = row.shows(listener.waiting.popleft(), one.socket, base_url)
            await socket.send({"type": "websocket.send", "bytes": None, "text": text})
        if listener.ending is not None:
            break
        await listener.wait()
    if listener.ending != "gone":
        code, reason = row.closes if listener.ending == "told" else _CLOSES[listener.ending]
        await socket.close(code=code, reason=reason)
