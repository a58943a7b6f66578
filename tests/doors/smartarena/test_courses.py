"""Courses through the Smart Arena API."""

from typing import Any

import pytest

from tests.conftest import Caller, Organisation
from tests.doors.smartarena.conftest import add_content, add_course, add_user, listed

RETURNED = {
    "id", "mapping_code", "title", "start_date", "end_date", "type", "assessment_on_end", "number_of_attempts",
    "assessment_show_questions_at_end", "mandatory_time", "prerequired_content", "content_id",
    "confirmation_of_completion", "access_days_from_enrollment", "course_category_id", "course_category_mapping_code",
    "course_category_name", "course_category_parent_id", "course_category_parent_mapping_code",
    "course_category_parent_name", "qualification_mapping_code", "qualification_name",
    "qualification_parent_mapping_code", "qualification_parent_name", "users", "content", "instructor",
    "live_sessions",
}  # fmt: skip


def full(native: Caller, api: Caller) -> dict[str, Any]:
    """Every parameter of POST but the users."""
    add_user(api, "teacher")
    return {
        "mapping_code": "k-1",
        "title": "Ladders",
        "start_date": "2026-01-01",
        "end_date": "2026-12-31",
        "type": 2,
        "assessment_on_end": 1,
        "number_of_attempts": 3,
        "assessment_show_questions_at_end": 1,
        "mandatory_time": 45,
        "prerequired_content": add_content(native, title="Basics")["number"],
        "instructor_mapping_code": "teacher",
        "content_id": add_content(native)["number"],
        "confirmation_of_completion": 1,
        "access_days_from_enrollment": 30,
    }


def test_a_course_holds_every_parameter_and_shows_every_field(api: Caller, native: Caller) -> None:
    given = full(native, api)
    add_user(api, "u1")
    made = add_course(api, **{**given, "code": "k-1"}, users_mapping_codes=["u1"])
    assert made.keys() >= RETURNED
    instructor = made["instructor"]
    assert (instructor["mapping_code"], instructor["email"]) == ("teacher", "teacher@example.org")
    assert {name: made[name] for name in given.keys() - {"instructor_mapping_code"}} == {
        name: value for name, value in given.items() if name != "instructor_mapping_code"
    }
    assert made["content"]["title"] == "Working at height"
    assert made["content"]["step_count"] == 2
    assert [(user["mapping_code"], user["status"]) for user in made["users"]] == [("u1", 0)]
    assert made["live_sessions"] == []
    assert listed(api, "/api/courses") == [made]
    assert listed(api, "/api/courses", mapping_code="k-1") == [made]
    assert listed(api, "/api/courses", mapping_code="k-2") == []


def test_category_and_qualification_come_with_their_parents(api: Caller, native: Caller) -> None:
    above = native.post("/v1/course-categories", json={"name": "Safety", "external_id": "safe"}).json()
    category = native.post(
        "/v1/course-categories", json={"name": "Heights", "external_id": "high", "parent": above["id"]}
    ).json()
    api.post("/api/qualifications", json={"mapping_code": "q1", "name": "Climber", "parent_mapping_code": "root"})
    add_course(api)
    course = native.get("/v1/courses").json()["courses"][0]
    native.patch(f"/v1/courses/{course['id']}", json={"category": category["id"], "qualification": "q1"})
    shown = listed(api, "/api/courses")[0]
    assert {name: value for name, value in shown.items() if name.startswith(("course_category", "qualification"))} == {
        "course_category_id": category["number"],
        "course_category_mapping_code": "high",
        "course_category_name": "Heights",
        "course_category_parent_id": above["number"],
        "course_category_parent_mapping_code": "safe",
        "course_category_parent_name": "Safety",
        "qualification_mapping_code": "q1",
        "qualification_name": "Climber",
        "qualification_parent_mapping_code": "root",
        "qualification_parent_name": "Qualifications",
    }


