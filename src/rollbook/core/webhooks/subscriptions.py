"""Subscribing to events, changing, pausing, resuming and removing subscriptions."""

import re
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from msgspec import UNSET
from sqlalchemy import bindparam, case, delete, func, insert, literal_column, select, update

from rollbook.core.events.kinds import KINDS
from rollbook.core.kernel.clock import DAY, SECOND
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.ports import OutboundRefused, Sealer, TargetCheck
from rollbook.core.kernel.principal import Permission
from rollbook.core.kernel.statements import Lookup, Statement, shapes
from rollbook.core.kernel.values import checked_line, required_line
from rollbook.core.kernel.work import Work
from rollbook.core.people import policy
from rollbook.core.webhooks import signing
from rollbook.core.webhooks.records import EVERY_KIND, Subscription, SubscriptionChanges
from rollbook.core.webhooks.tables import deliveries, subscription_topics, subscriptions

Rows = Statement[tuple[Any, ...]]

MOST_SUBSCRIPTIONS = 100
"""For one organisation: every change is written once a subscription."""
MOST_TOPICS = 50
LONGEST_OVERLAP = 7 * DAY
URL_LIMIT = 2048
_UNFIT_IN_URL = re.compile(r"[\s\\]")

# --- Reading -----------------------------------------------------------------------------------------------------

_kinds = func.aggregate_strings(subscription_topics.c.kind, literal_column("','"))  # type: ignore[arg-type]
_topics = select(_kinds).where(subscription_topics.c.subscription_id == subscriptions.c.id).scalar_subquery()
_own = [subscriptions.c[name] for name in Subscription.__struct_fields__ if name != "topics"]
_SELECT = select(*_own, _topics).where(
    subscriptions.c.organisation_id == bindparam("organisation_id"), subscriptions.c.state != "removed"
)
_LIST = Statement(
    _SELECT.where(subscriptions.c.id > bindparam("after")).order_by(subscriptions.c.id).limit(bindparam("limit")),
    Subscription,
)
_COUNT = Rows(
    select(func.count()).where(
        subscriptions.c.organisation_id == bindparam("organisation_id"), subscriptions.c.state != "removed"
    )
)


@shapes
def _one_by(key: str) -> Statement[Subscription]:
    return Lookup(_SELECT.where(subscriptions.c[key] == bindparam("key")), Subscription)


def list_subscriptions(work: Work, *, after: int = 0, limit: int = MOST_SUBSCRIPTIONS) -> list[Subscription]:
    """The organisation's subscriptions in the order they were made, after an id. Faults: FORBIDDEN."""
    policy.require(work.principal, Permission.WEBHOOKS_READ)
    return work.all(_LIST, organisation_id=work.principal.organisation_id, after=after, limit=limit)


def get_subscription(work: Work, key: int | str) -> Subscription:
    """One subscription by id or uuid. Faults: FORBIDDEN, NOT_FOUND."""
    policy.require(work.principal, Permission.WEBHOOKS_READ)
    column = "id" if isinstance(key, int) else "uuid"
    found = work.first(_one_by(column), key=key, organisation_id=work.principal.organisation_id)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such webhook.")
    return found


# --- Values ------------------------------------------------------------------------------------------------------


def checked_url(url: str, check: TargetCheck) -> str:
    """A URL that has the shape of one we call; whether a name's address may be reached is decided at each sending.

    Faults: MISSING or INVALID naming ``url``.
    """
    cleaned = required_line(url, "url", URL_LIMIT)
    try:
        parts = urlsplit(cleaned)
        is_fit = bool(parts.hostname) and parts.port != 0 and not _UNFIT_IN_URL.search(cleaned)
    except ValueError:
        is_fit = False
    if not is_fit or parts.scheme.lower() not in ("http", "https"):
        raise field_fault(FaultCode.INVALID, "url", "url must be an http or https URL such as https://example.org/hook")
    if "@" in parts.netloc:
        raise field_fault(FaultCode.INVALID, "url", "url may not hold a user name or password")
    try:
        check(cleaned)
    except OutboundRefused as refused:
        message = f"url cannot be called: {refused.reason}; who runs the server can allow it (allow_outbound)"
        raise field_fault(FaultCode.INVALID, "url", message) from None
    return cleaned


def checked_topics(topics: frozenset[str]) -> frozenset[str]:
    """Kinds of event such as ``person.created``, or ``*`` for every kind. Faults: MISSING or INVALID."""
    if not topics:
        raise field_fault(FaultCode.MISSING, "topics", "topics must name at least one kind of event, or * for all")
    if len(topics) > MOST_TOPICS:
        raise field_fault(FaultCode.INVALID, "topics", f"topics may name at most {MOST_TOPICS} kinds; use * for all")
    for kind in sorted(topics - KINDS.keys() - {EVERY_KIND}):
        raise field_fault(FaultCode.INVALID, "topics", f"topics: {kind[:64]!r} is no kind of event; {_near(kind)}")
    return topics


