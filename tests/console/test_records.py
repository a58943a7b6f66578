"""The rooms of sites, projects, participants, devices, services and users: forms, lists, roles, and who sees what."""

import re
from html import unescape
from typing import Any

import pytest

from rollbook.console.records.kinds import KINDS
from rollbook.core.sessions import participants
from tests.conftest import Organisation
from tests.console.records import Clinic, give, made, open_clinic, part_of
from tests.console.signed_in import Links, sign_in


@pytest.fixture
def clinic(organisation: Organisation, owner_hash: str) -> Clinic:
    return open_clinic(organisation, owner_hash)


def said(clinic: Any, path: str) -> str:
    """What a page says, for someone."""
    return unescape(clinic.get(path).text)


# --- Making, changing, deleting ----------------------------------------------------------------------------------


def test_what_a_form_makes_stands_in_the_list_and_on_its_page(clinic: Clinic) -> None:
    assert "Ljubljana" in said(clinic.owner, "/console/sites")
    page = said(clinic.owner, f"/console/sites/{clinic.site}")
    assert ">Hands</a>" in page
    assert "Lungs" not in page
    project = said(clinic.owner, f"/console/projects/{clinic.project}")
    assert ">Cas Jansen</a>" in project
    assert ">Robot one</a>" in project


def test_a_record_is_changed_by_the_same_form(clinic: Clinic) -> None:
    path = f"/console/projects/{clinic.project}"
    assert 'value="Hands"' in clinic.owner.get(f"{path}/edit").text
    changed = clinic.owner.post(
        f"{path}/edit", {"name": "Hands and wrists", "site_id": clinic.site, "is_enabled": 1, "description": "A year."}
    )
    assert changed.headers["location"] == path
    assert "Hands and wrists" in said(clinic.owner, path)
    assert "A year." in said(clinic.owner, path)


def test_an_unticked_box_is_a_no(clinic: Clinic) -> None:
    path = f"/console/projects/{clinic.project}"
    clinic.owner.post(f"{path}/edit", {"name": "Hands", "site_id": clinic.site})
    assert "Disabled" in clinic.owner.get(path).text
    assert "Disabled" in clinic.owner.get(f"/console/participants/{clinic.participant}").text


REFUSED: list[tuple[str, dict[str, Any], list[str]]] = [
    ("sites", {"name": ""}, ["Name is required."]),
    ("sites", {"name": "a" * 256}, ["at most 255 characters"]),
    ("projects", {"name": "Kept"}, ["Site is required.", 'value="Kept"']),
    ("participants", {"name": "Kept"}, ["Project is required."]),
    ("participants", {"name": "A", "project_id": "1", "email": "nowhere"}, ["ana@example.org"]),
    ("devices", {"name": "Kept"}, ["Type is required."]),
    ("device-types", {"name": "Robot", "key": "robot"}, ["Another device type has this key."]),
    ("session-types", {"name": "A", "category": "2", "color": "red"}, ["Choose a colour"]),
    (
        "session-types",
        {"name": "A", "category": "1", "color": "#112233"},
        ["Choose the service that leads these sessions."],
    ),
    ("sessions", {"name": "A", "started_at": "soon"}, ["2026-03-01T09:30", "Type is required."]),
    ("services", {"name": "A", "port": "x"}, ["must be a whole number", "Key is required."]),
    ("services", {"name": "A", "default_config": "[1]"}, ["Type a JSON object"]),
    ("service-configs", {"config": "{}"}, ["Service is required."]),
    ("test-types", {"name": "A"}, ["Service is required."]),
    ("user-groups", {"name": ""}, ["Name is required."]),
]


@pytest.mark.parametrize(("key", "fields", "words"), REFUSED)
def test_a_refused_form_comes_back_as_it_was_typed(
    clinic: Clinic, key: str, fields: dict[str, Any], words: list[str]
) -> None:
    answer = clinic.owner.post(f"/console/{key}/new", fields)
    assert answer.status_code in (409, 422), answer.text
    for word in words:
        assert word in unescape(answer.text)


def test_what_history_depends_on_is_not_deleted_and_the_page_says_why(clinic: Clinic) -> None:
    clinic.session()
    for path in (f"sites/{clinic.site}", f"projects/{clinic.project}", f"participants/{clinic.participant}"):
        back = clinic.owner.post(f"/console/{path}/remove")
        assert back.headers["location"] == f"/console/{path}"
        assert "Can't delete" in said(clinic.owner, f"/console/{path}")


