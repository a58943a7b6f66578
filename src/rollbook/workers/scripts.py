"""The worker that runs scripts, a few at a time, and asks for those whose time has come."""

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from rollbook.core.analytics.scripts import running, turns
from rollbook.core.analytics.scripts.running import Bench
from rollbook.core.kernel.clock import MINUTE
from rollbook.web.lanes import Lanes
from rollbook.workers.alarm import Alarm

log = logging.getLogger("rollbook.scripts")
AT_ONCE = 2
"""How many scripts a node runs at a time."""


class ScriptWorker:
    """One node's runner of scripts."""

    def __init__(self, bench: Bench, lanes: Lanes, alarm: Alarm) -> None:
        self._bench = bench
        self._lanes = lanes
        self._alarm = alarm
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="rollbook-scripts")
        self._running: set[asyncio.Future[bool]] = set()
        self._is_stopping = threading.Event()

    async def run(self) -> None:
        """Work until told to stop; scripts that are under way are ended then."""
        # On SQLite this node is the only one, so that what runs in the record was left by a server that ended.
        is_alone = self._bench.database.store == "sqlite"
        if (reason := await self._lanes.in_pool(self._bench.runner.why_not)) is not None:
            log.warning("%s", reason)
        while not self._is_stopping.is_set():
            next_due = None
            try:
                await self._lanes.in_writer(partial(self._give_up_lost, all_of_them=is_alone))
                is_alone = False
                next_due = await self._lanes.in_writer(self._ask_due)
                while len(self._running) < AT_ONCE and await self._lanes.in_pool(self._is_waiting):
                    self._begin()
                    await asyncio.sleep(0.05)
            except Exception:
                log.exception("scripts could not be looked after; trying again")
            await self._alarm.wait(min(self._bench.clock() + MINUTE, next_due or 2**62))
        if self._running:
            await asyncio.wait(self._running)
        self._threads.shutdown(wait=False)

    def _begin(self) -> None:
        job = asyncio.get_running_loop().run_in_executor(
            self._threads, running.work_off, self._bench, self._is_stopping
        )
        self._running.add(job)
        job.add_done_callback(self._ended)

    def _ended(self, job: "asyncio.Future[bool]") -> None:
        self._running.discard(job)
        if not job.cancelled() and (problem := job.exception()) is not None:
            log.error("a run of a script could not be looked after", exc_info=problem)
        self._alarm.ring()

    def stop(self) -> None:
        """Take up nothing more, and end what runs."""
        self._is_stopping.set()
        self._alarm.ring()

    def _give_up_lost(self, *, all_of_them: bool) -> None:
        with self._bench.database.writing() as work:
            work.at = self._bench.clock()
            turns.give_up_lost(work, all_of_them=all_of_them)

    def _ask_due(self) -> int | None:
        with self._bench.database.writing() as work:
            work.at = self._bench.clock()
            while turns.ask_due(work) == turns.DUE_AT_ONCE:
                pass
            return turns.first_due(work)

    def _is_waiting(self) -> bool:
        with self._bench.database.reading() as work:
            return turns.is_waiting(work)
