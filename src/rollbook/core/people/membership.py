"""Who stands in a group and who leads it, beside the one unit that each person belongs to."""

from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, delete, func, insert, select

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.principal import PeopleScope, Permission
from rollbook.core.kernel.statements import Statement, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people import policy
from rollbook.core.people.groups import require_active
from rollbook.core.people.queries import scope_params, visible_to
from rollbook.core.people.records import Entry, Person
from rollbook.core.people.tables import (
    group_closure,
    group_supervisors,
    groups,
    memberships,
    people,
    person_qualifications,
    qualifications,
)

Rows = Statement[tuple[Any, ...]]


class Standing(msgspec.Struct, frozen=True):
    """A group that a person is in. ``is_primary`` marks the unit they belong to."""

    id: int
    name: str
    is_primary: bool
    joined_at: int


class Held(msgspec.Struct, frozen=True):
    """A qualification that a person holds."""

    id: int
    name: str
    granted_at: int
    expires_at: int | None


class Leader(msgspec.Struct, frozen=True):
    """Someone who supervises a group."""

    id: int
    first_name: str
    last_name: str
    email: str | None

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


_GROUPS = Statement(
    select(groups.c.id, groups.c.name, memberships.c.is_primary, memberships.c.joined_at)
    .join(memberships, memberships.c.group_id == groups.c.id)
    .where(memberships.c.person_id == bindparam("person_id"))
    .order_by(memberships.c.is_primary.desc(), groups.c.name),
    Standing,
)
_QUALIFICATIONS = Statement(
    select(
        qualifications.c.id,
        qualifications.c.name,
        person_qualifications.c.granted_at,
        person_qualifications.c.expires_at,
    )
    .join(person_qualifications, person_qualifications.c.qualification_id == qualifications.c.id)
    .where(person_qualifications.c.person_id == bindparam("person_id"))
    .order_by(qualifications.c.name),
    Held,
)


def list_groups_of(work: Work, person: Person) -> list[Standing]:
    """The groups a visible person is in, their unit first."""
    return work.all(_GROUPS, person_id=person.id)


def list_qualifications_of(work: Work, person: Person) -> list[Held]:
    """The qualifications a visible person holds."""
    return work.all(_QUALIFICATIONS, person_id=person.id)


@shapes
def _leaders(scope: PeopleScope) -> Statement[Leader]:
    return Statement(
        select(people.c.id, people.c.first_name, people.c.last_name, people.c.email)
        .join(group_supervisors, group_supervisors.c.person_id == people.c.id)
        .where(visible_to(scope), group_supervisors.c.group_id == bindparam("group_id"))
        .order_by(people.c.name_key),
        Leader,
    )


def list_leaders(work: Work, group: Entry) -> list[Leader]:
    """Who supervises a group, of the people the caller sees."""
    return work.all(_leaders(work.principal.people_scope), group_id=group.id, **scope_params(work.principal))


@shapes
def _leaders_of(scope: PeopleScope) -> Statement[Leader]:
    above = (
        select(group_closure.c.ancestor_id)
        .join(memberships, memberships.c.group_id == group_closure.c.group_id)
        .where(memberships.c.person_id == bindparam("person_id"))
    )
    led_by = select(group_supervisors.c.person_id).where(group_supervisors.c.group_id.in_(above))
    return Statement(
        select(people.c.id, people.c.first_name, people.c.last_name, people.c.email)
        .where(visible_to(scope), people.c.id.in_(led_by))
        .order_by(people.c.name_key),
        Leader,
    )


def list_leaders_of(work: Work, person: Person) -> list[Leader]:
    """Who supervises a group that a visible person is in, or one above it; of the people the caller sees."""
    return work.all(_leaders_of(work.principal.people_scope), person_id=person.id, **scope_params(work.principal))


_SIZES = Rows(
    select(memberships.c.group_id, func.count())
    .join(groups, groups.c.id == memberships.c.group_id)
    .where(groups.c.organisation_id == bindparam("organisation_id"))
    .group_by(memberships.c.group_id)
)


