"""How the Smart Arena API reads parameters, whatever form they come in, and what it says of those it cannot take."""

from typing import Any

import pytest

from tests.conftest import Caller
from tests.doors.smartarena.conftest import add_course, add_user, listed

ANA = {"mapping_code": "hr-1", "email": "ana@example.org", "firstname": "Ana", "lastname": "Novak"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def three(api: Caller) -> list[str]:
    """Three users and a course."""
    codes = ["u-1", "u-2", "u-3"]
    for code in codes:
        add_user(api, code)
    add_course(api)
    return codes


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"users_mapping_codes": ["u-1", "u-2", "u-3"]}},
        {"json": {"users_mapping_codes": "u-1, u-2,u-3,"}},
        {"json": {"users_mapping_codes": '["u-1", "u-2", "u-3"]'}},
        {"data": {"users_mapping_codes[]": ["u-1", "u-2", "u-3"]}},
        {"data": {"users_mapping_codes": ["u-1", "u-2", "u-3"]}},
        {"data": {"users_mapping_codes[0]": "u-1", "users_mapping_codes[1]": "u-2", "users_mapping_codes[2]": "u-3"}},
        {"data": {"users_mapping_codes": "u-1,u-2,u-3"}},
        {"params": {"users_mapping_codes[]": ["u-1", "u-2", "u-3"]}},
        {"files": [("users_mapping_codes[]", (None, code)) for code in ("u-1", "u-2", "u-3")]},
    ],
    ids=["json", "json commas", "json in a text", "brackets", "repeated", "numbered", "commas", "query", "multipart"],
)
def test_a_list_may_be_written_in_every_usual_way(api: Caller, three: list[str], sent: dict[str, Any]) -> None:
    way, given = next(iter(sent.items()))
    code = [("mapping_code", (None, "k-1"))] if way == "files" else {"mapping_code": "k-1"}
    answer = api.post("/api/courses/addusers", **{way: code + given if way == "files" else code | given})
    assert answer.status_code == 200, answer.text
    assert answer.json()["added"] == three


def test_a_code_with_a_comma_is_one_code_where_it_stands_in_a_list(api: Caller) -> None:
    add_user(api, "Novak, Ana", email="ana@example.org")
    add_course(api)
    as_json = {"mapping_code": "k-1", "users_mapping_codes": ["Novak, Ana"]}
    as_form = {"mapping_code": "k-1", "users_mapping_codes[]": "Novak, Ana"}
    for answer in (api.post("/api/courses/addusers", json=as_json), api.post("/api/courses/addusers", data=as_form)):
        assert "Novak, Ana" in answer.json()["added"] + answer.json()["already_added"]


@pytest.mark.parametrize("sent", [{"json": ["hr-1", "hr-2"]}, {"data": ["hr-1", "hr-2"]}], ids=["json", "repeated"])
def test_one_value_is_never_taken_from_a_list(api: Caller, sent: dict[str, Any]) -> None:
    add_user(api, "hr-1")
    add_user(api, "hr-2")
    way, codes = next(iter(sent.items()))
    answer = api.delete("/api/users", **{way: {"mapping_code": codes}})
    assert answer.status_code == 422
    assert answer.json()["errors"] == {"mapping_code": ["mapping_code must be text, not a list"]}
    assert (
        len(listed(api, "/api/users", mapping_code="hr-1")) == len(listed(api, "/api/users", mapping_code="hr-2")) == 1
    )


def test_blanks_around_a_text_do_not_count(api: Caller) -> None:
    assert api.post("/api/users", json={**ANA, "mapping_code": " hr-1 "}).json()["mapping_code"] == "hr-1"
    assert api.put("/api/users", data={"mapping_code": " hr-1", "firstname": " Eva "}).json()["firstname"] == "Eva"
    assert len(listed(api, "/api/users", mapping_code="hr-1 ")) == 1
    assert api.delete("/api/users", params={"mapping_code": "hr-1 "}).status_code == 200


def test_blanks_in_a_password_do_count(api: Caller) -> None:
    assert api.post("/api/users", json={**ANA, "password": " seven77 "}).status_code == 201
    login = api.client.post("/api/auth/login", json={"username": "ana@example.org", "password": " seven77 "})
    assert login.status_code == 200


