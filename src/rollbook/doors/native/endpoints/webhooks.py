"""Webhooks and their deliveries."""

from typing import Any

from rollbook.core.kernel import clock
from rollbook.core.kernel.paging import Page
from rollbook.core.webhooks import queries, replays, subscriptions
from rollbook.core.webhooks.formats import kinds_of
from rollbook.core.webhooks.records import Delivery, DeliveryFilter, Subscription
from rollbook.doors.native.paging import page_by_id
from rollbook.doors.native.references import known
from rollbook.doors.native.translate.webhooks import (
    from_core_delivery,
    from_core_subscription,
    from_core_whole_delivery,
    to_core_changes,
)
from rollbook.doors.native.wire.webhooks import (
    DeliveriesQuery,
    DeliveryOut,
    DeliveryPage,
    DeliveryWhole,
    Queued,
    ReplayQuery,
    RotateIn,
    WebhookChange,
    WebhookIn,
    WebhookOut,
    WebhookPage,
    WebhooksQuery,
    WebhookWithSecret,
)
from rollbook.web.routes import Call


def index(call: Call[None, WebhooksQuery]) -> WebhookPage:
    """List the webhooks of every door."""
    page = page_by_id(
        call.query,
        lambda after, limit: Page(subscriptions.list_subscriptions(call.work, after=after, limit=limit)),
    )
    return WebhookPage([from_core_subscription(row) for row in page.rows], page.next_cursor)


def create(call: Call[WebhookIn, None]) -> WebhookWithSecret:
    """Have a URL told of changes from now on. The signing secret is shown this once."""
    asked = call.body
    made, secret = subscriptions.subscribe(
        call.work,
        call.services.sealer,
        format=asked.format,
        url=asked.url,
        topics=kinds_of(call.services.hook_formats, asked.format, asked.topics),
        description=asked.description,
        check=call.services.check_target,
    )
    return WebhookWithSecret(from_core_subscription(made), secret)


def show(call: Call[None, None]) -> WebhookOut:
    """One webhook."""
    return from_core_subscription(_webhook(call))


def update(call: Call[WebhookChange, None]) -> WebhookOut:
    """Change a webhook: what is given."""
    webhook, services = _webhook(call), call.services
    changes = to_core_changes(call.body, webhook.format, services.hook_formats)
    return from_core_subscription(subscriptions.change(call.work, webhook, changes, check=services.check_target))


def delete(call: Call[None, None]) -> None:
    """Remove a webhook; what was still to be sent is dropped."""
    subscriptions.remove(call.work, call.path["id"].lower())


def pause(call: Call[None, None]) -> WebhookOut:
    """Stop sending; changes wait until it is resumed."""
    return from_core_subscription(subscriptions.pause(call.work, _webhook(call)))


def resume(call: Call[None, None]) -> WebhookOut:
    """Send again, first of all what waited."""
    return from_core_subscription(subscriptions.resume(call.work, _webhook(call)))


def rotate(call: Call[RotateIn, None]) -> WebhookWithSecret:
    """Give a webhook a new signing secret, shown this once; for a while both sign."""
    changed, secret = subscriptions.rotate_secret(
        call.work, call.services.sealer, _webhook(call), overlap_s=call.body.overlap_s
    )
    return WebhookWithSecret(from_core_subscription(changed), secret)


def send_test(call: Call[None, None]) -> Queued:
    """Send a test event to this webhook alone, whatever its topics."""
    replays.send_test(call.work, _webhook(call))
    return Queued(1)


def replay(call: Call[None, ReplayQuery]) -> Queued:
    """Send everything that the webhook wants again since a time; what was sent before keeps its id and its bytes."""
    since = clock.parse_instant(call.query.since, "since")
    return Queued(replays.replay(call.work, _webhook(call), since))


def _webhook(call: Call[Any, Any]) -> Subscription:
    return subscriptions.get_subscription(call.work, call.path["id"].lower())


def list_deliveries(call: Call[None, DeliveriesQuery]) -> DeliveryPage:
    """List deliveries, newest first."""
    work, asked = call.work, call.query
    webhook = known(asked.webhook, "webhook", lambda key: subscriptions.get_subscription(work, key.lower()).id)
    return _page(call, DeliveryFilter(state=asked.state, subscription_id=webhook))


def list_deliveries_of_one(call: Call[None, DeliveriesQuery]) -> DeliveryPage:
    """List one webhook's deliveries, newest first."""
    return _page(call, DeliveryFilter(state=call.query.state, subscription_id=_webhook(call).id))


def _page(call: Call[None, DeliveriesQuery], wanted: DeliveryFilter) -> DeliveryPage:
    def read(before: int, limit: int) -> Page[Delivery]:
        return Page(queries.list_deliveries(call.work, wanted, before=before or None, limit=limit))

    page = page_by_id(call.query, read)
    return DeliveryPage([from_core_delivery(row) for row in page.rows], page.next_cursor)


def show_delivery(call: Call[None, None]) -> DeliveryWhole:
    """One delivery with its body and what was tried."""
    found = _delivery(call)
    return from_core_whole_delivery(found, queries.list_attempts(call.work, found))


def retry_delivery(call: Call[None, None]) -> DeliveryOut:
    """Send one delivery again, now, whatever became of it before."""
    return from_core_delivery(replays.retry(call.work, _delivery(call)))


def _delivery(call: Call[None, None]) -> Delivery:
    return queries.get_delivery(call.work, call.path["id"].lower())
