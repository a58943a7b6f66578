"""Scripts: the list, one script with its runs and their log, running and stopping it, and its webhook."""

from functools import partial
from typing import Any

import msgspec

from rollbook.console.listing import by_number, crumbs
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.analytics.scripts import runs, service
from rollbook.core.analytics.scripts.queries import get_script, list_scripts
from rollbook.core.analytics.scripts.records import Run, Script
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.web.routes import Reply

HOME = "/console/scripts"
RUNS_SHOWN = 20
CAUSES = {"api": "API", "webhook": "Webhook", "schedule": "Schedule", "console": "Console"}
_STATES = {
    "success": "done", "failure": "failed", "timeout": "late", "stopped": "cancelled", "memory": "failed",
    "disk": "failed", "refused": "failed",
}  # fmt: skip
"""What an outcome is in the words of the status component."""


def index(visit: Visit) -> Reply:
    """The scripts that the caller sees, by name."""
    listed, around = by_number(visit, partial(list_scripts, visit.work))
    latest = runs.latest_of(visit.work, [one.id for one in listed])
    return visit.render(
        "rooms/scripts/index.html",
        title="Scripts",
        room="scripts",
        breadcrumbs=crumbs("Scripts"),
        rows=[_row(one, latest.get(one.id)) for one in listed],
        why_not=visit.services.scripts.why_not(),
        **around,
    )


def _row(one: Script, latest: Run | None) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": {"label": one.name, "href": f"{HOME}/{one.uuid}"},
        "state": _state(latest) if latest else None,
        "ran": iso(latest.created_at) if latest else None,
        "next": iso(one.next_run_at),
    }


def _state(run: Run) -> str:
    return _STATES.get(run.outcome or "", "failed") if run.state == "ended" else run.state


def found(visit: Visit) -> Script:
    """The script in the address. Faults: NOT_FOUND."""
    return get_script(visit.work, str(visit.call.path["uuid"]))


def show(visit: Visit) -> Reply:
    """One script: the log of its latest run, or of the one that is asked for, and what can be done with it."""
    one = found(visit)
    listed = runs.list_runs(visit.work, one, limit=RUNS_SHOWN)
    asked = visit.query.get("run")
    shown = next((run for run in listed if run.uuid == asked), listed[0] if listed else None)
    return visit.render(
        "rooms/scripts/show.html",
        title=one.name,
        room="scripts",
        breadcrumbs=crumbs(("Scripts", HOME), one.name),
        script=one,
        href=f"{HOME}/{one.uuid}",
        next_run=iso(one.next_run_at),
        runs=[_run_row(one, run) for run in listed],
        run=_run_shown(visit, shown) if shown else None,
        is_running=any(run.state != "ended" for run in listed),
        params=(visit.text("params") or "{}") if visit.errors else "{}",
        webhook=f"{visit.services.base_url()}/api/script/{one.uuid}/run?token=…",
        why_not=visit.services.scripts.why_not(),
    )


def _run_row(one: Script, run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "asked": {"label": CAUSES.get(run.cause, run.cause), "href": f"{HOME}/{one.uuid}?run={run.uuid}"},
        "state": _state(run),
        "code": run.return_code,
        "started": iso(run.started_at),
        "ended": iso(run.ended_at),
    }


def _run_shown(visit: Visit, run: Run) -> dict[str, Any]:
    log = runs.log_of(visit.work, run)
    return {"state": _state(run), "reason": run.reason, "stdout": log.stdout, "stderr": log.stderr, "uuid": run.uuid}


def run(visit: Visit) -> Reply:
    """Run it with the parameters in the form. Faults: INVALID naming ``params``; those of asking for a run."""
    one, caller = found(visit), visit.principal
    try:
        params = msgspec.json.decode(visit.text("params") or "{}", type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        message = 'Parameters are a JSON object, such as {"quarter": 2}.'
        raise field_fault(FaultCode.INVALID, "params", message) from None
    runs.ask(visit.work, one, caller.organisation_id, params, "console", caller.person_id)
    return visit.redirect(f"{HOME}/{one.uuid}", "The script begins in its turn; its log comes below.")


def stop(visit: Visit) -> Reply:
    """End its runs."""
    one = found(visit)
    is_any = runs.stop(visit.work, one) > 0
    return visit.redirect(f"{HOME}/{one.uuid}", "The script is being stopped." if is_any else "No run is under way.")


def make_token(visit: Visit) -> Reply:
    """Make the token of its webhook, and show it this once."""
    one = found(visit)
    token = service.make_token(visit.work, one)
    return visit.render(
        "rooms/scripts/token.html",
        title="Webhook",
        room="scripts",
        breadcrumbs=crumbs(("Scripts", HOME), (one.name, f"{HOME}/{one.uuid}"), "Webhook"),
        address=f"{visit.services.base_url()}/api/script/{one.uuid}/run?token={token}",
        href=f"{HOME}/{one.uuid}",
    )


def end_token(visit: Visit) -> Reply:
    """Let no token run it any more."""
    one = found(visit)
    service.end_token(visit.work, one)
    return visit.redirect(f"{HOME}/{one.uuid}", "The webhook runs nothing any more.")
