"""Sessions, their types, assets and tests, as services read and change them (OpenTera, "service")."""

from typing import Any

from rollbook.core.kernel.work import Work
from rollbook.core.sessions import entities as e
from rollbook.core.sessions import kept, links, live, queries, types
from rollbook.core.sessions.entities import Record
from rollbook.core.sessions.members import DEVICES, PARTICIPANTS, PEOPLE
from rollbook.doors.opentera import objects
from rollbook.doors.opentera.bodies import Document, document, number, wrapped
from rollbook.doors.opentera.endpoints.user.materials import assets_shown, require_seen, shown_answers
from rollbook.doors.opentera.endpoints.user.sessions import begun, documents, readied, when_and_which, with_type
from rollbook.doors.opentera.endpoints.user.sites import Documents, given_id, read
from rollbook.doors.opentera.endpoints.user.types import session_type_document, test_type_document
from rollbook.doors.opentera.errors import bad, forbidden
from rollbook.doors.opentera.wire.service_sessions import (
    AssetsDelete,
    AssetsQuery,
    SessionsEventsQuery,
    SessionsQuery,
    SessiontypesQuery,
    TestsDelete,
    TestsQuery,
    TesttypesDelete,
    TesttypesQuery,
)
from rollbook.web.routes import Call


def index(call: Call[None, SessionsQuery]) -> Documents:
    """Sessions, newest first ("GET /service/sessions"). Faults: INVALID, FORBIDDEN."""
    asked, work = call.query, call.work
    by: dict[str, tuple[e.Entity, int | None]] = {
        "participant_id": (e.PARTICIPANT, asked.id_participant),
        "person_id": (e.USER, asked.id_user),
        "device_id": (e.DEVICE, asked.id_device),
    }
    chosen: dict[str, Any] = {name: wanted for name, (_, wanted) in by.items() if wanted is not None}
    if not chosen and asked.id_session is None and asked.uuid_session is None:
        raise bad("Missing arguments")
    if any(wanted is not None and not queries.sees(work, entity, wanted) for entity, wanted in by.values()):
        raise forbidden()
    viewer = queries.anyone(work) if chosen else None
    chosen |= {"id": asked.id_session, "uuid": asked.uuid_session}
    found = queries.find(work, e.SESSION, viewer=viewer, **when_and_which(asked), **chosen)
    if not found and viewer is None:
        raise forbidden()
    shown = documents(work, found, is_brief=bool(asked.list))
    return [one | _more(work, asked, record) for one, record in zip(shown, found, strict=True)]


def _more(work: Work, asked: SessionsQuery, record: Record) -> Document:
    out: Document = {}
    if asked.with_events:
        events = queries.find(work, e.SESSION_EVENT, viewer=queries.anyone(work), session_id=record["id"])
        out["session_events"] = [objects.SESSION_EVENT.shown(event) for event in events]
    return out | (with_type(work, record) if asked.with_session_type else {})


_LISTS = {
    "session_participants_uuids": (PARTICIPANTS, e.PARTICIPANT, "participant"),
    "session_users_uuids": (PEOPLE, e.USER, "user"),
    "session_devices_uuids": (DEVICES, e.DEVICE, "device"),
}


def _members(work: Work, given: Document) -> live.Members:
    """Who is to take part, by uuid. Faults: FORBIDDEN for someone whom the service does not see."""
    out: live.Members = {}
    for name, (role, entity, word) in _LISTS.items():
        held = given.pop(name, None)
        if held is None:
            continue
        uuids = list(dict.fromkeys(str(one) for one in held)) if isinstance(held, list) else []
        found = queries.find(work, entity, uuid_among=uuids) if uuids else []
        if len(found) != len(uuids):
            raise forbidden(f"Service doesn't have access to at least one {word} of that session.")
        out[role] = [one["id"] for one in found]
    return out


def save(call: Call[None, None]) -> Documents:
    """Make or change a session ("POST /service/sessions")."""
    given = wrapped(call, "session")
    session_id = given_id(given, "id_session")
    if not session_id and not given.keys() & _LISTS.keys():
        raise bad("Missing session participants and users")
    wanted = _members(call.work, given)
    values = read(objects.SESSION, readied(given))
    if not session_id and not any(values.get(f"creator_{kind}_id") for kind in ("person", "device", "participant")):
        values["creator_service_id"] = call.principal.subject_id
    return documents(call.work, [live.save(call.work, session_id, begun(values, is_new=not session_id), wanted)])


def index_events(call: Call[None, SessionsEventsQuery]) -> Documents:
    """What happened in a session ("GET /service/sessions/events"). Faults: FORBIDDEN."""
    if not queries.sees(call.work, e.SESSION, call.query.id_session):
        raise forbidden()
    found = queries.find(call.work, e.SESSION_EVENT, session_id=call.query.id_session)
    return [objects.SESSION_EVENT.shown(event) for event in found]


