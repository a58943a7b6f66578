"""Webhooks to a real receiver that checks signatures with the specification's own library, and to a killed server."""

import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.clients.receiver import Message, Reaction, Receiver, receiving
from tests.clients.rollbook_process import Rollbook, rollbook

pytestmark = pytest.mark.clients

LOOPBACK = ("--allow-outbound", "127.0.0.0/8")
PEOPLE = 100
VERSIONS = 5


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, store: str) -> Iterator[Rollbook]:
    """A server that may call loopback; one for the whole file, as starting it takes longest."""
    with rollbook(tmp_path_factory.mktemp("rollbook"), store, *LOOPBACK) as made:
        made.start()
        yield made


def subscribe(api: httpx.Client, url: str, *topics: str) -> Any:
    made = api.post("/v1/webhooks", json={"url": url, "topics": topics or ["*"]})
    assert made.status_code == 201, made.text
    return made.json()


def add_person(api: httpx.Client) -> None:
    person = {"first_name": "Ana", "last_name": "Žagar", "username": uuid4().hex}
    assert api.post("/v1/people", json=person).status_code == 201


def check(secret: str, message: Message) -> Any:
    """What a customer's code does with a message."""
    return Webhook(secret).verify(message.body, message.headers)


def test_a_receiver_checks_what_it_gets_with_the_specifications_library(running: Rollbook) -> None:
    with receiving() as receiver, running.native() as api:
        made = subscribe(api, f"{receiver.url}/hook", "person.created")
        began = time.monotonic()
        add_person(api)
        receiver.wait_until(lambda r: len(r.messages) == 1, 30)
        assert time.monotonic() - began < 8, "it leaves after the commit, not when somebody looks"
        [message] = receiver.messages
        told = check(made["secret"], message)
        assert told["type"] == "person.created"
        assert told["data"]["fields"]["last_name"] == "Žagar"
        with pytest.raises(WebhookVerificationError):
            Webhook(made["secret"]).verify(message.body + b" ", message.headers)
        rotated = api.post(f"/v1/webhooks/{made['webhook']['id']}/rotate", json={"overlap_s": 3600}).json()
        api.post(f"/v1/webhooks/{made['webhook']['id']}/test")
        receiver.wait_until(lambda r: len(r.messages) == 2, 30)
        for secret in (made["secret"], rotated["secret"]):
            assert check(secret, receiver.messages[1])["type"] == "subscription.tested"


def test_a_redirect_inside_is_refused_and_one_to_where_we_may_go_is_followed(running: Rollbook) -> None:
    places = {"/inside": "http://10.1.2.3/", "/metadata": "http://169.254.169.254/latest", "/moved": "/hook"}

    def react(_: int, path: str) -> Reaction:
        return Reaction(307, places[path]) if path in places else Reaction()

    with receiving(react) as receiver, running.native() as api:
        hooks = {path: subscribe(api, receiver.url + path, "person.created") for path in places}
        add_person(api)
        receiver.wait_until(lambda r: len(r.accepted()) == 1, 30)
        [followed] = receiver.accepted()
        assert followed.path == "/hook"
        check(hooks["/moved"]["secret"], followed)
        for path in ("/inside", "/metadata"):
            failed = settled(api, hooks[path]["webhook"]["id"])
            assert failed["state"] == "failed"
            assert failed["last_error"].endswith("is not at a public address.")


def test_without_leave_nothing_inside_is_called(tmp_path: Path) -> None:
    with rollbook(tmp_path, "sqlite") as made, receiving() as receiver:
        hosts = ("127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]")
        urls = [f"http://{host}:{receiver.url.rpartition(':')[2]}/" for host in hosts]
        made.start(*LOOPBACK)
        with made.native() as api:
            ids = [subscribe(api, url, "person.created")["webhook"]["id"] for url in urls]
        made.stop()
        made.start()  # the leave is taken back
        with made.native() as api:
            refused = [api.post("/v1/webhooks", json={"url": url, "topics": ["person.created"]}) for url in urls]
            assert [answer.status_code for answer in refused] == [422] * len(urls)
            add_person(api)
            assert {settled(api, webhook)["state"] for webhook in ids} == {"failed"}
            assert receiver.messages == []


def settled(api: httpx.Client, webhook: str) -> Any:
    """A webhook's only delivery once it is over."""
    deadline = time.monotonic() + 30
    while True:
        [delivery] = api.get(f"/v1/webhooks/{webhook}/deliveries").json()["deliveries"]
        if delivery["state"] != "pending":
            return delivery
        assert time.monotonic() < deadline, delivery
        time.sleep(0.05)  # another process: there is nothing here to wait on


def write_versions(api: httpx.Client) -> None:
    """A hundred people, each made and changed four times: five hundred deliveries."""
    for version in range(VERSIONS):
        rows = [
            {"external_id": f"hr-{n}", "first_name": "Ana", "last_name": f"Version {version}"} for n in range(PEOPLE)
        ]
        answer = api.put("/v1/people", json=rows)
        assert answer.status_code == 200, answer.text


def versions_met(receiver: Receiver) -> dict[str, list[int]]:
    """For each person, the versions that were accepted, in order, repetitions too."""
    met: dict[str, list[int]] = defaultdict(list)
    for message in receiver.accepted():
        data = httpx.Response(200, content=message.body).json()["data"]
        met[data["id"]].append(int(data["fields"]["last_name"].removeprefix("Version ")))
    return met


def is_complete(receiver: Receiver) -> bool:
    return len({message.headers["webhook-id"] for message in receiver.accepted()}) == PEOPLE * VERSIONS


def test_a_server_killed_while_five_hundred_are_due_loses_none_and_keeps_their_order(
    running: Rollbook,
) -> None:
    """The target is down at first, then slow; the kill comes while both retries and first attempts are under way."""

    def react(count: int, _: str) -> Reaction:
        return Reaction(500) if count < 20 else Reaction(takes_s=0.02)

    with receiving(react) as receiver:
        with running.native() as api:
            made = subscribe(api, f"{receiver.url}/hook", "person.created", "person.updated")
            write_versions(api)
        receiver.wait_until(lambda r: len(r.accepted()) >= 60, 60)
        running.kill()
        before = len(receiver.accepted())
        assert before < PEOPLE * VERSIONS, "too late: all was sent before the kill"
        running.start()
        receiver.wait_until(is_complete, 120)
        for versions in versions_met(receiver).values():
            assert versions == sorted(versions)
            assert set(versions) == set(range(VERSIONS))
        assert len(receiver.accepted()) <= PEOPLE * VERSIONS + 32, "only what was under way may come twice"
        for message in receiver.accepted():
            check(made["secret"], message)
        bodies = {(message.headers["webhook-id"], message.body) for message in receiver.messages}
        assert len(bodies) == PEOPLE * VERSIONS, "every attempt sends the same bytes"
        with running.native() as api:
            wait_for_none_pending(api, made["webhook"]["id"])


def wait_for_none_pending(api: httpx.Client, webhook: str) -> None:
    deadline = time.monotonic() + 30
    while api.get(f"/v1/webhooks/{webhook}/deliveries", params={"state": "pending"}).json()["deliveries"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)  # another process: there is nothing here to wait on
