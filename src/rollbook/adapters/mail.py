"""Mail by SMTP, or into a folder for those who have no mail server (and for tests).

Lives here: how a message is spelt and handed over. What is said, to whom and when is decided elsewhere.
"""

import os
import re
import secrets
import smtplib
import ssl
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from itertools import count
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from rollbook.core.kernel.ports import Mail, MailAttachment, Mailer, MailFailed

TIMEOUT_S = 30.0
SENDER = "Rollbook <rollbook@localhost>"

WRITTEN_HERE = frozenset(
    {"from", "sender", "to", "cc", "bcc", "subject", "date", "message-id", "auto-submitted", "mime-version"}
)
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_MEDIA_TYPE = re.compile(r"([a-z0-9][a-z0-9!#$&^_.+-]*)/([a-z0-9][a-z0-9!#$&^_.+-]*)")
_PARAMETER = re.compile(r"\s*(method|charset)=([A-Za-z0-9_.-]+)\s*")
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

Now = Callable[[], datetime]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SmtpAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Where mail is handed over. `starttls`: True demands it, False forbids it, None takes it where it is offered."""

    host: str
    port: int
    is_implicit_tls: bool = False
    starttls: bool | None = None
    username: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"SmtpAccount({self.host}:{self.port})"

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read `smtp://user:password@host:587?starttls=1` or `smtps://…` (TLS from the first byte, port 465).

        Raises `ValueError`, without repeating the URL, as it holds a password.
        """
        parts = urlsplit(url)
        options = parse_qs(parts.query, keep_blank_values=True)
        starttls = options.pop("starttls", [""])[-1]
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/"):
            raise ValueError("a mail server is written as smtp://user:password@host:port or smtps://…")
        if options or starttls not in ("", "0", "1"):
            raise ValueError("a mail server's only option is starttls=0 or starttls=1")
        is_implicit_tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if is_implicit_tls else 587 if starttls == "1" else 25),
            is_implicit_tls=is_implicit_tls,
            starttls=None if starttls == "" else starttls == "1",
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


class SmtpMailer:
    """`Mailer` over SMTP (RFC 5321), one connection a message, so it may be shared between threads."""

    def __init__(
        self,
        account: SmtpAccount,
        sender: str = SENDER,
        *,
        ssl_context: ssl.SSLContext | None = None,
        now: Now = _utc_now,
    ) -> None:
        self._account = account
        self._composer = Composer(sender, now)
        self._ssl_context = ssl_context or ssl.create_default_context()

    def send(self, mail: Mail) -> None:
        """Hand `mail` to the server. Raises `MailFailed`, permanent for what the server refuses for good (5xx)."""
        message = self._composer.compose(mail)
        try:
            connection = self._connect()
            try:
                self._secure(connection)
                _hand_over(connection, message)
            finally:
                connection.close()
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise _refused(code, text) from error
        except smtplib.SMTPAuthenticationError as error:
            # A wrong password is the administrator's to mend; the mail itself is well and should wait for that.
            raise MailFailed("the mail server did not take our user name and password", is_permanent=False) from error
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailFailed(f"the mail server could not be used: {error}", is_permanent=False) from error

    def _connect(self) -> smtplib.SMTP:
        at = self._account
        name = self._composer.domain
        if at.is_implicit_tls:
            return smtplib.SMTP_SSL(at.host, at.port, name, timeout=TIMEOUT_S, context=self._ssl_context)
        return smtplib.SMTP(at.host, at.port, name, timeout=TIMEOUT_S)

    def _secure(self, connection: smtplib.SMTP) -> None:
        at = self._account
        connection.ehlo_or_helo_if_needed()
        is_secure = at.is_implicit_tls
        if not is_secure and (at.starttls or (at.starttls is None and connection.has_extn("starttls"))):
            connection.starttls(context=self._ssl_context)
            connection.ehlo()
            is_secure = True
        if not at.username:
            return
        if not is_secure and at.starttls is None and at.host not in _LOCAL_HOSTS:
            raise MailFailed("the mail server offers no TLS, so it gets no password", is_permanent=False)
        connection.login(at.username, at.password)


class FolderMailer:
    """`Mailer` that writes each message as an RFC 5322 file, `<time>-<number>-<random>.eml`, which sorts by time.

    A file appears whole (it is written under a name that begins with a dot, then renamed), readable by its owner only.
    """

    def __init__(self, folder: Path, sender: str = SENDER, *, now: Now = _utc_now) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._composer = Composer(sender, now)
        self._now = now
        self._numbers = count()

    def send(self, mail: Mail) -> None:
        """Write `mail` into the folder. Raises `MailFailed`, permanent only for a message that cannot be spelt."""
        content = self._composer.compose(mail).as_bytes()
        stamp = self._now().astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        name = f"{stamp}-{next(self._numbers):06d}-{secrets.token_hex(8)}.eml"
        draft = self._folder / f".{name}.tmp"
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                draft.rename(self._folder / name)
            except OSError:
                draft.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise MailFailed(f"the mail could not be written: {error.strerror}", is_permanent=False) from error


