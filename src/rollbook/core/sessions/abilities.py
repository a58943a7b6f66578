"""What the caller may do with each kind of record, asked before it is tried: the services refuse all the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rollbook.core.kernel.faults import Fault
from rollbook.core.kernel.work import Work
from rollbook.core.sessions import live, policy, queries, services
from rollbook.core.sessions.entities import (
    PROJECT,
    SERVICE,
    SESSION_TYPE,
    SITE,
    USER_GROUP,
    Entity,
    Record,
)
from rollbook.core.sessions.live import IN_PROGRESS

May = Callable[[Work, Record], bool]


def _never(work: Work, record: Record) -> bool:
    return False


def _no_more(work: Work) -> bool:
    return False


@dataclass(frozen=True)
class Ability:
    """Whether the caller may add one of a kind, and change or delete this one."""

    add: Callable[[Work], bool] = _no_more
    change: May = _never
    remove: May = _never


def _by_super(work: Work, record: Record) -> bool:
    return policy.is_super(work)


def _own_site(work: Work, record: Record) -> bool:
    return policy.is_site_admin(work, record["id"])


def _site_of(work: Work, record: Record) -> bool:
    return policy.is_site_admin(work, record["site_id"])


def _own_project(work: Work, record: Record) -> bool:
    return policy.is_project_admin(work, record["id"])


def _project_of(work: Work, record: Record) -> bool:
    return policy.is_project_admin(work, record["project_id"])


def _seen(work: Work, record: Record) -> bool:
    return True


def _has_site(work: Work) -> bool:
    return policy.is_super(work) or queries.first(work, SITE, only_admin=True) is not None


def _has_project(work: Work) -> bool:
    return policy.is_super(work) or queries.first(work, PROJECT, only_admin=True) is not None


def _sees_some(entity: Entity, **filters: bool) -> Callable[[Work], bool]:
    return lambda work: policy.is_super(work) or queries.first(work, entity, **filters) is not None


def _administers_with_service(work: Work) -> bool:
    is_used = queries.first(work, SERVICE, is_home=False) is not None
    return policy.is_super(work) or (policy.administers_anything(work) and is_used)


def _administers(work: Work) -> bool:
    return policy.is_super(work) or policy.administers_anything(work)


def _administered(entity: Entity) -> May:
    return lambda work, record: queries.sees(work, entity, record["id"], only_admin=True)


def _service_of(work: Work, record: Record) -> bool:
    return queries.sees(work, SERVICE, record["service_id"])


def _whole_session(work: Work, record: Record) -> bool:
    return live.sees_whole(work, record["id"])


def _owner_of(work: Work, record: Record) -> bool:
    try:
        services.require_owner(work, record)
    except Fault:
        return False
    return True


ABILITIES: Mapping[str, Ability] = {
    "site": Ability(policy.is_super, _own_site, _by_super),
    "project": Ability(_has_site, _own_project, _site_of),
    "participant_group": Ability(_has_project, _project_of, _project_of),
    "participant": Ability(_sees_some(PROJECT, is_enabled=True), _seen, _project_of),
    "device_type": Ability(policy.is_super, _by_super, _by_super),
    "device_subtype": Ability(policy.is_super, _by_super, _by_super),
    "device": Ability(
        _has_site,
        lambda work, record: policy.administers_device(work, record["id"]),
        _by_super,
    ),
    "session_type": Ability(_administers, _administered(SESSION_TYPE), _administered(SESSION_TYPE)),
    "test_type": Ability(
        _administers_with_service,
        _service_of,
        _service_of,
    ),
    "service": Ability(
        policy.is_super, _by_super, lambda work, record: policy.is_super(work) and not record["is_system"]
    ),
    "service_config": Ability(_sees_some(SERVICE), _owner_of, _owner_of),
    "session": Ability(
        _sees_some(SESSION_TYPE),
        _whole_session,
        lambda work, record: record["status"] != IN_PROGRESS and _whole_session(work, record),
    ),
    "user_group": Ability(
        _administers,
        _administered(USER_GROUP),
        _administered(USER_GROUP),
    ),
    "user": Ability(),
}
