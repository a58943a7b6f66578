"""Enrolled through Smart Arena, finished by a simulator's activity, and seen wherever the record is read."""

from typing import Any

import pytest

from rollbook.app import Server
from tests.conftest import PASSWORD, Caller, Organisation
from tests.console import signed_in
from tests.workers.post_office import PostOffice

ANA = {"mapping_code": "hr-1", "email": "ana@example.org", "firstname": "Ana", "lastname": "Novak"}
TRAINED_AT = "2026-03-02T09:30:00.250000Z"


@pytest.fixture
def native(organisation: Organisation) -> Caller:
    return organisation.native()


@pytest.fixture
def smartarena(organisation: Organisation) -> Caller:
    return organisation.smartarena()


@pytest.fixture
def senar(organisation: Organisation) -> Caller:
    body = {"username": organisation.founded.owner.username, "password": PASSWORD}
    token = organisation.client.post("/api/auth/login", json=body).json()["Token"]
    return Caller(organisation.client, {"authorization": f"Bearer {token}"})


@pytest.fixture
def content(native: Caller) -> dict[str, Any]:
    """Something to learn, and a simulator whose activities complete it at three quarters of the points."""
    content: dict[str, Any] = native.post("/v1/contents", json={"title": "Slings and hooks"}).json()
    steps = [{"title": "Read", "text": "Look at the sling first."}]
    assert native.post(f"/v1/contents/{content['id']}/versions", json={"steps": steps}).status_code == 201
    assert native.post(f"/v1/contents/{content['id']}/versions/1/publish").status_code == 200
    collection = native.post("/v1/collections", json={"title": "Rigging"}).json()
    simulator = {
        "title": "Slings",
        "collection": collection["id"],
        "content": content["id"],
        "pass_percent": 75,
    }
    made = native.post("/v1/simulators", json=simulator)
    assert made.status_code == 201, made.text
    scenario = {"code": "S01", "simulator": made.json()["id"], "max_points": 3400}
    assert native.post("/v1/scenarios", json=scenario).status_code == 201
    return content


def enrol(smartarena: Caller, content: dict[str, Any], code: str = "k-1") -> None:
    """Ana on a course of the content."""
    course = {
        "mapping_code": code,
        "title": "Rigging for riggers",
        "start_date": "2026-01-01",
        "content_id": content["number"],
    }
    assert smartarena.post("/api/courses", json=course).status_code == 201
    added = smartarena.post("/api/courses/addusers", json={"mapping_code": code, "users_mapping_codes": ["hr-1"]})
    assert added.json()["added"] == ["hr-1"], added.text


def activity(points: int, client_id: str) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "simulator": "Slings",
        "scenario": "S01",
        "trainee": {"email": "ana@example.org"},
        "trained_at": TRAINED_AT,
        "points": points,
        "time_s": 622,
    }


def usercourse(smartarena: Caller) -> dict[str, Any]:
    [row] = smartarena.get("/api/usercourses", params={"user_mapping_code": "hr-1"}).json()
    found: dict[str, Any] = row
    return found


def test_an_enrolment_is_finished_by_an_activity_and_seen_everywhere(
    organisation: Organisation,
    server: Server,
    native: Caller,
    smartarena: Caller,
    senar: Caller,
    content: dict[str, Any],
) -> None:
    assert smartarena.post("/api/users", json=ANA).status_code == 201
    enrol(smartarena, content)
    assert usercourse(smartarena)["status"] == 0
    urls = {name: f"https://hooks.example.org/{organisation.id}/{name}" for name in ("senar", "native")}
    hook = {"hookUrl": urls["senar"], "method": "activity", "provider": "zapier"}
    assert senar.post("/integration/data/webhook_register", json=hook).status_code == 200
    topics = ["activity.created", "assignment.completed", "assignment.progressed"]
    assert native.post("/v1/webhooks", json={"url": urls["native"], "topics": topics}).status_code == 201
    since = _end_of_feed(native)

    # Below the mark it is begun, at the mark it is finished.
    below = native.post("/v1/activities", json=activity(2549, "a-1"))
    assert below.status_code == 201, below.text
    begun = usercourse(smartarena)
    assert (begun["status"], begun["score"], begun["date_completed"]) == (1, 74.97, None)
    at_mark = native.post("/v1/activities", json=activity(2550, "a-2"))
    assert at_mark.status_code == 201, at_mark.text

    finished = usercourse(smartarena)
    assert (finished["status"], finished["score"], finished["progress"]) == (2, 75, 100)
    assert finished["time_on_course"] == 2 * 622
    assert finished["date_completed"] is not None
    assert finished["updated_at"] >= begun["updated_at"]
    changed = smartarena.get("/api/usercourses", params={"updated_at": "2026-01-01 00:00:00"}).json()
    assert changed == [finished]

    shown = senar.get("/integration/data/activities").json()
    assert [(row["totalPoints"], row["totalMaxPoints"], row["firstName"]) for row in shown] == [
        (2549, 3400, "Ana"),
        (2550, 3400, "Ana"),
    ]
    assert {row["traineeEmail"] for row in shown} == {"ana@example.org"}
    assert {row["trainingDate"] for row in shown} == {"2026-03-02T09:30:00.250000"}

    person = native.get("/v1/people", params={"external_id": "hr-1"}).json()["people"][0]
    [assignment] = native.get("/v1/assignments", params={"person": person["id"]}).json()["assignments"]
    assert assignment["status"] == "completed"
    recorded = native.get("/v1/activities", params={"trainee": person["id"]}).json()["activities"]
    assert [each["assignment"] for each in recorded] == [assignment["id"]] * 2
    visitor = signed_in.owner(organisation)
    page = visitor.get(f"/console/people/{person['number']}/activities")
    assert page.status_code == 200
    assert "Slings" in page.text

    changes = _changes_since(native, since)
    kinds = [change["type"] for change in changes]
    assert kinds[:2] == ["activity.created", "assignment.progressed"]
    assert kinds[2:4] == ["activity.created", "assignment.completed"]
    assert [change["id"] for change in changes[:3:2]] == [below.json()["id"], at_mark.json()["id"]]
    assert changes[3]["id"] == assignment["id"]

    post = PostOffice(server)
    post.work()
    assert [sent.json for sent in post.sent_to(urls["senar"])] == shown
    told = post.kinds_sent_to(urls["native"])
    assert sorted(told) == sorted(kind for kind in kinds if kind in topics)


