"""Users to and from people."""

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, UnsetType

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.work import Work
from rollbook.core.people import standing
from rollbook.core.people.bulk_plan import MatchBy, PersonRow
from rollbook.core.people.queries import get_organisation
from rollbook.core.people.records import NewPerson, PeopleFilter, Person, PersonChanges
from rollbook.doors.velpic.translate import lookups, times
from rollbook.doors.velpic.wire.users import BulkUser, GroupRef, UserChange, UserIn, UserMade, UserOut, UserQuery

Groups = list[GroupRef] | UnsetType | None

_STATES = {"active": True, "inactive": False, "all": None}
MATCHED_BY: dict[str, MatchBy | None] = {
    "none": None,
    "email": "email",
    "empNo": "external_id",
    "userName": "username",
}
"""The field of ours behind each ``mergeType``."""
_SAME = (
    ("first_name", "first_name"),
    ("last_name", "last_name"),
    ("email", "email_address"),
    ("phone", "phone_number"),
    ("mobile", "mobile_number"),
    ("external_id", "employee_number"),
    ("time_zone", "time_zone"),
)
"""Our fields, and the vendor's that hold the same."""


def to_core_filter(query: UserQuery) -> PeopleFilter:
    """Whom a search is for. Faults: INVALID naming ``roleId``."""
    return PeopleFilter(
        named=query.q,
        external_id=query.emp_id or None,
        email=query.email_address or None,
        is_active=_STATES[query.active_value],
        roles=lookups.to_core_shown_roles(query.role_id) if query.role_id is not None else None,
    )


def to_core_new_person(user: UserIn) -> NewPerson:
    """Faults: INVALID naming ``roles``."""
    given: dict[str, Any] = {core: getattr(user, wire) for core, wire in _SAME}
    return NewPerson(
        username=user.user_name,
        names_itself=True,
        roles=lookups.to_core_roles(user.roles or []),
        welcome="never" if user.send_welcome_email is False else "sent",
        **given,
    )


def to_core_changes(user: UserChange, person: Person, home_zone: str) -> PersonChanges:
    """Only what was given; a blank user name stays as it is, and so does who goes by the organisation's time zone.

    Faults: INVALID naming ``roles`` or ``id``.
    """
    if user.id is not UNSET and user.id != person.id:
        raise field_fault(FaultCode.INVALID, "id", f"id must be {person.id}, the one in the address, or left out")
    given: dict[str, Any] = {core: getattr(user, wire) for core, wire in _SAME}
    changes = PersonChanges(**given)
    if person.time_zone is None and user.time_zone == home_zone:
        changes.time_zone = UNSET
    if user.user_name and user.user_name.strip():
        changes.username = user.user_name
    if user.roles:
        changes.roles = lookups.merge_roles(lookups.to_core_roles(user.roles), person.role_set)
    return changes


def to_core_row(user: BulkUser) -> PersonRow:
    """A user of a bulk import. Faults: INVALID naming ``roles``."""
    given: dict[str, Any] = {core: getattr(user, wire) for core, wire in _SAME}
    return PersonRow(username=user.user_name, roles=lookups.to_core_roles(user.roles or []), **given)


def to_core_groups(groups: Groups) -> list[int] | None:
    """The groups that are meant; None when nothing was said of them."""
    return [group.id for group in groups] if groups is not UNSET and groups is not None else None


def from_core_people(work: Work, people: Sequence[Person]) -> list[UserOut]:
    """People as users, with all their groups read at once."""
    ids, organisation = [person.id for person in people], get_organisation(work)
    member_of = standing.groups_of(work, standing.MEMBERS, ids)
    supervised = standing.groups_of(work, standing.SUPERVISORS, ids)
    return [
        UserOut(
            id=person.id,
            user_name=person.username,
            first_name=person.first_name,
            last_name=person.last_name,
            email_address=person.email or "",
            phone_number=person.phone or "",
            mobile_number=person.mobile or "",
            employee_number=person.external_id or "",
            client_status_id=lookups.ACTIVE if person.is_active else lookups.NOT_CURRENT,
            active=person.is_active,
            client_id=organisation.id,
            groups=[GroupRef(group_id) for group_id in member_of.get(person.id, ())],
            groups_supervised=[GroupRef(group_id) for group_id in supervised.get(person.id, ())],
            roles=lookups.from_core_roles(person.role_set),
            time_zone=person.time_zone or organisation.time_zone,
            last_logged_in_date=times.zulu(person.last_seen_at) if person.last_seen_at is not None else None,
            created_date=times.offset(person.created_at),
            modified_date=times.offset(person.updated_at),
        )
        for person in people
    ]


def from_core_person(work: Work, person: Person) -> UserOut:
    """A person as a user."""
    return from_core_people(work, [person])[0]


def from_core_made(person: Person) -> UserMade:
    """What making a user answers."""
    return UserMade(person.id, times.zulu(person.created_at), times.zulu(person.updated_at))
