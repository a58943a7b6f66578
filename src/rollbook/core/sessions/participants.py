"""Making, changing and deleting participants."""

from typing import Any
from uuid import uuid4

from sqlalchemy import bindparam, select

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.values import required_line
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import policy, queries, store
from rollbook.core.sessions.entities import PARTICIPANT, PARTICIPANT_GROUP, PROJECT, Record
from rollbook.core.sessions.guards import refuse_used
from rollbook.core.sessions.tables.places import participants
from rollbook.core.sessions.viewers import Kind, viewer_of

Rows = Statement[tuple[Any, ...]]
_TAKEN = Rows(
    select(participants.c.id).where(
        participants.c.organisation_id == bindparam("organisation_id"),
        participants.c.username_key == bindparam("username_key"),
        participants.c.id != bindparam("except_id"),
    )
)
NO_ACCESS = "No admin access to project"


def save(work: Work, participant_id: int, values: Record) -> Record:
    """Make a participant (id 0) or change one, by someone who sees the project.

    ``password_hash`` is the only form of a password here. Faults: FORBIDDEN; MISSING; INVALID for a project that is
    disabled or is not the group's; CONFLICT for a user name that is taken.
    """
    if participant_id:
        return _change(work, policy.seen(work, PARTICIPANT, participant_id), values)
    if values.get("project_id") is None and not values.get("participant_group_id"):
        raise Fault(FaultCode.MISSING, "Missing id_project or id_participant_group")
    values = _placed(work, values)
    project = _project(work, values["project_id"])
    if not project["is_enabled"]:
        raise Fault(FaultCode.INVALID, "Can't insert participant: participant's project is disabled or invalid.")
    made: Record = {"is_enabled": True, "has_token": False} | values
    made |= {"name": required_line(values.get("name"), "participant_name"), "uuid": new_uuid()}
    _refuse_taken(work, made, 0)
    return store.add(work, PARTICIPANT, **_with_token(made, None))


def _project(work: Work, project_id: int) -> Record:
    """The project of a new participant: one that a user sees; services may name any, as on the vendor's server."""
    if viewer_of(work.principal).kind is not Kind.SERVICE:
        return policy.seen(work, PROJECT, project_id, message=NO_ACCESS)
    found = queries.first(work, PROJECT, viewer=queries.anyone(work), id=project_id)
    if found is None:
        raise policy.forbidden(NO_ACCESS)
    return found


def _change(work: Work, participant: Record, values: Record) -> Record:
    """Who goes to another project leaves the group behind, unless they go to one there."""
    values = _placed(work, values)
    project_id: int = (participant | values)["project_id"]
    moves = project_id != participant["project_id"]
    if moves:
        policy.seen(work, PROJECT, project_id, message=NO_ACCESS)
        values.setdefault("participant_group_id", None)
    project = queries.get(work, PROJECT, project_id)
    if values.get("is_enabled", moves and participant["is_enabled"]) and not project["is_enabled"]:
        raise Fault(FaultCode.INVALID, "Can't update participant: participant's project is disabled.")
    if "name" in values:
        values["name"] = required_line(values["name"], "participant_name")
    _refuse_taken(work, values, participant["id"])
    return store.change(work, PARTICIPANT, participant, **_with_token(participant | values, participant, values))


def _placed(work: Work, values: Record) -> Record:
    """A participant's project is that of the group. Faults: INVALID."""
    values = {name: value for name, value in values.items() if not (name == "project_id" and value is None)}
    group_id = values.get("participant_group_id")
    if not group_id:
        return values | ({"participant_group_id": None} if "participant_group_id" in values else {})
    group = policy.seen(work, PARTICIPANT_GROUP, group_id, message="No admin access to group")
    if values.get("project_id", group["project_id"]) != group["project_id"]:
        raise Fault(FaultCode.INVALID, "Mismatch between id_project and group's project")
    return values | {"project_id": group["project_id"]}


def _with_token(whole: Record, before: Record | None, values: Record | None = None) -> Record:
    """The values to write, with a lasting token where one is wanted and none where it is not, or for the disabled."""
    written = whole if values is None else dict(values)
    if "username" in written:
        written["username"] = written["username"] or None
        written["username_key"] = written["username"].casefold() if written["username"] else None
    is_wanted = bool(whole["is_enabled"] and whole["has_token"])
    present = before["token_name"] if before else None
    if is_wanted and present is None:
        written["token_name"] = str(uuid4())
    elif not is_wanted:
        written["token_name"] = None
    return written


def _refuse_taken(work: Work, values: Record, participant_id: int) -> None:
    if not (username := values.get("username")):
        return
    key = {"username_key": username.casefold(), "except_id": participant_id}
    if work.first(_TAKEN, organisation_id=work.principal.organisation_id, **key) is not None:
        message = "Participant username already in use."
        raise Fault(FaultCode.CONFLICT, message, fields={"participant_username": [message]})


def remove(work: Work, participant_id: int) -> None:
    """Delete a participant. Faults: FORBIDDEN; CONFLICT where sessions, assets or tests depend on them."""
    participant = policy.seen(work, PARTICIPANT, participant_id, only_admin=True)
    refuse_used(work, "participant", participant_id)
    store.remove(work, PARTICIPANT, participant)
