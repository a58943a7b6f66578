"""Scripts and their runs to and from core."""

from typing import Any
from urllib.parse import parse_qsl

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.core.analytics.scripts.records import Run, RunLog, Script, ScriptChanges
from rollbook.core.analytics.scripts.schedules import Schedule
from rollbook.core.kernel.clock import iso
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.doors.serenytics.translate.folders import from_core_folder, to_core_folder
from rollbook.doors.serenytics.wire.scripts import KIND, LogOut, RunOut, ScriptChange, ScriptOut
from rollbook.web.decoding import FORM, MOST_FIELDS
from rollbook.web.routes import Content

SCHEDULE = "schedule_infos"
_ASYNC = ("async", "async_")


def from_core_script(script: Script) -> ScriptOut:
    """A script."""
    return ScriptOut(
        uuid=script.uuid,
        name=script.name,
        code=script.code or "",
        kind=KIND,
        schedule_infos=_shown_schedule(script),
        folder_uuid=from_core_folder(script.folder_uuid, "script"),
        next_run_at=iso(script.next_run_at) if script.next_run_at is not None else None,
        token_hint=script.token_hint,
        created=iso(script.created_at),
        modified=iso(script.updated_at),
    )


def _shown_schedule(script: Script) -> Any:
    """What a client wrote, in step with the schedule, which may have been changed elsewhere."""
    written = script.kept.get(SCHEDULE)
    known = written if isinstance(written, dict) else {}
    if script.rhythm is not None:
        return {**known, "enabled": True, **msgspec.to_builtins(script.rhythm)}
    return {**known, "enabled": False} if known.get("enabled") else written


def to_core_schedule(infos: Any) -> Schedule | None:
    """The schedule that a client wrote, when it is enabled. Faults: INVALID naming ``schedule_infos``."""
    if not isinstance(infos, dict) or not infos.get("enabled"):
        return None
    try:
        return msgspec.convert(infos, Schedule)
    except msgspec.ValidationError as problem:
        message = f'schedule_infos must be like {{"enabled": true, "every": "day", "at": "07:30"}}: {problem}'
        raise field_fault(FaultCode.INVALID, SCHEDULE, message) from None


def require_python(kind: str) -> None:
    """Only one kind of script runs here. Faults: INVALID."""
    if kind != KIND:
        raise Fault(FaultCode.INVALID, f"kind must be {KIND}: no other kind of script runs here")


def to_core_changes(script: Script, change: ScriptChange) -> ScriptChanges:
    """What was given. Faults: INVALID."""
    require_python(change.kind)
    schedule: Schedule | None | UnsetType = UNSET
    content: dict[str, Any] | UnsetType = UNSET
    if change.schedule_infos is not UNSET:
        schedule = to_core_schedule(change.schedule_infos)
        content = {**script.kept, SCHEDULE: change.schedule_infos}
    return ScriptChanges(
        name=change.name,
        code=change.code,
        schedule=schedule,
        content=content,
        folder_uuid=to_core_folder(change.folder_uuid),
    )


def to_core_params(content: Content | None) -> tuple[dict[str, Any], bool]:
    """A run's parameters, from JSON or a form, and whether the call is answered at once. Faults: MALFORMED, INVALID."""
    data = content.data if content is not None else b""
    # curl calls what it sends a form, whatever that is.
    if content is not None and content.media_type == FORM and not data.lstrip().startswith(b"{"):
        try:
            params: Any = dict(parse_qsl(data.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
        except ValueError:
            raise Fault(FaultCode.MALFORMED, "The form could not be read.") from None
    else:
        try:
            params = msgspec.json.decode(data) if data.strip() else {}
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise Fault(FaultCode.MALFORMED, "The body must be a JSON object of parameters.") from None
    if not isinstance(params, dict):
        raise Fault(FaultCode.INVALID, "The body must be a JSON object of parameters.")
    said = [is_async(params.pop(name)) for name in _ASYNC if name in params]
    return params, all(said)


def is_async(value: Any) -> bool:
    """Whether a value says to answer at once."""
    return str(value).strip().lower() not in ("false", "0", "no")


def from_core_asked(run: Run) -> RunOut:
    """A run that begins in its turn."""
    return RunOut("ok", "Script launched", run.uuid)


def from_core_outcome(log: RunLog) -> RunOut:
    """A run that was waited for; one that is still under way is pending."""
    run = log.run
    if run.state != "ended":
        return RunOut("pending", "The script is still running; ask for its logs later.", run.uuid)
    is_well = run.outcome == "success"
    why = run.reason or f"The script ended with code {run.return_code}."
    return RunOut(
        status="ok" if is_well else "error",
        text="Script finished" if is_well else "Script failed",
        run_id=run.uuid,
        errors=None if is_well else [why],
        return_code=run.return_code,
        stdout=log.stdout,
        stderr=_stderr(log),
    )


def from_core_log(log: RunLog) -> LogOut:
    """What a run wrote."""
    run = log.run
    return LogOut(
        uuid=run.uuid,
        started_at=iso(run.started_at) if run.started_at is not None else None,
        finished_at=iso(run.ended_at) if run.ended_at is not None else None,
        status=("SUCCESS" if run.outcome == "success" else "FAILURE")
        if run.state == "ended"
        else ("RUNNING" if run.state == "running" else "PENDING"),
        stdout=log.stdout,
        stderr=_stderr(log),
        return_code=run.return_code,
    )


def _stderr(log: RunLog) -> str:
    return f"{log.stderr}{log.run.reason}\n" if log.run.reason else log.stderr