def save_event(call: Call[None, None]) -> Document:
    """Note that something happened in a session ("POST /service/sessions/events")."""
    given = wrapped(call, "session_event")
    event_id = given_id(given, "id_session_event")
    return objects.SESSION_EVENT.shown(live.save_event(call.work, event_id, read(objects.SESSION_EVENT, given)))


def index_types(call: Call[None, SessiontypesQuery]) -> Documents:
    """Types of sessions: the service's, or those at a place of its ("GET /service/sessiontypes")."""
    asked, work = call.query, call.work
    project_id = _project_of(work, asked)
    chosen: dict[str, Any] = {"id": asked.id_session_type}
    at_place = (asked.id_site, e.SITE, "site_id"), (project_id, e.PROJECT, "project_id")
    for wanted, entity, name in at_place:
        if wanted is not None:
            chosen[name] = wanted if queries.sees(work, entity, wanted) else 0
    viewer = queries.anyone(work) if chosen.keys() & {"site_id", "project_id"} else None
    return [session_type_document(one) for one in queries.find(work, e.SESSION_TYPE, viewer=viewer, **chosen)]


def _project_of(work: Work, asked: SessiontypesQuery | TesttypesQuery) -> int | None:
    """The project that is asked for, or a participant's; 0, which is none's, for one whom the service does not see."""
    if asked.id_participant is None:
        return asked.id_project
    participant = queries.first(work, e.PARTICIPANT, id=asked.id_participant)
    return participant["project_id"] if participant else 0


def save_type(call: Call[None, None]) -> Document:
    """Make or change a type of sessions that the service leads ("POST /service/sessiontypes")."""
    given = wrapped(call, "service_session_type")
    kind = given.get("session_type")
    if not isinstance(kind, dict) or kind.get("id_session_type") is None:
        raise bad("Bad Request")
    type_id = number(kind["id_session_type"], "id_session_type")
    lists = {name: _numbers(given, name) for name in ("id_sites", "id_projects", "id_participants")}
    values = read(objects.SESSION_TYPE, kind)
    return session_type_document(
        types.save_session_type_for_service(
            call.work,
            type_id,
            values,
            sites=lists["id_sites"],
            projects=lists["id_projects"],
            participants=lists["id_participants"],
        )
    )


def _numbers(given: Document, name: str) -> list[int]:
    held = given.get(name, [])
    if not isinstance(held, list):
        raise bad(f"{name} must be a list")
    return [number(one, name) for one in held]


def index_assets(call: Call[None, AssetsQuery]) -> Documents:
    """Assets ("GET /service/assets"). Faults: INVALID, FORBIDDEN."""
    asked, work = call.query, call.work
    made: dict[str, Any] = {
        "device_id": asked.id_creator_device,
        "participant_id": asked.id_creator_participant,
        "person_id": asked.id_creator_user,
        "service_id": asked.id_creator_service,
    }
    near: dict[str, Any] = {
        "device_id": asked.id_device,
        "participant_id": asked.id_participant,
        "person_id": asked.id_user,
    }
    chosen = made | {"id": asked.id_asset, "session_id": asked.id_session, "keeper_uuid": asked.service_uuid}
    if all(value is None for value in (*chosen.values(), *near.values())):
        raise bad("No arguments specified")
    for some in (chosen | {"service_id": None}, near):
        require_seen(work, some)
    chosen |= {f"near_{name.removesuffix('_id')}": value for name, value in near.items()}
    return assets_shown(call, queries.find(work, e.ASSET, viewer=_wide(work, chosen), **chosen), full=True)


def _wide(work: Work, chosen: dict[str, Any]) -> Any:
    """Everything of someone or something that the service sees, else what it sees itself."""
    by_someone = (
        "device_id",
        "participant_id",
        "person_id",
        "service_id",
        "near_device",
        "near_participant",
        "near_person",
    )
    return queries.anyone(work) if any(chosen.get(name) is not None for name in by_someone) else None


def save_asset(call: Call[None, None]) -> Documents:
    """Tell of an asset that the service keeps ("POST /service/assets")."""
    given = wrapped(call, "asset")
    asset_id = _id_field(given, "id_asset")
    _require_session(call.work, asset_id, given)
    values = read(objects.ASSET, given)
    values.pop("keeper_uuid", None)
    if not asset_id:
        own = queries.get(call.work, e.SERVICE, call.principal.subject_id or 0)
        values["keeper_uuid"] = own["uuid"]
    return assets_shown(_plain(call), [kept.save(call.work, e.ASSET, asset_id, values)], full=True)


class _Plain:
    """What shows an asset or a test with no parameter at all."""

    with_urls = with_only_token = None
    full = True


