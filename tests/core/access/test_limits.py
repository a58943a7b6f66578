"""How often signing in may fail, also when many try at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from rollbook.app import Server
from rollbook.core.access import limits, signin
from rollbook.core.access.tables import attempts
from rollbook.core.kernel import clock
from rollbook.core.kernel.clock import MINUTE
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.statements import Statement
from tests.conftest import PASSWORD, Organisation
from tests.core.access.conftest import add

HERE = "192.0.2.1"
WRONG = "wrong"
_SUBJECTS = Statement[tuple[Any, ...]](select(attempts.c.subject))


def attempt(server: Server, username: str, password: str = WRONG, *, address: str = HERE) -> FaultCode | int | None:
    """What came of it: a fault's code, or who signed in."""
    services = server.services
    try:
        found = signin.sign_in(services.database, services.hasher, username, password, door="console", address=address)
    except Fault as fault:
        return fault.code
    return found.person_id


def test_no_number_of_attempts_at_once_tries_more_passwords_than_allowed(
    server: Server, organisation: Organisation, username: str, owner_hash: str, comparisons: list[str | None]
) -> None:
    add(organisation, username, owner_hash)
    named = f"{organisation.founded.organisation.slug}/{username}"
    with ThreadPoolExecutor(16) as pool:
        jobs = [pool.submit(attempt, server, named, f"guess {n}", address=f"192.0.2.{n}") for n in range(60)]
        answers = [job.result() for job in jobs]
    assert answers.count(FaultCode.UNAUTHENTICATED) == limits.ALLOWED_BY_NAME
    assert answers.count(FaultCode.RATE_LIMITED) == 60 - limits.ALLOWED_BY_NAME
    theirs = [stored for stored in comparisons if stored == owner_hash]
    assert len(theirs) == limits.ALLOWED_BY_NAME


def test_many_who_sign_in_at_once_do_not_stop_each_other(
    server: Server, organisation: Organisation, username: str, owner_hash: str
) -> None:
    people = [add(organisation, f"{n}-{username}", owner_hash) for n in range(4)]
    jobs = [person for person in people for _ in range(limits.ALLOWED_BY_NAME)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda person: attempt(server, person.username, PASSWORD), jobs))
    assert found == [person.id for person in jobs]
    assert attempt(server, people[0].username) is FaultCode.UNAUTHENTICATED


def test_naming_the_organisation_gives_no_further_guesses(
    server: Server, organisation: Organisation, username: str, owner_hash: str
) -> None:
    add(organisation, username, owner_hash)
    slug = organisation.founded.organisation.slug
    ways = (username, f"{slug}/{username}", f"{slug}\\{username}", f"nowhere/{username}")
    for n in range(limits.ALLOWED_BY_NAME):
        assert attempt(server, ways[n % len(ways)]) is FaultCode.UNAUTHENTICATED
    for way in ways:
        assert attempt(server, way, PASSWORD, address="198.51.100.7") is FaultCode.RATE_LIMITED


def test_a_namesakes_right_password_does_not_forgive_wrong_ones(
    server: Server, organisation: Organisation, other_organisation: Organisation, username: str, owner_hash: str
) -> None:
    add(organisation, username, owner_hash)
    mallory = add(other_organisation, username, server.services.hasher.hash("three quiet rivers"))
    own = f"{other_organisation.founded.organisation.slug}/{username}"
    answers = []
    for _ in range(limits.ALLOWED_BY_NAME):
        answers += [attempt(server, username), attempt(server, own, "three quiet rivers")]
    assert answers.count(FaultCode.UNAUTHENTICATED) == limits.ALLOWED_BY_NAME
    assert set(answers) == {FaultCode.UNAUTHENTICATED, mallory.id, FaultCode.RATE_LIMITED}
    assert attempt(server, username, PASSWORD) is FaultCode.RATE_LIMITED


def test_an_address_that_guesses_at_many_names_must_wait(
    server: Server, organisation: Organisation, username: str, owner_hash: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ALLOWED_BY_ADDRESS", 3)
    person = add(organisation, username, owner_hash)
    for n in range(3):
        assert attempt(server, f"{n}-{username}") is FaultCode.UNAUTHENTICATED
    assert attempt(server, username, PASSWORD) is FaultCode.RATE_LIMITED
    assert attempt(server, username, PASSWORD, address="192.0.2.2") == person.id
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start + 6 * MINUTE)
    assert attempt(server, username, PASSWORD) == person.id


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "testclient", False),
    ],
)
def test_addresses_of_one_place_count_together(
    server: Server, username: str, monkeypatch: pytest.MonkeyPatch, first: str, second: str, is_one: bool
) -> None:
    monkeypatch.setattr(limits, "ALLOWED_BY_ADDRESS", 1)
    assert attempt(server, username, address=first) is FaultCode.UNAUTHENTICATED
    answer = attempt(server, f"other-{username}", address=second)
    assert answer is (FaultCode.RATE_LIMITED if is_one else FaultCode.UNAUTHENTICATED)


def test_what_was_typed_as_a_user_name_is_not_kept(server: Server, username: str) -> None:
    attempt(server, username)
    with server.database.reading() as work:
        kept = [subject for (subject,) in work.all(_SUBJECTS)]
    assert len(kept) == 2
    assert not any(username in subject for subject in kept)
