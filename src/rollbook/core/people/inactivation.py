"""Inactivating many people at once, as from a list where they were picked."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, not_, select, update

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import PeopleScope, Role
from rollbook.core.kernel.statements import Statement, among, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people import policy
from rollbook.core.people.queries import roles_of, scope_params, visible_to
from rollbook.core.people.tables import people, person_roles

Rows = Statement[tuple[Any, ...]]
MOST_AT_ONCE = 1000


class _Picked(msgspec.Struct, frozen=True):
    id: int
    uuid: str
    roles: str | None

    @property
    def role_set(self) -> frozenset[Role]:
        return frozenset(map(Role, self.roles.split(","))) if self.roles else frozenset()


@shapes
def _picked(scope: PeopleScope) -> Statement[_Picked]:
    return Statement(
        select(people.c.id, people.c.uuid, roles_of(people.c.id)).where(
            visible_to(scope), people.c.is_active, among(people.c.id, "ids")
        ),
        _Picked,
    )


_INACTIVATE = Rows(
    update(people)
    .where(among(people.c.id, "ids"))
    .values(is_active=False, inactivated_at=bindparam("at"), updated_at=bindparam("at"))
)
_OTHER_OWNER = Rows(
    select(people.c.id)
    .join(person_roles, person_roles.c.person_id == people.c.id)
    .where(
        people.c.organisation_id == bindparam("organisation_id"),
        people.c.is_active,
        person_roles.c.role == Role.OWNER.value,
        not_(among(people.c.id, "ids")),
    )
    .limit(1)
)


def inactivate_many(work: Work, ids: list[int]) -> int:
    """Inactivate the visible, active people among these; how many. All or none.

    Faults: FORBIDDEN (someone's role is above the caller's); CONFLICT (the caller, or the last owner, is among them);
    TOO_LARGE.
    """
    policy.require_people_write(work.principal)
    if len(ids) > MOST_AT_ONCE:
        raise Fault(FaultCode.TOO_LARGE, f"Pick at most {MOST_AT_ONCE:,} people at once.")
    if work.principal.person_id in ids:
        raise Fault(FaultCode.CONFLICT, "You are among those you picked; nobody inactivates themselves.")
    found = work.all(_picked(work.principal.people_scope), ids=ids, **scope_params(work.principal))
    for one in found:
        policy.require_may_change_roles(work.principal, one.role_set)
    picked = [one.id for one in found]
    if any(Role.OWNER in one.role_set for one in found):
        _refuse_last_owner(work, picked)
    work.run(_INACTIVATE, ids=picked, at=work.at)
    for one in found:
        before, after = {"is_active": True}, {"is_active": False}
        work.record("person.inactivated", "person", one.id, one.uuid, before=before, after=after, person_id=one.id)
    return len(found)


def _refuse_last_owner(work: Work, ids: list[int]) -> None:
    if work.first(_OTHER_OWNER, ids=ids, organisation_id=work.principal.organisation_id) is None:
        raise Fault(
            FaultCode.CONFLICT, "The organisation's last owner is among them; make someone else an owner first."
        )
