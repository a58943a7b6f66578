"""Scripts on the wire (Serenytics, "Script")."""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.doors.serenytics.wire.answers import ListOut

KIND = "GENERIC_PYTHON"


class ScriptIn(msgspec.Struct):
    """POST /api/script. ``schedule_infos`` is ``{"enabled": true, "every": "day", "at": "07:30"}``; see README."""

    name: str
    code: str = ""
    kind: str = KIND
    schedule_infos: Any = None
    folder_uuid: str | None = None


class ScriptChange(msgspec.Struct):
    """PUT /api/script/{uuid}: what is left out stays as it is; what is not known is ignored."""

    name: str | UnsetType = UNSET
    code: str | UnsetType = UNSET
    kind: str = KIND
    schedule_infos: Any = UNSET
    folder_uuid: str | None | UnsetType = UNSET


class ScriptOut(msgspec.Struct):
    """A script, the same in every answer."""

    uuid: str
    name: str
    code: str
    kind: str
    schedule_infos: Any
    """As it was written; with ``enabled``, whether it runs by itself."""
    folder_uuid: str
    next_run_at: str | None
    """When it runs by itself next."""
    token_hint: str | None
    """The last four letters of its webhook's token, where it has one."""
    created: str
    modified: str


class ScriptList(ListOut, kw_only=True):
    """Scripts."""

    objects: list[ScriptOut]


class RunQuery(msgspec.Struct):
    """Whether to wait, and a webhook's token."""

    async_: str | None = None
    is_async: str | None = msgspec.field(default=None, name="async")
    token: str | None = None


class RunOut(msgspec.Struct, omit_defaults=True):
    """A run that was asked for and, where it was waited for, what came of it."""

    status: Literal["ok", "error", "pending"]
    text: str
    run_id: str
    errors: list[str] | None = None
    return_code: int | None = None
    stdout: str | None = None
    stderr: str | None = None


class StateOut(msgspec.Struct):
    """Whether some run of a script waits or is under way."""

    running: bool


class LogOut(msgspec.Struct):
    """What a run wrote, so far or at all. ``stderr`` ends with why it was ended, where it was."""

    uuid: str
    started_at: str | None
    finished_at: str | None
    status: Literal["PENDING", "RUNNING", "SUCCESS", "FAILURE"]
    stdout: str
    stderr: str
    return_code: int | None


class LogList(msgspec.Struct):
    """The last ten runs, newest first."""

    objects: list[LogOut]


class ScriptTokenOut(msgspec.Struct):
    """A webhook's token, shown this once, and the address that it is for."""

    token: str
    url: str