def test_a_course_is_changed_by_what_is_given(api: Caller, native: Caller) -> None:
    given = full(native, api)
    made = add_course(api, **{**given, "code": "k-1"})
    same = api.put("/api/courses", json=given)
    assert same.json() == made
    changed = api.put("/api/courses", data={"mapping_code": "k-1", "title": "Steps", "type": "3"}).json()
    assert (changed["title"], changed["type"], changed["end_date"]) == ("Steps", 3, "2026-12-31")
    emptied = api.put(
        "/api/courses",
        json={
            "mapping_code": "k-1",
            "end_date": None,
            "number_of_attempts": 0,
            "mandatory_time": None,
            "prerequired_content": None,
            "instructor_mapping_code": "",
            "content_id": 0,
            "access_days_from_enrollment": None,
        },
    )
    assert emptied.status_code == 200, emptied.text
    names = ("end_date", "number_of_attempts", "mandatory_time", "prerequired_content", "instructor", "content_id")
    assert [emptied.json()[name] for name in (*names, "content", "access_days_from_enrollment")] == [None] * 8


def test_a_course_without_a_content_shows_none(api: Caller) -> None:
    made = add_course(api)
    assert (made["content_id"], made["content"]) == (None, None)
    assert listed(api, "/api/content") == []


BAD = [
    ("mapping_code", " ", 422),
    ("mapping_code", None, 422),
    ("mapping_code", "x" * 256, 422),
    ("mapping_code", {"a": 1}, 422),
    ("title", "", 422),
    ("title", "a\x00b", 422),
    ("title", "x" * 300, 422),
    ("start_date", "", 422),
    ("start_date", "01.02.2026", 422),
    ("start_date", "1899-12-31", 422),
    ("start_date", "2026-02-30", 422),
    ("start_date", 2026, 422),
    ("end_date", "2025-12-31", 422),
    ("end_date", "1066-10-14", 422),
    ("type", 4, 422),
    ("type", "e-course", 422),
    ("assessment_on_end", 2, 422),
    ("assessment_on_end", "yes", 422),
    ("number_of_attempts", -1, 422),
    ("number_of_attempts", 10**30, 422),
    ("assessment_show_questions_at_end", -1, 422),
    ("mandatory_time", -5, 422),
    ("mandatory_time", 1.5, 422),
    ("prerequired_content", 999_999, 404),
    ("prerequired_content", -1, 422),
    ("prerequired_content", 10**30, 422),
    ("instructor_mapping_code", "nobody", 404),
    ("content_id", 999_999, 404),
    ("content_id", "ladders", 422),
    ("confirmation_of_completion", 7, 422),
    ("users_mapping_codes", "nobody", 404),
    ("users_mapping_codes", ["u1", "nobody"], 404),
    ("users_mapping_codes", [["u1"]], 422),
    ("access_days_from_enrollment", -1, 422),
    ("access_days_from_enrollment", 99_999_999, 422),
]


@pytest.mark.parametrize(("field", "value", "status"), BAD)
def test_a_bad_value_is_named_and_nothing_is_written(api: Caller, field: str, value: object, status: int) -> None:
    add_user(api, "u1")
    course = {"mapping_code": "k-1", "title": "Ladders", "start_date": "2026-01-01", field: value}
    answer = api.post("/api/courses", json=course)
    assert answer.status_code == status, answer.text
    assert [name.partition("[")[0] for name in answer.json()["errors"]] == [field]
    assert answer.json()["message"]
    assert listed(api, "/api/courses") == []


@pytest.mark.parametrize(
    ("field", "value", "status"), [bad for bad in BAD if bad[0] not in {"mapping_code", "users_mapping_codes"}]
)
def test_a_bad_change_is_named_and_nothing_is_written(api: Caller, field: str, value: object, status: int) -> None:
    made = add_course(api)
    answer = api.put("/api/courses", json={"mapping_code": "k-1", "title": "Other", field: value})
    assert answer.status_code == status, answer.text
    assert list(answer.json()["errors"]) == [field]
    assert listed(api, "/api/courses") == [made]


