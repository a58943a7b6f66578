"""What an assignment's events say: all that a webhook's body needs, and nobody's name."""

from collections.abc import Iterable
from typing import Any

from rollbook.core.kernel.work import Work
from rollbook.core.learning.queries import load_assignments
from rollbook.core.learning.records import Assignment

SHOWN = (
    "person_id", "person_uuid", "content_id", "content_uuid", "content_title", "content_version_id", "course_id",
    "course_uuid", "course_external_id", "course_title", "outcome", "status", "stage", "start_at", "due_at",
    "access_ends_at", "started_at", "completed_at", "cancelled_at", "cancel_reason", "progress", "score", "time_s",
    "attempts", "certificate_number",
)  # fmt: skip


def facts_of(assignment: Assignment) -> dict[str, Any]:
    """An assignment as its events tell it; instants are microseconds, ``score`` and ``progress`` per cent."""
    return {name: getattr(assignment, name) for name in SHOWN}


def record_moved(work: Work, kind: str, before: Iterable[Assignment]) -> dict[int, Assignment]:
    """Note what happened to assignments, which are given as they were and read as they now are; the latter, by id.

    ``before`` of an event holds what changed, ``after`` everything.
    """
    earlier = list(before)
    now = load_assignments(work, [assignment.id for assignment in earlier])
    for assignment in earlier:
        was, after = facts_of(assignment), facts_of(now[assignment.id])
        changed = {name: value for name, value in was.items() if value != after[name]}
        if changed:
            work.record(
                kind,
                "assignment",
                assignment.id,
                assignment.uuid,
                before=changed,
                after=after,
                person_id=assignment.person_id,
            )
    return now


def record_removed(work: Work, gone: Iterable[Assignment]) -> None:
    """Note that assignments are gone."""
    for assignment in gone:
        work.record(
            "assignment.removed",
            "assignment",
            assignment.id,
            assignment.uuid,
            before=facts_of(assignment),
            person_id=assignment.person_id,
        )
