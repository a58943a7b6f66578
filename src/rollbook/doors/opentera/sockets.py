"""Where users, participants and devices open their sockets, with an address that signing in gave them."""

from functools import partial

from rollbook.core.kernel.work import Work
from rollbook.core.sessions import sockets
from rollbook.core.sessions.sockets import OpenSocket
from rollbook.core.sessions.telling import LiveEvent
from rollbook.core.sessions.viewers import Kind
from rollbook.doors.opentera.messages import written
from rollbook.web.routes import SocketRow

DISCONNECTED = (4000, "CMD_CLIENT_DISCONNECT")
NOT_ALLOWED = "Not allowed to send message"


def _open(kind: Kind, work: Work, key: str, node: str) -> OpenSocket | None:
    return sockets.open_socket(work, kind, key, node)


def _written(event: LiveEvent, socket: OpenSocket, base_url: str) -> str:
    return written(event, socket.kind, socket.uuid, base_url)


SOCKETS = tuple(
    SocketRow(f"/wss/{kind.value}", partial(_open, kind), _written, NOT_ALLOWED, DISCONNECTED)
    for kind in (Kind.DEVICE, Kind.PARTICIPANT, Kind.USER)
)
