"""Whom dashboards are shared with."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, insert, select

from rollbook.core.analytics.dashboards import Dashboard, require_may_change
from rollbook.core.analytics.tables import dashboard_shares
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.statements import Lookup, Statement, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people.records import Entry, Person
from rollbook.core.people.tables import groups, people

Rows = Statement[tuple[Any, ...]]

_NAMES: Sequence[str] = ("dashboard_id", "person_id", "group_id")
_SHARE = Rows(insert(dashboard_shares).values({name: bindparam(name) for name in _NAMES}))


@shapes
def _shared(column: str) -> Rows:
    own = dashboard_shares.c
    same = own[column] == bindparam("other_id")
    return Lookup(select(own.id).where(own.dashboard_id == bindparam("dashboard_id"), same))


def share(work: Work, dashboard: Dashboard, other: Person | Entry) -> None:
    """Let a person, or everyone in a group, see a dashboard; nothing when they may. Faults: FORBIDDEN."""
    require_may_change(work.principal, dashboard)
    column = "person_id" if isinstance(other, Person) else "group_id"
    if work.first(_shared(column), dashboard_id=dashboard.id, other_id=other.id) is not None:
        return
    ids = {"person_id": None, "group_id": None, column: other.id}
    work.run(_SHARE, dashboard_id=dashboard.id, **ids)
    after = {"with": other.full_name if isinstance(other, Person) else other.name}
    work.record("dashboard.shared", "dashboard", dashboard.id, dashboard.uuid, after=after)


class Share(msgspec.Struct, frozen=True):
    """A person, or a group, that sees a dashboard; the other is None."""

    id: int
    person_id: int | None
    first_name: str | None
    last_name: str | None
    group_id: int | None
    group_name: str | None

    @property
    def name(self) -> str:
        """What the person or group is called."""
        return self.group_name or f"{self.first_name or ''} {self.last_name or ''}".strip()


_own = dashboard_shares.c
_LIST = Statement(
    select(_own.id, _own.person_id, people.c.first_name, people.c.last_name, _own.group_id, groups.c.name)
    .select_from(
        dashboard_shares.outerjoin(people, people.c.id == _own.person_id).outerjoin(
            groups, groups.c.id == _own.group_id
        )
    )
    .where(_own.dashboard_id == bindparam("dashboard_id"))
    .order_by(func.coalesce(groups.c.name, people.c.last_name), _own.id)
    .limit(bindparam("limit")),
    Share,
)
_UNSHARE = Rows(
    delete(dashboard_shares).where(_own.id == bindparam("id"), _own.dashboard_id == bindparam("dashboard_id"))
)


def list_shares(work: Work, dashboard: Dashboard, *, limit: int = 1000) -> list[Share]:
    """Whom a dashboard of the caller's is shared with. Faults: FORBIDDEN."""
    require_may_change(work.principal, dashboard)
    return work.all(_LIST, dashboard_id=dashboard.id, limit=limit)


def unshare(work: Work, dashboard: Dashboard, share_id: int) -> Share:
    """Take a dashboard back from someone. Faults: FORBIDDEN, NOT_FOUND."""
    found = next((one for one in list_shares(work, dashboard) if one.id == share_id), None)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "The dashboard is not shared with them any more.")
    work.run(_UNSHARE, id=share_id, dashboard_id=dashboard.id)
    work.record("dashboard.unshared", "dashboard", dashboard.id, dashboard.uuid, before={"with": found.name})
    return found
