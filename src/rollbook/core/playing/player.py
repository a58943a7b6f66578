"""Playing a lesson: opening it where the learner left off, and saving how far they have come.

A save costs a row of its own; the assignment, and with it an event, is told when the progress has grown by
``TOLD_STEP``, a minute has passed, the player is closed, or all is done.
"""

from typing import Any

import msgspec
from msgspec.structs import asdict, replace
from sqlalchemy import bindparam, update

from rollbook.core.kernel.clock import MINUTE, SECOND
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.statements import Statement, Store, insert_or_update
from rollbook.core.kernel.work import Work
from rollbook.core.learning import assignments as verbs
from rollbook.core.learning import checks
from rollbook.core.learning.content_queries import find_content, find_version, list_files, steps_of
from rollbook.core.learning.course_queries import find_course
from rollbook.core.learning.questions import questionnaire_of
from rollbook.core.learning.records import Assignment, ContentVersion, Progress
from rollbook.core.playing import queries, spans
from rollbook.core.playing.records import Lesson, Play, Saved, Seen
from rollbook.core.playing.tables import plays

TOLD_STEP = 5.0
"""Per cent of progress that are worth an event."""
FASTEST = 2
"""How many times faster than the clock a film may be watched."""
GRACE_S = 10
"""How much a player's clock may run ahead of ours."""
MOST_SPANS = 1000
"""Parts of films in one save."""

Rows = Statement[tuple[Any, ...]]
_decode = msgspec.json.Decoder(Seen).decode
_NAMES = tuple(name for name in Play.__struct_fields__ if name != "assignment_id")


def _save(store: Store) -> Any:
    made = insert_or_update(store, plays)
    made = made.values({name: bindparam(name) for name in ("assignment_id", *_NAMES)})
    return made.on_conflict_do_update(
        index_elements=["assignment_id"], set_={name: made.excluded[name] for name in _NAMES}
    )


_SAVE = Rows(_save)
_TELL = Rows(update(plays).where(plays.c.assignment_id == bindparam("assignment_id")).values(untold_s=0))


def version_to_play(work: Work, assignment: Assignment) -> ContentVersion:
    """The version that was begun; before that, the one that would be. Faults: CONFLICT when there is none."""
    version_id = assignment.content_version_id
    if version_id is None or assignment.started_at is None:
        content = find_content(work, key="id", value=assignment.content_id)
        version_id = content.version_id if content and content.version_id is not None else version_id
    version = find_version(work, version_id) if version_id is not None else None
    if version is None:
        raise Fault(FaultCode.CONFLICT, "There is no lesson to play here.")
    return version


def open_lesson(work: Work, assignment: Assignment) -> Lesson:
    """The lesson of an assignment, and where its learner is in it. Faults: CONFLICT when there is none."""
    version = version_to_play(work, assignment)
    play = queries.find_play(work, assignment.id)
    if play is not None and play.version_id != version.id:
        play = None
    attempts = [one for one in queries.list_attempts(work, assignment.id) if one.version_id == version.id]
    questionnaire = questionnaire_of(version.questionnaire)
    return Lesson(
        assignment=assignment,
        version=version,
        steps=steps_of(version),
        files={file.uuid: file for file in list_files(work, version)},
        questionnaire=questionnaire,
        play=play,
        seen=_decode(play.seen) if play is not None and play.seen else {},
        attempts=attempts,
        attempts_left=_attempts_left(work, assignment, questionnaire.attempts_allowed, len(attempts)),
    )


def _attempts_left(work: Work, assignment: Assignment, allowed: int | None, made: int) -> int | None:
    """How many attempts the questions and the course leave; None is no limit."""
    left = [allowed - made] if allowed is not None else []
    course = find_course(work, key="id", value=assignment.course_id) if assignment.course_id is not None else None
    if course is not None and course.attempts_allowed is not None:
        left.append(course.attempts_allowed - assignment.attempts)
    return max(0, min(left)) if left else None


