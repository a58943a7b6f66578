"""Tasks (Serenytics, "Task")."""

import msgspec

from rollbook.core.analytics import tasks
from rollbook.doors.serenytics.wire.tasks import TaskOut
from rollbook.web.routes import Call


def show(call: Call[None, None]) -> TaskOut:
    """How a task stands ("GET /api/task/:task_id")."""
    task = tasks.get_task(call.work, str(call.path["task_id"]))
    if task.state in ("failed", "cancelled"):
        return TaskOut("error", [task.error or "It failed."])
    if task.state == "pending":
        return TaskOut("pending", progress=task.progress)
    result = msgspec.json.decode(task.result) if task.result else {}
    return TaskOut("ok", rows=result.get("rows"))


def cancel(call: Call[None, None]) -> None:
    """Call off a task, also one that is under way: what it has done so far is undone."""
    tasks.cancel(call.work, tasks.get_task(call.work, str(call.path["task_id"])))
