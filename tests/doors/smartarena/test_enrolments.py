"""Users put on courses and taken off through the Smart Arena API."""

from typing import Any

import pytest

from tests.conftest import Caller, Organisation
from tests.doors.smartarena.conftest import add_course, add_user, listed

ADD, REMOVE = "/api/courses/addusers", "/api/courses/removeusers"


@pytest.fixture
def codes(api: Caller) -> list[str]:
    """Three users."""
    return [add_user(api, f"u{number}")["mapping_code"] for number in range(3)]


def on_course(api: Caller, code: str = "k-1") -> list[str]:
    return [user["mapping_code"] for user in listed(api, "/api/courses", mapping_code=code)[0]["users"]]


def test_users_are_added_once_and_removed(api: Caller, codes: list[str]) -> None:
    add_course(api)
    first = api.post(ADD, json={"mapping_code": "k-1", "users_mapping_codes": codes[:2]})
    assert first.status_code == 200, first.text
    assert first.json() == {"mapping_code": "k-1", "added": codes[:2], "already_added": []}
    again = api.post(ADD, json={"mapping_code": "k-1", "users_mapping_codes": codes}).json()
    assert again == {"mapping_code": "k-1", "added": codes[2:], "already_added": codes[:2]}
    assert on_course(api) == codes
    removed = api.post(REMOVE, json={"mapping_code": "k-1", "users_mapping_codes": codes[:1]})
    assert removed.json() == {"mapping_code": "k-1", "removed": codes[:1], "not_on_course": []}
    assert api.post(REMOVE, json={"mapping_code": "k-1", "users_mapping_codes": codes[:1]}).json()["removed"] == []
    assert on_course(api) == codes[1:]


def test_codes_come_as_form_query_or_json_and_count_once(api: Caller, codes: list[str]) -> None:
    add_course(api)
    doubled = {"mapping_code": "k-1", "users_mapping_codes[]": [codes[0], codes[0], codes[1]]}
    assert api.post(ADD, data=doubled).json()["added"] == codes[:2]
    query = api.post(ADD, params={"mapping_code": "k-1", "users_mapping_codes": codes[2]})
    assert query.json()["added"] == codes[2:]
    assert len(listed(api, "/api/usercourses")) == 3


def test_a_code_that_is_a_number_is_its_digits(api: Caller) -> None:
    add_course(api)
    add_user(api, "77")
    assert api.post(ADD, json={"mapping_code": "k-1", "users_mapping_codes": [77]}).json()["added"] == ["77"]


@pytest.mark.parametrize("path", [ADD, REMOVE])
def test_unknown_codes_are_named_by_position_and_nothing_happens(api: Caller, codes: list[str], path: str) -> None:
    add_course(api, users_mapping_codes=codes[:1])
    given = [codes[0], "nobody", codes[1], "no one", ""]
    answer = api.post(path, json={"mapping_code": "k-1", "users_mapping_codes": given})
    assert answer.status_code == 404, answer.text
    assert list(answer.json()["errors"]) == [f"users_mapping_codes[{position}]" for position in (1, 3, 4)]
    assert on_course(api) == codes[:1]


@pytest.mark.parametrize("path", [ADD, REMOVE])
def test_a_bad_request_is_named(api: Caller, codes: list[str], path: str) -> None:
    add_course(api)
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({"users_mapping_codes": codes}, 422, "mapping_code"),
        ({"mapping_code": "k-1"}, 422, "users_mapping_codes"),
        ({"mapping_code": "k-1", "users_mapping_codes": None}, 422, "users_mapping_codes"),
        ({"mapping_code": "k-1", "users_mapping_codes": {"a": 1}}, 422, "users_mapping_codes[0]"),
        ({"mapping_code": "k-1", "users_mapping_codes": [[1]]}, 422, "users_mapping_codes[0]"),
        ({"mapping_code": "k-2", "users_mapping_codes": codes}, 404, "mapping_code"),
    ]
    for body, status, field in cases:
        answer = api.post(path, json=body)
        assert (answer.status_code, list(answer.json()["errors"])) == (status, [field]), answer.text


