"""Users and groups to and from core."""

from collections.abc import Mapping, Sequence
from typing import Any

from rollbook.core.analytics.queries import metadata_of_many
from rollbook.core.kernel.principal import Permission, Role
from rollbook.core.kernel.work import Work
from rollbook.core.people.records import Entry, NewPerson, Person
from rollbook.doors.serenytics.wire.users import Category, GroupOut, UserIn, UserOut

ROLES: Mapping[Category, Role] = {
    "admin": Role.ADMINISTRATOR,
    "studio": Role.ANALYST,
    "studio_dashboard": Role.DASHBOARD_DESIGNER,
    "viewer": Role.LEARNER,
}
_NAMED = frozenset({Role.OWNER, Role.ADMINISTRATOR, Role.ANALYST, Role.DASHBOARD_DESIGNER})
"""The roles that a category tells of; every other one makes a viewer."""


def to_core_new_person(user: UserIn) -> NewPerson:
    """The vendor's users have no names of their own: ana.novak@example.org is Ana Novak."""
    name, _, domain = user.username.strip().partition("@")
    parts = [part for part in name.replace("_", ".").replace("-", ".").split(".") if part] or [name]
    last = " ".join(parts[1:]) or domain.partition(".")[0] or parts[0]
    return NewPerson(
        first_name=user.first_name or parts[0].capitalize(),
        last_name=user.last_name or last.capitalize(),
        username=user.username,
        email=user.username if "@" in user.username else None,
        roles=frozenset({ROLES[user.category]}),
    )


def from_core_roles(roles: frozenset[Role]) -> Category:
    """The category that the roles come to."""
    if roles & {Role.OWNER, Role.ADMINISTRATOR}:
        return "admin"
    if Role.ANALYST in roles:
        return "studio"
    return "studio_dashboard" if Role.DASHBOARD_DESIGNER in roles else "viewer"


def to_core_roles(category: Category, held: frozenset[Role]) -> frozenset[Role]:
    """What is held after a category was written: the roles that no category tells of stay."""
    if from_core_roles(held) == category:
        return held
    kept = held - _NAMED
    return kept or frozenset({Role.LEARNER}) if category == "viewer" else kept | {ROLES[category]}


def from_core_people(work: Work, people: Sequence[Person]) -> list[UserOut]:
    """People as users; others' metadata is for administrators."""
    sees_all = work.principal.may(Permission.ANALYTICS_ADMIN)
    known = [person.id for person in people if sees_all or person.id == work.principal.person_id]
    metadata: dict[int, dict[str, Any]] = metadata_of_many(work, known)
    return [
        UserOut(
            uuid=person.uuid,
            username=person.username,
            category=from_core_roles(person.role_set),
            email=person.email,
            first_name=person.first_name,
            last_name=person.last_name,
            login_metadata=metadata.get(person.id, {}),
        )
        for person in people
    ]


def from_core_group(group: Entry) -> GroupOut:
    """A group."""
    return GroupOut(group.uuid, group.name)
