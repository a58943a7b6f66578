"""Sessions of people at the console: they slide while they are used, and end for good after a week."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, func, select, update

from rollbook.core.access import credentials
from rollbook.core.access.tables import credentials as table
from rollbook.core.access.tables import passwords
from rollbook.core.kernel.clock import DAY, HOUR, MINUTE, SECOND
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Principal
from rollbook.core.kernel.statements import Statement, shapes
from rollbook.core.kernel.work import Database, Work
from rollbook.core.people.tables import organisations, people

Rows = Statement[tuple[Any, ...]]

IDLE_LIFE = 12 * HOUR
"""A session that is not used for so long ends."""
LONGEST_LIFE = 7 * DAY
"""However much it is used, a session ends after this."""
SLIDES_AFTER = 15 * MINUTE
"""How much of the idle life must be gone before a use writes a later end, so that reading seldom costs a write."""


class Session(msgspec.Struct, frozen=True):
    """The session that a request came with, and what every page says of whose it is."""

    id: int
    uuid: str
    created_at: int
    expires_at: int
    person_id: int
    first_name: str
    last_name: str
    email: str | None
    username: str
    time_zone: str
    organisation_name: str
    must_change_password: bool

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    def slides_to(self, at: int) -> int | None:
        """The later end that a use at this instant gives, or None when it is not worth a write."""
        end = min(at + IDLE_LIFE, self.created_at + LONGEST_LIFE)
        return end if end - self.expires_at >= SLIDES_AFTER else None


_SESSION = Statement(
    select(
        table.c.id,
        table.c.uuid,
        table.c.created_at,
        table.c.expires_at,
        people.c.id,
        people.c.first_name,
        people.c.last_name,
        people.c.email,
        people.c.username,
        func.coalesce(people.c.time_zone, organisations.c.time_zone),
        organisations.c.name,
        func.coalesce(passwords.c.must_change, False),
    )
    .select_from(
        table.join(people, people.c.id == table.c.person_id)
        .join(organisations, organisations.c.id == people.c.organisation_id)
        .outerjoin(passwords, passwords.c.person_id == people.c.id)
    )
    .where(table.c.id == bindparam("id"), table.c.kind == "session"),
    Session,
)
_SEEN = Rows(update(people).where(people.c.id == bindparam("person_id")).values(last_seen_at=bindparam("at")))
_SLIDE = Rows(
    update(table)
    .where(table.c.id == bindparam("id"), table.c.revoked_at.is_(None))
    .values(expires_at=bindparam("expires_at"), last_used_at=bindparam("at"))
)


def begin(work: Work, principal: Principal, name: str) -> str:
    """Begin a session for someone who has just shown their password; its secret. ``name`` says on which device."""
    work.act_as(principal)
    if principal.person_id is None:
        raise Fault(FaultCode.FORBIDDEN, "Only people sign in.")
    work.run(_SEEN, person_id=principal.person_id, at=work.at)
    _, secret = credentials.issue(
        work,
        "session",
        name,
        organisation_id=principal.organisation_id,
        person_id=principal.person_id,
        door=principal.door,
        lives_s=IDLE_LIFE // SECOND,
    )
    return secret


def get_session(work: Work) -> Session:
    """The session of this unit of work's caller. Faults: UNAUTHENTICATED when they came by other means."""
    found = work.first(_SESSION, id=work.principal.credential_id)
    if found is None:
        raise Fault(FaultCode.UNAUTHENTICATED, "Sign in first.")
    return found


def slide(database: Database, session: Session, at: int) -> int | None:
    """Put a session's end off, when enough of it is gone; its new end, or None when it stays."""
    end = session.slides_to(at)
    if end is not None:
        with database.writing() as work:
            work.run(_SLIDE, id=session.id, expires_at=end, at=at)
    return end


@shapes
def _live(kind: str) -> Statement[credentials.Credential]:
    return Statement(
        select(*(table.c[name] for name in credentials.Credential.__struct_fields__))
        .where(
            table.c.organisation_id == bindparam("organisation_id"),
            table.c.person_id == bindparam("person_id"),
            table.c.kind == kind,
            table.c.revoked_at.is_(None),
            table.c.expires_at > bindparam("now"),
        )
        .order_by(table.c.id.desc())
        .limit(50),
        credentials.Credential,
    )


def list_sessions(work: Work, person_id: int) -> list[credentials.Credential]:
    """Where a person is signed in now, newest first. Whether the caller may know is for the caller to check."""
    return _list(work, "session", person_id)


def list_tokens(work: Work, person_id: int) -> list[credentials.Credential]:
    """The tokens that a person's programs got by their password and that still open a door, newest first.

    Whether the caller may know is for the caller to check.
    """
    return _list(work, "access_token", person_id)


def _list(work: Work, kind: str, person_id: int) -> list[credentials.Credential]:
    return work.all(_live(kind), organisation_id=work.principal.organisation_id, person_id=person_id, now=work.at)


def end_others(work: Work, session: Session) -> int:
    """End every other session of the session's person; how many."""
    ended = 0
    while others := [one for one in list_sessions(work, session.person_id) if one.id != session.id]:
        for one in others:
            credentials.end(work, one.id)
        ended += len(others)
    return ended
