"""Server-sent events (HTML, "Server-sent events"): each with an id, by which a client that lost the stream goes on."""

from collections.abc import AsyncIterator
from functools import partial

from litestar.response.streaming import ASGIStreamingResponse

from rollbook.core.kernel import clock
from rollbook.web.answers import ALWAYS
from rollbook.web.hub import Listener
from rollbook.web.lanes import Lanes
from rollbook.web.routes import Following, Services

MEDIA_TYPE = "text/event-stream"
HEARTBEAT_S = 15.0
"""How long a client hears nothing at the longest, so that proxies keep the line and both sides see when it is cut."""
LOOKED_AGAIN_S = 0.5
"""When to look again for what was said to be there: transactions that are still open hold back what came after."""
LONGEST_S = 3600
"""How long one stream lasts, so that a client shows again that it may listen."""
_BEGIN = b"retry: 2000\n\n"
_NOTHING = b": nothing\n\n"


def followed(services: Services, lanes: Lanes, wanted: Following, *, is_head: bool) -> ASGIStreamingResponse:
    """The stream as a response."""
    headers = {**ALWAYS, "x-accel-buffering": "no"}  # else nginx would keep events back
    return ASGIStreamingResponse(
        iterator=_events(services, lanes, wanted),
        media_type=MEDIA_TYPE,
        headers=headers,
        is_head_response=is_head,
    )


async def _events(services: Services, lanes: Lanes, wanted: Following) -> AsyncIterator[bytes]:
    listener = Listener(wanted.address, wanted.organisation_id, clock.now())
    services.hub.add(listener)
    ends_at, cursor, is_awaited = listener.since + LONGEST_S * clock.SECOND, wanted.cursor, False
    try:
        yield _BEGIN
        while listener.ending is None and clock.now() < ends_at:
            found = await lanes.in_pool(partial(_look, services, wanted, cursor))
            if found:
                cursor, is_awaited = found[-1][0], False
                yield b"".join(_frame(*one) for one in found)
            elif await listener.wait(LOOKED_AGAIN_S if is_awaited else HEARTBEAT_S):
                is_awaited = True
            elif not is_awaited:
                yield _NOTHING
    finally:
        services.hub.remove(listener)


def _look(services: Services, wanted: Following, cursor: str) -> list[tuple[str, str]]:
    with services.database.reading() as work:
        return wanted.look(work, cursor)


def _frame(cursor: str, data: str) -> bytes:
    return f"id: {cursor}\ndata: {data}\n\n".encode()
