"""Whose eyes the record of sites and sessions is seen with."""

from enum import Enum

import msgspec

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Actor, Principal, Role

SUPER_ROLES = frozenset({Role.OWNER, Role.ADMINISTRATOR})
"""The roles of people who see and may do everything at every site."""


class Kind(Enum):
    """What kind of viewer it is; each has its own rule for every entity."""

    SUPER = "super"
    USER = "user"
    PARTICIPANT = "participant"
    DEVICE = "device"
    SERVICE = "service"


class Viewer(msgspec.Struct, frozen=True):
    """One viewer in an organisation. ``id`` is of the person, participant, device or service; 0 for none."""

    kind: Kind
    organisation_id: int
    id: int

    @property
    def is_super(self) -> bool:
        """Whether everything is seen."""
        return self.kind is Kind.SUPER


_SUBJECTS = {Actor.PARTICIPANT: Kind.PARTICIPANT, Actor.DEVICE: Kind.DEVICE, Actor.SERVICE: Kind.SERVICE}


def find_viewer(principal: Principal) -> Viewer | None:
    """The viewer that a caller is; None for a program that is neither a person nor all-powerful."""
    if principal.subject_id is not None and (kind := _SUBJECTS.get(principal.actor)):
        return Viewer(kind, principal.organisation_id, principal.subject_id)
    if principal.roles & SUPER_ROLES:
        return Viewer(Kind.SUPER, principal.organisation_id, principal.person_id or 0)
    if principal.person_id is None:
        return None
    return Viewer(Kind.USER, principal.organisation_id, principal.person_id)


def viewer_of(principal: Principal) -> Viewer:
    """As :func:`find_viewer`. Faults: FORBIDDEN for a program that is none."""
    found = find_viewer(principal)
    if found is None:
        raise Fault(FaultCode.FORBIDDEN, "Only people, participants, devices and services see sites and sessions.")
    return found
