"""Users, their groups and their preferences (OpenTera, "user")."""

from typing import Any

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import grants, memberships, preferences, presence, queries, users
from rollbook.core.sessions.entities import (
    MEMBERSHIP,
    PROJECT,
    SITE,
    USER,
    USER_GROUP,
    USER_PREFERENCE,
    Record,
)
from rollbook.core.sessions.presence import Presence
from rollbook.core.sessions.viewers import Kind, viewer_of
from rollbook.doors.opentera import objects
from rollbook.doors.opentera.arguments import either
from rollbook.doors.opentera.bodies import Document, listed, number, wrapped
from rollbook.doors.opentera.endpoints.user import access
from rollbook.doors.opentera.endpoints.user.sites import Documents, given_id, read, with_roles
from rollbook.doors.opentera.errors import bad, forbidden
from rollbook.doors.opentera.wire.user_people import (
    UsergroupsDelete,
    UsergroupsQuery,
    UsersDelete,
    UsersPreferencesQuery,
    UsersQuery,
    UsersUsergroupsDelete,
    UsersUsergroupsQuery,
)
from rollbook.web.routes import Call

MINIMAL = (
    "id_user",
    "user_2fa_enabled",
    "user_enabled",
    "user_firstname",
    "user_lastname",
    "user_superadmin",
    "user_uuid",
)


def user_document(user: Record, *, is_brief: bool = False) -> Document:
    """A user with their full name."""
    shown = objects.USER.only(user, *MINIMAL) if is_brief else objects.USER.shown(user)
    for name in ("user_2fa_email_enabled", "user_2fa_enabled", "user_2fa_otp_enabled", "user_force_password_change"):
        if name in shown:
            shown[name] = bool(shown[name])
    if not is_brief:
        shown["user_profile"] = user["profile"] or ""
    return shown | {"user_name": f"{user['first_name']} {user['last_name']}"}


def index(call: Call[None, UsersQuery]) -> Documents:
    """Users ("GET /user/users")."""
    asked, work = call.query, call.work
    own_id = call.principal.person_id
    chosen: dict[str, Any] = {
        "id": own_id if asked.self else either(asked.id_user, asked.id),
        "uuid": either(asked.user_uuid, asked.uuid),
        "username": asked.username,
        "project_id": asked.id_project,
        "group_id": asked.id_user_group,
        "is_active": asked.enabled,
    }
    here, viewer = presence.of_kind(work, Kind.USER), None
    if asked.id_project is not None:
        # Whoever sees a project sees everyone with a role in it, its site's administrators too.
        viewer = queries.anyone(work) if queries.sees(work, PROJECT, asked.id_project) else None
    return [_listed(work, user, asked, here) for user in queries.find(work, USER, viewer=viewer, **chosen)]


def _listed(work: Work, user: Record, asked: UsersQuery, here: Presence) -> Document:
    out = user_document(user, is_brief=asked.list is not None and asked.list)
    if asked.list is None and user["id"] == work.principal.person_id:
        sites = [objects.SITE.shown(site) for site in queries.find(work, SITE)]
        projects = [objects.PROJECT.shown(project) for project in queries.find(work, PROJECT)]
        out["sites"] = with_roles(work, "site", "id_site", sites)
        out["projects"] = with_roles(work, "project", "id_project", projects)
    if asked.with_usergroups:
        groups = queries.find(work, USER_GROUP, person_id=user["id"])
        out["user_user_groups"] = [objects.USER_GROUP.shown(group) for group in groups]
    return out | _flags(user, here) if asked.with_status else out


def _flags(user: Record, here: Presence) -> Document:
    return {"user_online": user["id"] in here.online, "user_busy": user["id"] in here.busy}


def index_online(call: Call[None, None]) -> Documents:
    """Users who are online or busy ("GET /user/users/online")."""
    here = presence.of_kind(call.work, Kind.USER)
    found = queries.find(call.work, USER, id_among=here.here)
    return [user_document(user, is_brief=True) | _flags(user, here) for user in found]


def _group_ids(given: Document) -> list[int] | None:
    held = given.pop("user_user_groups", None)
    if held is None:
        return None
    if not isinstance(held, list):
        raise bad("user_user_groups must be a list")
    key = "id_user_group"
    return [number(one.get(key) if isinstance(one, dict) else one, key) for one in held]


def save(call: Call[None, None]) -> Documents:
    """Register or change a user ("POST /user/users")."""
    given = wrapped(call, "user")
    user_id, password = given_id(given, "id_user"), given.pop("user_password", None)
    group_ids = _group_ids(given)
    values = read(objects.USER, given)
    if not isinstance(password, str | None):
        raise bad("Bad parameter: user_password must be text")
    if password:
        values["password"] = password
    hasher = call.services.hasher
    try:
        if user_id:
            return [user_document(users.change(call.work, hasher, user_id, values, group_ids))]
        return [user_document(users.add(call.work, hasher, values, group_ids or []))]
    except Fault as fault:
        raise _in_their_words(fault) from None


_FIELDS = {"is_active": "enabled", "first_name": "firstname", "last_name": "lastname"}


def _in_their_words(fault: Fault) -> Fault:
    if fault.code is FaultCode.CONFLICT:
        return forbidden(fault.message)
    missing = fault.details.get("missing")
    if not isinstance(missing, list):
        return fault
    return Fault(fault.code, f"Missing required fields: {[f'user_{_FIELDS.get(name, name)}' for name in missing]}")


def delete(call: Call[None, UsersDelete]) -> str:
    """Delete a user ("DELETE /user/users")."""
    users.remove(call.work, call.query.id)
    return ""


