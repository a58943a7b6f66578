"""Groups out of core."""

from collections.abc import Sequence

from msgspec import UNSET

from rollbook.core.kernel.work import Work
from rollbook.core.people.groups import count_members_of
from rollbook.core.people.records import Entry
from rollbook.doors.velpic.translate import times
from rollbook.doors.velpic.wire.groups import GroupOut


def from_core_groups(work: Work, groups: Sequence[Entry]) -> list[GroupOut]:
    """Groups with how many members each has, counted at once."""
    counts = count_members_of(work, [group.id for group in groups])
    return [
        GroupOut(
            id=group.id,
            name=group.name,
            parent_id=group.parent_id if group.parent_id is not None else UNSET,
            description=group.description or "",
            member_count=counts.get(group.id, 0),
            created_date=times.plain(group.created_at),
            client_id=work.principal.organisation_id,
        )
        for group in groups
    ]


def from_core_group(work: Work, group: Entry) -> GroupOut:
    """One group."""
    return from_core_groups(work, [group])[0]
