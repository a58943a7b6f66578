"""The workers together, in a server's own event loop, with nothing but a commit to wake them."""

import asyncio
from collections.abc import Mapping
from contextlib import asynccontextmanager
from typing import Any

from rollbook.app import COMPOSERS, RENDERERS, Server
from rollbook.core.kernel.ports import Mail, Outbound, OutboundReply
from rollbook.core.mail import ledger
from rollbook.workers import WorkerParts, working
from tests.conftest import Organisation


class Wire:
    """Where requests and mails end up; says when one has come."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.came: asyncio.Queue[str] = asyncio.Queue()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float) -> OutboundReply:
        """A request."""
        self.came.put_nowait(url)
        return OutboundReply(status=200, body=b"", duration_ms=1)

    def send(self, mail: Mail) -> None:
        """A mail; from a thread."""
        self.loop.call_soon_threadsafe(self.came.put_nowait, mail.to)

    async def next(self, *wanted: str) -> str:
        """The next that one of the wanted was sent; other tests' are passed over."""
        async with asyncio.timeout(8):  # less than the longest sleep: it was the commit that woke
            while (found := await self.came.get()) not in wanted:
                pass
        return found


def parts(server: Server, wire: Wire) -> WorkerParts:
    @asynccontextmanager
    async def outbound() -> Any:
        opened: Outbound = wire
        yield opened

    return WorkerParts(
        services=server.services,
        lanes=server.lanes,
        usage=server.usage,
        outbound=outbound,
        mailer=wire,
        renderers=RENDERERS,
        composers=COMPOSERS,
    )


def test_a_commit_wakes_the_workers_and_stopping_leaves_none_behind(organisation: Organisation, server: Server) -> None:
    url = f"https://hooks.example.org/{organisation.id}"
    address = f"boss@{organisation.id}.example.org"
    api = organisation.native()

    async def live() -> None:
        wire = Wire()
        async with working(parts(server, wire), server._wakers):
            body = {"url": url, "topics": ["subscription.created", "person.created"]}
            await asyncio.to_thread(api.post, "/v1/webhooks", json=body)
            assert await wire.next(url) == url
            person = {"first_name": "A", "last_name": "B", "username": "a"}
            await asyncio.to_thread(api.post, "/v1/people", json=person)
            assert await wire.next(url) == url
            await asyncio.to_thread(queue_mail)
            assert await wire.next(address) == address
        assert server._wakers == {}
        assert asyncio.all_tasks() == {asyncio.current_task()}

    def queue_mail() -> None:
        with organisation.writing() as work:
            ledger.queue(work, "notice", address, subject="Look", body="Here.")

    asyncio.run(live())
    delivered = api.get("/v1/deliveries", params={"state": "delivered"}).json()["deliveries"]
    assert len(delivered) == 2
