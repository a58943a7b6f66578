"""Tasks as people read them: what is done and was done, for whom, to what. Administrators see everyone's."""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, bindparam, select

from rollbook.core.analytics.records import ALL_PERMILLE
from rollbook.core.analytics.tables import data_sources, tasks
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Permission, Principal
from rollbook.core.kernel.statements import Lookup, Statement, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people.policy import require
from rollbook.core.people.tables import people


class Overseen(msgspec.Struct, frozen=True):
    """A task with the names of who asked for it and of the source that it is done to."""

    id: int
    uuid: str
    person_id: int | None
    kind: str
    state: str
    result: str | None
    error: str | None
    created_at: int
    done_permille: int | None
    leased_until: int | None
    ended_at: int | None
    first_name: str | None
    last_name: str | None
    source_uuid: str | None
    source_name: str | None

    @property
    def is_under_way(self) -> bool:
        """Whether somebody is at it just now."""
        return self.state == "pending" and (self.leased_until is not None or self.done_permille is not None)

    @property
    def can_be_cancelled(self) -> bool:
        """Whether it has not ended, and is not being committed."""
        return self.state == "pending" and (self.done_permille or 0) < ALL_PERMILLE

    @property
    def full_name(self) -> str | None:
        """Who asked for it; None for a program, or someone who is gone."""
        return None if self.first_name is None else f"{self.first_name} {self.last_name or ''}".strip()


_OWN = tuple(tasks.c[name] for name in Overseen.__struct_fields__[:11])


def _overseen() -> Select[Any]:
    joined = tasks.outerjoin(people, people.c.id == tasks.c.person_id)
    joined = joined.outerjoin(data_sources, data_sources.c.id == tasks.c.source_id)
    others = (people.c.first_name, people.c.last_name, data_sources.c.uuid, data_sources.c.name)
    return select(*_OWN, *others).select_from(joined)


def _visible_to(*, sees_all: bool) -> ColumnElement[bool]:
    mine = tasks.c.organisation_id == bindparam("organisation_id")
    return mine if sees_all else and_(mine, tasks.c.person_id == bindparam("viewer_id"))


def _params(principal: Principal) -> tuple[bool, dict[str, Any]]:
    require(principal, Permission.ANALYTICS_WRITE)
    params: dict[str, Any] = {"organisation_id": principal.organisation_id}
    if principal.may(Permission.ANALYTICS_ADMIN):
        return True, params
    return False, params | {"viewer_id": principal.person_id}


@shapes
def _one(*, sees_all: bool) -> Statement[Overseen]:
    return Lookup(_overseen().where(_visible_to(sees_all=sees_all), tasks.c.uuid == bindparam("uuid")), Overseen)


@shapes
def _list(*, sees_all: bool, names: frozenset[str], is_first: bool) -> Statement[Overseen]:
    query = _overseen().where(_visible_to(sees_all=sees_all), *(tasks.c[name] == bindparam(name) for name in names))
    if not is_first:
        query = query.where(tasks.c.id < bindparam("after_id"))
    return Statement(query.order_by(tasks.c.id.desc()).limit(bindparam("limit")), Overseen)


def get_overseen(work: Work, uuid: str) -> Overseen:
    """A task that the caller asked for, or any to an administrator. Faults: FORBIDDEN, NOT_FOUND."""
    sees_all, params = _params(work.principal)
    found = work.first(_one(sees_all=sees_all), uuid=uuid, **params)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such task; what came of one is kept for a day.")
    return found


def list_overseen(
    work: Work,
    *,
    state: str | None = None,
    kind: str | None = None,
    source_id: int | None = None,
    limit: int,
    after: int | None = None,
) -> list[Overseen]:
    """Tasks that the caller may look at, the newest first, after one's id. Faults: FORBIDDEN."""
    sees_all, params = _params(work.principal)
    wanted = (("state", state), ("kind", kind), ("source_id", source_id))
    given = {name: value for name, value in wanted if value is not None}
    position = {} if after is None else {"after_id": after}
    statement = _list(sees_all=sees_all, names=frozenset(given), is_first=after is None)
    return work.all(statement, limit=limit, **position, **given, **params)
