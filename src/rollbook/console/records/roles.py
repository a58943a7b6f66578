"""Roles on the pages of places, groups, users and services: who has which, giving them and taking them away."""

from typing import Any

from rollbook.console.records.shape import GroupRoles, HolderRoles, OwnRoles, PlaceRoles, Row
from rollbook.console.visits import Visit
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import access, grants, home, policy, queries, services
from rollbook.core.sessions import entities as e
from rollbook.core.sessions.entities import Record
from rollbook.core.sessions.grants import Grant, What
from rollbook.core.sessions.ties import MOST_CANDIDATES
from rollbook.core.sessions.viewers import viewer_of

_PLACES: dict[What, e.Entity] = {"site": e.SITE, "project": e.PROJECT}
ROLES = tuple((role, {"admin": "Administrator", "user": "User"}[role]) for role in home.ROLES)
_WORDS = dict(ROLES)
FOLLOWS = {
    "site": "By a role in one of its projects",
    "project": "As an administrator of its site",
}


def _grant(what: What, grant: Grant, number: int, name: str, room: str) -> Row:
    return {
        "id": number,
        "name": {"label": name, "href": f"/console/{room}/{number}"},
        "role": _WORDS[grant.role],
        "how": FOLLOWS[what] if grant.is_inherited else None,
        "is_own": not grant.is_inherited,
    }


def of_place(work: Work, part: PlaceRoles, place: Record) -> Row:
    """The groups that have a role at a site or in a project, those that the caller sees."""
    what = part.what
    found = grants.find(work, what, viewer_of(work.principal), place_id=place["id"])
    ids = [group_id for group_id, _ in found]
    groups = queries.find(work, e.USER_GROUP, id_among=ids) if ids else []
    is_admin = (policy.is_site_admin if what == "site" else policy.is_project_admin)(work, place["id"])
    return {
        "title": "Who has access",
        "what": what,
        "own": "group",
        "rows": [_grant(what, found[one["id"], place["id"]], one["id"], one["name"], "user-groups") for one in groups],
        "options": _named(queries.find(work, e.USER_GROUP, limit=MOST_CANDIDATES)) if is_admin else [],
        "may_change": is_admin,
        "room": "user-groups",
    }


def of_group(work: Work, part: GroupRoles, group: Record) -> Row:
    """The sites or projects at which a group has a role, those that the caller sees."""
    what = part.what
    entity = _PLACES[what]
    found = grants.find(work, what, viewer_of(work.principal), group_id=group["id"])
    ids = [place_id for _, place_id in found]
    places = queries.find(work, entity, id_among=ids) if ids else []
    administered = queries.find(work, entity, only_admin=True, limit=MOST_CANDIDATES)
    room = f"{what}s"
    return {
        "title": "Roles at sites" if what == "site" else "Roles in projects",
        "what": what,
        "own": what,
        "rows": [_grant(what, found[group["id"], one["id"]], one["id"], one["name"], room) for one in places],
        "options": _named(administered),
        "may_change": bool(administered),
        "room": room,
    }


def _named(found: list[Record]) -> list[tuple[int, str]]:
    return [(one["id"], f"{one['name']} [{one['site_name']}]" if "site_name" in one else one["name"]) for one in found]


def of_user(work: Work, user: Record) -> Row:
    """Where a user has which role, through their groups."""
    viewer = viewer_of(work.principal)
    rows: list[Row] = []
    for what, entity in _PLACES.items():
        found = grants.of_person(work, what, viewer, user["id"])
        places = queries.find(work, entity, id_among=list(found)) if found else []
        room, kind = f"{what}s", what.capitalize()
        rows += [_grant(what, found[one["id"]], one["id"], one["name"], room) | {"kind": kind} for one in places]
    given = queries.find(work, e.SERVICE_ACCESS, of_person=user["id"], is_home=False)
    return {
        "title": "Roles",
        "rows": rows + [_given(one) | {"kind": "Service"} for one in given],
        "is_super": user["is_super"],
    }


def _given(row: Record) -> Row:
    """A role in a service, and who has it."""
    at = row["site_name"] or row["project_name"]
    holders = (
        ("user-groups", row["group_id"], row["group_name"]),
        ("participant-groups", row["participant_group_id"], row["participant_group_name"]),
        ("devices", row["device_id"], row["device_name"]),
    )
    room, number, name = next(one for one in holders if one[1] is not None)
    return {
        "id": row["id"],
        "name": {"label": row["service_name"], "href": f"/console/services/{row['service_id']}"},
        "role": f"{row['role_name']} at {at}" if at else row["role_name"],
        "holder": {"label": name, "href": f"/console/{room}/{number}"},
    }


