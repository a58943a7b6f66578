"""Runs: asking for them, following and stopping them."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, insert, select, update

from rollbook.core.analytics.scripts.records import Cause, Run, RunLog, Script
from rollbook.core.analytics.tables import script_runs
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.statements import Lookup, Statement, among
from rollbook.core.kernel.work import Work

Rows = Statement[tuple[Any, ...]]
MOST_WAITING = 20
"""How many runs of one script may wait at once."""
MOST_KEPT = 50
"""How many runs of one script are kept, newest first."""
LARGEST_PARAMS = 1_000_000

COLUMNS = [script_runs.c[name] for name in Run.__struct_fields__]
_WRITTEN = ("uuid", "organisation_id", "script_id", "person_id", "cause", "state", "params", "created_at")
_INSERT = Rows(insert(script_runs).values({name: bindparam(name) for name in _WRITTEN}).returning(script_runs.c.id))
_of_script = script_runs.c.script_id == bindparam("script_id")
_WAITING = Rows(select(func.count()).select_from(script_runs).where(_of_script, script_runs.c.state == "pending"))
_IS_RUNNING = Lookup[tuple[Any, ...]](select(script_runs.c.id).where(_of_script, script_runs.c.state != "ended"))
_newest = select(script_runs.c.id).where(_of_script).order_by(script_runs.c.id.desc()).limit(MOST_KEPT)
_FORGET = Rows(delete(script_runs).where(_of_script, script_runs.c.state == "ended", ~script_runs.c.id.in_(_newest)))
_ONE = Lookup(select(*COLUMNS).where(_of_script, script_runs.c.uuid == bindparam("uuid")), Run)
_TEXTS = Rows(select(script_runs.c.stdout, script_runs.c.stderr).where(script_runs.c.id == bindparam("id")))
_LATEST = Statement(
    select(*COLUMNS).where(_of_script).order_by(script_runs.c.id.desc()).limit(bindparam("limit")),
    Run,
)
_of_some = among(script_runs.c.script_id, "script_ids")
_last_ids = select(func.max(script_runs.c.id)).where(_of_some).group_by(script_runs.c.script_id)
_LAST = Statement(select(*COLUMNS).where(script_runs.c.id.in_(_last_ids)), Run)
_STOP = Rows(update(script_runs).where(_of_script, script_runs.c.state != "ended").values(is_stop_asked=True))


def ask(
    work: Work, script: Script, organisation_id: int, params: Mapping[str, Any], cause: Cause, person_id: int | None
) -> Run:
    """Have a script run once this is committed. The caller checks that it may be.

    Faults: RATE_LIMITED when too many of its runs wait; TOO_LARGE naming ``params``.
    """
    if work.value(_WAITING, script_id=script.id) >= MOST_WAITING:
        raise Fault(FaultCode.RATE_LIMITED, f"{MOST_WAITING} runs of this script wait already; try again later.")
    encoded = msgspec.json.encode(params)
    if len(encoded) > LARGEST_PARAMS:
        raise field_fault(FaultCode.TOO_LARGE, "params", f"params may have at most {LARGEST_PARAMS:,} bytes")
    uuid = new_uuid()
    work.value(
        _INSERT,
        uuid=uuid,
        organisation_id=organisation_id,
        script_id=script.id,
        person_id=person_id,
        cause=cause,
        state="pending",
        params=encoded.decode(),
        created_at=work.at,
    )
    work.run(_FORGET, script_id=script.id)
    work.wakes.add("scripts")
    return get_run(work, script, uuid)


def is_running(work: Work, script: Script) -> bool:
    """Whether some run of a script waits or is under way."""
    return work.first(_IS_RUNNING, script_id=script.id) is not None


def get_run(work: Work, script: Script, uuid: str) -> Run:
    """A run of a script that the caller sees. Faults: NOT_FOUND."""
    found = work.first(_ONE, script_id=script.id, uuid=uuid)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such run; the newest are kept.")
    return found


def list_runs(work: Work, script: Script, *, limit: int = MOST_KEPT) -> list[Run]:
    """A script's runs, newest first."""
    return work.all(_LATEST, script_id=script.id, limit=limit)


def latest_of(work: Work, script_ids: list[int]) -> dict[int, Run]:
    """The newest run of each of some scripts that has run."""
    return {run.script_id: run for run in work.all(_LAST, script_ids=script_ids)}


def log_of(work: Work, run: Run) -> RunLog:
    """What a run wrote so far."""
    stdout, stderr = work.first(_TEXTS, id=run.id) or ("", "")
    return RunLog(run, stdout or "", stderr or "")


def stop(work: Work, script: Script) -> int:
    """Have every run of a script ended that is under way, and none begin that waits; how many."""
    stopped = work.run(_STOP, script_id=script.id)
    if stopped:
        work.record("script.stopped", "script", script.id, script.uuid, after={"runs": stopped})
        work.wakes.add("scripts")
    return stopped
