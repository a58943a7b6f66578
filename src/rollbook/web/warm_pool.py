"""A pool of threads that keeps to as few of them as there is work for."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_Job = Callable[[], None]
_Turn = SimpleQueue[_Job | None]


class WarmPool(Executor):
    """Of the threads that are idle, the one that was busy last works next.

    ``ThreadPoolExecutor`` lets them work in turns, so that each finds the processor's caches and its own connection to
    the database cold: a request then costs about a third more.
    """

    def __init__(self, threads: int, name: str) -> None:
        self._most = threads
        self._name = name
        self._guard = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._idle: list[_Turn] = []
        self._waiting: deque[tuple[Future[object], _Job]] = deque()
        self._is_shut = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do a job in one of the threads, after those that wait already."""
        future: Future[T] = Future()

        def job() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as problem:
                future.set_exception(problem)
            else:
                future.set_result(result)

        with self._guard:
            if self._is_shut:
                raise RuntimeError("the pool was shut down")
            if self._idle:
                self._idle.pop().put(job)
            elif len(self._threads) < self._most:
                self._start(job)
            else:
                self._waiting.append((future, job))  # type: ignore[arg-type]
        return future

    def _start(self, job: _Job) -> None:
        turn: _Turn = SimpleQueue()
        turn.put(job)
        thread = threading.Thread(target=self._work, args=(turn,), name=f"{self._name}_{len(self._threads)}")
        self._threads.append(thread)
        thread.start()

    def _work(self, turn: _Turn) -> None:
        while (job := turn.get()) is not None:
            while job is not None:
                job()
                job = self._next(turn)

    def _next(self, turn: _Turn) -> _Job | None:
        with self._guard:
            if self._waiting:
                return self._waiting.popleft()[1]
            if self._is_shut:
                turn.put(None)
            else:
                self._idle.append(turn)
            return None

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more jobs; those that run end, and those that wait are done or, if it is wanted, cancelled."""
        with self._guard:
            self._is_shut = True
            if cancel_futures:
                while self._waiting:
                    self._waiting.popleft()[0].cancel()
            while self._idle:
                self._idle.pop().put(None)
        if wait:
            for thread in self._threads:
                thread.join()
