"""Reading how far learners are, and what they answered. Callers have found the assignment, so that they may see it."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from rollbook.core.kernel.statements import Lookup, Statement
from rollbook.core.kernel.work import Work
from rollbook.core.playing.records import Answered, Attempt, Play
from rollbook.core.playing.tables import plays, question_attempts

_PLAY = Lookup(
    select(*(plays.c[name] for name in Play.__struct_fields__)).where(
        plays.c.assignment_id == bindparam("assignment_id")
    ),
    Play,
)
_ATTEMPTS = Lookup(
    select(*(question_attempts.c[name] for name in Attempt.__struct_fields__))
    .where(
        question_attempts.c.assignment_id == bindparam("assignment_id"),
        question_attempts.c.organisation_id == bindparam("organisation_id"),
    )
    .order_by(question_attempts.c.number),
    Attempt,
)
_LAST = Statement[tuple[Any, ...]](
    select(question_attempts.c.answers)
    .where(
        question_attempts.c.assignment_id == bindparam("assignment_id"),
        question_attempts.c.organisation_id == bindparam("organisation_id"),
    )
    .order_by(question_attempts.c.number.desc())
    .limit(1)
)
_decode = msgspec.json.Decoder(list[Answered]).decode


def find_play(work: Work, assignment_id: int) -> Play | None:
    """Where a learner is; None before they began."""
    return work.first(_PLAY, assignment_id=assignment_id)


def list_attempts(work: Work, assignment_id: int) -> list[Attempt]:
    """Every attempt at the questions, oldest first."""
    return work.all(_ATTEMPTS, assignment_id=assignment_id, organisation_id=work.principal.organisation_id)


def answers_of(attempt: Attempt) -> list[Answered]:
    """The questions of an attempt with the answers given."""
    return _decode(attempt.answers) if attempt.answers else []


def list_question_results(work: Work, assignment_id: int) -> list[Answered]:
    """The questions of the last attempt with the answers given; empty before there is one."""
    stored = work.value(_LAST, assignment_id=assignment_id, organisation_id=work.principal.organisation_id)
    return _decode(stored) if stored else []
