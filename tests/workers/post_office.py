"""Driving the workers by hand: a clock that tests turn, targets that answer as they are told, nothing on the wire."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from rollbook.app import COMPOSERS, RENDERERS, Server
from rollbook.core.kernel.clock import now
from rollbook.core.kernel.ports import Mail, MailFailed, OutboundReply
from rollbook.workers.alarm import Alarm
from rollbook.workers.deliveries import DeliveryWorker, Render
from rollbook.workers.mails import MailWorker

Answer = Callable[["Sent"], OutboundReply]
"""What a target does with a request; it may raise what an outbound connection raises."""


class Sent(msgspec.Struct, frozen=True):
    """One request as it was to go out."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    at: int

    @property
    def json(self) -> Any:
        """The body, read."""
        return msgspec.json.decode(self.body)


def answering(status: int, body: bytes = b"", retry_after_s: int | None = None) -> Answer:
    """A target that answers every request alike."""
    return lambda _: OutboundReply(status=status, body=body, duration_ms=3, retry_after_s=retry_after_s)


def failing(problem: Exception) -> Answer:
    """A target that cannot be reached."""

    def answer(_: Sent) -> OutboundReply:
        raise problem

    return answer


class PostOffice:
    """The delivery worker, with a clock and targets of the test's own. Other tests' deliveries get 200."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.at = now()
        self.sent: list[Sent] = []
        self.answers: dict[str, Answer] = {}
        self.renderers: dict[str, Render] = dict(RENDERERS)
        self.most_at_once: dict[str, int] = {}
        self._open: dict[str, int] = {}

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float) -> OutboundReply:
        """What the worker calls."""
        sent = Sent(url, body, headers, self.at)
        self.sent.append(sent)
        self._open[url] = self._open.get(url, 0) + 1
        self.most_at_once[url] = max(self.most_at_once.get(url, 0), self._open[url])
        try:
            await asyncio.sleep(0)
            return self.answers.get(url, answering(200))(sent)
        finally:
            self._open[url] -= 1

    def work(self, *, later: int = 0) -> None:
        """Turn the clock on by so many microseconds, then send all that is due."""
        self.at = max(self.at, now()) + later
        asyncio.run(self.work_here())

    async def work_here(self) -> None:
        """Send all that is due by now, from within an event loop."""
        self.at = max(self.at, now())
        alarm = Alarm(lambda: self.at)
        worker = self.worker(alarm)
        while True:
            until = await worker.turn()
            if worker.is_sending:
                await alarm.wait(self.at + 1)
            elif until is not None:
                return

    def worker(self, alarm: Alarm) -> DeliveryWorker:
        """A worker that sends through here and never strays from the schedule."""
        server = self.server
        return DeliveryWorker(
            server.database,
            server.lanes,
            server.services.sealer,
            self.renderers,
            self,
            alarm,
            clock=lambda: self.at,
            jitter=lambda: 1.0,
        )

    def sent_to(self, url: str) -> list[Sent]:
        """What a target was sent, in order."""
        return [sent for sent in self.sent if sent.url == url]

    def kinds_sent_to(self, url: str) -> list[str]:
        """The kinds of event that a native target was told of, in order."""
        return [sent.json["type"] for sent in self.sent_to(url)]


class Letters:
    """The mail worker with a clock of the test's own, and what it handed over."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.at = now()
        self.handed_over: list[Mail] = []
        self.problem: MailFailed | None = None

    def send(self, mail: Mail) -> None:
        """What the worker calls."""
        if self.problem is not None:
            raise self.problem
        self.handed_over.append(mail)

    def work(self, *, later: int = 0) -> None:
        """Turn the clock on, then send all that is due."""
        self.at = max(self.at, now()) + later
        asyncio.run(self._work())

    async def _work(self) -> None:
        server = self.server
        worker = MailWorker(
            server.database,
            server.lanes,
            self,
            server.services.files,
            COMPOSERS,
            server.services.base_url,
            Alarm(lambda: self.at),
            clock=lambda: self.at,
        )
        while await worker.turn() is None:
            pass

    def to(self, address: str) -> list[Mail]:
        """What was handed over for someone."""
        return [mail for mail in self.handed_over if mail.to == address]
