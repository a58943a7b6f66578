"""Services, their roles, who has them, and what is set for them (OpenTera, "user")."""

import json
from typing import Any

from rollbook.core.kernel.work import Work
from rollbook.core.sessions import access, queries, services
from rollbook.core.sessions.entities import (
    SERVICE,
    SERVICE_ACCESS,
    SERVICE_CONFIG,
    SERVICE_PROJECT,
    SERVICE_ROLE,
    USER,
    Record,
)
from rollbook.doors.opentera import objects
from rollbook.doors.opentera.arguments import either
from rollbook.doors.opentera.bodies import Document, number, wrapped
from rollbook.doors.opentera.endpoints.user.access import access_shown, saved_access
from rollbook.doors.opentera.endpoints.user.sites import Documents, given_id, read
from rollbook.doors.opentera.errors import bad
from rollbook.doors.opentera.shapes import moment
from rollbook.doors.opentera.wire.user_services import (
    ServicesAccessDelete,
    ServicesAccessQuery,
    ServicesConfigsDelete,
    ServicesConfigsQuery,
    ServicesDelete,
    ServicesQuery,
    ServicesRolesDelete,
    ServicesRolesQuery,
)
from rollbook.web.routes import Call


def _given(document: Document) -> Document:
    """Without what is null, as services are shown."""
    return {name: value for name, value in document.items() if value is not None}


def role_document(role: Record, *, with_name: bool = True) -> Document:
    """A role of a service."""
    out = _given(objects.SERVICE_ROLE.shown(role))
    return out | {"service_name": role["service_name"]} if with_name else out


def service_document(work: Work, service: Record, *, is_brief: bool = False) -> Document:
    """A service, with its roles and projects."""
    if is_brief:
        return _given(objects.SERVICE.shown(service, "service_default_config"))
    every = queries.anyone(work)
    used = queries.find(work, SERVICE_PROJECT, service_id=service["id"])
    roles = queries.find(work, SERVICE_ROLE, viewer=every, service_id=service["id"])
    return _given(objects.SERVICE.shown(service)) | {
        "service_projects": [
            {"id_project": row["project_id"], "id_service": row["service_id"], "id_service_project": row["id"]}
            for row in used
        ],
        "service_roles": [role_document(role) for role in roles],
    }


def index(call: Call[None, ServicesQuery]) -> Documents:
    """Services, but for the server itself ("GET /user/services")."""
    asked, work = call.query, call.work
    chosen: dict[str, Any] = {
        "id": either(asked.id_service, asked.id),
        "project_id": asked.id_project,
        "uuid": either(asked.service_uuid, asked.uuid),
        "key": either(asked.service_key, asked.key),
        "site_id": asked.id_site,
        "has_editable_config": True if asked.with_config else None,
    }
    if not asked.with_config:
        chosen["is_home"] = False
    return [service_document(work, one, is_brief=bool(asked.list)) for one in queries.find(work, SERVICE, **chosen)]


def save(call: Call[None, None]) -> Documents:
    """Make or change a service ("POST /user/services")."""
    given = wrapped(call, "service")
    service_id = given_id(given, "id_service")
    roles = given.pop("service_roles", None)
    for name in ("service_projects", "service_sites"):
        given.pop(name, None)
    if roles is not None and not (isinstance(roles, list) and all(isinstance(role, dict) for role in roles)):
        raise bad("service_roles must be a list of objects")
    wanted = None if roles is None else [objects.SERVICE_ROLE.read(role, is_new=True) for role in roles]
    values = read(objects.SERVICE, given)
    if isinstance(values.get("default_config"), str):
        values["default_config"] = services.checked_config(values["default_config"])
    return [service_document(call.work, services.save(call.work, service_id, values, wanted))]


def delete(call: Call[None, ServicesDelete]) -> str:
    """Delete a service ("DELETE /user/services")."""
    services.remove(call.work, call.query.id)
    return ""


def index_roles(call: Call[None, ServicesRolesQuery]) -> Documents:
    """Roles of services ("GET /user/services/roles")."""
    asked = call.query
    found = queries.find(
        call.work, SERVICE_ROLE, service_id=asked.id_service, is_global=True if asked.globals is not None else None
    )
    return [role_document(role, with_name=asked.list is None) for role in found]


def save_role(call: Call[None, None]) -> Document:
    """Make or rename a role of a service ("POST /user/services/roles")."""
    given = wrapped(call, "service_role")
    role_id = given_id(given, "id_service_role")
    if not role_id and (missing := [n for n in ("id_service", "service_role_name") if not given.get(n)]):
        raise bad(f"Missing fields: {missing}")
    role = services.save_role(call.work, role_id, read(objects.SERVICE_ROLE, given))
    return role_document(role, with_name=bool(role_id))


