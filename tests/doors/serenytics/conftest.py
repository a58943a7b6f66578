"""Ways into the Serenytics door, and sources to ask about."""

import threading
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from rollbook.core.analytics import jobs
from rollbook.core.analytics.jobs import Desk
from rollbook.core.analytics.scripts import running
from rollbook.core.analytics.scripts.running import Bench
from rollbook.core.kernel.clock import Clock, now
from rollbook.core.kernel.ports import ScriptRunner
from tests.conftest import PASSWORD, Caller, Organisation

SALES = [
    {"country": "FR", "sold": 3, "price": 2.5, "at": "2026-01-31T23:30:00"},
    {"country": "FR", "sold": 10, "price": 40, "at": "2026-02-01T00:10:00"},
    {"country": "SI", "sold": 5, "price": 21, "at": "2025-12-29T12:00:00"},
]


@dataclass
class Door:
    """The door of one organisation."""

    organisation: Organisation
    admin: Caller

    def caller(self, username: str, password: str = PASSWORD) -> Caller:
        """A user with a token."""
        client = self.organisation.client
        answer = client.get("/api/token", auth=(f"{self.organisation.founded.organisation.slug}/{username}", password))
        assert answer.status_code == 200, answer.text
        return Caller(client, {"x-auth-token": answer.json()["token"]})

    def user(self, category: str = "viewer", **metadata: Any) -> tuple[Caller, Any]:
        """A new user of a category: a caller, and the user."""
        body = {"username": f"{uuid4().hex[:8]}@example.org", "password": PASSWORD, "category": category}
        made = self.admin.post("/api/user", json=body)
        assert made.status_code == 201, made.text
        user = made.json()
        if metadata:
            answer = self.admin.put(f"/api/user/{user['uuid']}", json={"login_metadata": metadata})
            assert answer.json()["login_metadata"] == metadata
        return self.caller(user["username"]), user

    def source(self, rows: list[dict[str, Any]] | None = None, caller: Caller | None = None, **content: Any) -> str:
        """A storage source with rows; its uuid."""
        by = caller or self.admin
        made = by.post("/api/data_source", json={"name": uuid4().hex, "type": "Storage", "jsonContent": content})
        assert made.status_code == 201, made.text
        uuid = str(made.json()["uuid"])
        operations = [{"action": "insert", "rows": SALES if rows is None else rows}]
        answer = by.post(f"/api/data_source/{uuid}/batch", json={"async_": False, "operations": operations})
        assert answer.json() == {"status": "ok"}
        return uuid

    def ask(self, uuid: str, caller: Caller | None = None, **step: Any) -> Any:
        """What one step of a pipeline answers."""
        body = {"order": "row_by_row", "data_processing_pipeline": [step]}
        answer = (caller or self.admin).post(f"/api/formatted_data/{uuid}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    @property
    def desk(self) -> Desk:
        """Where this server's tasks are done."""
        services = self.organisation.server.services
        return Desk(
            services.database,
            services.warehouse,
            services.files,
            services.frames,
            services.buckets,
            services.sealer,
        )

    def do_tasks(self) -> None:
        """Do what waits to be done."""
        while jobs.work_off(self.desk):
            pass

    def reloading(self, uuid: str, content: bytes) -> str:
        """Have a CSV file loaded by a task, which nobody has begun yet; the task's uuid."""
        path = f"/api/data_source/{uuid}"
        self.admin.put(path, json={"originalFileName": "new.csv"})
        assert self.admin.post(f"{path}/file", content=content).status_code == 201
        return str(self.admin.post(f"{path}/reload_from_file", json={}).json()["task_id"])

    def script(self, code: str = "", caller: Caller | None = None, **given: Any) -> str:
        """A script; its uuid."""
        body = {"name": uuid4().hex, "schedule_infos": None, "code": code, "kind": "GENERIC_PYTHON", **given}
        made = (caller or self.admin).post("/api/script", json=body)
        assert made.status_code == 201, made.text
        return str(made.json()["uuid"])

    def run_scripts(self, runner: ScriptRunner | None = None, clock: Clock = now) -> None:
        """Run what waits to be run."""
        services = self.organisation.server.services
        bench = Bench(database=services.database, runner=runner or services.scripts, clock=clock)
        while running.work_off(bench, threading.Event()):
            pass

    def logs(self, uuid: str) -> list[Any]:
        """What came of a script's runs, newest first."""
        answer = self.admin.get(f"/api/script/{uuid}/logs")
        assert answer.status_code == 200, answer.text
        return list(answer.json()["objects"])


@pytest.fixture
def door(organisation: Organisation) -> Door:
    """The door, as an administrator."""
    return Door(organisation, Caller(organisation.client, {"x-api-key": organisation.founded.api_key}))
