"""Who may change what. Users do by their roles; what participants, devices and services may is said by their calls."""

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import queries
from rollbook.core.sessions.entities import (
    DEVICE,
    PARTICIPANT,
    PROJECT,
    SERVICE_ACCESS,
    SITE,
    Entity,
    Record,
)
from rollbook.core.sessions.reach import ADMIN
from rollbook.core.sessions.viewers import viewer_of


def forbidden(message: str = "Forbidden") -> Fault:
    """A refusal."""
    return Fault(FaultCode.FORBIDDEN, message)


def is_super(work: Work) -> bool:
    """Whether the caller may do everything."""
    return viewer_of(work.principal).is_super


def require_super(work: Work) -> None:
    """Faults: FORBIDDEN for everyone else."""
    if not is_super(work):
        raise forbidden()


def is_site_admin(work: Work, site_id: int) -> bool:
    """Whether the caller administers a site that is there."""
    return queries.sees(work, SITE, site_id, only_admin=True)


def is_project_admin(work: Work, project_id: int) -> bool:
    """Whether the caller administers a project that is there."""
    return queries.sees(work, PROJECT, project_id, only_admin=True)


def require_site_admin(work: Work, site_id: int) -> None:
    """Faults: FORBIDDEN."""
    if not is_site_admin(work, site_id):
        raise forbidden()


def require_project_admin(work: Work, project_id: int) -> None:
    """Faults: FORBIDDEN."""
    if not is_project_admin(work, project_id):
        raise forbidden()


def seen(work: Work, entity: Entity, record_id: int, *, only_admin: bool = False, message: str = "Forbidden") -> Record:
    """A record that the caller sees, or administers. Faults: FORBIDDEN, as well where there is none."""
    found = queries.first(work, entity, only_admin=only_admin, id=record_id)
    if found is None:
        raise forbidden(message)
    return found


def administers_device(work: Work, device_id: int) -> bool:
    """Whether the caller administers a site of a device."""
    return queries.sees(work, DEVICE, device_id, only_admin=True)


def administers_participant(work: Work, participant_id: int) -> bool:
    """Whether the caller administers a participant's project."""
    return queries.sees(work, PARTICIPANT, participant_id, only_admin=True)


def may_give_all_of(work: Work, group_id: int) -> bool:
    """Whether the caller could give each role that a group has: who joins the group has them all."""
    if is_super(work):
        return True
    roles = queries.find(work, SERVICE_ACCESS, viewer=queries.anyone(work), group_id=group_id, is_home=True)
    return all(_may_give(work, role) for role in roles)


def _may_give(work: Work, role: Record) -> bool:
    if role["project_id"] is not None:
        return is_project_admin(work, role["project_id"])
    return role["site_id"] is None or queries.sees(work, SITE, role["site_id"], only_admin=role["role_name"] == ADMIN)


def administers_anything(work: Work) -> bool:
    """Whether the caller administers some site or project."""
    return bool(
        queries.find(work, PROJECT, only_admin=True, limit=1) or queries.find(work, SITE, only_admin=True, limit=1)
    )


def sees_places(work: Work) -> bool:
    """Whether the caller has anything to do with sites and sessions at all."""
    return is_super(work) or queries.first(work, SITE) is not None
