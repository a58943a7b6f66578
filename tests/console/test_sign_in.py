"""Signing in and out: passwords, sessions, forms' tokens, limits, invitations."""

from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from rollbook.app import Server, create_app
from rollbook.core.access import sessions, signin, welcome
from rollbook.core.access.founding import found_organisation
from rollbook.core.access.policy import principal_for
from rollbook.core.kernel.clock import DAY, HOUR
from rollbook.core.kernel.principal import Role
from rollbook.core.people import registration
from rollbook.core.people.records import NewPerson
from rollbook.migrations import migrate
from rollbook.settings import Settings
from rollbook.web.routes import Services
from tests.conftest import PASSWORD, Organisation
from tests.console.signed_in import TOKEN, Visitor, add_person, new_visitor, owner, sign_in

SIGN_IN = "/console/sign-in"


def test_the_server_leads_to_the_console_and_the_console_to_signing_in(organisation: Organisation) -> None:
    visitor = new_visitor(organisation)
    assert 'data-go-on="/console"' in visitor.get("/").text
    answer = visitor.get("/console/people?status=active", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/sign-in?next=/console/people%3Fstatus%3Dactive"


def test_after_signing_in_one_is_where_one_wanted_to_be(organisation: Organisation) -> None:
    visitor = new_visitor(organisation)
    username = organisation.founded.owner.username
    data = {"username": username, "password": PASSWORD, "next": "/console/people?status=active"}
    answer = visitor.post(SIGN_IN, data, page=SIGN_IN)
    assert answer.headers["location"] == "/console/people?status=active"
    assert "Organisation Owner" in visitor.get("/console/people").text


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/console",
        "/console\\@evil.example",
        "/consolex",
        "/console/sign-out",
        "",
    ],
)
def test_a_link_cannot_lead_elsewhere_after_signing_in(organisation: Organisation, target: str) -> None:
    data = {"username": organisation.founded.owner.username, "password": PASSWORD, "next": target}
    answer = new_visitor(organisation).post(SIGN_IN, data, page=SIGN_IN)
    assert answer.headers["location"] == "/console"


def test_the_session_cookie_is_out_of_scripts_reach_and_pages_are_under_the_policy(organisation: Organisation) -> None:
    visitor = new_visitor(organisation)
    data = {"username": organisation.founded.owner.username, "password": PASSWORD}
    answer = visitor.post(SIGN_IN, data, page=SIGN_IN)
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("rollbook_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    page = visitor.get("/console/account")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cross-origin-opener-policy"] == "same-origin"
    assert page.headers["cache-control"] == "no-store"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(organisation: Organisation) -> None:
    visitor = new_visitor(organisation)
    wrong = visitor.post(SIGN_IN, {"username": organisation.founded.owner.username, "password": "no"}, page=SIGN_IN)
    unknown = visitor.post(SIGN_IN, {"username": "nobody@nowhere", "password": "no"}, page=SIGN_IN)
    assert wrong.status_code == unknown.status_code == 401
    assert "The user name or the password is wrong." in wrong.text
    assert "The user name or the password is wrong." in unknown.text
    assert f'value="{organisation.founded.owner.username}"' in wrong.text


@pytest.mark.parametrize(("data", "said"), [({}, "Type your user name."), ({"username": "x"}, "Type your password.")])
def test_a_missing_field_is_named_beside_it(organisation: Organisation, data: dict[str, str], said: str) -> None:
    answer = new_visitor(organisation).post(SIGN_IN, data, page=SIGN_IN)
    assert answer.status_code == 422
    assert said in answer.text


