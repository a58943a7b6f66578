"""Courses, categories, assignments and certificates through the native API."""

from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import Caller, Organisation

NOWHERE = "34267e7a-a07b-42e1-baa4-2925e477e63a"
"""An id that nothing has."""


@pytest.fixture
def api(organisation: Organisation) -> Caller:
    return organisation.native()


def person(api: Caller, code: str, **given: Any) -> dict[str, Any]:
    answer = api.post("/v1/people", json={"external_id": code, "first_name": "Ana", "last_name": code, **given})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def course(api: Caller, **given: Any) -> dict[str, Any]:
    answer = api.post("/v1/courses", json={"title": "Ladders", **given})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def assigned(api: Caller, people: list[dict[str, Any]], **given: Any) -> list[dict[str, Any]]:
    answer = api.post("/v1/assignments", json={"people": [p["id"] for p in people], **given})
    assert answer.status_code == 201, answer.text
    made: list[dict[str, Any]] = answer.json()["assignments"]
    return made


def test_a_course_holds_every_field(api: Caller) -> None:
    content = api.post("/v1/contents", json={"title": "Heights"}).json()
    before = api.post("/v1/contents", json={"title": "Basics"}).json()
    category = api.post("/v1/course-categories", json={"name": "Safety", "external_id": "safe"}).json()
    teacher, parent = person(api, "teacher"), course(api, title="Whole year")
    full = {
        "external_id": "k-1",
        "kind": "blended",
        "source": "curriculum",
        "content": content["id"],
        "category": category["id"],
        "qualification": "root",
        "parent": parent["id"],
        "prerequisite": before["id"],
        "start_date": "2026-01-01",
        "end_date": "2026-12-31",
        "final_assessment": True,
        "show_questions_at_end": True,
        "certificate": True,
        "attempts_allowed": 3,
        "mandatory_min": 45,
        "access_days": 30,
    }
    made = course(api, **full, instructor=teacher["id"])
    assert made | full == made
    assert made["instructor"]["external_id"] == "teacher"
    assert api.get(f"/v1/courses/{made['id']}").json() == made
    for filters in (
        {"external_id": "k-1"},
        {"kind": "blended"},
        {"category": category["id"]},
        {"content": content["id"]},
    ):
        assert api.get("/v1/courses", params=filters).json()["courses"] == [made]
    cleared = api.patch(
        f"/v1/courses/{made['id']}",
        json={
            name: None
            for name in full
            if name not in {"kind", "source", "final_assessment", "show_questions_at_end", "certificate"}
        },
    )
    assert cleared.status_code == 200, cleared.text
    assert cleared.json()["content_kind"] == "outline"
    assert [cleared.json()[name] for name in ("category", "qualification", "end_date", "access_days")] == [None] * 4


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("kind", "remote"),
        ("source", "stolen"),
        ("content", NOWHERE),
        ("category", NOWHERE),
        ("qualification", "none such"),
        ("instructor", NOWHERE),
        ("parent", NOWHERE),
        ("prerequisite", NOWHERE),
        ("start_date", "1899-12-31"),
        ("start_date", "soon"),
        ("end_date", "2025-01-01"),
        ("attempts_allowed", 0),
        ("attempts_allowed", 10**20),
        ("mandatory_min", -1),
        ("access_days", 0),
        ("certificate", "yes"),
        ("archived", True),
        ("unheard_of", 1),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_written(api: Caller, field: str, value: object) -> None:
    answer = api.post("/v1/courses", json={"title": "Ladders", "start_date": "2026-01-01", field: value})
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["errors"]) == [field]
    assert api.get("/v1/courses").json()["courses"] == []
    assert api.get("/v1/contents", params={"kind": "any"}).json()["contents"] == []


def test_a_course_cannot_be_part_of_itself(api: Caller) -> None:
    whole = course(api)
    part = course(api, parent=whole["id"])
    looped = api.patch(f"/v1/courses/{whole['id']}", json={"parent": part["id"]})
    assert looped.status_code == 409
    assert list(looped.json()["errors"]) == ["parent"]


def test_categories_are_a_tree(api: Caller) -> None:
    root = api.post("/v1/course-categories", json={"name": "All", "external_id": "all"}).json()
    leaf = api.post("/v1/course-categories", json={"name": "Fire", "parent": root["id"]}).json()
    assert leaf["parent"] == "all"
    made = course(api, category=leaf["id"])
    assert api.delete(f"/v1/course-categories/{leaf['id']}").status_code == 409
    assert api.patch(f"/v1/course-categories/{root['id']}", json={"parent": leaf["id"]}).status_code == 409
    assert api.delete(f"/v1/courses/{made['id']}").status_code == 204
    assert api.delete(f"/v1/course-categories/{leaf['id']}").status_code == 204
    assert [c["id"] for c in api.get("/v1/course-categories").json()["categories"]] == [root["id"]]


