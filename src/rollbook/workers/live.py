"""The worker that passes on what is told: to whoever listens at this node. It also keeps the leases of its sockets."""

import logging

import msgspec

from rollbook.core.kernel.clock import Clock, now
from rollbook.core.kernel.work import Database
from rollbook.core.sessions import following, sockets
from rollbook.core.sessions.following import AT_ONCE, Position
from rollbook.core.sessions.telling import What
from rollbook.web.hub import Hub
from rollbook.web.lanes import Lanes
from rollbook.workers.alarm import Alarm
from rollbook.workers.units import Units

log = logging.getLogger("rollbook.live")


class LiveWorker:
    """One node's teller."""

    def __init__(self, database: Database, lanes: Lanes, hub: Hub, alarm: Alarm, *, clock: Clock = now) -> None:
        self._database = database
        self._units = Units(database, lanes, clock)
        self._hub = hub
        self._alarm = alarm
        self._clock = clock
        self._position: Position | None = None
        self._next_renewal = 0
        self._is_stopping = False

    async def run(self) -> None:
        """Work until told to stop; then whoever still listens is let go."""
        while not self._is_stopping:
            try:
                is_done = await self.turn()
            except Exception:
                log.exception("events could not be passed on; trying again")
                is_done = True
            if is_done:
                await self._alarm.wait(self._next_renewal)
        self._hub.stop()
        try:
            await self._units.write(lambda work: sockets.end_node(work, self._hub.node))
        except Exception:
            log.exception("sockets could not be noted as closed; their leases end by themselves")

    def stop(self) -> None:
        """Pass on nothing more."""
        self._is_stopping = True
        self._alarm.ring()

    async def turn(self) -> bool:
        """Note what was closed, renew leases, pass on what is new; whether that was all there is."""
        if self._position is None:
            await self.begin()
        await self._note_closed()
        if self._clock() >= self._next_renewal:
            await self._renew()
            self._next_renewal = self._clock() + sockets.RENEWED_EVERY
        return await self._pass_on()

    async def begin(self) -> None:
        """Find the place that everything to be passed on comes after: before anyone can listen here."""
        if self._database.store == "sqlite":  # there this node is the only one, and what it finds was left behind
            await self._units.write(lambda work: sockets.end_others(work, self._hub.node))
        self._position = await self._units.read(following.now)

    async def _note_closed(self) -> None:
        if closed := self._hub.take_closed():
            try:
                await self._units.write(lambda work: sockets.end(work, closed))
            except Exception:
                self._hub.put_back(closed)
                raise

    async def _renew(self) -> None:
        """Renew the leases; sockets that others took for closed meanwhile are closed, and those nobody holds noted."""
        here = self._hub.socket_ids()
        if here:
            renewed = await self._units.write(lambda work: sockets.renew(work, self._hub.node))
            if renewed != len(here):
                known = await self._units.read(lambda work: sockets.held(work, self._hub.node))
                self._hub.lose(here - known)
        await self._units.write(sockets.end_expired)

    async def _pass_on(self) -> bool:
        position, is_heard = self._position, self._hub.is_heard
        assert position is not None
        moved = msgspec.structs.replace(position, ahead=dict(position.ahead))
        told = await self._units.read(lambda work: following.read_new(work, moved, is_heard=is_heard))
        if told and not is_heard and self._hub.is_heard:
            return False  # someone came while it was read, and for whom it is was left out
        self._position = moved
        for event, receivers in told:
            if event.what == What.CLOSED.value:
                self._hub.close(receivers, msgspec.json.decode(event.body)["sockets"], event.at)
            else:
                self._hub.deliver(event, receivers)
        return len(told) < AT_ONCE
