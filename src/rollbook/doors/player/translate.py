"""Lessons being played, as the player's page reads them."""

from collections.abc import Callable

from rollbook.core.learning.records import OPEN
from rollbook.core.playing import spans
from rollbook.core.playing.records import Lesson, Marked, Paper, Saved
from rollbook.doors.player.wire import (
    AnsweredOut,
    FileOut,
    LessonOut,
    MarkedOut,
    OptionOut,
    PaperOut,
    QuestionOut,
    QuestionsOut,
    SavedIn,
    Standing,
    StepOut,
)


def from_core_lesson(lesson: Lesson, organisation: str, href: Callable[[str], str], base_url: str) -> LessonOut:
    """The whole lesson; ``href`` makes the address of a file from its uuid."""
    found, play = lesson.assignment, lesson.play
    standing = from_core_standing(lesson, base_url)
    return LessonOut(
        id=found.id,
        version=lesson.version.id,
        title=found.title,
        organisation=organisation,
        person=f"{found.person_first_name} {found.person_last_name}".strip(),
        step=play.step if play else 0,
        position_ms=play.position_ms if play else 0,
        steps=[_step(lesson, position, is_done, href) for position, is_done in enumerate(standing.done)],
        standing=standing,
    )


def _step(lesson: Lesson, position: int, is_done: bool, href: Callable[[str], str]) -> StepOut:
    step = lesson.steps[position]
    file = lesson.files.get(step.file or "")
    shown = None
    if file is not None:
        shown = FileOut(
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            duration_ms=file.duration_ms,
            href=href(file.uuid),
        )
    return StepOut(
        title=step.title,
        kind=step.kind,
        text=step.text,
        url=step.url,
        file=shown,
        seen=lesson.seen.get(position),
        is_done=is_done,
    )


def from_core_standing(lesson: Lesson, base_url: str) -> Standing:
    """How far the learner has come, by what was saved; a lesson that is over is done."""
    found = lesson.assignment
    is_open = found.outcome == OPEN
    progress = spans.progress(lesson, is_passed=lesson.is_passed)
    number = found.certificate_number
    return Standing(
        saves=lesson.play.saves if lesson.play else 0,
        progress=max(progress, found.progress) if is_open else 100.0,
        score=found.score,
        is_open=is_open,
        done=[not is_open or share >= 1 for share in spans.shares(lesson)],
        certificate=f"{base_url}/certificates/{number}" if number else None,
        questions=_questions(lesson),
    )


def _questions(lesson: Lesson) -> QuestionsOut | None:
    if not lesson.questionnaire.questions:
        return None
    return QuestionsOut(
        count=len(lesson.questionnaire.questions),
        pass_percent=lesson.version.pass_percent,
        attempts_left=lesson.attempts_left,
        is_passed=lesson.is_passed,
        last_score=lesson.attempts[-1].score if lesson.attempts else None,
    )


def to_core_saved(given: SavedIn) -> Saved:
    """A report of what was played."""
    return Saved(
        version_id=given.version,
        number=given.number,
        step=given.step,
        position_ms=given.position_ms,
        seen=given.seen,
        time_s=given.time_s,
        is_last=given.is_last,
    )


def from_core_paper(paper: Paper) -> PaperOut:
    """Questions to be answered."""
    return PaperOut(
        number=paper.number,
        attempts_left=paper.attempts_left,
        questions=[
            QuestionOut(
                id=one.id,
                text=one.text,
                kind=one.kind,
                points=one.points,
                options=[OptionOut(id=option.id, text=option.text) for option in one.options],
            )
            for one in paper.questions
        ],
    )


def from_core_marked(marked: Marked, base_url: str) -> MarkedOut:
    """What came of an attempt."""
    explanations = {one.id: one.explanation for one in marked.lesson.questionnaire.questions}
    told = [
        AnsweredOut(
            id=one.id,
            text=one.text,
            given=list(one.given),
            right=list(one.right),
            is_right=one.is_right,
            explanation=explanations.get(one.id),
        )
        for one in marked.answers
    ]
    return MarkedOut(
        number=marked.attempt.number,
        score=marked.attempt.score,
        is_passed=marked.attempt.is_passed,
        answers=told if marked.is_told else None,
        standing=from_core_standing(marked.lesson, base_url),
    )