def _near(kind: str) -> str:
    """What may have been meant: kinds that are written alike, else those about the same entity, else any."""
    alike = get_close_matches(kind, KINDS, n=3)
    same = [known for known in KINDS if known.partition(".")[0] == kind.partition(".")[0]]
    if found := alike or same:
        return f"there are {', '.join(found)}, and * for all"
    return "they are written like person.created, and * is all of them"


def _told(url: str, topics: frozenset[str], description: str | None) -> dict[str, Any]:
    """What events and the audit trail say. Of the URL only the server: the rest is often a secret of its own."""
    parts = urlsplit(url)
    return {
        "target": f"{parts.scheme}://{parts.netloc}",
        "topics": sorted(topics),
        "description": description,
    }


# --- Writing -----------------------------------------------------------------------------------------------------

_WRITTEN = ("uuid", "organisation_id", "format", "url", "description", "sealed_secret", "state", "created_at",
            "updated_at")  # fmt: skip
_INSERT = Rows(insert(subscriptions).values({name: bindparam(name) for name in _WRITTEN}).returning(subscriptions.c.id))
_ADD_TOPIC = Rows(
    insert(subscription_topics).values(subscription_id=bindparam("subscription_id"), kind=bindparam("kind"))
)
_DROP_TOPICS = Rows(
    delete(subscription_topics).where(subscription_topics.c.subscription_id == bindparam("subscription_id"))
)


@shapes
def _update(names: tuple[str, ...], only_from: str | None) -> Rows:
    chosen = [subscriptions.c.id == bindparam("subscription_id")]
    if only_from is not None:
        chosen.append(subscriptions.c.state == only_from)
    return Rows(update(subscriptions).where(*chosen).values({name: bindparam(f"new_{name}") for name in names}))


def _set(work: Work, subscription_id: int, *, only_from: str | None = None, **values: Any) -> bool:
    """Write columns; whether there was a row, and it was in the state ``only_from``."""
    values["updated_at"] = work.at
    statement = _update(tuple(sorted(values)), only_from)
    return bool(work.run(statement, subscription_id=subscription_id, **{f"new_{k}": v for k, v in values.items()}))


def subscribe(
    work: Work,
    sealer: Sealer,
    *,
    format: str,
    url: str,
    topics: frozenset[str],
    description: str | None = None,
    check: TargetCheck = lambda _: None,
) -> tuple[Subscription, str]:
    """Tell a URL of changes from now on, in the body of the door that ``format`` names.

    ``check`` tells at once of a URL that is never called.
    Gives the subscription and its signing secret (``whsec_…``), which is shown this once.
    Faults: FORBIDDEN; MISSING or INVALID naming the field; CONFLICT when there are too many.
    """
    policy.require(work.principal, Permission.WEBHOOKS_WRITE)
    organisation_id = work.principal.organisation_id
    if work.value(_COUNT, organisation_id=organisation_id) >= MOST_SUBSCRIPTIONS:
        raise Fault(FaultCode.CONFLICT, f"There are {MOST_SUBSCRIPTIONS} webhooks already; remove one first.")
    target, kinds, note = checked_url(url, check), checked_topics(topics), checked_line(description, "description")
    uuid, keys = new_uuid(), signing.new_keys()
    subscription_id = work.value(
        _INSERT, uuid=uuid, organisation_id=organisation_id, format=format, url=target, description=note,
        sealed_secret=signing.seal(sealer, uuid, keys), state="active", created_at=work.at, updated_at=work.at,
    )  # fmt: skip
    work.run_many(_ADD_TOPIC, [{"subscription_id": subscription_id, "kind": kind} for kind in sorted(kinds)])
    after = {"format": format, **_told(target, kinds, note)}
    work.record("subscription.created", "subscription", subscription_id, uuid, after=after)
    return get_subscription(work, int(subscription_id)), signing.shown(keys.current)


def change(
    work: Work, subscription: Subscription, changes: SubscriptionChanges, *, check: TargetCheck = lambda _: None
) -> Subscription:
    """Change where a subscription goes, what it wants or how it is called; nothing is written when nothing changes.

    Another URL forgives the failures of the one before. Faults: FORBIDDEN; MISSING or INVALID naming the field.
    """
    policy.require(work.principal, Permission.WEBHOOKS_WRITE)
    url = subscription.url if changes.url is UNSET else checked_url(changes.url, check)
    topics = subscription.topic_set if changes.topics is UNSET else checked_topics(changes.topics)
    note = subscription.description
    if changes.description is not UNSET:
        note = checked_line(changes.description, "description")
    old, new = (subscription.url, subscription.topic_set, subscription.description), (url, topics, note)
    if new == old:
        return subscription
    _set(work, subscription.id, url=url, description=note)
    if url != subscription.url:
        _set(work, subscription.id, failing_since=None, failures_in_a_row=0)
    if topics != subscription.topic_set:
        work.run(_DROP_TOPICS, subscription_id=subscription.id)
        work.run_many(_ADD_TOPIC, [{"subscription_id": subscription.id, "kind": kind} for kind in sorted(topics)])
    _record(work, subscription, "updated", before=_told(*old), after=_told(*new))
    return get_subscription(work, subscription.id)


