"""What happens to sockets because of something that happened elsewhere, in the same transaction."""

from collections.abc import Iterator
from typing import Any

from rollbook.core.kernel.work import Change, Work
from rollbook.core.sessions import sockets
from rollbook.core.sessions.store import REPLACED
from rollbook.core.sessions.viewers import Kind

_KINDS = {
    "person": Kind.USER,
    "user": Kind.USER,
    "participant": Kind.PARTICIPANT,
    "device": Kind.DEVICE,
    "service": Kind.SERVICE,
}
_ENDS = frozenset({"inactivated", "deleted", "password_set"})
_TAKEN_AWAY = ("is_enabled", "may_sign_in", "has_token")
"""What lets a participant, device or service in: without it they are let out."""


_PARENTS = frozenset({"site", "project"})
"""What takes participants with it who are not told of one by one."""


def react(work: Work) -> None:
    """Close the sockets of those who may come in no more. The composition root calls it before each commit."""
    let_out = dict.fromkeys(_let_out(work.changes))
    if any(change.entity in _PARENTS and change.kind.endswith(".deleted") for change in work.changes):
        let_out |= dict.fromkeys((Kind.PARTICIPANT, subject_id) for subject_id in sockets.deleted_participants(work))
    for kind, subject_id in let_out:
        sockets.close_all(work, kind, subject_id)


def _let_out(changes: list[Change]) -> Iterator[tuple[Kind, int]]:
    new = {(change.entity, change.entity_id) for change in changes if change.kind.endswith(".created")}
    for change in changes:
        if (change.entity, change.entity_id) in new:
            continue
        kind, verb = _KINDS.get(change.entity), change.kind.rpartition(".")[2]
        if kind is None:
            continue
        after: Any = change.after or {}
        if verb in _ENDS or (verb == "updated" and _lets_out(after)):
            yield kind, change.entity_id


def _lets_out(after: Any) -> bool:
    """Whether a change takes away what lets someone in, or puts another secret in its place."""
    return any(after.get(name) is False for name in _TAKEN_AWAY) or any(after.get(said) for said in REPLACED.values())
