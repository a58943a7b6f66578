"""Posting from a thread that waits for the answer, under the rules of ``outbound``."""

from collections.abc import Iterable, Mapping

import anyio

from rollbook.adapters.outbound import GuardedOutbound
from rollbook.core.kernel.ports import OutboundReply


class BlockingPoster:
    """`Poster` over one connection for each message, so that it belongs to no event loop."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed = tuple(allowed)

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float) -> OutboundReply:
        """Post and wait; see `Poster.post`."""

        async def once() -> OutboundReply:
            async with GuardedOutbound(self._allowed) as outbound:
                return await outbound.post(url, body, headers, timeout_s=timeout_s)

        return anyio.run(once)
