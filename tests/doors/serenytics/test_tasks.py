"""Tasks that are under way: how far they are, calling them off, and a worker that has lost one."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from sqlalchemy import bindparam, func, select

from rollbook.core.analytics import jobs, tasks
from rollbook.core.events.tables import events
from rollbook.core.kernel.clock import DAY, MINUTE, SECOND, now
from rollbook.core.kernel.ports import OpenedFile
from rollbook.core.kernel.statements import Statement
from tests.doors.serenytics.conftest import SALES, Door

ROWS = b"country,sold\nDE,1\n"
_told = (events.c.kind == "data_source.loaded", events.c.entity_uuid == bindparam("uuid"))
_LOADED = Statement[tuple[Any, ...]](select(func.count()).select_from(events).where(*_told))


class Slow:
    """A file store or a warehouse in which something happens meanwhile."""

    def __init__(self, inner: Any, happens: Callable[[], None]) -> None:
        self._inner = inner
        self._happens = happens

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def open(self, key: str) -> OpenedFile:
        """The file, in the middle of which it happens."""
        opened: OpenedFile = self._inner.open(key)

        def chunks() -> Iterator[bytes]:
            content = b"".join(opened.chunks)
            half = len(content) // 2
            yield content[:half]
            self._happens()
            yield content[half:]

        return msgspec.structs.replace(opened, chunks=chunks())

    def load(self, *args: Any, **given: Any) -> int:
        """As it is, and then it happens."""
        done = int(self._inner.load(*args, **given))
        self._happens()
        return done


def work_off(door: Door, **parts: Any) -> None:
    """Do one task, with a clock that goes on by two seconds whenever somebody looks."""
    ticks = itertools.count(now(), 2 * SECOND)
    assert jobs.work_off(msgspec.structs.replace(door.desk, clock=lambda: next(ticks), **parts))


def loads_told(door: Door, uuid: str) -> int:
    """How many times the audit trail says that the source was loaded."""
    with door.organisation.writing() as work:
        return int(work.value(_LOADED, uuid=uuid))


def test_a_task_under_way_says_how_far_it_is(door: Door) -> None:
    task = door.reloading(door.source(), ROWS)
    seen: list[Any] = []
    work_off(door, files=Slow(door.desk.files, lambda: seen.append(door.admin.get(f"/api/task/{task}").json())))
    assert seen == [{"status": "pending", "progress": 0.1}], "half of the file is here, which is a fifth of the work"
    assert door.admin.get(f"/api/task/{task}").json() == {"status": "ok", "rows": 1}


def test_a_task_under_way_is_called_off_and_changes_nothing(door: Door) -> None:
    uuid = door.source()
    task = door.reloading(uuid, ROWS)
    seen: list[int] = []
    files = Slow(door.desk.files, lambda: seen.append(door.admin.delete(f"/api/task/{task}").status_code))
    work_off(door, files=files)
    assert seen == [204]
    assert door.admin.get(f"/api/task/{task}").json() == {"status": "error", "errors": ["It was cancelled."]}
    assert len(door.ask(uuid, select=["country"])["data"]) == len(SALES)
    assert loads_told(door, uuid) == 0
    assert not jobs.work_off(door.desk)


def test_what_is_about_to_be_kept_cannot_be_called_off(door: Door) -> None:
    uuid = door.source()
    task = door.reloading(uuid, ROWS)
    seen: list[int] = []
    warehouse = Slow(door.desk.warehouse, lambda: seen.append(door.admin.delete(f"/api/task/{task}").status_code))
    work_off(door, warehouse=warehouse)
    assert seen == [400]
    assert door.admin.get(f"/api/task/{task}").json() == {"status": "ok", "rows": 1}
    assert loads_told(door, uuid) == 1


def test_a_worker_that_lost_its_task_does_not_say_that_it_was_loaded(door: Door) -> None:
    uuid = door.source()
    task = door.reloading(uuid, ROWS)

    def lose() -> None:
        with door.desk.database.writing() as work:
            tasks.release_all(work)

    work_off(door, warehouse=Slow(door.desk.warehouse, lose))
    assert loads_told(door, uuid) == 0
    assert door.admin.get(f"/api/task/{task}").json() == {"status": "pending"}
    door.do_tasks()
    assert loads_told(door, uuid) == 1


@pytest.mark.parametrize("is_merge", [False, True])
def test_a_source_that_is_deleted_meanwhile_stops_its_task(door: Door, is_merge: bool) -> None:
    uuid = door.source()
    task = door.reloading(uuid, ROWS)
    if is_merge:
        door.admin.delete(f"/api/task/{task}")
        path = f"/api/data_source/{uuid}/update_from_file"
        task = str(door.admin.post(path, json={"primary_key": "country"}).json()["task_id"])
    work_off(door, files=Slow(door.desk.files, lambda: door.admin.delete(f"/api/data_source/{uuid}")))
    assert door.admin.get(f"/api/task/{task}").status_code == 404
    assert not jobs.work_off(door.desk)


def test_what_came_of_a_task_is_kept_a_day_from_its_end(door: Door) -> None:
    task, later = door.reloading(door.source(), ROWS), now() + 3 * DAY
    assert jobs.work_off(msgspec.structs.replace(door.desk, clock=lambda: later))
    for at, status in ((later + DAY - MINUTE, 200), (later + DAY + MINUTE, 404)):
        with door.organisation.writing() as work:
            while tasks.forget(work, at - tasks.KEPT):
                pass
        assert door.admin.get(f"/api/task/{task}").status_code == status
