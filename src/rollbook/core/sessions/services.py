"""Making, changing and deleting services and their roles, and what is set for them."""

import json
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, insert, select, update

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.nesting import DEEPEST, is_deep
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import home, policy, queries, store
from rollbook.core.sessions.entities import (
    DEVICE,
    PARTICIPANT,
    PROJECT,
    SERVICE,
    SERVICE_CONFIG,
    SERVICE_ROLE,
    SITE,
    USER,
    Record,
)
from rollbook.core.sessions.fitting import changes
from rollbook.core.sessions.guards import refuse_used
from rollbook.core.sessions.tables.services import service_config_specifics

Rows = Statement[tuple[Any, ...]]
REQUIRED = ("client_endpoint", "endpoint", "hostname", "key", "name", "port")
_OWNERS = {"person_id": USER, "participant_id": PARTICIPANT, "device_id": DEVICE}


def _unsaved(message: str) -> Fault:
    return Fault(FaultCode.CONFLICT, f"Database error: {message}")


def save(work: Work, service_id: int, values: Record, roles: list[Record] | None) -> Record:
    """Make a service (id 0) or change one, with its roles where they are given. Faults: FORBIDDEN, CONFLICT."""
    policy.require_super(work)
    values.pop("is_home", None)
    if (key := values.get("key")) is not None:
        found = queries.first(work, SERVICE, viewer=queries.anyone(work), key=key)
        if found is not None and found["id"] != service_id:
            raise Fault(FaultCode.DUPLICATE, "service_key is taken: another service has it.")
    if service_id:
        service = policy.seen(work, SERVICE, service_id)
        if service["is_system"] and values.get("key", service["key"]) != service["key"]:
            raise policy.forbidden()
        service = store.change(work, SERVICE, service, **values)
    else:
        if any(values.get(name) is None for name in REQUIRED):
            raise _unsaved(f"{', '.join(f'service_{name}' for name in REQUIRED)} are required")
        made = {"is_enabled": True, "default_config": "{}", "uuid": new_uuid()} | values
        service = store.add(work, SERVICE, **made)
        if roles is None:
            roles = [{"name": "admin"}, {"name": "user"}]
    if roles is not None:
        _replace_roles(work, service["id"], roles)
    return service


def _replace_roles(work: Work, service_id: int, wanted: list[Record]) -> None:
    """The service's roles become these: by id, else by name. Faults: INVALID for a new one without a name."""
    present = queries.find(work, SERVICE_ROLE, viewer=queries.anyone(work), service_id=service_id)
    kept: set[int] = set()
    for role in wanted:
        found = next((one for one in present if one["id"] == role.get("id")), None)
        found = found or next((one for one in present if one["name"] == role.get("name")), None)
        if found is None:
            if not role.get("name"):
                raise Fault(FaultCode.INVALID, "service_roles: a new role needs a service_role_name.")
            store.add(work, SERVICE_ROLE, service_id=service_id, name=role["name"])
            continue
        kept.add(found["id"])
        if role.get("name"):
            store.change(work, SERVICE_ROLE, found, name=role["name"])
    for role in present:
        if role["id"] not in kept:
            store.remove(work, SERVICE_ROLE, role)


def remove(work: Work, service_id: int) -> None:
    """Delete a service that did not come with the server. Faults: FORBIDDEN; INVALID; CONFLICT."""
    policy.require_super(work)
    service = queries.first(work, SERVICE, id=service_id)
    if service is None:
        raise Fault(FaultCode.INVALID, "Invalid service")
    if service["is_system"]:
        raise policy.forbidden()
    refuse_used(work, "service", service_id)
    store.remove(work, SERVICE, service)


_BELONGS = {"service_id": SERVICE, "site_id": SITE, "project_id": PROJECT}
"""What a role is of."""


def save_role(work: Work, role_id: int, values: Record) -> Record:
    """Make a role of a service (id 0) or change one.

    Faults: FORBIDDEN; NOT_FOUND for a place that there is not; INVALID for a role of this server's own.
    """
    policy.require_super(work)
    role = queries.first(work, SERVICE_ROLE, viewer=queries.anyone(work), id=role_id) if role_id else {}
    if role is None:
        raise policy.forbidden()
    for name, entity in _BELONGS.items():
        if values.get(name) is not None:
            queries.get(work, entity, values[name])
    return _changed_role(work, role, values) if role_id else store.add(work, SERVICE_ROLE, **values)


def _changed_role(work: Work, role: Record, values: Record) -> Record:
    _refuse_home_role(work, role)
    return store.change(work, SERVICE_ROLE, role, **changes(SERVICE_ROLE, values))


def _refuse_home_role(work: Work, role: Record) -> None:
    """Faults: INVALID for one of those that administrators and users of a site or project have."""
    has_place = role["site_id"] is not None or role["project_id"] is not None
    if has_place and role["name"] in home.ROLES and role["service_id"] == home.home_service(work)["id"]:
        raise Fault(FaultCode.INVALID, "The roles of a site and of a project stay as they are.")


