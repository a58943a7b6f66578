"""Webhooks: who is told of what, how it goes, each delivery with its attempts."""

from typing import Any

import msgspec

from rollbook.console import listing, words
from rollbook.console.listing import crumbs, field
from rollbook.console.pages import rows
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.webhooks import queries, replays, subscriptions
from rollbook.core.webhooks.formats import OURS, kinds_of, names_of
from rollbook.core.webhooks.records import EVERY_KIND, Delivery, DeliveryFilter, Subscription, SubscriptionChanges
from rollbook.web.routes import Reply

HOME = "/console/webhooks"
STATES = (("pending", "Pending"), ("delivered", "Delivered"), ("failed", "Failed"), ("dropped", "Dropped"))
TOPICS = (
    "person.created", "person.updated", "person.inactivated", "person.activated", "person.deleted",
    "assignment.created", "assignment.started", "assignment.completed", "assignment.cancelled",
    "activity.created", "course.created", "course.updated", "course.deleted",
    "group.created", "group.updated", "group.deleted",
)  # fmt: skip


def index(visit: Visit) -> Reply:
    """The webhooks."""
    listed = [one for one in subscriptions.list_subscriptions(visit.work) if one.state != "removed"]
    return visit.render(
        "rooms/webhooks/index.html",
        title="Webhooks",
        room="webhooks",
        breadcrumbs=crumbs("Webhooks"),
        rows=[_row(one) for one in listed],
        formats=[(name, words.door(name)) for name in sorted(visit.services.hook_formats)],
    )


def _row(one: Subscription) -> dict[str, Any]:
    topics = sorted(one.topic_set)
    return {
        "id": one.id,
        "name": {"label": one.description or one.url, "href": f"{HOME}/{one.id}"},
        "url": one.url,
        "door": words.door(one.format),
        "state": state(one),
        "topics": "Every change" if EVERY_KIND in topics else ", ".join(map(words.event, topics[:3])) + _more(topics),
        "failures": one.failures_in_a_row or None,
        "created": iso(one.created_at),
    }


def _more(topics: list[str]) -> str:
    return f" and {len(topics) - 3} more" if len(topics) > 3 else ""


def state(one: Subscription) -> str:
    """A subscription's state in the words of the status component."""
    return "disabled" if one.state == "gone" else "failed" if one.state == "active" and one.failing_since else one.state


def show(visit: Visit) -> Reply:
    """One webhook and its deliveries."""
    one = _subscription(visit)
    wanted_state = visit.query.get("state")
    wanted = DeliveryFilter(subscription_id=one.id, state=wanted_state if wanted_state in dict(STATES) else None)

    def read(after: Any, limit: int) -> list[Delivery]:
        return queries.list_deliveries(visit.work, wanted, before=after and after[0], limit=limit)

    page = listing.forward(visit, read, lambda delivery: (delivery.id,), int)
    return visit.render(
        "rooms/webhooks/show.html",
        title=one.description or "Webhook",
        room="webhooks",
        breadcrumbs=crumbs(("Webhooks", HOME), one.description or one.url),
        one=one,
        row=_row(one),
        topics=["Every change"]
        if EVERY_KIND in one.topic_set
        else [words.event(kind) for kind in sorted(one.topic_set)],
        rows=[_delivery(delivery) for delivery in page.rows],
        slice=page,
        fields=[field(visit, "state", "State", options=STATES)],
    )


def _subscription(visit: Visit) -> Subscription:
    found = subscriptions.get_subscription(visit.work, int(visit.call.path["id"]))
    if found.state == "removed":
        raise Fault(FaultCode.NOT_FOUND, "There is no such webhook.")
    return found


def _delivery(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.id,
        "what": {"label": words.event(one.kind), "href": f"{HOME}/deliveries/{one.uuid}"},
        "about": {
            "label": f"{words.entity(one.entity)} {one.entity_id}".capitalize(),
            # Webhooks are for owners and administrators, who see every place.
            "href": rows.home_of(one.entity, one.entity_id, sees_places=True),
        },
        "state": "retrying" if one.state == "pending" and one.attempts else one.state,
        "attempts": one.attempts,
        "answer": one.last_error or (f"HTTP {one.last_status}" if one.last_status else None),
        "created": iso(one.created_at),
        "due": iso(one.due_at) if one.state == "pending" and one.subscription_state == "active" else None,
    }


def delivery(visit: Visit) -> Reply:
    """One delivery, with what was sent and each attempt."""
    one = queries.get_delivery(visit.work, str(visit.call.path["uuid"]))
    home = f"{HOME}/{one.subscription_id}"
    target = subscriptions.get_subscription(visit.work, one.subscription_id)
    attempts = [
        {
            "id": attempt.id,
            "at": iso(attempt.at),
            "state": "delivered" if attempt.status and 200 <= attempt.status < 300 else "failed",
            "status": f"HTTP {attempt.status}" if attempt.status else None,
            "error": attempt.error,
            "ms": attempt.duration_ms,
            "answer": attempt.answer,
        }
        for attempt in queries.list_attempts(visit.work, one)
    ]
    return visit.render(
        "rooms/webhooks/delivery.html",
        title=words.event(one.kind),
        room="webhooks",
        breadcrumbs=crumbs(("Webhooks", HOME), (target.description or target.url, home), words.event(one.kind)),
        one=one,
        row=_delivery(one),
        home=home,
        attempts=attempts,
        payload=_pretty(one.payload),
    )


