"""What is written through other doors is there to be charted through the Serenytics one, for those who may see it."""

from typing import Any

import pytest

from rollbook.core.kernel import clock
from tests.conftest import PASSWORD, Caller, Organisation

COUNT = {"name": "$$count$$", "agg_function": "sum"}


class Charts:
    """The built-in sources of an organisation, as one caller sees them."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller

    def uuid(self, name: str) -> str:
        """A source's uuid."""
        q = f'{{"filters": [{{"name": "name", "op": "eq", "val": "{name}"}}]}}'
        (source,) = self.caller.get("/api/data_source", params={"q": q}).json()["objects"]
        assert (source["type"], source["token"]) == ("Rollbook", None)
        return str(source["uuid"])

    def ask(self, name: str, **step: Any) -> list[list[Any]]:
        """The rows that one step gives."""
        body = {"order": "row_by_row", "data_processing_pipeline": [step]}
        answer = self.caller.post(f"/api/formatted_data/{self.uuid(name)}", json=body).json()
        assert answer["status"] == "ok", answer
        rows: list[list[Any]] = answer["data"]
        return rows


@pytest.fixture
def native(organisation: Organisation) -> Caller:
    """Rollbook's own API."""
    return organisation.native()


@pytest.fixture
def charts(organisation: Organisation) -> Charts:
    """All that an administrator sees."""
    return Charts(Caller(organisation.client, {"x-api-key": organisation.founded.api_key}))


def made(native: Caller, path: str, **body: Any) -> Any:
    """Something new."""
    answer = native.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_every_built_in_source_answers_and_none_can_be_changed(charts: Charts) -> None:
    listed = charts.caller.get("/api/data_source").json()["objects"]
    names = [source["name"] for source in listed]
    assert names == [
        "Assets",
        "Assignments",
        "Certificates",
        "Class attendance",
        "Courses",
        "Devices",
        "Live sessions",
        "Participants",
        "People",
        "Session participants",
        "Simulator activities",
        "Tests",
        "Webhook deliveries",
    ]
    for source in listed:
        assert charts.ask(source["name"], select=[COUNT])
        path = f"/api/data_source/{source['uuid']}"
        assert charts.caller.get(path).json() == source
        answers = [
            charts.caller.put(path, json={"name": "mine"}),
            charts.caller.delete(path),
            charts.caller.post(f"{path}/batch", json={"async": False, "operations": []}),
            charts.caller.post(f"{path}/push/x", json={"a": 1}),
        ]
        assert [answer.status_code for answer in answers] == [403, 403, 403, 404]


def test_a_change_through_another_door_is_charted_at_once(
    organisation: Organisation, charts: Charts, native: Caller
) -> None:
    before = charts.ask("People", select=[COUNT])[0][0]
    velpic = organisation.velpic()
    user = velpic.post("/api/v2/user", json={"firstName": "Ana", "lastName": "Novak", "userName": "ana"}).json()
    assert charts.ask("People", select=[COUNT])[0][0] == before + 1
    velpic.post(f"/api/v2/user/{user['id']}", json={"firstName": "Bor"})
    is_ana = {"name": "username", "op": "==", "value": "ana"}
    assert charts.ask("People", select=["first_name", "roles"], where=[is_ana]) == [["Bor", "learner"]]
    course = made(native, "/v1/courses", title="Rigging", certificate=True)
    (person,) = native.get("/v1/people", params={"username": "ana"}).json()["people"]
    task = made(native, "/v1/assignments", people=[person["id"]], course=course["id"])["assignments"][0]
    asked: dict[str, Any] = {"select": ["person", "course", "status", "stage"]}
    assert charts.ask("Assignments", **asked) == [["Bor Novak", "Rigging", "due", "not_started"]]
    assert native.post(f"/v1/assignments/{task['id']}/complete").status_code == 200
    assert charts.ask("Assignments", **asked) == [["Bor Novak", "Rigging", "completed", "certified"]]
    by_month = {"name": "issued_at", "date_group": "month"}
    assert charts.ask("Certificates", select=[by_month, COUNT], group_by=[by_month])[0][1] == 1


def test_a_status_that_changes_by_itself_is_charted_when_it_has(
    organisation: Organisation, charts: Charts, native: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = made(native, "/v1/courses", title="Rigging")
    person = made(native, "/v1/people", first_name="Ana", last_name="Novak")
    due_at = clock.now() + clock.DAY
    body = {"people": [person["id"]], "course": course["id"], "due_date": clock.iso(due_at)[:10]}
    made(native, "/v1/assignments", **body)
    assert charts.ask("Assignments", select=["status"]) == [["due"]]
    monkeypatch.setattr(clock, "now", lambda now=clock.now: now() + 3 * clock.DAY)
    assert charts.ask("Assignments", select=["status"]) == [["overdue"]]


def test_each_caller_charts_the_people_they_see(organisation: Organisation, charts: Charts, native: Caller) -> None:
    made(native, "/v1/people", first_name="Ana", last_name="Novak")
    body = {"username": "bor@example.org", "password": PASSWORD, "category": "viewer"}
    user = charts.caller.post("/api/user", json=body).json()
    slug = organisation.founded.organisation.slug
    answer = organisation.client.get("/api/token", auth=(f"{slug}/bor@example.org", PASSWORD))
    viewer = Charts(Caller(organisation.client, {"x-auth-token": answer.json()["token"]}))
    assert viewer.ask("People", select=["person_id"]) == [[user["uuid"]]]
    assert viewer.ask("People", select=[COUNT]) == [[1]]
    assert charts.ask("People", select=[COUNT]) == [[3]]
    names = [source["name"] for source in viewer.caller.get("/api/data_source").json()["objects"]]
    assert "Webhook deliveries" not in names, "which needs a permission of its own"


def test_another_organisations_record_is_not_charted(
    charts: Charts, organisation: Organisation, other_organisation: Organisation
) -> None:
    other = Charts(Caller(other_organisation.client, {"x-api-key": other_organisation.founded.api_key}))
    made(other_organisation.native(), "/v1/people", first_name="Ana", last_name="Novak")
    assert charts.ask("People", select=[COUNT]) == [[1]]
    assert other.ask("People", select=[COUNT]) == [[2]]
    assert charts.caller.post(f"/api/formatted_data/{other.uuid('People')}", json={}).status_code == 404


def test_the_record_is_joined_with_ones_own_data(charts: Charts, native: Caller) -> None:
    made(native, "/v1/people", first_name="Ana", last_name="Novak", external_id="hr-1")
    own = charts.caller.post("/api/data_source", json={"name": "Pay"}).json()["uuid"]
    rows = {"async": False, "operations": [{"action": "insert", "rows": [{"code": "hr-1", "grade": 7}]}]}
    charts.caller.post(f"/api/data_source/{own}/batch", json=rows)
    config = [
        {"uuid": own, "prefix": "pay"},
        {"uuid": charts.uuid("People"), "prefix": "who", "leftColumn": "pay.code", "rightColumn": "external_id"},
    ]
    body = {"name": "Joined", "type": "InnerJoin", "jsonContent": {"joinConfig": config}}
    joined = charts.caller.post("/api/data_source", json=body).json()["uuid"]
    step = {"select": ["who.last_name", "pay.grade"]}
    answer = charts.caller.post(f"/api/formatted_data/{joined}", json={"data_processing_pipeline": [step]})
    assert answer.json()["data"] == [["Novak", 7]]
