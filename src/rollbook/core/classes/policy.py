"""Who may plan classes, and who may run one."""

from rollbook.core.classes.records import ClassSession
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Permission, Principal
from rollbook.core.people.policy import require


def require_may_plan(principal: Principal) -> None:
    """For making, changing and cancelling classes. Faults: FORBIDDEN."""
    require(principal, Permission.LEARNING_WRITE)


def may_run(principal: Principal, session: ClassSession) -> bool:
    """Whether the caller registers people, takes attendance and completes: whoever writes the learning record does so
    anywhere, an instructor in their own classes."""
    if principal.may(Permission.LEARNING_WRITE):
        return True
    return principal.person_id is not None and principal.person_id == session.instructor_id


def require_may_run(principal: Principal, session: ClassSession) -> None:
    """Faults: FORBIDDEN when the caller may not run the class."""
    if not may_run(principal, session):
        raise Fault(FaultCode.FORBIDDEN, "Only its instructor, or someone who writes the learning record, may do this.")