def _pretty(payload: str | None) -> str | None:
    try:
        return msgspec.json.format(payload, indent=2) if payload else None
    except msgspec.DecodeError:
        return payload


def new(visit: Visit) -> Reply:
    """The form for a new one."""
    return _form(visit, None)


def edit(visit: Visit) -> Reply:
    """The form to change one."""
    return _form(visit, _subscription(visit))


def _form(visit: Visit, one: Subscription | None) -> Reply:
    format = one.format if one else _format(visit)
    topics, chosen, is_every = _choices(visit, format, one)
    values: dict[str, Any] = {"every": "1" if is_every else "", "topics": chosen}
    values |= {"url": one.url, "description": one.description} if one else {}
    if visit.errors:
        values |= {name: visit.text(name) for name in ("url", "description", "every")} | {
            "topics": visit.texts("topics")
        }
    return visit.render(
        "rooms/webhooks/form.html",
        title="Change the webhook" if one else "Add a webhook",
        room="webhooks",
        breadcrumbs=crumbs(("Webhooks", HOME), "Change" if one else "Add a webhook"),
        one=one,
        values=values,
        topics=topics,
        format=format,
        speaks=words.door(format),
    )


def _choices(visit: Visit, format: str, one: Subscription | None) -> tuple[list[tuple[str, str, str]], list[str], bool]:
    """What a webhook of a format can tell of, what of it is chosen, and whether that is all of it."""
    formats = visit.services.hook_formats
    if format in formats:
        names = names_of(formats, format, one.topic_set) if one else []
        told = [(name, name, ", ".join(map(words.event, sorted(kinds)))) for name, kinds in formats[format].items()]
        return told, names, len(names) in (0, len(told))
    kinds = sorted(one.topic_set) if one else []
    listed = [*TOPICS, *(kind for kind in kinds if kind not in TOPICS and kind != EVERY_KIND)]
    return [(kind, words.event(kind), kind) for kind in listed], kinds, not kinds or EVERY_KIND in kinds


def _format(visit: Visit) -> str:
    """Whose bodies are sent: ours, unless the address or the form names another door."""
    named = visit.text("format") or visit.query.get("format")
    return named if named and named in visit.services.hook_formats else OURS


def _topics(visit: Visit, format: str) -> frozenset[str]:
    chosen = [EVERY_KIND] if visit.text("every") else visit.texts("topics")
    return kinds_of(visit.services.hook_formats, format, chosen)


def create(visit: Visit) -> Reply:
    """Add it and show the signing secret, this once. Faults: those of subscribing."""
    format = _format(visit)
    one, secret = subscriptions.subscribe(
        visit.work,
        visit.services.sealer,
        format=format,
        url=visit.text("url") or "",
        topics=_topics(visit, format),
        description=visit.text("description"),
        check=visit.services.check_target,
    )
    return _secret(visit, one, secret, "The webhook is added")


def _secret(visit: Visit, one: Subscription, secret: str, title: str) -> Reply:
    return visit.render(
        "rooms/webhooks/secret.html",
        title=title,
        room="webhooks",
        breadcrumbs=crumbs(("Webhooks", HOME), one.description or one.url),
        one=one,
        secret_value=secret,
    )


def update(visit: Visit) -> Reply:
    """Change where it goes and what it tells. Faults: those of changing."""
    one = _subscription(visit)
    changes = SubscriptionChanges(
        url=visit.text("url") or "", topics=_topics(visit, one.format), description=visit.text("description")
    )
    subscriptions.change(visit.work, one, changes, check=visit.services.check_target)
    return visit.redirect(f"{HOME}/{one.id}", "The webhook is saved.")


def act(visit: Visit) -> Reply:
    """Pause, resume, test, rotate or remove one. Faults: FORBIDDEN, CONFLICT."""
    one = _subscription(visit)
    href = f"{HOME}/{one.id}"
    match visit.text("action"):
        case "pause":
            subscriptions.pause(visit.work, one)
            return visit.redirect(href, "Paused. What happens meanwhile waits.")
        case "resume":
            subscriptions.resume(visit.work, one)
            return visit.redirect(href, "Sending again, first of all what waited.")
        case "test":
            replays.send_test(visit.work, one)
            return visit.redirect(href, "A test event is on its way; load the page again to see how it went.")
        case "rotate":
            rotated, secret = subscriptions.rotate_secret(visit.work, visit.services.sealer, one)
            return _secret(visit, rotated, secret, "The webhook has a new secret")
        case "remove":
            subscriptions.remove(visit.work, one.id)
            return visit.redirect(HOME, "The webhook is removed.")
        case _:
            raise Fault(FaultCode.INVALID, "There is no such action.")


def retry(visit: Visit) -> Reply:
    """Send one delivery again. Faults: FORBIDDEN, CONFLICT."""
    one = queries.get_delivery(visit.work, str(visit.call.path["uuid"]))
    replays.retry(visit.work, one)
    return visit.redirect(f"{HOME}/deliveries/{one.uuid}", "It is being sent again.")
