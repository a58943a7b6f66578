"""Who may write which part of the learning record."""

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Permission, Principal
from rollbook.core.people.policy import require


def require_content_write(principal: Principal) -> None:
    """Faults: FORBIDDEN when the caller may not write contents."""
    require(principal, Permission.CONTENT_WRITE)


def require_learning_write(principal: Principal) -> None:
    """Faults: FORBIDDEN when the caller may not write courses, enrolments and results."""
    require(principal, Permission.LEARNING_WRITE)


def require_may_learn(principal: Principal, person_id: int) -> None:
    """Learners move their own assignments forward; whoever writes the learning record moves anyone's.

    Faults: FORBIDDEN.
    """
    if principal.person_id != person_id and not principal.may(Permission.LEARNING_WRITE):
        raise Fault(FaultCode.FORBIDDEN, "You can only work on your own assignments.")
