"""Rules of the record that the API makes visible."""

from typing import Any

import pytest

from rollbook.core.people import groups
from rollbook.core.people.structure import GROUPS, get_entry
from rollbook.core.sessions.forms import FORMS
from rollbook.doors.opentera.form_items import FORMS as ITEMS
from tests.doors.opentera.conftest import Tera, Ways
from tests.doors.opentera.test_signing_in import token_of

PEM_TYPE = "application/octet-stream"


def test_disabling_a_project_disables_its_participants_and_takes_their_devices(tera: Ways) -> None:
    admin = tera.user("admin")
    off = {"project": {"id_project": 1, "project_enabled": False}}
    assert admin.post("/user/projects", off).json()[0]["project_enabled"] is False
    shown = admin.get("/user/participants", id_project=1, list=True).json()
    assert [one["participant_enabled"] for one in shown] == [False, False, False]
    assert admin.get("/user/devices/participants", id_participant=1).json() == []
    refused = admin.post("/user/participants", {"participant": {"id_participant": 1, "participant_enabled": True}})
    assert refused.status_code == 400


@pytest.mark.parametrize(
    ("path", "record_id"),
    [
        ("/user/sites", 1),
        ("/user/projects", 1),
        ("/user/groups", 1),
        ("/user/participants", 1),
        ("/user/devices", 1),
        ("/user/devicetypes", 1),
        ("/user/sessiontypes", 1),
        ("/user/testtypes", 1),
        ("/user/usergroups", 1),
        ("/user/users", 2),
    ],
)
def test_history_keeps_what_it_depends_on(tera: Ways, path: str, record_id: int) -> None:
    answer = tera.user("admin").delete(path, id=record_id)
    assert answer.status_code == 500
    assert answer.json().startswith("Can't delete")


@pytest.mark.parametrize("path", ["/user/sites", "/user/projects", "/user/users", "/user/services", "/user/sessions"])
def test_deleting_what_is_not_there_changes_nothing(tera: Ways, path: str) -> None:
    assert tera.user("admin").delete(path, id=999).status_code in (400, 403, 404)


def test_nobody_deletes_themselves_or_what_came_with_the_server(tera: Ways) -> None:
    admin = tera.user("admin")
    assert admin.delete("/user/users", id=1).status_code == 403
    assert admin.delete("/user/services", id=3).status_code == 403
    assert admin.delete("/user/sessions", id=4).status_code == 403, "it is in progress"


def test_a_link_that_was_undone_comes_back_with_its_number(tera: Ways) -> None:
    admin = tera.user("admin")
    link = {"device_site": {"id_device": 3, "id_site": 1}}
    made = admin.post("/user/devices/sites", link).json()[0]["id_device_site"]
    assert admin.delete("/user/devices/sites", id=made).status_code == 200
    assert admin.post("/user/devices/sites", link).json()[0]["id_device_site"] == made


def test_a_user_here_is_a_person_of_the_organisation_everywhere(tera: Ways) -> None:
    admin = tera.user("admin")
    new: dict[str, Any] = {
        "id_user": 0,
        "user_username": "zoe",
        "user_password": "Twofac123!x",
        "user_firstname": "Zoe",
        "user_lastname": "K",
        "user_enabled": True,
        "user_profile": "",
    }
    for wrong in ({"user_password": "short"}, {"user_username": " "}):
        assert admin.post("/user/users", {"user": new | wrong}).status_code == 400
    assert admin.post("/user/users", {"user": new}).status_code == 200
    assert admin.post("/user/users", {"user": new}).status_code == 409
    token = tera.client.get("/api/token", auth=("zoe", "Twofac123!x"))
    assert token.status_code == 200, "the Serenytics door knows her too"


def test_a_session_is_led_from_start_to_stop(tera: Ways) -> None:
    admin = tera.user("admin")
    uuid = admin.get("/user/participants", id_participant=1).json()[0]["participant_uuid"]
    asked = {"action": "start", "id_session_type": 1, "session_participants": [uuid]}
    started = admin.post("/user/sessions/manager", {"session_manage": asked}).json()
    session = started["session"]
    assert (started["status"], session["session_status"]) == ("started", 1)
    assert admin.get("/user/participants", id_participant=1).json()[0]["participant_busy"] is True
    assert [one["id_participant"] for one in admin.get("/user/participants/online").json()] == [1]
    stop = {"action": "stop", "id_session": session["id_session"]}
    stopped = admin.post("/user/sessions/manager", {"session_manage": stop}).json()
    assert (stopped["status"], stopped["session"]["session_status"]) == ("stopped", 2)
    assert admin.get("/user/participants/online").json() == []
    events = admin.get("/user/sessions/events", id_session=session["id_session"]).json()
    assert [event["id_session_event_type"] for event in events] == [3, 4]


