"""Sites and projects (OpenTera, "user")."""

from typing import Any

from rollbook.core.kernel.work import Work
from rollbook.core.sessions import grants, places, queries
from rollbook.core.sessions.entities import PARTICIPANT, PARTICIPANT_GROUP, PROJECT, SITE, USER, Record
from rollbook.core.sessions.viewers import viewer_of
from rollbook.doors.opentera import objects
from rollbook.doors.opentera.arguments import either
from rollbook.doors.opentera.bodies import Document, number, wrapped
from rollbook.doors.opentera.errors import bad
from rollbook.doors.opentera.wire.user_places import (
    GroupsDelete,
    GroupsQuery,
    ProjectsDelete,
    ProjectsQuery,
    SitesDelete,
    SitesQuery,
)
from rollbook.web.routes import Call

Documents = list[Document]


def given_id(document: Document, name: str, message: str | None = None) -> int:
    """The id in what is posted: 0 for something new. Faults: INVALID."""
    if document.get(name) is None:
        raise bad(message or f"Missing {name}")
    return number(document[name], name)


def read(shape: Any, document: Document) -> Record:
    """The values in what is posted, but for its id."""
    id_field = next(name for name, source in shape.fields.items() if source == "id:i")
    values: Record = shape.read(document, is_new=not number(document[id_field], id_field))
    values.pop("id", None)
    return values


def with_roles(work: Work, what: grants.What, id_field: str, documents: Documents) -> Documents:
    """Each with the caller's role at it."""
    roles = grants.roles_of_viewer(work, what, viewer_of(work.principal))
    for document in documents:
        document[f"{what}_role"] = "admin" if roles is None else roles.get(document[id_field])
    return documents


def _person(work: Work, uuid: str | None) -> int | None:
    """The id of a visible user by their uuid; 0, which is nobody's, where there is none."""
    if uuid is None:
        return None
    found = queries.first(work, USER, uuid=uuid)
    return found["id"] if found else 0


def index_sites(call: Call[None, SitesQuery]) -> Documents:
    """Sites, with the caller's role ("GET /user/sites")."""
    asked, work = call.query, call.work
    person_id = _person(work, asked.user_uuid)
    chosen: dict[str, Any] = {"id": either(asked.id_site, asked.id), "device_id": asked.id_device, "name": asked.name}
    if person_id is not None and not queries.count(work, USER, id=person_id, is_super=True):
        chosen["of_person"] = person_id
    sites = [objects.SITE.shown(site) for site in queries.find(work, SITE, **chosen)]
    roles = {} if person_id is None else grants.of_person(work, "site", viewer_of(work.principal), person_id)
    if "of_person" not in chosen:
        return with_roles(work, "site", "id_site", sites)
    return [site | {"site_role": roles[site["id_site"]].role} for site in sites if site["id_site"] in roles]


def save_site(call: Call[None, None]) -> Documents:
    """Make or change a site ("POST /user/sites")."""
    given = wrapped(call, "site")
    site_id = given_id(given, "id_site")
    return [objects.SITE.shown(places.save_site(call.work, site_id, read(objects.SITE, given)))]


def delete_site(call: Call[None, SitesDelete]) -> str:
    """Delete a site ("DELETE /user/sites")."""
    places.remove_site(call.work, call.query.id)
    return ""


def index_projects(call: Call[None, ProjectsQuery]) -> Documents:
    """Projects, with the caller's role ("GET /user/projects")."""
    asked, work = call.query, call.work
    chosen: dict[str, Any] = {
        "id": either(asked.id_project, asked.id),
        "site_id": asked.id_site,
        "service_id": asked.id_service,
        "name": asked.name,
        "is_enabled": True if asked.enabled else None,
    }
    person_id = _person(work, asked.user_uuid)
    if person_id is not None and not queries.count(work, USER, id=person_id, is_super=True):
        chosen["of_person"] = person_id
    found = queries.find(work, PROJECT, **chosen)
    if asked.list:
        return [_listed_project(work, project) for project in found]
    return with_roles(work, "project", "id_project", [objects.PROJECT.shown(project) for project in found])


def _listed_project(work: Work, project: Record) -> Document:
    return objects.PROJECT.shown(project, "site_name") | {
        "project_participant_group_count": queries.count(work, PARTICIPANT_GROUP, project_id=project["id"]),
        "project_participant_count": queries.count(work, PARTICIPANT, project_id=project["id"]),
    }


def save_project(call: Call[None, None]) -> Documents:
    """Make or change a project ("POST /user/projects")."""
    given = wrapped(call, "project")
    project_id = given_id(given, "id_project")
    return [objects.PROJECT.shown(places.save_project(call.work, project_id, read(objects.PROJECT, given)))]


def delete_project(call: Call[None, ProjectsDelete]) -> str:
    """Delete a project ("DELETE /user/projects")."""
    places.remove_project(call.work, call.query.id)
    return ""


def index_groups(call: Call[None, GroupsQuery]) -> Documents:
    """Groups of participants ("GET /user/groups")."""
    asked, work = call.query, call.work
    group_id = either(asked.id_group, asked.id)
    if group_id is None and asked.id_project is None:
        return []
    found = queries.find(work, PARTICIPANT_GROUP, id=group_id, project_id=asked.id_project)
    if asked.list is None:
        return [objects.GROUP.shown(group) for group in found]
    return [
        objects.GROUP.shown(group, "project_name")
        | {"group_participant_count": queries.count(work, PARTICIPANT, participant_group_id=group["id"])}
        for group in found
    ]


def save_group(call: Call[None, None]) -> Documents:
    """Make or change a group of participants ("POST /user/groups")."""
    given = wrapped(call, "participant_group")
    if given.get("id_participant_group") is None or given.get("id_project") is None:
        raise bad("Missing id_participant_group or id_project")
    group_id = given_id(given, "id_participant_group")
    return [objects.GROUP.shown(places.save_group(call.work, group_id, read(objects.GROUP, given)))]


def delete_group(call: Call[None, GroupsDelete]) -> str:
    """Delete a group of participants ("DELETE /user/groups")."""
    places.remove_group(call.work, call.query.id)
    return ""
