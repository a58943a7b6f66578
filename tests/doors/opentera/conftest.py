"""A server with the reference data on each store, put back before each test, and callers of every kind."""

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from litestar.testing import TestClient

from rollbook.app import Server, create_app
from rollbook.migrations import migrate
from rollbook.settings import Settings
from tests.conftest import _as_url
from tests.environment import postgres_url, skip_or_fail

SERVICE_KEY = "the key that services sign with"
USERS = ("admin", "siteadmin", "user", "user2", "user3", "user4")
"""Their passwords are their names: all, site 1's administrator, user of projects 1 and 2, administrator of site 1 by
another group, administrator of project 1, and one with no role."""


@dataclass
class Tera:
    """The API, as someone."""

    client: TestClient[Any]
    headers: dict[str, str]

    def get(self, path: str, **params: Any) -> Any:
        """GET, with parameters."""
        return self.client.get(f"/api{path}", params=params, headers=self.headers)

    def post(self, path: str, body: Any) -> Any:
        """POST of JSON."""
        return self.client.post(f"/api{path}", json=body, headers=self.headers)

    def delete(self, path: str, **params: Any) -> Any:
        """DELETE, with parameters."""
        return self.client.delete(f"/api{path}", params=params, headers=self.headers)


def basic(name: str, password: str) -> dict[str, str]:
    """HTTP Basic."""
    return {"authorization": f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"}


def signed(claims: dict[str, Any], key: str = SERVICE_KEY, algorithm: str = "HS256") -> str:
    """A token as services sign it."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": algorithm}, claims)]
    body = b".".join(parts)
    return (body + b"." + base64.urlsafe_b64encode(digest(key.encode(), body, sha256)).rstrip(b"=")).decode()


@dataclass
class Ways:
    """The server, and ways in."""

    client: TestClient[Any]

    def user(self, name: str) -> Tera:
        """A user by their password."""
        return Tera(self.client, basic(name, name))

    def by_token(self, token: str) -> Tera:
        """Whoever a token is of."""
        return Tera(self.client, {"authorization": f"OpenTera {token}"})

    def service(self, service_id: int, **claims: Any) -> Tera:
        """A service."""
        uuid = "00000000-0000-0000-0000-000000000001"
        if service_id != 1:
            uuid = self.user("admin").get("/user/services", id_service=service_id).json()[0]["service_uuid"]
        now = int(time.time())
        about = {"iat": now, "exp": now + 600, "iss": "TeraServer", "jti": str(uuid4()), "service_uuid": uuid}
        return self.by_token(signed(about | claims))

    def device(self, device_id: int) -> Tera:
        """A device by its lasting token."""
        return self.by_token(self.user("admin").get("/user/devices", id_device=device_id).json()[0]["device_token"])

    def participant(self) -> Tera:
        """The participant who has a password."""
        return Tera(self.client, basic("participant1", "opentera"))


@pytest.fixture(scope="session")
def tera_database(store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of its own: a server for tests holds nothing else."""
    if store == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('tera') / 'rollbook.db'}"
        return
    base = postgres_url()
    if base is None:
        skip_or_fail("postgres", "no PostgreSQL answers; set ROLLBOOK_TEST_POSTGRES")
    name = f"rollbook_{uuid4().hex}"
    with psycopg.connect(base, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    yield _as_url(psycopg.conninfo.make_conninfo(base, dbname=name))
    with psycopg.connect(base, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def tera_server(tera_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server, without a socket."""
    migrate(tera_database)
    folder: Path = tmp_path_factory.mktemp("tera_data")
    settings = Settings(data=folder, database=tera_database, test_data="opentera", service_key=SERVICE_KEY)
    server = Server(settings)
    yield server
    server.close()


@pytest.fixture(scope="session")
def tera_client(tera_server: Server) -> Iterator[TestClient[Any]]:
    """HTTP to the server."""
    with TestClient(create_app(tera_server, with_workers=False), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def tera(tera_client: TestClient[Any]) -> Ways:
    """The server with the reference data as it was in the beginning."""
    answer = tera_client.get("/api/test/database/reset")
    assert (answer.status_code, answer.json()) == (200, 200), answer.text
    tera_client.cookies.clear()
    return Ways(tera_client)
