"""Who is in which group of users, and the groups themselves, as administrators of sites and projects change them."""

from typing import Any

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.work import Work
from rollbook.core.people import groups, membership, structure
from rollbook.core.people.queries import get_person
from rollbook.core.people.structure import GROUPS
from rollbook.core.sessions import policy, queries
from rollbook.core.sessions.administrating import as_administrator
from rollbook.core.sessions.entities import MEMBERSHIP, USER, USER_GROUP, Record


def require_admin(work: Work, group_id: int) -> None:
    """Faults: FORBIDDEN for who does not administer a place at which the group has a role."""
    policy.seen(work, USER_GROUP, group_id, only_admin=True)


def require_may_add(work: Work, group_id: int) -> None:
    """Faults: FORBIDDEN for who could not give each role that the group has, so that nobody rises above themselves."""
    require_admin(work, group_id)
    if not policy.may_give_all_of(work, group_id):
        raise policy.forbidden()


def _entry(work: Work, group_id: int) -> Any:
    return structure.get_entry(work, GROUPS, key="id", value=group_id)


def join(work: Work, user_id: int, group_id: int) -> Record:
    """Put a user in a group; nothing when they are in it. The membership."""
    found = _membership(work, user_id, group_id)
    if found is None:
        with as_administrator(work):
            membership.join(work, _entry(work, group_id), get_person(work, user_id))
        found = _membership(work, user_id, group_id)
    return found or {}


def leave(work: Work, user_id: int, group_id: int) -> None:
    """Take a user out of a group."""
    with as_administrator(work):
        membership.leave(work, _entry(work, group_id), get_person(work, user_id))


def _membership(work: Work, user_id: int, group_id: int) -> Record | None:
    return queries.first(work, MEMBERSHIP, viewer=queries.anyone(work), person_id=user_id, group_id=group_id)


def replace(work: Work, user_id: int, group_ids: list[int]) -> None:
    """Put a user in these of the groups that the caller administers, and in no other of those."""
    present = {group["id"] for group in queries.find(work, USER_GROUP, only_admin=True, person_id=user_id)}
    for group_id in present - set(group_ids):
        leave(work, user_id, group_id)
    for group_id in group_ids:
        join(work, user_id, group_id)


def add(work: Work, user_id: int, group_id: int) -> Record:
    """Put a user in a group that the caller administers. Faults: FORBIDDEN; INVALID for an administrator of all."""
    require_may_add(work, group_id)
    user = queries.first(work, USER, viewer=queries.anyone(work), id=user_id)
    if user is None or (not policy.is_super(work) and not queries.sees(work, USER, user_id)):
        raise policy.forbidden()
    if user["is_super"]:
        raise Fault(FaultCode.INVALID, "Super admins can't be associated to an user group")
    return join(work, user_id, group_id)


def remove(work: Work, membership_id: int) -> None:
    """Take a user out of a group by the membership's number. Faults: INVALID, FORBIDDEN."""
    found = queries.first(work, MEMBERSHIP, viewer=queries.anyone(work), id=membership_id)
    if found is None:
        raise Fault(FaultCode.INVALID, "Not found")
    require_admin(work, found["group_id"])
    leave(work, found["person_id"], found["group_id"])


def save_group(work: Work, group_id: int, name: str | None) -> Record:
    """Make a group (id 0) or rename one. Faults: FORBIDDEN, MISSING."""
    if group_id:
        require_admin(work, group_id)
    elif not (policy.is_super(work) or policy.administers_anything(work)):
        raise policy.forbidden()
    return _save(work, group_id, name)


def _save(work: Work, group_id: int, name: str | None) -> Record:
    with as_administrator(work):
        if not group_id:
            group_id = structure.add_entry(work, GROUPS, name=name or "").id
        elif name is not None:
            structure.change_entry(work, GROUPS, _entry(work, group_id), name=name)
    return queries.get(work, USER_GROUP, group_id)


def remove_group(work: Work, group_id: int) -> None:
    """Let nobody join a group any more; it is listed no more. Faults: FORBIDDEN; CONFLICT while it has users."""
    require_admin(work, group_id)
    _remove(work, group_id)


def _remove(work: Work, group_id: int) -> None:
    if queries.count(work, MEMBERSHIP, viewer=queries.anyone(work), group_id=group_id):
        raise Fault(
            FaultCode.CONFLICT,
            "Can't delete user group: please delete all users part of that user group before deleting.",
        )
    with as_administrator(work):
        groups.inactivate(work, _entry(work, group_id))


def _require_of_service(work: Work, group_id: int) -> None:
    """Faults: FORBIDDEN for a group that has no role of the calling service."""
    own = {"id": group_id, "of_service": work.principal.subject_id}
    if queries.first(work, USER_GROUP, viewer=queries.anyone(work), **own) is None:
        raise policy.forbidden()


def save_for_service(work: Work, group_id: int, name: str | None) -> Record:
    """Make a group (id 0) or rename one that has a role of the calling service. Faults: FORBIDDEN, MISSING."""
    if group_id:
        _require_of_service(work, group_id)
    return _save(work, group_id, name)


def remove_for_service(work: Work, group_id: int) -> None:
    """As :func:`remove_group`, for a group that has a role of the calling service. Faults: FORBIDDEN, CONFLICT."""
    _require_of_service(work, group_id)
    _remove(work, group_id)
