"""The life of one assignment: open until it is completed, credited or cancelled, and then never moved again.

Many at once: ``enrolment`` (assigning), ``leaving``, ``results`` (simulators), ``reactions``; the verbs that other
domains and doors use stand here.
"""

from typing import Any

from sqlalchemy import and_, bindparam, exists, or_, select, update

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.statements import Statement, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.learning import checks, facts, finishing, leaving, policy
from rollbook.core.learning.content_queries import find_version, get_content
from rollbook.core.learning.course_queries import find_course
from rollbook.core.learning.enrolment import assign as assign
from rollbook.core.learning.leaving import unassign as unassign
from rollbook.core.learning.queries import load_assignments
from rollbook.core.learning.records import (
    CANCELLED,
    COMPLETED,
    CREDITED,
    LESSON,
    OPEN,
    PERSON,
    PLAYER,
    Assignment,
    Course,
    Progress,
)
from rollbook.core.learning.results import best_of
from rollbook.core.learning.results import record_results as record_results
from rollbook.core.learning.tables import assignments
from rollbook.core.learning.tenancy import beside

Rows = Statement[tuple[Any, ...]]

_LOCK = Rows(select(assignments.c.id).where(assignments.c.id == bindparam("id")).with_for_update(key_share=True))
_HAS_FINISHED = Rows(
    select(
        exists().where(
            and_(
                assignments.c.person_id == bindparam("person_id"),
                beside(assignments.c.content_id) == bindparam("content_id"),
                or_(assignments.c.outcome == COMPLETED, assignments.c.outcome == CREDITED),
            )
        )
    )
)


@shapes
def _update(names: frozenset[str]) -> Rows:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in sorted(names)}
    return Statement(update(assignments).where(assignments.c.id == bindparam("assignment_id")).values(values))


def start(work: Work, assignment: Assignment) -> Assignment:
    """Begin an assignment, with the version that is published now; nothing happens to one that was begun already.

    Faults: FORBIDDEN; CONFLICT when it is over, not open yet or no longer, or its prerequisite is not met.
    """
    policy.require_may_learn(work.principal, assignment.person_id)
    current = _open(work, assignment, "started")
    if current.started_at is not None:
        return current
    require_access(work, current)
    _require_prerequisite(work, current)
    content = get_content(work, key="id", value=current.content_id)
    if content.kind == LESSON and not content.is_published:
        raise Fault(FaultCode.CONFLICT, "No version of this content is published; there is nothing to learn from yet.")
    changes = {"started_at": work.at, "content_version_id": content.version_id, "status_changed_at": work.at}
    return _move(work, "assignment.started", current, changes)


def record_progress(work: Work, assignment: Assignment, made: Progress) -> Assignment:
    """Add a learner's progress; a score counts as an attempt at the final assessment, and the best one stays.

    When all is done (see :func:`_is_done`) the assignment is completed with it.
    Faults: as :func:`start`, for it starts what was not; INVALID naming the field; CONFLICT without attempts left;
    FORBIDDEN for a score that learners give themselves.
    """
    if made.score is not None:
        policy.require_learning_write(work.principal)
    current = start(work, assignment)
    require_access(work, current)
    return advance(work, current, made)


def advance(work: Work, current: Assignment, made: Progress) -> Assignment:
    """As :func:`record_progress`, of an assignment begun in this unit of work, by callers that marked its attempt.

    Faults: INVALID naming the field; CONFLICT without attempts left.
    """
    course = find_course(work, key="id", value=current.course_id) if current.course_id is not None else None
    changes = _progressed(current, made, course)
    changed = {name: value for name, value in changes.items() if value != getattr(current, name)}
    if not changed:
        return current
    moved = _move(work, "assignment.progressed", current, changed)
    return _finish(work, moved, COMPLETED, work.at, via=PLAYER) if _is_done(work, moved, course) else moved


def _progressed(current: Assignment, made: Progress, course: Course | None) -> dict[str, Any]:
    progress = checks.per_cent(made.progress, "progress")
    score = checks.per_cent(made.score, "score")
    spent = checks.whole_number(made.time_s, "time_s", most=checks.MOST_SECONDS) or 0
    changes: dict[str, Any] = {
        "progress": max(current.progress, progress or 0.0),
        "time_s": min(current.time_s + spent, checks.MOST_SECONDS),
    }
    if score is not None:
        allowed = course.attempts_allowed if course else None
        if allowed is not None and current.attempts >= allowed:
            raise Fault(FaultCode.CONFLICT, f"All {allowed} attempts at the final assessment have been used.")
        changes |= {"attempts": current.attempts + 1, "score": best_of(current.score, score)}
    return changes


