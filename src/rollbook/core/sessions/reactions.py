"""What happens to sockets because of something that happened elsewhere, in the same transaction."""

from collections.abc import Iterator
from typing import Any

from rollbook.core.kernel.work import Change, Work
from rollbook.core.sessions import sockets
from rollbook.core.sessions.viewers import Kind

_KINDS = {
    "person": Kind.USER,
    "user": Kind.USER,
    "participant": Kind.PARTICIPANT,
    "device": Kind.DEVICE,
    "service": Kind.SERVICE,
}
_ENDS = frozenset({"inactivated", "deleted"})
_TAKEN_AWAY = ("is_enabled", "may_sign_in", "has_token")
"""What lets a participant, device or service in: without it they are let out."""


def react(work: Work) -> None:
    """Close the sockets of those who may come in no more. The composition root calls it before each commit."""
    for kind, subject_id in dict.fromkeys(_let_out(work.changes)):
        sockets.close_all(work, kind, subject_id)


def _let_out(changes: list[Change]) -> Iterator[tuple[Kind, int]]:
    for change in changes:
        kind, verb = _KINDS.get(change.entity), change.kind.rpartition(".")[2]
        if kind is None:
            continue
        after: Any = change.after or {}
        if verb in _ENDS or (verb == "updated" and any(after.get(name) is False for name in _TAKEN_AWAY)):
            yield kind, change.entity_id
