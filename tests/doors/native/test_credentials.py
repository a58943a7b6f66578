"""Keys and clients through the native API."""

from typing import Any

import pytest

from rollbook.core.access import credentials
from rollbook.core.kernel.clock import DAY, HOUR, SECOND, iso, now
from rollbook.core.kernel.principal import Role
from tests.conftest import Caller, Organisation


@pytest.fixture
def api(organisation: Organisation) -> Caller:
    return organisation.native()


def make(api: Caller, **fields: Any) -> Any:
    made = api.post("/v1/credentials", json={"kind": "api_key", "name": "Sync", **fields})
    assert made.status_code == 201, made.text
    return made.json()


def holder(api: Caller, secret: str) -> Caller:
    return Caller(api.client, {"authorization": f"Bearer {secret}"})


def token_of(api: Caller, client_id: str, secret: str) -> Any:
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    return api.client.post("/oauth/access_token", data=form)


def test_a_key_is_made_used_and_revoked(api: Caller) -> None:
    made = make(api, roles=["hr_manager"], expires_at=iso(now() + DAY))
    shown, secret = made["credential"], made["secret"]
    assert secret.startswith("rbk_")
    assert secret.endswith(shown["hint"])
    assert (shown["roles"], shown["live"], shown["door"]) == (["hr_manager"], True, None)
    path = f"/v1/credentials/{shown['id']}"
    assert api.get(path).json() == shown
    assert holder(api, secret).get("/v1/people").status_code == 200
    assert api.delete(path).status_code == 204
    assert holder(api, secret).get("/v1/people").status_code == 401
    assert api.get(path).json()["live"] is False
    assert api.delete(path).status_code == 204


def test_the_secret_is_never_shown_again(api: Caller) -> None:
    secret = make(api)["secret"]
    assert secret not in api.get("/v1/credentials").text
    assert secret not in api.get("/v1/changes", params={"limit": 1000}).text


def test_a_client_gets_tokens_at_its_door_and_loses_them_when_revoked(api: Caller) -> None:
    made = make(api, kind="oauth_client", door="smartarena")
    client_id = made["credential"]["client_id"]
    token = token_of(api, client_id, made["secret"]).json()["access_token"]
    assert holder(api, token).get("/api/users").status_code == 200
    assert holder(api, made["secret"]).get("/v1/people").status_code == 401
    api.delete(f"/v1/credentials/{made['credential']['id']}")
    assert holder(api, token).get("/api/users").status_code == 401
    assert token_of(api, client_id, made["secret"]).status_code == 401


def test_a_key_for_another_door_opens_nothing_here(api: Caller) -> None:
    assert holder(api, make(api, door="velpic")["secret"]).get("/v1/people").status_code == 401
    assert holder(api, make(api, door="native")["secret"]).get("/v1/people").status_code == 200


def test_keys_are_listed_newest_first_and_paged(api: Caller) -> None:
    ids = [make(api, name=f"Key {number}")["credential"]["id"] for number in range(3)]
    first = api.get("/v1/credentials", params={"limit": 2}).json()
    second = api.get("/v1/credentials", params={"limit": 2, "cursor": first["next"]}).json()
    listed = [key["id"] for key in first["credentials"] + second["credentials"]]
    assert listed[:3] == ids[::-1]


def test_a_rotated_key_and_its_successor_both_work_until_the_overlap_ends(
    organisation: Organisation, api: Caller
) -> None:
    made = make(api, roles=["analyst"], expires_at=iso(now() + 10 * DAY))
    path = f"/v1/credentials/{made['credential']['id']}"
    answer = api.post(f"{path}/rotate", json={"overlap_s": 3600})
    assert answer.status_code == 201
    successor = answer.json()
    assert successor["credential"]["roles"] == ["analyst"]
    for secret in (made["secret"], successor["secret"]):
        assert holder(api, secret).get("/v1/people").status_code == 200
    assert api.get(path).json()["expires_at"] < iso(now() + 2 * HOUR)
    assert successor["credential"]["expires_at"] > iso(now() + 9 * DAY)
    with organisation.server.database.reading() as work:
        work.at += 2 * HOUR
        assert credentials.authenticate(work, made["secret"], "native", "api_key") is None
        assert credentials.authenticate(work, successor["secret"], "native", "api_key") is not None


def test_rotating_without_overlap_ends_the_old_one_at_once(api: Caller) -> None:
    made = make(api)
    path = f"/v1/credentials/{made['credential']['id']}/rotate"
    assert api.post(path, json={"overlap_s": 0}).status_code == 201
    assert holder(api, made["secret"]).get("/v1/people").status_code == 401
    assert api.post(path, json={}).status_code == 409
    for overlap in (-1, 31 * 24 * 3600, "soon"):
        other = make(api)["credential"]["id"]
        answer = api.post(f"/v1/credentials/{other}/rotate", json={"overlap_s": overlap})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["overlap_s"])


