"""Webhooks on their way: when, in which order, how often, and what becomes of those that do not arrive."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from rollbook.core.kernel.clock import DAY, HOUR, MINUTE, SECOND
from rollbook.core.kernel.ports import OutboundFailed, OutboundRefused
from rollbook.core.webhooks import deliveries
from rollbook.core.webhooks.schedule import BACKOFF, DOWN_AFTER_FAILURES
from rollbook.workers.alarm import Alarm
from tests.conftest import Caller, Organisation
from tests.workers.post_office import Letters, PostOffice, Sent, answering, failing


class Webhook:
    """A webhook of one organisation and what the API says of it."""

    def __init__(self, api: Caller, *topics: str) -> None:
        self.api = api
        self.url = f"https://hooks.example.org/{uuid4()}"
        made = api.post("/v1/webhooks", json={"url": self.url, "topics": list(topics) or ["*"]})
        assert made.status_code == 201, made.text
        self.id = made.json()["webhook"]["id"]
        self.secret = made.json()["secret"]

    @property
    def shown(self) -> Any:
        return self.api.get(f"/v1/webhooks/{self.id}").json()

    def deliveries(self, **params: str) -> list[Any]:
        """Oldest first."""
        answer = self.api.get(f"/v1/webhooks/{self.id}/deliveries", params={**params, "limit": 500})
        return list(reversed(answer.json()["deliveries"]))


def add_person(api: Caller, **fields: str) -> str:
    name = uuid4().hex[:10]
    person = {"first_name": "Ana", "last_name": "Novak", "username": name, "external_id": name} | fields
    made = api.post("/v1/people", json=person)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def rename(api: Caller, person: str, first_name: str) -> None:
    assert api.patch(f"/v1/people/{person}", json={"first_name": first_name}).status_code == 200


@pytest.fixture
def api(organisation: Organisation) -> Caller:
    return organisation.native()


@pytest.fixture
def webhook(api: Caller) -> Webhook:
    return Webhook(api, "person.created", "person.updated")


def test_a_change_is_told_once_to_those_who_want_its_kind(api: Caller, post: PostOffice) -> None:
    wants, all_kinds, other = Webhook(api, "person.created"), Webhook(api, "*"), Webhook(api, "group.created")
    person = add_person(api)
    post.work()
    post.work(later=DAY)
    [told] = post.sent_to(wants.url)
    assert told.json["type"] == "person.created"
    assert told.json["data"]["id"] == person
    assert told.json["data"]["fields"]["first_name"] == "Ana"
    assert told.headers["content-type"] == "application/json"
    assert told.headers["user-agent"].startswith("Rollbook/")
    assert "person.created" in post.kinds_sent_to(all_kinds.url)
    assert post.sent_to(other.url) == []
    [delivery] = wants.deliveries()
    assert (delivery["state"], delivery["attempts"], delivery["last_status"]) == ("delivered", 1, 200)
    assert delivery["id"] == told.headers["webhook-id"]


def test_another_organisations_changes_are_not_told(
    webhook: Webhook, other_organisation: Organisation, post: PostOffice
) -> None:
    add_person(other_organisation.native())
    post.work()
    assert post.sent_to(webhook.url) == []


def test_what_is_rolled_back_is_not_told(webhook: Webhook, organisation: Organisation, post: PostOffice) -> None:
    rows = [{"external_id": "a", "first_name": "A", "last_name": "A"}, {"external_id": "b", "first_name": "B"}]
    assert organisation.native().put("/v1/people", json=rows).status_code >= 400
    post.work()
    assert post.sent_to(webhook.url) == []


def test_a_failure_is_tried_again_by_the_schedule_with_the_same_bytes_and_id(
    api: Caller, webhook: Webhook, post: PostOffice
) -> None:
    post.answers[webhook.url] = answering(500, b"oh no")
    person = add_person(api)
    post.work()
    rename(api, person, "Eva")
    for count, wait in enumerate(BACKOFF[:3], start=1):
        assert len(post.sent_to(webhook.url)) == count
        post.work(later=wait - SECOND)
        assert len(post.sent_to(webhook.url)) == count
        post.work(later=SECOND)
        assert len(post.sent_to(webhook.url)) == count + 1
    first, *others = post.sent_to(webhook.url)
    assert {(sent.body, sent.headers["webhook-id"]) for sent in others} == {(first.body, first.headers["webhook-id"])}
    assert {sent.headers["webhook-timestamp"] for sent in others} != {first.headers["webhook-timestamp"]}
    whole = api.get(f"/v1/deliveries/{first.headers['webhook-id']}").json()
    assert [(tried["status"], tried["answer"]) for tried in whole["tried"]] == [(500, "oh no")] * 4
    assert whole["delivery"]["last_error"] == "The target answered 500."


def test_a_later_change_of_the_same_record_waits_and_others_go_on(
    api: Caller, webhook: Webhook, post: PostOffice
) -> None:
    stuck = add_person(api)
    post.work()
    post.answers[webhook.url] = lambda sent: answering(500 if sent.json["data"]["id"] == stuck else 200)(sent)
    for name in ("One", "Two", "Three"):
        rename(api, stuck, name)
    other = add_person(api)
    post.work()
    post.work(later=10 * SECOND)
    told = [(sent.json["data"]["id"], sent.json["data"]["fields"]["first_name"]) for sent in post.sent_to(webhook.url)]
    assert told == [(stuck, "Ana"), (stuck, "One"), (other, "Ana"), (stuck, "One")]
    del post.answers[webhook.url]
    post.work(later=MINUTE)
    names = [sent.json["data"]["fields"]["first_name"] for sent in post.sent_to(webhook.url)[4:]]
    assert names == ["One", "Two", "Three"]


def test_a_burst_keeps_the_order_of_each_record_and_spares_the_target(
    api: Caller, webhook: Webhook, post: PostOffice
) -> None:
    people = [add_person(api) for _ in range(10)]
    for number in range(5):
        for person in people:
            rename(api, person, f"Name{number}")
    post.work()
    for person in people:
        told = [sent.json["data"] for sent in post.sent_to(webhook.url)]
        names = [data["fields"]["first_name"] for data in told if data["id"] == person]
        assert names == ["Ana", "Name0", "Name1", "Name2", "Name3", "Name4"]
    assert 1 < post.most_at_once[webhook.url] <= 4


def test_a_delivery_is_given_up_where_others_get_through(api: Caller, webhook: Webhook, post: PostOffice) -> None:
    poison = add_person(api)
    post.answers[webhook.url] = lambda sent: answering(400 if sent.json["data"]["id"] == poison else 204)(sent)
    post.work()
    for wait in BACKOFF:
        add_person(api)
        post.work(later=wait)
    assert webhook.shown["state"] == "active"
    [given_up] = webhook.deliveries(state="failed")
    assert (given_up["attempts"], given_up["last_status"]) == (len(BACKOFF) + 1, 400)
    assert len(webhook.deliveries(state="delivered")) == len(BACKOFF)
    rename(api, poison, "Eva")
    post.answers[webhook.url] = answering(200)
    post.work()
    assert post.kinds_sent_to(webhook.url)[-1] == "person.updated"


def test_410_ends_the_webhook_and_drops_what_waits(api: Caller, webhook: Webhook, post: PostOffice) -> None:
    person = add_person(api)
    rename(api, person, "Eva")
    post.answers[webhook.url] = answering(410)
    post.work()
    assert webhook.shown["state"] == "gone"
    assert "410" in webhook.shown["notice"]
    assert [delivery["state"] for delivery in webhook.deliveries()] == ["dropped", "dropped"]
    add_person(api)
    post.work(later=DAY)
    assert len(post.sent_to(webhook.url)) == 1
    assert len(webhook.deliveries()) == 2


def test_a_target_that_stays_down_is_paused_with_a_notice_and_one_mail(
    organisation: Organisation, api: Caller, webhook: Webhook, post: PostOffice, letters: Letters
) -> None:
    watching = Webhook(api, "subscription.paused", "subscription.resumed")
    add_person(api, email=f"admin@{organisation.id}.example.org", language="sl")
    boss = api.get("/v1/people", params={"email": f"admin@{organisation.id}.example.org"}).json()["people"][0]["id"]
    assert api.patch(f"/v1/people/{boss}", json={"roles": ["administrator"]}).status_code == 200
    post.work()
    post.answers[webhook.url] = failing(OutboundFailed("the server did not accept a connection", "connect"))
    add_person(api)
    post.work()
    for wait in BACKOFF[: DOWN_AFTER_FAILURES - 1]:
        assert webhook.shown["state"] == "active"
        post.work(later=wait)
    assert webhook.shown["state"] == "paused"
    assert "paused" in webhook.shown["notice"]
    post.work()
    assert post.kinds_sent_to(watching.url) == ["subscription.paused"]
    letters.work()
    letters.work(later=DAY)
    [mail] = letters.to(f"admin@{organisation.id}.example.org")
    assert mail.subject == "Webhook začasno ustavljen: hooks.example.org"
    assert webhook.url not in mail.text


def test_what_waited_is_sent_in_order_after_resuming(api: Caller, webhook: Webhook, post: PostOffice) -> None:
    person = add_person(api)
    assert api.post(f"/v1/webhooks/{webhook.id}/pause").json()["state"] == "paused"
    rename(api, person, "Eva")
    post.work(later=DAY)
    assert post.sent_to(webhook.url) == []
    resumed = api.post(f"/v1/webhooks/{webhook.id}/resume").json()
    assert (resumed["state"], resumed["notice"]) == ("active", None)
    post.work()
    assert post.kinds_sent_to(webhook.url) == ["person.created", "person.updated"]


def test_resuming_gives_every_delivery_its_whole_schedule_again(
    api: Caller, webhook: Webhook, post: PostOffice
) -> None:
    post.answers[webhook.url] = answering(500)
    add_person(api)
    post.work()
    for wait in BACKOFF[: DOWN_AFTER_FAILURES - 1]:
        post.work(later=wait)
    assert webhook.shown["state"] == "paused"
    api.post(f"/v1/webhooks/{webhook.id}/resume")
    post.work()
    post.work(later=BACKOFF[0])
    [delivery] = webhook.deliveries()
    assert (delivery["state"], delivery["attempts"]) == ("pending", 2)
    assert (webhook.shown["state"], webhook.shown["failures_in_a_row"]) == ("active", 2)


@pytest.mark.parametrize("status", [429, 503])
def test_a_target_that_asks_for_time_gets_it_for_all_its_deliveries(
    api: Caller, webhook: Webhook, post: PostOffice, status: int
) -> None:
    post.answers[webhook.url] = answering(status, retry_after_s=600)
    add_person(api)
    post.work()
    assert len(post.sent_to(webhook.url)) == 1
    post.work(later=9 * MINUTE)
    assert len(post.sent_to(webhook.url)) == 1
    del post.answers[webhook.url]
    post.work(later=2 * MINUTE)
    assert len(post.sent_to(webhook.url)) == 2


def test_a_target_cannot_ask_for_more_than_a_day(api: Caller, webhook: Webhook, post: PostOffice) -> None:
    post.answers[webhook.url] = answering(503, retry_after_s=400 * 24 * 3600)
    add_person(api)
    post.work()
    post.work(later=DAY)
    assert len(post.sent_to(webhook.url)) == 2


def test_a_refused_address_fails_at_once_with_the_reason(api: Caller, webhook: Webhook, post: PostOffice) -> None:
    post.answers[webhook.url] = failing(OutboundRefused("hooks.example.org is not at a public address"))
    add_person(api)
    post.work()
    post.work(later=DAY)
    [delivery] = webhook.deliveries()
    assert delivery["state"] == "failed"
    assert delivery["last_error"] == "Not sent: hooks.example.org is not at a public address."
    assert len(post.sent_to(webhook.url)) == 1


def test_a_body_that_cannot_be_made_holds_up_nobody_and_blames_nobody(
    api: Caller, webhook: Webhook, post: PostOffice
) -> None:
    bad = add_person(api)
    good = add_person(api)
    render = post.renderers["native"]

    def sometimes(work: Any, event: Any) -> bytes | None:
        if event.entity_uuid == bad:
            raise ZeroDivisionError
        return render(work, event)

    post.renderers["native"] = sometimes
    post.work()
    assert [sent.json["data"]["id"] for sent in post.sent_to(webhook.url)] == [good]
    assert webhook.shown["failures_in_a_row"] == 0
    assert webhook.deliveries(state="pending")[0]["last_error"] == "The body could not be made."
    post.renderers["native"] = render
    post.work(later=MINUTE)
    assert [sent.json["data"]["id"] for sent in post.sent_to(webhook.url)] == [good, bad]


def test_what_a_format_has_nothing_to_say_about_is_dropped(api: Caller, webhook: Webhook, post: PostOffice) -> None:
    post.renderers["native"] = lambda work, event: None
    add_person(api)
    post.work()
    [delivery] = webhook.deliveries()
    assert delivery["state"] == "dropped"
    assert "nothing to say" in delivery["last_error"]


def test_a_lease_that_ran_out_is_taken_over_and_its_old_holder_changes_nothing(
    organisation: Organisation, api: Caller, webhook: Webhook, post: PostOffice
) -> None:
    add_person(api)
    database = post.server.database
    with database.reading() as work:
        due = deliveries.next_due(work)
    with database.writing() as work:
        work.at = post.at = max(post.at, work.at)
        mine = dict.fromkeys(due, 4)
        [lost] = [p for p in deliveries.claim(work, mine, until=work.at + 30 * SECOND) if p.url == webhook.url]
    post.work()
    assert post.sent_to(webhook.url) == []
    post.work(later=31 * SECOND)
    assert len(post.sent_to(webhook.url)) == 1
    with database.writing() as work:
        deliveries.release(work, [lost])
    assert webhook.deliveries()[0]["state"] == "delivered"


def test_stopping_gives_back_what_was_not_sent(api: Caller, webhook: Webhook, post: PostOffice) -> None:
    add_person(api)

    async def stop_in_the_middle() -> None:
        alarm = Alarm(lambda: post.at)
        worker = post.worker(alarm)
        begun = asyncio.Event()

        async def hang(url: str, *_: Any, **__: Any) -> Any:
            if url == webhook.url:
                begun.set()
                await asyncio.Event().wait()
            return answering(200)(Sent(url, b"", {}, post.at))

        post.post = hang  # type: ignore[method-assign]
        running = asyncio.create_task(worker.run())
        await begun.wait()
        worker.stop()
        await running

    patience = pytest.MonkeyPatch()
    patience.setattr("rollbook.workers.deliveries.GRACE_S", 0.01)
    post.at += HOUR
    asyncio.run(stop_in_the_middle())
    patience.undo()
    [delivery] = webhook.deliveries()
    assert (delivery["state"], delivery["attempts"]) == ("pending", 0)
    again = PostOffice(post.server)
    again.at = post.at
    again.work()
    assert len(again.sent_to(webhook.url)) == 1


def test_erasing_someone_blanks_what_deliveries_hold_of_them(api: Caller, webhook: Webhook, post: PostOffice) -> None:
    everything = Webhook(api, "*")
    person = add_person(api, last_name="Skrivnostna")
    post.answers[everything.url] = lambda sent: answering(200, sent.body)(sent)
    post.work()
    told = post.sent_to(webhook.url)[0].headers["webhook-id"]
    assert "Skrivnostna" in api.get(f"/v1/deliveries/{told}").text
    assert api.delete(f"/v1/people/{person}").status_code == 204
    assert api.get(f"/v1/deliveries/{told}").json()["payload"] is None
    for delivery in everything.deliveries():
        assert "Skrivnostna" not in api.get(f"/v1/deliveries/{delivery['id']}").text
    api.post(f"/v1/deliveries/{told}/retry")
    post.work()
    again = post.sent_to(webhook.url)[-1]
    assert again.headers["webhook-id"] == told
    assert again.json["data"]["fields"] is None


def test_two_nodes_share_the_work_send_each_once_and_keep_the_order(
    api: Caller, webhook: Webhook, post: PostOffice
) -> None:
    people = [add_person(api) for _ in range(20)]
    for name in ("One", "Two"):
        for person in people:
            rename(api, person, name)
    other = PostOffice(post.server)
    other.sent = post.sent

    async def both() -> None:
        await asyncio.gather(post.work_here(), other.work_here())

    asyncio.run(both())
    post.work(later=MINUTE)
    told = [sent.json["data"] for sent in post.sent_to(webhook.url)]
    assert len(told) == 60
    for person in people:
        names = [data["fields"]["first_name"] for data in told if data["id"] == person]
        assert names == ["Ana", "One", "Two"]
