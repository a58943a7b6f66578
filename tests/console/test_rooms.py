"""The rooms: who comes in, what forms say when refused, and that nothing of another organisation is found."""

import re
from html import unescape
from typing import Any

import pytest

from rollbook.console.records.kinds import KINDS
from rollbook.console.routes import ROWS
from rollbook.core.kernel.principal import Role
from rollbook.core.learning import contents, courses, versions
from rollbook.core.learning.lessons import Step
from rollbook.core.learning.records import NewContent, NewCourse
from rollbook.core.people import registration, structure
from rollbook.core.people.records import NewPerson
from tests.conftest import Organisation
from tests.console.signed_in import Links, Visitor, add_person, new_visitor, owner, sign_in

OF_PLACES = tuple(f"/console/{key}" for key in KINDS)
"""Rooms that need a role at a site or in a project, which nobody here has; tests/console/test_records.py gives some."""
NO_ROOMS = {"/", "/console/sign-in", "/console/settings/certificates/logo", "/console/recycle-bin"}
ROOMS = sorted(row.path for row in ROWS if row.method == "GET" and "{" not in row.path and row.path not in NO_ROOMS)
THINGS = sorted(row.path for row in ROWS if row.method == "GET" and "{id:int}" in row.path)
SEES: dict[Role, set[str]] = {
    Role.OWNER: set(ROOMS),
    Role.ADMINISTRATOR: set(ROOMS),
    Role.HR_MANAGER: {
        room
        for room in ROOMS
        if not room.startswith(
            (
                "/console/webhooks", "/console/keys", "/console/settings", "/console/lessons/", "/console/mail/",
                "/console/dashboards/", "/console/scripts", "/console/sources/", "/console/tasks", *OF_PLACES,
            )
        )
    },
    Role.ANALYST: {
        "/console", "/console/account", "/console/account/password", "/console/activities", "/console/assignments",
        "/console/audit", "/console/certificates", "/console/classes", "/console/courses", "/console/dashboards",
        "/console/dashboards/new", "/console/groups", "/console/learn",
        "/console/lessons", "/console/live", "/console/locations", "/console/mail",
        "/console/people", "/console/people.csv", "/console/qualifications", "/console/scripts",
        "/console/scripts/new", "/console/search", "/console/simulators", "/console/sources", "/console/sources/new",
        "/console/tasks", "/console/workplaces",
    },
    Role.LEARNER: {
        "/console", "/console/account", "/console/account/password", "/console/activities", "/console/assignments",
        "/console/certificates", "/console/classes", "/console/dashboards", "/console/learn", "/console/live",
        "/console/people",
        "/console/people.csv", "/console/search", "/console/sources",
    },
}  # fmt: skip


@pytest.mark.parametrize("role", SEES)
def test_each_role_comes_into_its_rooms_and_no_other(organisation: Organisation, owner_hash: str, role: Role) -> None:
    person = add_person(organisation, owner_hash, role)
    visitor = sign_in(organisation, person.username)
    for room in ROOMS:
        answer = visitor.get(room)
        assert answer.status_code == (200 if room in SEES[role] else 403), (room, answer.status_code)
        if answer.status_code == 403:
            assert "Your role does not reach this page" in answer.text
            assert "An owner or administrator of your organisation can give it to you." in answer.text


@pytest.mark.parametrize("role", SEES)
def test_the_rail_and_pages_link_only_to_what_the_role_opens(
    organisation: Organisation, owner_hash: str, role: Role
) -> None:
    person = add_person(organisation, owner_hash, role)
    visitor = sign_in(organisation, person.username)
    for room in sorted(SEES[role] - {"/console/people.csv"}):
        for href in set(Links(visitor.get(room).text).found):
            if href.startswith("/console") and "#" not in href:
                assert visitor.get(href).status_code == 200, (room, href)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.needs is not None], ids=lambda row: f"{row.method} {row.path}"
)
def test_nobody_comes_in_without_a_session(organisation: Organisation, row: Any) -> None:
    path = re.sub(r"\{\w+:int\}", "1", row.path)
    path = re.sub(r"\{\w+:str\}", "x", path)
    answer = organisation.client.request(row.method, path, follow_redirects=False)
    assert answer.status_code in (303, 403)
    if answer.status_code == 303:
        assert answer.headers["location"].startswith("/console/sign-in")


