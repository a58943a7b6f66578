"""Types of sessions and of tests (OpenTera, "user")."""

from typing import Any

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.sessions import links, queries, types
from rollbook.core.sessions.entities import PROJECT, SESSION_TYPE, TEST_TYPE, Record
from rollbook.core.sessions.links import Link
from rollbook.doors.opentera import objects
from rollbook.doors.opentera.bodies import Document, number, wrapped
from rollbook.doors.opentera.endpoints.user.sites import Documents, given_id, read
from rollbook.doors.opentera.errors import bad, forbidden
from rollbook.doors.opentera.materials import Accesses, test_type_addresses
from rollbook.doors.opentera.wire.user_materials import TesttypesDelete, TesttypesQuery
from rollbook.doors.opentera.wire.user_sessions import SessiontypesDelete, SessiontypesQuery
from rollbook.web.routes import Call

BRIEF = ("id_service", "id_session_type", "session_type_category", "session_type_color", "session_type_name")


def session_type_document(record: Record) -> Document:
    """A type of sessions, with the service that leads them."""
    out = objects.SESSION_TYPE.shown(record)
    if record["service_id"] is None:
        return out
    service = {
        "session_type_service_key": record["service_key"],
        "session_type_service_uuid": record["service_uuid"],
    }
    return out | service


def test_type_document(record: Record) -> Document:
    """A type of tests, with its service."""
    service = {"test_type_service_key": record["service_key"], "test_type_service_uuid": record["service_uuid"]}
    return objects.TEST_TYPE.shown(record) | service


def index(call: Call[None, SessiontypesQuery]) -> Documents:
    """Types of sessions ("GET /user/sessiontypes")."""
    asked = call.query
    chosen: dict[str, Any] = {
        "id": asked.id_session_type,
        "project_id": asked.id_project,
        "site_id": asked.id_site,
    }
    found = _ordered(queries.find(call.work, SESSION_TYPE, **chosen), asked)
    return [objects.SESSION_TYPE.only(one, *BRIEF) if asked.list else session_type_document(one) for one in found]


def _ordered(found: list[Record], asked: Any) -> list[Record]:
    """Types as the vendor's server orders them: those of a place by their name."""
    is_of_place = asked.id_project is not None or asked.id_site is not None
    return sorted(found, key=lambda one: str(one["name"])) if is_of_place else found


def places_in(given: Document, kinds: dict[str, Link]) -> types.Places:
    """The lists of places in what is posted, by link; None where there is none."""
    out: types.Places = {}
    for name, link in kinds.items():
        held, key = given.pop(name, None), f"id_{link.place.name}"
        if held is not None and not isinstance(held, list):
            raise bad(f"{name} must be a list")
        ids = None if held is None else [number(one.get(key) if isinstance(one, dict) else one, key) for one in held]
        out[link] = ids
    return out


_OF_SESSIONS = {
    "session_type_sites": links.SESSION_TYPE_SITES,
    "session_type_projects": links.SESSION_TYPE_PROJECTS,
    "session_type_services": links.SESSION_TYPE_SERVICES,
}
_OF_TESTS = {"test_type_sites": links.TEST_TYPE_SITES, "test_type_projects": links.TEST_TYPE_PROJECTS}


def save(call: Call[None, None]) -> Documents:
    """Make or change a type of sessions ("POST /user/sessiontypes")."""
    given = wrapped(call, "session_type")
    type_id, places = given_id(given, "id_session_type"), places_in(given, _OF_SESSIONS)
    return [
        session_type_document(types.save_session_type(call.work, type_id, read(objects.SESSION_TYPE, given), places))
    ]


def delete(call: Call[None, SessiontypesDelete]) -> str:
    """Delete a type of sessions ("DELETE /user/sessiontypes")."""
    types.remove_session_type(call.work, call.query.id)
    return ""


def index_tests(call: Call[None, TesttypesQuery]) -> Documents:
    """Types of tests ("GET /user/testtypes"). Faults: FORBIDDEN, NOT_FOUND."""
    asked, work = call.query, call.work
    if asked.id_project is not None and not queries.sees(work, PROJECT, asked.id_project):
        raise forbidden()
    chosen: dict[str, Any] = {
        "id": asked.id_test_type,
        "uuid": asked.test_type_uuid,
        "key": asked.test_type_key,
        "project_id": asked.id_project,
        "site_id": asked.id_site,
    }
    found = _ordered(queries.find(work, TEST_TYPE, **chosen), asked)
    if not found and (asked.id_test_type is not None or asked.test_type_uuid is not None):
        raise Fault(FaultCode.NOT_FOUND, "Test type not found")
    return shown_tests(call, found)


def shown_tests(call: Call[Any, Any], found: list[Record]) -> Documents:
    """Types of tests as the parameters ask for them."""
    asked = call.query
    accesses = Accesses(call, "test_type_uuids", {"can_edit": True})
    if asked.with_only_token:
        return [{"test_type_uuid": one["uuid"], "access_token": accesses.token([one["uuid"]])} for one in found]
    if getattr(asked, "list", None):
        return [objects.TEST_TYPE.shown(one) for one in found]
    out = [test_type_document(one) for one in found]
    if asked.with_urls:
        for document, one in zip(out, found, strict=True):
            document |= test_type_addresses(call, one) | {"access_token": accesses.token([one["uuid"]])}
    return out


def save_test(call: Call[None, None]) -> Documents:
    """Make or change a type of tests ("POST /user/testtypes")."""
    given = wrapped(call, "test_type")
    type_id, places = given_id(given, "id_test_type"), places_in(given, _OF_TESTS)
    return [test_type_document(types.save_test_type(call.work, type_id, read(objects.TEST_TYPE, given), places))]


def delete_test(call: Call[None, TesttypesDelete]) -> str:
    """Delete a type of tests ("DELETE /user/testtypes")."""
    types.remove_test_type(call.work, call.query.id)
    return ""
