"""Reading deliveries and their attempts."""

from typing import Any

from sqlalchemy import bindparam, literal_column, select

from rollbook.core.events.tables import events
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.principal import Permission
from rollbook.core.kernel.statements import Statement, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people import policy
from rollbook.core.webhooks.records import Attempt, Delivery, DeliveryFilter
from rollbook.core.webhooks.tables import deliveries, delivery_attempts, subscriptions

STATES = ("pending", "delivered", "failed", "dropped")

_JOINED = ("subscription_uuid", "subscription_state", "kind", "entity_uuid")
_SELECT = (
    select(
        *(deliveries.c[name] for name in Delivery.__struct_fields__ if name not in _JOINED),
        subscriptions.c.uuid, subscriptions.c.state, events.c.kind, events.c.entity_uuid,
    )
    .select_from(
        deliveries.join(subscriptions, subscriptions.c.id == deliveries.c.subscription_id).join(
            events, events.c.id == deliveries.c.event_id
        )
    )
    .where(deliveries.c.organisation_id == bindparam("organisation_id"))
)  # fmt: skip


@shapes
def _list(state: str | None, of_one: bool) -> Statement[Delivery]:
    """A state stands in the statement itself, so that the index of the few that were not delivered can serve."""
    query = _SELECT.where(deliveries.c.id < bindparam("before"))
    if of_one:
        query = query.where(deliveries.c.subscription_id == bindparam("subscription_id"))
    if state is not None:
        query = query.where(deliveries.c.state == literal_column(f"'{state}'"))
        if state != "delivered":
            query = query.where(deliveries.c.state != literal_column("'delivered'"))
    return Statement(query.order_by(deliveries.c.id.desc()).limit(bindparam("limit")), Delivery)


def list_deliveries(
    work: Work, wanted: DeliveryFilter, *, before: int | None = None, limit: int = 50
) -> list[Delivery]:
    """The organisation's deliveries, newest first, before an id. Faults: FORBIDDEN; INVALID naming ``state``."""
    policy.require(work.principal, Permission.WEBHOOKS_READ)
    if wanted.state is not None and wanted.state not in STATES:
        raise field_fault(FaultCode.INVALID, "state", f"state must be one of {', '.join(STATES)}")
    given: dict[str, Any] = {"organisation_id": work.principal.organisation_id, "before": before or 2**62}
    if wanted.subscription_id is not None:
        given["subscription_id"] = wanted.subscription_id
    return work.all(_list(wanted.state, wanted.subscription_id is not None), limit=limit, **given)


_BY_UUID = Statement(_SELECT.where(deliveries.c.uuid == bindparam("uuid")), Delivery)


def get_delivery(work: Work, uuid: str) -> Delivery:
    """One delivery. Faults: FORBIDDEN, NOT_FOUND."""
    policy.require(work.principal, Permission.WEBHOOKS_READ)
    found = work.first(_BY_UUID, uuid=uuid, organisation_id=work.principal.organisation_id)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such delivery.")
    return found


_ATTEMPTS = Statement(
    select(*(delivery_attempts.c[name] for name in Attempt.__struct_fields__))
    .where(delivery_attempts.c.delivery_id == bindparam("delivery_id"))
    .order_by(delivery_attempts.c.id.desc())
    .limit(bindparam("limit")),
    Attempt,
)


def list_attempts(work: Work, delivery: Delivery, *, limit: int = 50) -> list[Attempt]:
    """What was tried, the latest first."""
    return work.all(_ATTEMPTS, delivery_id=delivery.id, limit=limit)