def test_a_learner_comes_to_what_they_learn_and_sees_nobody_else(organisation: Organisation, owner_hash: str) -> None:
    own = add_person(organisation, owner_hash, Role.LEARNER)
    other = add_person(organisation, owner_hash, Role.LEARNER, "Bea Novak")
    visitor = sign_in(organisation, own.username)
    home = visitor.get("/console")
    assert home.url.path == "/console/learn"
    assert "Nothing is waiting for you" in home.text
    assert f'href="/console/people/{own.id}"' in home.text
    assert visitor.get(f"/console/people/{other.id}").status_code == 404
    assert "Novak" not in visitor.get("/console/people").text
    assert "Novak" not in visitor.get("/console/search?q=Novak", headers={"accept": "application/json"}).text


@pytest.mark.parametrize("path", THINGS)
def test_what_another_organisation_has_is_not_there(
    organisation: Organisation, other_organisation: Organisation, path: str
) -> None:
    theirs = _something_of(other_organisation, path)
    visitor = owner(organisation)
    path = path.replace("{number:int}", "1").replace("{at:int}", "0").replace("{file:str}", "x")
    assert visitor.get(path.replace("{id:int}", str(theirs))).status_code == 404
    assert visitor.get(path.replace("{id:int}", "999999999")).status_code == 404


def _something_of(organisation: Organisation, path: str) -> int:
    """The id of something that another organisation really has, where the kind is quickly made."""
    kind = path.split("/")[2]
    catalogues = {catalogue.table.name: catalogue for catalogue in structure.CATALOGUES}
    with organisation.writing() as work:
        if kind in catalogues:
            return structure.add_entry(work, catalogues[kind], name="Theirs").id
        if kind == "courses":
            return courses.create(work, NewCourse(title="Theirs")).id
        if kind == "lessons":
            lesson = contents.create(work, NewContent(title="Theirs"))
            versions.draft(work, lesson, [Step(title="Theirs")])
            return lesson.id
    return organisation.founded.owner.id if kind == "people" else 999999998


# --- Forms -------------------------------------------------------------------------------------------------------

REFUSED: list[tuple[str, dict[str, Any], int, list[str]]] = [
    ("/console/people/new", {"first_name": "", "last_name": "Kept"}, 422, ["First name is required", 'value="Kept"']),
    ("/console/people/new", {"first_name": "A", "last_name": "B", "email": "nowhere"}, 422, ["ana@example.org"]),
    ("/console/people/new", {"first_name": "A", "last_name": "B", "time_zone": "Mars"}, 422, ["Europe/Ljubljana"]),
    (
        "/console/people/new",
        {"first_name": "A", "last_name": "B", "group_id": "77777777"},
        422,
        ["There is no group with this id that people may join."],
    ),
    ("/console/people/new", {"first_name": "A", "last_name": "B", "group_id": "x"}, 422, ["must be a whole number"]),
    ("/console/people/new", {"first_name": "A", "last_name": "B", "roles": "king"}, 422, ["There is no such role."]),
    ("/console/groups", {"name": "", "external_id": "K-7"}, 422, ["Name is required", 'value="K-7"']),
    ("/console/locations", {"name": "x" * 300}, 422, ["may have at most 255"]),
    ("/console/courses/new", {"title": ""}, 422, ["Title is required"]),
    ("/console/courses/new", {"title": "T", "kind": "online", "start_date": "tomorrow"}, 422, ["YYYY-MM-DD"]),
    ("/console/courses/new", {"title": "T", "kind": "online", "access_days": "ten"}, 422, ["must be a whole number"]),
    ("/console/courses/new", {"title": "T", "kind": "online", "access_days": "--5"}, 422, ["must be a whole number"]),
    ("/console/assignments/new", {"people": "nobody@nowhere.example"}, 422, ["a course or a lesson, one of them."]),
    ("/console/lessons/new", {"title": "", "goals": "Kept"}, 422, ["Title is required", "Kept"]),
    ("/console/lessons/new", {"title": "T", "certificate_months": "-1"}, 422, ["must lie between"]),
    ("/console/lessons/fields", {"key": "1st", "description": "D", "kind": "string"}, 422, ["begin with a letter"]),
    ("/console/keys/new", {"name": "", "kind": "api_key", "role": "learner"}, 422, ["Name is required"]),
    ("/console/keys/new", {"name": "K", "kind": "api_key", "role": "king"}, 422, ["Choose what the key may do."]),
    ("/console/keys/new", {"name": "K", "kind": "sword", "role": "learner"}, 422, ["api_key"]),
    ("/console/webhooks/new", {"url": "ftp://x.example", "every": "1"}, 422, ["http or https", "ftp://x.example"]),
    ("/console/webhooks/new", {"url": "https://x.example"}, 422, ["at least one kind"]),
    ("/console/settings", {"name": "", "language": "en", "time_zone": "UTC"}, 422, ["Name is required"]),
    ("/console/settings", {"name": "N", "language": "en", "time_zone": "Mars"}, 422, ["Europe/Ljubljana"]),
    ("/console/simulators", {"title": "S"}, 422, ["Choose a collection"]),
    ("/console/simulators", {"title": "", "what": "collection"}, 422, ["Title is required"]),
    ("/console/imports/new", {}, 422, ["Choose a file."]),
]