def test_people_are_assigned_and_finish(api: Caller) -> None:
    people = [person(api, f"p{n}") for n in range(3)]
    made = course(api, external_id="k-1", certificate=True, qualification="root")
    tasks = assigned(api, people, course=made["id"])
    assert [t["person"]["external_id"] for t in tasks] == ["p0", "p1", "p2"]
    assert {(t["status"], t["stage"]) for t in tasks} == {("due", "not_started")}
    again = api.post("/v1/assignments", json={"people": [people[1]["id"]], "course": made["id"]}).json()
    assert again == {"assignments": [], "already": [people[1]["id"]]}
    path = f"/v1/assignments/{tasks[0]['id']}"
    assert api.post(f"{path}/start").json()["stage"] == "started"
    assert api.post(f"{path}/progress", json={"progress": 50, "time_s": 60}).json()["progress"] == 50
    done = api.post(f"{path}/complete", json={"score": 90}).json()
    assert (done["status"], done["stage"], done["score"], done["progress"]) == ("completed", "certified", 90, 100)
    assert api.post(f"{path}/start").status_code == 409
    assert api.post(f"{path}/cancel").status_code == 409
    assert api.delete(path).status_code == 409
    credited = api.post(f"/v1/assignments/{tasks[1]['id']}/credit").json()
    assert (credited["stage"], credited["certificate"]) == ("conditions_met", None)
    cancelled = api.post(f"/v1/assignments/{tasks[2]['id']}/cancel", json={"reason": "moved"}).json()
    assert (cancelled["status"], cancelled["cancel_reason"]) == ("cancelled", "moved")
    for stage, count in (("certified", 1), ("conditions_met", 1), ("not_started", 1), ("started", 0)):
        page = api.get("/v1/assignments", params={"stage": stage, "total": True}).json()
        assert (len(page["assignments"]), page["total"]) == (count, count)
    assert api.get("/v1/assignments", params={"status": "completed", "course": made["id"]}).json()["next"] is None


def test_anyone_may_look_a_certificate_up_by_its_number(api: Caller, other_organisation: Organisation) -> None:
    made = course(api, certificate=True)
    task = assigned(api, [person(api, "p1")], course=made["id"])[0]
    number = api.post(f"/v1/assignments/{task['id']}/complete").json()["certificate"]["number"]
    seen = api.client.get(f"/v1/certificates/{number}")
    assert seen.status_code == 200, seen.text
    assert (seen.json()["state"], seen.json()["name"], seen.json()["title"]) == ("valid", "Ana p1", "Ladders")
    assert api.client.get(f"/v1/certificates/{number[:-1]}").status_code == 404
    assert api.client.post(f"/v1/certificates/{number}/revoke").status_code == 401
    assert other_organisation.native().post(f"/v1/certificates/{number}/revoke").status_code == 404
    assert api.post(f"/v1/certificates/{number}/revoke").json()["state"] == "revoked"
    assert api.post(f"/v1/certificates/{number}/revoke").status_code == 409
    assert api.get(f"/v1/assignments/{task['id']}").json()["stage"] == "finished"


def test_assigning_is_all_or_nothing(api: Caller) -> None:
    made, known = course(api), person(api, "p1")
    gone = person(api, "p2")
    api.patch(f"/v1/people/{gone['id']}", json={"active": False})
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({"people": [known["id"], str(uuid4())], "course": made["id"]}, 422, "people[1]"),
        ({"people": [], "course": made["id"]}, 422, "people"),
        ({"people": [known["id"]]}, 422, "course"),
        ({"people": [known["id"]], "content": str(uuid4())}, 422, "content"),
        ({"people": [known["id"]], "course": made["id"], "start_at": "1899-01-01"}, 422, "start_at"),
        ({"people": [known["id"]], "course": made["id"], "due_date": "tomorrow"}, 422, "due_date"),
        ({"people": [known["id"], gone["id"]], "course": made["id"]}, 409, "people[1]"),
    ]
    for body, status, field in cases:
        answer = api.post("/v1/assignments", json=body)
        assert (answer.status_code, list(answer.json()["errors"])) == (status, [field]), answer.text
    assert api.get("/v1/assignments").json()["assignments"] == []


def test_another_organisation_reaches_no_course(api: Caller, other_organisation: Organisation) -> None:
    made, known = course(api), person(api, "p1")
    task = assigned(api, [known], course=made["id"])[0]
    other = other_organisation.native()
    stranger = person(other, "p1")
    assert other.get(f"/v1/courses/{made['id']}").status_code == 404
    assert other.patch(f"/v1/courses/{made['id']}", json={"title": "Mine"}).status_code == 404
    assert other.post("/v1/assignments", json={"people": [stranger["id"]], "course": made["id"]}).status_code == 404
    assert api.post("/v1/assignments", json={"people": [stranger["id"]], "course": made["id"]}).status_code == 422
    for verb in ("start", "progress", "complete", "credit", "cancel"):
        assert other.post(f"/v1/assignments/{task['id']}/{verb}").status_code == 404
    assert other.get("/v1/assignments").json()["assignments"] == []
