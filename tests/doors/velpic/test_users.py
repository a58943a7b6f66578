"""Users: searched, registered, changed, inactivated."""

from typing import Any

import pytest
from sqlalchemy import bindparam, select

from rollbook.core.access import signin
from rollbook.core.kernel.principal import Role
from rollbook.core.kernel.statements import Statement
from rollbook.core.mail.tables import mails
from rollbook.core.people import registration
from rollbook.core.people.records import NewPerson
from tests.conftest import PASSWORD, Caller, Organisation
from tests.doors.velpic.conftest import add_group, add_user, answered, found

_MAILS = Statement[tuple[Any, ...]](
    select(mails.c.kind, mails.c.recipient)
    .where(mails.c.organisation_id == bindparam("organisation_id"))
    .order_by(mails.c.id)
)


def names(organisation: Organisation) -> tuple[str, str, str]:
    """Three people whom a search may tell apart."""
    api = organisation.velpic()
    add_user(api, "John", "Smith", userName="js", emailAddress="quarry@example.org", employeeNumber="E123")
    add_user(api, "Žana", "Rožič", userName="zr", emailAddress="zana@example.org")
    add_user(api, "Katja", "Postman", userName="wordsmith", emailAddress="k@example.org")
    return "js", "zr", "wordsmith"


def test_q_is_looked_for_in_user_name_first_and_last_name_alone(organisation: Organisation) -> None:
    api, (john, zana, katja) = organisation.velpic(), names(organisation)
    assert found(api, q="smith") == sorted([john, katja])
    assert found(api, q="JOHN s") == [john]
    assert found(api, q="ožič") == [zana]
    assert found(api, q="ŽA") == [zana]
    assert found(api, q="quarry") == []
    assert found(api, q="E123") == []
    assert found(api, q="%") == []


def test_employee_number_and_email_address_match_whole(organisation: Organisation) -> None:
    api, (john, zana, _) = organisation.velpic(), names(organisation)
    assert found(api, empId="E123") == [john]
    assert found(api, empId="E12") == []
    assert found(api, emailAddress="ZANA@example.org") == [zana]
    assert found(api, emailAddress="zana@example") == []


def test_only_active_users_are_found_unless_others_are_asked_for(organisation: Organisation) -> None:
    api = organisation.velpic()
    john, zana, katja = names(organisation)
    gone = answered(api.get("/api/v2/user", params={"q": "wordsmith"}))["results"][0]
    assert api.post(f"/api/v2/user/{gone['id']}/inactivate").status_code == 200
    owner = organisation.founded.owner.username
    assert found(api) == sorted([john, zana, owner])
    assert found(api, activeValue="inactive") == [katja]
    assert found(api, activeValue="all") == sorted([john, zana, katja, owner])
    refused = api.get("/api/v2/user", params={"activeValue": "gone"})
    assert refused.status_code == 400
    assert "activeValue" in refused.json()["errors"]


def test_a_role_finds_all_who_are_shown_with_it(organisation: Organisation) -> None:
    api = organisation.velpic()
    add_user(api, "Ana", "Trainee", userName="trainee")
    add_user(api, "Bor", "Admin", userName="admin", roles=[3])
    with organisation.writing() as work:
        for role in (Role.ANALYST, Role.CONTENT_DEVELOPER):
            new = NewPerson(first_name="R", last_name="R", username=role.value, roles=frozenset({role}))
            registration.register(work, new)
        registration.register(work, NewPerson(first_name="No", last_name="Role", username="none", roles=frozenset()))
    assert found(api, roleId=3) == ["admin"]
    assert found(api, roleId=6) == ["analyst", "none", "trainee"]
    assert found(api, roleId=4) == ["content_developer"]
    assert found(api, roleId=7) == [organisation.founded.owner.username]
    assert api.get("/api/v2/user", params={"roleId": 1}).status_code == 400


