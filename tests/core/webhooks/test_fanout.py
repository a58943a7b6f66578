"""From events to deliveries, in the transaction that makes the change."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select

from rollbook.core.kernel.statements import Params, Statement
from rollbook.core.kernel.work import Work
from rollbook.core.webhooks import fanout, subscriptions
from rollbook.core.webhooks.tables import deliveries
from tests.conftest import Organisation

_ALL = Statement[tuple[Any, ...]](
    select(
        deliveries.c.uuid,
        deliveries.c.event_id,
        deliveries.c.entity,
        deliveries.c.entity_id,
        deliveries.c.state,
        deliveries.c.due_at,
    )
    .where(deliveries.c.subscription_id == bindparam("subscription"))
    .order_by(deliveries.c.id)
)


def subscribe(organisation: Organisation, *topics: str) -> int:
    with organisation.writing() as work:
        made, _ = subscriptions.subscribe(
            work,
            organisation.server.services.sealer,
            format="native",
            url=f"https://hooks.example.org/{uuid4()}",
            topics=frozenset(topics),
        )
        return made.id


def record(work: Work, kind: str, *ids: int) -> None:
    for entity_id in ids:
        work.record(kind, kind.partition(".")[0], entity_id, str(uuid4()))


def deliveries_of(organisation: Organisation, subscription: int) -> list[tuple[Any, ...]]:
    with organisation.server.database.reading() as work:
        return work.all(_ALL, subscription=subscription)


def test_every_event_gets_a_delivery_with_a_uuid_of_its_own_in_the_order_of_the_changes(
    organisation: Organisation,
) -> None:
    subscription = subscribe(organisation, "group.created", "group.updated")
    with organisation.writing() as work:
        record(work, "group.created", 7, 8, 9)
        record(work, "location.created", 7)
        record(work, "group.updated", 7)
        at = work.at
    made = deliveries_of(organisation, subscription)
    assert [row[2:] for row in made] == [("group", number, "pending", at) for number in (7, 8, 9, 7)]
    assert len({row[0] for row in made}) == 4
    assert [UUID(row[0]).version for row in made] == [7] * 4
    assert [UUID(row[0]).variant for row in made] == [UUID(str(uuid4())).variant] * 4
    assert [row[1] for row in made] == sorted(row[1] for row in made)


def test_many_changes_of_one_transaction_keep_their_order(organisation: Organisation) -> None:
    subscription = subscribe(organisation, "*")
    with organisation.writing() as work:
        record(work, "group.updated", *range(1, 2001))
    assert [row[3] for row in deliveries_of(organisation, subscription)[1:]] == list(range(1, 2001))


def test_what_others_do_is_not_for_a_subscription(organisation: Organisation, other_organisation: Organisation) -> None:
    subscription = subscribe(organisation, "*")
    before = len(deliveries_of(organisation, subscription))
    with other_organisation.writing() as work:
        record(work, "group.created", 1)
    assert len(deliveries_of(organisation, subscription)) == before


def test_a_paused_subscription_keeps_what_happens_and_one_that_is_gone_does_not(organisation: Organisation) -> None:
    paused, gone = subscribe(organisation, "group.created"), subscribe(organisation, "group.created")
    with organisation.writing() as work:
        subscriptions.pause(work, subscriptions.get_subscription(work, paused))
        subscriptions.end_gone(work, subscriptions.get_subscription(work, gone))
    with organisation.writing() as work:
        record(work, "group.created", 1)
    assert len(deliveries_of(organisation, paused)) == 1
    assert deliveries_of(organisation, gone) == []


class Counting:
    """A transaction that counts the statements it is given."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.store = inner.store
        self.count = 0

    def first(self, statement: Statement[Any], params: Params) -> Any:
        self.count += 1
        return self.inner.first(statement, params)

    def run(self, statement: Statement[Any], params: Params) -> int:
        self.count += 1
        return int(self.inner.run(statement, params))


def test_it_costs_one_look_where_nobody_listens_and_one_statement_where_somebody_does(
    organisation: Organisation,
) -> None:
    def cost() -> int:
        with organisation.writing() as work:
            counting = Counting(work._transaction)
            work._transaction = counting
            fanout.fan_out(work, 1)
            work._transaction = counting.inner
            return counting.count

    assert cost() == 1
    subscribe(organisation, "*")
    assert cost() == 2
