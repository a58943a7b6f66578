"""What one store would take and the other refuse is refused alike on both."""

from typing import Any

import pytest

from tests.conftest import Caller
from tests.doors.velpic.conftest import add_group, add_user, answered

NULL = "A text holds a null character, which cannot be stored."
LARGE = "A number is too large to be stored."
BEYOND = 2**63


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("user", {"q": "a\x00b"}),
        ("user", {"q": "\x00"}),
        ("user", {"empId": "\x00"}),
        ("group", {"q": "a\x00b"}),
        ("lesson", {"q": "\x00"}),
    ],
)
def test_a_null_character_is_not_looked_for(api: Caller, path: str, params: dict[str, str]) -> None:
    assert answered(api.get(f"/api/v2/{path}", params=params), 400)["message"] == NULL


def test_a_number_beyond_64_bits_is_no_id(api: Caller) -> None:
    user, group = add_user(api), add_group(api)
    sent = [
        api.get("/api/v2/embed_player", params={"lessonScheduleId": BEYOND}),
        api.post(f"/api/v2/group/{group['id']}/add_members", json={"userIds": [user["id"], BEYOND]}),
        api.post(f"/api/v2/user/{user['id']}/lesson_schedule", json={"lessonVersionIds": [10**30]}),
    ]
    assert [answered(answer, 400)["message"] for answer in sent] == [LARGE] * 3
    assert answered(api.get(f"/api/v2/group/{group['id']}/member"))["results"] == []


@pytest.mark.parametrize(("field", "value"), [("userName", "ß" * 128), ("emailAddress", f"{'ΐ' * 90}@example.org")])
def test_a_text_that_is_too_long_without_regard_to_case_is_refused_by_name(api: Caller, field: str, value: str) -> None:
    user = add_user(api, userName="ana")
    given = {"firstName": "Ana", "lastName": "Novak", "sendWelcomeEmail": False, field: value}
    sent: list[Any] = [
        api.post("/api/v2/user", json=given),
        api.post(f"/api/v2/user/{user['id']}", json={field: value}),
    ]
    for answer in sent:
        assert "count as several" in answered(answer, 400)["errors"][field][0]
    rows = answered(api.post("/api/v2/bulkUserImport", json={"users": [given | {"sendWelcomeEmail": None}]}), 400)
    assert list(rows["errors"]) == [f"users[0].{field}"]
    assert answered(api.get("/api/v2/user"))["meta"]["totalResultCount"] == 2


def test_names_of_any_letters_are_taken_up_to_their_limit(api: Caller) -> None:
    assert add_user(api, "ΐ" * 255, "ß" * 255, userName="long")["lastName"] == "ß" * 255


@pytest.mark.parametrize("field", ["phoneNumber", "mobileNumber"])
def test_a_telephone_number_that_its_column_does_not_hold_is_refused_by_name(api: Caller, field: str) -> None:
    user = add_user(api)
    given = {"firstName": "Ana", "lastName": "Novak", field: "0" * 65}
    sent = [
        (field, api.post("/api/v2/user", json=given)),
        (field, api.post(f"/api/v2/user/{user['id']}", json={field: "0" * 65})),
        (f"users[0].{field}", api.post("/api/v2/bulkUserImport", json={"users": [given]})),
    ]
    for name, answer in sent:
        assert list(answered(answer, 400)["errors"]) == [name]
    assert answered(api.get(f"/api/v2/user/{user['id']}"))[field] == ""


def test_the_smallest_number_of_64_bits_is_an_id_of_nothing(api: Caller) -> None:
    answered(api.get("/api/v2/embed_player", params={"lessonScheduleId": -BEYOND}), 404)


def test_of_two_who_are_in_the_way_the_first_is_named(api: Caller) -> None:
    add_user(api, employeeNumber="E-1")
    add_user(api, userName="ana")
    taken = {"firstName": "Ana", "lastName": "Novak", "userName": "ana", "employeeNumber": "E-1"}
    assert list(answered(api.post("/api/v2/user", json=taken), 400)["errors"]) == ["employeeNumber"]


def test_the_zone_of_whatever_machine_it_is_on_is_no_time_zone(api: Caller) -> None:
    given = {"firstName": "Ana", "lastName": "Novak", "timeZone": "localtime"}
    assert list(answered(api.post("/api/v2/user", json=given), 400)["errors"]) == ["timeZone"]