def test_what_nothing_depends_on_is_deleted(clinic: Clinic) -> None:
    away = clinic.owner.post(f"/console/sites/{clinic.other_site}/remove")
    assert away.headers["location"] == "/console/sites"
    assert clinic.owner.get(f"/console/sites/{clinic.other_site}").status_code == 404
    assert clinic.owner.get(f"/console/projects/{clinic.other_project}").status_code == 404


def test_a_participant_gets_a_password_that_no_page_shows(clinic: Clinic) -> None:
    path = f"/console/participants/{clinic.participant}"
    fields = {"name": "Cas Jansen", "project_id": clinic.project, "is_enabled": 1, "may_sign_in": 1}
    missing = clinic.owner.post(f"{path}/edit", fields)
    assert "User name is required." in missing.text
    fields |= {"username": "cas", "password": "a long enough one"}
    assert clinic.owner.post(f"{path}/edit", fields).status_code == 303
    for page in (path, f"{path}/edit"):
        assert "a long enough one" not in clinic.owner.get(page).text
        assert "argon" not in clinic.owner.get(page).text
    taken = {"name": "B", "project_id": clinic.project, "is_enabled": 1, "may_sign_in": 1, "username": "CAS"}
    other = clinic.owner.post("/console/participants/new", taken)
    assert other.status_code == 409
    assert "already in use" in other.text


# --- Associations ------------------------------------------------------------------------------------------------


def test_a_device_is_taken_in_and_out_of_sites_projects_and_hands(clinic: Clinic) -> None:
    path = f"/console/devices/{clinic.device}"
    to_site = part_of(clinic.owner, path, "Add a site")
    assert give(clinic.owner, path, to_site, other=clinic.other_site).status_code == 303
    assert "Rotterdam" in said(clinic.owner, path)
    to_project = part_of(clinic.owner, path, "Add a project")
    give(clinic.owner, path, to_project, other=clinic.other_project)
    assert "Lungs" in said(clinic.owner, path)
    hand = part_of(clinic.owner, path, "Add a participant")
    give(clinic.owner, path, hand, other=clinic.participant)
    assert "Robot one" in said(clinic.owner, f"/console/participants/{clinic.participant}")
    refused = clinic.owner.post(f"{path}/remove")
    assert refused.headers["location"] == path
    assert "unassign all participants" in said(clinic.owner, path)
    form = _take_form(said(clinic.owner, path), "Cas Jansen")
    clinic.owner.post(f"{path}/act", form)
    assert clinic.owner.post(f"{path}/remove").headers["location"] == "/console/devices"


def _take_form(text: str, name: str) -> dict[str, str]:
    """The hidden fields of the button that takes something out."""
    form = text[: text.index(f'aria-label="Take {name} out"')].rpartition("<form")[2]
    return dict(re.findall(r'name="(part|other|action)" value="(\w+)"', form))


def test_what_is_not_at_the_site_is_not_offered_to_its_project(clinic: Clinic) -> None:
    page = said(clinic.owner, f"/console/projects/{clinic.other_project}")
    assert "Robot one" not in page
    assert "Add some to its site first." in page
    forced = clinic.owner.post(
        f"/console/projects/{clinic.other_project}/act",
        {"part": 3, "action": "give", "other": clinic.device},
    )
    assert forced.status_code == 303
    assert "not associated to the site" in said(clinic.owner, forced.headers["location"])


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"part": "0"},
        {"part": "99", "action": "give"},
        {"part": "-1", "action": "give"},
        {"part": "2", "action": "give"},
        {"part": "2", "action": "take", "other": "77777777"},
        {"part": "1", "action": "give", "other": "77777777", "role": "king"},
        {"part": "1", "action": "give", "other": "77777777", "role": "admin"},
    ],
)
def test_a_button_that_means_nothing_changes_nothing(clinic: Clinic, fields: dict[str, str]) -> None:
    path = f"/console/sites/{clinic.site}"
    before = clinic.owner.get(path).text.count("<li")
    answer = clinic.owner.post(f"{path}/act", fields)
    assert answer.status_code in (303, 404)
    clinic.owner.get(path)
    assert clinic.owner.get(path).text.count("<li") == before


def test_a_service_gets_roles_and_groups_have_them(clinic: Clinic) -> None:
    path = f"/console/services/{clinic.service}"
    assert give(clinic.owner, path, 0, role="reader").status_code == 303
    assert "reader" in said(clinic.owner, path)
    give(clinic.owner, path, part_of(clinic.owner, path, "Add a site"), other=clinic.site)
    give(clinic.owner, path, part_of(clinic.owner, path, "Add a project"), other=clinic.project)
    group = made(clinic.owner, "user-groups", name="Readers")
    there = f"/console/user-groups/{group}"
    number = re.search(r'value="(\d+)"[^>]*>Calls: reader<', said(clinic.owner, there))
    assert number is not None
    give(clinic.owner, there, part_of(clinic.owner, there, "Role in a service"), other=number[1])
    assert "Readers" in said(clinic.owner, path)