def test_a_device_registers_by_the_key_and_stays_disabled(tera: Ways) -> None:
    admin, nobody = tera.user("admin"), Tera(tera.client, {})
    key = admin.get("/user/server/settings", device_register_key=True).json()["device_register_key"]
    asked = {"name": "New", "type_key": "robot"}
    assert nobody.get("/device/register", key="wrong", **asked).status_code == 401
    made = nobody.get("/device/register", key=key, **asked).json()
    assert made["device_enabled"] is False
    assert tera.by_token(made["device_token"]).get("/device/login").json() == "Disabled device"


def test_a_signing_request_gets_a_certificate_of_our_own_authority(tera: Ways) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = tera.user("admin").get("/user/server/settings", device_register_key=True).json()["device_register_key"]
    own = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a device")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(own, hashes.SHA256())
    params = {"key": key, "name": "New", "type_key": "robot"}
    pem = request.public_bytes(serialization.Encoding.PEM)
    headers = {"content-type": PEM_TYPE}
    made = tera.client.post("/api/device/register", params=params, content=pem, headers=headers).json()
    certificate = x509.load_pem_x509_certificate(made["device_certificate"].encode())
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(made["ca_info"].encode()))
    assert certificate.subject.rfc4514_string() == f"CN={made['device_uuid']}"
    assert certificate.public_key() == own.public_key()
    refused = tera.client.post("/api/device/register", params=params, content=b"no", headers=headers)
    assert refused.status_code == 400


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b"[]", "application/json", 400),
    ],
)
def test_bodies_that_cannot_be_read_are_refused(tera: Ways, content: bytes, media_type: str, status: int) -> None:
    headers = tera.user("admin").headers | {"content-type": media_type}
    answer = tera.client.post("/api/user/sites", content=content, headers=headers)
    assert answer.status_code == status


def test_parameters_that_cannot_be_read_are_named(tera: Ways) -> None:
    answer = tera.user("admin").get("/user/sites", id_site="abc")
    assert answer.status_code == 400
    assert answer.json()["errors"]["id_site"].endswith("invalid literal for int() with base 10: 'abc'")
    missing = tera.user("admin").delete("/user/sites")
    assert list(missing.json()["errors"]) == ["id"]


def test_the_reset_is_for_servers_that_were_started_for_it(client: Any) -> None:
    assert client.get("/api/test/database/reset").status_code == 404


def test_a_new_session_with_status_0_is_in_progress_and_a_changed_one_is_not(tera: Ways) -> None:
    admin = tera.user("admin")
    new = {"id_session": 0, "id_session_type": 1, "session_name": "A", "session_status": 0, "session_users_ids": [1]}
    made = admin.post("/user/sessions", {"session": new}).json()[0]
    assert made["session_status"] == 1
    changed = admin.post("/user/sessions", {"session": {"id_session": made["id_session"], "session_status": 0}})
    assert changed.json()[0]["session_status"] == 0


def _items(answer: Any) -> dict[str, Any]:
    """The fields of a form by their names."""
    return {item["id"]: item for section in answer.json()["sections"] for item in section["items"]}


def test_forms_describe_what_the_record_asks_for(tera: Ways) -> None:
    admin = tera.user("admin")
    device = _items(admin.get("/user/forms", type="device", id=1))
    assert device["device_name"]["required"] is True
    assert device["device_lastonline"] == {
        "id": "device_lastonline", "label": "Last Connection", "type": "datetime", "_order": 10, "readonly": True,
    }  # fmt: skip
    assert device["id_device_subtype"]["condition"] == {
        "item": "id_device_type",
        "op": "=",
        "condition": "changed",
        "hook": "/api/user/devicesubtypes?id_device_type=",
    }
    kind = _items(admin.get("/user/forms", type="session_type"))
    assert kind["id_service"]["condition"] == {"item": "session_type_category", "op": "=", "condition": 1}
    assert [one["value"] for one in kind["session_type_category"]["values"]] == [
        "Service", "Data Collect", "File Transfer", "Protocol",
    ]  # fmt: skip
    assert "values" not in _items(admin.get("/user/forms", type="device"))["id_device_subtype"]


def test_every_field_that_the_api_describes_is_one_of_the_records(tera: Ways) -> None:
    for kind in sorted(FORMS):
        own = "group" if kind == "participant_group" else kind
        if own in ITEMS:
            described = {item.field.name for _, _, items in ITEMS[own] for item in items if item.field}
            asked = {field.name for field in FORMS[kind]}
            assert described <= asked, kind
            assert asked - described <= {"project_id"}, kind


