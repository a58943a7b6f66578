"""Who takes part in sessions: people, participants and devices."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, insert, select, update

from rollbook.core.kernel.statements import Lookup, among, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people.tables import people
from rollbook.core.sessions.reach import is_live
from rollbook.core.sessions.tables.devices import devices
from rollbook.core.sessions.tables.places import participants, projects
from rollbook.core.sessions.tables.sessions import session_devices, session_participants, session_people
from rollbook.core.sessions.viewers import Kind

Rows = Lookup[tuple[Any, ...]]
Member = dict[str, Any]


class Role:
    """One way to take part: a table of members, and what is known of each."""

    def __init__(self, table: Table, column: str, subject: Table, shown: Mapping[str, ColumnElement[Any]]) -> None:
        self.table = table
        self.column = column
        self.subject = subject
        self.shown = shown


PEOPLE = Role(
    session_people,
    "person_id",
    people,
    {"id": people.c.id, "uuid": people.c.uuid, "first_name": people.c.first_name, "last_name": people.c.last_name},
)
PARTICIPANTS = Role(
    session_participants,
    "participant_id",
    participants,
    {
        "id": participants.c.id,
        "uuid": participants.c.uuid,
        "name": participants.c.name,
        "project_id": participants.c.project_id,
        "project_name": projects.c.name,
    },
)
DEVICES = Role(
    session_devices, "device_id", devices, {"id": devices.c.id, "uuid": devices.c.uuid, "name": devices.c.name}
)
ROLES = (PARTICIPANTS, PEOPLE, DEVICES)
KINDS: dict[Role, Kind] = {PEOPLE: Kind.USER, PARTICIPANTS: Kind.PARTICIPANT, DEVICES: Kind.DEVICE}
"""What someone is who takes part in a way."""


def name_of(member: Member) -> str:
    """What a person, participant or device is called."""
    return member["name"] if "name" in member else f"{member['first_name']} {member['last_name']}"


@shapes
def _members(role: Role) -> Rows:
    table = role.table
    source: Any = table.join(role.subject, role.subject.c.id == table.c[role.column])
    if role is PARTICIPANTS:
        source = source.outerjoin(projects, projects.c.id == participants.c.project_id)
    return Rows(
        select(table.c.session_id, *(column.label(name) for name, column in role.shown.items()))
        .select_from(source)
        .where(among(table.c.session_id, "sessions"), is_live(table))
        .order_by(table.c.id)
    )


def of_sessions(work: Work, role: Role, session_ids: list[int]) -> dict[int, list[Member]]:
    """Who takes part in each of these sessions."""
    found: dict[int, list[Member]] = {session_id: [] for session_id in session_ids}
    names = tuple(role.shown)
    for session_id, *cells in work.all(_members(role), sessions=session_ids):
        found[session_id].append(dict(zip(names, cells, strict=True)))
    return found


@shapes
def _add(role: Role) -> Rows:
    table = role.table
    return Rows(
        insert(table).values({name: bindparam(name) for name in ("organisation_id", "session_id", role.column)})
    )


@shapes
def _leave(role: Role) -> Rows:
    table = role.table
    return Rows(
        update(table)
        .where(
            table.c.session_id == bindparam("session"),
            is_live(table),
            among(table.c[role.column], "subjects"),
        )
        .values(deleted_at=bindparam("at"))
    )


def replace(work: Work, role: Role, session_id: int, ids: list[int]) -> None:
    """Let these take part in a session, and nobody else of their kind."""
    present = [member["id"] for member in of_sessions(work, role, [session_id])[session_id]]
    gone = [one for one in present if one not in ids]
    if gone:
        work.run(_leave(role), session=session_id, subjects=gone, at=work.at)
    add(work, role, session_id, [one for one in dict.fromkeys(ids) if one not in present])


def add(work: Work, role: Role, session_id: int, ids: list[int]) -> None:
    """Let these take part in a session too."""
    organisation_id = work.principal.organisation_id
    rows = [{"organisation_id": organisation_id, "session_id": session_id, role.column: one} for one in ids]
    work.run_many(_add(role), rows)