def test_too_many_failures_are_stopped_for_a_while(
    organisation: Organisation, owner_hash: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = add_person(organisation, owner_hash, Role.LEARNER)
    monkeypatch.setattr("rollbook.core.access.limits.ALLOWED_BY_NAME", 1)
    answer = new_visitor(organisation).post(SIGN_IN, {"username": person.username, "password": "wrong"}, page=SIGN_IN)
    assert answer.status_code == 401
    answer = new_visitor(organisation).post(SIGN_IN, {"username": person.username, "password": PASSWORD}, page=SIGN_IN)
    assert answer.status_code == 429
    assert "Too many failed sign-ins; try again in" in answer.text
    assert int(answer.headers["retry-after"]) > 0


def test_where_there_are_several_organisations_one_may_be_named_and_is_kept_in_mind(
    organisation: Organisation, other_organisation: Organisation, owner_hash: str
) -> None:
    name = f"both.{organisation.id}"
    for one in (organisation, other_organisation):
        with one.writing() as work:
            person = registration.register(work, NewPerson(first_name="Ana", last_name=f"Of{one.id}", username=name))
            signin.set_password(work, person, owner_hash)
    slug = other_organisation.founded.organisation.slug
    visitor = new_visitor(organisation)
    assert 'name="organisation" type="text" value=""' in visitor.get(SIGN_IN).text
    assert f'value="{slug}"' in visitor.get(f"{SIGN_IN}?organisation={slug.upper()}").text

    data = {"username": name, "password": PASSWORD}
    unknown = visitor.post(SIGN_IN, {**data, "organisation": "nowhere"}, page=SIGN_IN)
    assert unknown.status_code == 401
    assert "The user name or the password is wrong." in unknown.text
    assert 'value="nowhere"' in unknown.text

    answer = visitor.post(SIGN_IN, {**data, "organisation": f" {slug} "}, page=SIGN_IN)
    kept = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("rollbook_organisation="))
    assert kept == f"rollbook_organisation={slug}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000"
    assert f"Ana Of{other_organisation.id}" in visitor.get("/console/account").text
    visitor.post("/console/sign-out")
    assert f'value="{slug}"' in visitor.get(SIGN_IN).text