def test_sending_the_activity_again_finishes_nothing_more(
    native: Caller, smartarena: Caller, content: dict[str, Any]
) -> None:
    smartarena.post("/api/users", json=ANA)
    enrol(smartarena, content)
    assert native.post("/v1/activities", json=activity(3400, "a-1")).status_code == 201
    finished, since = usercourse(smartarena), _end_of_feed(native)
    again = native.post("/v1/activities", json=[activity(3400, "a-1"), activity(3400, "a-1")])
    assert [row["result"] for row in again.json()["rows"]] == ["unchanged", "unchanged"]
    assert usercourse(smartarena) == finished
    assert _changes_since(native, since) == []


def test_an_activity_of_someone_who_is_not_enrolled_is_kept_all_the_same(
    native: Caller, smartarena: Caller, content: dict[str, Any]
) -> None:
    smartarena.post("/api/users", json=ANA)
    assert native.post("/v1/activities", json=activity(3400, "a-1")).status_code == 201
    [recorded] = native.get("/v1/activities").json()["activities"]
    assert recorded["assignment"] is None
    assert smartarena.get("/api/usercourses").json() == []


def test_without_a_mark_finishing_is_enough(native: Caller, smartarena: Caller, content: dict[str, Any]) -> None:
    smartarena.post("/api/users", json=ANA)
    enrol(smartarena, content)
    [simulator] = native.get("/v1/simulators").json()["simulators"]
    native.patch(f"/v1/simulators/{simulator['id']}", json={"pass_percent": None})
    native.post("/v1/activities", json=activity(1, "a-1"))
    assert usercourse(smartarena)["status"] == 2


def test_many_activities_finish_many_enrolments_in_one_call(
    native: Caller, smartarena: Caller, content: dict[str, Any]
) -> None:
    people = [
        {"external_id": f"hr-{n}", "email": f"p{n}@example.org", "first_name": "P", "last_name": f"{n}"}
        for n in range(200)
    ]
    assert native.put("/v1/people", json=people).status_code == 200
    course = {"mapping_code": "k-1", "title": "Rigging", "start_date": "2026-01-01", "content_id": content["number"]}
    codes = [person["external_id"] for person in people]
    made = smartarena.post("/api/courses", json={**course, "users_mapping_codes": codes})
    assert made.status_code == 201, made.text
    rows = [{**activity(3400 if n % 2 else 100, f"a-{n}"), "trainee": {"external_id": f"hr-{n}"}} for n in range(200)]
    assert native.post("/v1/activities", json=rows).json()["created"] == 200
    done = native.get("/v1/assignments", params={"status": "completed", "total": True, "limit": 1}).json()
    assert done["total"] == 100


def _changes_since(native: Caller, since: str | None) -> list[dict[str, Any]]:
    params: dict[str, Any] = {"limit": 100} | ({"since": since} if since else {})
    found: list[dict[str, Any]] = native.get("/v1/changes", params=params).json()["changes"]
    return found


def _end_of_feed(native: Caller) -> str:
    since: str | None = None
    while True:
        page = native.get("/v1/changes", params={"limit": 100} | ({"since": since} if since else {})).json()
        since = str(page["next"])
        if not page["more"]:
            return since
