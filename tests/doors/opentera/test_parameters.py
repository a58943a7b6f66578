"""Each documented parameter does what its text says, alone and beside others."""

from typing import Any

import pytest

from tests.doors.opentera.conftest import Ways


def _ids(answer: Any, name: str) -> list[int]:
    assert answer.status_code == 200, answer.text
    return sorted(one[name] for one in answer.json())


def test_projects_are_those_that_use_a_service(tera: Ways) -> None:
    for service_id, seen_by_all, seen_by_one in ((3, [1, 2, 3], [1]), (6, [1], [1]), (2, [], [])):
        asked = {"id_service": service_id}
        assert _ids(tera.user("admin").get("/user/projects", **asked), "id_project") == seen_by_all
        assert _ids(tera.user("user3").get("/user/projects", **asked), "id_project") == seen_by_one


@pytest.mark.parametrize("is_list", [True, False])
def test_a_session_comes_with_its_type_for_users_as_for_services(tera: Ways, is_list: bool) -> None:
    more = {"list": True} if is_list else {}
    (plain,) = tera.user("admin").get("/user/sessions", id_session=1, **more).json()
    (with_type,) = tera.user("admin").get("/user/sessions", id_session=1, with_session_type=True, **more).json()
    kind = with_type.pop("session_type")
    assert with_type == plain
    (known,) = tera.user("admin").get("/user/sessiontypes", id_session_type=plain["id_session_type"]).json()
    assert kind == known
    (to_service,) = tera.service(3).get("/service/sessions", id_session=1, with_session_type=True, **more).json()
    assert to_service["session_type"] == kind


@pytest.mark.parametrize("flag", ["with_test_types", "with_tests_types"])
@pytest.mark.parametrize("place", ["project", "site"])
def test_types_of_tests_that_are_not_used_are_asked_for_by_either_name(tera: Ways, place: str, flag: str) -> None:
    asked = {f"id_{place}": 1, flag: True}
    shown = tera.user("admin").get(f"/user/testtypes/{place}s", **asked).json()
    unused = [one["id_test_type"] for one in shown if one[f"id_{place}"] is None]
    assert unused == ([3] if place == "site" else [])
    if place == "project":
        shown = tera.user("admin").get("/user/testtypes/projects", id_project=2, **{flag: True}).json()
        assert sorted(one["id_test_type"] for one in shown) == [1, 2]


def test_a_service_asks_for_the_types_of_tests_of_a_participant(tera: Ways) -> None:
    service = tera.service(6)
    assert _ids(service.get("/service/testtypes", id_participant=1), "id_test_type") == [1, 2]
    assert _ids(service.get("/service/testtypes", id_participant=4), "id_test_type") == []
    assert _ids(service.get("/service/testtypes", id_participant=999), "id_test_type") == []


def test_a_type_of_devices_narrows_down_those_of_a_place(tera: Ways) -> None:
    admin = tera.user("admin")
    for place in ("site", "project"):
        asked = {f"id_{place}": 1}
        assert _ids(admin.get("/user/devices", **asked), "id_device") == [1, 2]
        assert _ids(admin.get("/user/devices", **asked, id_device_type=2), "id_device") == [1]
        assert _ids(admin.get("/user/devices", **asked, id_device_type=3), "id_device") == []
    refused = admin.get("/user/devices", id_site=1, id_project=1)
    assert (refused.status_code, refused.json()) == (400, "Too many IDs")


@pytest.mark.parametrize(
    ("path", "name", "asked"),
    [
        ("/user/devices", "id_device", {"id_site": 2}),
        ("/user/devices", "id_device", {"id_project": 3}),
        ("/user/services", "id_service", {"id_site": 2}),
        ("/user/services", "id_service", {"id_project": 3}),
        ("/user/sessiontypes", "id_session_type", {"id_site": 2}),
        ("/user/testtypes", "id_test_type", {"id_site": 2}),
    ],
)
def test_what_is_used_at_a_place_out_of_reach_is_not_told(
    tera: Ways, path: str, name: str, asked: dict[str, int]
) -> None:
    """Though each of them is used at a site of theirs as well."""
    assert _ids(tera.user("admin").get(path, **asked), name) != []
    for out_of_reach in ("siteadmin", "user", "user4"):
        assert _ids(tera.user(out_of_reach).get(path, **asked), name) == []


def test_who_is_in_a_project_out_of_reach_is_not_told(tera: Ways) -> None:
    assert len(_ids(tera.user("siteadmin").get("/user/users", id_project=2), "id_user")) == 3
    assert _ids(tera.user("user3").get("/user/users", id_project=2), "id_user") == []


def _names(answer: Any, name: str) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one[name] for one in answer.json()]


def test_lists_come_in_the_order_that_clients_know(tera: Ways) -> None:
    admin = tera.user("admin")
    for place in ({"id_site": 1}, {"id_project": 1}):
        names = _names(admin.get("/user/sessiontypes", **place), "session_type_name")
        assert len(names) > 3
        assert names == sorted(names)
        assert _names(admin.get("/user/testtypes", **place), "test_type_name") == [
            "Post-session evaluation",
            "Pre-session evaluation",
        ]
    linked = admin.get("/user/sessiontypes/sites", id_site=1, list=True).json()
    assert [one["id_session_type"] for one in linked] == [3, 2, 4, 5, 1], "by their names, which are not shown"
    assert _ids_in_order(admin.get("/user/tests", id_session=2), "id_test") == [1, 3, 2], "type by type"
    assert _ids_in_order(admin.get("/user/tests", id_participant=1), "id_test") == [4, 1], "oldest first"
    shown = admin.get("/user/users/usergroups", id_user_group=1, with_empty=True)
    assert _names(shown, "user_fullname")[:3] == ["MultiSite User", "No Access User!", "Project Admin"]


def _ids_in_order(answer: Any, name: str) -> list[int]:
    return [one[name] for one in answer.json()]


def test_the_participants_that_changed_last_come_first(tera: Ways) -> None:
    admin = tera.user("admin")
    for participant_id in (3, 1):
        changed = {"participant": {"id_participant": participant_id, "participant_name": f"P{participant_id}"}}
        assert admin.post("/user/participants", changed).status_code == 200
    asked = {"id_site": 1, "orderby_recents": True}
    assert _ids_in_order(admin.get("/user/participants", **asked), "id_participant") == [1, 3, 2]
    assert _ids_in_order(admin.get("/user/participants", **asked, limit=2), "id_participant") == [1, 3]
    assert _ids_in_order(admin.get("/user/participants", id_site=1), "id_participant") == [1, 2, 3]


def test_the_form_of_settings_is_that_of_a_service(tera: Ways) -> None:
    admin = tera.user("admin")
    begins = '{"volume": 80}'
    assert (
        admin.post("/user/services", {"service": {"id_service": 6, "service_default_config": begins}}).status_code
        == 200
    )
    form = admin.get("/user/forms", type="service_config", key="VideoRehabService").json()
    items = {item["id"]: item for section in form["sections"] for item in section["items"]}
    assert form["objecttype"] == "service_config"
    assert (items["id_service"]["type"], items["id_service"]["default"]) == ("hidden", 6)
    assert items["service_config_config"]["default"] == begins
    assert items["service_config_config"]["required"] is True
    for caller, asked, status in (
        ("admin", {}, 400),
        ("admin", {"key": "NoSuchService"}, 403),
        ("user", {"key": "EmailService"}, 403),
        ("user", {"key": "VideoRehabService"}, 200),
    ):
        assert tera.user(caller).get("/user/forms", type="service_config", **asked).status_code == status
