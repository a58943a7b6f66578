"""Lessons and their schedules: listed, scheduled with a grace period, completed by hand, shown whole."""

from typing import Any

import jsonschema
import pytest

from rollbook.core.learning import reminders
from tests.conftest import Caller, Organisation
from tests.doors.velpic.conftest import CONTRACT, add_user, answered
from tests.media import mp4, png

QUESTION = {
    "id": "q1",
    "text": "Which?",
    "options": [{"id": "a", "text": "A", "is_right": True}, {"id": "b", "text": "B"}],
}


def add_film(organisation: Organisation, title: str = "Lesson One", *, is_published: bool = True) -> dict[str, Any]:
    """A lesson of one film with a picture and a question, made by the native API."""
    api = organisation.native()
    content = api.post("/v1/contents", json={"title": title}).json()
    path = f"/v1/contents/{content['id']}/versions"
    version = f"{path}/{api.post(path, json={'steps': [], 'pass_percent': 80}).json()['number']}"
    film = api.post(f"{version}/files", files={"file": ("film.mp4", mp4(), "video/mp4")}).json()
    picture = api.post(f"{version}/files", files={"file": ("picture.png", png(), "image/png")}).json()
    given = {
        "steps": [{"title": "Watch", "kind": "video", "file": film["id"], "duration_s": 133}],
        "questionnaire": {"questions": [QUESTION]},
        "thumbnail": picture["id"],
    }
    changed = api.patch(version, json=given)
    assert changed.status_code == 200, changed.text
    if is_published:
        assert api.post(f"{version}/publish").status_code == 200
    return {"lessonId": content["number"], "content": content["id"], "version": version}


def version_of(api: Caller, lesson: dict[str, Any]) -> int:
    """The id of the version that stands for a lesson."""
    listed = answered(api.get("/api/v2/lesson", params={"lessonIds": str(lesson["lessonId"])}))
    return int(listed["results"][0]["lessonVersionId"])


def schedule(api: Caller, user: dict[str, Any], *versions: int, **given: Any) -> Any:
    """Schedule a user for lessons; the answer."""
    asked = {"lessonVersionIds": list(versions), "gracePeriod": "14", "gracePeriodUnit": "days", **given}
    return api.post(f"/api/v2/user/{user['id']}/lesson_schedule", json=asked)


def documented(name: str) -> dict[str, Any]:
    """The schema of an endpoint's good answer."""
    endpoint = next(one for one in CONTRACT["endpoints"] if one["name"] == name)
    schema: dict[str, Any] = endpoint["responses"][0]["schema"]
    return schema


@pytest.fixture
def user(api: Caller) -> dict[str, Any]:
    return add_user(api, emailAddress="john@example.org", timeZone="Australia/Perth")


def test_lessons_are_found_by_name_id_and_state(api: Caller, organisation: Organisation) -> None:
    one, never = add_film(organisation, "Lesson One"), add_film(organisation, "Draft Two", is_published=False)

    def names(path: str = "lesson", **params: Any) -> list[str]:
        return [row["name"] for row in answered(api.get(f"/api/v2/{path}", params=params))["results"]]

    for path in ("lesson", "lessondetails"):
        assert names(path) == ["Lesson One", "Draft Two"]
        assert names(path, q="esson") == ["Lesson One"]
        assert names(path, publishedStates="active") == ["Lesson One"]
        assert names(path, publishedStates="never,rendering") == ["Draft Two"]
        assert names(path, lessonIds=f"{never['lessonId']}, {one['lessonId']}", startIndex=1) == ["Draft Two"]
        page = answered(api.get(f"/api/v2/{path}", params={"maxResults": 1}))
        assert (page["meta"]["totalResultCount"], page["meta"]["endIndex"]) == (2, 1)
        jsonschema.validate(page, documented("List Lessons" if path == "lesson" else "List Lessons with Details"))
    answered(api.get("/api/v2/lesson", params={"publishedStates": "gone"}), 400)
    answered(api.get("/api/v2/lesson", params={"lessonIds": "one"}), 400)


def test_a_lesson_tells_its_version_its_length_and_its_custom_fields(api: Caller, organisation: Organisation) -> None:
    lesson, native = add_film(organisation), organisation.native()
    assert native.post("/v1/custom-fields", json={"key": "site", "description": "Where"}).status_code == 201
    assert native.put(f"{lesson['version']}/custom-values", json={"values": {"site": "Yard"}}).status_code == 200
    (row,) = answered(api.get("/api/v2/lesson"))["results"]
    assert (row["status"], row["version"], row["duration"], row["questionnaireType"]) == ("active", 1, 133_000, 19)
    (field,) = row["lessonVersionCustomFields"]
    assert (field["fieldId"], field["value"], field["type"]) == ("site", "Yard", "string")
    assert field["lessonVersionId"] == row["lessonVersionId"]
    (details,) = answered(api.get("/api/v2/lessondetails"))["results"]
    assert (details["published"], details["lessonId"]) == (65, lesson["lessonId"])


