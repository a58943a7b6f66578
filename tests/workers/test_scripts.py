"""The worker that runs scripts: it wakes when one is asked for or due, and ends what runs when the server stops."""

import asyncio
import threading
from uuid import uuid4

from rollbook.app import Server
from rollbook.core.analytics.scripts import runs, service, turns
from rollbook.core.analytics.scripts.records import Run, Script
from rollbook.core.analytics.scripts.running import Bench
from rollbook.core.analytics.scripts.schedules import Schedule
from rollbook.core.kernel.clock import DAY, now
from rollbook.core.kernel.ports import ScriptEnd, ScriptJob, ScriptWatcher
from rollbook.core.kernel.work import Work
from rollbook.workers.alarm import Alarm
from rollbook.workers.scripts import ScriptWorker
from tests.conftest import Organisation


class Held:
    """A `ScriptRunner` whose scripts run until they are stopped, or end at once."""

    def __init__(self, *, ends: bool) -> None:
        self.began, self._ends = threading.Event(), ends

    def run(self, job: ScriptJob, watcher: ScriptWatcher) -> ScriptEnd:
        self.began.set()
        while not self._ends and not watcher.should_stop():
            watcher.wrote(stdout=b"", stderr=b"")
        return ScriptEnd(outcome="ended" if self._ends else "stopped", return_code=0 if self._ends else -9)

    def why_not(self) -> str | None:
        return None


def _script(organisation: Organisation, schedule: Schedule | None = None) -> Script:
    with organisation.writing() as work:
        return service.create(work, f"script {uuid4().hex}", "print(1)", schedule=schedule)


def _latest(organisation: Organisation, script: Script) -> Run | None:
    with organisation.writing() as work:
        return next(iter(runs.list_runs(work, script, limit=1)), None)


def _work(server: Server, runner: Held, clock: int = 0) -> None:
    """Have a worker begin something, and stop it."""

    async def work() -> None:
        bench = Bench(database=server.database, runner=runner, clock=lambda: now() + clock)
        worker = ScriptWorker(bench, server.lanes, Alarm(bench.clock))
        working = asyncio.create_task(worker.run())
        await asyncio.to_thread(runner.began.wait, 10)
        worker.stop()
        await asyncio.wait_for(working, 10)

    asyncio.run(work())


def test_a_script_that_is_due_is_run(server: Server, organisation: Organisation) -> None:
    script, runner = _script(organisation, Schedule(every="day", at="07:30")), Held(ends=True)
    _work(server, runner, clock=2 * DAY)
    assert runner.began.is_set()
    latest = _latest(organisation, script)
    assert latest is not None
    assert (latest.cause, latest.outcome) == ("schedule", "success")


def test_what_runs_is_ended_when_the_server_stops(server: Server, organisation: Organisation) -> None:
    script, runner = _script(organisation), Held(ends=False)
    with organisation.writing() as work:
        runs.ask(work, script, organisation.id, {}, "api", None)
    _work(server, runner)
    latest = _latest(organisation, script)
    assert latest is not None
    assert (latest.state, latest.outcome) == ("ended", "stopped")


def test_a_server_that_starts_alone_gives_up_what_the_one_before_left(
    server: Server, organisation: Organisation, store: str
) -> None:
    script, runner = _script(organisation), Held(ends=True)
    with organisation.writing() as work:
        left = runs.ask(work, script, organisation.id, {}, "api", None)
        claimed = turns.claim(work)
        assert claimed is not None
        assert claimed[0].uuid == left.uuid
        other = _script_in(work)
        runs.ask(work, other, organisation.id, {}, "api", None)
    _work(server, runner)
    latest = _latest(organisation, script)
    assert latest is not None
    is_alone = store == "sqlite"
    assert latest.state == ("ended" if is_alone else "running"), "another node may run it"
    assert latest.reason == (turns.LOST if is_alone else None)


def _script_in(work: Work) -> Script:
    return service.create(work, f"script {uuid4().hex}", "print(1)")