def mailer_from(url: str | None, folder: Path, sender: str = SENDER) -> Mailer:
    """Give the mailer of an `smtp://` or `smtps://` URL, or the one of `folder` where `url` is None.

    `sender` is what stands after From, such as `Training <training@example.org>`. Raises `ValueError`.
    """
    return FolderMailer(folder, sender) if url is None else SmtpMailer(SmtpAccount.from_url(url), sender)


class Composer:
    """Spells messages from one sender, so that no value of a caller can begin a header of its own."""

    def __init__(self, sender: str, now: Now = _utc_now) -> None:
        """Raises `ValueError` for a sender that is no address."""
        name, address = parseaddr(sender)
        try:
            self._sender = _address(name, address)
        except MailFailed as error:
            raise ValueError(f"{sender!r} is not an address to send from: {error.reason}") from error
        self.domain = self._sender.domain
        self._now = now

    def compose(self, mail: Mail) -> EmailMessage:
        """Give the message with Message-ID, Date and `Auto-Submitted: auto-generated` (RFC 3834).

        Raises a permanent `MailFailed` for line breaks in a header, or an address or text that cannot be sent.
        """
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = _address(mail.to_name, mail.to)
        message["Subject"] = _one_line("the subject", mail.subject)
        message["Date"] = format_datetime(self._now().astimezone(UTC))
        message["Message-ID"] = f"<{secrets.token_hex(16)}@{self.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        for name, value in mail.headers.items():
            _add_header(message, name, value)
        try:
            message.set_content(mail.text)
            if mail.html is not None:
                message.add_alternative(mail.html, subtype="html")
        except UnicodeEncodeError as error:
            raise MailFailed("the text is not valid Unicode", is_permanent=True) from error
        for attachment in mail.attachments:
            _attach(message, attachment)
        return message


def _address(name: str, address: str) -> Address:
    local, at, domain = _one_line("the address", address).rpartition("@")
    _one_line("the name", name)
    if not at or not local or any(character in '<>()[]:;,\\" ' for character in address):
        raise MailFailed("the address is not one that mail can be sent to", is_permanent=True)
    try:
        host = domain.encode("idna").decode("ascii")
        if not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", host):
            raise ValueError("not a host name")
        return Address(display_name=name, username=local, domain=host)
    except ValueError as error:
        raise MailFailed("the address is not one that mail can be sent to", is_permanent=True) from error


def _add_header(message: EmailMessage, name: str, value: str) -> None:
    lower = name.lower()
    if not _HEADER_NAME.fullmatch(name) or lower in WRITTEN_HERE or lower.startswith("content-"):
        raise MailFailed(f"the header {name!r} cannot be set", is_permanent=True)
    message[name] = _one_line(f"the header {name}", value)


def _attach(message: EmailMessage, attachment: MailAttachment) -> None:
    name, *rest = attachment.media_type.split(";")
    kind, given = _MEDIA_TYPE.fullmatch(name.lower()), [_PARAMETER.fullmatch(part) for part in rest]
    if kind is None or kind[1] in ("multipart", "message") or None in given:
        raise MailFailed("the attachment's media type is not one", is_permanent=True)
    filename = _one_line("the attachment's name", attachment.filename)
    parameters = {part[1]: part[2] for part in given if part is not None}
    message.add_attachment(
        attachment.content, maintype=kind[1], subtype=kind[2], filename=filename, params=parameters or None
    )


def _one_line(what: str, value: str) -> str:
    """Refuse every character that any reader of mail might take for a line break, and what UTF-8 cannot hold."""
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in value):
        raise MailFailed(f"{what} has a line break or control character in it", is_permanent=True)
    return value


def _hand_over(connection: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        connection.send_message(message)
    except smtplib.SMTPNotSupportedError as error:
        raise MailFailed("the mail server takes no addresses beyond ASCII", is_permanent=True) from error
    # The server has answered for the message: a clumsy goodbye must not have it sent again.
    with suppress(OSError, smtplib.SMTPException):
        connection.quit()


def _refused(code: int, text: bytes | str) -> MailFailed:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    # 530 asks for a log-in: a setting to mend, and the mail can wait for it (RFC 4954, section 6).
    return MailFailed(f"the mail server refused it: {code} {said}", is_permanent=500 <= code < 600 and code != 530)
