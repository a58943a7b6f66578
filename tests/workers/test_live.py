"""What one node passes on, and the leases of its sockets, by a clock of the test's own."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import func, select

from rollbook.app import Server
from rollbook.core.kernel.clock import MINUTE, now
from rollbook.core.kernel.statements import Statement
from rollbook.core.sessions import presence, sockets
from rollbook.core.sessions.sockets import OpenSocket
from rollbook.core.sessions.tables.presence import live_events, open_sockets
from rollbook.core.sessions.viewers import Kind
from rollbook.web.hub import MOST_WAITING, Hub, Listener, SocketListener
from rollbook.workers.alarm import Alarm
from rollbook.workers.live import LiveWorker
from rollbook.workers.units import Units
from tests.conftest import Organisation

_SOCKETS = Statement[tuple[Any, ...]](select(func.count()).select_from(open_sockets))
_LAST = Statement[tuple[Any, ...]](select(live_events.c.what).order_by(live_events.c.id.desc()).limit(1))


class Node:
    """A node whose time the test sets."""

    def __init__(self, server: Server, organisation: Organisation) -> None:
        self.server = server
        self.organisation = organisation
        self.at = now()
        self.hub = Hub()
        self.worker = LiveWorker(server.database, server.lanes, self.hub, Alarm(lambda: self.at), clock=lambda: self.at)

    def open(self) -> SocketListener:
        """A socket of the organisation's owner."""
        organisation_id = self.organisation.id
        person_id = self.organisation.founded.owner.id
        with self.organisation.writing() as work:
            key = presence.make_key(work, Kind.USER, person_id, organisation_id)
        with self.server.database.writing() as work:
            work.at = self.at
            opened = sockets.open_socket(work, Kind.USER, key, self.hub.node)
        assert opened is not None
        listener = SocketListener(opened, self.at)
        self.hub.add(listener)
        return listener

    def count(self) -> int:
        """How many sockets there are."""
        with self.server.database.reading() as work:
            return int(work.value(_SOCKETS))

    def last(self) -> str:
        """What was told last."""
        with self.server.database.reading() as work:
            return str(work.value(_LAST))


def lived(server: Server, organisation: Organisation, story: Callable[[Node], Coroutine[Any, Any, None]]) -> None:
    """Run a story at a node."""

    async def run() -> None:
        node = Node(server, organisation)
        await node.worker.begin()
        await story(node)
        await node.worker.turn()
        with server.database.writing() as work:
            sockets.end_node(work, node.hub.node)

    asyncio.run(run())


def test_who_opens_a_socket_hears_so(server: Server, organisation: Organisation) -> None:
    async def story(node: Node) -> None:
        listener = node.open()
        await node.worker.turn()
        assert [event.what for event in listener.waiting] == ["connected"]
        await node.worker.turn()
        assert len(listener.waiting) == 1, "each event comes once"

    lived(server, organisation, story)


def test_who_comes_while_a_node_reads_is_not_passed_over(
    server: Server, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(node: Node) -> None:
        came: list[SocketListener] = []
        read = Units.read

        async def reading(units: Units, job: Any) -> Any:
            if not came:
                came.append(node.open())
            return await read(units, job)

        monkeypatch.setattr(Units, "read", reading)
        while not await node.worker.turn():
            assert came
        assert [event.what for event in came[0].waiting] == ["connected"]

    lived(server, organisation, story)


def test_a_lease_is_renewed_as_long_as_the_socket_is_open(server: Server, organisation: Organisation) -> None:
    async def story(node: Node) -> None:
        listener = node.open()
        for _ in range(10):
            await node.worker.turn()
            node.at += sockets.RENEWED_EVERY
        assert (node.count(), listener.ending) == (1, None)
        node.hub.remove(listener)
        await node.worker.turn()
        assert (node.count(), node.last()) == (0, "disconnected")

    lived(server, organisation, story)


def test_the_sockets_of_a_node_that_died_end_at_another(server: Server, organisation: Organisation) -> None:
    async def story(node: Node) -> None:
        dead = Node(server, organisation)
        dead.open()
        await node.worker.turn()
        assert node.count() == 1
        node.at += sockets.LEASE + sockets.RENEWED_EVERY
        await node.worker.turn()
        assert (node.count(), node.last()) == (0, "disconnected")

    lived(server, organisation, story)


def test_a_node_that_slept_closes_what_others_took_for_closed(server: Server, organisation: Organisation) -> None:
    async def story(node: Node) -> None:
        listener = node.open()
        node.at += MINUTE
        other = Node(server, organisation)
        other.at = node.at
        with server.database.writing() as work:
            work.at = node.at
            sockets.end_expired(work)
        await node.worker.turn()
        assert listener.ending == "lost"
        node.hub.remove(listener)

    lived(server, organisation, story)


def test_someone_with_two_sockets_is_offline_after_the_second(server: Server, organisation: Organisation) -> None:
    async def story(node: Node) -> None:
        first, second = node.open(), node.open()
        node.hub.remove(first)
        await node.worker.turn()
        assert node.last() == "connected"
        node.hub.remove(second)
        await node.worker.turn()
        assert node.last() == "disconnected"

    lived(server, organisation, story)


@pytest.mark.parametrize("is_other_organisation", [False, True])
def test_a_hub_tells_nobody_of_another_organisation(is_other_organisation: bool) -> None:
    from rollbook.core.sessions.telling import LiveEvent

    async def run() -> None:
        hub = Hub()
        listener = SocketListener(OpenSocket(1, 2 if is_other_organisation else 1, Kind.USER, 7, "u"), 0)
        hub.add(listener)
        hub.deliver(LiveEvent(1, 1, 0, 0, "connected", "user", 7, "{}"), {(Kind.USER, 7)})
        assert len(listener.waiting) == (0 if is_other_organisation else 1)

    asyncio.run(run())


def test_a_socket_that_takes_nothing_is_closed(server: Server) -> None:
    from rollbook.core.sessions.telling import LiveEvent

    async def run() -> None:
        hub = Hub()
        listener, stream = SocketListener(OpenSocket(1, 1, Kind.USER, 7, "u"), 0), Listener((Kind.USER, 7), 1, 0)
        hub.add(listener)
        hub.add(stream)
        for number in range(MOST_WAITING + 1):
            hub.deliver(LiveEvent(number, 1, 0, 0, "connected", "user", 7, "{}"), {(Kind.USER, 7)})
        assert listener.ending == "slow"
        assert len(listener.waiting) <= 1
        assert await stream.wait(0)

    asyncio.run(run())