def _group(work: Work, group: Record) -> Document:
    viewer = viewer_of(work.principal)
    out = objects.USER_GROUP.shown(group)
    for what in ("project", "site"):
        held = grants.find(work, what, viewer, group_id=group["id"])
        roles = {place_id: grant for (_, place_id), grant in held.items()}
        out[f"user_group_{what}s_access"] = access.grants_shown(work, what, roles)
    return out


def index_groups(call: Call[None, UsergroupsQuery]) -> Documents:
    """Groups of users with their roles ("GET /user/usergroups")."""
    asked, work = call.query, call.work
    chosen: dict[str, Any] = {"id": asked.id_user_group, "person_id": asked.id_user, "site_id": asked.id_site}
    if asked.id_user is not None and not queries.sees(work, USER, asked.id_user):
        return []
    found = queries.find(work, USER_GROUP, **chosen)
    return [objects.USER_GROUP.shown(group) if asked.list else _group(work, group) for group in found]


def save_group(call: Call[None, None]) -> Documents:
    """Make or change a group of users, with its roles where they are given ("POST /user/usergroups")."""
    given = wrapped(call, "user_group")
    group_id = given_id(given, "id_user_group")
    name = given.get("user_group_name")
    if not group_id and not name:
        raise bad("Missing user_group_name")
    group = memberships.save_group(call.work, group_id, None if name is None else str(name))
    for what in ("site", "project"):
        access.set_all(call, what, group["id"], given.get(f"user_group_{what}s_access"))
    return [_group(call.work, group)]


def delete_group(call: Call[None, UsergroupsDelete]) -> str:
    """Delete a group of users that has none ("DELETE /user/usergroups")."""
    memberships.remove_group(call.work, call.query.id)
    return ""


def _membership(row: Record, *, is_brief: bool) -> Document:
    out = {"id_user": row["person_id"], "id_user_group": row["group_id"], "id_user_user_group": row["id"]}
    if is_brief:
        return out
    name = f"{row['first_name']} {row['last_name']}"
    return out | {"user_fullname": name, "user_group_name": row["group_name"]}


def index_memberships(call: Call[None, UsersUsergroupsQuery]) -> Documents:
    """Who is in which group ("GET /user/users/usergroups")."""
    asked, work = call.query, call.work
    if asked.id_user is None and asked.id_user_group is None:
        raise bad("At least one id must be specified")
    is_brief = asked.list is not None
    if asked.id_user is not None:
        groups = {group["id"] for group in queries.find(work, USER_GROUP)}
        rows = [row for row in queries.find(work, MEMBERSHIP, person_id=asked.id_user) if row["group_id"] in groups]
        others = [_groupless(group) for group in queries.find(work, USER_GROUP)] if asked.with_empty else []
        return [_membership(row, is_brief=is_brief) for row in [*rows, *_without(others, rows, "group_id")]]
    if not queries.sees(work, USER_GROUP, asked.id_user_group or 0):
        return []
    rows = queries.find(work, MEMBERSHIP, group_id=asked.id_user_group)
    every = queries.find(work, USER, is_super=False) if asked.with_empty else []
    others = _without([_userless(user) for user in every], rows, "person_id")
    by_name = sorted([*rows, *others], key=lambda row: str(row["first_name"]))
    return [_membership(row, is_brief=is_brief) for row in by_name]


def _without(others: list[Record], rows: list[Record], column: str) -> list[Record]:
    present = {row[column] for row in rows}
    return [other for other in others if other[column] not in present]


_NOBODY = dict.fromkeys(("id", "person_id", "group_id", "group_name", "first_name", "last_name"))


def _groupless(group: Record) -> Record:
    return _NOBODY | {"group_id": group["id"], "group_name": group["name"], "first_name": "", "last_name": ""}


def _userless(user: Record) -> Record:
    return _NOBODY | {name: user[name] for name in ("first_name", "last_name")} | {"person_id": user["id"]}


def save_memberships(call: Call[None, None]) -> Documents:
    """Put users in groups ("POST /user/users/usergroups")."""
    out = []
    for given in listed(call, "user_user_group"):
        pair = [given_id(given, name) for name in ("id_user", "id_user_group")]
        out.append(_membership(memberships.add(call.work, *pair), is_brief=False))
    return out


def delete_membership(call: Call[None, UsersUsergroupsDelete]) -> str:
    """Take a user out of a group ("DELETE /user/users/usergroups")."""
    memberships.remove(call.work, call.query.id)
    return ""


def index_preferences(call: Call[None, UsersPreferencesQuery]) -> Documents:
    """A user's preferences ("GET /user/users/preferences"). Faults: FORBIDDEN."""
    asked, work = call.query, call.work
    person_id = call.principal.person_id if asked.id_user is None else asked.id_user
    if person_id is None or not queries.sees(work, USER, person_id):
        raise forbidden()
    found = queries.find(work, USER_PREFERENCE, person_id=person_id, app=asked.app_tag)
    return [objects.PREFERENCE.shown(preference) for preference in found]


def save_preference(call: Call[None, None]) -> Document | None:
    """Set or delete a user's preference in a program ("POST /user/users/preferences")."""
    given = wrapped(call, "user_preference")
    app, preference = given.get("user_preference_app_tag"), given.get("user_preference_preference")
    if not isinstance(app, str) or not app:
        raise bad("Missing app tag")
    if preference is not None and not isinstance(preference, str):
        raise Fault(FaultCode.INVALID, "user_preference_preference must be JSON text")
    person_id = number(given.get("id_user", call.principal.person_id), "id_user")
    saved = preferences.save(call.work, person_id, app, preference)
    return objects.PREFERENCE.shown(saved) if saved else None