def begin(work: Work, assignment: Assignment, version_id: int) -> Lesson:
    """The lesson of an assignment that is begun, or begins now, held until the transaction ends.

    Faults: as :func:`assignments.start`; CONFLICT when access has ended, or the learner plays another version.
    """
    current = verbs.start(work, assignment)
    verbs.require_access(work, current)
    lesson = open_lesson(work, current)
    if lesson.version.id != version_id:
        raise Fault(
            FaultCode.CONFLICT,
            "There is a newer version of this lesson; open it again.",
            details={"is_outdated": True},
        )
    return lesson


def save(work: Work, assignment: Assignment, made: Saved) -> Lesson:
    """Note how far a learner has come; the lesson with it. When all is done the assignment is completed.

    Time and parts of films count as far as the clock allows since the last save, and a save that was sent twice counts
    once. Faults: as :func:`begin`; INVALID naming the field.
    """
    lesson = begin(work, assignment, made.version_id)
    _check(lesson, made)
    held = lesson.play or Play(assignment.id, lesson.version.id, 0, 0, None, saves=0, untold_s=0, updated_at=work.at)
    most_s = max(0, work.at - held.updated_at) // SECOND + GRACE_S
    is_new = made.number > held.saves
    lesson = replace(lesson, seen=_seen(lesson, made, most_s * FASTEST * 1000))
    untold_s = held.untold_s + (min(made.time_s, most_s) if is_new else 0)
    progress = spans.progress(lesson, is_passed=lesson.is_passed)
    current = lesson.assignment
    if _is_worth_telling(work, current, progress, untold_s, is_last=made.is_last):
        current = verbs.advance(work, current, Progress(progress=progress, time_s=untold_s))
        untold_s = 0
    seen = msgspec.json.encode(lesson.seen).decode()
    play = replace(held, seen=seen, untold_s=untold_s, updated_at=work.at)
    if is_new:
        play = replace(play, step=made.step, position_ms=made.position_ms, saves=made.number)
    work.run(_SAVE, **asdict(play))
    return replace(lesson, assignment=current, play=play)


def _is_worth_telling(work: Work, current: Assignment, progress: float, untold_s: int, *, is_last: bool) -> bool:
    if progress <= current.progress and not untold_s:
        return progress >= 100
    is_due = is_last or work.at - current.updated_at >= MINUTE
    return is_due or progress >= 100 or progress >= current.progress + TOLD_STEP


def take_untold(work: Work, lesson: Lesson) -> int:
    """The seconds that the assignment has not been told of, for the caller to tell. They are told once."""
    play = lesson.play
    if play is None or not play.untold_s:
        return 0
    work.run(_TELL, assignment_id=play.assignment_id)
    return play.untold_s


def _check(lesson: Lesson, made: Saved) -> None:
    checks.whole_number(made.number, "number", least=1, most=2**31 - 1)
    last = len(lesson.steps) - (0 if lesson.questionnaire.questions else 1)  # the questions come after the steps
    checks.whole_number(made.step, "step", most=last)
    checks.whole_number(made.position_ms, "position_ms", most=2**31 - 1)
    checks.whole_number(made.time_s, "time_s", most=checks.MOST_SECONDS)
    if sum(len(parts) for parts in made.seen.values()) > MOST_SPANS:
        checks.refuse("seen", f"seen may hold at most {MOST_SPANS} parts")
    for position, parts in made.seen.items():
        place = f"seen[{position}]"
        if not 0 <= position < len(lesson.steps):
            checks.refuse(place, f"{place}: the lesson has no such step")
        if any(not 0 <= start <= end for start, end in parts):
            checks.refuse(place, f"{place} must be parts of a film, each from a moment to a later one")


def _seen(lesson: Lesson, made: Saved, most_ms: int) -> Seen:
    """What is seen with this save. A film's parts lie within it, and add no more than the clock allows."""
    seen = dict(lesson.seen)
    for position in sorted(made.seen):
        film = lesson.files.get(lesson.steps[position].file or "")
        held = seen.get(position, [])
        if film is None or not film.duration_ms:
            seen[position] = held
            continue
        ends = film.duration_ms
        parts = [(min(start, ends), min(end, ends)) for start, end in made.seen[position]]
        seen[position] = spans.added(held, parts, most_ms=most_ms)
        most_ms -= spans.length_ms(seen[position]) - spans.length_ms(held)
    return seen
