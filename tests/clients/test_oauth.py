"""The token endpoint against OAuth 2 clients as people use them, and against RFC 6749 word by word."""

import base64
import re
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth2Client
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from oauthlib.oauth2 import BackendApplicationClient, InvalidClientError
from requests_oauthlib import OAuth2Session

from rollbook.core.access import credentials, rotation
from rollbook.core.access.founding import Founded
from rollbook.core.access.policy import system_principal
from rollbook.core.kernel import clock
from tests.clients.conftest import LiveServer

pytestmark = pytest.mark.clients

PATH = "/oauth/access_token"
DESCRIPTION = re.compile(r"[\x20-\x21\x23-\x5B\x5D-\x7E]+")
"""RFC 6749, section 5.2: the characters that an error_description may hold."""


def basic(client_id: str, secret: str) -> dict[str, str]:
    """The header of HTTP Basic."""
    return {"authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


def percent(text: str) -> str:
    """Every character as %XX: as hard as URL encoding can be."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


def require_error(answer: httpx.Response, error: str, status: int) -> None:
    """The answer is an error as RFC 6749 has it: nothing but its parameters, and never kept by anyone."""
    assert (answer.status_code, answer.json().get("error")) == (status, error), answer.text
    assert answer.json().keys() == {"error", "error_description"}
    assert DESCRIPTION.fullmatch(answer.json()["error_description"])
    assert answer.headers["content-type"].startswith("application/json")
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    if status == 401:
        assert answer.headers["www-authenticate"].startswith("Basic ")


# --- Clients that people use --------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib_on_requests(live_server: LiveServer, founded: Founded, method: str) -> None:
    with AuthlibSession(founded.client_id, founded.client_secret, token_endpoint_auth_method=method) as session:
        token = session.fetch_token(live_server.url + PATH, grant_type="client_credentials")
        assert (token["token_type"], token["expires_in"]) == ("Bearer", 3600)
        answer = session.get(live_server.url + "/api/branches")
        assert (answer.status_code, answer.json()[0]["mapping_code"]) == (200, "root")


def test_authlib_on_httpx_renews_a_token_that_has_run_out(live_server: LiveServer, founded: Founded) -> None:
    with OAuth2Client(
        founded.client_id,
        founded.client_secret,
        token_endpoint=live_server.url + PATH,
        grant_type="client_credentials",
    ) as client:
        first = client.fetch_token()
        client.token = {**first, "expires_at": 1}
        assert client.get(live_server.url + "/api/branches").status_code == 200
        assert client.token["access_token"] != first["access_token"]


def test_requests_oauthlib(live_server: LiveServer, founded: Founded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    session = OAuth2Session(client=BackendApplicationClient(client_id=founded.client_id, scope=["users"]))
    url = live_server.url + PATH
    for ways in ({}, {"include_client_id": True}):
        token = session.fetch_token(token_url=url, client_secret=founded.client_secret, **ways)
        assert token["expires_in"] == 3600
        assert session.get(live_server.url + "/api/branches").status_code == 200
    with pytest.raises(InvalidClientError, match="no such client"):
        session.fetch_token(token_url=url, client_secret="rbs_wrong")
    session.close()


# --- Every way to ask ---------------------------------------------------------------------------------------------


def test_form_json_multipart_query_and_basic_are_answered_alike(
    http: httpx.Client, client_form: dict[str, Any]
) -> None:
    client_id, secret = client_form["client_id"], client_form["client_secret"]
    grant = {"grant_type": "client_credentials"}
    ways: list[dict[str, Any]] = [
        {"data": client_form},
        {"json": client_form},
        {"params": client_form},
        {"files": {name: (None, value) for name, value in client_form.items()}},
        {"data": grant, "headers": basic(client_id, secret)},
        {"json": grant, "headers": basic(client_id, secret)},
        {"data": grant, "headers": basic(percent(client_id), percent(secret))},
        {"data": {**grant, "client_id": client_id}, "headers": basic(client_id, secret)},
        {"data": {**client_form, "scope": "anything", "unheard_of": "x"}},
    ]
    tokens = set()
    for way in ways:
        answer = http.post(PATH, **way)
        assert answer.status_code == 200, (way, answer.text)
        body = answer.json()
        assert body.keys() == {"access_token", "token_type", "expires_in"}
        assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
        assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
        tokens.add(body["access_token"])
    assert len(tokens) == len(ways)


@pytest.mark.parametrize(
    ("changes", "error", "status"),
    [
        ({"grant_type": None}, "invalid_request", 400),
        ({"grant_type": ""}, "invalid_request", 400),
        ({"grant_type": "password"}, "unsupported_grant_type", 400),
        ({"grant_type": "authorization_code"}, "unsupported_grant_type", 400),
        ({"grant_type": {"a": 1}}, "invalid_request", 400),
        ({"grant_type": ["client_credentials", "client_credentials"]}, "invalid_request", 400),
        ({"client_id": None}, "invalid_client", 401),
        ({"client_id": ""}, "invalid_client", 401),
        ({"client_id": "nobody"}, "invalid_client", 401),
        ({"client_id": 7}, "invalid_client", 401),
        ({"client_secret": None}, "invalid_client", 401),
        ({"client_secret": "rbs_wrong"}, "invalid_client", 401),
        ({"client_secret": 'ž\u2028\\"'}, "invalid_client", 401),
        ({"client_secret": "x" * 900_000}, "invalid_client", 401),
        ({"client_secret": "x" * 10_000_000}, "invalid_request", 413),
    ],
)
def test_each_mistake_has_the_error_of_the_rfc(
    http: httpx.Client, client_form: dict[str, Any], changes: dict[str, Any], error: str, status: int
) -> None:
    given = {name: value for name, value in {**client_form, **changes}.items() if value is not None}
    require_error(http.post(PATH, json=given), error, status)
    assert http.post(PATH, data=client_form).status_code == 200


def test_a_body_that_cannot_be_read_is_an_invalid_request(http: httpx.Client) -> None:
    json_type = {"content-type": "application/json"}
    form_type = {"content-type": "application/x-www-form-urlencoded"}
    for content, headers in (
        (b"{", json_type),
        (b"[]", json_type),
        (b'"\\ud800"', json_type),
        (b'{"grant_type": "client_credentials", "client_id": "\\ud800"}', json_type),
        (b"\xff\xfe", json_type),
        (b"[" * 100_000, json_type),
        (b"%zz=%", form_type),
        (b"grant_type=client_credentials&grant_type=client_credentials", form_type),
        (b"", form_type),
    ):
        require_error(http.post(PATH, content=content, headers=headers), "invalid_request", 400)


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"a:\xff").decode(),
        "Basic Og==",
    ],
)
def test_a_broken_basic_header_is_an_unknown_client(http: httpx.Client, header: str) -> None:
    answer = http.post(PATH, data={"grant_type": "client_credentials"}, headers={"authorization": header})
    require_error(answer, "invalid_client", 401)


def test_a_client_shows_itself_one_way_only(http: httpx.Client, client_form: dict[str, Any]) -> None:
    header = basic(client_form["client_id"], client_form["client_secret"])
    require_error(http.post(PATH, data=client_form, headers=header), "invalid_request", 400)


def test_a_secret_of_another_kind_or_door_is_no_client(
    http: httpx.Client, live_server: LiveServer, founded: Founded, client_form: dict[str, Any]
) -> None:
    require_error(http.post(PATH, data={**client_form, "client_secret": founded.api_key}), "invalid_client", 401)
    other = live_server.found()
    require_error(http.post(PATH, data={**client_form, "client_secret": other.client_secret}), "invalid_client", 401)
    with live_server.server.database.writing() as work:
        work.act_as(system_principal(founded.organisation.id, "test"))
        made, secret = credentials.create_key(work, "oauth_client", "For another door", door="velpic")
    asked = {**client_form, "client_id": made.client_id, "client_secret": secret}
    require_error(http.post(PATH, data=asked), "invalid_client", 401)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_other_methods_are_told_what_is_allowed(http: httpx.Client, method: str) -> None:
    answer = http.request(method, PATH)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "OPTIONS, POST"


# --- The life of a token ------------------------------------------------------------------------------------------


def test_a_token_lives_an_hour(
    http: httpx.Client, client_form: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = clock.now()
    monkeypatch.setattr(clock, "now", lambda: noon)
    token = http.post(PATH, data=client_form).json()["access_token"]
    header = {"authorization": f"Bearer {token}"}
    for passed_s, status in ((0, 200), (3599, 200), (3600, 401), (7200, 401)):
        monkeypatch.setattr(clock, "now", lambda passed_s=passed_s: noon + passed_s * clock.SECOND)
        answer = http.get("/api/branches", headers=header)
        assert answer.status_code == status, (passed_s, answer.text)
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert answer.json()["error"] == "unauthenticated"


def test_revoking_a_client_ends_its_tokens_and_gives_no_more(
    http: httpx.Client, live_server: LiveServer, founded: Founded, client_form: dict[str, Any]
) -> None:
    token = http.post(PATH, data=client_form).json()["access_token"]
    header = {"authorization": f"Bearer {token}"}
    assert http.get("/api/branches", headers=header).status_code == 200
    with live_server.server.database.writing() as work:
        work.act_as(system_principal(founded.organisation.id, "test"))
        client = next(key for key in credentials.list_keys(work) if key.client_id == founded.client_id)
        credentials.revoke(work, client)
    assert http.get("/api/branches", headers=header).status_code == 401
    require_error(http.post(PATH, data=client_form), "invalid_client", 401)


def test_a_client_that_is_rotated_works_with_both_secrets_for_a_while(
    http: httpx.Client,
    live_server: LiveServer,
    founded: Founded,
    client_form: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    noon = clock.now()
    with live_server.server.database.writing() as work:
        work.act_as(system_principal(founded.organisation.id, "test"))
        client = next(key for key in credentials.list_keys(work) if key.client_id == founded.client_id)
        made, secret = rotation.rotate(work, client, overlap_s=600)
    successor = {**client_form, "client_id": made.client_id, "client_secret": secret}
    assert [http.post(PATH, data=form).status_code for form in (client_form, successor)] == [200, 200]
    monkeypatch.setattr(clock, "now", lambda: noon + 700 * clock.SECOND)
    assert [http.post(PATH, data=form).status_code for form in (client_form, successor)] == [401, 200]


def test_a_token_opens_its_own_organisation_and_door_alone(
    http: httpx.Client, live_server: LiveServer, client_form: dict[str, Any]
) -> None:
    other = live_server.found()
    header = {"authorization": f"Bearer {http.post(PATH, data=client_form).json()['access_token']}"}
    listed = http.get("/api/users", headers=header).json()
    assert other.owner.id not in [user["id"] for user in listed]
    assert http.get("/v1/people", headers=header).status_code == 401
    assert http.get("/api/users", headers={"authorization": f"bearer {quote('nonsense')}"}).status_code == 401
