"""The worker that sends webhooks: claims what is due, renders, signs, posts, and writes down what came of it.

What is due, in which order, and what an answer means is decided in ``core.webhooks``; this drives it.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import version

import msgspec

from rollbook.core.access.policy import system_principal
from rollbook.core.events.queries import Event, get_events
from rollbook.core.kernel.clock import MINUTE, SECOND, Clock, now
from rollbook.core.kernel.ports import Outbound, OutboundFailed, OutboundRefused, OutboundReply, SealBroken, Sealer
from rollbook.core.kernel.work import Database, Work
from rollbook.core.webhooks import deliveries, notices, outcomes, schedule, signing
from rollbook.core.webhooks.deliveries import Parcel
from rollbook.core.webhooks.outcomes import Outcome, Trouble
from rollbook.core.webhooks.schedule import Jitter, Verdict
from rollbook.web.lanes import Lanes
from rollbook.workers.alarm import Alarm
from rollbook.workers.units import Units

log = logging.getLogger("rollbook.webhooks")

Render = Callable[[Work, Event], bytes | None]
"""A door's body for an event, as UTF-8; None when that door has nothing to say about it."""

MOST_SENDS = 32
MOST_SENDS_A_TARGET = 4
"""A slow target takes no more than its share; its deliveries of one entity go one by one anyway."""
SEND_TIMEOUT_S = 15.0
LEASE = 30 * SECOND
"""Twice the time that one send may take."""
PAUSE_AFTER_MISTAKE = 5 * SECOND
IDLE = MINUTE
"""How far ahead to look when nothing is due."""
GRACE_S = 5.0
"""How long sends under way may take to end when the server stops."""

_ABOUT = {"content-type": "application/json", "user-agent": f"Rollbook/{version('rollbook')}"}


