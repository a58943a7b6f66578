"""Links that sign a user in without a password: made by a key, opened in a browser, ended."""

from typing import Any

import pytest
from sqlalchemy import bindparam, select, update

from rollbook.cli.logs import shown_path
from rollbook.core.access.tables import credentials
from rollbook.core.kernel.clock import DAY
from rollbook.core.kernel.ids import secret_hash
from rollbook.core.kernel.principal import Role
from rollbook.core.kernel.statements import Statement
from rollbook.core.people import registration
from rollbook.core.people.records import NewPerson
from tests.conftest import PASSWORD, Caller, Organisation
from tests.console.signed_in import Visitor, new_visitor
from tests.doors.velpic.conftest import add_user, answered

Rows = Statement[tuple[Any, ...]]
_KEPT = Rows(
    select(credentials.c.secret_hash, credentials.c.expires_at, credentials.c.created_at)
    .where(credentials.c.person_id == bindparam("person_id"), credentials.c.kind == "login_link")
    .where(credentials.c.revoked_at.is_(None))
)
_RUN_OUT = Rows(update(credentials).where(credentials.c.person_id == bindparam("person_id")).values(expires_at=1))


def link_of(api: Caller, user: dict[str, Any], expires_in: str = "day") -> str:
    """A new link's path."""
    url = answered(api.post(f"/api/v2/user/{user['id']}/generate_login_url", params={"expiresIn": expires_in}))
    return "/" + str(url).split("/", 3)[3]


def opened(organisation: Organisation, link: str) -> Visitor:
    """A browser that opened a link and pressed its button."""
    visitor = new_visitor(organisation)
    answer = visitor.post(link, page=link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console"), answer.text
    return visitor


def is_over(organisation: Organisation, link: str) -> bool:
    """Whether a link opens nothing."""
    answer = new_visitor(organisation).get(link)
    assert answer.status_code in (200, 404)
    return bool(answer.status_code == 404)


def test_the_button_of_a_link_signs_the_user_in(organisation: Organisation) -> None:
    user = add_user(organisation.velpic(), "Ana", "Kos")
    visitor = opened(organisation, link_of(organisation.velpic(), user))
    assert "Ana Kos" in visitor.get("/console").text


def test_opening_a_link_signs_nobody_in_and_uses_nothing_up(organisation: Organisation) -> None:
    link = link_of(organisation.velpic(), add_user(organisation.velpic()))
    scanner = new_visitor(organisation)
    for _ in range(2):
        page = scanner.get(link)
        assert page.status_code == 200
        assert "rollbook_session" not in page.headers.get("set-cookie", "")
        assert page.headers["referrer-policy"] == "no-referrer"
        assert scanner.client.head(link).status_code == 200
    assert scanner.client.post(link, data={}, follow_redirects=False).status_code == 403
    assert "/console/sign-in" in str(scanner.get("/console").url)
    opened(organisation, link)
    opened(organisation, link)


def test_a_user_has_one_link_at_most_and_disabled_ends_it(organisation: Organisation) -> None:
    api = organisation.velpic()
    user = add_user(api)
    first, second = link_of(api, user), link_of(api, user, "never")
    assert is_over(organisation, first)
    assert not is_over(organisation, second)
    path = f"/api/v2/user/{user['id']}/generate_login_url"
    assert answered(api.post(path, params={"expiresIn": "disabled"})) is None
    assert is_over(organisation, second)
    assert answered(api.post(path, params={"expiresIn": "disabled"})) is None
    visitor = new_visitor(organisation)
    token = visitor.token("/console/sign-in")
    assert visitor.client.post(second, data={"csrf_token": token}, follow_redirects=False).status_code == 404


@pytest.mark.parametrize(("word", "days"), [("never", None), ("day", 1), ("week", 7), ("month", 30), ("year", 365)])
def test_a_link_lives_as_long_as_its_word_says_and_is_kept_by_its_hash(
    organisation: Organisation, word: str, days: int | None
) -> None:
    api = organisation.velpic()
    user = add_user(api)
    link = link_of(api, user, word)
    with organisation.server.database.reading() as work:
        [(kept, expires_at, created_at)] = work.all(_KEPT, person_id=user["id"])
    assert kept == secret_hash(link.rsplit("/", 1)[1])
    assert expires_at == (None if days is None else created_at + days * DAY)
    with organisation.server.database.writing() as work:
        work.run(_RUN_OUT, person_id=user["id"])
    assert is_over(organisation, link)


def test_a_word_that_is_none_is_refused(api: Caller) -> None:
    path = f"/api/v2/user/{add_user(api)['id']}/generate_login_url"
    for params in ({}, {"expiresIn": "hour"}):
        answer = api.post(path, params=params)
        assert answer.status_code == 400
        assert "expiresIn" in answer.json()["errors"]


def test_a_link_dies_with_the_users_access_and_with_a_new_password(organisation: Organisation) -> None:
    api = organisation.velpic()
    user = add_user(api)
    link = link_of(api, user, "never")
    visitor = opened(organisation, link)
    api.post(f"/api/v2/user/{user['id']}/inactivate")
    assert is_over(organisation, link)
    assert "/console/sign-in" in str(visitor.get("/console").url)
    refused = api.post(f"/api/v2/user/{user['id']}/generate_login_url", params={"expiresIn": "day"})
    assert refused.status_code == 400
    api.post(f"/api/v2/user/{user['id']}/activate")
    assert is_over(organisation, link)
    link = link_of(api, user)
    answered(api.put(f"/api/v2/user/{user['id']}", json={"password": PASSWORD}))
    assert is_over(organisation, link)


def test_nobody_gets_a_link_for_someone_who_may_do_more(organisation: Organisation) -> None:
    with organisation.writing() as work:
        editor = NewPerson(first_name="E", last_name="E", username="e", roles=frozenset({Role.CONTENT_EDITOR}))
        editor_id = registration.register(work, editor).id
    created = organisation.native().post(
        "/v1/credentials", json={"kind": "api_key", "name": "HR", "door": "velpic", "roles": ["hr_manager"]}
    )
    hr = Caller(organisation.client, {"AccessKey": created.json()["secret"]})
    owner_id = organisation.founded.owner.id
    for caller, person_id in ((organisation.velpic(), owner_id), (hr, owner_id), (hr, editor_id)):
        answer = caller.post(f"/api/v2/user/{person_id}/generate_login_url", params={"expiresIn": "day"})
        assert (answer.status_code, answer.json()["internalCode"]) == (403, 831), answer.text
    learner = add_user(hr)
    assert not is_over(organisation, link_of(hr, learner))


def test_logs_do_not_hold_a_link(api: Caller) -> None:
    link = link_of(api, add_user(api))
    assert shown_path(link) == "/sign-in/rbl_***"
