"""Fixtures: one server per store and worker process; every test founds an organisation of its own in it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from litestar.testing import TestClient
from sqlalchemy import Integer, NullPool, column, create_engine, select, text

from rollbook.app import Server, create_app
from rollbook.core.access.founding import Founded, found_organisation
from rollbook.core.access.policy import system_principal
from rollbook.core.events.kinds import KINDS
from rollbook.core.events.tables import events
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.work import Work
from rollbook.migrations import engine_url, migrate
from rollbook.settings import Settings
from tests.environment import postgres_url, skip_or_fail

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> str:
    """Each test that reaches the record runs on both stores."""
    return str(request.param)


@pytest.fixture(scope="session")
def database_url(store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty, migrated database."""
    yield from new_database(store, tmp_path_factory)


def new_database(store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database for as long as a fixture lasts."""
    if store == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('database') / 'rollbook.db'}"
        migrate(url)
        yield url
        return
    base = postgres_url()
    if base is None:
        skip_or_fail("postgres", "no PostgreSQL answers; set ROLLBOOK_TEST_POSTGRES")
    name = f"rollbook_{uuid4().hex}"
    with psycopg.connect(base, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    url = psycopg.conninfo.make_conninfo(base, dbname=name)
    url = _as_url(url)
    migrate(url)
    yield url
    with psycopg.connect(base, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _as_url(conninfo: str) -> str:
    """A connection string in keyword form as a URL, as settings want it."""
    parts = psycopg.conninfo.conninfo_to_dict(conninfo)
    options = "&".join(f"{key}={value}" for key, value in parts.items() if key != "dbname")
    return f"postgresql:///{parts['dbname']}?{options}"


@pytest.fixture(scope="session")
def server(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on the store, without a socket."""
    made = Server(
        Settings(data=tmp_path_factory.mktemp("data"), database=database_url, allow_outbound=("127.0.0.0/8",))
    )
    yield made
    made.close()
    assert _unexplained_kinds(database_url) == set(), "explain them in core/events/kinds.py"


def _unexplained_kinds(url: str) -> set[str]:
    """The kinds of event that some test recorded and nothing explains."""
    with create_engine(engine_url(url), poolclass=NullPool).connect() as connection:
        return set(connection.scalars(select(events.c.kind).distinct())) - KINDS.keys()


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[TestClient[Any]]:
    """HTTP to the server, with no credential."""
    with TestClient(create_app(server, with_workers=False), raise_server_exceptions=False) as made:
        yield made


@dataclass
class Organisation:
    """An organisation of the test's own, and ways in."""

    server: Server
    client: TestClient[Any]
    founded: Founded

    @property
    def id(self) -> int:
        """Its id."""
        return self.founded.organisation.id

    def smartarena(self) -> "Caller":
        """A caller with a Smart Arena access token."""
        answer = self.client.post(
            "/oauth/access_token",
            data={
                "grant_type": "client_credentials",
                "client_id": self.founded.client_id,
                "client_secret": self.founded.client_secret,
            },
        )
        return Caller(self.client, {"authorization": f"Bearer {answer.json()['access_token']}"})

    def native(self) -> "Caller":
        """A caller with an API key."""
        return Caller(self.client, {"authorization": f"Bearer {self.founded.api_key}"}, self.server)

    def velpic(self) -> "Caller":
        """A caller with a Velpic access key."""
        return Caller(self.client, {"AccessKey": self.founded.access_key})

    def writing(self) -> Any:
        """A unit of work in which the test itself acts for the organisation."""
        return _Acting(self)


@dataclass
class _Acting:
    organisation: Organisation

    def __enter__(self) -> Work:
        self._context = self.organisation.server.database.writing()
        work = self._context.__enter__()
        work.act_as(system_principal(self.organisation.id, "test"))
        return work

    def __exit__(self, *problem: Any) -> None:
        self._context.__exit__(*problem)


_UNSETTLED = Statement[tuple[Any, ...]](
    text(
        "SELECT count(*) FROM events WHERE transaction_id >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    ).columns(column("count", Integer()))
)


def wait_until_settled(server: Server) -> None:
    """Until the feed shows every event, or two seconds: PostgreSQL counts transactions for a whole cluster."""
    deadline = time.monotonic() + 2
    while server.database.store == "postgresql" and time.monotonic() < deadline:
        with server.database.reading() as work:
            if not work.value(_UNSETTLED):
                return
        time.sleep(0.01)


@dataclass
class Caller:
    """A client that sends a credential with each request."""

    client: TestClient[Any]
    headers: dict[str, str]
    server: Server | None = None

    def get(self, path: str, **kwargs: Any) -> Any:
        """GET; the change feed once nothing that another test has open in the same cluster holds it back."""
        if path == "/v1/changes" and self.server is not None:
            wait_until_settled(self.server)
        return self.client.get(path, headers=self.headers, **kwargs)

    def post(self, path: str, **kwargs: Any) -> Any:
        """POST."""
        return self.client.post(path, headers=self.headers, **kwargs)

    def put(self, path: str, **kwargs: Any) -> Any:
        """PUT."""
        return self.client.put(path, headers=self.headers, **kwargs)

    def patch(self, path: str, **kwargs: Any) -> Any:
        """PATCH."""
        return self.client.patch(path, headers=self.headers, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> Any:
        """DELETE, with a body if need be."""
        return self.client.request("DELETE", path, headers=self.headers, **kwargs)


@pytest.fixture(scope="session")
def owner_hash(server: Server) -> str:
    """The hash of every test owner's password, made once."""
    return server.services.hasher.hash(PASSWORD)


def found(server: Server, client: TestClient[Any], owner_hash: str) -> Organisation:
    """Found an organisation with names that no other test has."""
    name = f"Org {uuid4().hex[:12]}"
    with server.database.writing() as work:
        founded = found_organisation(work, name, username=f"owner@{name[4:]}.example.org", password_hash=owner_hash)
    return Organisation(server, client, founded)


@pytest.fixture
def organisation(server: Server, client: TestClient[Any], owner_hash: str) -> Organisation:
    """An organisation of the test's own."""
    return found(server, client, owner_hash)


@pytest.fixture
def other_organisation(server: Server, client: TestClient[Any], owner_hash: str) -> Organisation:
    """A second organisation in the same database, which must never be seen."""
    return found(server, client, owner_hash)
