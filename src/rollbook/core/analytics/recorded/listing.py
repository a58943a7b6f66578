"""The data sources over the record that a caller has."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid5

from rollbook.core.analytics.recorded.live import LIVE
from rollbook.core.analytics.recorded.seeing import may_see
from rollbook.core.analytics.recorded.training import TRAINING
from rollbook.core.analytics.records import Source
from rollbook.core.analytics.searching import Test
from rollbook.core.kernel.principal import Permission, Principal
from rollbook.core.kernel.work import Work
from rollbook.core.people.queries import get_organisation

RECORD_SOURCES = {source.key: source for source in (*TRAINING, *LIVE)}
"""All of them, by key."""


def _as_source(key: str, organisation_uuid: str) -> Source:
    source = RECORD_SOURCES[key]
    uuid = str(uuid5(UUID(organisation_uuid), key))
    return Source(0, uuid, source.name, "record", None, None, None, None, "", None, None, 0, 0, key)


def _visible(principal: Principal) -> list[str]:
    """The keys of those that a caller may read of at all; a key to data opens none."""
    if not principal.may(Permission.ANALYTICS_READ):
        return []
    return [key for key, source in sorted(RECORD_SOURCES.items()) if may_see(principal, source)]


def find_record_source(work: Work, uuid: str) -> Source | None:
    """One of them, by the uuid that it has in this organisation."""
    return next((source for source in list_record_sources(work, []) if source.uuid == uuid), None)


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda held, value: bool(held == value),
    "!=": lambda held, value: bool(held != value),
    "in": lambda held, value: held in value,
    "not in": lambda held, value: held not in value,
    "like": lambda held, value: _is_like(held, value),
    "ilike": lambda held, value: _is_like(held.lower(), value.lower()),
}


def _is_like(held: str, pattern: str) -> bool:
    """SQL's LIKE, letter by letter: only the names of these sources are tested."""
    ends = {0}
    for letter in pattern:
        if letter == "%":
            ends = set(range(min(ends, default=len(held) + 1), len(held) + 1))
        else:
            ends = {end + 1 for end in ends if end < len(held) and letter in ("_", held[end])}
    return len(held) in ends


def list_record_sources(work: Work, tests: Sequence[Test]) -> list[Source]:
    """Those that the caller may read of and that meet all tests, by name."""
    keys = _visible(work.principal)
    if not keys:
        return []
    organisation = get_organisation(work)
    found = [_as_source(key, organisation.uuid) for key in keys]
    return [one for one in found if all(_TESTS[t.operator](getattr(one, t.field), t.value) for t in tests)]
