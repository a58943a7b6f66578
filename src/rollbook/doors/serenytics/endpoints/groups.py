"""Groups of users, and folders (Serenytics, "Usersgroup", "Folder")."""

from typing import Any

from rollbook.core.analytics import folders
from rollbook.core.analytics.queries import list_folders
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.people import groups, membership, queries, standing, structure
from rollbook.core.people.records import Entry, PeopleFilter
from rollbook.core.people.structure import GROUPS
from rollbook.doors.serenytics.endpoints.users import MOST_LISTED, by_name
from rollbook.doors.serenytics.translate.folders import KINDS, TYPES, homes
from rollbook.doors.serenytics.translate.users import from_core_group, from_core_people
from rollbook.doors.serenytics.wire.answers import Done
from rollbook.doors.serenytics.wire.users import (
    AddUserIn,
    FolderIn,
    FolderList,
    FolderOut,
    GroupList,
    GroupOut,
    GroupQuery,
    RemoveUserIn,
    UserList,
)
from rollbook.web.routes import Call


def _found(call: Call[Any, Any]) -> Entry:
    return structure.get_entry(call.work, GROUPS, key="uuid", value=str(call.path["uuid"]))


def index(call: Call[None, None]) -> GroupList:
    """The active groups ("GET /api/usersgroup")."""
    found = groups.list_active(call.work, limit=MOST_LISTED)
    return GroupList(num_results=found.total or 0, objects=[from_core_group(group) for group in found.rows])


def show(call: Call[None, None]) -> GroupOut:
    """One group."""
    return from_core_group(_found(call))


def show_by_name(call: Call[None, GroupQuery]) -> GroupOut:
    """One group by its name ("GET /api/usersgroup/byname")."""
    return from_core_group(structure.get_entry(call.work, GROUPS, key="name", value=call.query.name.strip()))


def list_users(call: Call[None, None]) -> UserList:
    """The users in a group ("GET /api/usersgroup/<user_uuid>/list_of_users")."""
    wanted = PeopleFilter(member_of=_found(call).id, is_active=True)
    found = queries.list_people(call.work, wanted, limit=MOST_LISTED, order="name", with_total=True)
    return UserList(num_results=found.total or 0, objects=from_core_people(call.work, found.rows))


def add_user(call: Call[AddUserIn, None]) -> Done:
    """Add a user to a group ("POST /api/usersgroup/<group_uuid>/adduser")."""
    membership.join(call.work, _found(call), by_name(call.work, call.body.username_to_add))
    return Done()


def remove_user(call: Call[RemoveUserIn, None]) -> None:
    """Take a user out of a group ("POST /api/usersgroup/<group_uuid>/removeuser")."""
    group, person = _found(call), by_name(call.work, call.body.username_to_remove)
    if group.id not in standing.groups_of(call.work, standing.MEMBERS, [person.id]).get(person.id, []):
        raise Fault(FaultCode.CONFLICT, "The user is not in this group.")
    membership.leave(call.work, group, person)


def delete(call: Call[None, None]) -> None:
    """Delete a group that nobody is in ("DELETE /api/usersgroup/<uuid>")."""
    structure.remove_entry(call.work, GROUPS, _found(call))


def list_all_folders(call: Call[None, None]) -> FolderList:
    """The folders, and the homes of what lies in none ("GET /api/folder")."""
    found = list_folders(call.work, limit=MOST_LISTED)
    shown = [*homes(), *(FolderOut(folder.uuid, folder.name, TYPES[folder.kind]) for folder in found)]
    return FolderList(num_results=len(shown), objects=shown)


def create_folder(call: Call[FolderIn, None]) -> FolderOut:
    """Make a folder ("POST /api/folder")."""
    made = folders.create(call.work, call.body.name, KINDS[call.body.resource_type])
    return FolderOut(made.uuid, made.name, call.body.resource_type)
