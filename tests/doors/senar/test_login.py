"""Signing in to the SENAR API, and how tokens live and die."""

from typing import Any

import pytest

from rollbook.core.access import credentials
from rollbook.core.kernel import clock
from rollbook.core.kernel.clock import HOUR, MINUTE
from rollbook.core.kernel.principal import Role
from rollbook.core.people import registration
from rollbook.core.people.records import PersonChanges
from tests.conftest import PASSWORD, Caller, Organisation
from tests.doors.senar.conftest import School

LOGIN = "/api/auth/login"
USERS = "/integration/data/users"


def login(organisation: Organisation, **body: Any) -> Any:
    return organisation.client.post(LOGIN, json=body)


def test_a_name_and_a_password_give_a_token(organisation: Organisation) -> None:
    name = organisation.founded.owner.username
    answer = login(organisation, username=f" {name.upper()} ", password=PASSWORD)
    assert answer.status_code == 200, answer.text
    assert list(answer.json()) == ["Token"]
    caller = Caller(organisation.client, {"authorization": f"bearer {answer.json()['Token']}"})
    assert caller.get(USERS).status_code == 200


def test_a_wrong_name_and_a_wrong_password_look_the_same(organisation: Organisation) -> None:
    name = organisation.founded.owner.username
    wrong = login(organisation, username=name, password="wrong")
    nobody = login(organisation, username="nobody@example.org", password=PASSWORD)
    assert wrong.status_code == nobody.status_code == 401
    assert wrong.json() == nobody.json() == {"message": "The user name or the password is wrong.", "errors": {}}


@pytest.mark.parametrize(
    ("body", "field", "status"),
    [
        ({"password": "x"}, "username", 422),
        ({"username": "x"}, "password", 422),
        ({"username": "  ", "password": "x"}, "username", 422),
        ({"username": "a\x00b", "password": "x"}, "username", 422),
        ({"username": "x" * 256, "password": "x"}, "username", 422),
        ({"username": 7, "password": "x"}, "username", 422),
        ({"username": "x", "password": ["x"]}, "password", 422),
        ({"username": None, "password": "x"}, "username", 422),
    ],
)
def test_a_bad_field_is_named(organisation: Organisation, body: dict[str, Any], field: str, status: int) -> None:
    answer = login(organisation, **body)
    assert answer.status_code == status, answer.text
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize("password", ["x" * 100_000, "", "\x00", "🙂"])
def test_a_strange_password_is_only_wrong(organisation: Organisation, password: str) -> None:
    assert login(organisation, username=organisation.founded.owner.username, password=password).status_code == 401


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 50_000])
def test_a_hostile_body_is_refused(organisation: Organisation, body: bytes) -> None:
    answer = organisation.client.post(LOGIN, content=body)
    assert answer.status_code in (400, 422), answer.text
    assert set(answer.json()) == {"message", "errors"}


def test_too_many_failures_must_wait(organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    name, start = organisation.founded.owner.username, clock.now()
    for _ in range(10):
        assert login(organisation, username=name, password="wrong").status_code == 401
    refused = login(organisation, username=name, password=PASSWORD)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 300
    monkeypatch.setattr(clock, "now", lambda: start + 6 * MINUTE)
    assert login(organisation, username=name, password=PASSWORD).status_code == 200


def test_a_token_expires_after_a_day(organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    start = clock.now()
    token = login(organisation, username=organisation.founded.owner.username, password=PASSWORD).json()["Token"]
    caller = Caller(organisation.client, {"authorization": f"Bearer {token}"})
    monkeypatch.setattr(clock, "now", lambda: start + 23 * HOUR)
    assert caller.get(USERS).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: start + 25 * HOUR)
    assert caller.get(USERS).status_code == 401


def test_a_revoked_token_opens_nothing(school: School) -> None:
    caller = school.manager()
    assert caller.get(USERS).status_code == 200
    with school.organisation.writing() as work:
        credentials.end_personal(work, school.organisation.founded.owner.id, "access_token")
    refused = caller.get(USERS)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Bearer")


def test_an_inactivated_persons_token_dies_and_stays_dead(school: School) -> None:
    person = school.person("ina", Role.ADMINISTRATOR)
    caller = school.api(person)
    assert caller.get(USERS).status_code == 200
    for is_active in (False, True):
        with school.organisation.writing() as work:
            person = registration.change(work, person, PersonChanges(is_active=is_active))
        assert caller.get(USERS).status_code == 401
    assert school.api(person).get(USERS).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"authorization": "Bearer"},
        {"authorization": "Bearer nonsense"},
        {"authorization": "Basic b3duZXI6eA=="},
        {"authorization": "Bearer \x7f"},
    ],
)
def test_without_a_good_token_nothing_is_told(organisation: Organisation, header: dict[str, str]) -> None:
    for method, path in (
        ("GET", USERS),
        ("GET", "/integration/data/activities"),
        ("POST", "/integration/data/user_assign"),
        ("POST", "/integration/data/webhook_register"),
        ("DELETE", "/integration/data/webhook_register/1"),
    ):
        answer = organisation.client.request(method, path, headers=header)
        assert answer.status_code == 401, answer.text
        assert set(answer.json()) == {"message", "errors"}


def test_keys_and_tokens_of_other_doors_open_nothing_here(organisation: Organisation) -> None:
    for caller in (organisation.native(), organisation.smartarena()):
        assert caller.get(USERS).status_code == 401


def test_an_unknown_address_is_refused_in_this_doors_shape(organisation: Organisation) -> None:
    answer = organisation.client.get("/integration/data/everything")
    assert (answer.status_code, set(answer.json())) == (404, {"message", "errors"})
    wrong = organisation.client.get(LOGIN)
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "OPTIONS, POST")
