"""What a kind of record is as a room: its words, its list, and what stands below a record on its page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rollbook.console.rendering import iso
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import grants
from rollbook.core.sessions.abilities import ABILITIES, Ability
from rollbook.core.sessions.entities import PROJECT, SITE, Entity, Record
from rollbook.core.sessions.ties import Tie, called

Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """One column of a list, and what it shows of a record. ``looks`` are further keys of the table's column."""

    key: str
    label: str
    of: Callable[[Record], Any]
    kind: str = ""
    sort: str | None = None
    looks: Mapping[str, Any] = field(default_factory=dict)

    def drawn(self) -> Row:
        """As the table takes it."""
        return {"key": self.key, "label": self.label, "kind": self.kind, "sort": self.sort, **self.looks}


@dataclass(frozen=True)
class Filter:
    """One filter of a list, by the name that both the address and the core have for it."""

    name: str
    label: str
    entity: Entity | None = None
    options: tuple[tuple[int, str], ...] = ()
    is_flag: bool = False
    is_given_only: bool = False
    """Whether it shows only once the address has it: there are too many to choose from."""


@dataclass(frozen=True)
class Listed:
    """Records of another kind that belong to this one: ``by`` is the filter and the form's field that name it."""

    key: str
    title: str
    by: str
    columns: tuple[str, ...] = ()
    may_add: bool = True


@dataclass(frozen=True)
class Tied:
    """Records that are associated with this one, and can be taken in and out."""

    key: str
    title: str
    tie: Tie
    one: str
    note: str = ""
    hint: str = ""
    """What has to be done first, where there is nothing to choose from."""


@dataclass(frozen=True)
class PlaceRoles:
    """Who has which role at a site or in a project."""

    what: grants.What


@dataclass(frozen=True)
class GroupRoles:
    """Where a group of users has which role."""

    what: grants.What


@dataclass(frozen=True)
class UserRoles:
    """Where a user has which role, by their groups."""


@dataclass(frozen=True)
class HolderRoles:
    """The roles in services that a group, a group of participants or a device has; ``column`` names the holder."""

    column: str


@dataclass(frozen=True)
class OwnRoles:
    """The roles that a service knows, and who has them."""


Part = Listed | Tied | PlaceRoles | GroupRoles | UserRoles | HolderRoles | OwnRoles
Save = Callable[[Work, int, Record], Record]


@dataclass(frozen=True)
class Kind:
    """A kind of record as a room."""

    key: str
    entity: Entity
    one: str
    many: str
    icon: str
    note: str
    hint: str
    """What to do while there is none, for those who may add one."""
    columns: tuple[Column, ...]
    save: Save | None = None
    remove: Callable[[Work, int], None] | None = None
    warning: str = ""
    """What goes with a record that is deleted."""
    filters: tuple[Filter, ...] = ()
    parts: tuple[Part, ...] = ()
    always: Mapping[str, Any] = field(default_factory=dict)
    """Filters that every list and page of it has."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    """Fields of the form that nobody sets here."""
    rows: Callable[[Work, list[Record]], list[Row]] | None = None
    """Rows whose cells need more than the record itself."""

    @property
    def href(self) -> str:
        """The room's address."""
        return f"/console/{self.key}"

    @property
    def ability(self) -> Ability:
        """What the caller may do with it."""
        return ABILITIES[self.entity.name]

    def rows_of(self, work: Work, found: list[Record]) -> list[Row]:
        """Records as rows of a table."""
        own = [{"id": one["id"], **{column.key: column.of(one) for column in self.columns}} for one in found]
        more: list[Row] = self.rows(work, found) if self.rows else [{} for _ in found]
        return [row | other for row, other in zip(own, more, strict=True)]


def name(key: str, label: str = "Name", *, sort: str | None = "name") -> Column:
    """The column that names the record and leads to its page."""
    return Column(
        "name",
        label,
        lambda one: {"label": called(one), "href": f"/console/{key}/{one['id']}"},
        "link",
        sort,
        {"lead": True},
    )


def to(key: str, label: str, column: str, named: str, *, sort: str | None = None, **looks: Any) -> Column:
    """A column that leads to another record: ``column`` has its id, ``named`` its name."""

    def of(one: Record) -> Any:
        return None if one[column] is None else {"label": one[named], "href": f"/console/{key}/{one[column]}"}

    return Column(named, label, of, "link", sort, looks)


def text(column: str, label: str, kind: str = "", **looks: Any) -> Column:
    """A column as it is."""
    return Column(column, label, lambda one: one[column], kind, None, looks)


def seen(column: str, label: str = "Last online", **looks: Any) -> Column:
    """When something was here last."""
    return Column(column, label, lambda one: iso(one[column]), "relative", column, looks)


def state(column: str = "is_enabled", on: str = "Enabled", off: str = "Disabled") -> Column:
    """Whether something is in use."""

    def of(one: Record) -> Row:
        return {"key": "active", "word": on} if one[column] else {"key": "disabled", "word": off}

    return Column("state", "Status", of, "status")


ENABLED = Filter("is_enabled", "Status", options=((1, "Enabled"), (0, "Disabled")), is_flag=True)
SHORT = ("name", "participants", "started", "status")
"""The columns of sessions below another record."""
AT_SITE = Filter("site_id", "Site", SITE)
IN_PROJECT = Filter("project_id", "Project", PROJECT)


def given(column: str, label: str, entity: Entity) -> Filter:
    """A filter that shows only once the address has it."""
    return Filter(column, label, entity, is_given_only=True)
