"""Changing users through the Smart Arena API, and what repeated and hostile calls do."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import Caller, Organisation
from tests.doors.smartarena.conftest import add_user, listed


def user(api: Caller, code: str = "hr-1") -> dict[str, Any]:
    return listed(api, "/api/users", mapping_code=code)[0]


def test_every_parameter_is_changed_by_what_is_given(api: Caller) -> None:
    add_user(api, "hr-1")
    for path in ("branches", "locations", "workplaces"):
        parent = {"parent_mapping_code": "root"} if path == "branches" else {}
        api.post(f"/api/{path}", json={"mapping_code": "x", "name": "X", **parent})
    given = {
        "date_of_birth": "1990-02-28",
        "email": "new@example.org",
        "firstname": "Nova",
        "lastname": "Novak",
        "branch_mapping_code": "x",
        "location_mapping_code": "x",
        "workplace_mapping_code": "x",
        "language_code": 8,
        "roles": [4, 15],
        "synch_protected": 0,
        "active": 1,
    }
    changed = api.put("/api/users", json={"mapping_code": "hr-1", **given, "password": "correct horse"})
    assert changed.status_code == 200, changed.text
    assert changed.json() | given == changed.json()
    assert changed.json()["username"] == "new@example.org"
    assert "password" not in changed.text
    assert user(api) == changed.json()
    again = api.put("/api/users", json={"mapping_code": "hr-1", **given})
    assert again.json() == changed.json()
    lone = api.put("/api/users", json={"mapping_code": "hr-1", "firstname": "Other"}).json()
    assert {**lone, "firstname": "Nova", "updated_at": changed.json()["updated_at"]} == changed.json()


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("email", "nonsense", 422),
        ("firstname", "", 422),
        ("lastname", None, 422),
        ("firstname", 5.5, 200),
        ("date_of_birth", "1899-12-31", 422),
        ("date_of_birth", "2026-02-30", 422),
        ("branch_mapping_code", "nowhere", 404),
        ("location_mapping_code", "nowhere", 404),
        ("workplace_mapping_code", "nowhere", 404),
        ("password", "short", 422),
        ("password", "x" * 257, 422),
        ("language_code", 2, 422),
        ("language_code", None, 422),
        ("roles", [7], 422),
        ("roles", {"a": 1}, 422),
        ("synch_protected", 2, 422),
        ("active", -1, 422),
    ],
)
def test_a_bad_change_is_named_and_nothing_is_written(api: Caller, field: str, value: object, status: int) -> None:
    before = add_user(api, "hr-1")
    answer = api.put("/api/users", json={"mapping_code": "hr-1", "synch_protected": 0, field: value})
    assert answer.status_code == status, answer.text
    if status != 200:
        assert [name.partition("[")[0] for name in answer.json()["errors"]] == [field]
        assert user(api) == before


def test_an_optional_parameter_may_be_null(api: Caller) -> None:
    names = (
        "date_of_birth", "branch_mapping_code", "location_mapping_code", "workplace_mapping_code", "password",
        "language_code", "register_mail", "roles", "synch_protected", "username",
    )  # fmt: skip
    made = add_user(api, "hr-1", **dict.fromkeys(names))
    assert (made["roles"], made["language_code"], made["synch_protected"]) == ([6], 1, 0)


def test_an_e_mail_that_is_someones_user_name_is_named_as_the_e_mail(api: Caller) -> None:
    add_user(api, "hr-1"), add_user(api, "hr-2")
    body = {"mapping_code": "hr-3", "email": "HR-1@example.org", "firstname": "A", "lastname": "B"}
    taken = api.post("/api/users", json=body)
    assert (taken.status_code, list(taken.json()["errors"])) == (409, ["email"])
    changed = api.put("/api/users", json={"mapping_code": "hr-2", "email": "hr-1@example.org"})
    assert (changed.status_code, list(changed.json()["errors"])) == (409, ["email"])
    named = api.post("/api/users", json={**body, "username": "hr-1@example.org"})
    assert list(named.json()["errors"]) == ["username"]
    assert add_user(api, "hr-3", email="hr-1@example.org", username="third")["username"] == "third"


def test_a_user_name_of_their_own_stays_when_the_e_mail_changes_or_goes(api: Caller) -> None:
    add_user(api, "hr-1", username="ana"), add_user(api, "hr-2")
    assert api.put("/api/users", json={"mapping_code": "hr-1", "email": "x@example.org"}).json()["username"] == "ana"
    for nothing in ("", None):
        emptied = api.put("/api/users", json={"mapping_code": "hr-2", "email": nothing}).json()
        assert (emptied["email"], emptied["username"]) == (None, "hr-2@example.org")


@dataclass
class Pupil:
    """A user who signs in by SENAR's API, for Smart Arena's has no way to."""

    organisation: Organisation
    email: str

    def log_in(self, password: str) -> Any:
        return self.organisation.client.post("/api/auth/login", json={"username": self.email, "password": password})

    def caller(self, password: str) -> Caller:
        answer = self.log_in(password)
        assert answer.status_code == 200, answer.text
        return Caller(self.organisation.client, {"authorization": f"Bearer {answer.json()['Token']}"})

    def passwords_set(self) -> int:
        """How often their password was set, by the change feed."""
        changes = self.organisation.native().get("/v1/changes", params={"limit": 500}).json()["changes"]
        return [change["type"] for change in changes].count("person.password_set") - OWNERS


OWNERS = 1
"""The organisation's owner was given a password too."""
MINE = "/integration/data/users"


