"""Projects, groups, participants, devices and roles, as services read and change them (OpenTera, "service")."""

from typing import Any

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.matching import part_of
from rollbook.core.sessions import access, devices, memberships, participants, places, queries, services
from rollbook.core.sessions import entities as e
from rollbook.core.sessions.entities import Record
from rollbook.doors.opentera import objects
from rollbook.doors.opentera.bodies import Document, wrapped
from rollbook.doors.opentera.endpoints.user.access import access_shown, saved_access
from rollbook.doors.opentera.endpoints.user.participants import hashed
from rollbook.doors.opentera.endpoints.user.services import role_document
from rollbook.doors.opentera.endpoints.user.sites import Documents, given_id, read
from rollbook.doors.opentera.errors import bad, forbidden
from rollbook.doors.opentera.shown import device_document, participant_document
from rollbook.doors.opentera.wire.service import (
    DevicesQuery,
    GroupsDelete,
    GroupsQuery,
    ParticipantsQuery,
    ProjectsDelete,
    ProjectsQuery,
    RolesDelete,
    ServiceaccessDelete,
    ServiceaccessQuery,
    UsergroupsDelete,
    UsergroupsQuery,
)
from rollbook.web.routes import Call


def index_projects(call: Call[None, ProjectsQuery]) -> Documents:
    """Projects ("GET /service/projects"). Faults: FORBIDDEN for a site or project that the service is not in."""
    asked, work = call.query, call.work
    if asked.id_site is None and asked.id_project is None:
        raise bad("Missing parameter")
    if asked.id_site is not None and not queries.sees(work, e.SITE, asked.id_site):
        raise forbidden()
    found = queries.find(work, e.PROJECT, id=asked.id_project, site_id=asked.id_site)
    if asked.id_project is not None and not found:
        raise forbidden()
    return [objects.PROJECT.shown(one, "site_name") for one in found]


def save_project(call: Call[None, None]) -> Document:
    """Make or change a project at a site of the service ("POST /service/projects")."""
    given = wrapped(call, "project")
    project_id = given_id(given, "id_project")
    return objects.PROJECT.shown(places.save_project(call.work, project_id, read(objects.PROJECT, given)))


def delete_project(call: Call[None, ProjectsDelete]) -> str:
    """Delete a project of the service ("DELETE /service/projects")."""
    if not queries.sees(call.work, e.PROJECT, call.query.id):
        raise forbidden()
    places.remove_project(call.work, call.query.id)
    return ""


def index_groups(call: Call[None, GroupsQuery]) -> Document | Documents:
    """A group of participants, or those of a project ("GET /service/groups"). Faults: INVALID, FORBIDDEN."""
    asked, work = call.query, call.work
    if asked.id_participant_group is not None:
        found = queries.first(work, e.PARTICIPANT_GROUP, id=asked.id_participant_group)
        if found is None:
            raise forbidden()
        return objects.GROUP.shown(found, "project_name")
    if asked.id_project is not None and not queries.sees(work, e.PROJECT, asked.id_project):
        raise forbidden()
    chosen = {} if asked.id_project is None else {"project_id": asked.id_project}
    groups = queries.find(work, e.PARTICIPANT_GROUP, **chosen) if chosen else []  # type: ignore[arg-type]
    if not groups:
        raise bad("Missing arguments")
    return [objects.GROUP.shown(group, "project_name") for group in groups]


def save_group(call: Call[None, None]) -> Document:
    """Make or change a group of participants ("POST /service/groups")."""
    given = wrapped(call, "participant_group")
    group_id = given_id(given, "id_participant_group")
    work = call.work
    present = queries.first(work, e.PARTICIPANT_GROUP, id=group_id) if group_id else None
    if group_id and present is None:
        raise forbidden()
    values = read(objects.GROUP, given)
    if present is not None:
        values.setdefault("project_id", present["project_id"])
    if values.get("project_id") is None:
        raise forbidden()
    return objects.GROUP.shown(places.save_group(work, group_id, values))


def delete_group(call: Call[None, GroupsDelete]) -> str:
    """Delete a group that has no participants ("DELETE /service/groups"). Faults: FORBIDDEN, CONFLICT."""
    group_id, work = call.query.id, call.work
    if not queries.sees(work, e.PARTICIPANT_GROUP, group_id):
        raise forbidden()
    if queries.count(work, e.PARTICIPANT, viewer=queries.anyone(work), participant_group_id=group_id):
        raise Fault(FaultCode.CONFLICT, "Deletion impossible: Participant group still has participant(s)")
    places.remove_group(work, group_id)
    return ""


def index_participants(call: Call[None, ParticipantsQuery]) -> Document | Documents:
    """A participant, or those of a project or group ("GET /service/participants"). Faults: INVALID, FORBIDDEN."""
    asked, work = call.query, call.work
    one: dict[str, Any] = {"id": asked.id_participant, "uuid": asked.participant_uuid}
    if any(value is not None for value in one.values()):
        found = queries.first(work, e.PARTICIPANT, **one)
        if found is None:
            raise forbidden()
        return participant_document(found, call.services)
    if asked.id_project is None and asked.id_participant_group is None:
        raise bad("Missing arguments")
    if asked.id_project is not None and not queries.sees(work, e.PROJECT, asked.id_project):
        raise forbidden()
    group_id = asked.id_participant_group
    if group_id is not None and not queries.sees(work, e.PARTICIPANT_GROUP, group_id):
        raise forbidden()
    part = part_of(asked.name) if asked.name is not None else None
    some = queries.find(
        work, e.PARTICIPANT, project_id=asked.id_project, participant_group_id=group_id, named_like=part
    )
    return [participant_document(record, call.services) for record in some]