@pytest.mark.parametrize(("path", "data", "status", "said"), REFUSED)
def test_a_refused_form_says_why_beside_the_field_and_keeps_what_was_typed(
    organisation: Organisation, path: str, data: dict[str, Any], status: int, said: list[str]
) -> None:
    answer = owner(organisation).post(path, data)
    assert answer.status_code == status, answer.text
    for text in said:
        assert text in answer.text


def test_a_person_is_added_found_changed_inactivated_and_erased(organisation: Organisation) -> None:
    visitor = owner(organisation)
    data = {"first_name": "Zoë", "last_name": "Quill", "email": f"zoe{organisation.id}@example.org", "roles": "learner"}
    made = visitor.post("/console/people/new", data)
    assert made.status_code == 303
    home = made.headers["location"]
    assert "Zoë Quill is added." in visitor.get(home).text
    assert "Zoë Quill is added." not in visitor.get(home).text
    assert "Zoë Quill" in visitor.get("/console/people?q=quill").text
    found = visitor.get("/console/search?q=quill", headers={"accept": "application/json"}).json()
    assert found["groups"][0]["items"][0]["href"] == home
    changed = {**data, "last_name": "Quillon", "username": f"zoe{organisation.id}", "language": "de"}
    assert visitor.post(f"{home}/edit", changed).status_code == 303
    assert "Zoë Quillon" in visitor.get(home).text
    assert "Person changed" in visitor.get(f"{home}/history").text
    assert visitor.post(f"{home}/inactivate").status_code == 303
    assert "Inactive" in visitor.get(home).text
    visitor.post(f"{home}/erase", {"name": "Someone Else"})
    assert visitor.get(home).status_code == 200
    visitor.post(f"{home}/erase", {"name": "zoë quillon"})
    assert visitor.get(home).status_code == 404


def test_a_duplicate_is_told_beside_its_field(organisation: Organisation) -> None:
    visitor = owner(organisation)
    data = {"first_name": "A", "last_name": "B", "username": f"twice{organisation.id}"}
    assert visitor.post("/console/people/new", data).status_code == 303
    again = visitor.post("/console/people/new", data)
    assert again.status_code == 409
    assert "User name is taken: someone has it already." in again.text


def test_many_are_inactivated_at_once_or_none(organisation: Organisation, owner_hash: str) -> None:
    first = add_person(organisation, owner_hash, Role.LEARNER)
    second = add_person(organisation, owner_hash, Role.LEARNER, "Bea Novak")
    visitor = owner(organisation)
    own = organisation.founded.owner.id
    refused = visitor.post("/console/people/bulk", {"action": "inactivate", "id": [first.id, own]})
    assert "nobody inactivates themselves" in visitor.get(refused.headers["location"]).text
    assert "Active" in visitor.get(f"/console/people/{first.id}").text
    visitor.post("/console/people/bulk", {"action": "inactivate", "id": [first.id, second.id]})
    assert "2 people inactivated." in visitor.get("/console/people?status=inactive").text


def test_an_export_of_what_cannot_be_looked_for_is_refused(organisation: Organisation) -> None:
    assert owner(organisation).get("/console/people.csv", params={"q": "\x00"}).status_code == 422


def test_the_export_holds_the_filtered_people_and_no_formulas(organisation: Organisation) -> None:
    visitor = owner(organisation)
    for name in ("=cmd()", "Plain"):
        visitor.post("/console/people/new", {"first_name": name, "last_name": f"Row{organisation.id}"})
    answer = visitor.get(f"/console/people.csv?q=row{organisation.id}")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "'=cmd()" in answer.text
    assert len(answer.text.strip().splitlines()) == 3


