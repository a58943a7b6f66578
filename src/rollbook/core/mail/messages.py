"""Messages that somebody wrote: one HTML body and some files for several recipients, each of them a mail in the ledger.

Files lie in the file store until everyone has been sent them, at most a day. Bodies are kept for a month.
"""

import re
from collections.abc import Iterable, Sequence
from email.utils import formataddr
from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, case, delete, func, insert, select, update

from rollbook.core.kernel.clock import DAY
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.ports import FileMissing, FileStore, FileTooLarge, MailAttachment, MailFailed
from rollbook.core.kernel.statements import Lookup, Statement
from rollbook.core.kernel.values import checked_email, checked_line
from rollbook.core.kernel.work import Work
from rollbook.core.mail import ledger
from rollbook.core.mail.ledger import QueuedMail
from rollbook.core.mail.letters import Enclosed, Letter, NothingToSay
from rollbook.core.mail.tables import mail_messages, mails

Rows = Statement[tuple[Any, ...]]

KIND = "message"
"""Of the mails."""
FOLDER = "mails"
FILES_KEPT = DAY
"""Longer than the ledger goes on trying."""
KEPT = 30 * DAY
MOST_FILE_BYTES = 25_000_000
"""Of all files of one message: what mail servers take."""
NOT_KEPT = "Its text or its files are not kept any more; write it anew."
GONE = "[]"
"""What stands for files that were deleted."""
_NAMED = re.compile(r"([^<>]*)<([^<>]*)>")


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it is to be sent. ``reply_to`` is where answers go, by `checked_sender`."""

    subject: str
    html: str
    recipients: Sequence[str]
    reply_to: str | None = None
    files: Sequence[Enclosed] = ()


class Message(msgspec.Struct, frozen=True):
    """A message as it is kept; ``files`` is JSON, None where it has none, an empty list once they are deleted."""

    id: int
    uuid: str
    subject: str
    html: str
    reply_to: str | None
    files: str | None
    created_at: int

    @property
    def enclosed(self) -> list[Enclosed]:
        """The files that belong to it."""
        return msgspec.json.decode(self.files, type=list[Enclosed]) if self.files else []

    def is_whole(self, at: int) -> bool:
        """Whether all that belongs to it is still kept."""
        return self.files is None or (self.files != GONE and self.created_at > at - FILES_KEPT)


def checked_sender(value: str | None, field: str) -> str | None:
    """Where answers to a message go: an address, perhaps with a name before it. Faults: INVALID."""
    line = checked_line(value, field)
    if line is None:
        return None
    named = _NAMED.fullmatch(line)
    name, address = (named[1].strip().strip('"'), named[2]) if named else ("", line)
    try:
        return formataddr((name, checked_email(address) or ""))
    except (Fault, UnicodeError):
        message = f"{field} must be one address such as reports@example.org"
        raise field_fault(FaultCode.INVALID, field, message) from None


def keep_file(files: FileStore, name: str, media_type: str, content: Iterable[bytes], *, room: int) -> Enclosed:
    """Store a file that is sent along, for a day. Blocks. Faults: TOO_LARGE over the room that is left."""
    try:
        stored = files.put(f"{FOLDER}/{new_uuid()}", content, limit=room)
    except FileTooLarge:
        message = f"The files of one mail may have {MOST_FILE_BYTES:,} bytes together."
        raise field_fault(FaultCode.TOO_LARGE, "files", message) from None
    return Enclosed(stored.key, name, media_type, stored.size)


_NAMES = ("uuid", "organisation_id", "person_id", "subject", "html", "reply_to", "files", "recipients", "created_at")
_INSERT = Rows(insert(mail_messages).values({name: bindparam(name) for name in _NAMES}).returning(mail_messages.c.id))
_COUNT = Rows(
    select(func.coalesce(func.sum(mail_messages.c.recipients), 0)).where(
        mail_messages.c.organisation_id == bindparam("organisation_id"),
        mail_messages.c.created_at > bindparam("since"),
    )
)


def count_since(work: Work, since: int) -> int:
    """How many mails the organisation has written to people by messages since an instant."""
    return int(work.value(_COUNT, organisation_id=work.principal.organisation_id, since=since))


def queue(work: Work, written: Written, *, about: tuple[str, int]) -> str:
    """Note that a message is due to each of its recipients; its uuid. The caller has checked what is in it."""
    uuid = new_uuid()
    files = msgspec.json.encode(written.files).decode() if written.files else None
    id_ = work.value(
        _INSERT,
        uuid=uuid,
        organisation_id=work.principal.organisation_id,
        person_id=work.principal.person_id,
        subject=written.subject,
        html=written.html,
        reply_to=written.reply_to,
        files=files,
        recipients=len(written.recipients),
        created_at=work.at,
    )
    ledger.queue_message(work, KIND, written.recipients, subject=written.subject, message_id=id_, about=about)
    after = {"subject": written.subject, "recipients": list(written.recipients)}
    work.record("message.queued", "message", id_, uuid, after=after | {"files": [one.name for one in written.files]})
    return uuid


_FIELDS = tuple(mail_messages.c[name] for name in Message.__struct_fields__)
_OF_MAIL = Lookup(
    select(*_FIELDS).join(mails, mails.c.message_id == mail_messages.c.id).where(mails.c.id == bindparam("mail_id")),
    Message,
)


def find_message(work: Work, mail_id: int) -> Message | None:
    """The message that a mail of the ledger carries. The caller has found the mail."""
    return work.first(_OF_MAIL, mail_id=mail_id)


def compose(work: Work, mail: QueuedMail, _: str) -> Letter:
    """What such a mail says, when it is sent."""
    message = find_message(work, mail.id)
    if message is None or not message.is_whole(work.at):
        raise NothingToSay(NOT_KEPT)
    return Letter(
        subject=message.subject,
        paragraphs=(),
        html=message.html,
        reply_to=message.reply_to,
        enclosed=tuple(message.enclosed),
    )


def attachments_of(files: FileStore, enclosed: Sequence[Enclosed]) -> tuple[MailAttachment, ...]:
    """The files of a message. Blocks. Raises `MailFailed`."""
    try:
        return tuple(
            MailAttachment(filename=one.name, media_type=one.media_type, content=b"".join(files.open(one.key).chunks))
            for one in enclosed
        )
    except FileMissing:
        raise MailFailed(NOT_KEPT, is_permanent=True) from None


# --- What becomes of them -----------------------------------------------------------------------------------------


class Standing(msgspec.Struct, frozen=True):
    """How the mails of a message stand; ``untried`` of the pending ones were not tried yet."""

    total: int
    sent: int
    pending: int
    untried: int


_is_of = mails.c.message_id == bindparam("message_id")


def _count_where(*conditions: Any) -> Any:
    return func.coalesce(func.sum(case((and_(*conditions), 1), else_=0)), 0)


_is_pending = mails.c.state == "pending"
_STANDING = Statement(
    select(
        func.count().label("total"),
        _count_where(mails.c.state == "sent").label("sent"),
        _count_where(_is_pending).label("pending"),
        _count_where(_is_pending, mails.c.attempts == 0).label("untried"),
    ).where(_is_of),
    Standing,
)
_TROUBLE = Rows(
    select(mails.c.recipient, mails.c.error, mails.c.state)
    .where(_is_of, mails.c.state != "sent")
    .order_by(mails.c.id)
    .limit(bindparam("limit"))
)


def standing_of(work: Work, message: Message) -> Standing:
    """How its mails stand."""
    return work.first(_STANDING, message_id=message.id) or Standing(0, 0, 0, 0)


def first_trouble(work: Work, message: Message) -> tuple[str, str, str] | None:
    """The first of its mails that was not sent: recipient, why, and state."""
    return work.first(_TROUBLE, message_id=message.id, limit=1)


_FORGET_FILES = Rows(update(mail_messages).where(mail_messages.c.id == bindparam("message_id")).values(files=GONE))


def release_files(work: Work, message: Message) -> list[str]:
    """Forget the files of a message that everyone has; their keys, to be deleted after the commit."""
    keys = [one.key for one in message.enclosed]
    if keys:
        work.run(_FORGET_FILES, message_id=message.id)
    return keys


_old = select(mail_messages.c.id).where(mail_messages.c.created_at < bindparam("before")).limit(1_000)
_FORGET = Rows(delete(mail_messages).where(mail_messages.c.id.in_(_old)))


def forget(work: Work, before: int) -> int:
    """Delete some messages that were written before an instant; the ledger's mails stay. How many."""
    return work.run(_FORGET, before=before)


def delete_old_files(files: FileStore, before: int) -> None:
    """Delete the files that were stored before an instant."""
    for key in files.written_before(FOLDER, before):
        files.delete(key)
