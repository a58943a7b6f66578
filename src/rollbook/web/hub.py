"""Everyone who listens at this node: by a websocket, or by a stream of server-sent events.

Events come here from the worker that reads them, with whom they are for; sockets are handed the event, streams are told
to look. Nothing here decides who may hear what.
"""

import asyncio
from collections import deque
from collections.abc import Collection
from typing import Literal
from uuid import uuid4

from rollbook.core.sessions.sockets import OpenSocket
from rollbook.core.sessions.telling import Address, LiveEvent

MOST_WAITING = 1000
"""Events that wait for a socket which takes none; with more it is closed, and its client connects anew."""
Ending = Literal["told", "slow", "lost", "stopped", "gone"]
"""Why one listens no more: somebody said so; it takes no events; others hold it closed; all ends; it went itself."""


class Listener:
    """One who listens. Used in the event loop alone."""

    def __init__(self, address: Address, organisation_id: int, since: int) -> None:
        self.address = address
        self.organisation_id = organisation_id
        self.since = since
        """When it began to listen."""
        self.ending: Ending | None = None
        self._ready = asyncio.Event()

    def end(self, why: Ending) -> None:
        """Let it end."""
        self.ending = self.ending or why
        self._ready.set()

    def ring(self) -> None:
        """Say that there may be something."""
        self._ready.set()

    async def wait(self, longest_s: float | None = None) -> bool:
        """Wait for a ring, at the longest so long; whether there was one."""
        if longest_s is None:
            await self._ready.wait()
            self._ready.clear()
            return True
        try:
            async with asyncio.timeout(longest_s):
                await self._ready.wait()
        except TimeoutError:
            return False
        self._ready.clear()
        return True


class SocketListener(Listener):
    """A websocket. Events wait for it in order."""

    def __init__(self, socket: OpenSocket, since: int) -> None:
        super().__init__((socket.kind, socket.subject_id), socket.organisation_id, since)
        self.socket_id = socket.id
        self.waiting: deque[LiveEvent] = deque()

    def put(self, event: LiveEvent) -> None:
        """Hand over an event, unless it is to end anyway."""
        if self.ending is not None:
            return
        if len(self.waiting) >= MOST_WAITING:
            self.waiting.clear()
            self.end("slow")
        self.waiting.append(event)
        self._ready.set()


class Hub:
    """The listeners of one node."""

    def __init__(self) -> None:
        self.node = str(uuid4())
        """What the node is called in the leases of its sockets."""
        self._by_address: dict[Address, list[Listener]] = {}
        self._closed: list[int] = []
        self._is_stopped = False

    @property
    def is_heard(self) -> bool:
        """Whether anyone listens."""
        return bool(self._by_address)

    def add(self, listener: Listener) -> None:
        """Let someone listen."""
        self._by_address.setdefault(listener.address, []).append(listener)
        if self._is_stopped:
            listener.end("stopped")

    def remove(self, listener: Listener) -> None:
        """Someone listens no more; the row of a socket is still to be deleted."""
        held = self._by_address.get(listener.address, [])
        if listener in held:
            held.remove(listener)
            if not held:
                del self._by_address[listener.address]
        if isinstance(listener, SocketListener):
            self._closed.append(listener.socket_id)

    def take_closed(self) -> list[int]:
        """The sockets that were closed since the last time."""
        taken, self._closed = self._closed, []
        return taken

    def put_back(self, closed: list[int]) -> None:
        """They could not be noted yet."""
        self._closed = closed + self._closed

    def socket_ids(self) -> set[int]:
        """The sockets that are open here."""
        return {one.socket_id for one in self._all() if isinstance(one, SocketListener)}

    def _all(self) -> list[Listener]:
        return [listener for held in self._by_address.values() for listener in held]

    def deliver(self, event: LiveEvent, receivers: Collection[Address]) -> None:
        """Hand an event to those of its receivers who listen here."""
        here = self._by_address
        if len(receivers) > len(here):
            present = [held for address, held in here.items() if address in receivers]
        else:
            present = [here[address] for address in receivers if address in here]
        for held in present:
            for listener in held:
                if listener.organisation_id != event.organisation_id:
                    continue
                if isinstance(listener, SocketListener):
                    listener.put(event)
                else:
                    listener.ring()

    def close(self, receivers: Collection[Address], socket_ids: Collection[int], before: int) -> None:
        """End sockets by their ids, and the receivers' streams that began before an instant."""
        for address in receivers:
            for listener in list(self._by_address.get(address, ())):
                if isinstance(listener, SocketListener):
                    if listener.socket_id in socket_ids:
                        listener.end("told")
                elif listener.since <= before:
                    listener.end("told")

    def lose(self, socket_ids: Collection[int]) -> None:
        """End sockets that are not known to be open."""
        for listener in self._all():
            if isinstance(listener, SocketListener) and listener.socket_id in socket_ids:
                listener.end("lost")

    def stop(self) -> None:
        """Let everyone end: the server stops."""
        self._is_stopped = True
        for listener in self._all():
            listener.end("stopped")
