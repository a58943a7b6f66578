"""Giving roles to groups of people, groups of participants and devices."""

from typing import Any

from sqlalchemy import bindparam, select

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.work import Work
from rollbook.core.people.tables import memberships
from rollbook.core.sessions import grants, home, policy, queries, store
from rollbook.core.sessions.entities import DEVICE, PARTICIPANT_GROUP, SERVICE_ACCESS, SERVICE_ROLE, USER_GROUP, Record
from rollbook.core.sessions.grants import What
from rollbook.core.sessions.reach import ADMIN, OF_ACTIVE_GROUP, is_live
from rollbook.core.sessions.tables.services import service_access, service_roles

ROLES = frozenset(home.ROLES)
HOLDERS = ("group_id", "participant_group_id", "device_id")


def _require_admin_at(work: Work, what: What, place_id: int) -> None:
    (policy.require_site_admin if what == "site" else policy.require_project_admin)(work, place_id)


def set_role(work: Work, what: What, group_id: int, place_id: int, role: str) -> Record | None:
    """Give a group a role at a site or in a project in place of what it has; "" takes it away.

    A role that follows anyway is not given; then the answer is None. Faults: FORBIDDEN, INVALID.
    """
    _require_admin_at(work, what, place_id)
    if queries.first(work, USER_GROUP, viewer=queries.anyone(work), id=group_id) is None:
        raise policy.forbidden()
    if role and role not in ROLES:
        raise Fault(FaultCode.INVALID, f"The role must be one of {', '.join(home.ROLES)}.")
    held: Record = {"is_home": True, "group_id": group_id, f"{what}_id": place_id}
    present = queries.find(work, SERVICE_ACCESS, viewer=queries.anyone(work), **held)
    if not role or _follows(work, what, group_id, place_id, role):
        for access in present:
            store.remove(work, SERVICE_ACCESS, access)
        return None
    wanted = home.role_of(work, role, **{f"{what}_id": place_id})
    if wanted is None:
        raise policy.forbidden()
    if present:
        return store.change(work, SERVICE_ACCESS, present[0], service_role_id=wanted["id"])
    return store.add(work, SERVICE_ACCESS, group_id=group_id, service_role_id=wanted["id"])


def _follows(work: Work, what: What, group_id: int, place_id: int, role: str) -> bool:
    """Whether a group has a role by another that it has."""
    if role == ADMIN:
        return False
    follows = grants.inherited(work, what, queries.anyone(work), group_id=group_id, place_id=place_id)
    return follows is not None and follows.role in (role, ADMIN)


def remove_role(work: Work, what: What, access_id: int) -> None:
    """Take a role at a site or in a project away. Faults: INVALID where there is none; FORBIDDEN."""
    found = queries.first(work, SERVICE_ACCESS, viewer=queries.anyone(work), id=access_id)
    if found is None or found[f"{what}_id"] is None or not found["is_home"]:
        raise Fault(FaultCode.INVALID, f"No {what} access to delete.")
    _require_admin_at(work, what, found[f"{what}_id"])
    store.remove(work, SERVICE_ACCESS, found)


_ADMIN_OF_SERVICE = Statement[tuple[Any, ...]](
    select(service_access.c.id)
    .select_from(
        service_access.join(service_roles, service_roles.c.id == service_access.c.service_role_id).join(
            memberships, memberships.c.group_id == service_access.c.group_id
        )
    )
    .where(
        memberships.c.person_id == bindparam("person_id"),
        service_roles.c.service_id == bindparam("service_id"),
        service_roles.c.site_id.is_(None),
        service_roles.c.project_id.is_(None),
        service_roles.c.name == ADMIN,
        is_live(service_access),
        OF_ACTIVE_GROUP,
        is_live(service_roles),
    )
)


def administers_service(work: Work, service_id: int) -> bool:
    """Whether the caller has the role of an administrator in a service as a whole."""
    if policy.is_super(work):
        return True
    person_id = work.principal.person_id or 0
    return work.first(_ADMIN_OF_SERVICE, person_id=person_id, service_id=service_id) is not None


