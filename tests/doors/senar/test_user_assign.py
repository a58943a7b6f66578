"""Collections assigned to users through the SENAR API."""

from typing import Any
from uuid import uuid4

import pytest

from rollbook.core.kernel.principal import Role
from rollbook.core.people import registration
from rollbook.core.people.records import PersonChanges
from rollbook.core.simulation import catalogue, members
from rollbook.core.simulation.records import Collection
from tests.conftest import Caller
from tests.doors.senar.conftest import School

ASSIGN = "/integration/data/user_assign"
USERS = "/integration/data/users"
ANA = {
    "email": "ana@example.org",
    "firstName": "Ana",
    "lastName": "Novak",
    "password": "abcde1",
    "organization": "Luka Koper",
}


@pytest.fixture
def rigging(school: School) -> Collection:
    return collection(school, "Rigging")


def collection(school: School, title: str) -> Collection:
    with school.organisation.writing() as work:
        return catalogue.add_collection(work, title)


def assign(caller: Caller, held: Collection, **changes: Any) -> Any:
    body = {**ANA, "collectionId": held.id, **changes}
    return caller.post(ASSIGN, json={name: value for name, value in body.items() if value is not ...})


def member_names(school: School, held: Collection) -> list[str]:
    with school.organisation.writing() as work:
        return [person.username for person in members.list_members(work, held)]


def login(school: School, email: str) -> Any:
    body = {"username": email, "password": ANA["password"]}
    return school.organisation.client.post("/api/auth/login", json=body)


@pytest.fixture
def email() -> str:
    """An address that nobody of any organisation signs in by."""
    return f"ana-{uuid4().hex[:12]}@example.org"


def test_someone_new_is_registered_and_let_in(school: School, rigging: Collection, email: str) -> None:
    answer = assign(school.manager(), rigging, email=email)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"succeed": True, "email": email, "collectionId": rigging.id, "isNewUser": True}
    shown = school.manager().get(USERS).json()[-1]
    assert (shown["email"], shown["accountName"], shown["profile"]) == (email, "Luka Koper", "Trainee")
    assert member_names(school, rigging) == [email]
    own = Caller(school.organisation.client, {"authorization": f"Bearer {login(school, email).json()['Token']}"})
    assert own.get(USERS).json() == [shown]


def test_assigning_again_with_the_password_they_have_signs_nobody_out(
    school: School, rigging: Collection, email: str
) -> None:
    assign(school.manager(), rigging, email=email)
    own = Caller(school.organisation.client, {"authorization": f"Bearer {login(school, email).json()['Token']}"})
    for held in (rigging, collection(school, "Hooks")):
        assert assign(school.manager(), held, email=email).status_code == 200
    assert own.get(USERS).status_code == 200
    changes = school.organisation.native().get("/v1/changes").json()["changes"]
    person = school.manager().get(USERS).json()[-1]["id"]
    assert [one["type"] for one in changes if one["id"] == person].count("person.password_set") == 1


def test_the_collection_may_be_given_as_text_as_connectors_do(school: School, rigging: Collection, email: str) -> None:
    assert assign(school.manager(), rigging, email=email, collectionId=str(rigging.id)).status_code == 200
    refused = assign(school.manager(), rigging, email=email, collectionId="rigging")
    assert refused.json()["errors"] == {"collectionId": ["collectionId must be a whole number, not 'rigging'"]}


def test_someone_known_is_only_let_in(school: School, rigging: Collection, email: str) -> None:
    school.person("ana", Role.INSTRUCTOR, company="ACME", email=email)
    hooks = collection(school, "Hooks")
    for held in (rigging, rigging, hooks):
        answer = assign(school.manager(), held, email=email.upper(), firstName="Other")
        assert answer.status_code == 200, answer.text
        assert answer.json() == {"succeed": True, "email": email, "collectionId": held.id, "isNewUser": False}
    shown = school.manager().get(USERS).json()[-1]
    assert (shown["firstName"], shown["accountName"], shown["profile"]) == ("Ana", "ACME", "Instructor")
    assert member_names(school, rigging) == member_names(school, hooks) == [email]
    assert login(school, email).status_code == 401


