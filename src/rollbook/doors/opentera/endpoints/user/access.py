"""Roles of groups of users at sites and in projects, by group, by user and by place (OpenTera, "user")."""

from collections.abc import Callable
from typing import Any

from rollbook.core.kernel.work import Work
from rollbook.core.sessions import access, grants, queries
from rollbook.core.sessions.entities import MEMBERSHIP, PROJECT, SITE, USER, USER_GROUP, Record
from rollbook.core.sessions.grants import Grant, What
from rollbook.core.sessions.reach import ADMIN
from rollbook.core.sessions.viewers import viewer_of
from rollbook.doors.opentera import objects
from rollbook.doors.opentera.bodies import Document, listed, number
from rollbook.doors.opentera.endpoints.user.sites import Documents, given_id
from rollbook.doors.opentera.errors import bad
from rollbook.web.routes import Call

_PLACES: dict[What, Any] = {"site": SITE, "project": PROJECT}


def place_shown(what: What, place: Record, *, with_sites: bool = False) -> Document:
    """A site or project as it stands in a list of roles."""
    if what == "site":
        return objects.SITE.shown(place)
    out = objects.PROJECT.shown(place, "site_name", "id_site")
    return out | {"id_site": place["site_id"], "site_name": place["site_name"]} if with_sites else out


def role_shown(what: What, grant: Grant | None, *, always: bool = False) -> Document:
    """A role, and that it is inherited where it is, or in any case."""
    role = {f"{what}_access_role": grant.role if grant else None}
    if always:
        return role | {f"{what}_access_inherited": grant.is_inherited if grant else None}
    return role | ({f"{what}_access_inherited": True} if grant and grant.is_inherited else {})


def _kept(grant: Grant | None, asked: Any) -> Grant | None:
    """A role that counts: of administrators alone where those are asked for."""
    return None if asked.admins is not None and grant is not None and grant.role != ADMIN else grant


def index(what: What) -> Callable[[Any], Documents]:
    """The handler that lists roles."""

    def handle(call: Any) -> Documents:
        asked, work = call.query, call.work
        place_id, group_id = getattr(asked, f"id_{what}"), asked.id_user_group
        if asked.id_user is not None:
            return _of_user(work, what, asked)
        if place_id is None and group_id is None:
            raise bad("Missing arguments")
        if asked.by_users is not None:
            return _by_users(work, what, asked, place_id, group_id)
        return (
            _of_place(work, what, asked, place_id) if place_id is not None else _of_group(work, what, asked, group_id)
        )

    return handle


def _of_user(work: Work, what: What, asked: Any) -> Documents:
    if not queries.sees(work, USER, asked.id_user):
        return []
    roles = grants.of_person(work, what, viewer_of(work.principal), asked.id_user)
    return _at_places(work, what, asked, roles)


def _of_group(work: Work, what: What, asked: Any, group_id: int) -> Documents:
    if not queries.sees(work, USER_GROUP, group_id):
        return []
    found = grants.find(work, what, viewer_of(work.principal), group_id=group_id)
    return _at_places(work, what, asked, {place_id: grant for (_, place_id), grant in found.items()})


def _at_places(work: Work, what: What, asked: Any, roles: dict[int, Grant]) -> Documents:
    out = []
    for place in queries.find(work, _PLACES[what]):
        grant = _kept(roles.get(place["id"]), asked)
        if grant is not None or asked.with_empty:
            shown = place_shown(what, place, with_sites=bool(getattr(asked, "with_sites", None)))
            out.append(shown | role_shown(what, grant))
    return out


def _of_place(work: Work, what: What, asked: Any, place_id: int) -> Documents:
    place = queries.first(work, _PLACES[what], id=place_id)
    if place is None:
        return []
    found = grants.find(work, what, viewer_of(work.principal), place_id=place_id)
    out = []
    for group in queries.find(work, USER_GROUP):
        grant = _kept(found.get((group["id"], place_id)), asked)
        if grant is not None or asked.with_empty:
            out.append(objects.USER_GROUP.shown(group) | _site_of(place, asked) | role_shown(what, grant))
    return out


def _site_of(place: Record, asked: Any) -> Document:
    wanted = getattr(asked, "with_sites", None) and "site_name" in place
    return {"id_site": place["site_id"], "site_name": place["site_name"]} if wanted else {}


