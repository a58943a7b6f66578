"""Live sessions, who takes part, and what they leave behind, as data sources."""

from typing import Any

from sqlalchemy import Table, and_, case, func, literal_column, select

from rollbook.core.analytics.recorded.shown import About, Shown, at, describe, flag, full_name, text, whole
from rollbook.core.kernel.principal import Permission
from rollbook.core.people.tables import people
from rollbook.core.sessions.tables.devices import device_projects, device_sites, device_subtypes, device_types, devices
from rollbook.core.sessions.tables.materials import assets, test_types, tests
from rollbook.core.sessions.tables.places import participant_groups, participants, projects, sites
from rollbook.core.sessions.tables.services import services
from rollbook.core.sessions.tables.sessions import (
    session_devices,
    session_participants,
    session_people,
    session_types,
    sessions,
)

_s = sessions.c
_NEEDS = Permission.ANALYTICS_READ
_TYPE = (session_types, session_types.c.id == _s.session_type_id)
_PROJECT = (projects, projects.c.id == participants.c.project_id)
_SITE = (sites, sites.c.id == projects.c.site_id)
_GROUP = (participant_groups, participant_groups.c.id == participants.c.participant_group_id)


def _words(*given: tuple[Any, str]) -> Any:
    """The word of the first test that holds."""
    return case(*((test, literal_column(f"'{word}'")) for test, word in given))


def _named(column: Any, *words: str) -> Any:
    """Numbers from 0 as they are stored, by the word for each."""
    return _words(*((column == literal_column(str(number)), word) for number, word in enumerate(words)))


_STATUS = _named(_s.status, "planned", "in progress", "completed", "cancelled", "terminated")


def _how_many(table: Table) -> Any:
    """How many take part in the session."""
    held = select(func.count()).where(table.c.session_id == _s.id, table.c.deleted_at.is_(None))
    return held.scalar_subquery()


def _creators(made: Any, *, person: Any, participant: Any, device: Any, service: Any) -> tuple[list[Shown], list[Any]]:
    """Who made a row, in two columns, and the joins that these need. Each argument is a column that names one."""
    user, follower, machine, program = (
        table.alias(f"{made.name}_{table.name}") for table in (people, participants, devices, services)
    )
    kind = _words(
        (person.is_not(None), "user"),
        (participant.is_not(None), "participant"),
        (device.is_not(None), "device"),
        (service.is_not(None), "service"),
    )
    name = func.coalesce(full_name(user), follower.c.name, machine.c.name, program.c.name)
    joins = [
        (user, user.c.id == person),
        (follower, follower.c.id == participant),
        (machine, machine.c.id == device),
        (program, program.c.id == service),
    ]
    return [text("made_by", sql=name), text("made_by_kind", sql=kind)], joins


_BY, _MAKERS = _creators(
    sessions,
    person=_s.creator_person_id,
    participant=_s.creator_participant_id,
    device=_s.creator_device_id,
    service=_s.creator_service_id,
)
_OF_SESSION = (
    text("session_id", sql=_s.uuid),
    text("session", sql=_s.name),
    text("session_type", sql=session_types.c.name),
)

SESSIONS = describe(
    "live_sessions",
    "Live sessions",
    sessions,
    (About.SESSION, _s.id),
    [
        *_OF_SESSION,
        text("status", sql=_STATUS),
        *_BY,
        at("started_at", sql=_s.started_at),
        whole("duration_s", sql=_s.duration_s),
        whole("participants", sql=_how_many(session_participants)),
        whole("users", sql=_how_many(session_people)),
        whole("devices", sql=_how_many(session_devices)),
        text("comments", sql=_s.comments),
    ],
    _TYPE,
    *_MAKERS,
    needs=_NEEDS,
    entity="session",
    follows=(
        ("person", _s.creator_person_id),
        ("participant", _s.creator_participant_id),
    ),
)

_OF_PARTICIPANT = (
    text("participant_id", sql=participants.c.uuid),
    text("participant", sql=participants.c.name),
    text("participant_group", sql=participant_groups.c.name),
    text("project", sql=projects.c.name),
    text("site", sql=sites.c.name),
)

