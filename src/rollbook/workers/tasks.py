"""The worker that does tasks, one at a time, in a thread of its own."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from rollbook.core.analytics import jobs, tasks
from rollbook.core.analytics.jobs import Desk
from rollbook.core.kernel.clock import MINUTE
from rollbook.web.lanes import Lanes
from rollbook.workers.alarm import Alarm

log = logging.getLogger("rollbook.tasks")


class TaskWorker:
    """One node's doer of tasks."""

    def __init__(self, desk: Desk, lanes: Lanes, alarm: Alarm) -> None:
        self._desk = desk
        self._lanes = lanes
        self._alarm = alarm
        # Its own thread: a file of many millions of rows must not take one that answers requests.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="rollbook-tasks")
        self._is_stopping = False

    async def run(self) -> None:
        """Work until told to stop; a task under way is ended first."""
        is_ready = self._desk.database.store != "sqlite"  # there this node is the only one, and no lease is another's
        while not self._is_stopping:
            is_done = False
            try:
                if not is_ready:
                    await self._lanes.in_writer(self._release)
                    is_ready = True
                if await self._lanes.in_pool(self._is_waiting):
                    is_done = await asyncio.get_running_loop().run_in_executor(self._thread, jobs.work_off, self._desk)
            except Exception:
                log.exception("tasks could not be looked after; trying again")
            if not is_done:
                await self._alarm.wait(self._desk.clock() + MINUTE)
        self._thread.shutdown(wait=False)

    def stop(self) -> None:
        """Take up nothing more."""
        self._is_stopping = True
        self._alarm.ring()

    def _release(self) -> None:
        with self._desk.database.writing() as work:
            tasks.release_all(work)

    def _is_waiting(self) -> bool:
        with self._desk.database.reading() as work:
            work.at = self._desk.clock()
            return tasks.is_waiting(work)