def test_a_user_is_scheduled_and_a_second_schedule_is_refused(
    api: Caller, organisation: Organisation, user: dict[str, Any]
) -> None:
    first, second = (version_of(api, add_film(organisation, title)) for title in ("One", "Two"))
    made = answered(
        schedule(api, user, first, scheduleDate="2030-01-31T02:00:00+0000", gracePeriod=1, gracePeriodUnit="months")
    )
    (listed,) = answered(api.get(f"/api/v2/user/{user['id']}/lesson_schedule"))["results"]
    assert listed["id"] == made["ids"][0]
    assert listed["startDate"] == "2030-01-31T02:00:00.000Z"
    assert listed["endDate"] == "2030-02-28T15:59:59.000Z", "the end of 28 February in Perth"
    assert (listed["status"], listed["scheduleType"], listed["lessonName"]) == ("scheduled", "manual", "One")
    refused = answered(schedule(api, user, second, first), 400)
    assert refused["error"] == "Lesson Schedule already exists"
    assert len(answered(api.get(f"/api/v2/user/{user['id']}/lesson_schedule"))["results"]) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"gracePeriod": "soon"}, "gracePeriod"),
        ({"gracePeriod": "-1"}, "gracePeriod"),
        ({"gracePeriodUnit": "weeks"}, "gracePeriodUnit"),
        ({"gracePeriodUnit": None}, "gracePeriodUnit"),
        ({"scheduleDate": "tomorrow"}, "scheduleDate"),
        ({"lessonVersionIds": []}, "lessonVersionIds"),
        ({"lessonVersionIds": ["x"]}, "lessonVersionIds[0]"),
    ],
)
def test_a_bad_schedule_is_refused_with_the_field_named(
    api: Caller, organisation: Organisation, user: dict[str, Any], given: dict[str, Any], field: str
) -> None:
    refused = answered(schedule(api, user, version_of(api, add_film(organisation)), **given), 400)
    assert field in refused["errors"], refused


def test_what_was_never_published_cannot_be_scheduled(
    api: Caller, organisation: Organisation, user: dict[str, Any]
) -> None:
    draft = version_of(api, add_film(organisation, is_published=False))
    assert "lessonVersionIds[0]" in answered(schedule(api, user, draft), 400)["errors"]
    assert "lessonVersionIds[0]" in answered(schedule(api, user, 10**9), 404)["errors"]
    answered(schedule(api, {"id": 10**9}, draft), 404)


def test_without_a_grace_period_the_organisations_own_holds(
    api: Caller, organisation: Organisation, user: dict[str, Any]
) -> None:
    asked = {"lessonVersionIds": [version_of(api, add_film(organisation))], "scheduleDate": "2030-01-01T00:00:00Z"}
    answered(api.post(f"/api/v2/user/{user['id']}/lesson_schedule", json=asked))
    (listed,) = answered(api.get(f"/api/v2/user/{user['id']}/lesson_schedule"))["results"]
    assert listed["endDate"] == "2030-01-15T15:59:59.000Z"


def test_schedules_are_listed_by_status(api: Caller, organisation: Organisation, user: dict[str, Any]) -> None:
    due, ahead, over = (version_of(api, add_film(organisation, title)) for title in ("Due", "Ahead", "Over"))
    answered(schedule(api, user, due))
    answered(schedule(api, user, ahead, scheduleDate="2040-01-01T00:00:00Z"))
    answered(schedule(api, user, over, scheduleDate="2020-01-01T00:00:00Z"))

    def names(status: str | None) -> list[str]:
        params = {"status": status} if status else {}
        found = answered(api.get(f"/api/v2/user/{user['id']}/lesson_schedule", params=params))
        return [row["lessonName"] for row in found["results"]]

    assert names(None) == names("all") == ["Due", "Ahead", "Over"]
    assert (names("due"), names("scheduled"), names("overdue")) == (["Due"], ["Ahead"], ["Over"])
    assert names("completed") == names("cancelled") == []
    answered(api.post(f"/api/v2/user/{user['id']}/inactivate"))
    assert names("cancelled") == ["Due", "Ahead", "Over"]
    answered(api.get(f"/api/v2/user/{user['id']}/lesson_schedule", params={"status": "late"}), 400)


