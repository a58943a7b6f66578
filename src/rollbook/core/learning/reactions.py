"""What happens to assignments because of something that happened elsewhere, in the same transaction."""

from typing import Any

from sqlalchemy import bindparam, select, update

from rollbook.core.kernel.statements import Statement, among
from rollbook.core.kernel.work import Work
from rollbook.core.learning import facts
from rollbook.core.learning.queries import load_assignments
from rollbook.core.learning.records import CANCELLED, OPEN
from rollbook.core.learning.tables import assignments
from rollbook.core.learning.tenancy import beside

Rows = Statement[tuple[Any, ...]]

PERSON_INACTIVATED = "person_inactivated"
"""The reason of assignments that were cancelled because their person was inactivated."""

_OPEN_OF_PEOPLE = Rows(
    select(assignments.c.id)
    .where(
        among(assignments.c.person_id, "people"),
        beside(assignments.c.organisation_id) == bindparam("organisation_id"),
        assignments.c.outcome == OPEN,
    )
    .order_by(assignments.c.id)
    .with_for_update()
)
_CANCEL = Rows(
    update(assignments)
    .where(among(assignments.c.id, "ids"))
    .values(
        outcome=CANCELLED,
        cancel_reason=bindparam("reason"),
        cancelled_at=bindparam("at"),
        status_changed_at=bindparam("at"),
        updated_at=bindparam("at"),
    )
)


def react(work: Work) -> None:
    """Cancel the open assignments of whoever was inactivated. The composition root calls it before each commit."""
    inactivated = [change.entity_id for change in work.changes if change.kind == "person.inactivated"]
    if not inactivated:
        return
    organisation_id = work.principal.organisation_id
    ids = [row[0] for row in work.all(_OPEN_OF_PEOPLE, people=inactivated, organisation_id=organisation_id)]
    if ids:
        before = load_assignments(work, ids)
        work.run(_CANCEL, ids=ids, at=work.at, reason=PERSON_INACTIVATED)
        facts.record_moved(work, "assignment.cancelled", before.values())