def test_where_there_is_one_organisation_nobody_is_asked_for_it(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    migrate(settings.database_url)
    server = Server(settings)
    hashed = server.services.hasher.hash(PASSWORD)
    with server.database.writing() as work:
        founded = found_organisation(work, "Alone", username="owner", password_hash=hashed)
    with TestClient(create_app(server, with_workers=False)) as client:
        alone = Organisation(server, client, founded)
        visitor = new_visitor(alone)
        assert "organisation" not in visitor.get(SIGN_IN).text.casefold()
        answer = visitor.post(SIGN_IN, {"username": "owner", "password": PASSWORD}, page=SIGN_IN)
        assert answer.status_code == 303
        assert not any("rollbook_organisation" in one for one in answer.headers.get_list("set-cookie"))


def cookies_of(answer: Any) -> dict[str, str]:
    """What an answer sets, by the cookie's name."""
    return dict(one.partition(";")[0].split("=", 1) for one in answer.headers.get_list("set-cookie"))


def test_behind_https_only_cookies_that_no_neighbour_can_set_count(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = owner(organisation).client.cookies["rollbook_session"]
    monkeypatch.setattr(Services, "is_https", property(lambda _: True))
    client = new_visitor(organisation).client
    for name, status in (("rollbook_session", 303), ("__Host-rollbook_session", 200)):
        answer = client.get("/console/account", headers={"cookie": f"{name}={session}"}, follow_redirects=False)
        assert answer.status_code == status, name
    page = client.get(SIGN_IN)
    visitor = cookies_of(page)["__Host-rollbook_visitor"]
    assert "; Secure" in page.headers["set-cookie"]
    token = TOKEN.search(page.text)
    assert token is not None
    data = {"username": organisation.founded.owner.username, "password": PASSWORD, "csrf_token": token[1]}
    for name, status in (("rollbook_visitor", 403), ("__Host-rollbook_visitor", 303)):
        client.cookies.clear()
        headers = {"cookie": f"{name}={visitor}"}
        assert client.post(SIGN_IN, data=data, headers=headers, follow_redirects=False).status_code == status, name


def test_cookies_of_others_on_this_host_do_no_harm(organisation: Organisation) -> None:
    session = owner(organisation).client.cookies["rollbook_session"]
    client = new_visitor(organisation).client
    for others in ('a={"b": 1}', "=", "a b=c", "x", '"'):
        headers = {"cookie": f"{others}; rollbook_session={session}; {others}"}
        assert client.get("/console/account", headers=headers, follow_redirects=False).status_code == 200, others


def test_signing_in_begins_a_session_that_nobody_knew_before(organisation: Organisation) -> None:
    visitor = new_visitor(organisation)
    planted = owner(organisation).client.cookies["rollbook_session"]
    visitor.client.cookies.set("rollbook_session", planted)
    page = new_visitor(organisation).client.get(SIGN_IN)
    token = TOKEN.search(page.text)
    assert token is not None
    cookie = f"rollbook_session={planted}; rollbook_visitor={cookies_of(page)['rollbook_visitor']}"
    data = {"username": organisation.founded.owner.username, "password": PASSWORD, "csrf_token": token[1]}
    client = new_visitor(organisation).client
    answer = client.post(SIGN_IN, data=data, headers={"cookie": cookie}, follow_redirects=False)
    assert answer.status_code == 303
    assert cookies_of(answer)["rollbook_session"] not in ("", planted)


def test_a_form_without_its_token_changes_nothing(organisation: Organisation) -> None:
    visitor = owner(organisation)
    other = sign_in(organisation, organisation.founded.owner.username)
    tokens: list[str | None] = [None, "0" * 64, "é", other.token()]
    for token in tokens:
        data = {"first_name": "Eve", "last_name": "Mallory"} | ({"csrf_token": token} if token else {})
        answer = visitor.client.post("/console/people/new", data=data, follow_redirects=False)
        assert answer.status_code == 403, token
    assert "Mallory" not in visitor.get("/console/people").text


def test_a_form_from_another_site_is_refused_even_with_a_token(organisation: Organisation) -> None:
    visitor = owner(organisation)
    headers = {"sec-fetch-site": "cross-site"}
    answer = visitor.post("/console/settings", {"name": "Taken over"}, headers=headers)
    assert answer.status_code == 403
    assert "Taken over" not in visitor.get("/console/settings").text


def test_signing_out_ends_the_session_for_good(organisation: Organisation) -> None:
    visitor = owner(organisation)
    secret = visitor.client.cookies["rollbook_session"]
    assert visitor.post("/console/sign-out").headers["location"] == SIGN_IN
    visitor.client.cookies.set("rollbook_session", secret)
    assert visitor.get("/console/account", follow_redirects=False).status_code == 303


def test_signing_out_everywhere_else_keeps_this_session_alone(
    organisation: Organisation,
) -> None:
    here, there = owner(organisation), owner(organisation)
    with organisation.writing() as work:
        principal = principal_for(
            organisation.id, "console", frozenset({Role.OWNER}), person_id=organisation.founded.owner.id
        )
        secrets = [sessions.begin(work, principal, f"Device {number}") for number in range(60)]
    assert here.post("/console/account/sessions/end").status_code == 303
    assert here.get("/console/account", follow_redirects=False).status_code == 200
    assert there.get("/console/account", follow_redirects=False).status_code == 303
    for secret in secrets:
        there.client.cookies.set("rollbook_session", secret)
        assert there.get("/console/account", follow_redirects=False).status_code == 303


def test_inactivating_someone_ends_their_session(organisation: Organisation, owner_hash: str) -> None:
    person = add_person(organisation, owner_hash, Role.LEARNER)
    theirs = sign_in(organisation, person.username)
    assert owner(organisation).post(f"/console/people/{person.id}/inactivate").status_code == 303
    assert theirs.get(f"/console/people/{person.id}", follow_redirects=False).status_code == 303


def test_a_session_slides_while_it_is_used_and_ends_after_a_week() -> None:
    def slid(created: int, expires: int, at: int) -> int | None:
        given: dict[str, Any] = dict.fromkeys(sessions.Session.__struct_fields__, "")
        given |= {"created_at": created, "expires_at": expires}
        return sessions.Session(**given).slides_to(at)

    start = 1000 * DAY
    assert slid(start, start + 12 * HOUR, start + 60_000_000) is None
    assert slid(start, start + 12 * HOUR, start + HOUR) == start + 13 * HOUR
    assert slid(start, start + 7 * DAY - HOUR, start + 7 * DAY - 2 * HOUR) == start + 7 * DAY
    assert slid(start, start + 7 * DAY, start + 7 * DAY - HOUR) is None


# --- Choosing a password -----------------------------------------------------------------------------------------


def invitation(organisation: Organisation, person_id: int) -> str:
    with organisation.writing() as work:
        return f"/welcome/{welcome.invite(work, organisation.id, person_id)}"


def test_an_invitation_lets_one_choose_a_password_once(organisation: Organisation, owner_hash: str) -> None:
    person = add_person(organisation, owner_hash, Role.LEARNER)
    href = invitation(organisation, person.id)
    visitor = new_visitor(organisation)
    chosen = {"password": "three quiet rivers", "repeated": "three quiet rivers"}
    answer = visitor.post(href, chosen, page=href)
    assert answer.status_code == 303
    assert visitor.get(f"/console/people/{person.id}").status_code == 200
    again = new_visitor(organisation).get(href)
    assert again.status_code == 404
    assert "This invitation is over" in again.text
    sign_in(organisation, person.username, "three quiet rivers")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "Choose a password."),
        ("short", "Use at least 10 characters."),
        ("Password1234", "tried first by whoever guesses"),
        ("aaaaaaaaaaaa", "tried first by whoever guesses"),
        ("1234567890", "tried first by whoever guesses"),
        ("Ana Kovač 1990", "Your own name is the first guess"),
    ],
)
def test_weak_passwords_are_refused(organisation: Organisation, owner_hash: str, password: str, said: str) -> None:
    person = add_person(organisation, owner_hash, Role.LEARNER)
    href = invitation(organisation, person.id)
    answer = new_visitor(organisation).post(href, {"password": password, "repeated": password}, page=href)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_password_is_typed_twice_alike(organisation: Organisation, owner_hash: str) -> None:
    person = add_person(organisation, owner_hash, Role.LEARNER)
    href = invitation(organisation, person.id)
    data = {"password": "three quiet rivers", "repeated": "three quiet river"}
    answer = new_visitor(organisation).post(href, data, page=href)
    assert answer.status_code == 422
    assert "The two do not match" in answer.text


