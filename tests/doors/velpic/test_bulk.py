"""Many users by one call: merged by a field or all new, all or none."""

from typing import Any

import pytest

from rollbook.core.kernel.principal import Role
from rollbook.core.people import registration
from rollbook.core.people.records import NewPerson
from tests.conftest import Caller, Organisation
from tests.doors.velpic.conftest import add_group, add_user, answered, found


def send(api: Caller, *users: dict[str, Any], merge: str | None = None) -> Any:
    """The answer to an import."""
    body: dict[str, Any] = {"users": list(users)}
    return api.post("/api/v2/bulkUserImport", json=body | ({"mergeType": merge} if merge else {}))


def test_new_users_are_answered_in_their_order_with_names_of_their_own(api: Caller) -> None:
    add_user(api, "John", "Smith")
    users = [{"firstName": first, "lastName": "Smith"} for first in ("Jack", "Jill", "Ken", "Joe")]
    made = answered(send(api, *users))
    assert [user["firstName"] for user in made] == ["Jack", "Jill", "Ken", "Joe"]
    assert [user["userName"] for user in made] == ["j.smith2", "j.smith3", "k.smith", "j.smith4"]
    assert [user["roles"] for user in made] == [[6]] * 4
    assert answered(api.get(f"/api/v2/user/{made[0]['id']}")) == made[0]


def test_a_name_that_another_row_gives_is_not_made_up(api: Caller) -> None:
    made = answered(
        send(
            api,
            {"firstName": "Jack", "lastName": "Smith"},
            {"firstName": "Jill", "lastName": "Smith", "userName": "J.Smith"},
        )
    )
    assert [user["userName"] for user in made] == ["j.smith2", "J.Smith"]


@pytest.mark.parametrize(
    ("merge", "field", "value"),
    [("email", "emailAddress", "JS@example.org"), ("empNo", "employeeNumber", "E1"), ("userName", "userName", "JS")],
)
def test_users_are_merged_by_a_field(api: Caller, merge: str, field: str, value: str) -> None:
    known = {"userName": "js", "emailAddress": "js@example.org", "employeeNumber": "E1", "phoneNumber": "1"}
    user = add_user(api, **known)
    new = {field: "new@example.org", "firstName": "New", "lastName": "One"}
    changed, made = answered(send(api, {field: value, "firstName": "Jack"}, new, merge=merge))
    assert changed["id"] == user["id"]
    assert (changed["firstName"], changed["lastName"], changed["phoneNumber"]) == ("Jack", "Smith", "1")
    assert made["id"] != user["id"]


def test_without_a_merge_what_is_there_already_is_refused(api: Caller) -> None:
    add_user(api, userName="js", employeeNumber="E1")
    for taken, merge in (({"userName": "JS"}, "none"), ({"employeeNumber": "E1"}, None)):
        answer = send(
            api, {"firstName": "New", "lastName": "One"}, {"firstName": "A", "lastName": "B", **taken}, merge=merge
        )
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == [f"users[1].{next(iter(taken))}"]
    assert found(api, q="New") == []


def test_without_roles_a_user_is_a_trainee_again_but_for_roles_that_have_no_number(organisation: Organisation) -> None:
    api = organisation.velpic()
    with organisation.writing() as work:
        roles = frozenset({Role.ANALYST, Role.INSTRUCTOR})
        person = registration.register(work, NewPerson(first_name="A", last_name="B", username="ab", roles=roles))
    add_user(api, userName="sup", roles=[5])
    two = answered(send(api, {"userName": "ab"}, {"userName": "sup"}, merge="userName"))
    assert [user["roles"] for user in two] == [[6], [6]]
    assert organisation.native().get(f"/v1/people/{person.uuid}").json()["roles"] == ["analyst"]
    again = answered(send(api, {"userName": "sup", "roles": [8, 5]}, merge="userName"))
    assert again[0]["roles"] == [5, 8]


def test_groups_are_set_for_all_at_once(api: Caller) -> None:
    one, two = add_group(api, "One")["id"], add_group(api, "Two")["id"]
    add_user(api, userName="a", groups=[{"id": one}], groupsSupervised=[{"id": one}])
    rows = answered(
        send(
            api,
            {"userName": "a", "groups": [{"id": two}]},
            {"userName": "b", "firstName": "B", "lastName": "B", "groups": [{"id": one}, {"id": two}]},
            merge="userName",
        )
    )
    assert [user["groups"] for user in rows] == [[{"id": two}], [{"id": one}, {"id": two}]]
    assert [user["groupsSupervised"] for user in rows] == [[{"id": one}], []]


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"firstName": " "}, "users[1].firstName"),
        ({"emailAddress": "none"}, "users[1].emailAddress"),
        ({"timeZone": "Mars"}, "users[1].timeZone"),
        ({"userName": "a"}, "users[1].userName"),
        ({"employeeNumber": "E0"}, "users[1].employeeNumber"),
        ({"roles": [2]}, "roles"),
        ({"groups": [{"id": 999999999}]}, "groups"),
    ],
)
def test_one_bad_row_stops_all(api: Caller, bad: dict[str, Any], field: str) -> None:
    good = {"userName": "a", "firstName": "Ana", "lastName": "Kos", "employeeNumber": "E0"}
    answer = send(api, good, {"userName": "b", "firstName": "Bor", "lastName": "Kos", **bad})
    assert answer.status_code == (404 if field == "groups" else 400), answer.text
    assert field in answer.json()["errors"]
    assert found(api, q="Kos") == []


def test_a_row_without_the_merge_field_is_refused(api: Caller) -> None:
    answer = send(api, {"firstName": "A", "lastName": "B", "emailAddress": ""}, merge="email")
    assert answer.status_code == 400
    assert answer.json()["errors"] == {"users[0].emailAddress": ["emailAddress is required"]}


def test_someone_above_the_key_is_not_changed(organisation: Organisation) -> None:
    owner = organisation.founded.owner.username
    answer = send(organisation.velpic(), {"userName": owner, "firstName": "Mine"}, merge="userName")
    assert answer.status_code == 400
    assert "above yours" in answer.text


def test_nobody_and_no_known_merge(api: Caller) -> None:
    assert answered(send(api)) == []
    assert send(api, merge="phone").status_code == 400
    assert api.post("/api/v2/bulkUserImport", json={}).status_code == 400


def test_thousands_at_once_are_made_and_found_again(organisation: Organisation) -> None:
    api = organisation.velpic()
    rows = [{"firstName": "A", "lastName": f"B{n % 7}", "employeeNumber": f"E{n}"} for n in range(2000)]
    made = answered(send(api, *rows, merge="empNo"))
    assert len({user["userName"] for user in made}) == 2000
    assert [user["id"] for user in answered(send(api, *rows, merge="empNo"))] == [user["id"] for user in made]