def test_a_blank_in_a_form_is_as_good_as_nothing(api: Caller) -> None:
    user = {**ANA, "language_code": "", "register_mail": "", "synch_protected": "", "roles": "", "date_of_birth": ""}
    assert api.post("/api/users", data=user).status_code == 201
    course = {"mapping_code": "k-1", "title": "Ladders", "start_date": "2026-01-01", "end_date": ""}
    limits = (
        "number_of_attempts",
        "mandatory_time",
        "prerequired_content",
        "content_id",
        "access_days_from_enrollment",
    )
    made = api.post("/api/courses", data={**course, "type": "", "users_mapping_codes": "", **dict.fromkeys(limits, "")})
    assert made.status_code == 201, made.text
    assert [made.json()[name] for name in limits] == [None] * len(limits)
    asked = dict.fromkeys(("page", "archived", "sort", "type", "mapping_code"), "")
    assert [row["mapping_code"] for row in listed(api, "/api/courses", **asked)] == ["k-1"]
    asked = dict.fromkeys(("page", "modules_data", "type", "updated_at", "date_finished", "user_mapping_code"), "")
    assert listed(api, "/api/usercourses", **asked) == []
    assert len(listed(api, "/api/users", mapping_code="", email="")) == 2
    assert listed(api, "/api/content", content_type="") == []


def test_a_blank_clears_in_a_change_what_may_be_empty_and_is_refused_elsewhere(api: Caller) -> None:
    add_course(api, mandatory_time=30)
    assert api.put("/api/courses", data={"mapping_code": "k-1", "mandatory_time": ""}).json()["mandatory_time"] is None
    for field in ("type", "assessment_on_end", "archived"):
        answer = api.put("/api/courses", data={"mapping_code": "k-1", field: ""})
        assert answer.status_code == 422, answer.text
        assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize("mode", ["", None])
def test_a_blank_delete_mode_never_deletes_for_good(api: Caller, mode: str | None) -> None:
    add_user(api, "hr-1")
    answer = api.delete("/api/users", json={"mapping_code": "hr-1", "delete_mode": mode})
    assert answer.status_code == 422
    assert answer.json()["errors"] == {"delete_mode": ["delete_mode may not be empty"]}
    assert len(listed(api, "/api/users", mapping_code="hr-1")) == 1


@pytest.mark.parametrize("yes", [1, "1", True, "true"])
def test_a_flag_may_be_a_number_or_a_truth_value(api: Caller, yes: object) -> None:
    made = add_course(api, assessment_on_end=yes, confirmation_of_completion=False)
    assert (made["assessment_on_end"], made["confirmation_of_completion"]) == (1, 0)
    refused = api.put("/api/courses", json={"mapping_code": "k-1", "assessment_on_end": 2})
    assert refused.json()["errors"] == {"assessment_on_end": ["assessment_on_end must be one of 0, 1"]}


def test_everything_that_is_wrong_is_told_at_once(api: Caller) -> None:
    answer = api.post("/api/users", json={"mapping_code": "hr-1", "email": None, "roles": ["boss"], "register_mail": 7})
    assert answer.status_code == 422
    assert answer.json()["error"] == "invalid"
    assert answer.json()["errors"] == {
        "email": ["email is required"],
        "firstname": ["firstname is required"],
        "lastname": ["lastname is required"],
        "roles[0]": ["roles[0] must be a whole number, not text"],
        "register_mail": ["register_mail must be one of 0, 1"],
    }
    assert answer.json()["message"] == "email is required; firstname is required; lastname is required; and 2 more"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"page": "two"}, "page must be a whole number, not 'two'"),
        ({"page": 0}, "page must be at least 1"),
        ({"page": 10**12}, "page must be at most 1000000000"),
        ({"archived": "perhaps"}, "archived must be one of 0, 1"),
    ],
)
def test_errors_say_in_plain_words_what_a_value_must_be(api: Caller, asked: dict[str, Any], said: str) -> None:
    answer = api.get("/api/courses", params=asked)
    assert answer.status_code == 422
    assert answer.json()["message"] == said


