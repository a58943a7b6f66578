"""Dashboards: kept as clients write them, shared with people and groups. What is drawn of them is not known here."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, func, insert, or_, select, update

from rollbook.core.analytics.searching import Shape, Test, conditions, shape_of, values_of
from rollbook.core.analytics.sources import document_of, folder_id
from rollbook.core.analytics.tables import dashboard_shares, dashboards, folders
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.paging import Page
from rollbook.core.kernel.principal import Permission, Principal
from rollbook.core.kernel.statements import Lookup, Statement, shapes
from rollbook.core.kernel.values import required_line
from rollbook.core.kernel.work import Work
from rollbook.core.people.policy import require
from rollbook.core.people.tables import memberships

Rows = Statement[tuple[Any, ...]]
COPY_OF = "Copy of "


class Dashboard(msgspec.Struct, frozen=True):
    """A dashboard. ``content`` and ``variables`` are JSON as it lies; :attr:`kept` and :attr:`values` read it."""

    id: int
    uuid: str
    name: str
    content: str | None
    variables: str | None
    owner_id: int | None
    created_at: int
    updated_at: int
    folder_uuid: str | None

    @property
    def kept(self) -> dict[str, Any]:
        """Tabs, widgets, and whatever else a client keeps there."""
        return _object(self.content)

    @property
    def values(self) -> dict[str, Any]:
        """The variables."""
        return _object(self.variables)


def _object(stored: str | None) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(stored) if stored else {}
    return found


class DashboardChanges(msgspec.Struct, kw_only=True):
    """Changes to a dashboard; what is UNSET stays as it is."""

    name: str | UnsetType = UNSET
    folder_uuid: str | None | UnsetType = UNSET
    content: dict[str, Any] | UnsetType = UNSET
    variables: dict[str, Any] | UnsetType = UNSET


# --- Reading -----------------------------------------------------------------------------------------------------


def visible_to(*, sees_all: bool) -> ColumnElement[bool]:
    """The dashboards that a caller sees; parameters from :func:`_params`."""
    mine = dashboards.c.organisation_id == bindparam("organisation_id")
    if sees_all:
        return mine
    viewer: Any = bindparam("viewer_id")
    of_groups = select(memberships.c.group_id).where(memberships.c.person_id == viewer)
    shared = select(dashboard_shares.c.dashboard_id).where(
        or_(dashboard_shares.c.person_id == viewer, dashboard_shares.c.group_id.in_(of_groups))
    )
    return and_(mine, or_(dashboards.c.owner_id == viewer, dashboards.c.id.in_(shared)))


def _params(principal: Principal) -> tuple[bool, dict[str, Any]]:
    params: dict[str, Any] = {"organisation_id": principal.organisation_id}
    if principal.may(Permission.ANALYTICS_ADMIN):
        return True, params
    return False, params | {"viewer_id": principal.person_id}


def _select(*, sees_all: bool) -> Select[Any]:
    own = [dashboards.c[name] for name in Dashboard.__struct_fields__[:-1]]
    held = dashboards.outerjoin(folders, folders.c.id == dashboards.c.folder_id)
    return select(*own, folders.c.uuid).select_from(held).where(visible_to(sees_all=sees_all))


@shapes
def _one(*, sees_all: bool) -> Statement[Dashboard]:
    return Lookup(_select(sees_all=sees_all).where(dashboards.c.uuid == bindparam("uuid")), Dashboard)


@shapes
def _list(*, sees_all: bool, shape: Shape) -> Statement[Dashboard]:
    query = _select(sees_all=sees_all).where(*conditions(dashboards, shape))
    ordered = query.order_by(dashboards.c.name, dashboards.c.id)
    return Statement(ordered.limit(bindparam("limit")).offset(bindparam("offset")), Dashboard)


@shapes
def _list_after(*, sees_all: bool, is_first: bool) -> Statement[Dashboard]:
    query = _select(sees_all=sees_all)
    if not is_first:
        name: Any = bindparam("after_name")
        later = and_(dashboards.c.name == name, dashboards.c.id > bindparam("after_id"))
        query = query.where(or_(dashboards.c.name > name, later))
    return Statement(query.order_by(dashboards.c.name, dashboards.c.id).limit(bindparam("limit")), Dashboard)


@shapes
def _count(*, sees_all: bool, shape: Shape) -> Rows:
    tests = conditions(dashboards, shape)
    return Statement(select(func.count()).select_from(dashboards).where(visible_to(sees_all=sees_all), *tests))


def get_dashboard(work: Work, uuid: str) -> Dashboard:
    """A dashboard that the caller sees. Faults: NOT_FOUND."""
    sees_all, params = _params(work.principal)
    found = work.first(_one(sees_all=sees_all), uuid=uuid, **params)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such dashboard.")
    return found


def list_dashboards(work: Work, tests: Sequence[Test] = (), *, limit: int, offset: int = 0) -> Page[Dashboard]:
    """The dashboards that the caller sees, all or those that meet all tests, by name, and how many there are."""
    sees_all, params = _params(work.principal)
    shape, params = shape_of(tests), params | values_of(tests)
    rows = work.all(_list(sees_all=sees_all, shape=shape), limit=limit, offset=offset, **params)
    return Page(rows, work.value(_count(sees_all=sees_all, shape=shape), **params))


def list_after(work: Work, *, after: tuple[str, int] | None, limit: int) -> list[Dashboard]:
    """The dashboards that the caller sees, by name and id, after a position in that order."""
    sees_all, params = _params(work.principal)
    if after is not None:
        params |= {"after_name": after[0], "after_id": after[1]}
    return work.all(_list_after(sees_all=sees_all, is_first=after is None), limit=limit, **params)


# --- Writing -----------------------------------------------------------------------------------------------------

_WRITTEN = (
    "uuid", "organisation_id", "owner_id", "folder_id", "name", "content", "variables", "created_at", "updated_at",
)  # fmt: skip
_INSERT = Rows(insert(dashboards).values({name: bindparam(name) for name in _WRITTEN}).returning(dashboards.c.id))
_DELETE = Rows(delete(dashboards).where(dashboards.c.id == bindparam("id")))


def may_change(principal: Principal, dashboard: Dashboard) -> bool:
    """Whether a caller changes a dashboard: its owner and administrators do."""
    is_own = dashboard.owner_id is not None and dashboard.owner_id == principal.person_id
    return principal.may(Permission.DASHBOARDS_WRITE) and (is_own or principal.may(Permission.ANALYTICS_ADMIN))


def require_may_change(principal: Principal, dashboard: Dashboard) -> None:
    """Its owner and administrators change a dashboard. Faults: FORBIDDEN."""
    require(principal, Permission.DASHBOARDS_WRITE)
    if not may_change(principal, dashboard):
        raise Fault(FaultCode.FORBIDDEN, "Only its owner and administrators change a dashboard.")


def create(
    work: Work, name: str, content: dict[str, Any], variables: dict[str, Any], *, folder_uuid: str | None = None
) -> Dashboard:
    """Make a dashboard, the caller's own. Faults: FORBIDDEN; MISSING, INVALID, UNKNOWN_REFERENCE, TOO_LARGE."""
    require(work.principal, Permission.DASHBOARDS_WRITE)
    uuid, cleaned = new_uuid(), required_line(name, "name")
    made_id = work.value(
        _INSERT,
        uuid=uuid,
        organisation_id=work.principal.organisation_id,
        owner_id=work.principal.person_id,
        folder_id=folder_id(work, folder_uuid, "dashboard"),
        name=cleaned,
        content=document_of(content),
        variables=document_of(variables),
        created_at=work.at,
        updated_at=work.at,
    )
    work.record("dashboard.created", "dashboard", int(made_id), uuid, after={"name": cleaned})
    return get_dashboard(work, uuid)


