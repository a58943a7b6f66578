"""Groups beside what every catalogue has: listing the active ones, counting members, inactivating.

Nobody joins an inactive group, by whatever door; who is in it stays in the record, and so does everything below it.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, update

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.matching import holds, part_of
from rollbook.core.kernel.paging import Page
from rollbook.core.kernel.principal import Permission
from rollbook.core.kernel.statements import Statement, among, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people import policy, structure
from rollbook.core.people.organisations import ROOT_CODE
from rollbook.core.people.records import Entry
from rollbook.core.people.structure import GROUPS
from rollbook.core.people.tables import groups, memberships

Rows = Statement[tuple[Any, ...]]


def _active(*, is_sought: bool) -> list[ColumnElement[bool]]:
    chosen = [groups.c.organisation_id == bindparam("organisation_id"), groups.c.inactivated_at.is_(None)]
    if is_sought:
        chosen.append(holds(groups.c.name, "sought"))
    return chosen


@shapes
def _page(*, is_sought: bool) -> Statement[Entry]:
    query: Select[Any] = structure.entry_select(GROUPS).where(*_active(is_sought=is_sought))
    return Statement(query.order_by(groups.c.id).limit(bindparam("limit")).offset(bindparam("offset")), Entry)


@shapes
def _total(*, is_sought: bool) -> Rows:
    return Statement(select(func.count()).select_from(groups).where(*_active(is_sought=is_sought)))


def list_active(work: Work, *, sought: str = "", offset: int = 0, limit: int) -> Page[Entry]:
    """The active groups in the order they were made, all or those with the words in their name, and how many."""
    params: dict[str, Any] = {"organisation_id": work.principal.organisation_id}
    if is_sought := bool(sought.strip()):
        params["sought"] = part_of(sought)
    rows = work.all(_page(is_sought=is_sought), limit=limit, offset=offset, **params)
    return Page(rows, work.value(_total(is_sought=is_sought), **params))


_SIZES = Rows(
    select(memberships.c.group_id, func.count())
    .where(among(memberships.c.group_id, "groups"))
    .group_by(memberships.c.group_id)
)


def count_members_of(work: Work, group_ids: list[int]) -> dict[int, int]:
    """How many people stand in each of these groups itself; one that has none is left out."""
    return dict(work.all(_SIZES, groups=group_ids))


_CLOSED = Rows(
    select(groups.c.id).where(
        groups.c.organisation_id == bindparam("organisation_id"), groups.c.inactivated_at.is_not(None)
    )
)


def list_inactive_ids(work: Work) -> frozenset[int]:
    """The groups that nobody joins."""
    return frozenset(row[0] for row in work.all(_CLOSED, organisation_id=work.principal.organisation_id))


def require_active(group: Entry) -> None:
    """Faults: CONFLICT for a group that nobody joins any more."""
    if not group.is_active:
        raise Fault(FaultCode.CONFLICT, f"The group {group.name!r} is inactive; nobody joins it.")


_SET = Rows(
    update(groups)
    .where(groups.c.id == bindparam("group_id"))
    .values(inactivated_at=bindparam("inactivated_at"), updated_at=bindparam("at"))
)


def inactivate(work: Work, group: Entry) -> None:
    """Let nobody join a group any more; nothing when it is so. Faults: FORBIDDEN; CONFLICT for the root."""
    policy.require(work.principal, Permission.STRUCTURE_WRITE)
    if group.external_id == ROOT_CODE:
        raise Fault(FaultCode.CONFLICT, "This group is the root that every other hangs below; it stays active.")
    if group.is_active:
        work.run(_SET, group_id=group.id, inactivated_at=work.at, at=work.at)
        _note(work, group, "group.inactivated", is_active=False)


def activate(work: Work, group: Entry) -> None:
    """Let people join a group again; nothing when they may. Faults: FORBIDDEN."""
    policy.require(work.principal, Permission.STRUCTURE_WRITE)
    if not group.is_active:
        work.run(_SET, group_id=group.id, inactivated_at=None, at=work.at)
        _note(work, group, "group.activated", is_active=True)


def _note(work: Work, group: Entry, kind: str, *, is_active: bool) -> None:
    before, after = {"is_active": not is_active}, {"is_active": is_active}
    work.record(kind, "group", group.id, group.uuid, before=before, after=after)