@pytest.fixture
def pupil(organisation: Organisation, api: Caller) -> Pupil:
    made = Pupil(organisation, f"pupil-{uuid4().hex[:12]}@example.org")
    add_user(api, "hr-1", email=made.email)
    return made


def test_a_new_password_lets_the_user_in_and_ends_what_was_open(api: Caller, pupil: Pupil) -> None:
    assert pupil.log_in("correct horse").status_code == 401
    api.put("/api/users", json={"mapping_code": "hr-1", "password": "correct horse"})
    open_before = pupil.caller("correct horse")
    assert open_before.get(MINE).status_code == 200
    api.put("/api/users", json={"mapping_code": "hr-1", "password": "another horse"})
    assert open_before.get(MINE).status_code == 401
    assert pupil.log_in("correct horse").status_code == 401
    assert pupil.caller("another horse").get(MINE).status_code == 200
    assert pupil.passwords_set() == 2


def test_the_password_that_the_user_has_changes_nothing(api: Caller, pupil: Pupil) -> None:
    api.put("/api/users", json={"mapping_code": "hr-1", "password": "correct horse"})
    open_before = pupil.caller("correct horse")
    before = user(api)
    for more in ({}, {"firstname": "Ana"}, {"active": 1}):
        answer = api.put("/api/users", json={"mapping_code": "hr-1", "password": "correct horse", **more})
        assert (answer.status_code, answer.json()) == (200, before)
    assert api.put("/api/users", json={"mapping_code": "hr-1", "password": ""}).status_code == 200
    assert open_before.get(MINE).status_code == 200
    assert pupil.passwords_set() == 1


def test_syncs_at_the_same_moment_set_a_password_once(api: Caller, pupil: Pupil) -> None:
    together = Barrier(4)

    def put(_: int) -> int:
        together.wait()
        answer = api.put("/api/users", json={"mapping_code": "hr-1", "password": "correct horse"})
        return int(answer.status_code)

    for expected in (1, 1):
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(put, range(4))) == [200] * 4
        assert pupil.passwords_set() == expected
    api.put("/api/users", json={"mapping_code": "hr-1", "password": "another horse"})
    assert pupil.passwords_set() == 2


@pytest.mark.parametrize("change", [{"email": "nonsense"}, {"branch_mapping_code": "nowhere"}, {"language_code": 2}])
def test_a_refused_change_neither_sets_a_password_nor_looks_at_it(
    api: Caller, pupil: Pupil, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    api.put("/api/users", json={"mapping_code": "hr-1", "password": "correct horse"})

    def looked(*_: object) -> bool:
        raise AssertionError("how long it takes would tell whether the guess was right")

    with monkeypatch.context() as patch:
        patch.setattr(type(pupil.organisation.server.services.hasher), "verify", looked)
        for guess in ("correct horse", "another horse"):
            answer = api.put("/api/users", json={"mapping_code": "hr-1", "password": guess, **change})
            assert answer.status_code in (404, 422)
    assert pupil.passwords_set() == 1
    assert pupil.log_in("correct horse").status_code == 200


def test_a_protected_users_password_stays(api: Caller, pupil: Pupil) -> None:
    api.put("/api/users", json={"mapping_code": "hr-1", "password": "correct horse", "synch_protected": 1})
    refused = api.put("/api/users", json={"mapping_code": "hr-1", "password": "another horse"})
    assert (refused.status_code, refused.json()["error"]) == (409, "protected")
    assert pupil.log_in("correct horse").status_code == 200


def test_hostile_values_are_refused_and_never_break_anything(api: Caller) -> None:
    before = add_user(api, "hr-1")
    for field in ("firstname", "email", "password", "branch_mapping_code"):
        answer = api.put("/api/users", json={"mapping_code": "hr-1", field: "x" * 10_000_000})
        assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
    for code in ("\x00", "' OR 1=1 --", "x" * 900_000, "\u202e", "%"):
        assert api.put("/api/users", json={"mapping_code": code, "firstname": "X"}).status_code in (404, 422)
        assert api.get("/api/users", params={"mapping_code": code[:5000]}).status_code in (200, 422)
    for content in (b"{", b"[]", b"null", b"\xff", b"[" * 50_000, b'{"mapping_code": "\\ud800"}'):
        headers = {**api.headers, "content-type": "application/json"}
        answer = api.client.post("/api/users", content=content, headers=headers)
        assert answer.status_code in (400, 422), answer.text
        assert answer.json().keys() == {"error", "message", "errors"}
    assert listed(api, "/api/users", mapping_code="hr-1") == [before]


def test_unknown_parameters_are_ignored(api: Caller) -> None:
    made = add_user(api, "hr-1", shoe_size=44, id=999_999)
    assert made["id"] != 999_999
    assert api.put("/api/users", json={"mapping_code": "hr-1", "created_at": "1999-01-01"}).json() == made


def test_a_delete_mode_that_is_none_is_named_before_anything_is_looked_up(api: Caller) -> None:
    for code in ("hr-1", "nobody"):
        answer = api.delete("/api/users", json={"mapping_code": code, "delete_mode": 3})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["delete_mode"])


def test_without_a_token_or_with_a_wrong_one_nothing_is_answered(api: Caller) -> None:
    for headers in ({}, {"authorization": "Bearer rbt_wrong"}, {"authorization": "Basic eDp5"}):
        answer = api.client.get("/api/users", headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (401, "unauthenticated")
        assert answer.headers["www-authenticate"].startswith("Bearer")