def test_missing_fields_are_named(api: Caller) -> None:
    for field in ("mapping_code", "title", "start_date"):
        course = {"mapping_code": "k-1", "title": "Ladders", "start_date": "2026-01-01"}
        del course[field]
        answer = api.post("/api/courses", json=course)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert list(api.put("/api/courses", json={"title": "x"}).json()["errors"]) == ["mapping_code"]
    assert list(api.delete("/api/courses").json()["errors"]) == ["mapping_code"]


def test_a_repeated_post_is_a_clear_conflict(api: Caller) -> None:
    made = add_course(api)
    again = api.post("/api/courses", json={"mapping_code": "k-1", "title": "Other", "start_date": "2026-01-01"})
    assert (again.status_code, again.json()["error"]) == (409, "duplicate")
    assert list(again.json()["errors"]) == ["mapping_code"]
    assert listed(api, "/api/courses") == [made]


def test_unknown_parameters_are_ignored_and_huge_ones_refused(api: Caller) -> None:
    assert add_course(api, colour="red", live_sessions=[1])["mapping_code"] == "k-1"
    huge = api.put("/api/courses", json={"mapping_code": "k-1", "title": "x" * 10_000_000})
    assert (huge.status_code, huge.json()["error"]) == (413, "too_large")
    assert api.get("/api/courses", params={"surprise": "1"}).status_code == 200


def test_soft_deletion_archives_and_full_deletion_deletes(api: Caller) -> None:
    add_course(api)
    soft = api.delete("/api/courses", json={"mapping_code": "k-1", "delete_mode": 1})
    assert (soft.status_code, soft.json()["archived"]) == (200, 1)
    assert len(listed(api, "/api/courses")) == 1
    assert listed(api, "/api/courses", archived=0) == []
    assert api.delete("/api/courses", json={"mapping_code": "k-1", "delete_mode": 1}).status_code == 200
    assert api.put("/api/courses", json={"mapping_code": "k-1", "archived": 0}).json()["archived"] == 0
    assert len(listed(api, "/api/courses", archived=0)) == 1
    wrong = api.delete("/api/courses", json={"mapping_code": "k-1", "delete_mode": 3})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["delete_mode"])
    assert api.delete("/api/courses", params={"mapping_code": "k-1"}).status_code == 200
    assert listed(api, "/api/courses") == []
    assert api.delete("/api/courses", params={"mapping_code": "k-1"}).status_code == 404


def test_a_course_gets_another_mapping_code(api: Caller) -> None:
    add_course(api, "k-1"), add_course(api, "k-2")
    path = "/api/coursemappingcode"
    moved = api.post(path, json={"old_mapping_code": "k-1", "new_mapping_code": "k-3"})
    assert (moved.status_code, moved.json()["mapping_code"]) == (200, "k-3")
    cases: list[tuple[dict[str, str], int, str]] = [
        ({"old_mapping_code": "k-1", "new_mapping_code": "k-4"}, 404, "old_mapping_code"),
        ({"old_mapping_code": "k-3", "new_mapping_code": "k-2"}, 409, "new_mapping_code"),
        ({"old_mapping_code": "k-3", "new_mapping_code": " "}, 422, "new_mapping_code"),
        ({"old_mapping_code": "k-3", "new_mapping_code": "x" * 300}, 422, "new_mapping_code"),
        ({"new_mapping_code": "k-4"}, 422, "old_mapping_code"),
    ]
    for body, status, field in cases:
        answer = api.post(path, json=body)
        assert (answer.status_code, list(answer.json()["errors"])) == (status, [field]), answer.text
    assert api.post(path, json={"old_mapping_code": "k-3", "new_mapping_code": "k-3"}).status_code == 200
    assert [c["mapping_code"] for c in listed(api, "/api/courses")] == ["k-3", "k-2"]


