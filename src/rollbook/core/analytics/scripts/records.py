"""Scripts' rows and requests."""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.core.analytics.scripts.schedules import Schedule

Cause = Literal["api", "webhook", "schedule", "console"]


class Script(msgspec.Struct, frozen=True):
    """A script. ``schedule`` and ``content`` are JSON as it lies; :attr:`rhythm` and :attr:`kept` read it."""

    id: int
    uuid: str
    name: str
    code: str | None
    schedule: str | None
    content: str | None
    owner_id: int | None
    author_id: int | None
    author_roles: str | None
    token_hint: str | None
    next_run_at: int | None
    created_at: int
    updated_at: int
    folder_uuid: str | None

    @property
    def rhythm(self) -> Schedule | None:
        """When it runs by itself."""
        return msgspec.json.decode(self.schedule, type=Schedule) if self.schedule else None

    @property
    def kept(self) -> dict[str, Any]:
        """What a client keeps with it."""
        found: dict[str, Any] = msgspec.json.decode(self.content) if self.content else {}
        return found


class ScriptChanges(msgspec.Struct, kw_only=True):
    """Changes to a script; what is UNSET stays as it is."""

    name: str | UnsetType = UNSET
    code: str | UnsetType = UNSET
    schedule: Schedule | None | UnsetType = UNSET
    content: dict[str, Any] | UnsetType = UNSET
    folder_uuid: str | None | UnsetType = UNSET


class Run(msgspec.Struct, frozen=True):
    """One run, without what it wrote."""

    id: int
    uuid: str
    organisation_id: int
    script_id: int
    person_id: int | None
    cause: str
    state: str
    outcome: str | None
    reason: str | None
    return_code: int | None
    is_stop_asked: bool
    leased_until: int | None
    created_at: int
    started_at: int | None
    ended_at: int | None


class RunLog(msgspec.Struct, frozen=True):
    """What a run wrote so far."""

    run: Run
    stdout: str
    stderr: str
