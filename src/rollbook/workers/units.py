"""A worker's units of work, each in a transaction of its own, in the server's lanes and at the worker's own time."""

from collections.abc import Callable
from typing import TypeVar

from rollbook.core.kernel.clock import Clock
from rollbook.core.kernel.work import Database, Work
from rollbook.web.lanes import Lanes

T = TypeVar("T")


class Units:
    """Where a worker reads and writes."""

    def __init__(self, database: Database, lanes: Lanes, clock: Clock) -> None:
        self._database = database
        self._lanes = lanes
        self._clock = clock

    async def read(self, job: Callable[[Work], T]) -> T:
        """Do a job that only reads, in the pool."""

        def read() -> T:
            with self._database.reading() as work:
                work.at = self._clock()
                return job(work)

        return await self._lanes.in_pool(read)

    async def write(self, job: Callable[[Work], T]) -> T:
        """Do a job that writes, when its turn comes."""

        def write() -> T:
            with self._database.writing() as work:
                work.at = self._clock()
                return job(work)

        return await self._lanes.in_writer(write)
