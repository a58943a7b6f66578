"""A task while it is done: how far it is stands in its row, which tells in turn whether it is still wanted."""

import logging
import threading
from collections.abc import Iterator

from rollbook.core.analytics import tasks
from rollbook.core.analytics.records import ALL_PERMILLE, Task
from rollbook.core.kernel.clock import SECOND, Clock
from rollbook.core.kernel.warehouse import WarehouseCalledOff
from rollbook.core.kernel.work import Database

log = logging.getLogger("rollbook.tasks")
LOOKED_EVERY = SECOND
STAGED = 0.2
"""The share of a load that bringing its file here counts for."""


class TaskWatch:
    """The `Watch` over one task, for the thread that does it and those that follow. ``task`` has the lease of now."""

    def __init__(self, database: Database, clock: Clock, task: Task) -> None:
        self.task = task
        self._database = database
        self._clock = clock
        self._done_before = 0.0
        self._looked_at = 0
        self._is_wanted = True
        self._is_settled = False
        self._turn = threading.Lock()

    def tell(self, share: float | None) -> bool:
        """Write down how much is done, once a second; whether to go on."""
        with self._turn:
            at = self._clock()
            if self._is_wanted and not self._is_settled and at - self._looked_at >= LOOKED_EVERY:
                self._looked_at = at
                done = None if share is None else self._done_before + share * (1 - self._done_before)
                try:
                    self._write(at, None if done is None else min(int(done * ALL_PERMILLE), ALL_PERMILLE - 1))
                except Exception:
                    log.exception("how far task %s is could not be written; trying again", self.task.uuid)
            return self._is_wanted

    def may_commit(self) -> bool:
        """Settle that it is done, unless it was called off before."""
        with self._turn:
            if self._is_wanted and not self._is_settled:
                self._write(self._clock(), ALL_PERMILLE)
                self._is_settled = True
            return self._is_wanted

    def _write(self, at: int, permille: int | None) -> None:
        with self._database.writing() as work:
            work.at = at
            noted = tasks.note_progress(work, self.task, permille)
        self.task, self._is_wanted = noted or self.task, noted is not None

    def staged(self, chunks: Iterator[bytes], size: int | None) -> Iterator[bytes]:
        """A file's bytes on their way here, which are the first part of the work. Raises `WarehouseCalledOff`."""
        so_far = 0
        for chunk in chunks:
            so_far += len(chunk)
            if not self.tell(STAGED * min(so_far / size, 1) if size else None):
                raise WarehouseCalledOff
            yield chunk
        self._done_before = STAGED
