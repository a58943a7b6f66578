"""The people domain's rows and requests."""

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.core.kernel.principal import Role


class Person(msgspec.Struct, frozen=True):
    """A person with the names of where they stand, as every door's list wants it.

    ``roles`` is a comma-separated list as the query aggregates it; use :attr:`role_set`. Instants are microseconds.
    """

    id: int
    uuid: str
    external_id: str | None
    username: str
    email: str | None
    first_name: str
    last_name: str
    phone: str | None
    mobile: str | None
    birth_date: str | None
    language: str
    time_zone: str | None
    country: str | None
    company: str | None
    cost_center: str | None
    is_active: bool
    is_guest: bool
    is_sync_protected: bool
    welcome: str
    last_seen_at: int | None
    inactivated_at: int | None
    created_at: int
    updated_at: int
    name_key: str
    group_id: int | None
    group_external_id: str | None
    group_name: str | None
    location_id: int | None
    location_external_id: str | None
    location_name: str | None
    workplace_id: int | None
    workplace_external_id: str | None
    workplace_name: str | None
    roles: str | None

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def role_set(self) -> frozenset[Role]:
        """The person's roles."""
        return frozenset(Role(name) for name in self.roles.split(",")) if self.roles else frozenset()


class NewPerson(msgspec.Struct, kw_only=True):
    """What a person is registered with. ``username`` takes the e-mail when blank, else it is made from the name.

    With ``names_itself`` a blank one is always made from the name.
    """

    first_name: str
    last_name: str
    external_id: str | None = None
    username: str | None = None
    names_itself: bool = False
    email: str | None = None
    phone: str | None = None
    mobile: str | None = None
    birth_date: str | None = None
    language: str | None = None
    time_zone: str | None = None
    country: str | None = None
    company: str | None = None
    cost_center: str | None = None
    is_guest: bool = False
    is_sync_protected: bool = False
    location_id: int | None = None
    workplace_id: int | None = None
    group_id: int | None = None
    roles: frozenset[Role] = frozenset({Role.LEARNER})
    welcome: str = "never"


class PersonChanges(msgspec.Struct, kw_only=True):
    """Changes to a person; what is UNSET stays as it is, None clears."""

    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    external_id: str | None | UnsetType = UNSET
    username: str | UnsetType = UNSET
    email: str | None | UnsetType = UNSET
    phone: str | None | UnsetType = UNSET
    mobile: str | None | UnsetType = UNSET
    birth_date: str | None | UnsetType = UNSET
    language: str | UnsetType = UNSET
    time_zone: str | None | UnsetType = UNSET
    country: str | None | UnsetType = UNSET
    company: str | None | UnsetType = UNSET
    cost_center: str | None | UnsetType = UNSET
    is_sync_protected: bool | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    location_id: int | None | UnsetType = UNSET
    workplace_id: int | None | UnsetType = UNSET
    group_id: int | None | UnsetType = UNSET
    roles: frozenset[Role] | UnsetType = UNSET


class PeopleFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which people; None means any. ``q`` is a substring of name, user name, e-mail or external id.

    ``named`` is a substring of first, last or user name alone. ``group_id`` takes in the groups below, ``member_of``
    and ``supervisor_of`` are of that group itself. Of ``roles`` one is enough; who has none counts as a learner.
    ``updated_since`` is an instant; ``is_guest`` None means both.
    """

    external_id: str | None = None
    email: str | None = None
    username: str | None = None
    q: str | None = None
    named: str | None = None
    is_active: bool | None = None
    is_guest: bool | None = None
    role: Role | None = None
    roles: frozenset[Role] | None = None
    group_id: int | None = None
    member_of: int | None = None
    supervisor_of: int | None = None
    location_id: int | None = None
    workplace_id: int | None = None
    updated_since: int | None = None
    qualification_id: int | None = None
    ids: list[int] | None = None


class Entry(msgspec.Struct, frozen=True):
    """An entry of a catalogue: a group, location, workplace or qualification. ``parent_*`` are null for flat ones.

    Groups alone have a description and may be inactive: nobody joins them any more, and who is in them stays.
    """

    id: int
    uuid: str
    external_id: str | None
    name: str
    parent_id: int | None
    parent_external_id: str | None
    created_at: int
    updated_at: int
    description: str | None = None
    inactivated_at: int | None = None

    @property
    def is_active(self) -> bool:
        """Whether people may join it."""
        return self.inactivated_at is None


class Organisation(msgspec.Struct, frozen=True):
    """A tenant."""

    id: int
    uuid: str
    name: str
    slug: str
    language: str
    time_zone: str
    created_at: int
