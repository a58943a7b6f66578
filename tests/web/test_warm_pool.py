"""The pool of threads: who works next, what waits, and how it ends."""

import threading
import time
from concurrent.futures import CancelledError, wait
from functools import partial

import pytest

from rollbook.web.warm_pool import WarmPool


def test_one_thread_does_what_comes_one_after_another() -> None:
    pool = WarmPool(4, "one")
    names = set()
    for _ in range(50):
        names.add(pool.submit(lambda: threading.current_thread().name).result())
        time.sleep(0.001)
    pool.shutdown()
    assert len(names) <= 2  # the answer is there a moment before its thread is idle


def test_as_many_work_at_once_as_there_are_threads_and_the_rest_wait_their_turn() -> None:
    done: list[int] = []
    pool, met = WarmPool(3, "three"), threading.Barrier(4)
    busy = [pool.submit(met.wait, 10) for _ in range(3)]
    waiting = [pool.submit(partial(done.append, number)) for number in range(20)]
    assert done == []
    met.wait(10)
    wait(busy, 10)
    wait(waiting, 10)
    pool.shutdown()
    assert sorted(done) == list(range(20))


def test_what_a_job_raises_is_raised_where_it_is_waited_for_and_the_thread_goes_on() -> None:
    pool = WarmPool(1, "raising")
    with pytest.raises(ZeroDivisionError):
        pool.submit(lambda: 1 // 0).result(10)
    with pytest.raises(SystemExit):
        pool.submit(partial(exec, "raise SystemExit")).result(10)
    assert pool.submit(int).result(10) == 0
    pool.shutdown()


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_at_the_end_what_runs_ends_and_what_waits_is_done_or_cancelled(is_cancelled: bool) -> None:
    pool, gate = WarmPool(1, "ending"), threading.Event()
    running = pool.submit(gate.wait, 10)
    waiting = pool.submit(int)
    pool.shutdown(wait=False, cancel_futures=is_cancelled)
    gate.set()
    assert running.result(10) is True
    if is_cancelled:
        with pytest.raises(CancelledError):
            waiting.result(10)
    else:
        assert waiting.result(10) == 0
    pool.shutdown()
    with pytest.raises(RuntimeError):
        pool.submit(int)
