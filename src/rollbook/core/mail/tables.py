"""The mail ledger."""

from sqlalchemy import Column, Index, text

from rollbook.core.kernel.schema import (
    Id,
    count,
    document,
    id_column,
    instant,
    line,
    prose,
    reference,
    table,
    tenant_column,
    uuid_column,
)

_PENDING = text("state = 'pending'")

mails = table(
    "mails",
    id_column(),
    uuid_column(),
    tenant_column(),
    reference("person_id", "people.id", ondelete="CASCADE"),
    line("kind", 32, nullable=False),
    line("recipient", 254, nullable=False),
    line("subject", nullable=False),
    prose("body"),
    line("about", 32),
    Column("about_id", Id),
    line("occasion", 80),
    Column("message_id", Id),
    document("attachments"),
    line("state", 16, nullable=False),
    count("attempts"),
    instant("due_at", nullable=False),
    instant("leased_until"),
    line("error", 512),
    instant("created_at", nullable=False),
    instant("sent_at"),
    Index("ix_mails_due", "due_at", "id", sqlite_where=_PENDING, postgresql_where=_PENDING),
    Index("ix_mails_organisation_id", "organisation_id", "id"),
    Index("ix_mails_person_id", "person_id"),
    Index("ix_mails_about", "about", "about_id", "kind"),
    Index("ix_mails_message_id", "message_id"),
    Index("uq_mails_occasion", "occasion", unique=True),
)
"""The mail ledger: written in the transaction that wants the mail; a worker sends. ``state``: pending, sent, failed,
skipped (``error`` says why nothing was sent). ``about`` and ``about_id`` name the record that it is about, as events
do; it may be gone. ``occasion`` is what must not be told twice, such as ``lesson_overdue:17``. ``attachments`` are
files of a few kilobytes, such as invitations to a class. ``message_id`` is what somebody wrote, perhaps for several;
it may be gone."""

mail_messages = table(
    "mail_messages",
    id_column(),
    uuid_column(),
    tenant_column(),
    reference("person_id", "people.id", ondelete="SET NULL", index=True),
    line("subject", nullable=False),
    prose("html"),
    line("reply_to", 1024),
    document("files"),
    count("recipients"),
    instant("created_at", nullable=False),
    Index("ix_mail_messages_organisation_id", "organisation_id", "created_at"),
    Index("ix_mail_messages_created_at", "created_at"),
)
"""What somebody wrote, for each recipient a mail. ``html`` was cleaned; ``files`` are where the file store has them,
an empty list once they are deleted; ``person_id`` is who wrote it."""

mail_templates = table(
    "mail_templates",
    id_column(),
    uuid_column(),
    tenant_column(),
    line("kind", 32, nullable=False),
    line("language", 8, nullable=False),
    line("subject", nullable=False),
    prose("body"),
    instant("created_at", nullable=False),
    instant("updated_at", nullable=False),
    Index("uq_mail_templates_kind", "organisation_id", "kind", "language", unique=True),
)
"""An organisation's own words for a kind of mail in a language; without a row our own are used."""
