"""An HR system's synchronisation by the Smart Arena API alone: killed half-way, finished, and run again."""

import copy
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.clients.hr_sync import HrSync, Staff, Written, invented_staff
from tests.clients.rollbook_process import Rollbook, rollbook

pytestmark = pytest.mark.clients

PEOPLE = 10_000
ENROLMENTS = 5_000
SETTLES_WITHIN_S = 60


def send(served: Rollbook, staff: Staff, **options: Any) -> Written:
    """One run of the synchronisation."""
    client = served.credentials["smartarena"]
    sync = HrSync(served.url, client["client_id"], client["client_secret"], **options)
    try:
        return sync.send(staff)
    finally:
        sync.close()


def send_until_killed(served: Rollbook, staff: Staff, *, after: int) -> set[str]:
    """Kill the server by SIGKILL once so many users were made; the users that it said it has."""
    users: set[str] = set()

    def note(path: str, code: str) -> None:
        if path == "/api/users":
            users.add(code)
            if len(users) == after:
                served.kill()

    with pytest.raises(httpx.HTTPError):
        send(served, staff, acknowledged=note)
    return users


@contextmanager
def smartarena(served: Rollbook) -> Iterator[httpx.Client]:
    """The Smart Arena API, with a token."""
    with httpx.Client(base_url=served.url, timeout=60) as http:
        form = {"grant_type": "client_credentials", **served.credentials["smartarena"]}
        token = http.post("/oauth/access_token", data=form).json()["access_token"]
        http.headers["authorization"] = f"Bearer {token}"
        yield http


def read(served: Rollbook, path: str) -> list[dict[str, Any]]:
    """A list of the Smart Arena API, all pages of it."""
    with smartarena(served) as http:
        first = http.get(path)
        rows: list[dict[str, Any]] = first.json()
        total = int(first.headers.get("x-total-count", len(rows)))
        while len(rows) < total:
            rows += http.get(path, params={"page": len(rows) // 100 + 1}).json()
        return rows


def changes_after(served: Rollbook, since: str | None) -> tuple[int, str]:
    """How many changes were made after a cursor of the feed, and the cursor to go on from.

    The feed stops before any transaction that is still open, another database's too, so a mark of our own is awaited.
    """
    with smartarena(served) as http:
        assert http.post("/api/locations", json={"mapping_code": "mark", "name": "Mark"}).status_code == 201
        assert http.delete("/api/locations", params={"mapping_code": "mark"}).status_code == 200
    marks, count, deadline = 0, 0, time.monotonic() + SETTLES_WITHIN_S
    with served.native() as http:
        while marks < 2:
            assert time.monotonic() < deadline, "the feed never reached the mark"
            params: dict[str, Any] = {"limit": 500} | ({"since": since} if since else {})
            page = http.get("/v1/changes", params=params).json()
            if not page["changes"]:
                time.sleep(0.05)  # this waits for other databases' transactions, which no clock of ours moves
            ours = [change for change in page["changes"] if change["type"].startswith("location.") and is_mark(change)]
            marks, count, since = marks + len(ours), count + len(page["changes"]) - len(ours), str(page["next"])
    return count, str(since)


def is_mark(change: dict[str, Any]) -> bool:
    """Whether a change of a location is the mark's."""
    return "mark" in ((change.get("data") or {}).get("external_id"), (change.get("previous") or {}).get("external_id"))


def require_same(served: Rollbook, staff: Staff) -> None:
    """Everything that the HR system holds is there, once, and nothing else."""
    for path, wanted in (
        ("/api/branches", staff.branches),
        ("/api/locations", staff.locations),
        ("/api/workplaces", staff.workplaces),
        ("/api/users", staff.users),
        ("/api/courses", staff.courses),
    ):
        rows = [row for row in read(served, path) if row["mapping_code"] not in (None, "root")]
        assert len(rows) == len(wanted), path
        for row in rows:
            assert row | wanted[row["mapping_code"]] == row
    enrolled = {(row["course_mapping_code"], row["user_mapping_code"]) for row in read(served, "/api/usercourses")}
    assert enrolled == {(course, user) for course, users in staff.enrolments.items() for user in users}
    assert len(enrolled) == ENROLMENTS


def test_a_sync_killed_half_way_finishes_and_then_changes_nothing(tmp_path: Path, store: str) -> None:
    staff = invented_staff(PEOPLE)
    with rollbook(tmp_path, store) as served:
        served.start()
        acknowledged = send_until_killed(served, staff, after=PEOPLE // 2)
        served.start()
        kept = {user["mapping_code"] for user in read(served, "/api/users")}
        assert acknowledged <= kept, "what was acknowledged is on the disk"

        finished = send(served, staff)
        assert finished.counts["POST /api/users"] == len(staff.users.keys() - kept)
        assert finished.counts["addusers"] == ENROLMENTS
        require_same(served, staff)

        _, end = changes_after(served, None)
        assert send(served, staff).total == 0
        assert changes_after(served, end)[0] == 0

        moved = copy.deepcopy(staff)
        moved.users["hr1"]["branch_mapping_code"] = "b7"
        moved.branches["b3"]["name"] = "Renamed"
        moved.enrolments["k0"].remove("hr0")
        assert send(served, moved).counts == {"PUT /api/branches": 1, "PUT /api/users": 1, "removeusers": 1}
        assert changes_after(served, end)[0] == 3
