"""Associations as seen from one of their ends: which there are, which the caller may make, making and undoing one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import devices, links, memberships, policy, queries
from rollbook.core.sessions import entities as e
from rollbook.core.sessions.entities import Entity, Record
from rollbook.core.sessions.links import Link

MOST_CANDIDATES = 500
MOST_TIED = 500


def called(record: Record) -> str:
    """What a record is called: its name, or a person's two."""
    return str(record["name"]) if "name" in record else f"{record['first_name']} {record['last_name']}".strip()


@dataclass(frozen=True, eq=False)
class Tie:
    """Associations of one record (``own``) with others of a kind."""

    entity: Entity
    own_id: str
    other: Entity
    other_id: str
    open_ends: Callable[[Work, Record], list[Record]]
    """What the caller may tie to the record, among it what is tied already."""
    make: Callable[[Work, int, int], Any]
    """Ties a record to another, by the ids of both. Faults: FORBIDDEN."""
    undo: Callable[[Work, int], None]
    """Undoes an association by its number. Faults: FORBIDDEN; CONFLICT for one that is in use."""

    def present(self, work: Work, record: Record) -> list[Record]:
        """The associations of a record that the caller sees."""
        own: Record = {self.own_id: record["id"]}
        return queries.find(work, self.entity, limit=MOST_TIED, **own)

    def name_of(self, row: Record) -> str:
        """What the other end of an association is called."""
        name = row.get(self.other_id.removesuffix("_id") + "_name")
        return str(name) if name is not None else called(row)

    def candidates(self, work: Work, record: Record, present: list[Record]) -> list[Record]:
        """What the caller may tie to the record and is not tied yet."""
        tied = {row[self.other_id] for row in present}
        return [one for one in self.open_ends(work, record) if one["id"] not in tied]

    def undo_of(self, work: Work, record: Record, number: int) -> None:
        """Undo one of the record's own. Faults: NOT_FOUND; and those of undoing."""
        own: Record = {self.own_id: record["id"]}
        if queries.first(work, self.entity, id=number, **own) is None:
            raise Fault(FaultCode.NOT_FOUND, "That is not there any more.")
        self.undo(work, number)


def of_thing(link: Link) -> Tie:
    """The places where a thing is used."""

    def open_ends(work: Work, thing: Record) -> list[Record]:
        narrow: dict[str, Any] = {"limit": MOST_CANDIDATES}
        if link.at_site is not None:
            own = {link.thing_id: thing["id"]}
            at = queries.find(work, link.at_site.entity, viewer=queries.anyone(work), **own)
            narrow["site_id_among"] = [row["site_id"] for row in at]
        return link.open_places(work, thing["id"], **narrow)

    def make(work: Work, thing_id: int, place_id: int) -> Record:
        return links.attach_all(work, link, [{link.thing_id: thing_id, link.place_id: place_id}])[0]

    return Tie(
        link.entity,
        link.thing_id,
        link.place,
        link.place_id,
        open_ends,
        make,
        lambda work, number: links.detach(work, link, number),
    )


def of_place(link: Link) -> Tie:
    """The things that are used at a place."""

    def open_ends(work: Work, place: Record) -> list[Record]:
        narrow: dict[str, Any] = {"limit": MOST_CANDIDATES}
        if link.thing is e.SERVICE:
            narrow["is_home"] = False
        if link.at_site is not None:
            narrow["site_id"] = place["site_id"]
        if link is links.SESSION_TYPE_SERVICES:
            return queries.find(work, link.thing, only_admin=True, **narrow)
        may = link.may_change(work, {link.thing_id: 0, link.place_id: place["id"]})
        return queries.find(work, link.thing, **narrow) if may else []

    def make(work: Work, place_id: int, thing_id: int) -> Record:
        return links.attach_all(work, link, [{link.thing_id: thing_id, link.place_id: place_id}])[0]

    return Tie(
        link.entity,
        link.place_id,
        link.thing,
        link.thing_id,
        open_ends,
        make,
        lambda work, number: links.detach(work, link, number),
    )


def _participants_near(work: Work, device: Record) -> list[Record]:
    used = [row["project_id"] for row in queries.find(work, e.DEVICE_PROJECT, device_id=device["id"])]
    return queries.find(work, e.PARTICIPANT, only_admin=True, project_id_among=used, limit=MOST_CANDIDATES)


def _devices_near(work: Work, participant: Record) -> list[Record]:
    if not policy.administers_participant(work, participant["id"]):
        return []
    return queries.find(work, e.DEVICE, project_id=participant["project_id"], limit=MOST_CANDIDATES)


PARTICIPANTS_OF_DEVICE = Tie(
    e.DEVICE_PARTICIPANT,
    "device_id",
    e.PARTICIPANT,
    "participant_id",
    _participants_near,
    devices.assign,
    devices.unassign,
)
DEVICES_OF_PARTICIPANT = Tie(
    e.DEVICE_PARTICIPANT,
    "participant_id",
    e.DEVICE,
    "device_id",
    _devices_near,
    lambda work, participant_id, device_id: devices.assign(work, device_id, participant_id),
    devices.unassign,
)


def _users_near(work: Work, group: Record) -> list[Record]:
    may = queries.sees(work, e.USER_GROUP, group["id"], only_admin=True)
    return queries.find(work, e.USER, is_active=True, is_super=False, limit=MOST_CANDIDATES) if may else []


USERS_OF_GROUP = Tie(
    e.MEMBERSHIP,
    "group_id",
    e.USER,
    "person_id",
    _users_near,
    lambda work, group_id, user_id: memberships.add(work, user_id, group_id),
    memberships.remove,
)
GROUPS_OF_USER = Tie(
    e.MEMBERSHIP,
    "person_id",
    e.USER_GROUP,
    "group_id",
    lambda work, user: queries.find(work, e.USER_GROUP, only_admin=True, limit=MOST_CANDIDATES),
    memberships.add,
    memberships.remove,
)