def test_settings_are_made_for_a_device_and_changed(clinic: Clinic) -> None:
    asked = {"service_id": clinic.service, "device_id": clinic.device, "config": '{"a": 1}'}
    number = made(clinic.owner, "service-configs", **asked)
    assert "Device: Robot one" in said(clinic.owner, "/console/service-configs")
    assert "Device: Robot one" in said(clinic.owner, f"/console/service-configs/{number}")
    clinic.owner.post(f"/console/service-configs/{number}/edit", {"config": '{"a": 2}'})
    assert '{"a": 2}' in said(clinic.owner, f"/console/service-configs/{number}")


# --- Lists -------------------------------------------------------------------------------------------------------


def test_lists_are_searched_filtered_and_sorted_by_the_record(clinic: Clinic) -> None:
    for name in ("Žiga Novak", "ŽANA Kos", "Bor Kos"):
        made(clinic.owner, "participants", name=name, project_id=clinic.other_project, is_enabled=1)
    said(clinic.owner, "/console/participants")
    found = said(clinic.owner, "/console/participants?q=ži")
    assert "Žiga Novak" in found
    assert "Bor Kos" not in found
    of_project = said(clinic.owner, f"/console/participants?project_id={clinic.project}")
    assert "Cas Jansen" in of_project
    assert "Bor Kos" not in of_project
    assert "Cas Jansen" not in said(clinic.owner, f"/console/participants?site_id={clinic.other_site}")
    down = said(clinic.owner, "/console/participants?sort=-name")
    assert down.index("Žiga Novak") < down.index("ŽANA Kos") < down.index("Cas Jansen") < down.index("Bor Kos")
    assert "Nothing matches these filters" in said(clinic.owner, "/console/participants?q=nobody")


def test_a_long_list_goes_on_by_pages_in_both_directions(clinic: Clinic) -> None:
    with clinic.organisation.writing() as work:
        for number in range(120):
            participants.save(work, 0, {"name": f"Number {number:03}", "project_id": clinic.project})
    seen: list[str] = []
    path = "/console/participants"
    pages = []
    while True:
        text = said(clinic.owner, path)
        pages.append(re.findall(r">(Number \d+)</a>", text))
        seen += pages[-1]
        if (following := re.search(r'rel="next" href="([^"]+)"', text)) is None:
            break
        path = following[1]
    assert seen == [f"Number {number:03}" for number in range(120)]
    back = re.search(r'rel="prev" href="([^"]+)"', text)
    assert back is not None
    assert re.findall(r">(Number \d+)</a>", said(clinic.owner, back[1])) == pages[-2]


@pytest.mark.parametrize("asked", ["sort=password_hash", "after=x", "before=x", "site_id=x", "from=x&to=9999-99-99"])
def test_an_address_may_say_anything(clinic: Clinic, asked: str) -> None:
    for key in KINDS:
        assert clinic.owner.get(f"/console/{key}?{asked}").status_code in (200, 422), key


# --- Who sees what -----------------------------------------------------------------------------------------------


def test_someone_without_a_role_finds_nothing(clinic: Clinic) -> None:
    visitor = sign_in(clinic.organisation, clinic.person("No Body").username)
    assert "Live sessions" not in visitor.get("/console/account").text
    for key, number in _numbers(clinic).items():
        assert visitor.get(f"/console/{key}").status_code == 403, key
        assert visitor.get(f"/console/{key}/{number}").status_code == 403, key
        for button in ("act", "remove"):
            if button == "act" or KINDS[key].remove:
                answer = visitor.post(f"/console/{key}/{number}/{button}", {"part": 0, "action": "give", "other": 1})
                assert answer.status_code in (303, 403), key
        if KINDS[key].save:
            assert visitor.get(f"/console/{key}/new").status_code == 403, key
            assert visitor.post(f"/console/{key}/new", {"name": "Mine"}).status_code in (403, 422), key
    assert "Mine" not in clinic.owner.get("/console/sites").text


def _numbers(clinic: Clinic) -> dict[str, int]:
    return {
        "sites": clinic.site,
        "projects": clinic.project,
        "participants": clinic.participant,
        "devices": clinic.device,
        "services": clinic.service,
        "session-types": clinic.session_type,
        "sessions": clinic.session(),
    }


