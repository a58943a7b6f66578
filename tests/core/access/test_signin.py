"""Signing in where several organisations know people by the same user name."""

from typing import Any

import pytest

from rollbook.core.access import signin
from tests.conftest import PASSWORD, Organisation
from tests.core.access.conftest import add

LOGIN = "/api/auth/login"
USERS = "/integration/data/users"


def login(organisation: Organisation, username: str, password: str = PASSWORD) -> Any:
    return organisation.client.post(LOGIN, json={"username": username, "password": password})


def uuid_behind(organisation: Organisation, answer: Any) -> str:
    """Whose token it is: a learner sees only themselves."""
    assert answer.status_code == 200, answer.text
    headers = {"authorization": f"Bearer {answer.json()['Token']}"}
    return str(organisation.client.get(USERS, headers=headers).json()[0]["id"])


@pytest.mark.parametrize("mark", ["/", "\\"])
def test_everyone_signs_in_by_the_organisations_short_name(
    organisations: list[Organisation], username: str, owner_hash: str, mark: str
) -> None:
    people = [add(one, username, owner_hash) for one in organisations]
    for one, person in zip(organisations, people, strict=True):
        slug = one.founded.organisation.slug
        assert uuid_behind(one, login(one, f" {slug.upper()}{mark} {username.upper()} ")) == person.uuid
        assert login(one, f"{slug}{mark}{username}", "wrong").status_code == 401


def test_without_it_the_oldest_organisations_are_tried(
    organisations: list[Organisation], username: str, owner_hash: str, server: Any
) -> None:
    other_hash = server.services.hasher.hash("three quiet rivers")
    hashes = [other_hash] * (signin.TRIED - 1) + [owner_hash] + [other_hash] * 2
    people = [add(one, username, hashed) for one, hashed in zip(organisations[1:], hashes, strict=True)]
    anyone = organisations[0]
    assert uuid_behind(anyone, login(anyone, username)) == people[signin.TRIED - 1].uuid
    assert uuid_behind(anyone, login(anyone, username, "three quiet rivers")) == people[0].uuid


def test_someone_beyond_them_needs_it(
    organisations: list[Organisation], username: str, owner_hash: str, server: Any
) -> None:
    other_hash = server.services.hasher.hash("three quiet rivers")
    people = [add(one, username, other_hash) for one in organisations[:-1]]
    last = organisations[-1]
    people.append(add(last, username, owner_hash))
    assert login(last, username).status_code == 401
    named = login(last, f"{last.founded.organisation.slug}/{username}")
    assert uuid_behind(last, named) == people[-1].uuid


def test_a_user_name_may_look_as_if_it_named_an_organisation(
    organisations: list[Organisation], username: str, owner_hash: str
) -> None:
    one, other = organisations[:2]
    slug = one.founded.organisation.slug
    lookalike = add(other, f"{slug}/{username}", owner_hash)
    assert uuid_behind(one, login(one, f"{slug}/{username}")) == lookalike.uuid
    meant = add(one, username, owner_hash)
    assert uuid_behind(one, login(one, f"{slug}/{username}")) == meant.uuid
    in_full = f"{other.founded.organisation.slug}/{slug}/{username}"
    assert uuid_behind(one, login(one, in_full)) == lookalike.uuid


def test_the_work_does_not_tell_who_exists(
    organisations: list[Organisation], username: str, owner_hash: str, comparisons: list[str | None]
) -> None:
    one = organisations[0]
    slug = one.founded.organisation.slug
    counts = set()
    for known in range(3):
        if known:
            add(organisations[known], username, owner_hash)
        assert login(one, username, "wrong").status_code == 401
        counts.add(len(comparisons))
        comparisons.clear()
    assert counts == {signin.TRIED}
    for named in (
        f"{slug}/{username}",
        f"nowhere/{username}",
        f"{organisations[1].founded.organisation.slug}/{username}",
    ):
        assert login(one, named, "wrong").status_code == 401
        counts.add(len(comparisons))
        comparisons.clear()
    assert counts == {signin.TRIED, signin.TRIED + 1}


def test_an_inactive_person_is_nobody(organisation: Organisation, username: str, owner_hash: str) -> None:
    person = add(organisation, username, owner_hash)
    api = organisation.native()
    assert login(organisation, username).status_code == 200
    assert api.patch(f"/v1/people/{person.uuid}", json={"active": False}).status_code == 200
    refused = login(organisation, username)
    assert refused.json() == login(organisation, f"no-{username}").json()
    assert refused.status_code == 401
