"""People: read, written one by one or many at once."""

from rollbook.core.kernel import clock
from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.paging import decode_cursor, encode_cursor
from rollbook.core.kernel.principal import Role
from rollbook.core.people import bulk, bulk_plan, queries, registration, structure
from rollbook.core.people.records import PeopleFilter
from rollbook.doors.native.translate.people import (
    from_core_outcomes,
    from_core_person,
    to_core_changes,
    to_core_new_person,
    to_core_row,
)
from rollbook.doors.native.wire.bulk import PersonIn, UpsertOut, UpsertQuery
from rollbook.doors.native.wire.people import PeoplePage, PeopleQuery, PersonOut
from rollbook.web.routes import Call

MOST_ROWS = 500


def index(call: Call[None, PeopleQuery]) -> PeoplePage:
    """List people by filters, in the order they were added."""
    asked = call.query
    if not 1 <= asked.limit <= MOST_ROWS:
        raise field_fault(FaultCode.INVALID, "limit", f"limit must lie between 1 and {MOST_ROWS}")
    after = int(decode_cursor(asked.cursor, int)[0]) if asked.cursor else None
    page = queries.list_people(call.work, _filter(call), limit=asked.limit + 1, after=after, with_total=asked.total)
    rows = page.rows[: asked.limit]
    more = len(page.rows) > asked.limit
    return PeoplePage([from_core_person(p) for p in rows], encode_cursor(rows[-1].id) if more else None, page.total)


def _filter(call: Call[None, PeopleQuery]) -> PeopleFilter:
    asked = call.query
    if asked.role is not None and asked.role not in {role.value for role in Role}:
        raise field_fault(FaultCode.INVALID, "role", f"role must be one of {', '.join(role.value for role in Role)}")
    group_id = None
    if asked.group is not None:
        found = structure.find_entry(call.work, structure.GROUPS, key="uuid", value=asked.group)
        if found is None:
            raise field_fault(FaultCode.UNKNOWN_REFERENCE, "group", "There is no group with this id.")
        group_id = found.id
    return PeopleFilter(
        q=asked.q,
        external_id=asked.external_id,
        email=asked.email,
        username=asked.username,
        is_active=asked.active,
        role=Role(asked.role) if asked.role else None,
        group_id=group_id,
        updated_since=clock.parse_instant(asked.updated_since, "updated_since") if asked.updated_since else None,
    )


def show(call: Call[None, None]) -> PersonOut:
    """One person by id."""
    return from_core_person(queries.get_person_by_uuid(call.work, call.path["id"]))


def create(call: Call[PersonIn, None]) -> PersonOut:
    """Add a person."""
    return from_core_person(registration.register(call.work, to_core_new_person(call.work, call.body)))


def update(call: Call[PersonIn, None]) -> PersonOut:
    """Change a person: what is given."""
    person = queries.get_person_by_uuid(call.work, call.path["id"])
    return from_core_person(registration.change(call.work, person, to_core_changes(call.work, call.body)))


def delete(call: Call[None, None]) -> None:
    """Delete a person for good. To keep the record, set ``active`` to false instead."""
    registration.erase(call.work, queries.get_person_by_uuid(call.work, call.path["id"]))


def upsert(call: Call[list[PersonIn], UpsertQuery]) -> UpsertOut:
    """Add and change many people in one transaction, all or nothing; up to 50,000 rows."""
    rows = [to_core_row(person, position) for position, person in enumerate(call.body)]
    planned = bulk_plan.plan(call.work, rows, bulk_plan.Ways(match_by=call.query.match_by))
    if not call.query.dry_run:
        return from_core_outcomes(planned, bulk.apply(call.work, planned))
    if planned.problems:
        raise bulk.problems_fault(planned.problems)
    return from_core_outcomes(planned, planned.outcomes)
