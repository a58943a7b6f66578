"""Invitations to tests, for users and services alike (OpenTera, "tests/invitations")."""

from typing import Any

from rollbook.core.kernel.faults import Fault
from rollbook.core.kernel.principal import Actor
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import entities as e
from rollbook.core.sessions import invitations, queries
from rollbook.core.sessions.entities import Record
from rollbook.doors.opentera import objects
from rollbook.doors.opentera.arguments import refused
from rollbook.doors.opentera.bodies import Document, document, number
from rollbook.doors.opentera.endpoints.user.materials import require_seen
from rollbook.doors.opentera.materials import service_address
from rollbook.doors.opentera.wire.invitations import InvitationsDelete, InvitationsQuery
from rollbook.web.routes import Call

_ID = "id_test_invitation"
_COUNT = "test_invitation_count"
"""Only the services that take the answers count them."""
_KNOWN = frozenset(objects.INVITATION.fields)
_SHOWN_ONLY = frozenset({"test_invitation_url"})


def _whole(work: Work, record: Record) -> Document:
    """An invitation with what it is about."""
    out = objects.INVITATION.shown(record)
    every = queries.anyone(work)
    kind = queries.get(work, e.TEST_TYPE, record["test_type_id"])
    out["test_invitation_test_type"] = {
        "test_type_uuid": kind["uuid"],
        "test_type_name": kind["name"],
        "test_type_description": kind["description"],
        "test_type_key": kind["key"],
    }
    if record["session_id"] and (session := queries.first(work, e.SESSION, viewer=every, id=record["session_id"])):
        out["test_invitation_session"] = {"session_uuid": session["uuid"], "session_name": session["name"]}
    if record["person_id"] and (user := queries.first(work, e.USER, viewer=every, id=record["person_id"])):
        name = {"user_firstname": user["first_name"], "user_lastname": user["last_name"]}
        out["test_invitation_user"] = {"user_uuid": user["uuid"]} | name
    for kind_name, entity in (("participant", e.PARTICIPANT), ("device", e.DEVICE)):
        found = record[f"{kind_name}_id"] and queries.first(work, entity, viewer=every, id=record[f"{kind_name}_id"])
        if found:
            names = {f"{kind_name}_uuid": found["uuid"], f"{kind_name}_name": found["name"]}
            out[f"test_invitation_{kind_name}"] = names
    if record["project_id"]:
        out["test_invitation_project"] = {"project_name": record["project_name"]}
    return out


def _address(call: Call[Any, Any], record: Record) -> Document:
    """Where who is invited answers, for a type that has a page for it."""
    kind = queries.get(call.work, e.TEST_TYPE, record["test_type_id"])
    if not kind["has_web_format"]:
        return {}
    service = queries.get(call.work, e.SERVICE, kind["service_id"])
    return {"test_invitation_url": service_address(call, service, f"/api/tests/invitations?key={record['key']}")}


def index(call: Call[None, InvitationsQuery]) -> list[Document]:
    """Invitations ("GET tests/invitations")."""
    asked, work = call.query, call.work
    chosen: dict[str, Any] = {
        "id": asked.id_test_invitation,
        "key": asked.test_invitation_key,
        "session_id": asked.id_session,
        "test_type_id": asked.id_test_type,
        "person_id": asked.id_user,
        "participant_id": asked.id_participant,
        "device_id": asked.id_device,
        "project_id": asked.id_project,
    }
    require_seen(work, chosen)
    found = queries.find(work, e.TEST_INVITATION, **chosen)
    out = [_whole(work, one) if asked.full else objects.INVITATION.shown(one) for one in found]
    if asked.with_urls:
        for shown, one in zip(out, found, strict=True):
            shown |= _address(call, one)
    return out


def _problems(given: Any) -> dict[str, str]:
    """What is wrong with the shape of what is posted, as the vendor's schema says it."""
    if not isinstance(given, dict):
        return {"": f"{given!r} is not of type 'object'"}
    if "tests_invitations" not in given:
        return {"tests_invitations": "'tests_invitations' is a required property"}
    listed = given["tests_invitations"]
    if not isinstance(listed, list):
        return {"tests_invitations": f"{listed!r} is not of type 'array'"}
    if not listed:
        return {"tests_invitations": "[] should be non-empty"}
    problems: dict[str, str] = {}
    for position, one in enumerate(listed):
        at = f"tests_invitations.{position}"
        if not isinstance(one, dict):
            problems[at] = f"{one!r} is not of type 'object'"
            continue
        if _ID not in one:
            problems[f"{at}.{_ID}"] = f"'{_ID}' is a required property"
        if unknown := sorted(one.keys() - _KNOWN - _SHOWN_ONLY):
            names = ", ".join(f"'{name}'" for name in unknown)
            verb = "was" if len(unknown) == 1 else "were"
            problems[at] = f"Additional properties are not allowed ({names} {verb} unexpected)"
    return problems


def _refusal(problems: dict[str, str]) -> Fault:
    fault = refused(*next(iter(problems.items())))
    body = {"errors": problems, "message": "Input payload validation failed"}
    return Fault(fault.code, fault.message, fields={k: [v] for k, v in problems.items()}, details={"body": body})


def save(call: Call[None, None]) -> list[Document]:
    """Invite someone to a test, or change an invitation ("POST tests/invitations")."""
    given = document(call)
    if problems := _problems(given):
        raise _refusal(problems)
    out = []
    for one in given["tests_invitations"]:
        invitation_id = number(one[_ID], _ID)
        values = objects.INVITATION.read(one, is_new=not invitation_id)
        values.pop("id", None)
        if invitation_id and call.principal.actor is Actor.SERVICE and one.get(_COUNT) is not None:
            values["used"] = number(one[_COUNT], _COUNT)
        saved = invitations.save(call.work, invitation_id, values)
        out.append(_whole(call.work, saved) | _address(call, saved))
    return out


def delete(call: Call[None, InvitationsDelete]) -> str:
    """Take an invitation back ("DELETE tests/invitations")."""
    invitations.remove(call.work, call.query.id)
    return ""