def test_courses_are_sorted_filtered_and_paged(api: Caller, native: Caller) -> None:
    for number in range(101):
        add_course(api, f"k-{number}", type=3 if number == 7 else 1)
    for source, number in (("market", 5), ("curriculum", 6)):
        found = native.get("/v1/courses", params={"external_id": f"k-{number}"}).json()["courses"][0]
        native.patch(f"/v1/courses/{found['id']}", json={"source": source})
    first = api.get("/api/courses")
    assert len(first.json()) == 100
    headers = {name: first.headers[name] for name in ("x-total-count", "x-page", "x-per-page")}
    assert headers == {"x-total-count": "101", "x-page": "1", "x-per-page": "100"}
    assert [c["mapping_code"] for c in listed(api, "/api/courses", page=2)] == ["k-100"]
    assert listed(api, "/api/courses", page=3) == []
    newest = [c["mapping_code"] for c in listed(api, "/api/courses", sort="date_desc")]
    assert newest[:2] == ["k-100", "k-99"]
    assert [c["mapping_code"] for c in listed(api, "/api/courses", type=5)] == ["k-7"]
    assert [c["mapping_code"] for c in listed(api, "/api/courses", type=254)] == ["k-5"]
    assert [c["mapping_code"] for c in listed(api, "/api/courses", type=253)] == ["k-6"]
    assert api.get("/api/courses", params={"type": 1}).headers["x-total-count"] == "100"


@pytest.mark.parametrize(
    ("field", "value"),
    [("page", 0), ("page", "two"), ("page", 10**25), ("archived", 2), ("sort", "date"), ("type", 3), ("type", "live")],
)
def test_a_bad_filter_is_named(api: Caller, field: str, value: object) -> None:
    answer = api.get("/api/courses", params={field: value})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field]), answer.text


def test_another_organisation_reaches_no_course(api: Caller, native: Caller, other_organisation: Organisation) -> None:
    add_user(api, "u1")
    content = add_content(native)
    made = add_course(api, content_id=content["number"], users_mapping_codes=["u1"])
    other = other_organisation.smartarena()
    assert listed(other, "/api/courses") == []
    assert listed(other, "/api/content") == []
    assert listed(other, "/api/usercourses") == []
    assert other.put("/api/courses", json={"mapping_code": "k-1", "title": "Mine"}).status_code == 404
    assert other.delete("/api/courses", json={"mapping_code": "k-1"}).status_code == 404
    recode = {"old_mapping_code": "k-1", "new_mapping_code": "k-2"}
    assert other.post("/api/coursemappingcode", json=recode).status_code == 404
    for field, value in (
        ("content_id", content["number"]),
        ("prerequired_content", content["number"]),
        ("instructor_mapping_code", "u1"),
        ("users_mapping_codes", ["u1"]),
    ):
        course = {"mapping_code": "k-1", "title": "Mine", "start_date": "2026-01-01", field: value}
        assert other.post("/api/courses", json=course).status_code == 404, field
    assert add_course(other, "k-1")["users"] == []
    assert listed(api, "/api/courses") == [made]


def test_the_number_of_queries_does_not_grow_with_the_page(
    api: Caller, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.core.kernel.work import Work

    count = 0
    run = Work.all

    def counting(self: Work, *args: Any, **kwargs: Any) -> Any:
        nonlocal count
        count += 1
        return run(self, *args, **kwargs)

    monkeypatch.setattr(Work, "all", counting)
    codes = [add_user(api, f"u{n}")["mapping_code"] for n in range(3)]
    add_course(api, "k-0", users_mapping_codes=codes)
    seen = []
    for _ in range(2):
        for path in ("/api/courses", "/api/usercourses"):
            count = 0
            listed(api, path)
            seen.append(count)
        for number in range(1, 6):
            add_course(api, f"k-{number}-{len(seen)}", users_mapping_codes=codes)
    assert seen[:2] == seen[2:]
