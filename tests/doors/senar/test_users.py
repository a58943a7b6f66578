"""Users through the SENAR API."""

import re

import pytest

from rollbook.core.kernel import clock
from rollbook.core.kernel.clock import HOUR
from rollbook.core.kernel.principal import Role
from rollbook.core.people import registration
from rollbook.core.people.records import PersonChanges
from tests.doors.senar.conftest import School, activity, walk

USERS = "/integration/data/users"
FIELDS = [
    "id", "firstName", "lastName", "email", "language", "accountName", "countryName", "creationDate", "profile",
]  # fmt: skip


def test_a_user_has_the_documented_fields(school: School) -> None:
    jon = school.person("jon", Role.INSTRUCTOR, company="ACME", country="USA")
    shown = school.manager().get(USERS).json()[-1]
    assert list(shown) == FIELDS
    assert shown == {
        "id": jon.uuid,
        "firstName": "Jon",
        "lastName": "Doe",
        "email": "jon@example.org",
        "language": "en",
        "accountName": "ACME",
        "countryName": "USA",
        "creationDate": shown["creationDate"],
        "profile": "Instructor",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}", shown["creationDate"])


def test_the_account_is_the_company_else_the_organisation(school: School) -> None:
    school.person("ana")
    shown = school.manager().get(USERS).json()[-1]
    assert shown["accountName"] == school.organisation.founded.organisation.name
    assert shown["countryName"] is None


@pytest.mark.parametrize(
    ("roles", "profile"),
    [
        ({Role.OWNER}, "Manager"),
        ({Role.ADMINISTRATOR, Role.LEARNER}, "Manager"),
        ({Role.HR_MANAGER}, "Instructor"),
        ({Role.UNIT_MANAGER}, "Instructor"),
        ({Role.CONTENT_EDITOR}, "Instructor"),
        ({Role.INSTRUCTOR, Role.LEARNER}, "Instructor"),
        ({Role.ANALYST}, "Trainee"),
        ({Role.LEARNER}, "Trainee"),
    ],
)
def test_the_profile_is_that_of_the_strongest_role(school: School, roles: set[Role], profile: str) -> None:
    school.person("ana", *roles)
    assert school.manager().get(USERS).json()[-1]["profile"] == profile


def test_a_guest_is_a_guest_with_an_address_that_no_mail_reaches(school: School) -> None:
    school.record(activity())
    guest = school.manager().get(USERS).json()[-1]
    slug = school.organisation.founded.organisation.slug
    assert (guest["firstName"], guest["profile"], guest["accountName"]) == ("Natalia", "Guest", "Daria")
    assert re.fullmatch(rf"guest-[0-9a-f]{{12}}@{slug}\.invalid", guest["email"])


def test_someone_inactive_is_not_listed(school: School) -> None:
    ana = school.person("ana")
    with school.organisation.writing() as work:
        registration.change(work, ana, PersonChanges(is_active=False))
    assert [user["email"] for user in school.manager().get(USERS).json()] == [None]


def test_everyone_sees_the_users_they_may_see(school: School) -> None:
    jon = school.person("jon", Role.INSTRUCTOR)
    group = school.group("Riggers", jon)
    ana = school.person("ana", group=group)
    bor = school.person("bor")

    def seen(caller: object) -> list[str]:
        return [user["id"] for user in caller.get(USERS).json()]  # type: ignore[attr-defined]

    owner = school.organisation.founded.owner
    assert seen(school.manager()) == [owner.uuid, jon.uuid, ana.uuid, bor.uuid]
    assert seen(school.api(jon)) == [jon.uuid, ana.uuid]
    assert seen(school.api(ana)) == [ana.uuid]


def test_another_organisations_users_are_not_there(school: School, other_school: School) -> None:
    school.person("ana")
    assert [user["id"] for user in other_school.manager().get(USERS).json()] == [
        other_school.organisation.founded.owner.uuid
    ]


def test_users_are_paged_and_filtered_by_time(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    start = clock.now()
    made = [school.person(f"p{n}") for n in range(5)]
    monkeypatch.setattr(clock, "now", lambda: start + HOUR)
    late = [school.person(f"late{n}") for n in range(4)]
    caller = school.api(late[0])
    with school.organisation.writing() as work:
        registration.change(work, made[2], PersonChanges(phone="1"))
    manager = school.manager()
    everyone = [school.organisation.founded.owner, *made, *late]
    assert [user["id"] for user in walk(manager, USERS, limit=3)] == [person.uuid for person in everyone]
    since = clock.iso(start + HOUR)
    expected = [person.uuid for person in (made[2], *late)]
    assert [user["id"] for user in walk(manager, USERS, limit=2, updated_since=since)] == expected
    assert [user["id"] for user in manager.get(USERS, params={"updated_since": since}).json()] == expected
    assert len(walk(caller, USERS, limit=1)) == 1


def test_the_next_page_is_linked(school: School) -> None:
    for n in range(3):
        school.person(f"p{n}")
    manager = school.manager()
    first = manager.get(USERS, params={"limit": 2, "updated_since": "2020-01-01T00:00:00+01:00"})
    address, _, relation = first.headers["link"].partition("; ")
    assert relation == 'rel="next"'
    second = manager.get(address.strip("<>").removeprefix(school.organisation.server.services.base_url()))
    assert [user["firstName"] for user in second.json()] == ["P1", "P2"]
    assert "link" not in second.headers
    assert "x-next-cursor" not in second.headers
    rest = manager.get(USERS, params={"cursor": first.headers["x-next-cursor"]})
    assert rest.json() == second.json()


@pytest.mark.parametrize("path", [USERS, "/integration/data/activities"])
@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"limit": -1}, "limit"),
        ({"limit": "all"}, "limit"),
        ({"limit": "9" * 40}, "limit"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "é"}, "cursor"),
        ({"cursor": "WyJhIiwiYiJd"}, "cursor"),
        ({"cursor": "nonsense", "limit": 5}, "cursor"),
        ({"updated_since": "yesterday"}, "updated_since"),
        ({"updated_since": "0001-01-01"}, "updated_since"),
    ],
)
def test_a_bad_parameter_is_named(school: School, path: str, params: dict[str, object], field: str) -> None:
    answer = school.manager().get(path, params=params)
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["errors"]) == [field]
