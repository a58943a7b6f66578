"""The run that finds which mails a million schedules want: a few statements, however many schedules there are."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import bindparam, cast, insert, literal_column, select, text

from rollbook.adapters.sql import open_database
from rollbook.app import before_commit
from rollbook.core.access.policy import system_principal
from rollbook.core.kernel.clock import DAY
from rollbook.core.kernel.statements import Statement, Store, new_uuids
from rollbook.core.kernel.work import Work
from rollbook.core.learning import reminders
from rollbook.core.learning.tables import assignments, contents
from rollbook.core.people.tables import people

EACH = 10
"""Schedules for everyone."""


class Night(msgspec.Struct, frozen=True):
    """What a run took: wall clock, statements, the schedules that were there and the mails that they wanted."""

    seconds: float
    statements: int
    schedules: int
    mails: int


def _insert(store: Store) -> Any:
    """One for everyone of each of ten lessons; they began within the last year and are due within the next."""
    lessons = select(contents.c.id).where(contents.c.kind == "lesson").order_by(contents.c.id).limit(EACH).subquery()
    began = cast(bindparam("now"), assignments.c.start_at.type) - (people.c.id * 7 + lessons.c.id * 31) % 365 * DAY
    columns: dict[str, Any] = {
        "uuid": new_uuids(store),
        "organisation_id": people.c.organisation_id,
        "person_id": people.c.id,
        "content_id": lessons.c.id,
        "outcome": literal_column("'open'"),
        "start_at": began,
        "due_at": began + 365 * DAY,
        "status_changed_at": began,
        "created_at": began,
        "updated_at": began,
    }
    rows = select(*columns.values()).select_from(people.join(lessons, literal_column("1 = 1")))
    return insert(assignments).from_select(list(columns), rows, include_defaults=False)


_INSERT = Statement[tuple[Any, ...]](_insert)
_ANALYZE = Statement[tuple[Any, ...]](text("ANALYZE"))


def run(database_url: str, organisation_id: int) -> Night:
    """Schedule a million lessons, then look at a day of them."""
    database = open_database(database_url, before_commit)
    principal = system_principal(organisation_id, "bench")
    try:
        with database.writing() as work:
            work.act_as(principal)
            schedules = work.run(_INSERT, now=work.at)
            work.run(_ANALYZE)
        with database.writing() as work, _counting() as counted:
            work.act_as(principal)
            began = time.monotonic()
            mails = reminders.queue_due(work, since=work.at - DAY)
            seconds = round(time.monotonic() - began, 2)
        return Night(seconds, counted.total(), schedules, mails)
    finally:
        database.close()


@contextmanager
def _counting() -> Iterator[Counter[str]]:
    """How many statements units of work run meanwhile, by the method that ran them."""
    counted: Counter[str] = Counter()
    kept = {name: getattr(Work, name) for name in ("all", "first", "value", "run", "run_many")}

    def watched(name: str) -> Callable[..., Any]:
        def call(*args: Any, **params: Any) -> Any:
            counted[name] += 1
            return kept[name](*args, **params)

        return call

    for name in kept:
        setattr(Work, name, watched(name))
    try:
        yield counted
    finally:
        for name, method in kept.items():
            setattr(Work, name, method)
