"""The composition root: opens the stores, gathers the doors, and makes the ASGI application."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial

from litestar import Litestar
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler, WebsocketRouteHandler

from rollbook.adapters.authority import P256Authority, make_authority
from rollbook.adapters.buckets import GuardedBuckets
from rollbook.adapters.bus import PostgresListener, announce
from rollbook.adapters.files import file_store_from
from rollbook.adapters.films import MediaInfoFilms
from rollbook.adapters.frames import PandasFrames
from rollbook.adapters.mail import mailer_from
from rollbook.adapters.outbound import GuardedOutbound, target_check
from rollbook.adapters.passwords import Argon2Passwords
from rollbook.adapters.pictures import PillowPictures
from rollbook.adapters.posting import BlockingPoster
from rollbook.adapters.scripts import script_runner
from rollbook.adapters.sealing import AesGcmSealer, read_or_make_key
from rollbook.adapters.sql import open_database
from rollbook.adapters.typesetting import TypstPrinter
from rollbook.adapters.warehouse import warehouse_from
from rollbook.console.routes import DOOR as CONSOLE
from rollbook.core.access import welcome_letter
from rollbook.core.access.usage import UsageLog
from rollbook.core.analytics import copies
from rollbook.core.analytics.snapshots import Snapshots
from rollbook.core.classes import class_letter
from rollbook.core.classes import reactions as classes
from rollbook.core.classes.invitations import KINDS as CLASS_MAILS
from rollbook.core.events.outbox import write_changes
from rollbook.core.kernel.work import Work
from rollbook.core.learning import lesson_letter, reminders
from rollbook.core.learning.reactions import react
from rollbook.core.mail import messages
from rollbook.core.sessions import authority
from rollbook.core.sessions import reactions as sessions
from rollbook.core.sessions.reference import Reference
from rollbook.core.sessions.tokens import key_of
from rollbook.core.webhooks import upkeep as webhooks_upkeep
from rollbook.core.webhooks.fanout import fan_out
from rollbook.core.webhooks.formats import Formats
from rollbook.doors.native import hooks as native_hooks
from rollbook.doors.native.routes import DOOR as NATIVE
from rollbook.doors.opentera.routes import DOORS as OPENTERA
from rollbook.doors.player.routes import DOOR as PLAYER
from rollbook.doors.senar import hooks as senar_hooks
from rollbook.doors.senar.routes import DOOR as SENAR
from rollbook.doors.serenytics.routes import DOOR as SERENYTICS
from rollbook.doors.smartarena.routes import DOOR as SMARTARENA
from rollbook.doors.velpic import hooks as velpic_hooks
from rollbook.doors.velpic.routes import DOOR as VELPIC
from rollbook.settings import Settings
from rollbook.web.decoding import MOST_FIELDS
from rollbook.web.dispatch import Dispatcher
from rollbook.web.hub import Hub
from rollbook.web.lanes import Lanes
from rollbook.web.pages import api_pages
from rollbook.web.routes import Door, Services
from rollbook.web.unrouted import options, unrouted
from rollbook.workers import Compose, Render, WorkerParts, working

log = logging.getLogger("rollbook")

DOORS: tuple[Door, ...] = (NATIVE, SENAR, SMARTARENA, VELPIC, *OPENTERA, SERENYTICS, PLAYER, CONSOLE)
RENDERERS: Mapping[str, Render] = {
    "native": native_hooks.render,
    "senar": senar_hooks.render,
    "velpic": velpic_hooks.render,
}
"""The bodies that webhooks are sent, by the format of their subscription."""
HOOK_FORMATS: Formats = {"senar": senar_hooks.TOPICS, "velpic": velpic_hooks.TOPICS}
"""What the webhooks of each door but ours tell of."""
COMPOSERS: Mapping[str, Compose] = {
    welcome_letter.KIND: welcome_letter.compose,
    **dict.fromkeys(CLASS_MAILS, class_letter.compose),
    **dict.fromkeys(reminders.KINDS, lesson_letter.compose),
    messages.KIND: messages.compose,
}
"""What mails say, by their kind; the others say what stands in the ledger."""


class Server:
    """One running Rollbook: its services and its workers, from opening the stores to closing them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.usage = UsageLog()
        self.database = open_database(settings.database_url, self._before_commit)
        self.lanes = Lanes(self.database.store)
        self._wakers: dict[str, Callable[[], None]] = {}
        key = (
            bytes.fromhex(settings.secret_key)
            if settings.secret_key
            else read_or_make_key(settings.data / "secret.key")
        )
        warehouse = warehouse_from(settings.warehouse, settings.data / "warehouse")
        hasher, sealer = Argon2Passwords(), AesGcmSealer(key)
        own = authority.kept(self.database, sealer, make_authority)
        self.services = Services(
            database=self.database,
            hasher=hasher,
            sealer=sealer,
            authority=P256Authority(own.certificate, partial(authority.opened, sealer, own.sealed_key)),
            check_target=target_check(settings.allow_outbound),
            poster=BlockingPoster(settings.allow_outbound),
            files=file_store_from(settings.files, settings.data / "files"),
            films=MediaInfoFilms(),
            pictures=PillowPictures(),
            printer=TypstPrinter(),
            warehouse=warehouse,
            snapshots=Snapshots(self.database, warehouse),
            frames=PandasFrames(),
            buckets=GuardedBuckets(settings.allow_outbound, endpoint=settings.s3_endpoint),
            scripts=script_runner(settings.scripts, settings.host, settings.port, settings.private_folders),
            base_url=lambda: settings.base_url,
            wake=self.wake,
            hub=Hub(),
            service_key=settings.service_key.encode() if settings.service_key else key_of(sealer, "service"),
            reset=partial(self._reset, Reference(hasher.hash)) if settings.test_data else None,
            hook_formats=HOOK_FORMATS,
        )

    def _reset(self, reference: Reference) -> None:
        reference.restore(self.database)
        self.services.snapshots.forget()

    def wake(self, worker: str) -> None:
        """Tell a worker that there is something to do; from any thread."""
        if waker := self._wakers.get(worker):
            waker()

    def _before_commit(self, work: Work) -> None:
        before_commit(work)
        if work.wakes:
            work.after_commit.extend(partial(self.wake, worker) for worker in work.wakes)

    def working(self) -> AbstractAsyncContextManager[None]:
        """Run this node's workers for as long as the block lasts."""
        settings = self.settings
        parts = WorkerParts(
            services=self.services,
            lanes=self.lanes,
            usage=self.usage,
            outbound=partial(GuardedOutbound, settings.allow_outbound),
            mailer=mailer_from(settings.mail, settings.data / "mail", settings.mail_from),
            renderers=RENDERERS,
            composers=COMPOSERS,
            listen=partial(PostgresListener, settings.database_url) if self.database.store == "postgresql" else None,
        )
        return working(parts, self._wakers)

    def _copy_warehouse(self) -> None:
        try:
            copies.copy_changed(self.services.warehouse, self.services.files)
        except Exception:
            log.exception("tables of the warehouse could not be copied for backups; the next start tries again")

    def close(self) -> None:
        """Let running work end, then close the stores."""
        self.lanes.close()
        self._copy_warehouse()
        self.services.warehouse.close()
        self.database.close()


def before_commit(work: Work) -> None:
    """What every writing transaction does last: what follows from its changes is done, and all become events."""
    if work.changes:
        classes.react(work)
        react(work)
        sessions.react(work)
        fan_out(work, write_changes(work))
        webhooks_upkeep.forget_people(work)
    announce(work)


def create_app(server: Server, *, with_workers: bool = True) -> Litestar:
    """The ASGI application over a server's services; while it lives the server's workers run, unless told otherwise."""
    dispatcher = Dispatcher(server.services, server.lanes, server.usage)
    # OPTIONS first: where an address has none yet, Litestar makes one of its own.
    handlers: list[HTTPRouteHandler | WebsocketRouteHandler] = [options(DOORS)]
    handlers += [handler for door in DOORS for handler in dispatcher.handlers(door)]
    handlers += api_pages(DOORS)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        try:
            async with server.working() if with_workers else nullcontext():
                yield
        finally:
            await asyncio.get_running_loop().run_in_executor(None, server.close)

    return Litestar(
        handlers,
        openapi_config=None,
        logging_config=None,
        lifespan=[lifespan],
        multipart_form_part_limit=MOST_FIELDS,
        exception_handlers={HTTPException: unrouted(DOORS)},
    )
