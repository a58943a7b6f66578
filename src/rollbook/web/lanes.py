"""Where work runs: on the event loop, in a pool of threads, or in the one thread of SQLite's writers."""

from collections.abc import Callable
from typing import TypeVar

from rollbook.web.routes import Row, Runs
from rollbook.web.warm_pool import WarmPool

T = TypeVar("T")


class Lanes:
    """Threads: writers take turns on SQLite, so they have one thread; PostgreSQL's work all runs in a pool."""

    def __init__(self, store: str, threads: int = 8) -> None:
        self._is_sqlite = store == "sqlite"
        self._pool = WarmPool(threads, "rollbook-pool")
        self._writer = WarmPool(1, "rollbook-writer") if self._is_sqlite else self._pool

    async def run(self, row: Row, job: Callable[[], T]) -> T:
        """Do the job where the row says."""
        if self._is_sqlite and not row.is_writing and row.runs is Runs.INLINE and not row.opens_own_work:
            return job()
        lane = self._writer if row.is_writing and not row.opens_own_work else self._pool
        return await lane.do(job)

    async def in_pool(self, job: Callable[[], T]) -> T:
        """Do the job in the pool."""
        return await self._pool.do(job)

    async def in_writer(self, job: Callable[[], T]) -> T:
        """Do a job that writes, when its turn comes."""
        return await self._writer.do(job)

    def close(self) -> None:
        """Let running jobs end."""
        self._pool.shut_down()
        self._writer.shut_down()
