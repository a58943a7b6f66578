"""Letters: what a mail says, in plain text and as simple HTML, and in whose language."""

from collections.abc import Callable, Mapping
from html import escape
from typing import TypeVar

import msgspec

from rollbook.core.kernel.ports import Mail, MailAttachment
from rollbook.core.kernel.work import Work
from rollbook.core.mail import markup
from rollbook.core.mail.ledger import QueuedMail

T = TypeVar("T")

FALLBACK = "en"


class Enclosed(msgspec.Struct, frozen=True):
    """A file of a message: where it lies, and what it is called."""

    key: str
    name: str
    media_type: str
    size: int


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What a mail says: paragraphs, and perhaps one link, by its label and address, before the last of them."""

    subject: str
    paragraphs: tuple[str, ...]
    link: tuple[str, str] | None = None
    language: str = FALLBACK
    to_name: str = ""
    html: str | None = None
    """Markup that was cleaned, in the place of paragraphs and link."""
    reply_to: str | None = None
    enclosed: tuple[Enclosed, ...] = ()


class NothingToSay(Exception):
    """The mail has lost its reason since it was queued, such as someone who has left; it is not sent."""


Compose = Callable[[Work, QueuedMail, str], Letter]
"""Says what a queued mail says, when it is sent; the text is the server's address. Raises `NothingToSay`."""


def in_language(texts: Mapping[str, T], language: str) -> T:
    """The texts in a language (``sl``, ``pt-BR``), else in English."""
    return texts.get(language.partition("-")[0].lower()) or texts[FALLBACK]


def as_written(_: Work, mail: QueuedMail, __: str) -> Letter:
    """The letter of a mail whose words stand in the ledger."""
    return Letter(subject=mail.subject, paragraphs=tuple((mail.body or "").split("\n\n")))


def to_mail(letter: Letter, recipient: str, files: tuple[MailAttachment, ...] = ()) -> Mail:
    """The letter as a message, with what is sent along."""
    headers = {"Reply-To": letter.reply_to} if letter.reply_to else {}
    if letter.html is not None:
        text, html = markup.as_text(letter.html), page(letter.subject, letter.html)
        return Mail(to=recipient, subject=letter.subject, text=text, html=html, attachments=files, headers=headers)
    *before, last = letter.paragraphs
    middle = [f"{letter.link[0]}:\n{letter.link[1]}"] if letter.link else []
    return Mail(
        to=recipient,
        to_name=letter.to_name,
        subject=letter.subject,
        text="\n\n".join([*before, *middle, last]) + "\n",
        html=_html(letter),
        attachments=files,
    )


def page(subject: str, html: str) -> str:
    """Cleaned markup as a page of its own."""
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{escape(subject)}</title></head>'
        f"<body>{html}</body></html>\n"
    )


def _html(letter: Letter) -> str:
    """A page of our own words alone: no image, no style sheet, nothing that a mail reader would ask about."""
    *before, last = (f"<p>{escape(paragraph)}</p>" for paragraph in letter.paragraphs)
    button = ""
    if letter.link:
        label, address = map(escape, letter.link)
        button = f'<p><a href="{address}" style="{_BUTTON}">{label}</a></p><p style="{_SMALL}">{address}</p>'
    return (
        f'<!doctype html><html lang="{escape(letter.language)}"><head><meta charset="utf-8">'
        f"<title>{escape(letter.subject)}</title></head>"
        f'<body style="{_PAGE}">{"".join(before)}{button}{last}</body></html>\n'
    )


_PAGE = "margin:0 auto;max-width:34em;padding:1.5em;font:16px/1.5 system-ui,sans-serif;color:#1b1f24"
_BUTTON = (
    "display:inline-block;padding:.6em 1.2em;border-radius:.4em;background:#1f5fbf;color:#fff;text-decoration:none"
)
_SMALL = "font-size:.8em;color:#57606a;word-break:break-all"
