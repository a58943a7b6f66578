"""Webhooks, deliveries and replays through the native API."""

import base64
import hashlib
import hmac
from typing import Any
from uuid import uuid4

import pytest

from rollbook.app import Server
from rollbook.core.kernel.clock import DAY, HOUR, MINUTE
from rollbook.core.kernel.principal import Role
from tests.conftest import Caller, Organisation
from tests.workers.post_office import PostOffice, Sent, answering


@pytest.fixture
def api(organisation: Organisation) -> Caller:
    return organisation.native()


@pytest.fixture
def post(server: Server) -> PostOffice:
    return PostOffice(server)


def new_url() -> str:
    return f"https://hooks.example.org/{uuid4()}"


def subscribe(api: Caller, **fields: Any) -> Any:
    made = api.post("/v1/webhooks", json={"url": new_url(), "topics": ["person.created"], **fields})
    assert made.status_code == 201, made.text
    return made.json()


def add_person(api: Caller, first_name: str = "Ana") -> str:
    name = uuid4().hex[:10]
    person = {"first_name": first_name, "last_name": "Novak", "username": name}
    return str(api.post("/v1/people", json=person).json()["id"])


def signatures(secret: str, sent: Sent) -> str:
    """What the Standard Webhooks specification says the signature is."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{sent.headers['webhook-id']}.{sent.headers['webhook-timestamp']}.{sent.body.decode()}".encode()
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def test_a_webhook_is_made_shown_changed_and_removed(api: Caller) -> None:
    made = subscribe(api, topics=["person.created", "person.updated"], description="HR")
    webhook = made["webhook"]
    assert made["secret"].startswith("whsec_")
    assert len(base64.b64decode(made["secret"].removeprefix("whsec_"))) == 32
    assert webhook["format"] == "native"
    assert webhook["state"] == "active"
    path = f"/v1/webhooks/{webhook['id']}"
    assert api.get(path).json() == webhook
    assert "secret" not in api.get(path).text
    changed = api.patch(path, json={"topics": ["*"], "description": None}).json()
    assert changed | {"topics": ["*"], "description": None, "url": webhook["url"]} == changed
    assert api.get("/v1/webhooks").json()["webhooks"] == [changed]
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert api.get("/v1/webhooks").json() == {"webhooks": [], "next": None}


def test_webhooks_are_paged_in_the_order_they_were_made(api: Caller) -> None:
    ids = [subscribe(api)["webhook"]["id"] for _ in range(3)]
    first = api.get("/v1/webhooks", params={"limit": 2}).json()
    second = api.get("/v1/webhooks", params={"limit": 2, "cursor": first["next"]}).json()
    assert [webhook["id"] for webhook in first["webhooks"] + second["webhooks"]] == ids
    assert second["next"] is None


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"url": ""}, "url"),
        ({"url": "ftp://example.org/a"}, "url"),
        ({"url": "https://"}, "url"),
        ({"url": "example.org/hook"}, "url"),
        ({"url": "https://ana:secret@example.org/"}, "url"),
        ({"url": "https://example.org/a b"}, "url"),
        ({"url": "https://example.org:0/"}, "url"),
        ({"url": "https://example.org:99999/"}, "url"),
        ({"url": "https://[::1/"}, "url"),
        ({"url": "https://example.org/" + "a" * 2048}, "url"),
        ({"url": 7}, "url"),
        ({"topics": []}, "topics"),
        ({"topics": ["person.creatd"]}, "topics"),
        ({"topics": ["person.*"]}, "topics"),
        ({"topics": "*"}, "topics"),
        ({"description": "x" * 300}, "description"),
        ({"secret": "mine"}, "secret"),
    ],
)
def test_a_bad_value_is_named_and_nothing_is_written(api: Caller, fields: dict[str, Any], named: str) -> None:
    answer = api.post("/v1/webhooks", json={"url": new_url(), "topics": ["*"], **fields})
    assert answer.status_code == 422, answer.text
    assert [name.partition("[")[0] for name in answer.json()["errors"]] == [named]
    assert api.get("/v1/webhooks").json()["webhooks"] == []


def test_an_address_inside_is_taken_by_its_shape_and_judged_at_sending(api: Caller) -> None:
    assert subscribe(api, url="http://127.0.0.1:9/hook")["webhook"]["state"] == "active"


def test_there_is_a_most(api: Caller) -> None:
    for _ in range(100):
        subscribe(api)
    assert api.post("/v1/webhooks", json={"url": new_url(), "topics": ["*"]}).status_code == 409


def test_another_organisation_sees_none_of_it(api: Caller, other_organisation: Organisation, post: PostOffice) -> None:
    webhook = subscribe(api)["webhook"]["id"]
    add_person(api)
    [delivery] = api.get("/v1/deliveries").json()["deliveries"]
    other = other_organisation.native()
    assert other.get("/v1/deliveries").json()["deliveries"] == []
    assert other.get("/v1/deliveries", params={"webhook": webhook}).status_code == 422
    for path in (f"/v1/webhooks/{webhook}", f"/v1/deliveries/{delivery['id']}", f"/v1/webhooks/{webhook}/deliveries"):
        assert other.get(path).status_code == 404
    for action in ("pause", "resume", "rotate", "test", "replay?since=2026-01-01"):
        assert other.post(f"/v1/webhooks/{webhook}/{action}", json={}).status_code == 404
    assert other.delete(f"/v1/webhooks/{webhook}").status_code == 404
    assert other.post(f"/v1/deliveries/{delivery['id']}/retry").status_code == 404


def test_every_message_is_signed_as_standard_webhooks_says(api: Caller, post: PostOffice) -> None:
    made = subscribe(api)
    add_person(api, "Žan")
    post.work()
    [sent] = post.sent_to(made["webhook"]["url"])
    assert sent.headers["webhook-signature"] == signatures(made["secret"], sent)
    assert int(sent.headers["webhook-timestamp"]) == sent.at // 1_000_000


def test_a_rotated_secret_signs_beside_the_old_one_for_a_while(api: Caller, post: PostOffice) -> None:
    made = subscribe(api)
    path = f"/v1/webhooks/{made['webhook']['id']}/rotate"
    rotated = api.post(path, json={"overlap_s": 3600}).json()
    assert rotated["secret"] != made["secret"]
    add_person(api)
    post.work()
    [both] = post.sent_to(made["webhook"]["url"])
    assert both.headers["webhook-signature"].split(" ") == [
        signatures(rotated["secret"], both),
        signatures(made["secret"], both),
    ]
    add_person(api)
    post.work(later=HOUR)
    alone = post.sent_to(made["webhook"]["url"])[1]
    assert alone.headers["webhook-signature"] == signatures(rotated["secret"], alone)
    for overlap in (-1, 8 * 24 * 3600):
        assert list(api.post(path, json={"overlap_s": overlap}).json()["errors"]) == ["overlap_s"]


def test_the_url_is_no_part_of_what_others_are_told(api: Caller) -> None:
    url = new_url()
    subscribe(api, url=url)
    feed = api.get("/v1/changes", params={"limit": 1000})
    assert "subscription.created" in feed.text
    assert "https://hooks.example.org" in feed.text
    assert url not in feed.text


def test_a_test_event_goes_to_one_webhook_alone_whatever_its_topics(api: Caller, post: PostOffice) -> None:
    asked, other = subscribe(api, topics=["group.deleted"]), subscribe(api, topics=["*"])
    assert api.post(f"/v1/webhooks/{asked['webhook']['id']}/test").json() == {"deliveries": 1}
    post.work()
    assert post.kinds_sent_to(asked["webhook"]["url"]) == ["subscription.tested"]
    assert "subscription.tested" not in post.kinds_sent_to(other["webhook"]["url"])
    api.post(f"/v1/webhooks/{asked['webhook']['id']}/pause")
    assert api.post(f"/v1/webhooks/{asked['webhook']['id']}/test").status_code == 409


def test_deliveries_are_listed_newest_first_filtered_and_paged(api: Caller, post: PostOffice) -> None:
    good, bad = subscribe(api)["webhook"], subscribe(api)["webhook"]
    post.answers[bad["url"]] = answering(500, b"\x00no")
    people = [add_person(api) for _ in range(3)]
    post.work()
    delivered = api.get("/v1/deliveries", params={"state": "delivered", "limit": 2}).json()
    rest = api.get("/v1/deliveries", params={"state": "delivered", "cursor": delivered["next"]}).json()
    listed = delivered["deliveries"] + rest["deliveries"]
    assert [delivery["entity_id"] for delivery in listed] == people[::-1]
    assert {delivery["webhook"] for delivery in listed} == {good["id"]}
    waiting = api.get("/v1/deliveries", params={"state": "pending", "webhook": bad["id"]}).json()["deliveries"]
    assert [delivery["entity_id"] for delivery in waiting] == people[::-1]
    assert all(delivery["due_at"] for delivery in waiting)
    whole = api.get(f"/v1/deliveries/{waiting[0]['id'].upper()}").json()
    assert whole["payload"]["type"] == "person.created"
    assert whole["tried"][0]["status"] == 500
    assert "no" in whole["tried"][0]["answer"]
    assert list(api.get("/v1/deliveries", params={"state": "lost"}).json()["errors"]) == ["state"]
    assert list(api.get("/v1/deliveries", params={"limit": 0}).json()["errors"]) == ["limit"]
    assert list(api.get("/v1/deliveries", params={"cursor": "nonsense"}).json()["errors"]) == ["cursor"]


def test_a_delivery_is_sent_again_on_request_whatever_became_of_it(api: Caller, post: PostOffice) -> None:
    url = subscribe(api)["webhook"]["url"]
    add_person(api)
    post.work()
    [first] = post.sent_to(url)
    again = api.post(f"/v1/deliveries/{first.headers['webhook-id']}/retry")
    assert (again.status_code, again.json()["state"], again.json()["attempts"]) == (202, "pending", 0)
    post.work()
    assert [(sent.body, sent.headers["webhook-id"]) for sent in post.sent_to(url)] == [
        (first.body, first.headers["webhook-id"])
    ] * 2
    whole = api.get(f"/v1/deliveries/{first.headers['webhook-id']}").json()
    assert len(whole["tried"]) == 2


def test_a_failing_delivery_can_be_hurried(api: Caller, post: PostOffice) -> None:
    url = subscribe(api)["webhook"]["url"]
    post.answers[url] = answering(500)
    add_person(api)
    post.work()
    post.work(later=5 * 1_000_000)
    del post.answers[url]
    api.post(f"/v1/deliveries/{post.sent_to(url)[0].headers['webhook-id']}/retry")
    post.work()
    assert len(post.sent_to(url)) == 3


def test_everything_since_is_replayed_in_order_with_the_ids_it_had(api: Caller, post: PostOffice) -> None:
    webhook = subscribe(api, topics=["person.updated"])["webhook"]
    person = add_person(api)
    for name in ("Eva", "Iva", "Ida"):
        api.patch(f"/v1/people/{person}", json={"first_name": name})
    post.work()
    before = post.sent_to(webhook["url"])
    replayed = api.post(f"/v1/webhooks/{webhook['id']}/replay", params={"since": "2026-01-01"})
    assert (replayed.status_code, replayed.json()) == (202, {"deliveries": 3})
    post.work()
    again = post.sent_to(webhook["url"])[3:]
    assert [(sent.headers["webhook-id"], sent.body) for sent in again] == [
        (sent.headers["webhook-id"], sent.body) for sent in before
    ]
    assert [sent.json["data"]["fields"]["first_name"] for sent in again] == ["Eva", "Iva", "Ida"]


def test_a_replay_since_a_time_takes_what_is_newer(api: Caller, post: PostOffice) -> None:
    webhook = subscribe(api)["webhook"]
    add_person(api)
    post.work()
    at = api.get("/v1/changes", params={"limit": 1000}).json()["changes"][-1]["at"]
    later = api.post(f"/v1/webhooks/{webhook['id']}/replay", params={"since": "2150-01-01"})
    assert later.json() == {"deliveries": 0}
    assert api.post(f"/v1/webhooks/{webhook['id']}/replay", params={"since": at}).json() == {"deliveries": 1}
    for bad in ({}, {"since": "yesterday"}):
        answer = api.post(f"/v1/webhooks/{webhook['id']}/replay", params=bad)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["since"])


def test_a_new_webhook_can_be_told_what_happened_before_it(api: Caller, post: PostOffice) -> None:
    people = [add_person(api) for _ in range(3)]
    webhook = subscribe(api)["webhook"]
    post.work()
    assert post.sent_to(webhook["url"]) == []
    assert api.post(f"/v1/webhooks/{webhook['id']}/replay?since=2026-01-01").json()["deliveries"] >= 3
    post.work(later=MINUTE)
    told = [sent.json["data"]["id"] for sent in post.sent_to(webhook["url"])]
    assert sorted(told[-3:]) == sorted(people)
    assert len(told) == len(set(told))


def test_what_is_gone_is_revived_by_resuming(api: Caller, post: PostOffice) -> None:
    webhook = subscribe(api)["webhook"]
    post.answers[webhook["url"]] = answering(410)
    add_person(api)
    post.work()
    path = f"/v1/webhooks/{webhook['id']}"
    assert api.post(f"{path}/pause").status_code == 409
    assert api.post(f"{path}/replay?since=2026-01-01").status_code == 409
    assert api.post(f"{path}/resume").json()["state"] == "active"
    del post.answers[webhook["url"]]
    add_person(api)
    post.work(later=DAY)
    assert len(post.sent_to(webhook["url"])) == 2


def test_another_url_forgives_the_failures_of_the_one_before(api: Caller, post: PostOffice) -> None:
    webhook = subscribe(api)["webhook"]
    post.answers[webhook["url"]] = answering(500)
    add_person(api)
    post.work()
    path = f"/v1/webhooks/{webhook['id']}"
    assert api.get(path).json()["failures_in_a_row"] == 1
    moved = api.patch(path, json={"url": new_url()}).json()
    assert (moved["failures_in_a_row"], moved["failing_since"]) == (0, None)
    post.work(later=MINUTE)
    assert len(post.sent_to(moved["url"])) == 1


@pytest.mark.parametrize("role", [Role.HR_MANAGER, Role.INSTRUCTOR, Role.LEARNER])
def test_only_administrators_may_see_or_make_webhooks(organisation: Organisation, api: Caller, role: Role) -> None:
    made = api.post("/v1/credentials", json={"kind": "api_key", "name": "weak", "roles": [role.value]}).json()
    weak = Caller(api.client, {"authorization": f"Bearer {made['secret']}"})
    assert weak.get("/v1/webhooks").status_code == 403
    assert weak.get("/v1/deliveries").status_code == 403
    assert weak.post("/v1/webhooks", json={"url": new_url(), "topics": ["*"]}).status_code == 403


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/",
        "http://[fd00::1]/",
        "http://192.168.1.1:8080/hook",
        "http://0x0a.1/",
        "http://167772161/",
    ],
)
def test_an_address_inside_is_refused_when_it_is_typed_in(api: Caller, url: str) -> None:
    made = api.post("/v1/webhooks", json={"url": url, "topics": ["*"]})
    assert made.status_code == 422, made.text
    assert "is not at a public address" in made.json()["errors"]["url"][0]
    webhook = subscribe(api)["webhook"]
    assert api.patch(f"/v1/webhooks/{webhook['id']}", json={"url": url}).status_code == 422
    assert [one["url"] for one in api.get("/v1/webhooks").json()["webhooks"]] == [webhook["url"]]


def test_an_address_that_the_server_allows_is_taken(api: Caller) -> None:
    for url in ("http://127.0.0.1:9/hook", "http://localhost/hook", "http://hooks.localhost/hook"):
        assert subscribe(api, url=url)["webhook"]["url"] == url


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("person.creatd", "there are person.created"),
        ("person.*", "person.deleted"),
        ("nonsense", "they are written like person.created, and * is all of them"),
    ],
)
def test_an_unknown_kind_of_event_is_told_what_there_is(api: Caller, topic: str, said: str) -> None:
    answer = api.post("/v1/webhooks", json={"url": new_url(), "topics": [topic]})
    assert answer.status_code == 422
    assert said in answer.json()["errors"]["topics"][0]


def test_the_kinds_of_event_are_listed_in_the_api_page(api: Caller) -> None:
    schemas = api.client.get("/docs/native/openapi.json").json()["components"]["schemas"]
    assert {"*", "person.created"} < set(schemas["WebhookIn"]["properties"]["topics"]["items"]["enum"])
