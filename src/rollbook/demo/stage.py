"""The record as the demo is played on it: units of work at any moment of the past, for anyone."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from rollbook.core.access.policy import principal_for, system_principal
from rollbook.core.kernel.clock import DAY, SECOND
from rollbook.core.kernel.ports import PasswordHasher, Sealer
from rollbook.core.kernel.principal import Principal, Role
from rollbook.core.kernel.work import Database, Work

SEED = 20_263
DAYS = 378
"""How far back the demo's history goes."""


class Stage:
    """Where the demo takes place. ``base`` is the instant at which its year ends."""

    def __init__(self, database: Database, hasher: PasswordHasher, sealer: Sealer, now: int) -> None:
        self.database = database
        self.hasher = hasher
        self.sealer = sealer
        self.base = now - now % DAY
        self.random = Random(SEED)  # noqa: S311 - the same demo every time is what it is for
        self.organisation_id = 0
        self.people: dict[str, int] = {}
        """People's ids by the HR system's code."""

    def instant(self, day: int, second: int) -> int:
        """A moment: ``day`` before the base, negative; ``second`` of that day in UTC."""
        return self.base + day * DAY + second * SECOND

    def moment(self, day: int) -> int:
        """Some moment of a day's work."""
        return self.instant(day, self.random.randrange(6 * 3600, 15 * 3600))

    @contextmanager
    def at(self, instant: int, principal: Principal | None = None) -> Iterator[Work]:
        """A unit of work at an instant, for a caller or, without one, for the server itself."""
        with self.database.writing() as work:
            work.at = instant
            work.act_as(principal or system_principal(self.organisation_id, "demo"))
            yield work

    def person(self, code: str, roles: frozenset[Role], door: str = "console") -> Principal:
        """Someone acting at a door."""
        return principal_for(self.organisation_id, door, roles, person_id=self.people[code])

    def client(self, door: str, credential_id: int) -> Principal:
        """A program acting at a door with one of the organisation's keys."""
        return principal_for(self.organisation_id, door, frozenset({Role.ADMINISTRATOR}), credential_id=credential_id)
