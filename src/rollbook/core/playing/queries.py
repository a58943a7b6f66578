"""Reading what learners answered."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.work import Work
from rollbook.core.playing.tables import question_attempts

_LAST = Statement[tuple[Any, ...]](
    select(question_attempts.c.answers)
    .where(
        question_attempts.c.assignment_id == bindparam("assignment_id"),
        question_attempts.c.organisation_id == bindparam("organisation_id"),
    )
    .order_by(question_attempts.c.number.desc())
    .limit(1)
)
_decode = msgspec.json.Decoder(list[Any]).decode


def list_question_results(work: Work, assignment_id: int) -> list[Any]:
    """The questions of the last attempt with the answers given; empty before there is one.

    The caller has found the assignment, so that it is someone's whom they see.
    """
    stored = work.value(_LAST, assignment_id=assignment_id, organisation_id=work.principal.organisation_id)
    return _decode(stored) if stored else []
