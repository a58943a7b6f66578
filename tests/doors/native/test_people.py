"""People through the native API."""

from typing import Any

import pytest
from sqlalchemy import Integer, column, text

from rollbook.core.kernel.statements import Statement
from rollbook.core.people.queries import list_people
from rollbook.core.people.records import PeopleFilter
from tests.conftest import Caller, Organisation

ANA = {"external_id": "hr-1", "email": "ana@example.org", "first_name": "Ana", "last_name": "Novak"}


@pytest.fixture
def api(organisation: Organisation) -> Caller:
    return organisation.native()


def rows(count: int) -> list[dict[str, Any]]:
    return [
        {
            "external_id": f"hr-{n}",
            "email": f"person{n}@example.org",
            "first_name": f"First{n}",
            "last_name": f"Last{n}",
            "group": "root",
        }
        for n in range(count)
    ]


def test_a_person_is_added_changed_read_and_deleted(api: Caller) -> None:
    made = api.post("/v1/people", json={**ANA, "roles": ["instructor", "learner"], "group": "root"})
    assert made.status_code == 201, made.text
    person = made.json()
    assert person["group"] == "root"
    assert person["roles"] == ["instructor", "learner"]
    assert api.get(f"/v1/people/{person['id']}").json() == person
    changed = api.patch(f"/v1/people/{person['id']}", json={"phone": "+386 1", "group": None}).json()
    assert (changed["phone"], changed["group"]) == ("+386 1", None)
    assert api.delete(f"/v1/people/{person['id']}").status_code == 204
    assert api.get(f"/v1/people/{person['id']}").status_code == 404


def test_many_are_added_changed_and_left_alone_in_one_call(api: Caller) -> None:
    first = api.put("/v1/people", json=rows(300))
    assert first.status_code == 200, first.text
    assert (first.json()["created"], first.json()["changed"], first.json()["unchanged"]) == (300, 0, 0)
    again = api.put("/v1/people", json=rows(300)).json()
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 300)
    moved = rows(301)
    moved[7]["first_name"] = "Other"
    moved[8]["group"] = None
    third = api.put("/v1/people", json=moved).json()
    assert (third["created"], third["changed"], third["unchanged"]) == (1, 2, 298)
    assert third["rows"][7]["changes"] == ["first_name"]
    assert third["rows"][8]["changes"] == ["group_id"]
    found = api.get("/v1/people", params={"q": "other last7"}).json()["people"]
    assert [p["external_id"] for p in found] == ["hr-7"]
    assert found[0]["id"] == third["rows"][7]["id"]


def test_a_bad_row_is_named_and_nothing_is_written(api: Caller) -> None:
    given = rows(5)
    given[1]["email"] = "nonsense"
    given[2]["group"] = "nowhere"
    given[3]["external_id"] = "hr-0"
    given[4].pop("last_name")
    answer = api.put("/v1/people", json=given)
    assert answer.status_code == 422
    named = [(p["position"], p["field"]) for p in answer.json()["problems"]]
    assert named == [(1, "email"), (2, "group"), (3, "external_id"), (4, "last_name")]
    assert api.get("/v1/people", params={"external_id": "hr-0"}).json()["people"] == []


def test_a_user_name_that_someone_else_has_is_refused(api: Caller) -> None:
    api.post("/v1/people", json=ANA)
    answer = api.put("/v1/people", json=[{**ANA, "external_id": "hr-2"}])
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == "username"
    twice = [{**r, "email": "same@example.org"} for r in rows(4)[2:]]
    assert api.put("/v1/people", json=twice).json()["problems"][0]["position"] == 1


def test_an_email_that_several_have_tells_nobody_apart(api: Caller) -> None:
    for name in ("one", "two"):
        shared = {"username": name, "email": "Front.Desk@example.org", "first_name": name, "last_name": "Desk"}
        assert api.post("/v1/people", json=shared).status_code == 201
    row = {"email": "front.desk@example.org", "phone": "1"}
    only = {"email": "ana@example.org", "first_name": "Ana", "last_name": "Novak"}
    answer = api.put("/v1/people", json=[only, row], params={"match_by": "email"})
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert (problem["position"], problem["field"], problem["code"]) == (1, "email", "duplicate")
    assert "several people have this email: match by external_id or username" in problem["message"]
    people = api.get("/v1/people", params={"q": "desk"}).json()["people"]
    assert [(person["username"], person["phone"]) for person in people] == [("one", None), ("two", None)]
    by_name = api.put("/v1/people", json=[{"username": "two", "phone": "1"}], params={"match_by": "username"})
    assert by_name.json()["changed"] == 1


def test_an_email_that_somebody_has_in_another_organisation_is_no_ones_here(
    api: Caller, other_organisation: Organisation
) -> None:
    for caller in (api, other_organisation.native()):
        answer = caller.put("/v1/people", json=[ANA], params={"match_by": "email"})
        assert answer.json()["created"] == 1
    again = api.put("/v1/people", json=[{**ANA, "phone": "1"}], params={"match_by": "email"})
    assert again.json()["changed"] == 1


def test_a_dry_run_writes_nothing(api: Caller) -> None:
    planned = api.put("/v1/people", json=rows(3), params={"dry_run": "true"})
    assert planned.json()["created"] == 3
    assert api.get("/v1/people", params={"external_id": "hr-0"}).json()["people"] == []