def delete_role(call: Call[None, ServicesRolesDelete]) -> str:
    """Delete a role of a service ("DELETE /user/services/roles")."""
    services.remove_role(call.work, call.query.id)
    return ""


def index_access(call: Call[None, ServicesAccessQuery]) -> Documents:
    """Who has which role ("GET /user/services/access")."""
    asked, work = call.query, call.work
    chosen: dict[str, Any] = {
        "group_id": asked.id_user_group,
        "device_id": asked.id_device,
        "participant_group_id": asked.id_participant_group,
        "service_id": asked.id_service,
        "of_person": asked.id_user,
    }
    if all(value is None for value in chosen.values()):
        raise bad("Missing arguments")
    if asked.id_user is not None and not queries.sees(work, USER, asked.id_user):
        return []
    return [access_shown(record) for record in queries.find(work, SERVICE_ACCESS, **chosen)]


def save_access(call: Call[None, None]) -> Documents:
    """Give, change and take away roles ("POST /user/services/access")."""
    return saved_access(call, access.save)


def delete_access(call: Call[None, ServicesAccessDelete]) -> str:
    """Take a role away ("DELETE /user/services/access")."""
    access.remove(call.work, call.query.id)
    return ""


_OWNERS = {"id_user": "person_id", "id_participant": "participant_id", "id_device": "device_id"}
_TOO_MANY = "Can't combine id_user, id_participant and id_device in request"


def _config(work: Work, record: Record, specific: str | None = None) -> Document:
    """A config; what it has for a certain place lies over the rest."""
    config = json.loads(record["config"] or "{}")
    if specific is not None:
        config |= json.loads(services.specifics_of(work, record["id"]).get(specific, "{}"))
    owner = {name: record[column] for name, column in _OWNERS.items() if record[column] is not None}
    return owner | {
        "id_service": record["service_id"],
        "id_service_config": record["id"],
        "service_config_config": config,
        "service_config_name": record["service_name"],
        "service_config_last_update_time": moment(record["updated_at"]),
        "service_config_specific_id": specific,
    }


def index_configs(call: Call[None, ServicesConfigsQuery]) -> Documents:
    """What is set for services ("GET /user/services/configs")."""
    asked, work = call.query, call.work
    chosen = {column: getattr(asked, name) for name, column in _OWNERS.items() if getattr(asked, name) is not None}
    if len(chosen) > 1:
        raise bad(_TOO_MANY)
    if not chosen and asked.id_service is None and asked.service_key is None:
        chosen = {"person_id": call.principal.person_id}
    by: dict[str, Any] = {"service_id": asked.id_service, "service_key": asked.service_key}
    found = queries.find(work, SERVICE_CONFIG, **by, **chosen)
    out = [_config(work, record, asked.id_specific) for record in found]
    if asked.list:
        for document in out:
            names = list(services.specifics_of(work, document["id_service_config"]))
            document |= {"service_config_specifics": names} if names else {}
    return out + (_unset(work, found) if asked.with_empty and chosen else [])


def _unset(work: Work, found: list[Record]) -> Documents:
    """The services that take a config and for which nothing is set."""
    present = {record["service_id"] for record in found}
    every = queries.find(work, SERVICE, viewer=queries.anyone(work), has_editable_config=True)
    return [
        {
            "id_service": service["id"],
            "id_service_config": None,
            "service_config_config": {},
            "service_config_name": service["name"],
            "service_config_last_update_time": None,
            "service_config_specific_id": None,
        }
        for service in every
        if service["id"] not in present
    ]


def save_config(call: Call[None, None]) -> Documents:
    """Set something for a service ("POST /user/services/configs")."""
    given = wrapped(call, "service_config")
    config_id = given_id(given, "id_service_config")
    owners = {column: number(given[name], name) for name, column in _OWNERS.items() if given.get(name) is not None}
    if len(owners) > 1:
        raise bad(_TOO_MANY)
    if not config_id and given.get("id_service") is None:
        raise bad("Missing id_service")
    values: Record = dict(owners) if not config_id else {}
    if not config_id:
        values["service_id"] = number(given["id_service"], "id_service")
    values["config"] = given.get("service_config_config")
    specific = given.get("service_config_specific_id")
    specific = str(specific) if specific else None
    return [_config(call.work, services.save_config(call.work, config_id, values, specific), specific)]


def delete_config(call: Call[None, ServicesConfigsDelete]) -> str:
    """Delete what is set for a service ("DELETE /user/services/configs")."""
    services.remove_config(call.work, call.query.id)
    return ""