PARTICIPATIONS = describe(
    "session_participants",
    "Session participants",
    session_participants,
    (About.SESSION, session_participants.c.session_id),
    [
        *_OF_SESSION,
        text("status", sql=_STATUS),
        at("started_at", sql=_s.started_at),
        whole("duration_s", sql=_s.duration_s),
        *_OF_PARTICIPANT,
    ],
    (sessions, _s.id == session_participants.c.session_id),
    _TYPE,
    (participants, participants.c.id == session_participants.c.participant_id),
    _GROUP,
    _PROJECT,
    _SITE,
    needs=_NEEDS,
    follows=(
        ("session", session_participants.c.session_id),
        ("participant", session_participants.c.participant_id),
    ),
)

PARTICIPANTS = describe(
    "participants",
    "Participants",
    participants,
    (About.PARTICIPANT, participants.c.id),
    [*_OF_PARTICIPANT, flag("is_enabled", sql=participants.c.is_enabled)],
    _GROUP,
    _PROJECT,
    _SITE,
    needs=_NEEDS,
    entity="participant",
)


def _placed(links: Table, column: str, places: Table) -> Any:
    """The names of the sites or projects that a device is at, in one text."""
    names = func.aggregate_strings(places.c.name, literal_column("', '"))  # type: ignore[arg-type]
    placed = select(names).select_from(links.join(places, places.c.id == links.c[column]))
    at_device = placed.where(
        links.c.device_id == devices.c.id, links.c.deleted_at.is_(None), places.c.deleted_at.is_(None)
    )
    return at_device.correlate(devices).scalar_subquery()


DEVICES = describe(
    "devices",
    "Devices",
    devices,
    (About.DEVICE, devices.c.id),
    [
        text("device_id", sql=devices.c.uuid),
        text("device", sql=devices.c.name),
        text("device_type", sql=device_types.c.name),
        text("device_subtype", sql=device_subtypes.c.name),
        text("sites", sql=_placed(device_sites, "site_id", sites)),
        text("projects", sql=_placed(device_projects, "project_id", projects)),
        flag("is_enabled", sql=devices.c.is_enabled),
        flag("goes_online", sql=devices.c.goes_online),
        at("last_online_at", sql=devices.c.last_online_at),
    ],
    (device_types, device_types.c.id == devices.c.device_type_id),
    (device_subtypes, device_subtypes.c.id == devices.c.device_subtype_id),
    needs=_NEEDS,
    is_quiet=True,
)


def _materials_by(table: Table) -> tuple[list[Shown], list[Any]]:
    held = table.c
    return _creators(
        table, person=held.person_id, participant=held.participant_id, device=held.device_id, service=held.service_id
    )


def _made_by(table: Table) -> tuple[tuple[str, Any], ...]:
    return ("person", table.c.person_id), ("participant", table.c.participant_id)


_ASSETS_BY, _ASSET_MAKERS = _materials_by(assets)
_KEEPER = services.alias("keeper")
ASSETS = describe(
    "assets",
    "Assets",
    assets,
    (About.SESSION, assets.c.session_id),
    [
        text("asset_id", sql=assets.c.uuid),
        text("asset", sql=assets.c.name),
        text("media_type", sql=assets.c.media_type),
        text("kept_by", sql=_KEEPER.c.name),
        *_ASSETS_BY,
        at("at", sql=assets.c.at),
        *_OF_SESSION,
    ],
    (sessions, _s.id == assets.c.session_id),
    _TYPE,
    (_KEEPER, and_(_KEEPER.c.uuid == assets.c.keeper_uuid, _KEEPER.c.organisation_id == assets.c.organisation_id)),
    *_ASSET_MAKERS,
    needs=_NEEDS,
    entity="asset",
    follows=(("session", assets.c.session_id), *_made_by(assets)),
)

_TESTS_BY, _TEST_MAKERS = _materials_by(tests)
TESTS = describe(
    "tests",
    "Tests",
    tests,
    (About.SESSION, tests.c.session_id),
    [
        text("test_id", sql=tests.c.uuid),
        text("test", sql=tests.c.name),
        text("test_type", sql=test_types.c.name),
        text("status", sql=_named(tests.c.status, "not started", "in progress", "completed")),
        *_TESTS_BY,
        at("at", sql=tests.c.at),
        *_OF_SESSION,
    ],
    (test_types, test_types.c.id == tests.c.test_type_id),
    (sessions, _s.id == tests.c.session_id),
    _TYPE,
    *_TEST_MAKERS,
    needs=_NEEDS,
    entity="test",
    follows=(("session", tests.c.session_id), *_made_by(tests)),
)

LIVE = (SESSIONS, PARTICIPATIONS, PARTICIPANTS, DEVICES, ASSETS, TESTS)
"""All of them."""
