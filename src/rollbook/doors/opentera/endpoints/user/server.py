"""What a user learns of the server, statistics, and closing others' sockets (OpenTera, "user")."""

from collections.abc import Callable
from typing import Any

from rollbook.core.kernel.work import Work
from rollbook.core.people.queries import get_organisation
from rollbook.core.sessions import entities as e
from rollbook.core.sessions import queries, registering, sockets, stats, watching
from rollbook.core.sessions.entities import Record
from rollbook.core.sessions.viewers import Kind
from rollbook.doors.opentera import versions
from rollbook.doors.opentera.bodies import Document, wrapped
from rollbook.doors.opentera.errors import bad, forbidden
from rollbook.doors.opentera.shapes import moment
from rollbook.doors.opentera.wire.user_people import DisconnectQuery, ServerSettingsQuery, StatsQuery
from rollbook.web.routes import Call


def settings(call: Call[None, ServerSettingsQuery]) -> Document:
    """The server's uuid and the key that devices register with ("GET /user/server/settings")."""
    asked, out = call.query, {}
    if asked.uuid:
        out["server_uuid"] = get_organisation(call.work).uuid
    if asked.device_register_key:
        out["device_register_key"] = registering.key_of(call.services.sealer, call.principal.organisation_id)
    return out


def show_versions(call: Call[None, None]) -> Document:
    """Versions of the server and of client programs ("GET /user/versions")."""
    return versions.shown(call.work)


def save_versions(call: Call[None, None]) -> Document:
    """Set the newest version of a client program ("POST /user/versions")."""
    return versions.save(call.work, wrapped(call, "ClientVersions"))


_TARGETS: tuple[tuple[str, str, Kind], ...] = (
    ("id_user", "user_uuid", Kind.USER),
    ("id_participant", "participant_uuid", Kind.PARTICIPANT),
    ("id_device", "device_uuid", Kind.DEVICE),
)


def target_of(asked: Any) -> tuple[Kind, dict[str, Any]]:
    """Whose socket is to be closed. Faults: INVALID."""
    for id_name, uuid_name, kind in _TARGETS:
        number, uuid = getattr(asked, id_name), getattr(asked, uuid_name)
        if number is not None or uuid is not None:
            return kind, {"id": number, "uuid": uuid}
    raise bad("Invalid request")


def disconnect(call: Call[None, DisconnectQuery]) -> str:
    """Close someone's socket ("GET /user/disconnect"). Faults: INVALID for oneself; FORBIDDEN."""
    kind, wanted = target_of(call.query)
    if kind is Kind.USER:
        own = queries.first(call.work, e.USER, id=call.principal.person_id) or {}
        if own and (wanted["id"] == own["id"] or wanted["uuid"] == own["uuid"]):
            raise bad("Use Logout instead to disconnect current user")
    found = queries.first(call.work, queries.ENTITY_OF[kind], only_admin=True, **wanted)
    if found is None:
        raise forbidden()
    sockets.close_all(call.work, kind, found["id"])
    return "Success"


_Stats = Callable[[Work, int], Any]
_STATS: tuple[tuple[str, e.Entity, _Stats], ...] = (
    ("id_user_group", e.USER_GROUP, stats.of_user_group),
    ("id_user", e.USER, stats.of_user),
    ("id_site", e.SITE, stats.of_site),
    ("id_project", e.PROJECT, stats.of_project),
    ("id_group", e.PARTICIPANT_GROUP, stats.of_group),
    ("id_session", e.SESSION, stats.of_session),
    ("id_participant", e.PARTICIPANT, stats.of_participant),
    ("id_device", e.DEVICE, stats.of_device),
)


def show_stats(call: Call[None, StatsQuery]) -> Document:
    """How much there is of something ("GET /user/stats"). Faults: FORBIDDEN; INVALID without an id."""
    asked, work = call.query, call.work
    for name, entity, counted in _STATS:
        wanted = getattr(asked, name)
        if wanted is None:
            continue
        if not queries.sees(work, entity, wanted):
            raise forbidden()
        result = counted(work, wanted)
        if not isinstance(result, tuple):
            return dict(result)
        counts, found = result
        out = dict(counts)
        if asked.with_participants:
            out["participants"] = _participants(work, found)
        return out | _warnings(work, found, wanted) if asked.with_warnings and entity is e.SITE else out
    raise bad("Missing id argument")


def _participants(work: Work, found: list[Record]) -> list[Document]:
    sessions = stats.sessions_of(work, found)
    return [_participant(one, sessions.get(one["id"], (0, None, None))) for one in found]


def _participant(one: Record, sessions: tuple[int, int | None, int | None]) -> Document:
    count, first, last = sessions
    return {
        "id_participant": one["id"],
        "participant_uuid": one["uuid"],
        "participant_name": one["name"],
        "participant_enabled": one["is_enabled"],
        "participant_sessions_count": count,
        "participant_first_session": moment(first),
        "participant_last_session": moment(last),
        "participant_last_online": moment(one["last_online_at"]),
    }


def _warnings(work: Work, found: list[Record], site_id: int) -> Document:
    """Participants and users who are enabled and were not seen for long, or never."""
    quiet, unseen = watching.quiet_participants(work, found)
    absent, never = watching.absent_users(work, site_id)
    lists = {
        "warning_participants": [_brief(one) for one in quiet],
        "warning_nosession_participants": [_brief(one) for one in unseen],
        "warning_users": [_user(one) for one in absent],
        "warning_neverlogged_users": [_user(one) for one in never],
    }
    counts = {f"{name}_count": len(some) for name, some in lists.items()}
    return counts | lists


def _brief(one: Record) -> Document:
    return {"id_participant": one["id"], "participant_uuid": one["uuid"], "participant_name": one["name"]}


def _user(one: Record) -> Document:
    name = f"{one['first_name']} {one['last_name']}"
    return {"id_user": one["id"], "user_uuid": one["uuid"], "user_fullname": name}