def save_participant(call: Call[None, None]) -> Document:
    """Make or change a participant ("POST /service/participants")."""
    given = wrapped(call, "participant")
    participant_id = given_id(given, "id_participant")
    if not participant_id and not (given.get("participant_name") and "participant_email" in given):
        raise bad("Missing participant_name or participant_email")
    password = hashed(call, given)
    values = read(objects.PARTICIPANT, given) | password
    if not participant_id:
        values.setdefault("may_sign_in", True)
    return participant_document(participants.save(call.work, participant_id, values), call.services)


def show_device(call: Call[None, DevicesQuery]) -> Document:
    """A device ("GET /service/devices"). Faults: INVALID, FORBIDDEN."""
    asked, work = call.query, call.work
    if asked.id_device is None and asked.device_uuid is None:
        raise bad("Missing arguments")
    found = queries.first(work, e.DEVICE, id=asked.id_device, uuid=asked.device_uuid)
    if found is None:
        raise forbidden()
    return device_document(found, call.services) | _more(call, found)


def _more(call: Call[None, DevicesQuery], device: Record) -> Document:
    asked, out = call.query, dict[str, Any]()
    every = queries.anyone(call.work)
    if asked.with_device_type:
        kind = queries.first(call.work, e.DEVICE_TYPE, viewer=every, id=device["device_type_id"])
        out["device_type"] = objects.DEVICE_TYPE.shown(kind) if kind else None
    if asked.with_device_subtype:
        subtype = device["device_subtype_id"]
        found = queries.first(call.work, e.DEVICE_SUBTYPE, viewer=every, id=subtype) if subtype else None
        out["device_subtype"] = objects.DEVICE_SUBTYPE.shown(found) if found else None
    if asked.with_device_assets:
        assets = queries.find(call.work, e.ASSET, viewer=every, device_id=device["id"])
        out["device_assets"] = [objects.ASSET.shown(asset) for asset in assets]
    return out


def save_device(call: Call[None, None]) -> Document:
    """Change a device of the service's projects, or make one ("POST /service/devices")."""
    given = wrapped(call, "device")
    device_id = given_id(given, "id_device")
    if not given.get("device_name") or given.get("id_device_type") is None:
        raise bad("Missing device_name or id_device_type")
    saved = devices.save_by_service(call.work, device_id, read(objects.DEVICE, given))
    return device_document(saved, call.services)


def index_roles(call: Call[None, None]) -> Documents:
    """The service's own roles ("GET /service/roles")."""
    found = queries.find(
        call.work, e.SERVICE_ROLE, viewer=queries.anyone(call.work), service_id=call.principal.subject_id
    )
    return [_role(role) for role in found]


def _role(role: Record, *, is_new: bool = False) -> Document:
    out = role_document(role, with_name=not is_new)
    more = {name: role[name] for name in ("project_name", "site_name") if role[name] is not None}
    return out if is_new else out | more


def save_role(call: Call[None, None]) -> Document:
    """Make or rename a role of the service ("POST /service/roles")."""
    given = wrapped(call, "service_role")
    role_id = given_id(given, "id_service_role")
    if not role_id and not given.get("service_role_name"):
        raise bad("Missing fields: ['service_role_name']")
    values = read(objects.SERVICE_ROLE, given)
    return _role(services.save_own_role(call.work, role_id, values), is_new=not role_id)


def delete_role(call: Call[None, RolesDelete]) -> str:
    """Delete a role of the service ("DELETE /service/roles")."""
    services.remove_own_role(call.work, call.query.id)
    return ""


def index_access(call: Call[None, ServiceaccessQuery]) -> Documents:
    """Which of the service's roles a group has ("GET /service/serviceaccess"). Faults: INVALID."""
    if call.query.id_user_group is None:
        raise bad("Missing arguments")
    found = queries.find(
        call.work,
        e.SERVICE_ACCESS,
        viewer=queries.anyone(call.work),
        group_id=call.query.id_user_group,
        service_id=call.principal.subject_id,
    )
    return [access_shown(record) for record in found]


def save_access(call: Call[None, None]) -> Documents:
    """Give, change and take away the service's roles ("POST /service/serviceaccess")."""
    return saved_access(call, access.save_for_service)


def delete_access(call: Call[None, ServiceaccessDelete]) -> str:
    """Take a role of the service away ("DELETE /service/serviceaccess")."""
    access.remove_for_service(call.work, call.query.id)
    return ""


def index_user_groups(call: Call[None, UsergroupsQuery]) -> Documents:
    """Groups of users that have a role of the service ("GET /service/usergroups")."""
    asked = call.query
    found = queries.find(
        call.work,
        e.USER_GROUP,
        viewer=queries.anyone(call.work),
        id=asked.id_user_group,
        of_service=call.principal.subject_id,
        project_id=asked.id_project,
        site_id=asked.id_site,
    )
    return [objects.USER_GROUP.shown(group) for group in found]


def save_user_group(call: Call[None, None]) -> Documents:
    """Make or rename a group of users ("POST /service/usergroups")."""
    given = wrapped(call, "user_group")
    group_id = given_id(given, "id_user_group")
    name = given.get("user_group_name")
    if not group_id and not name:
        raise bad("Missing user_group_name")
    return [
        objects.USER_GROUP.shown(memberships.save_for_service(call.work, group_id, None if name is None else str(name)))
    ]


def delete_user_group(call: Call[None, UsergroupsDelete]) -> str:
    """Delete a group of users ("DELETE /service/usergroups")."""
    memberships.remove_for_service(call.work, call.query.id)
    return ""