def of_holder(work: Work, part: HolderRoles, holder: Record) -> Row:
    """The roles in services that a group, a group of participants or a device has."""
    own: Record = {part.column: holder["id"]}
    found = queries.find(work, e.SERVICE_ACCESS, is_home=False, **own)
    seen = [one["id"] for one in queries.find(work, e.SERVICE, is_home=False)]
    has = {one["service_role_id"] for one in found}
    roles = queries.find(work, e.SERVICE_ROLE, service_id_among=seen, limit=MOST_CANDIDATES) if seen else []
    may = policy.administers_anything(work)
    return {
        "title": "Roles in services",
        "rows": [_given(one) for one in found],
        "options": [(one["id"], _role_name(one)) for one in roles if one["id"] not in has and may],
        "may_change": may,
    }


def _role_name(role: Record) -> str:
    at = role["site_name"] or role["project_name"]
    return f"{role['service_name']}: {role['name']}" + (f" at {at}" if at else "")


def of_service(work: Work, service: Record) -> Row:
    """The roles that a service knows, and who has them."""
    found = queries.find(work, e.SERVICE_ROLE, service_id=service["id"])
    given = queries.find(work, e.SERVICE_ACCESS, service_id=service["id"])
    return {
        "title": "Roles",
        "rows": [
            {"id": one["id"], "name": one["name"], "at": one["site_name"] or one["project_name"]} for one in found
        ],
        "given": [_given(one) for one in given],
        "may_change": policy.is_super(work),
    }


# --- Buttons -----------------------------------------------------------------------------------------------------


def act(visit: Visit, part: PlaceRoles | GroupRoles | HolderRoles | OwnRoles, record: Record) -> str:
    """Give a role or take one away; what was done. Faults: FORBIDDEN, MISSING."""
    match part:
        case PlaceRoles(what):
            return _set(visit, what, _chosen(visit, "Choose a user group."), record["id"])
        case GroupRoles(what):
            return _set(visit, what, record["id"], _chosen(visit, f"Choose a {what}."))
        case HolderRoles(column):
            return _hold(visit, column, record["id"])
        case OwnRoles():
            return _define(visit, record["id"])


def _chosen(visit: Visit, missing: str) -> int:
    number = visit.number("other")
    if number is None:
        raise field_fault(FaultCode.MISSING, "other", missing)
    return number


def _set(visit: Visit, what: What, group_id: int, place_id: int) -> str:
    if visit.text("action") == "take":
        access.set_role(visit.work, what, group_id, place_id, "")
        return "The role is taken away."
    role = visit.text("role") or ""
    if role not in access.ROLES:
        raise field_fault(FaultCode.MISSING, "role", "Choose a role.")
    given = access.set_role(visit.work, what, group_id, place_id, role)
    return "The role is given." if given else "The group has this role already, by another that it has."


def _hold(visit: Visit, column: str, holder_id: int) -> str:
    number = _chosen(visit, "Choose a role.")
    if visit.text("action") == "take":
        own: Record = {column: holder_id}
        if queries.first(visit.work, e.SERVICE_ACCESS, id=number, **own) is None:
            raise Fault(FaultCode.NOT_FOUND, "That role is not there any more.")
        access.remove(visit.work, number)
        return "The role is taken away."
    access.save(visit.work, 0, {"service_role_id": number, column: holder_id})
    return "The role is given."


def _define(visit: Visit, service_id: int) -> str:
    work = visit.work
    if visit.text("action") == "take":
        number = _chosen(visit, "Choose a role.")
        if queries.first(work, e.SERVICE_ROLE, id=number, service_id=service_id) is None:
            raise Fault(FaultCode.NOT_FOUND, "That role is not there any more.")
        services.remove_role(work, number)
        return "The role is deleted."
    name = visit.text("role")
    if name is None or len(name) > 100 or not name.isprintable():
        raise field_fault(FaultCode.MISSING, "role", "Type a name of at most 100 characters.")
    services.save_role(work, 0, {"service_id": service_id, "name": name})
    return f"The role {name} is added."


def context(work: Work, part: Any, record: Record) -> Row:
    """What one of the parts about roles shows."""
    match part:
        case PlaceRoles():
            return of_place(work, part, record)
        case GroupRoles():
            return of_group(work, part, record)
        case HolderRoles():
            return of_holder(work, part, record)
        case OwnRoles():
            return of_service(work, record)
        case _:
            return of_user(work, record)