def test_a_row_about_someone_above_the_caller_is_refused(api: Caller) -> None:
    owner = api.get("/v1/people", params={"role": "owner"}).json()["people"][0]
    answer = api.put(
        "/v1/people", json=[{"username": owner["username"], "active": False}], params={"match_by": "username"}
    )
    assert answer.json()["problems"][0]["code"] == "forbidden"
    assert api.get(f"/v1/people/{owner['id']}").json()["active"] is True


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("novak", True),
        ("OVA", True),
        ("Ana Nov", True),
        ("a@exam", True),
        ("hr-1", True),
        ("no", True),
        ("an", True),
        ("%", False),
        ("a_a", False),
        ('"', False),
        ('x" OR "a', False),
        ("zzz", False),
    ],
)
def test_search_finds_substrings_and_takes_everything_literally(api: Caller, q: str, found: bool) -> None:
    api.post("/v1/people", json=ANA)
    people = api.get("/v1/people", params={"q": q, "role": "learner"}).json()["people"]
    assert [p["external_id"] for p in people] == (["hr-1"] if found else [])


def test_postgresql_keeps_no_plan_of_a_search(organisation: Organisation) -> None:
    """It would keep one for all texts, which reads every person."""
    if organisation.server.database.store == "sqlite":
        pytest.skip("SQLite plans a search by its text anyway")
    kept = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%search_text LIKE%' AND from_sql = false"
    count = Statement[tuple[Any, ...]](text(kept).columns(column("count", Integer())))
    with organisation.writing() as work:
        for number in range(8):
            list_people(work, PeopleFilter(q=f"person {number}"), limit=20, with_total=True)
            list_people(work, PeopleFilter(email=f"person{number}@example.org"), limit=20)
        assert work.value(count) == 0
        assert work.value(_PREPARED) > 0


_PREPARED = Statement[tuple[Any, ...]](
    text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%people.email_key =%'").columns(
        column("count", Integer())
    )
)


def test_pages_meet_everyone_once_and_count(api: Caller) -> None:
    api.put("/v1/people", json=rows(25))
    seen: list[str] = []
    cursor = None
    while True:
        page = api.get(
            "/v1/people", params={"limit": 10, "total": "true", **({"cursor": cursor} if cursor else {})}
        ).json()
        seen += [p["id"] for p in page["people"]]
        assert page["total"] == 26
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 26


@pytest.mark.parametrize(
    "params",
    [{"limit": 0}, {"limit": "x"}, {"cursor": "junk"}, {"role": "king"}, {"updated_since": "soon"}, {"group": "x"}],
)
def test_bad_questions_are_named(api: Caller, params: dict[str, Any]) -> None:
    answer = api.get("/v1/people", params=params)
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == list(params)


def test_nobody_is_born_in_the_future_alone_or_among_many(organisation: Organisation) -> None:
    api = organisation.native()
    person = {"first_name": "Ana", "last_name": "Novak", "external_id": "b-1", "birth_date": "2990-01-01"}
    alone, many = api.post("/v1/people", json=person), api.put("/v1/people", json=[person])
    assert alone.json()["errors"] == {"birth_date": ["birth_date lies in the future"]}
    assert many.status_code == 422
    assert many.json()["errors"] == {"rows[0].birth_date": ["birth_date lies in the future"]}
    assert api.get("/v1/people", params={"external_id": "b-1"}).json()["people"] == []


@pytest.mark.parametrize(
    ("field", "longest", "letter"),
    [("phone", 64, "1"), ("mobile", 64, "1"), ("country", 64, "x"), ("company", 255, "x"), ("cost_center", 255, "x"),
     ("username", 127, "ß"), ("external_id", 255, "ß"), ("first_name", 255, "ŉ"), ("last_name", 255, "ß")],
)  # fmt: skip
def test_a_text_is_kept_up_to_its_length_and_refused_beyond(api: Caller, field: str, longest: int, letter: str) -> None:
    made = api.post("/v1/people", json=ANA | {field: letter * longest})
    assert made.status_code == 201, made.text
    address, longer = f"/v1/people/{made.json()['id']}", letter * (longest + 1)
    assert api.get(address).json() == made.json()
    other = {"first_name": "Ben", "last_name": "Novak", "external_id": "hr-2", "email": "ben@example.org"}
    refused = (
        api.patch(address, json={field: longer}),
        api.post("/v1/people", json=other | {field: longer}),
        api.put("/v1/people", json=[other | {field: longer}]),
    )
    assert [answer.status_code for answer in refused] == [422, 422, 422]
    assert all(field in str(answer.json()["errors"]) for answer in refused)
    assert api.get(address).json() == made.json()


def test_an_address_is_told_apart_in_any_case_within_its_length(api: Caller) -> None:
    email = f"{'ß' * 140}@example.org"
    one, many = (
        api.post("/v1/people", json=ANA | {"email": email}),
        api.put("/v1/people", json=[ANA | {"email": email}]),
    )
    for answer in (one, many):
        assert (answer.status_code, "email" in str(answer.json()["errors"])) == (422, True)


@pytest.mark.parametrize("path", ["people/%00", "courses/a%00b", "webhooks/%00", "imports/%00/rows", "simulators/%00"])
def test_nothing_is_at_an_address_with_a_null_character(api: Caller, path: str) -> None:
    assert api.get(f"/v1/{path}").status_code == 404


@pytest.mark.parametrize("field", ["workplace", "location", "group"])
def test_a_null_character_is_refused_where_something_is_named(api: Caller, field: str) -> None:
    answer = api.post("/v1/people", json=ANA | {field: "a\0"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert "null character" in answer.json()["detail"]
    assert api.get("/v1/people", params={"q": "a\0"}).status_code == 422
