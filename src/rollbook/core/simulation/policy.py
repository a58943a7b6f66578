"""Who may write simulators and activities."""

from rollbook.core.kernel.principal import Permission, Principal
from rollbook.core.people.policy import require


def require_simulation_write(principal: Principal) -> None:
    """For collections, simulators, scenarios, members and activities. Faults: FORBIDDEN."""
    require(principal, Permission.SIMULATION_WRITE)


def require_may_link(principal: Principal) -> None:
    """A content link and its pass mark decide who completes what, which is learning. Faults: FORBIDDEN."""
    require_simulation_write(principal)
    require(principal, Permission.LEARNING_WRITE)
