"""Running one script: it gets a key that acts for its author and ends with it, and its output goes to the record."""

import codecs
import logging
import threading
from typing import Any

import msgspec

from rollbook.core.access import credentials
from rollbook.core.access.policy import system_principal
from rollbook.core.analytics.scripts import turns
from rollbook.core.analytics.scripts.queries import script_to_run
from rollbook.core.analytics.scripts.records import Run, Script
from rollbook.core.kernel.clock import MINUTE, SECOND, Clock, now
from rollbook.core.kernel.ports import ScriptEnd, ScriptJob, ScriptLimits, ScriptRunner
from rollbook.core.kernel.principal import Role
from rollbook.core.kernel.work import Database, Work

log = logging.getLogger("rollbook.scripts")
DOOR = "serenytics"
"""The API that a script's key opens."""
KEY_KIND = "script_key"
KEY_NAME = "SERENYTICS_API_KEY"
"""What the vendor's client looks for among the parameters."""
_INACTIVE = "Whoever wrote the script is not active any more; it runs again when somebody who is saves its code."


class Bench(msgspec.Struct, frozen=True):
    """Where scripts run."""

    database: Database
    runner: ScriptRunner
    limits: ScriptLimits = ScriptLimits()
    clock: Clock = now


class _Follower:
    """Writes a run's output down as it comes, and hears whether it is to stop."""

    def __init__(self, bench: Bench, run: Run, is_stopping: threading.Event) -> None:
        self._bench, self._run, self._is_stopping = bench, run, is_stopping
        decoder = codecs.getincrementaldecoder("utf-8")
        self._decoders = {"stdout": decoder("replace"), "stderr": decoder("replace")}
        self._renewed_at = bench.clock()
        self._is_unwanted = False

    def wrote(self, *, stdout: bytes, stderr: bytes) -> None:
        """Add to the log; see `ScriptWatcher.wrote`."""
        more = {
            name: self._decoders[name].decode(data).replace("\x00", "\ufffd")
            for name, data in (("stdout", stdout), ("stderr", stderr))
        }
        at = self._bench.clock()
        if any(more.values()) or at > self._renewed_at + turns.RENEWED_EVERY:
            self._renewed_at = at
            with self._bench.database.writing() as work:
                work.at = at
                turns.append(work, self._run, **more)
        with self._bench.database.reading() as work:
            self._is_unwanted = turns.should_stop(work, self._run)

    def should_stop(self) -> bool:
        """Whether somebody asked for that, or the server stops; see `ScriptWatcher.should_stop`."""
        return self._is_unwanted or self._is_stopping.is_set()


def work_off(bench: Bench, is_stopping: threading.Event) -> bool:
    """Run the script whose turn it is, to its end; False when none waits."""
    with bench.database.writing() as work:
        work.at = bench.clock()
        claimed = turns.claim(work)
    if claimed is None:
        return False
    run, params = claimed
    try:
        end = _run(bench, run, msgspec.json.decode(params, type=dict[str, Any]), is_stopping)
    except Exception:
        log.exception("run %s of a script failed", run.uuid)
        end = ScriptEnd(outcome="refused", return_code=126, reason="Something went wrong here; see the server's log.")
    with bench.database.writing() as work:
        work.at = bench.clock()
        work.act_as(system_principal(run.organisation_id, "scripts"))
        _note(bench, run, end, work)
    return True


def _note(bench: Bench, run: Run, end: ScriptEnd, work: Work) -> None:
    outcome = ("success" if end.return_code == 0 else "failure") if end.outcome == "ended" else end.outcome
    turns.note_end(work, run, outcome, end.return_code, end.reason or None)
    script = script_to_run(work, run.script_id)
    if script is not None:
        after = {"run": run.uuid, "outcome": outcome, "cause": run.cause}
        work.record("script.run_ended", "script", script.id, script.uuid, after=after)


def _run(bench: Bench, run: Run, params: dict[str, Any], is_stopping: threading.Event) -> ScriptEnd:
    if run.is_stop_asked:
        return ScriptEnd(outcome="stopped", return_code=-9, reason="It was stopped before it began.")
    with bench.database.reading() as work:
        script = script_to_run(work, run.script_id)
    if script is None:
        return ScriptEnd(outcome="stopped", return_code=-9, reason="The script was deleted.")
    key_id, key = _key(bench, run, script)
    try:
        if not _opens(bench, key):
            return ScriptEnd(outcome="refused", return_code=126, reason=_INACTIVE)
        job = ScriptJob(code=script.code or "", params={**params, KEY_NAME: key}, limits=bench.limits)
        return bench.runner.run(job, _Follower(bench, run, is_stopping))
    finally:
        with bench.database.writing() as work:
            work.at = bench.clock()
            credentials.end(work, key_id)


def _key(bench: Bench, run: Run, script: Script) -> tuple[int, str]:
    """A key that acts for the script's author, a person or a program."""
    with bench.database.writing() as work:
        work.at = bench.clock()
        return credentials.issue(
            work,
            KEY_KIND,
            script.name,
            organisation_id=run.organisation_id,
            person_id=script.author_id,
            door=DOOR,
            roles=_roles(script),
            expires_at=work.at + int(bench.limits.deadline_s * SECOND) + MINUTE,
        )


def _roles(script: Script) -> frozenset[Role]:
    """What a program may that wrote a script; nothing where its author was a person, whose own roles count."""
    named = msgspec.json.decode(script.author_roles, type=list[str]) if script.author_roles else []
    return frozenset(map(Role, named))


def _opens(bench: Bench, key: str) -> bool:
    with bench.database.reading() as work:
        work.at = bench.clock()
        return credentials.authenticate(work, key, DOOR, KEY_KIND) is not None