@pytest.mark.parametrize(
    ("change", "field", "status"),
    [
        ({"email": ...}, "email", 422),
        ({"email": " "}, "email", 422),
        ({"email": "ana"}, "email", 422),
        ({"email": "a\x00@example.org"}, "email", 422),
        ({"email": 7}, "email", 422),
        ({"firstName": ...}, "firstName", 422),
        ({"firstName": ""}, "firstName", 422),
        ({"firstName": "x" * 256}, "firstName", 422),
        ({"lastName": ...}, "lastName", 422),
        ({"lastName": "\t"}, "lastName", 422),
        ({"lastName": ["x"]}, "lastName", 422),
        ({"password": ...}, "password", 422),
        ({"password": "abcd1"}, "password", 422),
        ({"password": "abcdef"}, "password", 422),
        ({"password": "123456"}, "password", 422),
        ({"password": "a1" * 200}, "password", 422),
        ({"password": 123456}, "password", 422),
        ({"organization": ...}, "organization", 422),
        ({"organization": "x" * 256}, "organization", 422),
        ({"organization": None}, "organization", 422),
        ({"collectionId": ...}, "collectionId", 422),
        ({"collectionId": "Rigging"}, "collectionId", 422),
        ({"collectionId": 99_999_999}, "collectionId", 404),
        ({"collectionId": 0}, "collectionId", 404),
        ({"collectionId": -1}, "collectionId", 404),
        ({"collectionId": 2**63}, "collectionId", 404),
    ],
)
@pytest.mark.parametrize("is_known", [False, True])
def test_a_bad_value_is_named_and_nothing_is_written(
    school: School, rigging: Collection, change: dict[str, Any], field: str, status: int, is_known: bool
) -> None:
    if is_known:
        school.person("ana")
    before = school.manager().get(USERS).json()
    answer = assign(school.manager(), rigging, **change)
    assert answer.status_code == status, answer.text
    assert list(answer.json()["errors"]) == [field]
    assert school.manager().get(USERS).json() == before
    assert member_names(school, rigging) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b'"' * 3, b"[" * 50_000])
def test_a_hostile_body_is_refused(school: School, body: bytes) -> None:
    answer = school.manager().post(ASSIGN, content=body)
    assert answer.status_code in (400, 422), answer.text


def test_another_organisations_collection_is_not_ones_own(school: School, other_school: School) -> None:
    held = collection(other_school, "Rigging")
    answer = assign(school.manager(), held)
    assert (answer.status_code, list(answer.json()["errors"])) == (404, ["collectionId"])
    assert len(school.manager().get(USERS).json()) == 1


def test_someone_inactive_or_doubled_is_not_let_in(school: School, rigging: Collection) -> None:
    ana = school.person("ana")
    with school.organisation.writing() as work:
        registration.change(work, ana, PersonChanges(is_active=False))
    assert assign(school.manager(), rigging).status_code == 409
    for name in ("bor1", "bor2"):
        school.person("bor", username=name)
    doubled = assign(school.manager(), rigging, email="bor@example.org")
    assert (doubled.status_code, list(doubled.json()["errors"])) == (409, ["email"])
    assert member_names(school, rigging) == []


def test_whoever_signs_in_by_the_address_is_the_one(school: School, rigging: Collection) -> None:
    school.person("ana", email=None, username="Ana@Example.org")
    answer = assign(school.manager(), rigging)
    assert answer.json()["isNewUser"] is False
    assert answer.json()["email"] == "Ana@Example.org"
    assert member_names(school, rigging) == ["Ana@Example.org"]


def test_an_instructor_lets_in_their_own_and_registers_nobody(school: School, rigging: Collection) -> None:
    jon = school.person("jon", Role.INSTRUCTOR)
    school.person("ana", group=school.group("Riggers", jon))
    school.person("bor")
    caller = school.api(jon)
    assert assign(caller, rigging).status_code == 200
    assert assign(caller, rigging, email="bor@example.org").status_code == 403
    assert assign(caller, rigging, email="new@example.org").status_code == 403
    assert member_names(school, rigging) == ["ana@example.org"]


def test_a_learner_may_not(school: School, rigging: Collection) -> None:
    assert assign(school.api(school.person("bor")), rigging).status_code == 403
