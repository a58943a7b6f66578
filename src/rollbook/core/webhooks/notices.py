"""What is done about a subscription in trouble, and telling those who can mend it."""

from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import bindparam, select

from rollbook.core.access.policy import PERMISSIONS, system_principal
from rollbook.core.kernel import clock
from rollbook.core.kernel.faults import Fault
from rollbook.core.kernel.principal import Permission
from rollbook.core.kernel.statements import Statement, among
from rollbook.core.kernel.work import Work
from rollbook.core.mail import ledger, letters
from rollbook.core.people.tables import people, person_roles
from rollbook.core.webhooks import subscriptions
from rollbook.core.webhooks.outcomes import Trouble
from rollbook.core.webhooks.records import Subscription

DOOR = "webhooks"
"""What the audit trail calls changes that the delivery of webhooks makes."""
MOST_TOLD = 20
"""How many people are told by mail."""
DOWN = "The target has failed every time for half a day or more, so sending is paused. What happens meanwhile waits."

_MENDERS = Statement[tuple[Any, ...]](
    select(people.c.id, people.c.email, people.c.language)
    .where(
        people.c.organisation_id == bindparam("organisation_id"),
        people.c.is_active,
        people.c.email.is_not(None),
        people.c.id.in_(select(person_roles.c.person_id).where(among(person_roles.c.role, "roles"))),
    )
    .order_by(people.c.id)
    .limit(bindparam("limit"))
)

_ABLE = sorted(role.value for role, may in PERMISSIONS.items() if Permission.WEBHOOKS_WRITE in may)

_TEXTS = {
    "en": (
        "Webhook paused: {host}",
        "Sending to {host} has failed every time since {since}, so it is paused.",
        "Nothing is lost: what happens meanwhile waits, and is sent when you resume the webhook in the console or by"
        " the API.",
    ),
    "sl": (
        "Webhook začasno ustavljen: {host}",
        "Pošiljanje na {host} od {since} ni uspelo niti enkrat, zato je začasno ustavljeno.",
        "Nič ni izgubljeno: kar se medtem zgodi, počaka in se pošlje, ko webhook znova zaženete v konzoli ali prek"
        " API-ja.",
    ),
    "hr": (
        "Webhook pauziran: {host}",
        "Slanje na {host} od {since} nijednom nije uspjelo, pa je pauzirano.",
        "Ništa nije izgubljeno: što se u međuvremenu dogodi, čeka i šalje se kad webhook ponovno pokrenete u konzoli"
        " ili putem API-ja.",
    ),
    "ru": (
        "Вебхук приостановлен: {host}",
        "Отправка на {host} не удалась ни разу с {since}, поэтому она приостановлена.",
        "Ничего не потеряно: события за это время ждут и будут отправлены, когда вы возобновите вебхук в консоли или"
        " через API.",
    ),
}


def act_on(work: Work, trouble: Trouble) -> None:
    """End a subscription whose target is gone; pause one whose target stays down and mail those who can mend it."""
    work.act_as(system_principal(trouble.organisation_id, DOOR))
    try:
        subscription = subscriptions.get_subscription(work, trouble.subscription_id)
    except Fault:
        return
    if trouble.is_gone:
        subscriptions.end_gone(work, subscription)
    elif subscription.state == "active":
        subscriptions.pause(work, subscription, DOWN)
        _tell(work, subscription)


def _tell(work: Work, subscription: Subscription) -> None:
    """Mail is queued in the reader's language; of the URL only the server is told, as the rest is often a secret."""
    facts = {
        "host": urlsplit(subscription.url).netloc,
        "since": clock.to_datetime(subscription.failing_since or work.at).strftime("%Y-%m-%d %H:%M UTC"),
    }
    menders = work.all(_MENDERS, organisation_id=subscription.organisation_id, roles=_ABLE, limit=MOST_TOLD)
    for person_id, email, language in menders:
        subject, *paragraphs = (text.format(**facts) for text in letters.in_language(_TEXTS, language))
        ledger.queue(work, "webhook_paused", email, person_id=person_id, subject=subject, body="\n\n".join(paragraphs))