def count_by_group(work: Work) -> dict[int, int]:
    """How many people stand in each group itself, not those below it."""
    return dict(work.all(_SIZES, organisation_id=work.principal.organisation_id))


@shapes
def _placed(column: str) -> Rows:
    return Rows(
        select(people.c[column], func.count())
        .where(people.c.organisation_id == bindparam("organisation_id"), people.c[column].is_not(None))
        .group_by(people.c[column])
    )


def count_by_place(work: Work, column: str) -> dict[int, int]:
    """How many people are at each location (``location_id``) or workplace (``workplace_id``)."""
    return dict(work.all(_placed(column), organisation_id=work.principal.organisation_id))


_HELD = Rows(
    select(person_qualifications.c.qualification_id, func.count())
    .join(qualifications, qualifications.c.id == person_qualifications.c.qualification_id)
    .where(qualifications.c.organisation_id == bindparam("organisation_id"))
    .group_by(person_qualifications.c.qualification_id)
)


def count_by_qualification(work: Work) -> dict[int, int]:
    """How many people hold each qualification."""
    return dict(work.all(_HELD, organisation_id=work.principal.organisation_id))


_is_in = and_(memberships.c.person_id == bindparam("person_id"), memberships.c.group_id == bindparam("group_id"))
_STANDS = Rows(select(memberships.c.is_primary).where(_is_in))
_JOIN = Rows(
    insert(memberships).values({name: bindparam(name) for name in ("person_id", "group_id", "is_primary", "joined_at")})
)
_LEAVE = Rows(delete(memberships).where(_is_in))
_leads = and_(
    group_supervisors.c.person_id == bindparam("person_id"), group_supervisors.c.group_id == bindparam("group_id")
)
_LEADS = Rows(select(group_supervisors.c.person_id).where(_leads))
_LEAD = Rows(insert(group_supervisors).values(person_id=bindparam("person_id"), group_id=bindparam("group_id")))
_UNLEAD = Rows(delete(group_supervisors).where(_leads))


def join(work: Work, group: Entry, person: Person) -> None:
    """Add a person to a group, beside their unit. Faults: FORBIDDEN, CONFLICT; DUPLICATE naming ``person``."""
    policy.require(work.principal, Permission.STRUCTURE_WRITE)
    require_active(group)
    if work.first(_STANDS, person_id=person.id, group_id=group.id) is not None:
        raise field_fault(FaultCode.DUPLICATE, "person", f"{person.full_name} is in this group already.")
    work.run(_JOIN, person_id=person.id, group_id=group.id, is_primary=False, joined_at=work.at)
    _note(work, "group.member_added", group, person)


def leave(work: Work, group: Entry, person: Person) -> None:
    """Take a person out of a group; nothing when they are not in it. Faults: FORBIDDEN."""
    policy.require(work.principal, Permission.STRUCTURE_WRITE)
    if work.run(_LEAVE, person_id=person.id, group_id=group.id):
        _note(work, "group.member_removed", group, person)


def lead(work: Work, group: Entry, person: Person) -> None:
    """Make a person a supervisor of a group. Faults: FORBIDDEN; DUPLICATE naming ``person``."""
    policy.require(work.principal, Permission.STRUCTURE_WRITE)
    require_active(group)
    if work.first(_LEADS, person_id=person.id, group_id=group.id) is not None:
        raise field_fault(FaultCode.DUPLICATE, "person", f"{person.full_name} leads this group already.")
    work.run(_LEAD, person_id=person.id, group_id=group.id)
    _note(work, "group.supervisor_added", group, person)


def stop_leading(work: Work, group: Entry, person: Person) -> None:
    """End someone's supervising of a group; nothing when they do not. Faults: FORBIDDEN."""
    policy.require(work.principal, Permission.STRUCTURE_WRITE)
    if work.run(_UNLEAD, person_id=person.id, group_id=group.id):
        _note(work, "group.supervisor_removed", group, person)


def _note(work: Work, kind: str, group: Entry, person: Person) -> None:
    after = {"person": person.full_name, "group": group.name}
    work.record(kind, "group", group.id, group.uuid, after=after, person_id=person.id)