def test_a_list_is_walked_forward_and_back(organisation: Organisation) -> None:
    with organisation.writing() as work:
        for number in range(120):
            registration.register(work, NewPerson(first_name="P", last_name=f"Walk{number:03}"))
    visitor = owner(organisation)
    first = visitor.get("/console/people?q=walk")
    assert "Walk049" in first.text
    assert "Walk050" not in first.text
    second = visitor.get(_pager(first.text, "next"))
    assert "Walk050" in second.text
    assert "Walk099" in second.text
    third = visitor.get(_pager(second.text, "next"))
    assert "Walk119" in third.text
    back = visitor.get(_pager(third.text, "prev"))
    assert "Walk050" in back.text
    assert "Walk099" in back.text
    assert "Walk100" not in back.text
    assert visitor.get("/console/people?after=nonsense").status_code == 422


def _pager(html: str, rel: str) -> str:
    return unescape(html.split(f'rel="{rel}" href="')[1].split('"')[0])


def test_a_key_is_shown_once_rotated_and_revoked(organisation: Organisation) -> None:
    visitor = owner(organisation)
    made = visitor.post("/console/keys/new", {"name": "Robot", "kind": "api_key", "role": "analyst", "lives": "30"})
    assert made.status_code == 200
    secret = made.text.split('id="secret" value="')[1].split('"')[0]
    assert secret.startswith("rbk_")
    assert organisation.client.get("/v1/people", headers={"x-api-key": secret}).status_code == 200
    listed = visitor.get("/console/keys")
    assert secret not in listed.text
    href = next(link for link in Links(listed.text).found if link.startswith("/console/keys/") and link[-1].isdigit())
    rotated = visitor.post(f"{href}/rotate", {"overlap": "0"})
    newer = rotated.text.split('id="secret" value="')[1].split('"')[0]
    assert organisation.client.get("/v1/people", headers={"x-api-key": newer}).status_code == 200
    assert organisation.client.get("/v1/people", headers={"x-api-key": secret}).status_code == 401
    assert visitor.post(f"{href}/revoke").status_code == 303


def test_a_course_is_made_assigned_and_seen_on_the_persons_record(organisation: Organisation, owner_hash: str) -> None:
    person = add_person(organisation, owner_hash, Role.LEARNER)
    visitor = owner(organisation)
    home = visitor.post("/console/courses/new", {"title": "Ladders", "kind": "online"}).headers["location"]
    course_id = home.rsplit("/", 1)[1]
    data = {"course_id": course_id, "people": f"{person.username}", "due_date": "2030-01-31"}
    assert visitor.post("/console/assignments/new", data).headers["location"] == home
    assert "Ladders is assigned to 1 person." in visitor.get(home).text
    assert "Ladders" in visitor.get(f"/console/people/{person.id}").text
    assert "Ladders" in sign_in(organisation, person.username).get("/console").text
    unknown = visitor.post("/console/assignments/new", {**data, "people": "nobody@nowhere.example"})
    assert unknown.status_code == 422
    assert "Nobody here is known as nobody@nowhere.example." in unknown.text
    again = visitor.post("/console/assignments/new", data)
    assert "1 person has Ladders already" in visitor.get(again.headers["location"]).text


def test_a_lesson_is_scheduled_for_people_and_a_group_finished_and_taken_back(
    organisation: Organisation, owner_hash: str
) -> None:
    ana, bor = (add_person(organisation, owner_hash, role, "Ana K") for role in (Role.LEARNER, Role.ANALYST))
    visitor = owner(organisation)
    with organisation.writing() as work:
        lesson = contents.create(work, NewContent(title="Slings"))
        versions.publish(work, lesson, versions.draft(work, lesson, [Step(title="Look")]))
    data = {"lesson_id": lesson.id, "people": f"{ana.username}\n{bor.username}"}
    home = visitor.post("/console/assignments/new", data).headers["location"]
    assert home == f"/console/lessons/{lesson.id}"
    assert "Slings is assigned to 2 people." in visitor.get(home).text
    again = visitor.post("/console/assignments/new", data)
    assert "2 people have Slings already." in visitor.get(again.headers["location"]).text
    listed = visitor.get(f"/console/assignments?lesson={lesson.id}&status=due").text
    first, second = sorted(set(re.findall(r"/console/assignments/\d+", listed)))
    assert visitor.post(first, {"action": "complete", "score": "90"}).status_code == 303
    assert visitor.post(second, {"action": "cancel", "reason": "left"}).status_code == 303
    assert "Ana K" in visitor.get(f"/console/assignments?lesson={lesson.id}&status=completed").text
    cancelled = organisation.native().get("/v1/assignments", params={"status": "cancelled"}).json()["assignments"]
    assert [one["cancel_reason"] for one in cancelled] == ["left"]
    for wrong in ({}, {"lesson_id": lesson.id, "course_id": 1}):
        refused = visitor.post("/console/assignments/new", {"people": ana.username, **wrong})
        assert refused.status_code == 422
        assert "Choose a course or a lesson, one of them." in refused.text


