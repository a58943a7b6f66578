"""Statuses are derived alike in SQL and in Python, and for every door from the same place."""

from itertools import product
from typing import Any

import pytest
from sqlalchemy import bindparam, update

from rollbook.core.kernel.clock import DAY
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.work import Work
from rollbook.core.learning import queries
from rollbook.core.learning.records import AssignmentFilter
from rollbook.core.learning.status import (
    CertificateState,
    Stage,
    Status,
    certificate_state,
    has_access,
    stage_of,
    status_of,
)
from rollbook.core.learning.tables import assignments
from tests.core.learning.conftest import NOON, School

_FORCE = Statement[tuple[Any, ...]](
    update(assignments)
    .where(assignments.c.id == bindparam("assignment_id"))
    .values(
        outcome=bindparam("new_outcome"),
        start_at=bindparam("new_start_at"),
        due_at=bindparam("new_due_at"),
        started_at=bindparam("new_started_at"),
    )
)
OUTCOMES = ("open", "completed", "credited", "cancelled")
MOMENTS = (NOON - DAY, NOON, NOON + DAY)


def test_sql_and_python_agree_on_every_combination(school: School) -> None:
    made = school.enrol(school.person(), school.course())

    def compare(work: Work, outcome: str, start_at: int, due_at: int | None, started_at: int | None) -> None:
        work.run(
            _FORCE,
            assignment_id=made.id,
            new_outcome=outcome,
            new_start_at=start_at,
            new_due_at=due_at,
            new_started_at=started_at,
        )
        found = queries.get_assignment(work, key="id", value=made.id)
        status, stage = status_of(found, work.at), stage_of(outcome, started_at, has_live_certificate=False)
        assert (found.status, found.stage) == (status.value, stage.value)
        for wanted in Status:
            rows = queries.list_assignments(work, AssignmentFilter(status=wanted.value), limit=5, with_total=True)
            assert (len(rows.rows), rows.total) == ((1, 1) if wanted is status else (0, 0)), (found, wanted)
        for reached in Stage:
            rows = queries.list_assignments(work, AssignmentFilter(stage=reached.value), limit=5)
            assert len(rows.rows) == (1 if reached is stage else 0), (found, reached)

    def every(work: Work) -> None:
        for outcome, start_at, due_at, started_at in product(OUTCOMES, MOMENTS, (None, *MOMENTS), (None, NOON - DAY)):
            compare(work, outcome, start_at, due_at, started_at)

    school.run(every)


@pytest.mark.parametrize(
    ("expires_at", "revoked_at", "state"),
    [
        (None, None, CertificateState.VALID),
        (NOON + 1, None, CertificateState.VALID),
        (NOON, None, CertificateState.EXPIRED),
        (NOON - 1, NOON - 2, CertificateState.REVOKED),
    ],
)
def test_a_certificate_holds_until_it_expires_or_is_revoked(
    expires_at: int | None, revoked_at: int | None, state: CertificateState
) -> None:
    assert certificate_state(expires_at, revoked_at, NOON) is state


@pytest.mark.parametrize(
    ("outcome", "start_at", "ends_at", "archived_at", "may"),
    [
        ("open", NOON, None, None, True),
        ("completed", NOON, NOON + 1, None, True),
        ("open", NOON + 1, None, None, False),
        ("open", NOON, NOON, None, False),
        ("open", NOON, None, NOON, False),
        ("cancelled", NOON, None, None, False),
    ],
)
def test_access_begins_ends_and_is_closed(
    outcome: str, start_at: int, ends_at: int | None, archived_at: int | None, may: bool
) -> None:
    assert has_access(outcome, start_at, ends_at, archived_at, NOON) is may