def test_pages_say_where_they_stand_in_the_whole(organisation: Organisation) -> None:
    api = organisation.velpic()
    for number in range(4):
        add_user(api, last=f"Smith{number}")
    first = answered(api.get("/api/v2/user", params={"q": "smith", "maxResults": 3}))
    rest = answered(api.get("/api/v2/user", params={"q": "smith", "startIndex": 3, "maxResults": 3}))
    assert first["meta"] == {"totalResultCount": 4, "startIndex": 0, "endIndex": 3}
    assert rest["meta"] == {"totalResultCount": 4, "startIndex": 3, "endIndex": 4}
    assert len({user["id"] for user in first["results"] + rest["results"]}) == 4
    assert len(answered(api.get("/api/v2/user/", params={"maxResults": 0}))["results"]) == 5
    for bad in ({"startIndex": -1}, {"maxResults": 501}, {"maxResults": "many"}):
        assert api.get("/api/v2/user", params=bad).status_code == 400


def test_a_new_user_is_a_trainee_in_the_organisations_time_zone_with_a_name_of_their_own(api: Caller) -> None:
    one = add_user(api, "John", "Smith", emailAddress="john@example.org")
    other = add_user(api, "Jane", "Smith")
    assert (one["userName"], other["userName"]) == ("j.smith", "j.smith2")
    assert (one["roles"], one["timeZone"], one["clientStatusId"], one["active"]) == ([6], "UTC", 56, True)
    assert (one["phoneNumber"], one["employeeNumber"]) == ("", "")
    assert one["createdDate"].endswith("+0000")


def test_a_user_is_made_with_everything_the_document_has(api: Caller) -> None:
    group, led = add_group(api, "Crew"), add_group(api, "Led")
    given = {
        "userName": "kate",
        "emailAddress": "kate@example.org",
        "phoneNumber": "0811112222",
        "mobileNumber": "0411222333",
        "employeeNumber": "E9",
        "roles": [5, 8],
        "groups": [{"id": group["id"]}],
        "groupsSupervised": [{"id": led["id"]}],
        "timeZone": "Australia/Perth",
    }
    shown = add_user(api, "Kate", "Postman", **given)
    assert {name: shown[name] for name in given} == given


def test_the_welcome_mail_goes_out_unless_told_not_to(organisation: Organisation) -> None:
    api = organisation.velpic()
    for name, sends in (("ana", None), ("bor", True), ("eva", False)):
        user: dict[str, Any] = {"firstName": name, "lastName": "Kos", "emailAddress": f"{name}@example.org"}
        answered(api.post("/api/v2/user", json=user if sends is None else {**user, "sendWelcomeEmail": sends}))
    with organisation.server.database.reading() as work:
        queued = work.all(_MAILS, organisation_id=organisation.id)
    assert queued == [("welcome", "ana@example.org"), ("welcome", "bor@example.org")]


def test_a_password_that_is_set_opens_the_other_doors(organisation: Organisation) -> None:
    api = organisation.velpic()
    user = add_user(api, emailAddress="js@example.org", userName=f"js-{organisation.id}", password=PASSWORD)
    body = {"username": user["userName"], "password": PASSWORD}
    assert organisation.client.post("/api/auth/login", json=body).status_code == 200
    answered(api.put(f"/api/v2/user/{user['id']}", json={"password": "another horse battery"}))
    assert organisation.client.post("/api/auth/login", json=body).status_code == 401


@pytest.mark.parametrize("method", ["post", "put"])
def test_an_update_changes_what_is_given_and_nothing_else(api: Caller, method: str) -> None:
    group = add_group(api, "Crew")
    user = add_user(api, phoneNumber="1", employeeNumber="E1", groups=[{"id": group["id"]}], roles=[5])
    send = getattr(api, method)
    changed = answered(send(f"/api/v2/user/{user['id']}", json={"firstName": "Jack"}))
    assert changed == {**user, "firstName": "Jack", "modifiedDate": changed["modifiedDate"]}
    cleared = answered(
        send(f"/api/v2/user/{user['id']}", json={"phoneNumber": "", "employeeNumber": None, "groups": []})
    )
    assert (cleared["phoneNumber"], cleared["employeeNumber"], cleared["groups"]) == ("", "", [])


