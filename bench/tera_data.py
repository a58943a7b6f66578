"""Sites with their projects, participants, devices, sessions and events, always the same, made by the store itself."""

from dataclasses import dataclass
from typing import Any

import apsw
import psycopg

from rollbook.adapters.passwords import Argon2Passwords
from rollbook.adapters.sql import open_database
from rollbook.app import before_commit
from rollbook.core.access.founding import found_organisation
from rollbook.core.sessions.home import home_service
from rollbook.migrations import migrate

PASSWORD = "what the bench signs in with"
EPOCH = 1_767_225_600_000_000
"""The first of January 2026, in microseconds."""


@dataclass(frozen=True)
class TeraSize:
    """How much there is. Each site has as many projects, each project as many participants, and so on."""

    sites: int
    projects: int = 10
    participants: int = 50
    sessions: int = 10
    events: int = 5
    devices: int = 20


TERA = TeraSize(sites=200)
TERA_SMALL = TeraSize(sites=2)
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"


def administrator(site: int) -> str:
    """The user name of the one who administers a site."""
    return f"admin-{site}"


class _Store:
    """Statements run as they are, in one transaction."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        self.connection: Any = (
            apsw.Connection(url.removeprefix("sqlite:///")) if self.is_sqlite else psycopg.connect(url, autocommit=True)
        )

    def uuid(self, kind: int) -> str:
        """An expression for the uuid of the ``i``-th thing of a kind."""
        if self.is_sqlite:
            return f"printf('%08x-{kind:04}-4000-8000-%012x', i, i)"
        return f"lpad(to_hex(i), 8, '0') || '-{kind:04}-4000-8000-' || lpad(to_hex(i), 12, '0')"

    def fill(self, table: str, count: int, **columns: str) -> None:
        """Rows for the numbers from one to ``count``, which are called ``i`` in the columns' expressions."""
        into = f"INSERT INTO {table} ({', '.join(columns)})"
        if self.is_sqlite:
            sql = f"{into} {_NUMBERS.format(count=count)} SELECT {', '.join(columns.values())} FROM n"
        else:
            sql = f"{into} SELECT {', '.join(columns.values())} FROM generate_series(1::bigint, {count}) AS n(i)"
        self.connection.execute(sql)


def fill_sites(database_url: str, size: TeraSize) -> int:
    """Make the schema and the data in an empty database; the organisation's id."""
    migrate(database_url)
    database = open_database(database_url, before_commit)
    hashed = Argon2Passwords().hash(PASSWORD)
    try:
        with database.writing() as work:
            founded = found_organisation(work, "Bench", username="owner", password_hash=hashed)
            work.act_as(work.principal)
            home = home_service(work)["id"]
    finally:
        database.close()
    store = _Store(database_url)
    store.connection.execute("BEGIN")
    _fill(store, size, str(founded.organisation.id), home, hashed)
    store.connection.execute("COMMIT")
    store.connection.execute("ANALYZE")
    store.connection.close()
    return int(founded.organisation.id)


def _fill(store: _Store, size: TeraSize, tenant: str, home: int, hashed: str) -> None:
    sites, projects = size.sites, size.sites * size.projects
    participants = projects * size.participants
    sessions, devices = participants * size.sessions, sites * size.devices
    project = f"1 + (i - 1) / {size.participants}"
    of = {"organisation_id": tenant}
    flags = {"is_enabled": "true"}
    store.fill("sites", sites, id="i", name="'Site ' || i", needs_second_factor="false", **of)
    store.fill(
        "projects", projects, id="i", site_id=f"1 + (i - 1) / {size.projects}", name="'Project ' || i", **flags, **of
    )
    _fill_people(store, size, of, home, hashed)
    store.fill(
        "participants", participants, id="i", uuid=store.uuid(1), project_id=project, name="'Participant ' || i",
        token_name=store.uuid(2), may_sign_in="false", has_token="true", **flags, **of,
    )  # fmt: skip
    store.fill("device_types", 1, id="i", name="'Watch'", key="'watch'", **of)
    store.fill(
        "devices", devices, id="i", uuid=store.uuid(3), device_type_id="1", name="'Device ' || i",
        token_name=store.uuid(4), goes_online="true", **flags, **of,
    )  # fmt: skip
    store.fill("device_sites", devices, id="i", device_id="i", site_id=f"1 + (i - 1) / {size.devices}", **of)
    store.fill("device_statuses", devices, device_id="i", status="'{\"battery\": 80}'", at=f"{EPOCH} + i")
    store.fill(
        "open_sockets", devices // 10, id="i", kind="'device'", subject_id="i * 10", node="'bench'",
        leased_until=str(EPOCH * 2), **of,
    )  # fmt: skip
    store.fill("session_types", 1, id="i", name="'Exercise'", is_online="false", color="'#00FF00'", category="2", **of)
    participant = f"1 + (i - 1) / {size.sessions}"
    administrators = f"1 + 1 + (i - 1) / {size.sessions * size.participants * size.projects}"
    store.fill(
        "sessions", sessions, id="i", uuid=store.uuid(5), session_type_id="1", creator_person_id=administrators,
        name="'Session ' || i", started_at=f"{EPOCH} + i * 1000000", duration_s="1800", status="2",
        parameters="'{\"level\": 3}'", **of,
    )  # fmt: skip
    store.fill("session_participants", sessions, id="i", session_id="i", participant_id=participant, **of)
    store.fill(
        "session_events", sessions * size.events, id="i", session_id=f"1 + (i - 1) / {size.events}", kind="1",
        at=f"{EPOCH} + i * 1000", text="'It went on'",
    )  # fmt: skip
    if not store.is_sqlite:
        for table in _NUMBERED:
            store.connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")


_NUMBERED = (
    "sites", "projects", "participants", "devices", "device_sites", "sessions", "session_participants",
    "session_events", "people", "groups", "service_roles", "service_access", "device_types", "session_types",
    "open_sockets",
)  # fmt: skip


def _fill_people(store: _Store, size: TeraSize, of: dict[str, str], home: int, hashed: str) -> None:
    """An administrator for each site, in a group of their own; the owner and the root are the first of their tables."""
    sites, projects = size.sites, size.sites * size.projects
    at = {"created_at": str(EPOCH), "updated_at": str(EPOCH)}
    called = "'admin-' || i"
    store.fill(
        "people", sites, id="i + 1", uuid=store.uuid(6), username=called, username_key=called, first_name="'Ana'",
        last_name=called, name_key=called, search_text=called, language="'en'", is_active="true", welcome="'never'",
        **of, **at,
    )  # fmt: skip
    store.fill("passwords", sites, person_id="i + 1", hash=f"'{hashed}'", must_change="false", changed_at=str(EPOCH))
    store.fill("person_roles", sites, person_id="i + 1", role="'learner'")
    store.fill("groups", sites, id="i + 1", uuid=store.uuid(7), name="'Group ' || i", **of, **at)
    store.fill("memberships", sites, person_id="i + 1", group_id="i + 1", is_primary="false", joined_at=str(EPOCH))
    role = {"service_id": str(home), "name": "CASE WHEN i % 2 = 0 THEN 'user' ELSE 'admin' END"}
    store.fill("service_roles", sites * 2, id="i", site_id="1 + (i - 1) / 2", **role, **of)
    store.fill("service_roles", projects * 2, id=f"{sites * 2} + i", project_id="1 + (i - 1) / 2", **role, **of)
    store.fill("service_access", sites, id="i", group_id="i + 1", service_role_id="2 * i - 1", **of)
