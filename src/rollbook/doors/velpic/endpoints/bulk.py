"""Many users at once (Velpic, "Bulk Create User")."""

from rollbook.core.kernel.work import Work
from rollbook.core.people import bulk, queries, standing
from rollbook.core.people.bulk_plan import Ways
from rollbook.core.people.records import PeopleFilter
from rollbook.doors.velpic.translate import lookups
from rollbook.doors.velpic.translate.users import MATCHED_BY, from_core_people, to_core_groups, to_core_row
from rollbook.doors.velpic.wire.users import BulkIn, BulkUser, UserOut
from rollbook.web.routes import Call


def create(call: Call[BulkIn, None]) -> list[UserOut]:
    """Register and change users by one call, all or none ("Bulk Create User")."""
    users = call.body.users
    ways = Ways(match_by=MATCHED_BY[call.body.merge_type], names_themselves=True, merge_roles=lookups.merge_roles)
    outcomes = bulk.upsert(call.work, [to_core_row(user) for user in users], ways)
    ids = [outcome.person_id for outcome in outcomes if outcome.person_id is not None]
    _place(call.work, dict(zip(ids, users, strict=True)))
    found = queries.list_people(call.work, PeopleFilter(ids=ids), limit=len(ids)).rows if ids else []
    shown = {user.id: user for user in from_core_people(call.work, found)}
    return [shown[person_id] for person_id in ids]


def _place(work: Work, users: dict[int, BulkUser]) -> None:
    members = {person_id: to_core_groups(user.groups) for person_id, user in users.items()}
    supervisors = {person_id: to_core_groups(user.groups_supervised) for person_id, user in users.items()}
    for bond, wanted in ((standing.MEMBERS, members), (standing.SUPERVISORS, supervisors)):
        standing.replace(work, bond, {person_id: ids for person_id, ids in wanted.items() if ids is not None})
