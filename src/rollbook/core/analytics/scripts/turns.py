"""The worker's side of runs, of all organisations at once: whose turn it is, what it wrote, how it ended."""

from typing import Any

from sqlalchemy import Boolean, and_, bindparam, exists, func, or_, select, update

from rollbook.core.analytics.scripts import runs
from rollbook.core.analytics.scripts.queries import script_to_run
from rollbook.core.analytics.scripts.records import Run
from rollbook.core.analytics.scripts.runs import COLUMNS
from rollbook.core.analytics.scripts.schedules import next_run
from rollbook.core.analytics.scripts.service import zone_of
from rollbook.core.analytics.tables import script_runs, scripts
from rollbook.core.kernel.clock import MINUTE, SECOND
from rollbook.core.kernel.statements import Statement, Store, for_one_taker
from rollbook.core.kernel.work import Work

Rows = Statement[tuple[Any, ...]]
LEASE = 2 * MINUTE
RENEWED_EVERY = 20 * SECOND
LOST = "The server that ran it ended."
DUE_AT_ONCE = 100

_own = script_runs.c
_other = script_runs.alias("other")
_is_alone = ~exists().where(_other.c.script_id == _own.script_id, _other.c.state == "running")
_is_ready = and_(_own.state == "pending", _is_alone)


def _claim(store: Store) -> Any:
    picked = select(_own.id).where(_is_ready).order_by(_own.id).limit(1)
    claimed = update(script_runs).where(_own.id.in_(for_one_taker(store, picked)))
    claimed = claimed.values(state="running", leased_until=bindparam("until"), started_at=bindparam("at"))
    return claimed.returning(*COLUMNS, _own.params)


_CLAIM = Rows(_claim)
_WAITING = Rows(select(_own.id).where(_is_ready).limit(1))
_mine = and_(_own.id == bindparam("id"), _own.state == "running")
_APPEND = Rows(
    update(script_runs)
    .where(_mine)
    .values(
        stdout=func.coalesce(_own.stdout, "").concat(bindparam("more_stdout")),
        stderr=func.coalesce(_own.stderr, "").concat(bindparam("more_stderr")),
        leased_until=bindparam("until"),
    )
)
_STOP_ASKED = Rows(select(_own.is_stop_asked).where(_mine))
_ended: dict[str, Any] = {
    "state": "ended",
    "outcome": bindparam("outcome"),
    "reason": bindparam("reason"),
    "return_code": bindparam("return_code"),
    "ended_at": bindparam("at"),
    "leased_until": None,
    "params": None,
}
_END = Rows(update(script_runs).where(_mine).values(_ended))
_LOSE = Rows(
    update(script_runs)
    .where(_own.state == "running", or_(bindparam("all", type_=Boolean()), _own.leased_until < bindparam("at")))
    .values(_ended)
)
_DUE = Rows(
    select(scripts.c.id)
    .where(scripts.c.next_run_at <= bindparam("at"))
    .order_by(scripts.c.next_run_at)
    .limit(DUE_AT_ONCE)
)
_NEXT = Rows(
    update(scripts)
    .where(scripts.c.id == bindparam("id"), scripts.c.next_run_at == bindparam("due_at"))
    .values(next_run_at=bindparam("next_at"))
)
_FIRST_DUE = Rows(select(func.min(scripts.c.next_run_at)))


def is_waiting(work: Work) -> bool:
    """Whether some run may begin."""
    return work.first(_WAITING) is not None


def claim(work: Work) -> tuple[Run, str] | None:
    """Begin the run that waits longest and of whose script no other is under way; with its parameters as JSON."""
    found = work.first(_CLAIM, at=work.at, until=work.at + LEASE)
    return (Run(*found[:-1]), found[-1]) if found else None


def append(work: Work, run: Run, stdout: str, stderr: str) -> None:
    """Add to what a run wrote, and renew its lease."""
    work.run(_APPEND, id=run.id, more_stdout=stdout, more_stderr=stderr, until=work.at + LEASE)


def should_stop(work: Work, run: Run) -> bool:
    """Whether somebody wants a run ended; so does who deleted its script."""
    found = work.first(_STOP_ASKED, id=run.id)
    return found is None or bool(found[0])


def note_end(work: Work, run: Run, outcome: str, return_code: int | None, reason: str | None) -> None:
    """Write down how a run ended."""
    work.run(_END, id=run.id, outcome=outcome, return_code=return_code, reason=reason, at=work.at)


def give_up_lost(work: Work, *, all_of_them: bool = False) -> int:
    """End runs whose server has ended: those whose lease has, or all, for a server that starts and is the only one.

    They do not begin again, for nobody knows what they have done already.
    """
    return work.run(_LOSE, all=all_of_them, outcome="failure", reason=LOST, return_code=None, at=work.at)


def ask_due(work: Work) -> int:
    """Ask for a run of each script whose time has come, once however long ago that was; how many were looked at."""
    due = work.all(_DUE, at=work.at)
    for (script_id,) in due:
        script = script_to_run(work, script_id)
        if script is None or script.rhythm is None or script.next_run_at is None:
            continue
        organisation_id = organisation_of(work, script_id)
        following = next_run(script.rhythm, zone_of(work, script.owner_id, organisation_id), work.at)
        if work.run(_NEXT, id=script_id, due_at=script.next_run_at, next_at=following) and not runs.is_running(
            work, script
        ):
            runs.ask(work, script, organisation_id, {}, "schedule", script.owner_id)
    return len(due)


def first_due(work: Work) -> int | None:
    """When the next script is due."""
    found: int | None = work.value(_FIRST_DUE)
    return found


_ORGANISATION = Rows(select(scripts.c.organisation_id).where(scripts.c.id == bindparam("id")))


def organisation_of(work: Work, script_id: int) -> int:
    """The organisation that a script belongs to."""
    return int(work.value(_ORGANISATION, id=script_id))
