"""A pool of threads that does an event loop's jobs, and keeps to as few threads as there is work for."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Job:
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    call: Callable[[], Any]

    def do(self) -> None:
        if self.future.cancelled():
            return
        try:
            result = self.call()
        except BaseException as problem:  # noqa: BLE001 - whoever waits for the future raises it
            self._tell(_fail, problem)
        else:
            self._tell(_succeed, result)

    def call_off(self) -> None:
        self._tell(asyncio.Future.cancel)

    def _tell(self, settle: Callable[..., Any], *outcome: Any) -> None:
        with suppress(RuntimeError):  # the loop is closed, and nobody waits any more
            self.loop.call_soon_threadsafe(settle, self.future, *outcome)


def _succeed(future: asyncio.Future[Any], result: Any) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[Any], problem: BaseException) -> None:
    if not future.done():
        future.set_exception(problem)


_Turn = SimpleQueue[_Job | None]
"""Where one idle thread waits for its next job; None ends it."""


class WarmPool:
    """Of the threads that are idle, the one that was busy last works next.

    ``ThreadPoolExecutor`` lets them work in turns, so that each finds the processor's caches, and its own connection to
    the database, cold; and it tells of a result twice, to a future of its own and to the loop's (docs/decisions/0030).
    """

    def __init__(self, threads: int, name: str) -> None:
        self._most = threads
        self._name = name
        self._guard = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._idle: list[_Turn] = []
        self._waiting: deque[_Job] = deque()
        self._is_shut = False

    def do(self, call: Callable[[], T]) -> asyncio.Future[T]:
        """Do a job in one of the threads, after those that wait already, for the running event loop.

        Raises `RuntimeError` once the pool is shut down.
        """
        loop = asyncio.get_running_loop()
        job = _Job(loop, loop.create_future(), call)
        with self._guard:
            if self._is_shut:
                raise RuntimeError("the pool was shut down")
            if self._idle:
                self._idle.pop().put(job)
            elif len(self._threads) < self._most:
                self._start(job)
            else:
                self._waiting.append(job)
        return job.future

    def _start(self, job: _Job) -> None:
        thread = threading.Thread(target=self._work, args=(job,), name=f"{self._name}_{len(self._threads)}")
        self._threads.append(thread)
        thread.start()

    def _work(self, job: _Job | None) -> None:
        turn: _Turn = SimpleQueue()
        while job is not None:
            job.do()
            job = None  # what it holds is not kept while the thread waits
            job = self._next(turn) or turn.get()

    def _next(self, turn: _Turn) -> _Job | None:
        """A job that waits; None when there is none, and the thread's own turn is to be waited for."""
        with self._guard:
            if self._waiting:
                return self._waiting.popleft()
            if self._is_shut:
                turn.put(None)
            else:
                self._idle.append(turn)
            return None

    def shut_down(self) -> None:
        """Take no more jobs, call those off that wait, and return once those have ended that run."""
        with self._guard:
            self._is_shut = True
            called_off = list(self._waiting)
            self._waiting.clear()
            while self._idle:
                self._idle.pop().put(None)
        for job in called_off:
            job.call_off()
        for thread in self._threads:
            thread.join()