def test_a_completion_by_hand_completes_what_is_open_and_names_who_vouched(
    api: Caller, organisation: Organisation, user: dict[str, Any]
) -> None:
    lesson, importer = add_film(organisation), add_user(api, "Data", "Import")
    opened = answered(schedule(api, user, version_of(api, lesson)))["ids"]
    path = f"/api/v2/lesson_schedule/{user['id']}/complete_lesson"
    given = {"completedDate": "2025-10-29T15:28:59+0000", "manuallyCompletedByUserId": importer["id"]}
    assert answered(api.post(path, json={"lessonId": lesson["lessonId"], **given}))["ids"] == opened
    (listed,) = answered(api.get(f"/api/v2/user/{user['id']}/lesson_schedule"))["results"]
    assert (listed["status"], listed["statusId"]) == ("completed", 94)
    assert (listed["lessonCompletedBy"], listed["lessonCompletedByName"]) == (importer["id"], "Data Import")
    assert (listed["lessonCompletedDate"], listed["progress"]) == ("2025-10-29T15:28:59.000Z", 133_000)
    again = answered(api.post(path, json={"lessonVersionId": listed["lessonVersionId"], **given}))["ids"]
    assert again != opened, "without an open schedule one is made"
    assert "lessonId" in answered(api.post(path, json=given), 400)["errors"]
    ahead = {"lessonId": lesson["lessonId"], **given, "completedDate": "2045-01-01T00:00:00Z"}
    assert "completedDate" in answered(api.post(path, json=ahead), 400)["errors"]
    nobody = {"lessonId": lesson["lessonId"], **given, "manuallyCompletedByUserId": 10**9}
    assert "manuallyCompletedByUserId" in answered(api.post(path, json=nobody), 404)["errors"]


def test_one_schedule_shows_every_documented_field(
    api: Caller, organisation: Organisation, user: dict[str, Any]
) -> None:
    lesson, boss = add_film(organisation), add_user(api, "Kate", "Boss")
    group = answered(api.post("/api/v2/group", json={"name": "Crew", "description": ""}))
    answered(api.post(f"/api/v2/group/{group['id']}/add_members", json={"userIds": [user["id"]]}))
    answered(api.post(f"/api/v2/group/{group['id']}/add_supervisors", json={"userIds": [boss["id"]]}))
    (schedule_id,) = answered(schedule(api, user, version_of(api, lesson)))["ids"]
    with organisation.writing() as work:
        reminders.queue_due(work, since=work.at - reminders.LOOKS_BACK)
    done = {
        "lessonId": lesson["lessonId"],
        "completedDate": "2026-01-01T00:00:00Z",
        "manuallyCompletedByUserId": boss["id"],
    }
    answered(api.post(f"/api/v2/lesson_schedule/{user['id']}/complete_lesson", json=done))
    shown = answered(api.get(f"/api/v2/lesson_schedule/{schedule_id}"))
    schema = documented("Get lesson schedule by Id")
    jsonschema.validate(shown, schema)
    assert set(schema["properties"]) - set(shown) == set()
    assert shown["scheduleOverEmailAttempted"] is True
    assert shown["overdueEmailAttempted"] is False
    assert (shown["userGroups"], shown["supervisors"][0]["firstName"]) == ([{"id": group["id"]}], "Kate")
    assert (shown["lessonEvolution"], shown["questionCount"], shown["questionnairePassRate"]) == (129, 1, 80)
    for address in (shown["lessonThumbnail"].partition("/downloads")[2], ""):
        path = f"/downloads{address}" if address else f"/{shown['moviePhysicalURI']}"
        file = api.get(path)
        assert file.status_code == 200, path
        assert api.client.get(path).status_code == 403
    part = api.client.get(f"/{shown['moviePhysicalURI']}", headers={**api.headers, "range": "bytes=0-9"})
    assert (part.status_code, len(part.content)) == (206, 10)


def test_a_schedule_that_is_not_there_has_the_vendors_number(api: Caller, other_organisation: Organisation) -> None:
    missing = answered(api.get("/api/v2/lesson_schedule/999999999"), 404)
    assert (missing["internalCode"], missing["error"]) == (840, "Lesson Schedule does not exist")
    theirs = other_organisation.velpic()
    stranger = add_user(theirs)
    version = version_of(theirs, add_film(other_organisation))
    (schedule_id,) = answered(schedule(theirs, stranger, version))["ids"]
    assert answered(api.get(f"/api/v2/lesson_schedule/{schedule_id}"), 404)["internalCode"] == 840
    answered(api.get(f"/api/v2/user/{stranger['id']}/lesson_schedule"), 404)
