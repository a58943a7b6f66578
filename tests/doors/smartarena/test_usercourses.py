"""User course activities through the Smart Arena API."""

from typing import Any

import pytest

from rollbook.core.kernel import clock
from tests.conftest import Caller, Organisation
from tests.doors.smartarena.conftest import add_content, add_course, add_user, listed

RETURNED = {
    "course_mapping_code", "course_title", "user_mapping_code", "user_name", "user_surname", "user_email",
    "organizational_unit_mapping_code", "location_mapping_code", "created_at", "updated_at", "date_start",
    "date_completed", "progress", "score", "time_on_course", "certificate_link", "statement_link",
    "parent_course_mapping_code", "course_category_id", "course_category_mapping_code", "course_category_name",
    "course_category_parent_id", "course_category_parent_mapping_code", "course_category_parent_name",
    "qualification_mapping_code", "qualification_name", "qualification_parent_mapping_code",
    "qualification_parent_name", "status", "access_end_date", "has_access", "assessment_url", "live_sessions",
}  # fmt: skip


def tasks(native: Caller) -> dict[str, dict[str, Any]]:
    """Assignments by their person's code."""
    found = native.get("/v1/assignments", params={"limit": 500}).json()["assignments"]
    return {task["person"]["external_id"]: task for task in found}


def rows(api: Caller, **params: Any) -> dict[str, dict[str, Any]]:
    """Activities by user."""
    return {row["user_mapping_code"]: row for row in listed(api, "/api/usercourses", **params)}


def test_an_activity_shows_every_field(api: Caller, native: Caller) -> None:
    api.post("/api/branches", json={"mapping_code": "b1", "name": "North", "parent_mapping_code": "root"})
    api.post("/api/locations", json={"mapping_code": "l1", "name": "Koper"})
    add_user(api, "u1", branch_mapping_code="b1", location_mapping_code="l1")
    content = add_content(native)
    add_course(api, "whole")
    add_course(api, content_id=content["number"], users_mapping_codes=["u1"], access_days_from_enrollment=10)
    courses = {c["external_id"]: c["id"] for c in native.get("/v1/courses").json()["courses"]}
    native.patch(f"/v1/courses/{courses['k-1']}", json={"parent": courses["whole"], "qualification": "root"})
    row = rows(api)["u1"]
    assert row.keys() == RETURNED | {"modules"}
    expected: dict[str, Any] = {
        "course_mapping_code": "k-1",
        "course_title": "Ladders",
        "user_name": "Ana",
        "user_surname": "u1",
        "user_email": "u1@example.org",
        "organizational_unit_mapping_code": "b1",
        "location_mapping_code": "l1",
        "date_start": None,
        "date_completed": None,
        "progress": 0,
        "score": None,
        "time_on_course": 0,
        "certificate_link": None,
        "statement_link": None,
        "parent_course_mapping_code": "whole",
        "qualification_mapping_code": "root",
        "status": 0,
        "has_access": 1,
        "live_sessions": [],
    }
    assert row | expected == row
    assert [module["title"] for module in row["modules"]] == ["Read", "Watch"]
    assert rows(api, modules_data=0)["u1"].keys() == RETURNED
    assert row["access_end_date"] > row["created_at"]


def test_each_stage_has_its_number(api: Caller, native: Caller) -> None:
    codes = [add_user(api, f"u{number}")["mapping_code"] for number in range(5)]
    add_course(api, "plain", users_mapping_codes=codes[:3])
    add_course(api, "certified", confirmation_of_completion=1, users_mapping_codes=codes[3:])
    by_user = tasks(native)
    verbs = {"u1": "start", "u2": "complete", "u3": "complete", "u4": "credit"}
    for code, verb in verbs.items():
        native.post(f"/v1/assignments/{by_user[code]['id']}/{verb}")
    found = rows(api)
    assert {code: row["status"] for code, row in found.items()} == {"u0": 0, "u1": 1, "u2": 2, "u3": 3, "u4": 4}
    assert found["u1"]["date_start"] is not None
    assert found["u2"]["progress"] == 100
    number = tasks(native)["u3"]["certificate"]["number"]
    assert found["u3"]["certificate_link"].endswith(f"/certificates/{number}")
    assert found["u3"]["certificate_link"].startswith("http")
    assert found["u4"]["certificate_link"] is None
    links = {code: found[code]["statement_link"] for code in sorted(found)}
    assert links["u0"] is links["u1"] is None
    assert len({links["u2"], links["u3"], links["u4"]}) == 3
    assert all("/statements/" in links[code] for code in ("u2", "u3", "u4"))