def _is_done(work: Work, current: Assignment, course: Course | None) -> bool:
    """100 %, the time that must be spent was spent, and the final assessment, if there is one, is passed."""
    if current.progress < 100 or current.time_s < 60 * ((course.mandatory_min if course else None) or 0):
        return False
    version = find_version(work, current.content_version_id) if current.content_version_id is not None else None
    pass_percent = version.pass_percent if version else None
    is_tested = course.has_final_assessment if course else pass_percent is not None
    return not is_tested or (current.score is not None and current.score >= (pass_percent or 0))


def complete(work: Work, assignment: Assignment, *, at: int | None = None, score: float | None = None) -> Assignment:
    """Complete an assignment by other evidence, whatever its progress; ``at`` None is now, ``score`` per cent.

    Faults: FORBIDDEN; CONFLICT when it is over; INVALID naming the field.
    """
    return _end(work, assignment, COMPLETED, at, score)


def credit(work: Work, assignment: Assignment, *, at: int | None = None) -> Assignment:
    """Recognise that someone meets the conditions without having taken it here. Faults: as :func:`complete`."""
    return _end(work, assignment, CREDITED, at, None)


def _end(work: Work, assignment: Assignment, outcome: str, at: int | None, score: float | None) -> Assignment:
    policy.require_learning_write(work.principal)
    current = _open(work, assignment, outcome)
    when = work.at if at is None else checks.instant(at, "completed_at")
    if when > work.at:
        checks.refuse("completed_at", "completed_at may not lie ahead")
    checks.per_cent(score, "score")
    if score is not None:
        kept = {"new_score": best_of(current.score, score)}
        work.run(_update(frozenset({"score"})), assignment_id=current.id, **kept)
    return _finish(work, current, outcome, when, via=PERSON)


def cancel(work: Work, assignment: Assignment, reason: str = "manual") -> Assignment:
    """Take an open assignment back and keep it in the record. ``reason`` is a word for programs.

    Faults: FORBIDDEN; CONFLICT when it is over.
    """
    policy.require_learning_write(work.principal)
    current = _open(work, assignment, CANCELLED)
    changes = {
        "outcome": CANCELLED,
        "cancelled_at": work.at,
        "cancel_reason": checks.word(reason, "reason"),
        "status_changed_at": work.at,
    }
    return _move(work, "assignment.cancelled", current, changes)


def remove(work: Work, assignment: Assignment) -> None:
    """Delete an open or cancelled assignment. Faults: FORBIDDEN; CONFLICT for one that was finished."""
    policy.require_learning_write(work.principal)
    current = _current(work, assignment)
    if current.outcome in (COMPLETED, CREDITED):
        raise Fault(FaultCode.CONFLICT, "A finished assignment stays in the record.")
    leaving.remove(work, [current])


# --- Moving -------------------------------------------------------------------------------------------------------


def _current(work: Work, assignment: Assignment) -> Assignment:
    """The assignment as it is now, held until the transaction ends. Faults: NOT_FOUND."""
    work.first(_LOCK, id=assignment.id)
    found = load_assignments(work, [assignment.id]).get(assignment.id)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such assignment.")
    return found


def _open(work: Work, assignment: Assignment, verb: str) -> Assignment:
    """The assignment as it is now, when it is open. Faults: NOT_FOUND, CONFLICT."""
    current = _current(work, assignment)
    if current.outcome != OPEN:
        raise Fault(FaultCode.CONFLICT, f"This assignment is {current.outcome}; it cannot be {verb}.")
    return current


def require_access(work: Work, current: Assignment) -> None:
    """Faults: CONFLICT when the assignment has not begun, its course is archived, or access to it has ended."""
    if current.course_archived_at is not None:
        raise Fault(FaultCode.CONFLICT, "This course is archived.")
    if current.start_at > work.at:
        raise Fault(FaultCode.CONFLICT, "This assignment has not begun yet.")
    if current.access_ends_at is not None and current.access_ends_at <= work.at:
        raise Fault(FaultCode.CONFLICT, "Access to this course has ended.")


def _require_prerequisite(work: Work, current: Assignment) -> None:
    course = find_course(work, key="id", value=current.course_id) if current.course_id is not None else None
    if course is None or course.prerequisite_content_id is None:
        return
    if not work.value(_HAS_FINISHED, person_id=current.person_id, content_id=course.prerequisite_content_id):
        raise Fault(
            FaultCode.CONFLICT,
            "The content that this course requires has not been completed yet.",
            details={"prerequisite_content_id": course.prerequisite_content_uuid},
        )


def _move(work: Work, kind: str, current: Assignment, changes: dict[str, Any]) -> Assignment:
    written = changes | {"updated_at": work.at}
    work.run(_update(frozenset(written)), assignment_id=current.id, **{f"new_{k}": v for k, v in written.items()})
    return facts.record_moved(work, kind, [current])[current.id]


def _finish(work: Work, current: Assignment, outcome: str, at: int, *, via: str) -> Assignment:
    finishing.finish(work, {current.id: at}, outcome, via=via)
    return facts.record_moved(work, f"assignment.{outcome}", [current])[current.id]
