"""Velpic's webhooks: seven bodies as documented, whatever door the change came by, and nothing of anything else."""

from typing import Any
from uuid import uuid4

import jsonschema
import pytest

from rollbook.app import HOOK_FORMATS, Server
from rollbook.core.events.kinds import KINDS
from rollbook.core.people import registration
from rollbook.core.people.queries import get_person
from tests.conftest import Caller, Organisation
from tests.console.signed_in import owner
from tests.doors.smartarena.conftest import add_content, add_course
from tests.doors.smartarena.conftest import add_user as add_synced
from tests.doors.velpic.conftest import CONTRACT, add_user, answered
from tests.workers.post_office import PostOffice

NAMES = [hook["event"] for hook in CONTRACT["webhooks"]]


@pytest.fixture
def post(server: Server) -> PostOffice:
    return PostOffice(server)


def subscribe(organisation: Organisation, *names: str) -> str:
    """Have a new address told of these; the address."""
    url = f"https://hooks.example.org/{uuid4()}"
    body = {"url": url, "format": "velpic", "topics": list(names) or ["*"]}
    answered(organisation.native().post("/v1/webhooks", json=body), 201)
    return url


def told(post: PostOffice, url: str) -> list[Any]:
    """The bodies that an address was sent, in their order."""
    post.work()
    return [sent.json for sent in post.sent_to(url)]


def live_through(organisation: Organisation) -> dict[str, Any]:
    """Everything that Velpic has an event for, and more; the people and assignments."""
    native, sync, api = organisation.native(), organisation.smartarena(), organisation.velpic()
    content = add_content(native)
    ana = add_synced(sync, "ana", username="ana")
    add_course(sync, "k-1", content_code=content["number"], users_mapping_codes=["ana"])
    first = native.get("/v1/assignments").json()["assignments"][0]
    answered(sync.put("/api/courses", json={"mapping_code": "k-1", "end_date": "2030-01-01"}))
    answered(native.post(f"/v1/assignments/{first['id']}/complete"))
    answered(api.put(f"/api/v2/user/{ana['id']}", json={"firstName": "Anna"}))
    add_course(sync, "k-2", content_code=content["number"], users_mapping_codes=["ana"])
    assert api.post(f"/api/v2/user/{ana['id']}/inactivate").status_code == 200
    return {"person": ana["id"], "start": first["start_at"]}


def test_all_events_is_every_one_of_the_seven_and_each_has_its_documented_body(
    organisation: Organisation, post: PostOffice
) -> None:
    url = subscribe(organisation)
    person = str(live_through(organisation)["person"])
    bodies = told(post, url)
    assert {body["name"] for body in bodies} == set(NAMES)
    documented = {hook["event"]: hook for hook in CONTRACT["webhooks"]}
    for body in bodies:
        hook = documented[body["name"]]
        jsonschema.validate(body, hook["schema"])
        assert list(body) == list(hook["example"]), "the same fields, spelt and ordered alike"
        assert person in (body.get("userId"), body.get("userID"))
        assert body["timeStamp"].endswith("Z")


def test_the_bodies_say_what_happened(organisation: Organisation, post: PostOffice) -> None:
    url = subscribe(organisation)
    start = live_through(organisation)["start"]
    by_name: dict[str, list[Any]] = {}
    for body in told(post, url):
        by_name.setdefault(body["name"], []).append(body)
    made = by_name["user.account.created"][0]
    assert (made["firstName"], made["lastName"], made["userName"]) == ("Ana", "ana", "ana")
    assert by_name["user.account.inactivate"][0]["userName"] == "ana"
    assert by_name["user.settings.updated"][0]["actingUserId"] == "0"
    assert by_name["lesson.schedule.cancelled"][0]["cancellationReason"] == "SCHEDULE_CANCELLED_USER_INACTIVATED"
    assert by_name["lesson.schedule.changed"][0]["scheduleDate"] == start
    schedules = [body["lessonScheduleId"] for body in by_name["lesson.schedule.created"]]
    assert [body["lessonScheduleId"] for body in by_name["lesson.schedule.completed"]] == schedules[:1]
    assert [body["lessonScheduleId"] for body in by_name["lesson.schedule.cancelled"]] == schedules[1:]


@pytest.mark.parametrize("name", NAMES)
def test_a_hook_of_one_event_is_told_of_that_alone(organisation: Organisation, post: PostOffice, name: str) -> None:
    url = subscribe(organisation, name)
    live_through(organisation)
    assert {body["name"] for body in told(post, url)} == {name}


