"""Making, changing and deleting types of sessions and types of tests, with where they are used."""

from typing import Any

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import links, policy, queries, store
from rollbook.core.sessions.entities import (
    PARTICIPANT,
    PROJECT,
    SERVICE,
    SESSION_TYPE,
    SITE,
    TEST_TYPE,
    Entity,
    Record,
)
from rollbook.core.sessions.guards import refuse_used
from rollbook.core.sessions.links import Link
from rollbook.core.sessions.viewers import Kind, viewer_of

LED_BY_SERVICE = 1
CATEGORIES = frozenset({1, 2, 3, 4})
Places = dict[Link, list[int] | None]
"""The ids that a type is to be linked with; None leaves the links as they are."""


def _require_service(work: Work, service_id: Any, message: str) -> None:
    viewer = viewer_of(work.principal)
    is_own = viewer.kind is Kind.SERVICE and viewer.id == service_id
    is_seen = (
        viewer.kind is not Kind.SERVICE and isinstance(service_id, int) and queries.sees(work, SERVICE, service_id)
    )
    if not (is_own or is_seen):
        raise policy.forbidden(message)


def _require_places(work: Work, places: Places, what: str) -> None:
    """Who does not see all makes a type for places that they administer. Faults: MISSING, FORBIDDEN."""
    if viewer_of(work.principal).kind is not Kind.USER:
        return
    sites, projects = (places.get(link) or [] for link in places if link.place.name in ("site", "project"))
    if not sites and not projects:
        raise Fault(FaultCode.MISSING, f"Missing project(s) to associate that {what} to")
    for site_id in sites:
        policy.require_site_admin(work, site_id)
    for project_id in projects:
        policy.require_project_admin(work, project_id)


def save_session_type(work: Work, type_id: int, values: Record, places: Places) -> Record:
    """Make a type of sessions (id 0) or change one. Faults: FORBIDDEN, MISSING, INVALID."""
    if type_id:
        present = policy.seen(work, SESSION_TYPE, type_id, only_admin=True)
        whole = present | values
    else:
        _require_places(work, places, "session type")
        whole = {"service_id": None, "color": ""} | values
    if whole.get("category") not in CATEGORIES:
        raise Fault(FaultCode.INVALID, "session_type_category must be 1, 2, 3 or 4.")
    if whole["category"] == LED_BY_SERVICE and not whole["service_id"]:
        raise Fault(FaultCode.INVALID, "Missing id_service for session type of type service")
    for service_id in places.get(links.SESSION_TYPE_SERVICES) or []:
        _require_service(work, service_id, "No service admin access for at a least one service in the list")
    if values.get("service_id"):
        _require_service(work, values["service_id"], "No access to the service")
    if not type_id:
        if not values.get("name"):
            raise Fault(FaultCode.MISSING, "Missing session_type_name")
        present = store.add(work, SESSION_TYPE, **({"color": "#000000"} | values))
    else:
        present = store.change(work, SESSION_TYPE, present, **values)
    _link(work, SESSION_TYPE, present["id"], places)
    return present


def save_test_type(work: Work, type_id: int, values: Record, places: Places) -> Record:
    """Make a type of tests (id 0) or change one. Faults: FORBIDDEN, MISSING."""
    if type_id:
        present = policy.seen(work, TEST_TYPE, type_id)
        if "service_id" in values:
            _require_service(work, values["service_id"], "Forbidden")
        present = store.change(work, TEST_TYPE, present, **values)
    else:
        _require_service(work, values.get("service_id"), "Forbidden")
        _require_places(work, places, "test type")
        if not values.get("name"):
            raise Fault(FaultCode.MISSING, "Missing test_type_name")
        present = store.add(work, TEST_TYPE, uuid=new_uuid(), **values)
    _link(work, TEST_TYPE, present["id"], places)
    return present


def _link(work: Work, entity: Entity, type_id: int, places: Places) -> None:
    """Use a type at these places and no others. Faults: FORBIDDEN for one that the caller does not administer."""
    column = f"{entity.name}_id"
    for link, wanted in places.items():
        if wanted is None:
            continue
        present = {row[link.place_id]: row for row in queries.find(work, link.entity, **_one(column, type_id))}
        for place_id in wanted:
            if place_id not in present:
                pair = {column: type_id, link.place_id: place_id}
                if link.place is not SERVICE and not link.may_change(work, pair):
                    raise link.refused()
                _widen(work, link, type_id, place_id)
                links.make(work, link, pair)
        for place_id, row in present.items():
            if place_id not in wanted:
                links.detach(work, link, row["id"])


def _one(column: str, value: int) -> Record:
    return {column: value}


def _widen(work: Work, link: Link, type_id: int, place_id: int) -> None:
    """A type that is used in a project is used at its site."""
    if link.at_site is not None:
        site_id = queries.get(work, PROJECT, place_id)["site_id"]
        links.make(work, link.at_site, {link.thing_id: type_id, "site_id": site_id})


def remove_session_type(work: Work, type_id: int) -> None:
    """Delete a type that no session has. Faults: FORBIDDEN, CONFLICT."""
    present = policy.seen(work, SESSION_TYPE, type_id, only_admin=True)
    refuse_used(work, "session_type", type_id)
    store.remove(work, SESSION_TYPE, present)


def remove_test_type(work: Work, type_id: int) -> None:
    """Delete a type that no test has, by someone who sees its service. Faults: FORBIDDEN, CONFLICT."""
    present = queries.first(work, TEST_TYPE, viewer=queries.anyone(work), id=type_id)
    if present is None:
        raise policy.forbidden()
    _require_service(work, present["service_id"], "Forbidden")
    refuse_used(work, "test_type", type_id)
    store.remove(work, TEST_TYPE, present)


def save_session_type_for_service(
    work: Work, type_id: int, values: Record, *, sites: list[int], projects: list[int], participants: list[int]
) -> Record:
    """Make a type of sessions that the calling service leads (id 0), or change one; used at these places.

    Faults: FORBIDDEN for a place or participant that the service does not see; INVALID.
    """
    for name, entity, wanted in (("sites", SITE, sites), ("projects", PROJECT, projects)):
        if any(not queries.sees(work, entity, place_id) for place_id in wanted):
            raise policy.forbidden(f"Service doesn't have access to all listed {name}")
    followed = queries.find(work, PARTICIPANT, id_among=participants) if participants else []
    if len(followed) != len(set(participants)):
        raise policy.forbidden("Service doesn't have access to all listed participants")
    values = values | {"service_id": work.principal.subject_id}
    if type_id:
        present = policy.seen(work, SESSION_TYPE, type_id)
        present = store.change(work, SESSION_TYPE, present, **values)
    else:
        if not values.get("name") or values.get("category") not in CATEGORIES:
            raise Fault(FaultCode.INVALID, "A session type needs a name and a category from 1 to 4.")
        present = store.add(work, SESSION_TYPE, **({"color": "#000000"} | values))
    wanted_projects = {*projects, *(one["project_id"] for one in followed)}
    for site_id in sites:
        links.make(work, links.SESSION_TYPE_SITES, {"session_type_id": present["id"], "site_id": site_id})
    for project_id in wanted_projects:
        _widen(work, links.SESSION_TYPE_PROJECTS, present["id"], project_id)
        pair = {"session_type_id": present["id"], "project_id": project_id}
        links.make(work, links.SESSION_TYPE_PROJECTS, pair)
    return present