def sent(api: Caller, method: str, body: bytes, headers: dict[str, str]) -> Any:
    """The answer to a body as it is."""
    return api.client.request(method, "/api/locations", content=body, headers=api.headers | headers)


def test_json_is_understood_whatever_the_request_says_it_is(api: Caller) -> None:
    code = b'{"mapping_code": "l-1", "name": "Koper"}'
    assert sent(api, "POST", code, FORM).status_code == 201
    assert sent(api, "PUT", code, {"content-type": "text/plain"}).status_code == 200
    assert sent(api, "PUT", b"\xef\xbb\xbf" + code, {}).status_code == 200


@pytest.mark.parametrize(
    ("body", "headers", "status", "said"),
    [
        (b'{"name": ', {}, 400, "The body is not valid JSON: input data was truncated"),
        (b"<location/>", {}, 400, "must be a JSON object, or a form whose Content-Type says so"),
        (b"name=Koper", {}, 400, "must be a JSON object, or a form whose Content-Type says so"),
        (b"[]", {}, 400, "The body must be a JSON object, not another kind of JSON."),
        (b"mapping_code=l-1&name=%E9", FORM, 400, "The parameters must be URL-encoded UTF-8."),
        (b"{}", {"content-encoding": "gzip"}, 415, "without a Content-Encoding"),
        (b"&".join([b"a[]=1"] * 10_001), FORM, 413, "There are more than 10,000 parameters; send them as JSON."),
    ],
    ids=["cut off", "xml", "form without its type", "array", "latin-1", "compressed", "too many"],
)
def test_a_body_that_cannot_be_read_says_what_to_send(
    api: Caller, body: bytes, headers: dict[str, str], status: int, said: str
) -> None:
    answer = sent(api, "POST", body, headers)
    assert answer.status_code == status, answer.text
    assert said in answer.json()["message"]
    assert listed(api, "/api/locations") == []


def test_a_multipart_form_may_name_thousands_of_users(api: Caller) -> None:
    add_course(api)
    codes = [("users_mapping_codes[]", (None, f"u-{number}")) for number in range(3_000)]
    answer = api.post("/api/courses/addusers", files=[("mapping_code", (None, "k-1")), *codes])
    assert answer.status_code == 404
    assert answer.json()["message"].startswith("3000 of the users_mapping_codes are unknown")


def test_a_code_that_is_taken_or_unknown_is_told_in_this_apis_words(api: Caller) -> None:
    add_user(api, "hr-1")
    for path, given in (("/api/users", ANA), ("/api/locations", {"mapping_code": "l-1", "name": "Koper"})):
        api.post(path, json=given)
        answer = api.post(path, json=given)
        assert answer.status_code == 409
        assert answer.json()["message"].startswith("mapping_code is taken")
        assert answer.json()["errors"] == {"mapping_code": [answer.json()["message"]]}
    email = api.post("/api/users", json={**ANA, "mapping_code": "hr-2", "email": "hr-1@example.org"})
    assert email.json()["errors"] == {"email": ["email is taken: someone has it already"]}
    place = api.put("/api/users", json={"mapping_code": "hr-1", "branch_mapping_code": "nowhere"})
    said = "branch_mapping_code must be a code that is there; 'nowhere' is not"
    assert place.json()["errors"] == {"branch_mapping_code": [said]}
    branch = api.put("/api/branches", json={"mapping_code": "nowhere", "name": "North"})
    assert branch.json()["message"] == "mapping_code: there is no branch with this mapping code"


def test_a_protected_user_is_told_alike_whatever_is_tried(api: Caller) -> None:
    add_user(api, "hr-1", synch_protected=1)
    for answer in (
        api.put("/api/users", json={"mapping_code": "hr-1", "firstname": "Eva"}),
        api.delete("/api/users", json={"mapping_code": "hr-1", "delete_mode": 1}),
        api.delete("/api/users", json={"mapping_code": "hr-1"}),
    ):
        assert answer.status_code == 409
        assert list(answer.json()["errors"]) == ["synch_protected"]
        assert "lift the protection in the console" in answer.json()["message"]
