"""What the questions of a lesson must be. Each fault names the field."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.learning import checks
from rollbook.core.learning.lessons import MULTIPLE, QUESTION_KINDS, SINGLE, WRITTEN, Option, Question, Questionnaire

MOST_QUESTIONS = 200
MOST_OPTIONS = 20
MOST_ACCEPTED = 50
MOST_POINTS = 100
LONGEST_QUESTION = 4_000
LONGEST_OPTION = 1_000
LONGEST_ANSWER = 255

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_decode = msgspec.json.Decoder(Questionnaire).decode


def questionnaire_of(stored: str | None) -> Questionnaire:
    """The questions as a version has them."""
    return _decode(stored) if stored else Questionnaire()


def questionnaire_columns(given: Questionnaire | None) -> dict[str, Any]:
    """The columns of a version that hold its questions. Faults: INVALID or MISSING naming the field."""
    cleaned = _checked(given or Questionnaire())
    stored = msgspec.json.encode(cleaned).decode() if cleaned != Questionnaire() else None
    return {"questionnaire": stored, "question_count": len(cleaned.questions)}


def _checked(given: Questionnaire) -> Questionnaire:
    place = "questionnaire.questions"
    if len(given.questions) > MOST_QUESTIONS:
        checks.refuse(place, f"{place} may be at most {MOST_QUESTIONS}")
    questions = tuple(_question(one, f"{place}[{position}]") for position, one in enumerate(given.questions))
    _refuse_repeated([one.id for one in questions], place)
    attempts = checks.whole_number(
        given.attempts_allowed, "questionnaire.attempts_allowed", least=1, most=checks.MOST_ATTEMPTS
    )
    return msgspec.structs.replace(given, questions=questions, attempts_allowed=attempts)


def _question(given: Question, place: str) -> Question:
    kind = checks.one_of(given.kind, f"{place}.kind", QUESTION_KINDS)
    options = tuple(_option(one, f"{place}.options[{position}]") for position, one in enumerate(given.options))
    _check_options(kind, options, f"{place}.options")
    return Question(
        id=_id(given.id, f"{place}.id"),
        text=_prose(given.text, f"{place}.text", LONGEST_QUESTION),
        kind=kind,
        options=options,
        accepted=_accepted(kind, given.accepted, f"{place}.accepted"),
        points=checks.whole_number(given.points, f"{place}.points", least=1, most=MOST_POINTS) or 1,
        explanation=checks.prose(given.explanation, f"{place}.explanation"),
    )


def _option(given: Option, place: str) -> Option:
    text = _prose(given.text, f"{place}.text", LONGEST_OPTION)
    return Option(id=_id(given.id, f"{place}.id"), text=text, is_right=given.is_right)


def _check_options(kind: str, options: Sequence[Option], place: str) -> None:
    right = sum(option.is_right for option in options)
    if kind == WRITTEN:
        if options:
            checks.refuse(place, f"{place}: a question that is answered in writing has no options")
        return
    if not 2 <= len(options) <= MOST_OPTIONS:
        checks.refuse(place, f"{place} must be 2 to {MOST_OPTIONS}")
    if kind == SINGLE and right != 1:
        checks.refuse(place, f"{place}: exactly one must be right, as one answer is chosen")
    if kind == MULTIPLE and not right:
        checks.refuse(place, f"{place}: at least one must be right")
    _refuse_repeated([one.id for one in options], place)


def _accepted(kind: str, given: Sequence[str], place: str) -> tuple[str, ...]:
    if given and kind != WRITTEN:
        checks.refuse(place, f"{place}: only a question that is answered in writing has accepted answers")
    if len(given) > MOST_ACCEPTED:
        checks.refuse(place, f"{place} may be at most {MOST_ACCEPTED}")
    return tuple(_prose(answer, f"{place}[{position}]", LONGEST_ANSWER) for position, answer in enumerate(given))


def _refuse_repeated(ids: Sequence[str], place: str) -> None:
    seen: set[str] = set()
    for position, one in enumerate(ids):
        if one in seen:
            checks.refuse(f"{place}[{position}].id", f"{place}[{position}].id is the id of an earlier one")
        seen.add(one)


def _id(value: str, place: str) -> str:
    if not _ID.fullmatch(value):
        checks.refuse(place, f"{place} must be 1 to 64 letters, digits, hyphens or underscores")
    return value


def _prose(value: str, place: str, most: int) -> str:
    cleaned = checks.prose(value, place)
    if cleaned is None:
        raise field_fault(FaultCode.MISSING, place, f"{place} is required")
    if len(cleaned) > most:
        checks.refuse(place, f"{place} may have at most {most} characters")
    return cleaned
