"""A pool of threads that keeps to as few of them as there is work for."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class _Job:
    future: Future[Any]
    call: Callable[[], Any]

    def do(self) -> None:
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            result = self.call()
        except BaseException as problem:  # noqa: BLE001 - whoever waits for the future raises it
            self.future.set_exception(problem)
        else:
            self.future.set_result(result)


_Turn = SimpleQueue[_Job | None]
"""Where one idle thread waits for its next job; None ends it."""


class WarmPool(Executor):
    """Of the threads that are idle, the one that was busy last works next.

    ``ThreadPoolExecutor`` lets them work in turns, so that each finds the processor's caches, and its own connection to
    the database, cold (docs/decisions/0030).
    """

    def __init__(self, threads: int, name: str) -> None:
        self._most = threads
        self._name = name
        self._guard = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._idle: list[_Turn] = []
        self._waiting: deque[_Job] = deque()
        self._is_shut = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do a job in one of the threads, after those that wait already. Raises `RuntimeError` once it is shut down."""
        future: Future[T] = Future()
        job = _Job(future, partial(fn, *args, **kwargs))
        with self._guard:
            if self._is_shut:
                raise RuntimeError("the pool was shut down")
            if self._idle:
                self._idle.pop().put(job)
            elif len(self._threads) < self._most:
                self._start(job)
            else:
                self._waiting.append(job)
        return future

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

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more jobs. Those that run end; those that wait are done or, if it is wanted, cancelled."""
        with self._guard:
            self._is_shut = True
            cancelled = list(self._waiting) if cancel_futures else []
            if cancel_futures:
                self._waiting.clear()
            while self._idle:
                self._idle.pop().put(None)
        for job in cancelled:
            job.future.cancel()
        if wait:
            for thread in self._threads:
                thread.join()
