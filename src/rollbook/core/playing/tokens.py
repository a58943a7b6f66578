"""Secrets that open the player for one assignment and nothing else; whoever holds one acts there as its person."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, insert, select

from rollbook.core.access.policy import principal_for
from rollbook.core.kernel.clock import SECOND
from rollbook.core.kernel.ids import new_secret, secret_hash
from rollbook.core.kernel.principal import Principal, Role
from rollbook.core.kernel.statements import Lookup, Statement
from rollbook.core.kernel.work import Work
from rollbook.core.learning import policy
from rollbook.core.learning.records import Assignment
from rollbook.core.learning.tables import assignments
from rollbook.core.people.tables import people
from rollbook.core.playing.tables import player_tokens

DOOR = "player"
LIVES_S = 24 * 3600
"""A page that embeds the player asks for an address each time it is shown; a day is the longest sitting."""
PREFIX = "rbp"

Rows = Statement[tuple[Any, ...]]
_NAMES = ("organisation_id", "assignment_id", "secret_hash", "created_at", "expires_at")
_INSERT = Rows(insert(player_tokens).values({name: bindparam(name) for name in _NAMES}))
_EXPIRED = select(player_tokens.c.id).where(player_tokens.c.expires_at < bindparam("before")).limit(5000)
_FORGET = Rows(delete(player_tokens).where(player_tokens.c.id.in_(_EXPIRED)))


class Seat(msgspec.Struct, frozen=True, array_like=True):
    """Who plays what."""

    organisation_id: int
    person_id: int
    assignment_id: int

    @property
    def principal(self) -> Principal:
        """The learner, with a learner's rights whatever their other roles are."""
        return principal_for(self.organisation_id, DOOR, frozenset({Role.LEARNER}), person_id=self.person_id)


_SEAT = Lookup(
    select(player_tokens.c.organisation_id, assignments.c.person_id, player_tokens.c.assignment_id)
    .join(assignments, assignments.c.id == player_tokens.c.assignment_id)
    .join(people, people.c.id == assignments.c.person_id)
    .where(
        player_tokens.c.secret_hash == bindparam("secret_hash"),
        player_tokens.c.expires_at > bindparam("now"),
        people.c.is_active,
        player_tokens.c.created_at > func.coalesce(people.c.inactivated_at, 0),
    ),
    Seat,
)


def issue(work: Work, assignment: Assignment) -> str:
    """A secret for one assignment, which nobody can read again. Faults: FORBIDDEN."""
    policy.require_may_learn(work.principal, assignment.person_id)
    secret = new_secret(PREFIX)
    work.run(
        _INSERT,
        organisation_id=work.principal.organisation_id,
        assignment_id=assignment.id,
        secret_hash=secret_hash(secret),
        created_at=work.at,
        expires_at=work.at + LIVES_S * SECOND,
    )
    return secret


def find_seat(work: Work, secret: str) -> Seat | None:
    """Whom a secret lets in, and to what; None when it has ended or its person has left."""
    return work.first(_SEAT, secret_hash=secret_hash(secret), now=work.at)


def forget_expired(work: Work, before: int) -> int:
    """Delete some of the secrets that ended before an instant; how many, 0 at the end."""
    return work.run(_FORGET, before=before)
