"""What is kept of sites and sessions is charted through the Serenytics door, by those who see it here."""

from typing import Any

import pytest

from tests.conftest import Caller
from tests.doors.opentera.conftest import USERS, Ways
from tests.doors.opentera.test_renewed_copies import SESSION

SOURCES = {
    "Live sessions": ("session", 60),
    "Participants": ("participant", 8),
    "Devices": ("device", 8),
}
"""What the rows are about, and more than there are of it in the reference data."""


def sources(tera: Ways, name: str) -> tuple[Caller, dict[str, str]]:
    """A user's token of the Serenytics door, and the uuids of the sources that they have."""
    token = tera.client.get("/api/token", auth=(f"opentera-test-data/{name}", name)).json()["token"]
    caller = Caller(tera.client, {"x-auth-token": token})
    listed = caller.get("/api/data_source").json()["objects"]
    return caller, {one["name"]: one["uuid"] for one in listed}


def rows(tera: Ways, name: str, source: str, *columns: str) -> list[list[Any]]:
    """Some columns of a source's rows, as a user sees them."""
    caller, uuids = sources(tera, name)
    step = {"select": [{"name": column} for column in columns]}
    body = {"order": "row_by_row", "data_processing_pipeline": [step]}
    answer = caller.post(f"/api/formatted_data/{uuids[source]}", json=body).json()
    assert answer["status"] == "ok", answer
    return sorted(answer["data"])


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", USERS)
def test_each_user_charts_what_they_see(tera: Ways, name: str, source: str) -> None:
    what, most = SOURCES[source]
    asked = [tera.user(name).get(f"/user/{what}s", **{f"id_{what}": number}) for number in range(1, most)]
    seen = [one[f"{what}_uuid"] for answer in asked if answer.status_code == 200 for one in answer.json() or []]
    shown = [row[0] for row in rows(tera, name, source, f"{what}_id")]
    assert shown == sorted(seen)
    assert name != "admin" or shown


def test_a_session_is_there_at_once_with_who_takes_part(tera: Ways) -> None:
    uuid = tera.user("admin").get("/user/participants", id_participant=1).json()[0]["participant_uuid"]
    made = tera.user("admin").post("/user/sessions", {"session": SESSION}).json()[0]
    told = ["session", "status", "made_by", "made_by_kind", "participants"]
    found = rows(tera, "admin", "Live sessions", "session_id", *told)
    by_id = {row[0]: row[1:] for row in found}
    assert by_id[made["session_uuid"]] == ["Gait", "completed", "Super Admin", "user", 1]
    taken = rows(tera, "admin", "Session participants", "session_id", "participant_id", "project", "site")
    assert [made["session_uuid"], uuid, "Default Project #1", "Default Site"] in taken
    assert tera.user("admin").delete("/user/sessions", id=made["id_session"]).status_code == 200
    assert made["session_uuid"] not in [row[0] for row in rows(tera, "admin", "Live sessions", "session_id")]


def test_assets_and_tests_are_told_with_who_made_them(tera: Ways) -> None:
    names = ("asset_id", "asset", "made_by_kind", "session_id", "kept_by")
    for name in ("admin", "siteadmin", "user4"):
        found = rows(tera, name, "Assets", *names)
        sessions = {row[0] for row in rows(tera, name, "Live sessions", "session_id")}
        assert {row[3] for row in found} <= sessions
        assert bool(found) == (name != "user4")
    held = rows(tera, "admin", "Assets", *names)
    assert {row[2] for row in held} == {"device", "participant", "user", None}
    assert all(None not in (*row[:2], *row[3:]) for row in held)
    tests = rows(tera, "admin", "Tests", "test", "test_type", "status", "made_by", "session")
    assert tests
    assert {row[2] for row in tests} <= {"not started", "in progress", "completed"}


def test_a_device_says_where_it_is(tera: Ways) -> None:
    admin = tera.user("admin")
    device = admin.get("/user/devices", id_device=1).json()[0]
    places = {row[0]: row[1:] for row in rows(tera, "admin", "Devices", "device_id", "device", "sites", "projects")}
    name, sites, projects = places[device["device_uuid"]]
    assert name == device["device_name"]
    assert "Default Site" in sites.split(", ")
    assert "Default Project #1" in projects
