"""What a worker sleeps on: a ring from any thread, or an instant."""

import asyncio
from contextlib import suppress

from rollbook.core.kernel.clock import SECOND, Clock

LONGEST_SLEEP = 10 * SECOND
"""A worker looks at least this often, because another process, such as a command, may have written."""


class Alarm:
    """Wakes one worker. Made in the event loop that the worker runs in."""

    def __init__(self, clock: Clock, longest_sleep: int = LONGEST_SLEEP) -> None:
        self._clock = clock
        self._longest_sleep = longest_sleep
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the worker, or keep it awake for another look; from any thread."""
        with suppress(RuntimeError):  # the loop has ended, and the worker with it
            self._loop.call_soon_threadsafe(self._rung.set)

    async def wait(self, until: int | None = None) -> None:
        """Sleep until the ring, the instant or the longest sleep, whichever comes first."""
        sleep = self._longest_sleep
        if until is not None:
            sleep = min(sleep, max(0, until - self._clock()))
        with suppress(TimeoutError):
            async with asyncio.timeout(sleep / SECOND):
                await self._rung.wait()
        self._rung.clear()