_SEALED = Rows(select(subscriptions.c.sealed_secret).where(subscriptions.c.id == bindparam("subscription_id")))


def rotate_secret(
    work: Work, sealer: Sealer, subscription: Subscription, *, overlap_s: int = DAY // SECOND
) -> tuple[Subscription, str]:
    """Give a subscription a new signing secret; for ``overlap_s`` seconds both sign, so that no message fails.

    Faults: FORBIDDEN; INVALID naming ``overlap_s``.
    """
    policy.require(work.principal, Permission.WEBHOOKS_WRITE)
    if not 0 <= overlap_s <= LONGEST_OVERLAP // SECOND:
        most = LONGEST_OVERLAP // SECOND
        raise field_fault(FaultCode.INVALID, "overlap_s", f"overlap_s must lie between 0 and {most} seconds")
    sealed: str = work.value(_SEALED, subscription_id=subscription.id)
    keys = signing.unseal(sealer, subscription.uuid, sealed).rotated(work.at + overlap_s * SECOND)
    _set(work, subscription.id, sealed_secret=signing.seal(sealer, subscription.uuid, keys))
    _record(work, subscription, "secret_rotated", after={"overlap_s": overlap_s})
    return get_subscription(work, subscription.id), signing.shown(keys.current)


# --- Pausing, resuming, removing ---------------------------------------------------------------------------------

_is_pending = deliveries.c.state == literal_column("'pending'")
_RELEASE = Rows(
    update(deliveries)
    .where(deliveries.c.subscription_id == bindparam("subscription"), _is_pending)
    .values(
        attempts=0,
        due_at=case((deliveries.c.leased_until > bindparam("now"), deliveries.c.leased_until), else_=bindparam("now")),
    )
)
_DROP = Rows(
    update(deliveries)
    .where(deliveries.c.subscription_id == bindparam("subscription"), _is_pending)
    .values(state="dropped", leased_until=None, last_error=bindparam("reason"), ended_at=bindparam("now"))
)


def pause(work: Work, subscription: Subscription, notice: str = "Paused by hand.") -> Subscription:
    """Stop sending; what happens meanwhile waits. Pausing what is paused changes nothing.

    Faults: FORBIDDEN; CONFLICT for one that is gone.
    """
    policy.require(work.principal, Permission.WEBHOOKS_WRITE)
    if subscription.state == "gone":
        raise Fault(FaultCode.CONFLICT, "The target is gone for good, so there is nothing to pause.")
    if _set(work, subscription.id, only_from="active", state="paused", notice=notice):
        _record(work, subscription, "paused", after={"notice": notice})
    return get_subscription(work, subscription.id)


def resume(work: Work, subscription: Subscription) -> Subscription:
    """Send again, first of all what waited. A target that said it was gone gets another chance too.

    Faults: FORBIDDEN.
    """
    policy.require(work.principal, Permission.WEBHOOKS_WRITE)
    if subscription.state != "active":
        _set(work, subscription.id, state="active", notice=None, failing_since=None, failures_in_a_row=0)
        work.run(_RELEASE, subscription=subscription.id, now=work.at)
        work.wakes.add("deliveries")
        _record(work, subscription, "resumed", before={"notice": subscription.notice})
    return get_subscription(work, subscription.id)


def remove(work: Work, subscription_id: int | str) -> None:
    """End a subscription, by id or uuid; what was still to be sent is dropped. Faults: FORBIDDEN, NOT_FOUND."""
    policy.require(work.principal, Permission.WEBHOOKS_WRITE)
    subscription = get_subscription(work, subscription_id)
    _set(work, subscription.id, state="removed")
    work.run(_DROP, subscription=subscription.id, reason="The webhook was removed.", now=work.at)
    _record(work, subscription, "removed", before=_told(subscription.url, subscription.topic_set, None))


def end_gone(work: Work, subscription: Subscription) -> None:
    """The target answered 410: nothing more is sent, and what was still to be sent is dropped."""
    notice = "The target answered 410 Gone, so nothing more is sent to it."
    if _set(work, subscription.id, only_from="active", state="gone", notice=notice):
        work.run(_DROP, subscription=subscription.id, reason="The target is gone (410).", now=work.at)
        _record(work, subscription, "gone", after={"notice": notice})


def _record(
    work: Work,
    subscription: Subscription,
    what: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    kind = f"subscription.{what}"
    work.record(kind, "subscription", subscription.id, subscription.uuid, before=before, after=after)