def test_activities_are_filtered_by_user_type_and_time(
    organisation: Organisation, native: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = clock.parse_instant("2027-03-02T12:00:00Z", "now")
    monkeypatch.setattr(clock, "now", lambda: noon)
    api = organisation.smartarena()
    codes = [add_user(api, f"u{number}")["mapping_code"] for number in range(3)]
    add_course(api, "online", users_mapping_codes=codes[:1])
    add_course(api, "live", type=3, users_mapping_codes=codes[1:])
    assert rows(api, user_mapping_code="u1").keys() == {"u1"}
    assert rows(api, user_mapping_code="nobody") == {}
    assert rows(api, type=1).keys() == {"u0"}
    assert rows(api, type=5).keys() == {"u1", "u2"}
    assert rows(api, type=254) == {}
    monkeypatch.setattr(clock, "now", lambda: noon + clock.MINUTE)
    by_user = tasks(native)
    native.post(f"/v1/assignments/{by_user['u1']['id']}/start")
    native.post(f"/v1/assignments/{by_user['u2']['id']}/complete")
    assert rows(api, updated_at="2027-03-02 12:00:00").keys() == {"u1", "u2"}
    assert rows(api, updated_at="2027-03-02T12:00:30+00:00").keys() == {"u1", "u2"}
    assert rows(api, updated_at="2027-03-02 12:01:00") == {}
    assert rows(api, date_finished="2027-03-02").keys() == {"u2"}
    assert rows(api, date_finished="2027-03-03") == {}


def test_activities_are_paged_by_a_hundred(api: Caller, native: Caller) -> None:
    people = [{"external_id": f"p{n}", "first_name": "P", "last_name": str(n)} for n in range(150)]
    native.put("/v1/people", json=people)
    add_course(api, users_mapping_codes=[person["external_id"] for person in people])
    first, second = (api.get("/api/usercourses", params={"page": page}) for page in (1, 2))
    assert (len(first.json()), len(second.json())) == (100, 50)
    assert second.headers["x-total-count"] == "150"
    seen = [row["user_mapping_code"] for row in first.json() + second.json()]
    assert sorted(seen) == sorted(person["external_id"] for person in people)
    assert listed(api, "/api/usercourses", page=3) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("updated_at", "yesterday"),
        ("updated_at", "1899-12-31"),
        ("updated_at", "9999-12-31"),
        ("date_finished", "31.12.2026"),
        ("page", -1),
        ("page", "last"),
        ("modules_data", 2),
        ("type", 2),
    ],
)
def test_a_bad_filter_is_named(api: Caller, field: str, value: object) -> None:
    answer = api.get("/api/usercourses", params={field: value})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field]), answer.text


def test_a_content_assigned_without_a_course_is_listed_by_its_title(api: Caller, native: Caller) -> None:
    add_user(api, "u1")
    content = add_content(native)
    person = native.get("/v1/people", params={"external_id": "u1"}).json()["people"][0]
    made = native.post("/v1/assignments", json={"people": [person["id"]], "content": content["id"]})
    assert made.status_code == 201, made.text
    row = rows(api, type=1)["u1"]
    assert (row["course_mapping_code"], row["course_title"]) == (None, "Working at height")


def test_access_ends_with_the_days_the_archive_or_cancellation(
    api: Caller, native: Caller, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = clock.now()
    for number in range(3):
        add_user(api, f"u{number}")
    add_course(api, "short", users_mapping_codes=["u0"], access_days_from_enrollment=1)
    add_course(api, "closed", users_mapping_codes=["u1"])
    add_course(api, "future", start_date="2097-01-01", users_mapping_codes=["u2"])
    api.delete("/api/courses", json={"mapping_code": "closed", "delete_mode": 1})
    assert {code: row["has_access"] for code, row in rows(api).items()} == {"u0": 1, "u1": 0, "u2": 0}
    monkeypatch.setattr(clock, "now", lambda: noon + 2 * clock.DAY)
    assert rows(organisation.smartarena())["u0"]["has_access"] == 0
