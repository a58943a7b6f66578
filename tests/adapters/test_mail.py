"""Mail: how it is spelt, handed to a server, and put into a folder."""

import email
import email.policy
import stat
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from rollbook.adapters.mail import Composer, FolderMailer, SmtpAccount, SmtpMailer, mailer_from
from rollbook.core.kernel.ports import Mail, MailAttachment, Mailer, MailFailed

from .loopback import Certificate, self_signed
from .smtp_server import smtp_server

SENDER = "Ausbildung Süd <training@example.org>"
WHEN = datetime(2026, 3, 1, 12, 30, 15, 250_000, tzinfo=timezone(timedelta(hours=2)))
MAIL = Mail(
    to="zoe@example.org", to_name="Zoë Žák, PhD", subject="Ihre Schulung ist fällig", text="Grüße\n.\n..\nEnde\n"
)


def parsed(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def plain(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed("localhost", tmp_path_factory.mktemp("tls"))


def account(port: int, url: str = "smtp://localhost:{}") -> SmtpAccount:
    return SmtpAccount.from_url(url.format(port))


def test_a_message_reaches_the_server_whole() -> None:
    with smtp_server() as server:
        mailer: Mailer = SmtpMailer(account(server.port), SENDER, now=lambda: WHEN)
        mailer.send(MAIL)
    (kept,) = server.accepted
    assert (kept.sender, kept.recipients) == ("<training@example.org>", ["<zoe@example.org>"])
    message = parsed(kept.content)
    assert message["To"] == '"Zoë Žák, PhD" <zoe@example.org>'
    assert message["From"] == SENDER
    assert message["Subject"] == MAIL.subject
    assert message["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(message["Date"]) == WHEN.replace(microsecond=0)
    assert message["Message-ID"].endswith("@example.org>")
    assert plain(message) == MAIL.text
    assert server.greetings == ["ehlo example.org"], "our own machine's name is looked up by nobody"


def test_html_and_attachments_go_along() -> None:
    attachments = (
        MailAttachment(filename="Zertifikat für Zoë.pdf", media_type="application/pdf", content=b"%PDF\r\n\0\xff"),
        MailAttachment(filename="a.csv", media_type="text/csv", content=b"a;b\n"),
    )
    mail = Mail(
        to="z@example.org", subject="s", text="t", html="<p>ü</p>", attachments=attachments, headers={"List-Id": "x"}
    )
    message = Composer(SENDER).compose(mail)
    message = parsed(message.as_bytes())
    html = message.get_body(("html",))
    assert html is not None
    assert html.get_content().strip() == "<p>ü</p>"
    assert plain(message).strip() == "t"
    assert message["List-Id"] == "x"
    first, second = message.iter_attachments()
    assert (first.get_filename(), first.get_content_type()) == ("Zertifikat für Zoë.pdf", "application/pdf")
    assert first.get_content() == b"%PDF\r\n\0\xff"
    assert second.get_filename() == "a.csv"


def test_two_messages_have_two_identities() -> None:
    composer = Composer(SENDER)
    assert composer.compose(MAIL)["Message-ID"] != composer.compose(MAIL)["Message-ID"]


@pytest.mark.parametrize(
    "break_", ["\r\n", "\n", "\r", "\0", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\ud800"]
)
def test_nothing_a_caller_gives_can_begin_a_header(break_: str) -> None:
    evil = f"a{break_}Bcc: everyone@example.org"
    mails = [
        Mail(to="z@example.org", subject=evil, text=""),
        Mail(to="z@example.org", to_name=evil, subject="s", text=""),
        Mail(to=f"z@example.org{break_}Bcc: x", subject="s", text=""),
        Mail(to=f"z{break_}@example.org", subject="s", text=""),
        Mail(to="z@example.org", subject="s", text="", headers={"X-Note": evil}),
        Mail(to="z@example.org", subject="s", text="", headers={f"X{break_}Bcc": "x"}),
        Mail(
            to="z@example.org",
            subject="s",
            text="",
            attachments=(MailAttachment(filename=evil, media_type="text/plain", content=b""),),
        ),
        Mail(
            to="z@example.org",
            subject="s",
            text="",
            attachments=(MailAttachment(filename="a", media_type=f"text/plain{break_}X: y", content=b""),),
        ),
    ]
    for mail in mails:
        with pytest.raises(MailFailed) as caught:
            Composer(SENDER).compose(mail)
        assert caught.value.is_permanent


def test_a_long_subject_in_any_script_makes_no_header_of_its_own() -> None:
    subject = "Überfällig: " + "Sicherheitsunterweisung 年次安全教育 " * 40 + "Bcc: x@example.org"
    content = Composer(SENDER).compose(Mail(to="z@example.org", subject=subject, text="")).as_bytes()
    head = content.partition(b"\r\n\r\n")[0]
    assert all(len(line) <= 998 for line in head.split(b"\r\n"))
    message = parsed(content)
    assert message["Subject"] == subject
    assert message["Bcc"] is None


@pytest.mark.parametrize(
    "to",
    [
        *(
            "",
            "zoe",
            "@example.org",
            "zoe@",
            "a@b@example.org,c@d.org",
            "zoe@exa mple.org",
            "a b@example.org",
            "<z@e.org>",
        ),
        *(
            "z@e.org, y@e.org",
            "z@e.org;y@e.org",
            "z@-\u00ad.",
            '"a b"@example.org',
            "z@[127.0.0.1]",
            "z@e..org",
            "z@e.org>",
        ),
    ],
)
def test_what_is_no_single_address_is_refused_for_good(to: str) -> None:
    with pytest.raises(MailFailed) as caught:
        Composer(SENDER).compose(Mail(to=to, subject="s", text=""))
    assert caught.value.is_permanent


@pytest.mark.parametrize(
    "name", ["To", "bcc", "FROM", "Content-Type", "content-transfer-encoding", "Message-ID", "X Y", ""]
)
def test_headers_written_here_cannot_be_given(name: str) -> None:
    with pytest.raises(MailFailed):
        Composer(SENDER).compose(Mail(to="z@example.org", subject="s", text="", headers={name: "x"}))


@pytest.mark.parametrize("media_type", ["", "pdf", "application/", "multipart/mixed", "message/rfc822", "a/b; name=c"])
def test_an_attachment_needs_a_plain_media_type(media_type: str) -> None:
    attachment = MailAttachment(filename="a", media_type=media_type, content=b"")
    with pytest.raises(MailFailed):
        Composer(SENDER).compose(Mail(to="z@example.org", subject="s", text="", attachments=(attachment,)))


def test_text_that_is_not_unicode_is_refused_for_good() -> None:
    with pytest.raises(MailFailed) as caught:
        Composer(SENDER).compose(Mail(to="z@example.org", subject="s", text="\ud800"))
    assert caught.value.is_permanent


def test_a_domain_beyond_ascii_is_sent_in_its_ascii_form() -> None:
    assert (
        Composer(SENDER).compose(Mail(to="z@bücher.example", subject="s", text=""))["To"] == "z@xn--bcher-kva.example"
    )


def test_a_mailbox_beyond_ascii_needs_a_server_that_takes_it() -> None:
    mail = Mail(to="zoë@example.org", subject="s", text="t")
    with smtp_server() as server, pytest.raises(MailFailed) as caught:
        SmtpMailer(account(server.port)).send(mail)
    assert caught.value.is_permanent
    with smtp_server(extensions=("SMTPUTF8",)) as server:
        SmtpMailer(account(server.port)).send(mail)
    assert server.accepted[0].recipients == ["<zoë@example.org>"]


def test_starttls_secures_the_login(certificate: Certificate) -> None:
    with smtp_server(extensions=("STARTTLS", "AUTH PLAIN"), tls=certificate.serving) as server:
        at = account(server.port, "smtp://u%40x:p%3A%2F@localhost:{}?starttls=1")
        SmtpMailer(at, ssl_context=certificate.trusting).send(MAIL)
    assert server.accepted[0].is_secure
    assert server.logins == ["|u@x|p:/"]


def test_starttls_is_taken_where_it_is_offered(certificate: Certificate) -> None:
    with smtp_server(extensions=("STARTTLS",), tls=certificate.serving) as server:
        SmtpMailer(account(server.port), ssl_context=certificate.trusting).send(MAIL)
        SmtpMailer(account(server.port, "smtp://localhost:{}?starttls=0")).send(MAIL)
    assert [mail.is_secure for mail in server.accepted] == [True, False]


def test_demanded_starttls_is_never_done_without() -> None:
    with smtp_server() as server, pytest.raises(MailFailed) as caught:
        SmtpMailer(account(server.port, "smtp://localhost:{}?starttls=1")).send(MAIL)
    assert not caught.value.is_permanent
    assert server.accepted == []


def test_implicit_tls(certificate: Certificate) -> None:
    with smtp_server(tls=certificate.serving, is_implicit_tls=True, extensions=("AUTH PLAIN",)) as server:
        at = account(server.port, "smtps://u:p@localhost:{}")
        SmtpMailer(at, ssl_context=certificate.trusting).send(MAIL)
    assert server.accepted[0].is_secure
    assert server.logins == ["|u|p"]


def test_a_certificate_nobody_vouches_for_gets_no_mail(certificate: Certificate) -> None:
    with smtp_server(tls=certificate.serving, is_implicit_tls=True) as server, pytest.raises(MailFailed) as caught:
        SmtpMailer(account(server.port, "smtps://u:p@localhost:{}")).send(MAIL)
    assert not caught.value.is_permanent
    assert server.logins == []


def test_no_password_crosses_a_network_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rollbook.adapters.mail._LOCAL_HOSTS", frozenset())
    with smtp_server(extensions=("AUTH PLAIN",)) as server:
        with pytest.raises(MailFailed, match="no TLS"):
            SmtpMailer(account(server.port, "smtp://u:p@localhost:{}")).send(MAIL)
        assert server.logins == []
        SmtpMailer(account(server.port, "smtp://u:p@localhost:{}?starttls=0")).send(MAIL)
    assert server.logins == ["|u|p"]


@pytest.mark.parametrize(
    ("verb", "reply", "is_permanent"),
    [
        ("RCPT", "550 no such user", True),
        ("RCPT", "450 try later", False),
        ("MAIL", "553 not from you", True),
        ("MAIL", "451 try later", False),
        ("MAIL", "530 log in first", False),
        ("CONTENT", "554 spam", True),
        ("CONTENT", "452 full", False),
        ("CONNECT", "421 busy", False),
    ],
)
def test_a_refusal_says_whether_to_try_again(verb: str, reply: str, is_permanent: bool) -> None:
    with smtp_server(replies={verb: reply}) as server, pytest.raises(MailFailed) as caught:
        SmtpMailer(account(server.port)).send(MAIL)
    assert caught.value.is_permanent is is_permanent
    assert reply.split(" ")[0] in caught.value.reason


def test_a_wrong_password_can_be_mended_so_the_mail_waits() -> None:
    rejecting = smtp_server(extensions=("AUTH PLAIN",), replies={"AUTH": "535 no"})
    with rejecting as server, pytest.raises(MailFailed) as caught:
        SmtpMailer(account(server.port, "smtp://u:topsecret@localhost:{}")).send(MAIL)
    assert not caught.value.is_permanent
    assert "topsecret" not in caught.value.reason


def test_a_server_that_is_away_can_be_tried_again() -> None:
    with smtp_server() as server:
        port = server.port
    with pytest.raises(MailFailed) as caught:
        SmtpMailer(account(port)).send(MAIL)
    assert not caught.value.is_permanent


def test_a_clumsy_goodbye_does_not_undo_the_sending() -> None:
    with smtp_server(replies={"QUIT": "451 what?"}) as server:
        SmtpMailer(account(server.port)).send(MAIL)
    assert len(server.accepted) == 1


def test_server_urls_are_read() -> None:
    at = SmtpAccount.from_url("smtp://me:pw@mail.example.org?starttls=1")
    assert (at.host, at.port, at.starttls, at.username, at.password) == ("mail.example.org", 587, True, "me", "pw")
    assert SmtpAccount.from_url("smtp://h").port == 25
    assert SmtpAccount.from_url("smtp://h").starttls is None
    assert SmtpAccount.from_url("smtps://h/").port == 465
    assert "pw" not in repr(at)


@pytest.mark.parametrize(
    "url", ["http://h", "smtp://", "smtp://h/x", "smtp://h?tls=1", "smtp://h?starttls=yes", "mail.org"]
)
def test_a_server_url_that_means_nothing_is_an_error(url: str) -> None:
    with pytest.raises(ValueError, match="mail server"):
        SmtpAccount.from_url(url)


def test_a_sender_that_is_no_address_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not an address"):
        FolderMailer(tmp_path, "Rollbook")


def test_a_folder_keeps_each_message_as_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "outbox"
    mailer: Mailer = FolderMailer(folder, SENDER, now=lambda: WHEN)
    mailer.send(MAIL)
    (file,) = folder.iterdir()
    assert file.name.startswith("20260301T103015.250000Z-000000-")
    assert file.suffix == ".eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = file.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")
    message = parsed(content)
    assert message["Subject"] == MAIL.subject
    assert plain(message) == MAIL.text


def test_file_names_sort_in_the_order_of_sending_and_cannot_be_guessed(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path, now=lambda: WHEN)
    for number in range(20):
        mailer.send(Mail(to="z@example.org", subject=str(number), text=""))
    files = sorted(tmp_path.iterdir())
    assert [parsed(file.read_bytes())["Subject"] for file in files] == [str(number) for number in range(20)]
    assert len({file.stem.rpartition("-")[2] for file in files}) == 20


def test_a_folder_that_cannot_be_written_can_be_tried_again(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path / "outbox")
    (tmp_path / "outbox").rmdir()
    with pytest.raises(MailFailed) as caught:
        mailer.send(MAIL)
    assert not caught.value.is_permanent


def test_a_failed_write_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rollbook.adapters.mail.os.fsync", full)
    with pytest.raises(MailFailed, match="No space left"):
        FolderMailer(tmp_path).send(MAIL)
    assert list(tmp_path.iterdir()) == []


def test_the_setting_chooses_the_mailer(tmp_path: Path) -> None:
    assert isinstance(mailer_from(None, tmp_path), FolderMailer)
    assert isinstance(mailer_from("smtps://u:p@mail.example.org", tmp_path, SENDER), SmtpMailer)
    mailer_from(None, tmp_path).send(Mail(to="z@example.org", subject="s", text="t"))
    (file,) = tmp_path.iterdir()
    assert parsed(file.read_bytes())["From"] == "Rollbook <rollbook@localhost>"
    assert datetime.now(UTC) - parsedate_to_datetime(parsed(file.read_bytes())["Date"]) < timedelta(minutes=5)


def test_an_attachment_may_say_which_method_of_a_calendar_it_is() -> None:
    media_type = "text/calendar; method=REQUEST; charset=utf-8"
    file = MailAttachment(filename="invite.ics", media_type=media_type, content="BEGIN:VCALENDAR č".encode())
    [part] = (
        Composer("a@example.org")
        .compose(Mail(to="b@example.org", subject="s", text="t", attachments=(file,)))
        .iter_attachments()
    )
    assert part.get_content_type() == "text/calendar"
    assert (part.get_param("method"), part.get_param("charset")) == ("REQUEST", "utf-8")
    assert part.get_payload(decode=True) == file.content
