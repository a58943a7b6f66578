"""The worker that calls outside services about the sessions that they lead."""

import asyncio
import logging
from importlib.metadata import version

from rollbook.core.kernel.clock import MINUTE, SECOND, Clock, now
from rollbook.core.kernel.ports import Outbound, OutboundFailed, OutboundRefused
from rollbook.core.kernel.work import Database
from rollbook.core.sessions import calls, tokens
from rollbook.core.sessions.calls import Call, Target
from rollbook.web.lanes import Lanes
from rollbook.workers.alarm import Alarm
from rollbook.workers.units import Units

log = logging.getLogger("rollbook.service_calls")

AT_ONCE = 8
TIMEOUT_S = 10.0
LEASE = 30 * SECOND
"""More than one call may take."""
PAUSE_AFTER_MISTAKE = 5 * SECOND
_ABOUT = {"content-type": "application/json", "user-agent": f"Rollbook/{version('rollbook')}"}


class ServiceCallWorker:
    """One node's caller."""

    def __init__(
        self,
        database: Database,
        lanes: Lanes,
        service_key: bytes,
        outbound: Outbound,
        alarm: Alarm,
        *,
        clock: Clock = now,
    ) -> None:
        self._units = Units(database, lanes, clock)
        self._service_key = service_key
        self._outbound = outbound
        self._alarm = alarm
        self._clock = clock
        self._is_stopping = False

    async def run(self) -> None:
        """Work until told to stop; calls under way end first."""
        while not self._is_stopping:
            try:
                until = await self.turn()
            except Exception:
                log.exception("services could not be called; trying again")
                until = self._clock() + PAUSE_AFTER_MISTAKE
            if until is not None:
                await self._alarm.wait(until)

    def stop(self) -> None:
        """Take up nothing more."""
        self._is_stopping = True
        self._alarm.ring()

    async def turn(self) -> int | None:
        """Make some of the calls that are due. None: look again at once; else when to look again."""
        due_at = await self._units.read(calls.next_due)
        at = self._clock()
        if due_at is None or due_at > at:
            return due_at if due_at is not None else at + MINUTE
        taken = await self._units.write(lambda work: calls.claim(work, AT_ONCE, until=work.at + LEASE))
        await asyncio.gather(*map(self._make, taken))
        return None if taken else at + SECOND

    async def _make(self, call: Call) -> None:
        target = await self._units.read(lambda work: calls.target_of(work, call))
        if target is None:
            await self._units.write(lambda work: calls.note_made(work, call))
            return
        reason, is_permanent = await self._post(call, target)
        if reason is None:
            await self._units.write(lambda work: calls.note_made(work, call))
        else:
            await self._units.write(
                lambda work: calls.note_failed(work, call, target.name, reason, is_permanent=is_permanent)
            )

    async def _post(self, call: Call, target: Target) -> tuple[str | None, bool]:
        """Why a call failed, and whether trying again cannot help."""
        about = {"service_uuid": target.uuid}
        token = tokens.made(about, self._service_key, self._clock())
        headers = _ABOUT | {"authorization": f"OpenTera {token}"}
        try:
            reply = await self._outbound.post(target.url, call.body.encode(), headers, timeout_s=TIMEOUT_S)
        except OutboundRefused as refused:
            return refused.reason, True
        except OutboundFailed as failed:
            return failed.reason, False
        return (None, False) if reply.status < 300 else (f"it answered {reply.status}", 400 <= reply.status < 500)