def clone(work: Work, dashboard: Dashboard) -> Dashboard:
    """A copy of a dashboard that the caller sees, their own and shared with nobody. Faults: FORBIDDEN."""
    name = f"{COPY_OF}{dashboard.name}"[:255]
    return create(work, name, dashboard.kept, dashboard.values, folder_uuid=dashboard.folder_uuid)


@shapes
def _update(names: frozenset[str]) -> Rows:
    written: dict[str, Any] = {name: bindparam(f"new_{name}") for name in sorted(names)}
    return Statement(update(dashboards).where(dashboards.c.id == bindparam("id")).values(written))


def change(work: Work, dashboard: Dashboard, changes: DashboardChanges) -> Dashboard:
    """Change a dashboard; nothing is written when nothing changed. Faults: FORBIDDEN; those of :func:`create`."""
    require_may_change(work.principal, dashboard)
    wanted: dict[str, Any] = {}
    if changes.name is not UNSET:
        wanted["name"] = required_line(changes.name, "name")
    if changes.content is not UNSET:
        wanted["content"] = document_of(changes.content)
    if changes.variables is not UNSET:
        wanted["variables"] = document_of(changes.variables)
    columns = {name: value for name, value in wanted.items() if value != getattr(dashboard, name)}
    if changes.folder_uuid is not UNSET and changes.folder_uuid != dashboard.folder_uuid:
        columns["folder_id"] = folder_id(work, changes.folder_uuid, "dashboard")
    if not columns:
        return dashboard
    written = columns | {"updated_at": work.at}
    work.run(_update(frozenset(written)), id=dashboard.id, **{f"new_{name}": value for name, value in written.items()})
    before, after = {"name": dashboard.name}, {"name": wanted.get("name", dashboard.name)}
    work.record("dashboard.updated", "dashboard", dashboard.id, dashboard.uuid, before=before, after=after)
    return get_dashboard(work, dashboard.uuid)


def set_variables(work: Work, dashboard: Dashboard, values: dict[str, Any]) -> Dashboard:
    """Set some variables; the others stay. Faults: those of :func:`change`."""
    return change(work, dashboard, DashboardChanges(variables=dashboard.values | values))


def remove(work: Work, dashboard: Dashboard) -> None:
    """Delete a dashboard. Faults: FORBIDDEN."""
    require_may_change(work.principal, dashboard)
    work.run(_DELETE, id=dashboard.id)
    work.record("dashboard.deleted", "dashboard", dashboard.id, dashboard.uuid, before={"name": dashboard.name})
