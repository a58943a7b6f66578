"""The mail ledger: putting mail in, and taking it up to be sent.

What a mail says is composed when it is sent, so that no secret link rests here.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, func, insert, literal_column, select, update

from rollbook.core.kernel.clock import HOUR, MINUTE
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.ports import MailAttachment
from rollbook.core.kernel.statements import Statement, Store, for_one_taker
from rollbook.core.kernel.work import Work
from rollbook.core.mail.tables import mails

Rows = Statement[tuple[Any, ...]]

BACKOFF = (MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 12 * HOUR)
"""The wait after each failed attempt; the attempt after the last wait is the last."""
PENDING = "pending"
NO_ADDRESS = "The person has no e-mail address."
LONGEST_ERROR = 500
LONGEST_SUBJECT = 255

_NAMES = (
    "uuid",
    "organisation_id",
    "person_id",
    "kind",
    "recipient",
    "subject",
    "body",
    "about",
    "about_id",
    "attachments",
    "message_id",
    "state",
    "error",
    "due_at",
    "created_at",
)
_INSERT = Rows(insert(mails).values({name: bindparam(name) for name in _NAMES}))


def queue(
    work: Work, kind: str, recipient: str, *, person_id: int | None = None, subject: str = "", body: str | None = None
) -> None:
    """Note that a mail is due; a worker sends it after the commit.

    ``kind`` names the template; ``subject`` and ``body`` are given only by kinds that have no template.
    """
    row = {"uuid": new_uuid(), "person_id": person_id, "recipient": recipient, "attachments": None}
    work.run(_INSERT, **row, **_shared(work, kind) | {"subject": subject, "body": body})
    work.wakes.add("mails")


def queue_all(
    work: Work,
    kind: str,
    recipients: Sequence[tuple[int, str | None]],
    *,
    about: tuple[str, int] | None = None,
    enclosed: Sequence[MailAttachment | None] = (),
) -> None:
    """Note that a mail of a kind that has a template is due to each of some people: ids with addresses.

    Whoever has none stands in the ledger as skipped. ``about`` names the record that it is about, ``enclosed`` a small
    file for each of them, in the same order.
    """
    shared = _shared(work, kind, about)
    without = {"recipient": "", "state": "skipped", "error": NO_ADDRESS}
    rows = [
        {**shared, "uuid": new_uuid(), "person_id": id_, **({"recipient": address} if address else without)}
        for id_, address in recipients
    ]
    for row, file in zip(rows, enclosed or [None] * len(rows), strict=True):
        row["attachments"] = None if file is None else msgspec.json.encode([file]).decode()
    work.run_many(_INSERT, rows)
    if rows:
        work.wakes.add("mails")


def queue_message(
    work: Work, kind: str, recipients: Sequence[str], *, subject: str, message_id: int, about: tuple[str, int]
) -> None:
    """Note that a message is due to each of some addresses."""
    shared = _shared(work, kind, about) | {"subject": subject, "message_id": message_id, "attachments": None}
    rows = [{**shared, "uuid": new_uuid(), "person_id": None, "recipient": address} for address in recipients]
    work.run_many(_INSERT, rows)
    work.wakes.add("mails")


def _shared(work: Work, kind: str, about: tuple[str, int] | None = None) -> dict[str, Any]:
    """What the rows of mails that are queued together have in common."""
    return {
        "organisation_id": work.principal.organisation_id,
        "kind": kind,
        "subject": "",
        "body": None,
        "about": about and about[0],
        "about_id": about and about[1],
        "message_id": None,
        "state": PENDING,
        "error": None,
        "due_at": work.at,
        "created_at": work.at,
    }


# --- Reading ------------------------------------------------------------------------------------------------------


class LedgerEntry(msgspec.Struct, frozen=True):
    """A mail as the ledger tells of it; ``error`` says why it was not sent."""

    id: int
    kind: str
    recipient: str
    state: str
    error: str | None
    created_at: int
    sent_at: int | None


_ABOUT = Statement(
    select(*(mails.c[name] for name in LedgerEntry.__struct_fields__))
    .where(
        mails.c.organisation_id == bindparam("organisation_id"),
        mails.c.about == bindparam("about"),
        mails.c.about_id == bindparam("about_id"),
    )
    .order_by(mails.c.id),
    LedgerEntry,
)


def list_about(work: Work, about: str, about_id: int) -> list[LedgerEntry]:
    """The mails about one record, the first first. The caller has found the record."""
    return work.all(_ABOUT, organisation_id=work.principal.organisation_id, about=about, about_id=about_id)


# --- The worker's side: all organisations at once -----------------------------------------------------------------


class QueuedMail(msgspec.Struct, frozen=True):
    """A mail that was taken up to be sent. ``leased_until`` proves whose it is."""

    id: int
    organisation_id: int
    person_id: int | None
    kind: str
    recipient: str
    subject: str
    body: str | None
    attempts: int
    leased_until: int
    about: str | None = None
    about_id: int | None = None
    attachments: str | None = None

    @property
    def files(self) -> tuple[MailAttachment, ...]:
        """What is sent along."""
        return _decode_files(self.attachments) if self.attachments else ()


_decode_files = msgspec.json.Decoder(tuple[MailAttachment, ...]).decode
_is_pending = mails.c.state == literal_column("'pending'")
_NEXT_DUE = Rows(select(func.min(mails.c.due_at)).where(_is_pending))


def next_due(work: Work) -> int | None:
    """When the next mail is due."""
    found: int | None = work.value(_NEXT_DUE)
    return found


def _claim(store: Store) -> Any:
    picked = (
        select(mails.c.id)
        .where(_is_pending, mails.c.due_at <= bindparam("now"))
        .order_by(mails.c.due_at, mails.c.id)
        .limit(bindparam("limit"))
    )
    leased: Any = bindparam("until")
    return (
        update(mails)
        .where(mails.c.id.in_(for_one_taker(store, picked)))
        .values(due_at=leased, leased_until=leased)
        .returning(*(mails.c[name] for name in QueuedMail.__struct_fields__))
    )


_CLAIM = Statement(_claim, QueuedMail)
_mine = and_(mails.c.id == bindparam("mail"), _is_pending, mails.c.leased_until == bindparam("lease"))
_tried = {"attempts": mails.c.attempts + 1, "leased_until": None, "error": bindparam("error")}
_SENT = Rows(
    update(mails).where(_mine).values(**_tried, state="sent", subject=bindparam("said"), sent_at=bindparam("now"))
)
_SKIPPED = Rows(update(mails).where(_mine).values(state="skipped", leased_until=None, error=bindparam("error")))
_FAILED = Rows(update(mails).where(_mine).values(**_tried, state="failed"))
_AGAIN = Rows(update(mails).where(_mine).values(**_tried, due_at=bindparam("due")))
_RELEASE = Rows(update(mails).where(_mine).values(due_at=bindparam("now"), leased_until=None))
_RELEASE_ALL = Rows(
    update(mails)
    .where(_is_pending, mails.c.leased_until.is_not(None))
    .values(due_at=bindparam("now"), leased_until=None)
)


def claim(work: Work, limit: int, *, until: int) -> list[QueuedMail]:
    """Take up what is due, the longest due first, under a lease: until it ends nobody else takes it up."""
    return sorted(work.all(_CLAIM, now=work.at, limit=limit, until=until), key=lambda mail: mail.id)


def note_sent(work: Work, mail: QueuedMail, subject: str) -> None:
    """It was handed over, under this subject."""
    said = subject[:LONGEST_SUBJECT]
    work.run(_SENT, mail=mail.id, lease=mail.leased_until, error=None, now=work.at, said=said)


def note_skipped(work: Work, mail: QueuedMail, reason: str) -> None:
    """It is not sent, for it has nothing to say any more."""
    work.run(_SKIPPED, mail=mail.id, lease=mail.leased_until, error=reason[:LONGEST_ERROR])


def note_failed(work: Work, mail: QueuedMail, reason: str, *, is_permanent: bool) -> None:
    """It was not handed over: it is tried again by the schedule, or never."""
    error = reason.replace("\x00", "\ufffd")[:LONGEST_ERROR]
    if is_permanent or mail.attempts >= len(BACKOFF):
        work.run(_FAILED, mail=mail.id, lease=mail.leased_until, error=error)
    else:
        due = work.at + BACKOFF[mail.attempts]
        work.run(_AGAIN, mail=mail.id, lease=mail.leased_until, error=error, due=due)


_CALL_OFF = Rows(
    update(mails)
    .where(
        mails.c.organisation_id == bindparam("organisation_id"),
        mails.c.about == bindparam("about"),
        mails.c.about_id == bindparam("about_id"),
        _is_pending,
        mails.c.leased_until.is_(None),
    )
    .values(state="skipped", error=bindparam("error"))
)


def call_off(work: Work, about: str, about_id: int, reason: str) -> int:
    """Have the mails about a record not sent, but those that are being sent just now; how many."""
    organisation_id = work.principal.organisation_id
    return work.run(_CALL_OFF, organisation_id=organisation_id, about=about, about_id=about_id, error=reason)


def release(work: Work, taken: Sequence[QueuedMail]) -> None:
    """Give back what was taken up and not tried."""
    work.run_many(_RELEASE, [{"mail": mail.id, "lease": mail.leased_until, "now": work.at} for mail in taken])


def release_all(work: Work) -> int:
    """Give back everything that is leased: for a server that starts and is its database's only one."""
    return work.run(_RELEASE_ALL, now=work.at)