def test_a_deleted_user_is_in_no_group_any_more(tera: Ways) -> None:
    admin, group = tera.user("admin"), {"id_user_group": 4}
    assert [one["id_user"] for one in admin.get("/user/users/usergroups", **group).json()] == [4]
    assert admin.delete("/user/users", id=4).status_code == 200
    assert admin.get("/user/users/usergroups", **group).json() == []
    assert admin.get("/user/stats", **group).json()["users_total_count"] == 0
    assert admin.delete("/user/usergroups", id=4).status_code == 200, "nothing depends on it"


@pytest.mark.parametrize("change", [{"user_enabled": False}, {"user_superadmin": False}])
def test_the_last_who_may_do_everything_stays(tera: Ways, change: dict[str, Any]) -> None:
    answer = tera.user("admin").post("/user/users", {"user": {"id_user": 1, **change}})
    assert (answer.status_code, "last owner" in answer.json()) == (403, True)


def test_a_group_that_was_inactivated_elsewhere_gives_no_role_here(tera: Ways) -> None:
    admin, user, token = tera.user("admin"), tera.user("user3"), token_of(tera, "user3")
    assert [one["id_project"] for one in user.get("/user/projects").json()] != []
    with tera.database.writing() as work:
        work.act_as(tera.system)
        groups.inactivate(work, get_entry(work, GROUPS, key="id", value=2))
    assert admin.get("/user/usergroups", id_user_group=2).json() == []
    for caller in (user, tera.by_token(token)):
        assert [caller.get(f"/user/{path}").json() for path in ("projects", "sites")] == [[], []]
        assert caller.get("/user/stats", id_project=1).status_code == 403
    assert "user3" not in {one["user_username"] for one in tera.user("user").get("/user/users").json()}
    with tera.database.writing() as work:
        work.act_as(tera.system)
        groups.activate(work, get_entry(work, GROUPS, key="id", value=2))
    assert user.get("/user/projects").json() != [], "what it gave is back with it"


def _place_of(tera: Ways) -> tuple[int, int | None]:
    shown = tera.user("admin").get("/user/participants", id_participant=1).json()[0]
    return shown["id_project"], shown["id_participant_group"]


def test_who_goes_to_another_project_leaves_the_group_behind(tera: Ways) -> None:
    admin = tera.user("admin")
    assert _place_of(tera) == (1, 1)
    moved = admin.post("/user/participants", {"participant": {"id_participant": 1, "id_project": 3}})
    assert (moved.status_code, _place_of(tera)) == (200, (3, None))
    there = {"id_participant": 1, "id_project": 1, "id_participant_group": 1}
    assert admin.post("/user/participants", {"participant": there}).status_code == 200
    assert _place_of(tera) == (1, 1)


def test_a_group_goes_to_another_project_with_its_participants(tera: Ways) -> None:
    admin, group = tera.user("admin"), {"id_participant_group": 1, "id_project": 2}
    assert admin.post("/user/groups", {"participant_group": group}).status_code == 200
    assert _place_of(tera) == (2, 1)


def test_nobody_who_is_enabled_goes_to_a_project_that_is_not(tera: Ways) -> None:
    admin, told = tera.user("admin"), "Can't update participant: participant's project is disabled."
    assert admin.post("/user/projects", {"project": {"id_project": 2, "project_enabled": False}}).status_code == 200
    for path, name, given in (
        ("participants", "participant", {"id_participant": 1, "id_project": 2}),
        ("groups", "participant_group", {"id_participant_group": 1, "id_project": 2}),
    ):
        refused = admin.post(f"/user/{path}", {name: given})
        assert (refused.status_code, refused.json()) == (400, told)
        assert _place_of(tera) == (1, 1)
    disabled = {"id_participant": 1, "id_project": 2, "participant_enabled": False}
    assert admin.post("/user/participants", {"participant": disabled}).status_code == 200


@pytest.mark.parametrize("given", [{}, 5, "x", {"id_site": 1}, [5]])
def test_roles_that_come_with_a_group_are_a_list(tera: Ways, given: Any) -> None:
    group = {"id_user_group": 2, "user_group_name": "Other", "user_group_sites_access": given}
    refused = tera.user("admin").post("/user/usergroups", {"user_group": group})
    assert (refused.status_code, refused.json()) == (400, "user_group_sites_access must be a list of objects")
    assert tera.user("admin").get("/user/usergroups", id_user_group=2).json()[0]["user_group_name"] != "Other"