@pytest.mark.parametrize(
    ("sought", "found"), [("čistoč", True), ("ČISTOČA", True), ("100%", True), ("1_0", False), ("ladders", False)]
)
def test_courses_are_found_by_a_part_of_the_title_in_any_case(
    organisation: Organisation, sought: str, found: bool
) -> None:
    visitor = owner(organisation)
    visitor.post("/console/courses/new", {"title": "Čistoča: 100% varno", "kind": "online"})
    assert "Čistoča" in visitor.get("/console").text  # the message about it, which is told once
    page = visitor.get("/console/courses", params={"q": sought}).text
    assert ("Čistoča: 100% varno" in page) is found
    assert ("No courses like that" in page) is not found


def test_an_address_that_is_no_page_says_so_in_the_frame_of_the_session(organisation: Organisation) -> None:
    visitor = owner(organisation)
    answer = visitor.get("/console/no/such page")
    assert answer.status_code == 404
    assert 'href="/console/people"' in answer.text
    stranger = new_visitor(organisation).get("/console/no/such", follow_redirects=False)
    assert stranger.headers["location"] == "/console/sign-in?next=/console/no/such"


def test_people_are_imported_after_a_look_and_taken_back(organisation: Organisation) -> None:
    visitor = owner(organisation)
    sheet = "first name,last name,e-mail\nIva,Imported,iva@example.org\n"
    answer = visitor.post("/console/imports/new", files={"file": ("hr.csv", sheet.encode(), "text/csv")})
    assert answer.status_code == 303, answer.text
    match = answer.headers["location"]
    page = visitor.get(match)
    assert "iva@example.org" in page.text
    preview = visitor.post(match, {"column": ["first_name", "last_name", "email"]})
    assert preview.status_code == 303, preview.text
    href = preview.headers["location"].split("?")[0]
    assert "Iva Imported" in visitor.get(href).text
    assert "Imported" not in visitor.get("/console/people?q=imported").text.split("<table")[-1].split("</table")[0]
    assert visitor.post(href, {"action": "apply"}).status_code == 303
    assert "Iva Imported" in visitor.get("/console/people?q=imported").text
    visitor.post(href, {"action": "undo"})
    assert "Iva Imported" not in visitor.get("/console/people?q=imported").text


def test_a_webhook_is_added_paused_resumed_and_removed(organisation: Organisation) -> None:
    visitor = owner(organisation)
    data = {"url": "https://hooks.example.org/x", "description": "Hook", "topics": ["person.created"]}
    made = visitor.post("/console/webhooks/new", data)
    assert "whsec_" in made.text
    href = next(link for link in Links(visitor.get("/console/webhooks").text).found if link[-1].isdigit())
    for action, shown in (("pause", "Paused"), ("resume", "Active")):
        assert visitor.post(f"{href}/act", {"action": action}).status_code == 303
        assert shown in visitor.get(href).text
    assert visitor.post(f"{href}/act", {"action": "test"}).status_code == 303
    visitor.post(f"{href}/act", {"action": "remove"})
    assert visitor.get(href).status_code == 404


def test_an_unknown_address_and_certificate_are_pages_too(organisation: Organisation) -> None:
    visitor: Visitor = owner(organisation)
    for path in ("/console/nowhere", "/certificates/NO-SUCH"):
        answer = visitor.get(path)
        assert answer.status_code == 404
        assert "There is nothing here" in answer.text
        assert "content-security-policy" in answer.headers
