"""Callers of every kind, at a server with the reference data."""

import base64
import json
import time
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest
from typing import Any
from uuid import uuid4

from litestar.testing import TestClient

from rollbook.app import Server
from rollbook.core.access.policy import system_principal
from rollbook.core.kernel.ports import FileStore
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.work import Database
from rollbook.core.people.queries import list_organisations

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
    server: Server

    @property
    def database(self) -> Database:
        """Its store."""
        return self.server.database

    @property
    def files(self) -> FileStore:
        """Where it keeps files."""
        return self.server.services.files

    @property
    def system(self) -> Principal:
        """The server itself, in the organisation of the reference data."""
        with self.database.reading() as work:
            return system_principal(list_organisations(work)[0].id)

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