def test_a_site_administrator_sees_that_site_alone(clinic: Clinic) -> None:
    numbers = _numbers(clinic)
    visitor = clinic.with_role("Ro Tterdam", "site", clinic.other_site, "admin")
    assert "Live sessions" in visitor.get("/console/account").text
    assert "Ljubljana" not in said(visitor, "/console/sites")
    for key in ("sites", "projects", "participants", "devices", "session-types", "sessions"):
        assert visitor.get(f"/console/{key}/{numbers[key]}").status_code == 404, key
        for words in ("Hands", "Cas Jansen", "Robot one", "Exercises", "First call"):
            assert words not in said(visitor, f"/console/{key}"), (key, words)
    assert ">Rotterdam</a>" in said(visitor, "/console/sites")


def test_a_site_administrator_does_what_the_site_needs(clinic: Clinic) -> None:
    visitor = clinic.with_role("Ad Min", "site", clinic.site, "admin")
    assert visitor.get("/console/sites/new").status_code == 403
    project = made(visitor, "projects", name="Feet", site_id=clinic.site, is_enabled=1)
    participant = made(visitor, "participants", name="New One", project_id=project, is_enabled=1)
    kind = re.search(r'value="(\d+)">Robot<', visitor.get("/console/devices/new").text)
    assert kind is not None
    own = made(visitor, "devices", name="Own robot", device_type_id=kind[1], is_enabled=1, site_id=clinic.site)
    assert "Ljubljana" in said(visitor, f"/console/devices/{own}")
    refused = visitor.post("/console/devices/new", {"name": "Nowhere", "device_type_id": kind[1]})
    assert refused.status_code == 403
    elsewhere = visitor.post("/console/projects/new", {"name": "No", "site_id": clinic.other_site, "is_enabled": 1})
    assert elsewhere.status_code == 403
    assert "do not let you do this" in elsewhere.text
    assert visitor.post(f"/console/participants/{participant}/remove").headers["location"] == "/console/participants"
    assert visitor.post(f"/console/sites/{clinic.site}/remove").headers["location"] == f"/console/sites/{clinic.site}"
    assert clinic.owner.get(f"/console/sites/{clinic.site}").status_code == 200


def test_a_user_of_a_project_reads_it_and_administers_nothing(clinic: Clinic) -> None:
    visitor = clinic.with_role("Us Er", "project", clinic.project, "user")
    page = said(visitor, f"/console/projects/{clinic.project}")
    assert "Cas Jansen" in page
    assert "/edit" not in page
    assert "Delete…" not in page
    assert "Give the role" not in page
    assert visitor.get(f"/console/projects/{clinic.project}/edit").status_code == 403
    given = give(visitor, f"/console/projects/{clinic.project}", 2, other=1, role="admin")
    assert given.status_code == 303
    assert "do not let you do this" in said(visitor, f"/console/projects/{clinic.project}")


def test_every_link_of_these_pages_leads_somewhere_for_whoever_sees_it(clinic: Clinic) -> None:
    numbers = _numbers(clinic)
    admin = clinic.with_role("Ad Min", "site", clinic.site, "admin")
    user = clinic.with_role("Us Er", "project", clinic.project, "user")
    for visitor in (clinic.owner, admin, user):
        checked: set[str] = set()
        for key in KINDS:
            for path in (f"/console/{key}", *((f"/console/{key}/{numbers[key]}",) if key in numbers else ())):
                answer = visitor.get(path)
                is_hidden = path == f"/console/services/{clinic.service}" and visitor is not clinic.owner
                assert answer.status_code == (404 if is_hidden else 200), path
                for href in set(Links(answer.text).found) - checked:
                    if href.startswith("/console") and "#" not in href:
                        checked.add(href)
                        assert visitor.get(href).status_code == 200, (path, href)


def test_a_users_page_tells_their_roles_and_the_person_leads_to_it(clinic: Clinic) -> None:
    clinic.with_role("Us Er", "project", clinic.project, "user")
    page = said(clinic.owner, "/console/users?q=Us")
    number = re.search(r'href="/console/users/(\d+)">Us Er<', page)
    assert number is not None
    own = said(clinic.owner, f"/console/users/{number[1]}")
    assert ">Hands</a>" in own
    assert "Group of Us Er" in own
    assert f'href="/console/people/{number[1]}"' in own
    access = said(clinic.owner, f"/console/people/{number[1]}/access")
    assert f'href="/console/users/{number[1]}"' in access
    assert "Hands" in access


def test_the_registration_key_is_for_those_who_let_devices_in(clinic: Clinic) -> None:
    assert "the registration key" in clinic.owner.get("/console/devices").text
    user = clinic.with_role("Us Er", "project", clinic.project, "user")
    assert "the registration key" not in user.get("/console/devices").text
