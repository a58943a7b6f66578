"""The one group that is a person's unit: placing them there, and how many people a group has with all below it."""

from typing import Any

from sqlalchemy import bindparam, delete, func, insert, literal_column, select

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.work import Work
from rollbook.core.people.tables import group_closure, groups, memberships

Rows = Statement[tuple[Any, ...]]
_LEAVE_UNIT = Rows(
    delete(memberships).where(memberships.c.person_id == bindparam("person_id"), memberships.c.is_primary)
)
_LEAVE = Rows(
    delete(memberships).where(
        memberships.c.person_id == bindparam("person_id"), memberships.c.group_id == bindparam("group_id")
    )
)
_JOIN_UNIT = Rows(
    insert(memberships).from_select(
        ["person_id", "group_id", "is_primary", "joined_at"],
        select(
            bindparam("person_id", type_=groups.c.id.type),
            groups.c.id,
            literal_column("true"),
            bindparam("joined_at", type_=memberships.c.joined_at.type),
        ).where(
            groups.c.id == bindparam("group_id"),
            groups.c.organisation_id == bindparam("organisation_id"),
            groups.c.inactivated_at.is_(None),
        ),
    )
)
_SIZE = Rows(
    select(func.count(memberships.c.person_id.distinct()))
    .join(group_closure, group_closure.c.group_id == memberships.c.group_id)
    .where(group_closure.c.ancestor_id == bindparam("group_id"))
)


def place(work: Work, person_id: int, group_id: int | None) -> None:
    """Make a group the person's one primary unit; None leaves them without. Faults: UNKNOWN_REFERENCE."""
    work.run(_LEAVE_UNIT, person_id=person_id)
    if group_id is not None:
        work.run(_LEAVE, person_id=person_id, group_id=group_id)
        place_newcomer(work, person_id, group_id)


def place_newcomer(work: Work, person_id: int, group_id: int) -> None:
    """Give someone who is in no group yet their primary unit. Faults: UNKNOWN_REFERENCE."""
    own = work.principal.organisation_id
    if not work.run(_JOIN_UNIT, person_id=person_id, group_id=group_id, joined_at=work.at, organisation_id=own):
        raise field_fault(
            FaultCode.UNKNOWN_REFERENCE, "group_id", "There is no group with this id that people may join."
        )


def count_members(work: Work, group_id: int) -> int:
    """How many people are in a group or below it."""
    return int(work.value(_SIZE, group_id=group_id))
