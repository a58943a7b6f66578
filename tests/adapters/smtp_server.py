"""A small SMTP server on loopback that keeps what it is given."""

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import msgspec


class Accepted(msgspec.Struct):
    """One message as it came: the envelope and the bytes between DATA and the dot."""

    sender: str
    recipients: list[str]
    content: bytes
    is_secure: bool
    login: str


class SmtpServer(socketserver.ThreadingTCPServer):
    """`replies` overrides the answer to a verb (`{"RCPT": "550 no such user"}`); `extensions` follow EHLO."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self,
        *,
        replies: dict[str, str] | None = None,
        extensions: tuple[str, ...] = (),
        tls: ssl.SSLContext | None = None,
        is_implicit_tls: bool = False,
    ) -> None:
        super().__init__(("127.0.0.1", 0), SmtpConversation)
        self.replies = replies or {}
        self.extensions = extensions
        self.tls = tls
        self.is_implicit_tls = is_implicit_tls
        self.accepted: list[Accepted] = []
        self.logins: list[str] = []
        self.greetings: list[str] = []

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])


class SmtpConversation(socketserver.StreamRequestHandler):
    """Speaks as much of RFC 5321, STARTTLS and AUTH PLAIN as a client needs to send."""

    def setup(self) -> None:
        self.kept = cast(SmtpServer, self.server)
        self.is_secure = self.kept.is_implicit_tls
        if self.kept.is_implicit_tls and self.kept.tls is not None:
            self.request = self.kept.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        mail = Accepted("", [], b"", False, "")
        login = ""
        self.say(self.kept.replies.get("CONNECT", "220 ready"))
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].upper()
            said = self.kept.replies.get(verb)
            if verb == "EHLO":
                self.kept.greetings.append(line)
                self.say("250-small")
                hidden = {"STARTTLS"} if self.is_secure else set()
                for extension in self.kept.extensions:
                    if extension not in hidden:
                        self.say(f"250-{extension}")
                self.say("250 8BITMIME")
            elif verb == "STARTTLS" and said is None:
                assert self.kept.tls is not None
                self.say("220 go ahead")
                self.request = self.kept.tls.wrap_socket(self.request, server_side=True)
                self.is_secure = True
                super().setup()
            elif verb == "AUTH":
                login = base64.b64decode(line.split(" ")[-1]).decode().replace("\0", "|")
                self.kept.logins.append(login)
                self.say(said or "235 welcome")
            elif verb == "MAIL":
                mail = Accepted(line.partition(":")[2].split(" ")[0], [], b"", self.is_secure, login)
                self.say(said or "250 ok")
            elif verb == "RCPT":
                mail.recipients.append(line.partition(":")[2])
                self.say(said or "250 ok")
            elif verb == "DATA" and said is None:
                self.say("354 go on")
                while (part := self.rfile.readline()) != b".\r\n":
                    mail.content += part.removeprefix(b".")
                if (after := self.kept.replies.get("CONTENT")) is None:
                    self.kept.accepted.append(mail)
                self.say(after or "250 kept")
            elif verb == "QUIT":
                self.say(said or "221 bye")
                return
            else:
                self.say(said or "250 ok")

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()


class QuietSmtpServer(SmtpServer):
    """Expects clients to hang up half-way, as one does that does not like our certificate."""

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextmanager
def smtp_server(
    *,
    replies: dict[str, str] | None = None,
    extensions: tuple[str, ...] = (),
    tls: ssl.SSLContext | None = None,
    is_implicit_tls: bool = False,
) -> Iterator[SmtpServer]:
    server = QuietSmtpServer(replies=replies, extensions=extensions, tls=tls, is_implicit_tls=is_implicit_tls)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