def _by_users(work: Work, what: What, asked: Any, place_id: int | None, group_id: int | None) -> Documents:
    """Each user with their best role, at one place or at all."""
    viewer = viewer_of(work.principal)
    places = queries.find(work, _PLACES[what], id=place_id)
    users = queries.find(work, USER, group_id=group_id, has_group=True)
    found = grants.find(work, what, viewer, place_id=place_id, group_id=group_id)
    out = []
    for user in users:
        groups = [row["group_id"] for row in queries.find(work, MEMBERSHIP, viewer=viewer, person_id=user["id"])]
        for place in places:
            held = [grant for group in groups if (grant := found.get((group, place["id"])))]
            best = max(held, key=lambda one: one.rank, default=None)
            # At one place those without a role are listed with what they have, whatever was asked for.
            grant = best if place_id is not None and asked.with_empty else _kept(best, asked)
            if grant is not None or asked.with_empty:
                out.append(_user(what, user, place, grant) | _site_of(place, asked) | _groups_of(work, user, asked))
    return out


def _user(what: What, user: Record, place: Record, grant: Grant | None) -> Document:
    return {
        "id_user": user["id"],
        f"id_{what}": place["id"],
        "user_name": f"{user['first_name']} {user['last_name']}",
        "user_enabled": user["is_active"],
    } | role_shown(what, grant, always=True)


def _groups_of(work: Work, user: Record, asked: Any) -> Document:
    if getattr(asked, "with_usergroups", None) is None:
        return {}
    groups = queries.find(work, USER_GROUP, person_id=user["id"])
    return {"user_groups": [objects.USER_GROUP.shown(group) for group in groups]}


_HOLDERS = {
    "id_user_group": "group_id",
    "id_participant_group": "participant_group_id",
    "id_device": "device_id",
    "id_service_role": "service_role_id",
}


def saved_access(call: Call[Any, Any], save: Callable[[Work, int, Record], Record | None]) -> Documents:
    """Give, change and take away the roles that are posted, each by ``save``; those that are left."""
    out = []
    for given in listed(call, "service_access"):
        values = {own: number(given[name], name) for name, own in _HOLDERS.items() if given.get(name) is not None}
        saved = save(call.work, given_id(given, "id_service_access"), values)
        if saved is not None:
            out.append(access_shown(saved))
    return out


def access_shown(record: Record) -> Document:
    """A role that someone has: everything that is not null."""
    out = {
        "id_service_access": record["id"],
        "id_user_group": record["group_id"],
        "id_device": record["device_id"],
        "id_participant_group": record["participant_group_id"],
        "id_project": record["project_id"],
        "id_service": record["service_id"],
        "id_service_role": record["service_role_id"],
        "id_site": record["site_id"],
        "service_role_name": record["role_name"],
        "site_name": record["site_name"],
        "project_name": record["project_name"],
        "service_name": record["service_name"],
        "service_key": record["service_key"],
        "service_access_role_name": record["role_name"],
        "user_group_name": record["group_name"],
        "device_name": record["device_name"],
        "participant_group_name": record["participant_group_name"],
    }
    return {name: value for name, value in out.items() if value is not None}


def save(what: What) -> Callable[[Any], Documents]:
    """The handler that gives groups roles at sites or in projects."""

    def handle(call: Any) -> Documents:
        out = []
        for given in listed(call, f"{what}_access"):
            group_id, place_id = given_id(given, "id_user_group"), given_id(given, f"id_{what}")
            role = given.get(f"{what}_access_role")
            if role is None or not isinstance(role, str):
                raise bad("Missing role name field")
            made = access.set_role(call.work, what, group_id, place_id, role)
            if made is not None:
                more = {f"id_{what}_access": made["id"], f"{what}_access_role": made["role_name"]}
                out.append(access_shown(made) | more)
        return out

    return handle


def delete(what: What) -> Callable[[Any], str]:
    """The handler that takes a role away."""

    def handle(call: Any) -> str:
        access.remove_role(call.work, what, call.query.id)
        return ""

    return handle


def grants_shown(work: Work, what: What, roles: dict[int, Grant]) -> Documents:
    """The places that a group has roles at, of those that the caller sees."""
    places = queries.find(work, _PLACES[what], id_among=list(roles))
    return [place_shown(what, place) | role_shown(what, roles[place["id"]]) for place in places]


def set_all(call: Call[Any, Any], what: What, group_id: int, given: Any) -> None:
    """Give a group the roles that are posted with it."""
    if not isinstance(given, list | None) or not all(isinstance(one, dict) for one in given or ()):
        raise bad(f"user_group_{what}s_access must be a list of objects")
    for one in given or ():
        place_id = given_id(one, f"id_{what}")
        access.set_role(call.work, what, group_id, place_id, str(one.get(f"{what}_access_role") or ""))