def _require_may_give(work: Work, role: Record, holder: Record) -> None:
    """Faults: FORBIDDEN unless the caller administers where the role is, and reaches who is to hold it."""
    if role["site_id"] is not None:
        policy.require_site_admin(work, role["site_id"])
    elif role["project_id"] is not None:
        policy.require_project_admin(work, role["project_id"])
    elif not administers_service(work, role["service_id"]):
        raise policy.forbidden()
    seen = {
        "group_id": lambda: queries.sees(work, USER_GROUP, holder["group_id"], only_admin=True),
        "participant_group_id": lambda: queries.sees(
            work, PARTICIPANT_GROUP, holder["participant_group_id"], only_admin=True
        ),
        "device_id": lambda: policy.administers_device(work, holder["device_id"]),
    }
    for name in HOLDERS:
        if holder.get(name) is not None and not seen[name]():
            raise policy.forbidden()


def _named(work: Work, access_id: int, values: Record) -> tuple[Record | None, Record | None]:
    """What is to be changed, None for what is new, and the role that it is to be, else is."""
    everyone = queries.anyone(work)
    present = queries.first(work, SERVICE_ACCESS, viewer=everyone, id=access_id) if access_id else None
    role_id = values.get("service_role_id") or (present["service_role_id"] if present else None)
    return present, queries.first(work, SERVICE_ROLE, viewer=everyone, id=role_id) if role_id else None


def _require_one_holder(values: Record) -> None:
    if sum(values.get(name) is not None for name in HOLDERS) != 1:
        raise Fault(FaultCode.INVALID, "Name one group of users, one group of participants or one device.")


def save(work: Work, access_id: int, values: Record) -> Record | None:
    """Give someone a role (id 0), change which, or with no role take it away. Faults: FORBIDDEN, INVALID, MISSING."""
    present, role = _named(work, access_id, values)
    if access_id and present is None:
        raise policy.forbidden()
    if role is None:
        raise Fault(FaultCode.MISSING, "Missing id_service_role")
    holder = {name: values.get(name) or (present[name] if present else None) for name in HOLDERS}
    _require_one_holder(holder)
    _require_may_give(work, role, holder)
    if present is None:
        return store.add(work, SERVICE_ACCESS, service_role_id=role["id"], **holder)
    _require_may_give(work, queries.get(work, SERVICE_ROLE, present["service_role_id"]), present)
    if not values.get("service_role_id"):
        store.remove(work, SERVICE_ACCESS, present)
        return None
    return store.change(work, SERVICE_ACCESS, present, service_role_id=role["id"], **holder)


def remove(work: Work, access_id: int) -> None:
    """Take a role away. Faults: INVALID where there is none; FORBIDDEN."""
    present = queries.first(work, SERVICE_ACCESS, viewer=queries.anyone(work), id=access_id)
    if present is None:
        raise Fault(FaultCode.INVALID, "Not found")
    role = queries.get(work, SERVICE_ROLE, present["service_role_id"])
    _require_may_give(work, role, present)
    store.remove(work, SERVICE_ACCESS, present)


def _require_own(work: Work, role: Record | None, group_id: int | None) -> None:
    """Faults: FORBIDDEN unless it is a role of the calling service, and the group has one already."""
    if role is None or role["service_id"] != work.principal.subject_id:
        raise policy.forbidden()
    if group_id is not None:
        having = queries.anyone(work)
        if queries.first(work, USER_GROUP, viewer=having, id=group_id, of_service=role["service_id"]) is None:
            raise policy.forbidden()


def save_for_service(work: Work, access_id: int, values: Record) -> Record | None:
    """As :func:`save`, by the service whose role it is. Faults: FORBIDDEN, INVALID, MISSING."""
    present, role = _named(work, access_id, values)
    if (access_id and present is None) or (present and present["service_id"] != work.principal.subject_id):
        raise policy.forbidden()
    _require_own(work, role, values.get("group_id"))
    for name, entity in (("participant_group_id", PARTICIPANT_GROUP), ("device_id", DEVICE)):
        if values.get(name) is not None and not queries.sees(work, entity, values[name]):
            raise policy.forbidden()
    _require_one_holder({name: values.get(name) or (present[name] if present else None) for name in HOLDERS})
    if present is None:
        return store.add(work, SERVICE_ACCESS, **values)
    if not values.get("service_role_id"):
        store.remove(work, SERVICE_ACCESS, present)
        return None
    return store.change(work, SERVICE_ACCESS, present, **values)


def remove_for_service(work: Work, access_id: int) -> None:
    """Take a role of the calling service away. Faults: FORBIDDEN."""
    present = queries.first(work, SERVICE_ACCESS, viewer=queries.anyone(work), id=access_id)
    if present is None or present["service_id"] != work.principal.subject_id:
        raise policy.forbidden()
    store.remove(work, SERVICE_ACCESS, present)