def test_an_archived_course_and_an_inactive_user_take_no_enrolment(api: Caller, codes: list[str]) -> None:
    add_course(api)
    api.delete("/api/users", json={"mapping_code": codes[1], "delete_mode": 1})
    inactive = api.post(ADD, json={"mapping_code": "k-1", "users_mapping_codes": codes})
    assert (inactive.status_code, list(inactive.json()["errors"])) == (409, ["users_mapping_codes[1]"])
    assert "users_mapping_codes[1]" in inactive.json()["message"]
    api.delete("/api/courses", json={"mapping_code": "k-1", "delete_mode": 1})
    archived = api.post(ADD, json={"mapping_code": "k-1", "users_mapping_codes": codes[:1]})
    assert (archived.status_code, archived.json()["error"]) == (409, "conflict")
    assert listed(api, "/api/usercourses") == []


def test_users_of_another_organisation_are_unknown(api: Caller, other_organisation: Organisation) -> None:
    add_course(api)
    add_user(other_organisation.smartarena(), "theirs")
    answer = api.post(ADD, json={"mapping_code": "k-1", "users_mapping_codes": ["theirs"]})
    assert answer.status_code == 404


def test_a_thousand_users_are_added_in_one_call(api: Caller, native: Caller) -> None:
    people = [
        {"external_id": f"p{n}", "email": f"p{n}@example.org", "first_name": "P", "last_name": str(n)}
        for n in range(1000)
    ]
    assert native.put("/v1/people", json=people).status_code == 200
    add_course(api)
    codes = [person["external_id"] for person in people]
    assert api.post(ADD, json={"mapping_code": "k-1", "users_mapping_codes": codes}).json()["added"] == codes
    assert api.get("/api/usercourses").headers["x-total-count"] == "1000"


def test_inactivating_a_user_takes_them_off_and_keeps_the_record(api: Caller, codes: list[str], native: Caller) -> None:
    add_course(api, users_mapping_codes=codes)
    api.delete("/api/users", json={"mapping_code": codes[0], "delete_mode": 1})
    assert on_course(api) == codes[1:]
    kept = native.get("/v1/assignments", params={"status": "cancelled"}).json()["assignments"]
    assert [(a["person"]["external_id"], a["cancel_reason"]) for a in kept] == [(codes[0], "person_inactivated")]
    api.put("/api/users", json={"mapping_code": codes[0], "active": 1})
    added = api.post(ADD, json={"mapping_code": "k-1", "users_mapping_codes": codes[:1]}).json()
    assert added["added"] == codes[:1]


def test_deleting_a_course_keeps_what_was_finished(api: Caller, codes: list[str], native: Caller) -> None:
    add_course(api, users_mapping_codes=codes)
    first = native.get("/v1/assignments").json()["assignments"][0]
    native.post(f"/v1/assignments/{first['id']}/complete")
    api.delete("/api/courses", json={"mapping_code": "k-1"})
    rows = listed(api, "/api/usercourses")
    assert [(r["user_mapping_code"], r["course_mapping_code"], r["course_title"], r["status"]) for r in rows] == [
        (codes[0], None, "Ladders", 2)
    ]


def test_the_registration_mail_waits_for_the_first_enrolment(organisation: Organisation, api: Caller) -> None:
    from sqlalchemy import bindparam, select

    from rollbook.core.kernel.statements import Statement
    from rollbook.core.mail.tables import mails

    mails_of = Statement[tuple[Any, ...]](
        select(mails.c.recipient, mails.c.kind)
        .where(mails.c.organisation_id == bindparam("organisation_id"))
        .order_by(mails.c.id)
    )

    def queued() -> list[tuple[Any, ...]]:
        with organisation.writing() as work:
            found: list[tuple[Any, ...]] = work.all(mails_of, organisation_id=organisation.id)
            return found

    add_user(api, "now", register_mail=1), add_user(api, "later", register_mail=0), add_user(api, "unsaid")
    assert queued() == [("now@example.org", "welcome")]
    add_course(api, "k-1", users_mapping_codes=["now", "later"])
    add_course(api, "k-2", users_mapping_codes=["later"])
    assert queued() == [("now@example.org", "welcome"), ("later@example.org", "welcome")]
    api.post(ADD, json={"mapping_code": "k-2", "users_mapping_codes": ["unsaid"]})
    assert [recipient for recipient, _ in queued()][2:] == ["unsaid@example.org"]
