"""The worker that sends mail: claims what is due, has it composed, hands it over, and writes down what came of it."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from rollbook.core.access.policy import system_principal
from rollbook.core.analytics import mailing, tasks
from rollbook.core.kernel.clock import MINUTE, SECOND, Clock, now
from rollbook.core.kernel.ports import FileStore, Mailer, MailFailed
from rollbook.core.kernel.work import Database, Work
from rollbook.core.mail import ledger, letters, messages
from rollbook.core.mail.ledger import QueuedMail
from rollbook.core.mail.letters import Compose, Letter, NothingToSay
from rollbook.core.people.settings import SILENCED, get_settings
from rollbook.web.lanes import Lanes
from rollbook.workers.alarm import Alarm
from rollbook.workers.units import Units

log = logging.getLogger("rollbook.mail")

AT_ONCE = 4
LEASE = 10 * MINUTE
"""A mail server may take its time, and a mail that is sent twice is worse than one that is late."""
PAUSE_AFTER_MISTAKE = 30 * SECOND
DOOR = "mail"
"""What the audit trail calls changes that sending mail makes."""


class MailWorker:
    """One node's sender of mail."""

    def __init__(
        self,
        database: Database,
        lanes: Lanes,
        mailer: Mailer,
        files: FileStore,
        composers: Mapping[str, Compose],
        base_url: Callable[[], str],
        alarm: Alarm,
        *,
        clock: Clock = now,
    ) -> None:
        self._database = database
        self._lanes = lanes
        self._units = Units(database, lanes, clock)
        self._mailer = mailer
        self._files = files
        self._composers = composers
        self._base_url = base_url
        self._alarm = alarm
        self._clock = clock
        # Its own threads: a mail server that hangs must not take those that answer requests.
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="rollbook-mail")
        self._is_stopping = False

    async def run(self) -> None:
        """Work until told to stop; mails under way are handed over first."""
        is_ready = self._database.store != "sqlite"  # there this node is the only one, and no lease is another's
        while not self._is_stopping:
            try:
                if not is_ready:
                    await self._units.write(ledger.release_all)
                    is_ready = True
                until = await self.turn()
            except Exception:
                log.exception("mails could not be looked after; trying again")
                until = self._clock() + PAUSE_AFTER_MISTAKE
            if until is not None:
                await self._alarm.wait(until)
        self._threads.shutdown(wait=False)

    def stop(self) -> None:
        """Take up nothing more."""
        self._is_stopping = True
        self._alarm.ring()

    async def turn(self) -> int | None:
        """Send some of what is due. None: look again at once; else when to look again."""
        due_at = await self._units.read(ledger.next_due)
        at = self._clock()
        if due_at is None or due_at > at:
            return due_at if due_at is not None else at + MINUTE
        taken = await self._units.write(lambda work: ledger.claim(work, AT_ONCE, until=work.at + LEASE))
        await asyncio.gather(*map(self._send, taken))
        return None if taken else at + SECOND

    async def _send(self, mail: QueuedMail) -> None:
        try:
            letter = await self._units.write(lambda work: self._compose(work, mail))
            await asyncio.get_running_loop().run_in_executor(self._threads, self._hand_over, letter, mail)
        except NothingToSay as why:
            reason = str(why)
            await self._note(mail, lambda work: ledger.note_skipped(work, mail, reason))
        except MailFailed as failed:
            await self._note_failed(mail, failed.reason, is_permanent=failed.is_permanent)
        except Exception:
            log.exception("mail %s could not be sent", mail.id)
            await self._note_failed(mail, "A mistake of ours; the log has it.", is_permanent=False)
        else:
            await self._note(mail, lambda work: ledger.note_sent(work, mail, letter.subject))

    def _hand_over(self, letter: Letter, mail: QueuedMail) -> None:
        files = mail.files + messages.attachments_of(self._files, letter.enclosed)
        self._mailer.send(letters.to_mail(letter, mail.recipient, files))

    async def _note_failed(self, mail: QueuedMail, reason: str, *, is_permanent: bool) -> None:
        await self._note(mail, lambda work: ledger.note_failed(work, mail, reason, is_permanent=is_permanent))

    async def _note(self, mail: QueuedMail, note: Callable[[Work], object]) -> None:
        """Write down what came of a mail, and what follows for the task that it belongs to."""

        def write(work: Work) -> list[str]:
            note(work)
            return mailing.settle(work, mail) if mail.about == tasks.ABOUT else []

        for key in await self._units.write(write):
            await self._lanes.in_pool(partial(self._files.delete, key))

    def _compose(self, work: Work, mail: QueuedMail) -> Letter:
        """In a transaction of its own, because a letter may mint a secret that must be valid once it is read."""
        compose = self._composers.get(mail.kind, letters.as_written)
        work.act_as(system_principal(mail.organisation_id, DOOR))
        if mail.kind in get_settings(work).silenced_mails:
            raise NothingToSay(SILENCED)
        return compose(work, mail, self._base_url())
