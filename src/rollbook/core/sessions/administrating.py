"""Writing people and groups for callers whom roles at sites and in projects let do it."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from rollbook.core.access.policy import PERMISSIONS
from rollbook.core.kernel.principal import PeopleScope, Role
from rollbook.core.kernel.work import Work


@contextmanager
def as_administrator(work: Work) -> Iterator[None]:
    """Write people in the caller's name with an administrator's rights, after this domain has let them."""
    caller = work.principal
    administrator = PERMISSIONS[Role.ADMINISTRATOR]
    roles = caller.roles | {Role.OWNER}
    work.act_as(
        msgspec.structs.replace(caller, permissions=administrator, people_scope=PeopleScope.EVERYONE, roles=roles)
    )
    try:
        yield
    finally:
        work.act_as(caller)
