"""Regular work: noting when credentials were used, queueing reminders, forgetting what has expired, tuning."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from rollbook.core.access import credentials, limits
from rollbook.core.access.policy import system_principal
from rollbook.core.access.usage import UsageLog
from rollbook.core.analytics import copies, exports, tasks, uploads
from rollbook.core.analytics.viewing import embeds
from rollbook.core.kernel.clock import DAY, HOUR, MINUTE, SECOND, Clock, now
from rollbook.core.kernel.ports import FileStore, FilmReader
from rollbook.core.kernel.warehouse import Warehouse
from rollbook.core.kernel.work import Database, Work
from rollbook.core.learning import documents, reminders
from rollbook.core.learning.uploads import read_left_over
from rollbook.core.mail import messages
from rollbook.core.people.imports import upkeep as imports_upkeep
from rollbook.core.people.queries import list_organisations
from rollbook.core.people.records import Organisation
from rollbook.core.playing import tokens
from rollbook.core.sessions import archives, asset_files, midnight, sockets, telling
from rollbook.core.webhooks import upkeep as webhooks_upkeep
from rollbook.web.lanes import Lanes
from rollbook.workers.alarm import Alarm
from rollbook.workers.units import Units

log = logging.getLogger("rollbook.upkeep")
T = TypeVar("T")

USES_EVERY = 15 * SECOND
FORGETTING_EVERY = HOUR
REMINDING_EVERY = 5 * MINUTE
MIDNIGHTS_EVERY = HOUR
"""How often it is looked when the next midnight is, because organisations come, and change their time zone."""
COPYING_EVERY = 5 * MINUTE
"""How old the rows of data sources in a backup may be."""
FIRST_FORGETTING_AFTER = 5 * SECOND
FILMS_LEFT_AFTER = 10 * MINUTE
"""A film that is still unread after so long was left by a server that ended."""
LIVE_KEPT = DAY
"""How long what was told stays, for streams that go on where they left off."""
ERASED_LOOKS_BACK = DAY
"""How long ago someone may have been erased whose documents an ended server has not deleted."""
EXPIRED_KEPT = DAY
"""How long expired tokens stay, so that a log line about one can still be explained."""


class UpkeepWorker:
    """One node's regular work. ``closes_sessions`` False leaves those of past days alone, as test data has some."""

    def __init__(
        self,
        database: Database,
        lanes: Lanes,
        files: FileStore,
        films: FilmReader,
        warehouse: Warehouse,
        usage: UsageLog,
        alarm: Alarm,
        *,
        closes_sessions: bool = True,
        clock: Clock = now,
    ) -> None:
        self._closes_sessions = closes_sessions
        self._database = database
        self._lanes = lanes
        self._units = Units(database, lanes, clock)
        self._files = files
        self._films = films
        self._warehouse = warehouse
        self._usage = usage
        self._alarm = alarm
        self._clock = clock
        self._next_forgetting = clock() + FIRST_FORGETTING_AFTER
        self._next_copying = clock() + COPYING_EVERY
        self._next_midnight = 0
        self._reminded_until = clock() - reminders.LOOKS_BACK
        self._erased_until = clock() - ERASED_LOOKS_BACK
        self._is_stopping = False

    async def run(self) -> None:
        """Work until told to stop; uses that were not noted yet are noted last."""
        while not self._is_stopping:
            await self._alarm.wait(min(self._clock() + USES_EVERY, self._next_forgetting))
            await self._try(self.note_uses)
            if not self._is_stopping and self._closes_sessions and self._clock() >= self._next_midnight:
                await self._try(self.close_past_sessions)
            if not self._is_stopping and self._clock() >= self._reminded_until + REMINDING_EVERY:
                await self._try(self.remind)
            if not self._is_stopping and self._clock() >= self._next_copying:
                self._next_copying = self._clock() + COPYING_EVERY
                await self._try(self.copy_warehouse)
            if not self._is_stopping and self._clock() >= self._next_forgetting:
                self._next_forgetting = self._clock() + FORGETTING_EVERY
                await self._try(self.forget)
        await self._try(self.note_uses)

    def stop(self) -> None:
        """End after the uses are noted."""
        self._is_stopping = True
        self._alarm.ring()

    async def note_uses(self) -> None:
        """Write when credentials were last used."""
        if uses := self._usage.take():
            try:
                await self._units.write(lambda work: credentials.note_uses(work, uses))
            except Exception:
                self._usage.put_back(uses)
                raise

    async def close_past_sessions(self) -> None:
        """Close the live sessions of the days before, in each organisation's own time zone."""
        upcoming = await self._in_each_organisation(midnight.close_past)
        self._next_midnight = min([*upcoming, self._clock() + MIDNIGHTS_EVERY])

    async def remind(self) -> None:
        """Queue the mails that assignments came to want since the last time."""
        since, until = self._reminded_until, self._clock()
        await self._in_each_organisation(partial(reminders.queue_due, since=since))
        self._reminded_until = until

    async def _in_each_organisation(self, job: Callable[[Work], T]) -> list[T]:
        """What a job gives that the server itself does in each organisation, in a transaction for each."""

        def act(work: Work, organisation: Organisation) -> T:
            work.act_as(system_principal(organisation.id))
            return job(work)

        organisations = await self._units.read(list_organisations)
        return [await self._units.write(partial(act, organisation=one)) for one in organisations]

    async def copy_warehouse(self) -> None:
        """Copy what changed in the warehouse to where backups find it."""
        await self._lanes.in_pool(lambda: copies.copy_changed(self._warehouse, self._files))

    async def forget(self) -> None:
        """Delete what has expired, in batches, so that no writer waits long."""
        at = self._clock()
        for forget_expired in (credentials.forget_expired, tokens.forget_expired, embeds.forget_expired):
            while await self._units.write(partial(forget_expired, before=at - EXPIRED_KEPT)):
                pass
        await self._units.write(lambda work: limits.forget(work, at - EXPIRED_KEPT))
        await self._units.write(lambda work: telling.forget(work, at - LIVE_KEPT))
        await self._units.write(lambda work: sockets.forget_expired(work, at - EXPIRED_KEPT))
        await self._units.write(lambda work: webhooks_upkeep.prune_removed(work, at - webhooks_upkeep.KEPT))
        after: int | None = 0
        while after is not None and not self._is_stopping:
            after = await self._units.write(
                partial(webhooks_upkeep.prune, before=at - webhooks_upkeep.KEPT, after=after)
            )
        previews = partial(imports_upkeep.discard_previews, before=at - imports_upkeep.KEPT)
        while await self._units.write(previews) and not self._is_stopping:
            pass
        while await self._units.write(partial(tasks.forget, before=at - tasks.KEPT)):
            pass
        await self._lanes.in_pool(lambda: exports.delete_old(self._files, at - tasks.KEPT))
        await self._lanes.in_pool(lambda: uploads.delete_old(self._files, at - tasks.KEPT))
        while await self._units.write(partial(messages.forget, before=at - messages.KEPT)):
            pass
        await self._lanes.in_pool(lambda: messages.delete_old_files(self._files, at - messages.FILES_KEPT))
        await self._forget_assets(at)
        await self._lanes.in_pool(self._warehouse.tidy)
        await self._lanes.in_pool(self._database.tune)
        some = partial(imports_upkeep.delete_uploads, self._files, at - imports_upkeep.KEPT)
        while await self._lanes.in_pool(some) and not self._is_stopping:
            pass
        await self._lanes.in_pool(lambda: documents.forget_erased(self._database, self._files, self._erased_until, at))
        self._erased_until = at
        await self._lanes.in_pool(
            lambda: read_left_over(self._database, self._files, self._films, before=at - FILMS_LEFT_AFTER)
        )

    async def _forget_assets(self, at: int) -> None:
        """Delete what was deleted long ago for good, with all bytes that belong to nothing."""
        while await self._units.write(partial(asset_files.forget_deleted, before=at - asset_files.KEPT)):
            pass
        await self._units.write(partial(archives.forget_expired, before=at))
        begun_before = at - asset_files.LONGEST_UPLOAD
        await self._lanes.in_pool(lambda: asset_files.sweep(self._database, self._files, before=begun_before))

    async def _try(self, job: Callable[[], Awaitable[None]]) -> None:
        try:
            await job()
        except Exception:
            log.exception("upkeep failed; trying again later")