def _plain(call: Call[Any, Any]) -> Call[Any, Any]:
    call.query = _Plain()
    return call


def _id_field(given: Document, name: str) -> int:
    if given.get(name) is None:
        raise bad(f"Missing {name} field")
    return number(given[name], name)


def _require_session(work: Work, record_id: int, given: Document) -> None:
    """Faults: INVALID for something new without a session that there is."""
    if not record_id and not given.get("id_session"):
        raise bad("Unknown session")


def delete_asset(call: Call[None, AssetsDelete]) -> str:
    """Delete an asset ("DELETE /service/assets"). Faults: INVALID, FORBIDDEN."""
    if not call.query.uuid or queries.first(call.work, e.ASSET, uuid=call.query.uuid) is None:
        raise bad("Missing arguments")
    kept.remove_asset(call.work, call.query.uuid)
    return ""


def index_tests(call: Call[None, TestsQuery]) -> Documents:
    """Tests ("GET /service/tests"). Faults: INVALID, FORBIDDEN."""
    asked, work = call.query, call.work
    chosen: dict[str, Any] = {
        "id": asked.id_test,
        "device_id": asked.id_device,
        "participant_id": asked.id_participant,
        "person_id": asked.id_user,
        "session_id": asked.id_session,
        "service_uuid": asked.service_uuid,
    }
    if all(value is None for value in chosen.values()):
        raise bad("No arguments specified")
    require_seen(work, chosen)
    return shown_answers(call, queries.find(work, e.TEST, viewer=_wide(work, chosen), **chosen), full=True)


def save_test(call: Call[None, None]) -> Documents:
    """Tell of a test that was answered ("POST /service/tests")."""
    given = wrapped(call, "test")
    test_id = _id_field(given, "id_test")
    _require_session(call.work, test_id, given)
    uuid = given.pop("test_type_uuid", None)
    values = read(objects.TEST, given)
    if uuid is not None and (kind := queries.first(call.work, e.TEST_TYPE, uuid=str(uuid))):
        values["test_type_id"] = kind["id"]
    return shown_answers(_plain(call), [kept.save(call.work, e.TEST, test_id, values)], full=True)


def delete_test(call: Call[None, TestsDelete]) -> str:
    """Delete a test ("DELETE /service/tests"). Faults: INVALID."""
    found = queries.first(call.work, e.TEST, uuid=call.query.uuid) if call.query.uuid else None
    if found is None:
        raise bad("Missing arguments")
    kept.remove_test(call.work, found["id"])
    return ""


def index_test_types(call: Call[None, TesttypesQuery]) -> Documents:
    """The service's types of tests ("GET /service/testtypes")."""
    asked = call.query
    chosen: dict[str, Any] = {
        "id": asked.id_test_type,
        "uuid": asked.test_type_uuid,
        "key": asked.test_type_key,
        "site_id": asked.id_site,
        "project_id": _project_of(call.work, asked),
    }
    found = queries.find(call.work, e.TEST_TYPE, **chosen)
    if all(value is None for value in chosen.values()):
        found.sort(key=lambda one: str(one["name"]))  # as the vendor's server has all of them, and no others
    return [test_type_document(one) for one in found]


def save_test_type(call: Call[None, None]) -> Document:
    """Make or change a type of tests of the service ("POST /service/testtypes")."""
    given = wrapped(call, "test_type")
    type_id = given_id(given, "id_test_type")
    values = {"service_id": call.principal.subject_id} | read(objects.TEST_TYPE, given)
    return test_type_document(types.save_test_type(call.work, type_id, values, {}))


def delete_test_type(call: Call[None, TesttypesDelete]) -> str:
    """Delete a type of tests ("DELETE /service/testtypes"). Faults: INVALID, CONFLICT."""
    found = queries.first(call.work, e.TEST_TYPE, uuid=call.query.uuid) if call.query.uuid else None
    if found is None:
        raise bad("Missing arguments")
    types.remove_test_type(call.work, found["id"])
    return ""


def save_links(link: links.Link, thing: str) -> Any:
    """The handler that lets a service use its types in projects of its."""

    def handle(call: Any) -> Documents:
        given = document(call)
        held = given.get(link.entity.name) if isinstance(given, dict) else None
        several: list[Any] = held if isinstance(held, list) else [held]
        if held is None or not all(isinstance(one, dict) for one in several):
            raise bad("Badly formatted request")
        out: Documents = []
        for one in several:
            pair = {
                link.thing_id: number(one.get(f"id_{thing}"), f"id_{thing}"),
                "project_id": number(one.get("id_project"), "id_project"),
            }
            row = links.attach_for_service(call.work, link, pair)
            ids = {f"id_{thing}": row[link.thing_id], f"id_{thing}_project": row["id"], "id_project": row["project_id"]}
            out.append(ids)
        return out

    return handle