def test_two_keys_are_live_at_most_however_often_they_are_rotated(api: Caller) -> None:
    first = make(api)
    second = api.post(f"/v1/credentials/{first['credential']['id']}/rotate", json={"overlap_s": 3600}).json()
    again = api.post(f"/v1/credentials/{first['credential']['id']}/rotate", json={"overlap_s": 3600})
    assert again.status_code == 409
    assert "rotate the one that replaced it" in again.json()["detail"]
    third = api.post(f"/v1/credentials/{second['credential']['id']}/rotate", json={"overlap_s": 3600}).json()
    live = [holder(api, one["secret"]).get("/v1/people").status_code for one in (first, second, third)]
    assert live == [401, 200, 200]


def test_a_token_dies_with_the_client_that_a_rotation_let_expire(organisation: Organisation, api: Caller) -> None:
    made = make(api, kind="oauth_client", door="smartarena")
    token = token_of(api, made["credential"]["client_id"], made["secret"]).json()["access_token"]
    api.post(f"/v1/credentials/{made['credential']['id']}/rotate", json={"overlap_s": 60})
    with organisation.server.database.reading() as work:
        assert credentials.authenticate(work, token, "smartarena", "access_token") is not None
        work.at += 61 * SECOND
        assert credentials.authenticate(work, token, "smartarena", "access_token") is None


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"kind": "session"}, "kind"),
        ({"kind": 3}, "kind"),
        ({"name": " "}, "name"),
        ({"name": None}, "name"),
        ({"name": "x" * 300}, "name"),
        ({"door": "back"}, "door"),
        ({"roles": []}, "roles"),
        ({"roles": ["boss"]}, "roles"),
        ({"roles": "owner"}, "roles"),
        ({"expires_at": "2020-01-01"}, "expires_at"),
        ({"expires_at": "2999-01-01"}, "expires_at"),
        ({"expires_at": "soon"}, "expires_at"),
        ({"secret": "mine"}, "secret"),
    ],
)
def test_a_bad_value_is_named_and_nothing_is_made(api: Caller, fields: dict[str, Any], named: str) -> None:
    before = api.get("/v1/credentials").json()
    answer = api.post("/v1/credentials", json={"kind": "api_key", "name": "Sync", **fields})
    assert answer.status_code == 422, answer.text
    assert [name.partition("[")[0] for name in answer.json()["errors"]] == [named]
    assert api.get("/v1/credentials").json() == before


def test_nobody_gives_more_rights_than_their_own(api: Caller) -> None:
    """The first key of an organisation is an administrator's."""
    answer = api.post("/v1/credentials", json={"kind": "api_key", "name": "Up", "roles": ["owner"]})
    assert (answer.status_code, list(answer.json()["errors"])) == (403, ["roles"])


def test_nobody_rotates_or_revokes_a_key_that_is_above_them(organisation: Organisation, api: Caller) -> None:
    with organisation.writing() as work:
        above, _ = credentials.create_key(work, "api_key", "Above", roles=frozenset({Role.OWNER}))
    assert api.post(f"/v1/credentials/{above.uuid}/rotate", json={}).status_code == 403
    assert api.delete(f"/v1/credentials/{above.uuid}").status_code == 403


@pytest.mark.parametrize("role", ["hr_manager", "analyst", "instructor", "learner"])
def test_fewer_rights_see_no_keys_and_make_none(api: Caller, role: str) -> None:
    made = make(api, roles=[role])
    weak = holder(api, made["secret"])
    path = f"/v1/credentials/{made['credential']['id']}"
    assert weak.get("/v1/credentials").status_code == 403
    assert weak.get(path).status_code == 403
    assert weak.delete(path).status_code == 403
    assert weak.post(f"{path}/rotate", json={}).status_code == 403
    assert weak.post("/v1/credentials", json={"kind": "api_key", "name": "x", "roles": [role]}).status_code == 403


def test_tokens_sessions_and_other_organisations_keys_are_not_there(
    organisation: Organisation, other_organisation: Organisation, api: Caller
) -> None:
    with organisation.writing() as work:
        token_id, _ = credentials.issue(work, "access_token", "t", organisation_id=organisation.id)
        token = credentials.get_credential(work, token_id)
    mine = make(api)["credential"]["id"]
    other = other_organisation.native()
    for caller, hidden in ((api, token.uuid), (other, mine)):
        assert caller.get(f"/v1/credentials/{hidden}").status_code == 404
        assert caller.delete(f"/v1/credentials/{hidden}").status_code == 404
        assert caller.post(f"/v1/credentials/{hidden}/rotate", json={}).status_code == 404
    assert mine not in other.get("/v1/credentials").text


def test_a_persons_own_key_stays_theirs_when_it_is_rotated(organisation: Organisation, api: Caller) -> None:
    person = api.post("/v1/people", json={"first_name": "Ana", "last_name": "N", "username": "ana"}).json()
    with organisation.writing() as work:
        key_id, _ = credentials.issue(
            work, "api_key", "Ana's", organisation_id=organisation.id, person_id=person["number"]
        )
        key = credentials.get_credential(work, key_id)
    rotated = api.post(f"/v1/credentials/{key.uuid}/rotate", json={}).json()
    assert rotated["credential"]["roles"] is None
    assert holder(api, rotated["secret"]).get("/v1/credentials").status_code == 403