def test_changing_ones_password_needs_the_present_one_and_ends_other_sessions(
    organisation: Organisation, owner_hash: str
) -> None:
    person = add_person(organisation, owner_hash, Role.LEARNER)
    here, there = sign_in(organisation, person.username), sign_in(organisation, person.username)
    page = "/console/account/password"
    new = {"password": "three quiet rivers", "repeated": "three quiet rivers"}
    refused = here.post(page, {"current": "wrong", **new})
    assert refused.status_code == 422
    assert "This is not your present password." in refused.text
    same = here.post(page, {"current": PASSWORD, "password": PASSWORD, "repeated": PASSWORD})
    assert same.status_code == 422
    assert "This is the one you have; choose another." in same.text
    assert there.get("/console/account", follow_redirects=False).status_code == 200
    assert here.post(page, {"current": PASSWORD, **new}).status_code == 303
    assert here.get("/console/account", follow_redirects=False).status_code == 200
    assert there.get("/console/account", follow_redirects=False).status_code == 303


def test_static_files_are_kept_for_ever_under_their_hash(organisation: Organisation) -> None:
    visitor: Visitor = new_visitor(organisation)
    page = visitor.get(SIGN_IN).text
    href = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = visitor.get(href)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert visitor.get(href, headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    assert visitor.get("/console/static/older/css/tokens.css").headers["cache-control"] == "no-cache"
    assert visitor.get("/console/static/x/../routes.py").status_code == 404
    assert visitor.get("/console/static/x/%2e%2e/routes.py").status_code == 404
