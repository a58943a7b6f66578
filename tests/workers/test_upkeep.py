"""Noting uses and forgetting what has expired."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import bindparam, func, select

from rollbook.app import Server
from rollbook.core.access import credentials, limits
from rollbook.core.access.tables import attempts
from rollbook.core.access.tables import credentials as credentials_table
from rollbook.core.access.usage import UsageLog
from rollbook.core.kernel.clock import DAY, HOUR, now
from rollbook.core.kernel.statements import Statement
from rollbook.core.people.imports import upkeep as imports_upkeep
from rollbook.core.webhooks import upkeep
from rollbook.workers.alarm import Alarm
from rollbook.workers.upkeep import UpkeepWorker
from tests.conftest import Organisation
from tests.console.signed_in import owner
from tests.workers.post_office import PostOffice

_EXISTS = Statement[tuple[Any, ...]](select(credentials_table.c.id).where(credentials_table.c.id == bindparam("id")))
_FAILURES = Statement[tuple[Any, ...]](
    select(func.count()).select_from(attempts).where(attempts.c.subject == bindparam("subject"))
)


def worker(server: Server, usage: UsageLog, at: int) -> UpkeepWorker:
    """Made within an event loop."""
    return UpkeepWorker(
        server.database,
        server.lanes,
        server.services.files,
        server.services.films,
        server.services.warehouse,
        usage,
        Alarm(lambda: at),
        clock=lambda: at,
    )


def forget(server: Server, at: int) -> None:
    async def run() -> None:
        await worker(server, UsageLog(), at).forget()

    asyncio.run(run())


def issue(organisation: Organisation, kind: str, lives_s: int | None) -> int:
    with organisation.writing() as work:
        return credentials.issue(work, kind, "t", organisation_id=organisation.id, lives_s=lives_s)[0]


def is_there(organisation: Organisation, credential_id: int) -> bool:
    with organisation.writing() as work:
        return bool(work.first(_EXISTS, id=credential_id))


def test_uses_are_written_when_the_worker_stops_and_never_go_back(organisation: Organisation, server: Server) -> None:
    key = issue(organisation, "api_key", None)

    async def work_once(at: int) -> None:
        usage = UsageLog()
        usage.note(key, at)
        made = worker(server, usage, now())
        made.stop()
        await made.run()
        assert usage.take() == {}

    for at in (500, 900, 700):
        asyncio.run(work_once(at))
    with organisation.writing() as work:
        assert credentials.get_credential(work, key).last_used_at == 900


def test_uses_that_cannot_be_written_are_kept_for_the_next_time(
    organisation: Organisation, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = UsageLog()
    usage.note(1, 100)

    def broken(*_: Any) -> None:
        raise RuntimeError("no database")

    async def run() -> None:
        made = worker(server, usage, now())
        monkeypatch.setattr(credentials, "note_uses", broken)
        made.stop()
        await made.run()

    asyncio.run(run())
    usage.note(2, 50)
    assert usage.take() == {1: 100, 2: 50}


def test_what_expired_long_ago_is_forgotten_and_keys_are_kept(organisation: Organisation, server: Server) -> None:
    old = [issue(organisation, kind, 3600) for kind in ("access_token", "session", "invitation")]
    key, lasting = issue(organisation, "api_key", 3600), issue(organisation, "access_token", 90 * 24 * 3600)
    forget(server, now() + 2 * HOUR)
    assert all(is_there(organisation, credential) for credential in [*old, key, lasting])
    forget(server, now() + 2 * DAY)
    assert [is_there(organisation, credential) for credential in [*old, key, lasting]] == [False] * 3 + [True] * 2


def test_more_than_one_batch_is_forgotten(
    organisation: Organisation, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "FORGOTTEN_AT_ONCE", 2)
    old = [issue(organisation, "access_token", 60) for _ in range(5)]
    forget(server, now() + 2 * DAY)
    assert not any(is_there(organisation, credential) for credential in old)


def test_old_deliveries_and_removed_webhooks_are_pruned_and_pending_ones_kept(
    organisation: Organisation, server: Server, post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "BATCH", 2)
    api = organisation.native()
    hooks = []
    for name in ("sent", "paused", "removed"):
        body = {"url": f"https://hooks.example.org/{organisation.id}/{name}", "topics": ["person.created"]}
        hooks.append(api.post("/v1/webhooks", json=body).json()["webhook"]["id"])
    sent, paused, removed = hooks
    api.post(f"/v1/webhooks/{paused}/pause")
    for number in range(3):
        api.post("/v1/people", json={"first_name": "A", "last_name": "B", "username": f"p{number}"})
    post.work()
    api.delete(f"/v1/webhooks/{removed}")

    def counts() -> list[int]:
        paths = [f"/v1/webhooks/{webhook}/deliveries" for webhook in (sent, paused)]
        return [len(api.get(path).json()["deliveries"]) for path in paths]

    forget(server, now() + 29 * DAY)
    assert counts() == [3, 3]
    forget(server, now() + 31 * DAY)
    assert counts() == [0, 3]
    assert api.get("/v1/deliveries").json()["deliveries"][0]["webhook"] == paused


def test_counts_of_failed_sign_ins_are_forgotten(organisation: Organisation, server: Server) -> None:
    subjects = limits.begin(server.database, "192.0.2.7", [f"nobody{organisation.id}"])
    for at, left in ((now(), 1), (now() + 2 * DAY, 0)):
        forget(server, at)
        with organisation.writing() as work:
            assert [work.value(_FAILURES, subject=subject) for subject in subjects] == [left, left]


STAFF = b"Employee ID,First name,Last name\n1,Ana,Novak\n"


def test_previews_that_nobody_applies_are_thrown_away_in_every_organisation(
    organisation: Organisation, other_organisation: Organisation, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports_upkeep, "PREVIEWS_AT_ONCE", 2)
    apis = [organisation.native(), other_organisation.native()]
    made = [(api, api.post("/v1/imports", files={"file": ("s.csv", STAFF)}).json()["id"]) for api in apis * 3]
    api, applied = made.pop()
    assert api.post(f"/v1/imports/{applied}/apply", json={}).status_code == 200

    def shown() -> list[tuple[str, int]]:
        one = [(api, f"/v1/imports/{import_id}") for api, import_id in made]
        return [(api.get(path).json()["state"], len(api.get(f"{path}/rows").json()["rows"])) for api, path in one]

    forget(server, now() + 6 * DAY)
    assert shown() == [("previewed", 1)] * 5
    forget(server, now() + 8 * DAY)
    assert shown() == [("discarded", 0)] * 5
    assert api.get(f"/v1/imports/{applied}").json()["state"] == "applied"


def test_files_that_were_uploaded_and_left_are_deleted(
    organisation: Organisation, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports_upkeep, "FILES_AT_ONCE", 2)
    staff = {"file": ("staff.csv", STAFF, "text/csv")}
    pages = [owner(organisation).post("/console/imports/new", files=staff).headers["location"] for _ in range(3)]
    server.services.files.put("contents/kept", b"a lesson", limit=100)

    def shown() -> list[bool]:
        visitor = owner(organisation)  # whose last session is forgotten by now as well
        return ["See what would happen" in visitor.get(page).text for page in pages]

    forget(server, now() + 6 * DAY)
    assert shown() == [True] * 3
    forget(server, now() + 8 * DAY)
    assert shown() == [False] * 3
    assert server.services.files.exists("contents/kept")
