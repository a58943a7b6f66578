"""The pool of threads: who works next, what waits, and how it ends."""

import asyncio
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from rollbook.web.warm_pool import WarmPool


@pytest.fixture
def pool(request: pytest.FixtureRequest) -> Iterator[WarmPool]:
    """One of as many threads as the test says."""
    made = WarmPool(getattr(request, "param", 1), "tried")
    yield made
    made.shut_down()


@pytest.mark.parametrize("pool", [4], indirect=True)
def test_one_thread_does_what_comes_one_after_another(pool: WarmPool) -> None:
    async def run() -> set[str]:
        names = set()
        for _ in range(50):
            names.add(await pool.do(lambda: threading.current_thread().name))
            await asyncio.sleep(0.001)
        return names

    assert len(asyncio.run(run())) <= 2  # the answer is there a moment before its thread is idle


@pytest.mark.parametrize("pool", [3], indirect=True)
def test_as_many_work_at_once_as_there_are_threads_and_the_rest_wait_their_turn(pool: WarmPool) -> None:
    done: list[int] = []
    met = threading.Barrier(4)

    async def run() -> None:
        busy = [pool.do(met.wait) for _ in range(3)]
        waiting = [pool.do(partial(done.append, number)) for number in range(20)]
        await asyncio.sleep(0.05)
        assert done == []
        await asyncio.to_thread(met.wait, 10)
        await asyncio.wait_for(asyncio.gather(*busy, *waiting), 10)

    asyncio.run(run())
    assert sorted(done) == list(range(20))


def test_what_a_job_raises_is_raised_where_it_is_waited_for_and_the_thread_goes_on(pool: WarmPool) -> None:
    async def run() -> None:
        with pytest.raises(ZeroDivisionError):
            await pool.do(lambda: 1 // 0)
        with pytest.raises(asyncio.CancelledError):
            await pool.do(partial(exec, "raise asyncio.CancelledError", {"asyncio": asyncio}))
        assert await pool.do(int) == 0

    asyncio.run(run())


def test_what_nobody_waits_for_any_more_is_not_begun_and_what_runs_ends(pool: WarmPool) -> None:
    done: list[str] = []
    gate = threading.Event()

    def run_long() -> None:
        gate.wait(10)
        done.append("running")

    async def run() -> None:
        running, waiting = pool.do(run_long), pool.do(partial(done.append, "waiting"))
        last = pool.do(partial(done.append, "last"))
        await asyncio.sleep(0.01)
        running.cancel()
        waiting.cancel()
        gate.set()
        await asyncio.wait_for(last, 10)

    asyncio.run(run())
    assert done == ["running", "last"]


def test_at_the_end_what_runs_ends_and_what_waits_is_called_off(pool: WarmPool) -> None:
    gate = threading.Event()

    async def run() -> None:
        running, waiting = pool.do(partial(gate.wait, 10)), pool.do(int)
        ending = asyncio.create_task(asyncio.to_thread(pool.shut_down))
        with pytest.raises(asyncio.CancelledError):
            await waiting
        gate.set()
        assert await running is True
        await ending
        with pytest.raises(RuntimeError):
            pool.do(int)

    asyncio.run(run())


def test_a_job_outlives_the_loop_that_asked_for_it(pool: WarmPool) -> None:
    gate, done = threading.Event(), threading.Event()

    def run_long() -> None:
        gate.wait(10)
        done.set()

    async def run() -> None:
        pool.do(run_long)

    asyncio.run(run())
    gate.set()
    assert done.wait(10)

    async def again() -> int:
        return await pool.do(int)

    assert asyncio.run(again()) == 0