def remove_role(work: Work, role_id: int) -> None:
    """Delete a role of a service, and who had it has it no more.

    Faults: FORBIDDEN; INVALID when there is none, and for a role of this server's own.
    """
    role = queries.first(work, SERVICE_ROLE, viewer=queries.anyone(work), id=role_id)
    policy.require_super(work)
    if role is None:
        raise Fault(FaultCode.INVALID, "Invalid id: there is no such role.")
    _refuse_home_role(work, role)
    store.remove(work, SERVICE_ROLE, role)


_SPECIFICS = Rows(
    select(service_config_specifics.c.name, service_config_specifics.c.config)
    .where(service_config_specifics.c.service_config_id == bindparam("config_id"))
    .order_by(service_config_specifics.c.id)
)
_of_config = (
    service_config_specifics.c.service_config_id == bindparam("config_id"),
    service_config_specifics.c.name == bindparam("name"),
)
_ADD_SPECIFIC = Rows(
    insert(service_config_specifics).values(
        service_config_id=bindparam("config_id"), name=bindparam("name"), config=bindparam("config")
    )
)
_SET_SPECIFIC = Rows(update(service_config_specifics).where(*_of_config).values(config=bindparam("new_config")))
_DROP_SPECIFICS = Rows(
    delete(service_config_specifics).where(service_config_specifics.c.service_config_id == bindparam("config_id"))
)


def specifics_of(work: Work, config_id: int) -> dict[str, str]:
    """What a config has otherwise for certain places: JSON by name."""
    return dict(work.all(_SPECIFICS, config_id=config_id))


def checked_config(value: Any) -> str:
    """A config as it is stored, from an object or JSON text of one. Faults: INVALID with what is wrong."""
    try:
        config = msgspec.json.decode(value) if isinstance(value, str) else value
    except (msgspec.DecodeError, RecursionError) as problem:
        raise Fault(FaultCode.INVALID, str(problem)) from None
    if not isinstance(config, dict):
        raise Fault(FaultCode.INVALID, "service_config_config must be a JSON object")
    if is_deep(config):
        raise Fault(FaultCode.INVALID, f"Lists and objects in a config may be at most {DEEPEST} levels deep.")
    return json.dumps(config)


def require_owner(work: Work, config: Record) -> None:
    """Faults: FORBIDDEN unless the config is the caller's own, or of someone or something that they administer."""
    for column, entity in _OWNERS.items():
        owner = config.get(column)
        if owner is None or (column == "person_id" and owner == work.principal.person_id):
            continue
        if not queries.sees(work, entity, owner, only_admin=True):
            raise policy.forbidden()


def save_config(work: Work, config_id: int, values: Record, specific: str | None) -> Record:
    """Set what a user, participant or device has for a service (id 0 makes it). Faults: FORBIDDEN, INVALID."""
    config = values.pop("config", None)
    if config_id:
        present = queries.first(work, SERVICE_CONFIG, viewer=queries.anyone(work), id=config_id)
        if present is None:
            raise policy.forbidden()
    else:
        if not any(values.get(column) is not None for column in _OWNERS):
            values["person_id"] = work.principal.person_id
        queries.get(work, SERVICE, values["service_id"])
        owner = {name: values[name] for name in ("service_id", *_OWNERS) if values.get(name) is not None}
        present = queries.first(work, SERVICE_CONFIG, viewer=queries.anyone(work), **owner)
    require_owner(work, present or values)
    stored = None if config is None else checked_config(config)
    if present is None:
        present = store.add(
            work, SERVICE_CONFIG, config="{}" if specific or stored is None else stored, updated_at=work.at, **values
        )
    elif stored is not None and not specific:
        present = store.change(work, SERVICE_CONFIG, present, config=stored, updated_at=work.at)
    if specific and stored is not None:
        given = {"config_id": present["id"], "name": specific}
        if not work.run(_SET_SPECIFIC, new_config=stored, **given):
            work.run(_ADD_SPECIFIC, config=stored, **given)
    return present


def remove_config(work: Work, config_id: int) -> None:
    """Delete a config with what it has for certain places. Faults: FORBIDDEN."""
    present = queries.first(work, SERVICE_CONFIG, viewer=queries.anyone(work), id=config_id)
    if present is None:
        raise policy.forbidden()
    require_owner(work, present)
    work.run(_DROP_SPECIFICS, config_id=config_id)
    store.remove(work, SERVICE_CONFIG, present)


def save_own_role(work: Work, role_id: int, values: Record) -> Record:
    """Make a role of the calling service (id 0) or change one. Faults: FORBIDDEN."""
    own_id = work.principal.subject_id
    role = (
        queries.first(work, SERVICE_ROLE, viewer=queries.anyone(work), id=role_id, service_id=own_id) if role_id else {}
    )
    if role is None:
        raise policy.forbidden()
    for name in ("site_id", "project_id"):
        if values.get(name) is not None and not queries.sees(work, _BELONGS[name], values[name]):
            raise policy.forbidden()
    values = values | {"service_id": own_id}
    return _changed_role(work, role, values) if role_id else store.add(work, SERVICE_ROLE, **values)


def remove_own_role(work: Work, role_id: int) -> None:
    """Delete a role of the calling service. Faults: FORBIDDEN."""
    own_id = work.principal.subject_id
    role = queries.first(work, SERVICE_ROLE, viewer=queries.anyone(work), id=role_id, service_id=own_id)
    if role is None:
        raise policy.forbidden()
    store.remove(work, SERVICE_ROLE, role)