class DeliveryWorker:
    """One node's sender. Any number of nodes may run one each on the same database."""

    def __init__(
        self,
        database: Database,
        lanes: Lanes,
        sealer: Sealer,
        renderers: Mapping[str, Render],
        outbound: Outbound,
        alarm: Alarm,
        *,
        clock: Clock = now,
        jitter: Jitter = schedule.random_jitter,
    ) -> None:
        self._database = database
        self._lanes = lanes
        self._units = Units(database, lanes, clock)
        self._sealer = sealer
        self._renderers = renderers
        self._outbound = outbound
        self._alarm = alarm
        self._clock = clock
        self._jitter = jitter
        self._sending: dict[asyncio.Task[None], Parcel] = {}
        self._finished: list[Outcome] = []
        self._held: dict[int, int] = {}
        self._is_stopping = False

    async def run(self) -> None:
        """Work until told to stop; then let sends under way end, and give back what was not sent."""
        is_ready = self._database.store != "sqlite"  # there this node is the only one, and no lease is another's
        while not self._is_stopping:
            try:
                if not is_ready:
                    await self._units.write(deliveries.release_all)
                    is_ready = True
                until = await self.turn()
            except Exception:
                log.exception("webhooks could not be looked after; trying again")
                until = self._clock() + PAUSE_AFTER_MISTAKE
            if until is not None:
                await self._alarm.wait(until)
        await self._wind_up()

    @property
    def is_sending(self) -> bool:
        """Whether sends are under way."""
        return bool(self._sending)

    def stop(self) -> None:
        """Take up nothing more."""
        self._is_stopping = True
        self._alarm.ring()

    async def turn(self) -> int | None:
        """Write down what has come back and take up what is due. None: look again at once; else when to look again."""
        upcoming = await self._units.read(deliveries.next_due)
        slots = self._slots(upcoming)
        finished, self._finished = self._finished, []
        if finished or slots:
            try:
                troubles, parcels = await self._units.write(lambda work: self._settle_and_claim(work, finished, slots))
            except Exception:
                self._finished = finished + self._finished
                raise
            for parcel, payload in await self._ready(parcels):
                self._start(parcel, payload)
            for trouble in troubles:
                await self._units.write(partial(notices.act_on, trouble=trouble))
            if finished or parcels:
                return None
        return self._next_look(upcoming)

    # --- Looking and claiming ------------------------------------------------------------------------------------

    def _slots(self, upcoming: Mapping[int, int]) -> dict[int, int]:
        """How many deliveries of which subscriptions to take up, those that have waited longest first."""
        at = self._clock()
        self._held = {subscription: until for subscription, until in self._held.items() if until > at}
        busy = Counter(parcel.subscription_id for parcel in self._sending.values())
        free = MOST_SENDS - len(self._sending)
        slots: dict[int, int] = {}
        for subscription, due_at in sorted(upcoming.items(), key=lambda pair: pair[1]):
            share = min(free, MOST_SENDS_A_TARGET - busy[subscription])
            if due_at <= at and share > 0 and subscription not in self._held:
                slots[subscription] = share
                free -= share
        return slots

    def _next_look(self, upcoming: Mapping[int, int]) -> int:
        """When something will be due that can be taken up; whoever waits for a free slot is woken by the slot."""
        at = self._clock()
        if len(self._sending) >= MOST_SENDS:
            return at + IDLE
        busy = Counter(parcel.subscription_id for parcel in self._sending.values())
        times = [
            max(due_at, self._held.get(subscription, 0))
            for subscription, due_at in upcoming.items()
            if busy[subscription] < MOST_SENDS_A_TARGET
        ]
        soonest = min(times, default=at + IDLE)
        # Due, and yet it could not be taken up: another node has it in hand.
        return soonest if soonest > at else at + SECOND

    def _settle_and_claim(
        self, work: Work, finished: list[Outcome], slots: Mapping[int, int]
    ) -> tuple[list[Trouble], list[Parcel]]:
        """One commit for both, so that a burst costs few."""
        troubles = outcomes.settle(work, finished, self._jitter) if finished else []
        return troubles, deliveries.claim(work, slots, until=work.at + LEASE)

    # --- Rendering -----------------------------------------------------------------------------------------------

    async def _ready(self, parcels: list[Parcel]) -> list[tuple[Parcel, str]]:
        """The parcels with their bodies, made and kept now where there was none."""
        ready = [(parcel, parcel.payload) for parcel in parcels if parcel.payload is not None]
        blank = [parcel for parcel in parcels if parcel.payload is None]
        if blank:
            made = await self._lanes.in_pool(lambda: [(parcel, self._render(parcel)) for parcel in blank])
            bodies = [(parcel, body) for parcel, body in made if isinstance(body, str)]
            silent = [parcel for parcel, body in made if body is None]
            await self._units.write(lambda work: self._keep(work, bodies, silent))
            self._finished += [body for _, body in made if isinstance(body, Outcome)]
            ready += bodies
        return ready

    def _render(self, parcel: Parcel) -> str | Outcome | None:
        """A body; None when there is nothing to say; an outcome when it cannot be made, which must not stop others."""
        render = self._renderers.get(parcel.format)
        if render is None:
            return None
        try:
            with self._database.reading() as work:
                work.act_as(system_principal(parcel.organisation_id, notices.DOOR))
                event = get_events(work, [parcel.event_id]).get(parcel.event_id)
                body = None if event is None else render(work, event)
                return None if body is None else body.decode()
        except Exception:
            log.exception("the body of delivery %s could not be made", parcel.uuid)
            return Outcome(parcel=parcel, at=self._clock(), verdict=Verdict.UNMADE, error="The body could not be made.")

    def _keep(self, work: Work, bodies: list[tuple[Parcel, str]], silent: list[Parcel]) -> None:
        deliveries.keep_payloads(work, bodies)
        outcomes.dismiss(work, silent, "There is nothing to say about this event in the webhook's format.")

    # --- Sending -------------------------------------------------------------------------------------------------

    def _start(self, parcel: Parcel, payload: str) -> None:
        task = asyncio.get_running_loop().create_task(self._send(parcel, payload.encode()))
        self._sending[task] = parcel
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._sending[task]
        self._alarm.ring()

    async def _send(self, parcel: Parcel, payload: bytes) -> None:
        at = self._clock()
        outcome = Outcome(parcel=parcel, at=at, verdict=Verdict.RETRY)
        try:
            keys = signing.unseal(self._sealer, parcel.subscription_uuid, parcel.sealed_secret).live(at)
            headers = _ABOUT | signing.signature_headers(parcel.uuid, at, payload, keys)
            reply = await self._outbound.post(parcel.url, payload, headers, timeout_s=SEND_TIMEOUT_S)
            outcome = self._answered(outcome, reply)
        except OutboundRefused as refused:
            outcome = msgspec.structs.replace(outcome, verdict=Verdict.REFUSED, error=f"Not sent: {refused.reason}.")
        except OutboundFailed as failed:
            took_ms = (self._clock() - at) // 1000
            outcome = msgspec.structs.replace(outcome, error=f"No answer: {failed.reason}.", duration_ms=took_ms)
        except SealBroken as broken:
            outcome = msgspec.structs.replace(outcome, verdict=Verdict.UNMADE, error=f"Not signed: {broken}.")
        except Exception:
            log.exception("delivery %s could not be sent", parcel.uuid)
            outcome = msgspec.structs.replace(outcome, verdict=Verdict.UNMADE, error="Not sent: a mistake of ours.")
        self._finished.append(outcome)

    def _answered(self, outcome: Outcome, reply: OutboundReply) -> Outcome:
        wait = schedule.asked_wait(reply)
        if wait:
            self._held[outcome.parcel.subscription_id] = self._clock() + wait
        verdict = schedule.judge(reply)
        return msgspec.structs.replace(
            outcome,
            verdict=verdict,
            status=reply.status,
            error=None if verdict is Verdict.DELIVERED else f"The target answered {reply.status}.",
            answer=reply.body.decode("utf-8", "replace"),
            duration_ms=reply.duration_ms,
            wait=wait,
        )

    # --- Stopping ------------------------------------------------------------------------------------------------

    async def _wind_up(self) -> None:
        """Let sends under way end for a while; write down what came back, give back the rest."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=GRACE_S)
        unsent = list(self._sending.values())
        tasks = list(self._sending)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        finished, self._finished = self._finished, []
        if finished or unsent:
            await self._units.write(lambda work: self._hand_back(work, finished, unsent))

    def _hand_back(self, work: Work, finished: list[Outcome], unsent: list[Parcel]) -> None:
        outcomes.settle(work, finished, self._jitter)
        deliveries.release(work, unsent)
