"""User names made from people's own, such as ``j.smith``, with a number where one is taken."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from rollbook.core.kernel.statements import Statement, among
from rollbook.core.kernel.work import Work
from rollbook.core.people.tables import people

_TAKEN = Statement[tuple[Any, ...]](
    select(people.c.username_key).where(
        people.c.organisation_id == bindparam("organisation_id"), among(people.c.username_key, "names")
    )
)
LONGEST_STEM = 200
_AHEAD = 8
"""How many numbers beyond those needed are asked for at first; four times as many in each further reading."""


def free_usernames(work: Work, names: Sequence[tuple[str, str]], reserved: frozenset[str] = frozenset()) -> list[str]:
    """A user name for each first and last name: nobody has it, none comes twice, and none is ``reserved``."""
    stems = [_stem(first, last) for first, last in names]
    wanted, ahead = dict(Counter(stems)), _AHEAD
    free: dict[str, list[str]] = {}
    while wanted:
        candidates = {stem: _numbered(stem, count + ahead) for stem, count in wanted.items()}
        taken = reserved | _taken(work, [name for listed in candidates.values() for name in listed])
        left = {stem: [name for name in listed if name not in taken] for stem, listed in candidates.items()}
        free |= {stem: listed for stem, listed in left.items() if len(listed) >= wanted[stem]}
        wanted = {stem: count for stem, count in wanted.items() if stem not in free}
        ahead *= 4
    pools = {stem: iter(listed) for stem, listed in free.items()}
    return [next(pools[stem]) for stem in stems]


def _stem(first_name: str, last_name: str) -> str:
    """The first letter and the last name in plain letters. It ends in no digit, so that numbered ones never meet."""
    plain = unicodedata.normalize("NFKD", f"{first_name[:1]}.{last_name}").encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9.]+", "", plain).strip(".")[:LONGEST_STEM].rstrip("0123456789.") or "person"


def _numbered(stem: str, count: int) -> list[str]:
    return [stem if number == 1 else f"{stem}{number}" for number in range(1, count + 1)]


def _taken(work: Work, names: list[str]) -> frozenset[str]:
    found = work.all(_TAKEN, organisation_id=work.principal.organisation_id, names=names)
    return frozenset(row[0] for row in found)
