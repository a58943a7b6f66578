"""Answering a lesson's questions: asked in the order an attempt draws, marked, and kept as they were asked."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, insert

from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.work import Work
from rollbook.core.learning import assignments as verbs
from rollbook.core.learning import checks, policy
from rollbook.core.learning.lessons import SINGLE, WRITTEN, Question
from rollbook.core.learning.records import OPEN, Assignment, Progress
from rollbook.core.playing import player, queries, spans
from rollbook.core.playing.records import Answered, Attempt, Lesson, Marked, Paper
from rollbook.core.playing.tables import question_attempts

LONGEST_WRITTEN = 4_000
"""Characters of a written answer."""

_NAMES = ("organisation_id", "assignment_id", "version_id", "number", "answers", "score", "is_passed", "submitted_at")
_INSERT = Statement[tuple[Any, ...]](insert(question_attempts).values({name: bindparam(name) for name in _NAMES}))


def ask(work: Work, assignment: Assignment) -> Paper:
    """The questions of the learner's next attempt; asked again, they come in the same order.

    Faults: FORBIDDEN; CONFLICT when the assignment is over, there are no questions, or none of the attempts is left.
    """
    policy.require_may_learn(work.principal, assignment.person_id)
    if assignment.outcome != OPEN:
        raise Fault(FaultCode.CONFLICT, f"This assignment is {assignment.outcome}; there is nothing left to answer.")
    verbs.require_access(work, assignment)
    lesson = player.open_lesson(work, assignment)
    _require_attempt(lesson)
    number = _next_number(lesson)
    return Paper(number, lesson.attempts_left, _drawn(lesson, number))


def _next_number(lesson: Lesson) -> int:
    return max((attempt.number for attempt in lesson.attempts), default=0) + 1


def _require_attempt(lesson: Lesson) -> None:
    if not lesson.questionnaire.questions:
        raise Fault(FaultCode.CONFLICT, "This lesson asks no questions.")
    if lesson.is_passed:
        raise Fault(FaultCode.CONFLICT, "The questions have been passed already.")
    if lesson.attempts_left == 0:
        raise Fault(FaultCode.CONFLICT, "All attempts have been used. Whoever assigned the lesson can help.")


def _drawn(lesson: Lesson, number: int) -> list[Question]:
    """The questions of an attempt, in the order that it draws where they are shuffled."""
    questions = list(lesson.questionnaire.questions)
    if not lesson.questionnaire.is_shuffled:
        return questions
    order = random.Random(f"{lesson.assignment.uuid}:{number}")  # noqa: S311 - an order, not a secret
    order.shuffle(questions)
    return [
        msgspec.structs.replace(one, options=tuple(order.sample(one.options, len(one.options)))) for one in questions
    ]


def submit(
    work: Work, assignment: Assignment, version_id: int, number: int, given: Mapping[str, Sequence[str]]
) -> Marked:
    """Mark an attempt and keep it; a pass completes the assignment when the steps are behind the learner too.

    ``given`` are answers by question: ids of options, or one text. What is not answered is wrong. An attempt that is
    sent again is told what came of it.
    Faults: as :func:`player.begin`; CONFLICT without an attempt left, or for another attempt than the next; INVALID
    naming the question.
    """
    policy.require_may_learn(work.principal, assignment.person_id)
    if (again := _found(player.open_lesson(work, assignment), version_id, number)) is not None:
        return again
    try:
        lesson = player.begin(work, assignment, version_id)
    except Fault:
        lesson = player.open_lesson(work, assignment)
        if (again := _found(lesson, version_id, number)) is None:
            raise
    else:
        again = _found(lesson, version_id, number)
    if again is not None:  # it came twice at once
        return again
    _require_attempt(lesson)
    if number != _next_number(lesson):
        raise Fault(FaultCode.CONFLICT, f"The next attempt is number {_next_number(lesson)}; open the questions again.")
    _refuse_unknown(lesson, given)
    answers = [_answered(question, list(given.get(question.id, ()))) for question in _drawn(lesson, number)]
    score = _score(answers)
    passes_at = lesson.version.pass_percent
    is_passed = passes_at is None or score >= passes_at
    values = {
        "organisation_id": work.principal.organisation_id,
        "assignment_id": assignment.id,
        "version_id": version_id,
        "number": number,
        "answers": msgspec.json.encode(answers).decode(),
        "score": score,
        "is_passed": is_passed,
        "submitted_at": work.at,
    }
    work.run(_INSERT, **values)
    progress = spans.progress(lesson, is_passed=is_passed)
    untold_s = player.take_untold(work, lesson)
    current = verbs.advance(work, lesson.assignment, Progress(progress=progress, score=score, time_s=untold_s))
    return _marked(player.open_lesson(work, current), number)


def _found(lesson: Lesson, version_id: int, number: int) -> Marked | None:
    """What came of an attempt that was marked already."""
    if lesson.version.id != version_id or number >= _next_number(lesson) or number < 1:
        return None
    return _marked(lesson, number)


def _marked(lesson: Lesson, number: int) -> Marked:
    attempt: Attempt = next(one for one in lesson.attempts if one.number == number)
    return Marked(attempt, queries.answers_of(attempt), lesson, is_told=lesson.questionnaire.shows_answers)


def _score(answers: Sequence[Answered]) -> float:
    """Points for what is right, in per cent of all points."""
    total = sum(one.points for one in answers)
    return round(100 * sum(one.points for one in answers if one.is_right) / total, 2)


def _refuse_unknown(lesson: Lesson, given: Mapping[str, Sequence[str]]) -> None:
    """Faults: INVALID naming the question whose answer cannot be one."""
    known = {question.id: question for question in lesson.questionnaire.questions}
    for id_, answers in given.items():
        place = f"answers.{id_}"
        question = known.get(id_)
        if question is None:
            raise field_fault(FaultCode.INVALID, "answers", "answers: there is a question that the lesson does not ask")
        if question.kind == WRITTEN:
            if len(answers) > 1 or any(len(text) > LONGEST_WRITTEN or "\x00" in text for text in answers):
                checks.refuse(place, f"{place} must be one text of at most {LONGEST_WRITTEN} characters")
            continue
        offered = {option.id for option in question.options}
        if any(answer not in offered for answer in answers):
            checks.refuse(place, f"{place} must be among the options that the question offers")
        if question.kind == SINGLE and len(answers) > 1:
            checks.refuse(place, f"{place} may be one option")


def _answered(question: Question, given: Sequence[str]) -> Answered:
    shown: tuple[str, ...]
    right: tuple[str, ...]
    if question.kind == WRITTEN:
        text = " ".join(given).strip()
        accepted = {one.strip().casefold() for one in question.accepted}
        is_right = bool(text) and (not accepted or text.casefold() in accepted)
        shown, right = (text,) if text else (), question.accepted
    else:
        texts = {option.id: option.text for option in question.options}
        chosen, wanted = set(given), {option.id for option in question.options if option.is_right}
        is_right = chosen == wanted
        shown = tuple(texts[option.id] for option in question.options if option.id in chosen)
        right = tuple(texts[option.id] for option in question.options if option.id in wanted)
    return Answered(question.id, question.text, question.kind, question.points, shown, right, is_right)
