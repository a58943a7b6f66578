"""Background work of one node: webhooks, mail, tasks, scripts, live events, upkeep. It runs in the server's own loop.

What is to be done lies in the database, written by the transactions that want it; workers claim it by lease. Everything
here that touches the database does so in the server's lanes, never on the loop.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from rollbook.core.access.usage import UsageLog
from rollbook.core.analytics.jobs import Desk
from rollbook.core.analytics.scripts.running import Bench
from rollbook.core.kernel.clock import HOUR, Clock, now
from rollbook.core.kernel.ports import Mailer, Outbound
from rollbook.core.mail.letters import Compose
from rollbook.core.sessions import calls, telling
from rollbook.web.lanes import Lanes
from rollbook.web.routes import Services
from rollbook.workers.alarm import Alarm
from rollbook.workers.deliveries import DeliveryWorker, Render
from rollbook.workers.live import LiveWorker
from rollbook.workers.mails import MailWorker
from rollbook.workers.scripts import ScriptWorker
from rollbook.workers.service_calls import ServiceCallWorker
from rollbook.workers.tasks import TaskWorker
from rollbook.workers.upkeep import UpkeepWorker

__all__ = ["Compose", "Render", "WorkerParts", "working"]

log = logging.getLogger("rollbook.workers")

Listen = Callable[[Callable[[str], None], Callable[[], None]], "Listener"]
"""Makes what hears other nodes, from what to do on a notice and after a gap."""


class Listener(Protocol):
    """Hears which workers of this node have something to do, because another node said so."""

    async def run(self) -> None:
        """Listen until cancelled."""


class Worker(Protocol):
    """One kind of background work."""

    async def run(self) -> None:
        """Work until told to stop."""

    def stop(self) -> None:
        """Take up nothing more, and let ``run`` end soon."""


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """What the workers are made of. ``renderers`` is by a subscription's format, ``composers`` by a mail's kind."""

    services: Services
    lanes: Lanes
    usage: UsageLog
    outbound: Callable[[], AbstractAsyncContextManager[Outbound]]
    mailer: Mailer
    renderers: Mapping[str, Render]
    composers: Mapping[str, Compose]
    listen: Listen | None = None
    clock: Clock = field(default=now)


_WOKEN = ("deliveries", "mails", "scripts", "tasks", telling.WORKER, calls.WORKER)
"""The workers that are woken by name, at this node and, by the bus, at every other."""


@asynccontextmanager
async def working(parts: WorkerParts, wakers: dict[str, Callable[[], None]]) -> AsyncIterator[None]:
    """Run the workers for as long as the block lasts; ``wakers`` is filled with what wakes each of them."""
    clock, services = parts.clock, parts.services
    alarms = {name: Alarm(clock) for name in _WOKEN}
    resting = Alarm(clock, HOUR)
    live = await _teller(parts, alarms[telling.WORKER])
    async with parts.outbound() as outbound:
        workers: list[Worker] = [
            DeliveryWorker(
                services.database, parts.lanes, services.sealer, parts.renderers, outbound, alarms["deliveries"],
                clock=clock,
            ),
            MailWorker(
                services.database, parts.lanes, parts.mailer, services.files, parts.composers, services.base_url,
                alarms["mails"], clock=clock,
            ),
            TaskWorker(
                Desk(
                    services.database, services.warehouse, services.files, services.frames, services.buckets,
                    services.sealer, clock,
                ),
                parts.lanes,
                alarms["tasks"],
            ),
            ScriptWorker(
                Bench(database=services.database, runner=services.scripts, clock=clock), parts.lanes,
                alarms["scripts"],
            ),
            live,
            _caller(parts, outbound, alarms[calls.WORKER]),
            UpkeepWorker(
                services.database, parts.lanes, services.files, services.films, services.warehouse, parts.usage,
                resting, closes_sessions=services.reset is None, clock=clock,
            ),
        ]  # fmt: skip
        wakers |= {name: alarm.ring for name, alarm in alarms.items()}
        running = [asyncio.create_task(worker.run(), name=type(worker).__name__) for worker in workers]
        listening = _listening(parts, wakers)
        try:
            yield
        finally:
            wakers.clear()
            if listening is not None:
                listening.cancel()
            for worker in workers:
                worker.stop()
            for end in await asyncio.gather(*running, return_exceptions=True):
                if isinstance(end, BaseException):
                    log.error("a worker ended badly", exc_info=end)


async def _teller(parts: WorkerParts, alarm: Alarm) -> LiveWorker:
    live = LiveWorker(parts.services.database, parts.lanes, parts.services.hub, alarm, clock=parts.clock)
    await live.begin()
    return live


def _caller(parts: WorkerParts, outbound: Outbound, alarm: Alarm) -> ServiceCallWorker:
    services = parts.services
    return ServiceCallWorker(services.database, parts.lanes, services.service_key, outbound, alarm, clock=parts.clock)


def _listening(parts: WorkerParts, wakers: dict[str, Callable[[], None]]) -> asyncio.Task[None] | None:
    """Hear other nodes, where there can be any."""
    if parts.listen is None:
        return None

    def wake(worker: str) -> None:
        if waker := wakers.get(worker):
            waker()

    def wake_all() -> None:
        for waker in list(wakers.values()):
            waker()

    return asyncio.create_task(parts.listen(wake, wake_all).run(), name="listener")