def test_what_was_read_can_be_written_back_and_changes_nothing(organisation: Organisation) -> None:
    api = organisation.velpic()
    with organisation.writing() as work:
        roles = frozenset({Role.ANALYST, Role.CONTENT_DEVELOPER, Role.INSTRUCTOR})
        person = registration.register(work, NewPerson(first_name="Ana", last_name="Kos", username="a", roles=roles))
    shown = answered(api.get(f"/api/v2/user/{person.id}"))
    assert shown["roles"] == [4, 6, 8]
    assert answered(api.put(f"/api/v2/user/{person.id}", json=shown)) == shown
    answered(api.put(f"/api/v2/user/{person.id}", json={"roles": [6]}))
    kept = organisation.native().get(f"/v1/people/{person.uuid}").json()["roles"]
    assert sorted(kept) == ["analyst", "content_developer"]


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"firstName": " "}, "firstName"),
        ({"lastName": "x" * 300}, "lastName"),
        ({"emailAddress": "no address"}, "emailAddress"),
        ({"timeZone": "Mars/Base"}, "timeZone"),
        ({"roles": [1]}, "roles"),
        ({"groups": [{"id": 999999999}]}, "groups"),
        ({"userName": "taken"}, "userName"),
        ({"employeeNumber": "taken"}, "employeeNumber"),
        ({"password": "short"}, "password"),
        ({"id": 1}, "id"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_written(api: Caller, bad: dict[str, Any], field: str) -> None:
    add_user(api, "Ana", "Kos", userName="taken", employeeNumber="taken")
    user = add_user(api)
    refused = api.put(f"/api/v2/user/{user['id']}", json={"mobileNumber": "1", **bad})
    assert refused.status_code == (404 if field == "groups" else 400), refused.text
    assert field in refused.json()["errors"], refused.text
    assert answered(api.get(f"/api/v2/user/{user['id']}")) == user
    if field != "id":
        new = api.post("/api/v2/user", json={"firstName": "New", "lastName": "One", **bad})
        assert new.status_code == refused.status_code
        assert field in new.json()["errors"]
        assert found(api, q="New") == []


def test_someone_inactivated_gets_in_nowhere_until_activated(organisation: Organisation) -> None:
    api = organisation.velpic()
    user = add_user(api, userName=f"js-{organisation.id}", password=PASSWORD)
    body = {"username": user["userName"], "password": PASSWORD}
    assert api.post(f"/api/v2/user/{user['id']}/inactivate").status_code == 200
    assert answered(api.get(f"/api/v2/user/{user['id']}"))["clientStatusId"] == 57
    assert organisation.client.post("/api/auth/login", json=body).status_code == 401
    assert api.post(f"/api/v2/user/{user['id']}/activate").status_code == 200
    assert organisation.client.post("/api/auth/login", json=body).status_code == 200


def test_errors_have_the_documents_numbers(organisation: Organisation, other_organisation: Organisation) -> None:
    api = organisation.velpic()
    unknown = Caller(organisation.client, {"AccessKey": "nobody's"}).get("/api/v2/user")
    assert (unknown.status_code, unknown.json()["internalCode"]) == (403, 806)
    assert unknown.json()["message"] == "AccessKey does not exist"
    above = api.post(f"/api/v2/user/{organisation.founded.owner.id}/inactivate")
    assert (above.status_code, above.json()["internalCode"]) == (403, 831)
    assert above.json()["error"] == "You are not authorised to make this request"
    for path in ("/api/v2/user/999999999", f"/api/v2/user/{other_organisation.founded.owner.id}"):
        assert api.get(path).status_code == 404


def test_the_password_they_have_changes_nothing(organisation: Organisation) -> None:
    api = organisation.velpic()
    user = add_user(api, password=PASSWORD)
    with organisation.server.database.reading() as work:
        before = signin.password_hash_of(work, user["id"])
    answered(api.put(f"/api/v2/user/{user['id']}", json={"password": PASSWORD}))
    with organisation.server.database.reading() as work:
        assert signin.password_hash_of(work, user["id"]) == before
