"""What was typed into a form, handed to the service that saves it, where the two do not fit as they are."""

from typing import Any

from rollbook.core.kernel.work import Work
from rollbook.core.sessions import devices, links, queries, services, types
from rollbook.core.sessions import entities as e
from rollbook.core.sessions.entities import Record
from rollbook.core.sessions.links import Link
from rollbook.core.sessions.ties import called

_OWNERS: dict[str, tuple[str, e.Entity]] = {
    "person_id": ("User", e.USER),
    "participant_id": ("Participant", e.PARTICIPANT),
    "device_id": ("Device", e.DEVICE),
}


def _one(value: Any) -> list[int] | None:
    return None if value is None else [value]


def device(work: Work, device_id: int, values: Record) -> Record:
    """A device, at the place that was named when it is new."""
    site, project = values.pop("site_id", None), values.pop("project_id", None)
    return devices.save(work, device_id, values, site_ids=_one(site), project_ids=_one(project))


def _places(values: Record, type_id: int, at_site: Link, in_project: Link) -> types.Places:
    site, project = values.pop("site_id", None), values.pop("project_id", None)
    return {} if type_id else {at_site: _one(site), in_project: _one(project)}


def session_type(work: Work, type_id: int, values: Record) -> Record:
    """A type of sessions; only one that a service leads has a service."""
    at = _places(values, type_id, links.SESSION_TYPE_SITES, links.SESSION_TYPE_PROJECTS)
    if values.get("category") != types.LED_BY_SERVICE:
        values["service_id"] = None
    return types.save_session_type(work, type_id, values, at)


def test_type(work: Work, type_id: int, values: Record) -> Record:
    """A type of tests."""
    at = _places(values, type_id, links.TEST_TYPE_SITES, links.TEST_TYPE_PROJECTS)
    return types.save_test_type(work, type_id, values, at)


def service(work: Work, service_id: int, values: Record) -> Record:
    """A service, with the usual roles when it is new."""
    return services.save(work, service_id, values, None)


def service_config(work: Work, config_id: int, values: Record) -> Record:
    """What someone or something has set for a service; the caller, where nobody else is named."""
    given = {name: value for name, value in values.items() if value is not None}
    return services.save_config(work, config_id, given, None)


def owner_kind(record: Record) -> str:
    """What kind of owner a setting has."""
    return next(label for column, (label, _) in _OWNERS.items() if record[column] is not None)


def owners(work: Work, found: list[Record]) -> list[dict[str, Any]]:
    """Whose settings these are, by name."""
    named: dict[tuple[str, int], str] = {}
    for column, (_, entity) in _OWNERS.items():
        ids = [one[column] for one in found if one[column] is not None]
        if ids:
            known = queries.find(work, entity, viewer=queries.anyone(work), id_among=ids)
            named |= {(column, one["id"]): called(one) for one in known}
    return [
        {"owner": f"{owner_kind(one)}: {named.get((column, one[column]), 'deleted')}"}
        for one in found
        for column in _OWNERS
        if one[column] is not None
    ]


def group_roles(work: Work, found: list[Record]) -> list[dict[str, Any]]:
    """Where groups of users have a role of their own, and which."""
    ids = [one["id"] for one in found]
    given = queries.find(work, e.SERVICE_ACCESS, group_id_among=ids) if ids else []
    roles: dict[int, list[str]] = {number: [] for number in ids}
    for row in given:
        place = row["site_name"] or row["project_name"] or row["service_name"]
        role = {"admin": "administrator"}.get(row["role_name"], row["role_name"])
        roles[row["group_id"]].append(f"{place} ({role})")
    return [{"roles": ", ".join(roles[number])} for number in ids]
