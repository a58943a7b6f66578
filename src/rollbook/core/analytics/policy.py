"""Who sees and who changes a source. Administrators all; analysts what is theirs; everyone what is shared with them."""

from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, bindparam, or_, select

from rollbook.core.analytics.records import Source
from rollbook.core.analytics.tables import data_key_sources, data_sources, source_shares
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Permission, Principal
from rollbook.core.people.policy import require
from rollbook.core.people.tables import memberships

Sight = Literal["all", "person", "key"]


def sight_of(principal: Principal) -> Sight:
    """How a caller comes to see sources: as one who sees all, as a person, or by a key to some."""
    if principal.may(Permission.ANALYTICS_ADMIN):
        return "all"
    return "person" if principal.person_id is not None else "key"


def visible_to(sight: Sight) -> ColumnElement[bool]:
    """The sources that a caller sees; parameters from :func:`sight_params`."""
    mine = data_sources.c.organisation_id == bindparam("organisation_id")
    viewer: Any = bindparam("viewer_id")
    match sight:
        case "all":
            return mine
        case "person":
            of_groups = select(memberships.c.group_id).where(memberships.c.person_id == viewer)
            shared = select(source_shares.c.source_id).where(
                or_(source_shares.c.person_id == viewer, source_shares.c.group_id.in_(of_groups))
            )
            return and_(mine, or_(data_sources.c.owner_id == viewer, data_sources.c.id.in_(shared)))
        case "key":
            opened = select(data_key_sources.c.source_id).where(data_key_sources.c.credential_id == viewer)
            return and_(mine, data_sources.c.id.in_(opened))


def sight_params(principal: Principal) -> dict[str, int | None]:
    """The parameters of :func:`visible_to`."""
    params: dict[str, int | None] = {"organisation_id": principal.organisation_id}
    match sight_of(principal):
        case "person":
            params["viewer_id"] = principal.person_id
        case "key":
            params["viewer_id"] = principal.credential_id
    return params


def require_may_write(principal: Principal) -> None:
    """Faults: FORBIDDEN."""
    require(principal, Permission.ANALYTICS_WRITE)


def may_change(principal: Principal, source: Source) -> bool:
    """Whether a caller changes a source: its owner and administrators do, and nobody what shows the record itself."""
    is_own = source.owner_id is not None and source.owner_id == principal.person_id
    may_write = principal.may(Permission.ANALYTICS_WRITE) and source.kind != "record"
    return may_write and (is_own or principal.may(Permission.ANALYTICS_ADMIN))


def require_may_change(principal: Principal, source: Source) -> None:
    """Its owner and administrators change a source. Faults: FORBIDDEN."""
    require_may_write(principal)
    if source.kind == "record":
        raise Fault(FaultCode.FORBIDDEN, "This data source shows the record itself; it cannot be changed here.")
    if not may_change(principal, source):
        raise Fault(FaultCode.FORBIDDEN, "Only its owner and administrators change a data source.")


def require_may_load(principal: Principal, source: Source) -> None:
    """As :func:`require_may_change`, of the rows of a source that has its own. Faults: INVALID, FORBIDDEN."""
    require_may_change(principal, source)
    if source.kind != "storage":
        raise Fault(FaultCode.INVALID, "Only the data of a storage data source can be loaded.")


def sees_all_rows(principal: Principal, source: Source) -> bool:
    """Whether row policies do not bind a caller: its owner and administrators, but not what they embed elsewhere."""
    if principal.row_values is not None:
        return False
    is_own = source.owner_id is not None and source.owner_id == principal.person_id
    return is_own or principal.may(Permission.ANALYTICS_ADMIN)
