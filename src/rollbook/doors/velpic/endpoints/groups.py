"""Groups, their members and their supervisors (Velpic, "Group")."""

from typing import Any

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.people import groups, queries, standing, structure
from rollbook.core.people.records import Entry, PeopleFilter
from rollbook.core.people.structure import GROUPS
from rollbook.doors.velpic import paging
from rollbook.doors.velpic.errors import GROUP_NOT_FOUND, coded
from rollbook.doors.velpic.translate.groups import from_core_group, from_core_groups
from rollbook.doors.velpic.translate.users import from_core_people
from rollbook.doors.velpic.wire.groups import GroupChange, GroupIn, GroupOut, GroupPage, GroupQuery, UsersIn
from rollbook.doors.velpic.wire.users import UserPage
from rollbook.web.routes import Call


def index(call: Call[None, GroupQuery]) -> GroupPage:
    """The active groups, all or by name ("List Groups")."""
    offset, limit = paging.window(call.query)
    found = groups.list_active(call.work, sought=call.query.q, offset=offset, limit=limit)
    return GroupPage(from_core_groups(call.work, found.rows), paging.meta(found, call.query))


def show(call: Call[None, None]) -> GroupOut:
    """One group, active or not ("Get")."""
    return from_core_group(call.work, _group(call))


def _group(call: Call[Any, Any]) -> Entry:
    """Faults: NOT_FOUND with the vendor's number."""
    group_id = call.path["groupId"]
    found = structure.find_entry(call.work, GROUPS, key="id", value=group_id)
    if found is None:
        missing = Fault(FaultCode.NOT_FOUND, f"Group with id {group_id} not found")
        raise coded(missing, GROUP_NOT_FOUND, "Group not found")
    return found


def create(call: Call[GroupIn, None]) -> GroupOut:
    """Make a group ("Create Group")."""
    given = call.body
    made = structure.add_entry(
        call.work, GROUPS, name=given.name, description=given.description, parent_id=given.parent_id
    )
    return from_core_group(call.work, made)


def update(call: Call[GroupChange, None]) -> GroupOut:
    """Rename, describe or move a group ("Update")."""
    given = call.body
    changed = structure.change_entry(
        call.work, GROUPS, _group(call), name=given.name, description=given.description, parent_id=given.parent_id
    )
    return from_core_group(call.work, changed)


def inactivate(call: Call[None, None]) -> None:
    """Let nobody join a group any more; its members stay ("Inactivate Group")."""
    groups.inactivate(call.work, _group(call))


def list_members(call: Call[None, paging.PageQuery]) -> UserPage:
    """The users in a group itself ("Get Users for a group")."""
    return _page(call, PeopleFilter(member_of=_group(call).id))


def list_supervisors(call: Call[None, paging.PageQuery]) -> UserPage:
    """The users who supervise a group ("Get Supervisors for a group")."""
    return _page(call, PeopleFilter(supervisor_of=_group(call).id))


def _page(call: Call[None, paging.PageQuery], wanted: PeopleFilter) -> UserPage:
    offset, limit = paging.window(call.query)
    found = queries.list_people(call.work, wanted, limit=limit, offset=offset, with_total=True)
    return UserPage(from_core_people(call.work, found.rows), paging.meta(found, call.query))


def add_members(call: Call[UsersIn, None]) -> None:
    """Bring users into a group ("Add Members to Group")."""
    standing.add(call.work, standing.MEMBERS, _group(call), call.body.user_ids)


def remove_members(call: Call[UsersIn, None]) -> None:
    """Take users out of a group ("Remove Members from Group")."""
    standing.remove(call.work, standing.MEMBERS, _group(call), call.body.user_ids)


def add_supervisors(call: Call[UsersIn, None]) -> None:
    """Make users supervisors of a group ("Add Supervisor to Group")."""
    standing.add(call.work, standing.SUPERVISORS, _group(call), call.body.user_ids)


def remove_supervisors(call: Call[UsersIn, None]) -> None:
    """End users' supervising of a group ("Remove Supervisors from Group")."""
    standing.remove(call.work, standing.SUPERVISORS, _group(call), call.body.user_ids)
