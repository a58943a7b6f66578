"""Scripts, their runs, storage and webhooks (Serenytics, "Script")."""

from typing import Any

from rollbook.core.analytics.scripts import runs, service
from rollbook.core.analytics.scripts.queries import get_script, list_scripts, script_behind, stored_by
from rollbook.core.analytics.scripts.records import Run, Script
from rollbook.core.kernel.work import Work
from rollbook.doors.serenytics.translate.folders import to_core_folder
from rollbook.doors.serenytics.translate.scripts import (
    SCHEDULE,
    from_core_asked,
    from_core_log,
    from_core_outcome,
    from_core_script,
    is_async,
    require_python,
    to_core_changes,
    to_core_params,
    to_core_schedule,
)
from rollbook.doors.serenytics.translate.searching import to_core_tests, to_core_window
from rollbook.doors.serenytics.wire.answers import Done, ListQuery
from rollbook.doors.serenytics.wire.scripts import (
    LogList,
    RunOut,
    RunQuery,
    ScriptChange,
    ScriptIn,
    ScriptList,
    ScriptOut,
    ScriptTokenOut,
    StateOut,
)
from rollbook.web.bearer import unauthenticated
from rollbook.web.routes import Call, Later, Reply

MOST_LISTED = 500
LOGS_SHOWN = 10
WAITS_S = 300
"""How long a call waits for a script; the document names no time, the vendor's client five minutes."""
CREDENTIAL = "Send X-Api-Key with your key, or ?token= with the script's own."


def _found(call: Call[Any, Any]) -> Script:
    return get_script(call.work, str(call.path["uuid"]))


def index(call: Call[None, ListQuery]) -> ScriptList:
    """The scripts that the caller sees, by name ("GET /api/script")."""
    asked = call.query
    window = to_core_window(asked.page, asked.results_per_page, MOST_LISTED)
    found = list_scripts(call.work, to_core_tests(asked.q), limit=window.limit, offset=window.offset)
    shown = [from_core_script(script) for script in found.rows]
    return ScriptList(objects=shown, **window.told(found.total or 0))


def create(call: Call[ScriptIn, None]) -> ScriptOut:
    """Make a script."""
    given = call.body
    require_python(given.kind)
    made = service.create(
        call.work,
        given.name,
        given.code,
        schedule=to_core_schedule(given.schedule_infos),
        content={SCHEDULE: given.schedule_infos},
        folder_uuid=to_core_folder(given.folder_uuid),
    )
    return from_core_script(made)


def show(call: Call[None, None]) -> ScriptOut:
    """One script."""
    return from_core_script(_found(call))


def update(call: Call[ScriptChange, None]) -> ScriptOut:
    """Change a script."""
    script = _found(call)
    return from_core_script(service.change(call.work, script, to_core_changes(script, call.body)))


def delete(call: Call[None, None]) -> None:
    """Delete a script, with the logs of its runs."""
    service.remove(call.work, _found(call))


def run(call: Call[None, RunQuery]) -> RunOut | Later:
    """Run a script with the body's parameters, as a user or by its token ("POST /api/script/:script_uuid/run")."""
    params, is_answered_at_once = to_core_params(call.content)
    in_query = [said for said in (call.query.async_, call.query.is_async) if said is not None]
    if in_query:
        is_answered_at_once = is_async(in_query[0])
    script, asked = _asked_for(call, params)
    if is_answered_at_once:
        return from_core_asked(asked)
    return Later(lambda work, is_last: _outcome(work, script, asked, is_last=is_last), WAITS_S)


def _asked_for(call: Call[None, RunQuery], params: dict[str, Any]) -> tuple[Script, Run]:
    if call.query.token is not None:
        script, organisation_id = script_behind(call.work, str(call.path["uuid"]), call.query.token)
        return script, runs.ask(call.work, script, organisation_id, params, "webhook", None)
    if not call.work.has_principal:
        raise unauthenticated(call.headers, CREDENTIAL)
    script, caller = _found(call), call.principal
    return script, runs.ask(call.work, script, caller.organisation_id, params, "api", caller.person_id)


def _outcome(work: Work, script: Script, asked: Run, *, is_last: bool) -> Reply | None:
    log = runs.log_of(work, runs.get_run(work, script, asked.uuid))
    if log.run.state != "ended" and not is_last:
        return None
    shown = from_core_outcome(log)
    return Reply(shown, 400 if shown.status == "error" else 200)


def show_state(call: Call[None, None]) -> StateOut:
    """Whether a script runs."""
    return StateOut(runs.is_running(call.work, _found(call)))


def list_logs(call: Call[None, None]) -> LogList:
    """What the last ten runs wrote, newest first."""
    found = runs.list_runs(call.work, _found(call), limit=LOGS_SHOWN)
    return LogList([from_core_log(runs.log_of(call.work, one)) for one in found])


def stop(call: Call[None, None]) -> Done:
    """End every run of a script that waits or is under way."""
    runs.stop(call.work, _found(call))
    return Done()


def show_storage(call: Call[None, None]) -> Reply:
    """What a script keeps from one run to the next; null where that is nothing."""
    stored = stored_by(call.work, _found(call))
    return Reply((stored or "null").encode(), media_type="application/json")


def keep_storage(call: Call[None, None]) -> Done:
    """Keep JSON for a script's next run."""
    service.store(call.work, _found(call), call.content.data if call.content else b"")
    return Done()


def create_token(call: Call[None, None]) -> ScriptTokenOut:
    """Make the token of a script's webhook, in the place of the one before."""
    script = _found(call)
    token = service.make_token(call.work, script)
    return ScriptTokenOut(token, f"{call.services.base_url()}/api/script/{script.uuid}/run?token={token}")


def delete_token(call: Call[None, None]) -> None:
    """Let no token run a script any more."""
    service.end_token(call.work, _found(call))