def test_who_acted_is_named_when_it_was_a_person(organisation: Organisation, post: PostOffice) -> None:
    user = add_user(organisation.velpic())
    url = subscribe(organisation, "user.settings.updated")
    form = {"first_name": "Jack", "last_name": "Smith", "username": user["userName"], "language": "en"}
    changed = owner(organisation).post(f"/console/people/{user['id']}/edit", form)
    assert changed.status_code == 303, changed.text
    [body] = told(post, url)
    assert (body["userId"], body["actingUserId"]) == (str(user["id"]), str(organisation.founded.owner.id))


def test_what_velpic_has_no_event_for_is_not_even_put_into_the_queue(
    organisation: Organisation, post: PostOffice
) -> None:
    url, native = subscribe(organisation), organisation.native()
    answered(native.post("/v1/contents", json={"title": "Slings"}), 201)
    answered(organisation.velpic().post("/api/v2/group", json={"name": "Crew", "description": ""}))
    assert told(post, url) == []
    assert native.get("/v1/deliveries").json()["deliveries"] == []


def test_an_assignment_that_is_taken_away_while_open_was_cancelled(
    organisation: Organisation, post: PostOffice
) -> None:
    native, sync = organisation.native(), organisation.smartarena()
    add_synced(sync, "ana")
    add_course(sync, "k-1", content_code=add_content(native)["number"], users_mapping_codes=["ana"])
    url = subscribe(organisation, "lesson.schedule.cancelled")
    answered(sync.post("/api/courses/removeusers", json={"mapping_code": "k-1", "users_mapping_codes": ["ana"]}))
    assert [body["cancellationReason"] for body in told(post, url)] == ["SCHEDULE_CANCELLED_MANUALLY"]


def test_someone_erased_before_the_telling_is_not_told_of(organisation: Organisation, post: PostOffice) -> None:
    url = subscribe(organisation, "user.account.created")
    user = add_user(organisation.velpic())
    with organisation.writing() as work:
        registration.erase(work, get_person(work, user["id"]))
    assert told(post, url) == []


def test_a_test_is_none_of_the_seven(organisation: Organisation, post: PostOffice) -> None:
    url, native = subscribe(organisation), organisation.native()
    webhook = native.get("/v1/webhooks").json()["webhooks"][0]
    assert native.post(f"/v1/webhooks/{webhook['id']}/test").status_code == 202
    [body] = told(post, url)
    assert body["name"] == "webhook.test"


def test_topics_are_the_documents_names_and_only_those(api: Caller, organisation: Organisation) -> None:
    native = organisation.native()
    hook = {"url": "https://hooks.example.org/a", "format": "velpic"}
    for topics in (["person.deleted"], ["lesson.schedule.lost"], []):
        refused = native.post("/v1/webhooks", json={**hook, "topics": topics})
        assert (refused.status_code, list(refused.json()["errors"])) == (422, ["topics"]), refused.text
    unknown = native.post("/v1/webhooks", json={**hook, "format": "fax", "topics": ["*"]})
    assert (unknown.status_code, list(unknown.json()["errors"])) == (422, ["format"])
    made = answered(native.post("/v1/webhooks", json={**hook, "topics": ["user.account.created"]}), 201)["webhook"]
    assert (made["format"], made["topics"]) == ("velpic", ["person.created"])
    path = f"/v1/webhooks/{made['id']}"
    every = answered(native.patch(path, json={"topics": ["*"]}))["topics"]
    assert every == sorted(frozenset().union(*HOOK_FORMATS["velpic"].values()))
    assert answered(native.patch(path, json={"topics": every})) | {"topics": every} == answered(native.get(path))


def test_a_hook_is_made_in_the_console_by_choosing_velpic_and_an_event(
    organisation: Organisation, post: PostOffice
) -> None:
    visitor = owner(organisation)
    assert 'href="/console/webhooks/new?format=velpic"' in visitor.get("/console/webhooks").text
    page = visitor.get("/console/webhooks/new?format=velpic").text
    assert all(name in page for name in NAMES)
    url = f"https://hooks.example.org/{uuid4()}"
    form = {"format": "velpic", "url": url, "topics": "user.account.created"}
    answer = visitor.post("/console/webhooks/new", form, page="/console/webhooks/new?format=velpic")
    assert "whsec_" in answer.text
    user = add_user(organisation.velpic())
    answered(organisation.velpic().put(f"/api/v2/user/{user['id']}", json={"firstName": "Jack"}))
    assert [body["name"] for body in told(post, url)] == ["user.account.created"]


def test_every_kind_behind_a_format_is_one_of_ours() -> None:
    for format, told_of in HOOK_FORMATS.items():
        assert frozenset().union(*told_of.values()) <= KINDS.keys(), format
    assert list(HOOK_FORMATS["velpic"]) == NAMES
