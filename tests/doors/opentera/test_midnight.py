"""Sessions of the days before are closed at midnight."""

import asyncio
from typing import Any

import pytest

from rollbook.app import Server
from rollbook.core.access.usage import UsageLog
from rollbook.core.kernel.clock import DAY, HOUR, day_start, iso, parse_instant
from rollbook.core.sessions import midnight
from rollbook.workers.alarm import Alarm
from rollbook.workers.upkeep import UpkeepWorker
from tests.doors.opentera.conftest import Ways

TODAY = day_start("2026-11-29")


def close(server: Server, at: int) -> None:
    """What the upkeep does at an instant."""

    async def run() -> None:
        services = server.services
        worker = UpkeepWorker(
            services.database, server.lanes, services.files, services.films, services.warehouse, UsageLog(),
            Alarm(lambda: at), clock=lambda: at,
        )  # fmt: skip
        await worker.close_past_sessions()

    asyncio.run(run())


def session(tera: Ways, at: int, status: int) -> int:
    """A session that begins at an instant."""
    made = {
        "id_session": 0,
        "id_session_type": 1,
        "session_name": "S",
        "session_start_datetime": iso(at),
        "session_participants_ids": [1],
        "session_users_ids": [],
    }
    admin = tera.user("admin")
    session_id = int(admin.post("/user/sessions", {"session": made}).json()[0]["id_session"])
    admin.post("/user/sessions", {"session": {"id_session": session_id, "session_status": status}})
    return session_id


def status_of(tera: Ways, session_id: int) -> int:
    """How a session stands."""
    return int(tera.user("admin").get("/user/sessions", id_session=session_id).json()[0]["session_status"])


def test_sessions_of_yesterday_are_cancelled_or_terminated(tera: Ways, tera_server: Server) -> None:
    yesterday = {status: session(tera, TODAY - HOUR, status) for status in range(5)}
    today = {status: session(tera, TODAY, status) for status in (0, 1)}
    admin = tera.user("admin")
    asked: dict[str, Any] = {"action": "start", "id_session": yesterday[1]}
    assert admin.post("/user/sessions/manager", {"session_manage": asked}).status_code == 200
    assert admin.get("/user/participants", id_participant=1).json()[0]["participant_busy"] is True
    close(tera_server, TODAY - 1)
    assert [status_of(tera, one) for one in yesterday.values()] == [0, 1, 2, 3, 4], "it is still the same day"
    close(tera_server, TODAY + HOUR)
    assert [status_of(tera, one) for one in yesterday.values()] == [3, 4, 2, 3, 4]
    assert [status_of(tera, one) for one in today.values()] == [0, 1]
    assert admin.get("/user/participants", id_participant=1).json()[0]["participant_busy"] is False


@pytest.mark.parametrize(
    ("at", "zone", "began", "ends"),
    [
        ("2026-11-29T23:30:00Z", "UTC", "2026-11-29T00:00:00Z", "2026-11-30T00:00:00Z"),
        ("2026-11-29T23:30:00Z", "Europe/Berlin", "2026-11-29T23:00:00Z", "2026-11-30T23:00:00Z"),
        ("2026-11-29T02:00:00Z", "America/Montreal", "2026-11-28T05:00:00Z", "2026-11-29T05:00:00Z"),
        ("2026-03-29T12:00:00Z", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
    ],
)
def test_midnight_is_that_of_the_time_zone(at: str, zone: str, began: str, ends: str) -> None:
    expected = tuple(parse_instant(text, "at") for text in (began, ends))
    assert midnight.around(parse_instant(at, "at"), zone) == expected
    assert expected[1] - expected[0] in (DAY, DAY - HOUR)
