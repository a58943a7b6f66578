"""Tasks on the wire (Serenytics, "Task")."""

from typing import Literal

import msgspec


class TaskOut(msgspec.Struct, omit_defaults=True):
    """How a task stands. ``errors`` says why it could not be done."""

    status: Literal["pending", "ok", "error"]
    errors: list[str] | None = None
    rows: int | None = None
    """How many rows came in."""
    progress: float | None = None
    """Of one that is under way: how much of it is done, from 0 to 1, where that is known."""
