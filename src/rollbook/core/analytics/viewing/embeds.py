"""Dashboards in other sites: an address made by the owner, good for some opens and some time.

Opening takes one open off the count and gives a ticket, by which alone the page asks for data. Whoever holds it sees
what the owner sees now, but row policies go by the embed's payload, and nothing is answered once the embed has ended
(Serenytics, "POST /api/web_app/:uuid/embed").
"""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import bindparam, delete, insert, or_, select, update

from rollbook.core.access.policy import principal_for
from rollbook.core.analytics.dashboards import Dashboard, get_dashboard
from rollbook.core.analytics.tables import dashboard_embeds, dashboards
from rollbook.core.analytics.viewing.variables import checked_payload
from rollbook.core.kernel.clock import DAY, SECOND
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ids import from_address, is_uuid, secret_hash, to_address
from rollbook.core.kernel.ports import SealBroken, Sealer
from rollbook.core.kernel.principal import Permission, Principal, Role
from rollbook.core.kernel.statements import Lookup, Statement
from rollbook.core.kernel.work import Work
from rollbook.core.people.policy import require
from rollbook.core.people.queries import roles_of
from rollbook.core.people.tables import people

Rows = Statement[tuple[Any, ...]]
DOOR = "embed"
LONGEST_S = 5 * DAY // SECOND
MOST_OPENS = 2**31 - 1
_BOUND = b"dashboard embed"
_ENDED = "This dashboard's address has ended, or was opened as often as it may be."

_own = dashboard_embeds.c
_NAMES = (
    "organisation_id", "dashboard_id", "person_id", "secret_hash", "payload", "opens_left", "created_at", "expires_at",
)  # fmt: skip
_INSERT = Rows(insert(dashboard_embeds).values({name: bindparam(name) for name in _NAMES}))
_OPEN = Rows(
    update(dashboard_embeds)
    .where(
        _own.secret_hash == bindparam("secret_hash"),
        _own.expires_at > bindparam("now"),
        or_(_own.opens_left.is_(None), _own.opens_left > 0),
        _own.dashboard_id == select(dashboards.c.id).where(dashboards.c.uuid == bindparam("uuid")).scalar_subquery(),
    )
    .values(opens_left=_own.opens_left - 1)
    .returning(_own.id)
)
_EXPIRED = select(_own.id).where(_own.expires_at < bindparam("before")).limit(5000)
_FORGET = Rows(delete(dashboard_embeds).where(_own.id.in_(_EXPIRED)))


class _Embed(msgspec.Struct, frozen=True):
    organisation_id: int
    person_id: int
    dashboard_uuid: str
    payload: str | None
    roles: str | None


_ONE = Lookup(
    select(_own.organisation_id, _own.person_id, dashboards.c.uuid, _own.payload, roles_of(_own.person_id))
    .join(dashboards, dashboards.c.id == _own.dashboard_id)
    .join(people, people.c.id == _own.person_id)
    .where(
        _own.id == bindparam("id"),
        _own.expires_at > bindparam("now"),
        dashboards.c.owner_id == _own.person_id,
        people.c.is_active,
    ),
    _Embed,
)


def make(
    work: Work, dashboard: Dashboard, *, expire_in_s: int, payload: Mapping[str, Any], most_opens: int | None
) -> str:
    """A secret that opens a dashboard of the caller's own. Faults: FORBIDDEN; INVALID naming the field; TOO_LARGE."""
    require(work.principal, Permission.ANALYTICS_READ)
    if dashboard.owner_id is None or dashboard.owner_id != work.principal.person_id:
        raise Fault(FaultCode.FORBIDDEN, "Only its owner embeds a dashboard.")
    if not 0 < expire_in_s <= LONGEST_S:
        raise field_fault(FaultCode.INVALID, "expire_in", f"expire_in must be 1 to {LONGEST_S} seconds (5 days)")
    if most_opens is not None and not 1 <= most_opens <= MOST_OPENS:
        raise field_fault(FaultCode.INVALID, "nb_max_embed", f"nb_max_embed must be 1 to {MOST_OPENS}")
    values = checked_payload(payload)
    secret = str(uuid4())
    work.run(
        _INSERT,
        organisation_id=work.principal.organisation_id,
        dashboard_id=dashboard.id,
        person_id=work.principal.person_id,
        secret_hash=secret_hash(secret),
        payload=msgspec.json.encode(values).decode(),
        opens_left=most_opens,
        created_at=work.at,
        expires_at=work.at + expire_in_s * SECOND,
    )
    after = {"expire_in_s": expire_in_s, "most_opens": most_opens}
    work.record("dashboard.embedded", "dashboard", dashboard.id, dashboard.uuid, after=after)
    return secret


def open_once(work: Work, sealer: Sealer, uuid: str, secret: str) -> str:
    """Exchange a secret, which opens a dashboard once less often then, for a ticket. Faults: NOT_FOUND."""
    found = None
    if is_uuid(secret) and is_uuid(uuid):
        found = work.first(_OPEN, secret_hash=secret_hash(secret), uuid=uuid.lower(), now=work.at)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, _ENDED)
    return to_address(sealer.seal(str(found[0]).encode(), _BOUND))


def resume(work: Work, sealer: Sealer, ticket: str) -> tuple[Dashboard, dict[str, Any]]:
    """The dashboard that a ticket shows, and the payload; the work goes on as who embedded it. Faults: NOT_FOUND."""
    try:
        embed_id = int(sealer.unseal(from_address(ticket), _BOUND))
    except (ValueError, SealBroken):
        raise Fault(FaultCode.NOT_FOUND, _ENDED) from None
    found = work.first(_ONE, id=embed_id, now=work.at)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, _ENDED)
    payload = msgspec.json.decode(found.payload, type=dict[str, Any]) if found.payload else {}
    work.act_as(_principal(found, payload))
    return get_dashboard(work, found.dashboard_uuid), payload


def _principal(found: _Embed, payload: Mapping[str, Any]) -> Principal:
    roles = frozenset(map(Role, found.roles.split(","))) if found.roles else frozenset()
    owner = principal_for(found.organisation_id, DOOR, roles, person_id=found.person_id)
    return msgspec.structs.replace(owner, row_values=payload)


def forget_expired(work: Work, before: int) -> int:
    """Delete some of the embeds that ended before an instant; how many, 0 at the end."""
    return work.run(_FORGET, before=before)
