"""Groups of users, and folders (Serenytics, "Usersgroup", "Folder")."""

from typing import Any

from rollbook.core.analytics import folders
from rollbook.core.analytics.queries import list_folders
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.people import groups, membership, standing, structure
from rollbook.core.people.records import Entry, PeopleFilter
from rollbook.core.people.structure import GROUPS
from rollbook.doors.serenytics.endpoints.users import MOST_LISTED, by_name, listed
from rollbook.doors.serenytics.translate.folders import KINDS, TYPES, homes
from rollbook.doors.serenytics.translate.searching import to_core_window
from rollbook.doors.serenytics.translate.users import from_core_group
from rollbook.doors.serenytics.wire.answers import Done, PageQuery
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


def index(call: Call[None, PageQuery]) -> GroupList:
    """The active groups ("GET /api/usersgroup")."""
    window = to_core_window(call.query.page, call.query.results_per_page, MOST_LISTED)
    found = groups.list_active(call.work, limit=window.limit, offset=window.offset)
    return GroupList(objects=[from_core_group(group) for group in found.rows], **window.told(found.total or 0))


def show(call: Call[None, None]) -> GroupOut:
    """One group."""
    return from_core_group(_found(call))


def show_by_name(call: Call[None, GroupQuery]) -> GroupOut:
    """One group by its name ("GET /api/usersgroup/byname")."""
    return from_core_group(structure.get_entry(call.work, GROUPS, key="name", value=call.query.name.strip()))


def list_users(call: Call[None, PageQuery]) -> UserList:
    """The users in a group ("GET /api/usersgroup/<user_uuid>/list_of_users")."""
    return listed(call, PeopleFilter(member_of=_found(call).id, is_active=True))


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
