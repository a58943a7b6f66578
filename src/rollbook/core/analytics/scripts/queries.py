"""Reading scripts. Every select of one starts from :func:`visible_to`: their owners see them, and administrators."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select

from rollbook.core.analytics.scripts.records import Script
from rollbook.core.analytics.searching import Shape, Test, conditions, shape_of, values_of
from rollbook.core.analytics.tables import folders, scripts
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import same_secret, secret_hash
from rollbook.core.kernel.paging import Page
from rollbook.core.kernel.principal import Permission, Principal
from rollbook.core.kernel.statements import Lookup, Statement, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people.policy import require

Rows = Statement[tuple[Any, ...]]
_NO_SCRIPT = "There is no such script."


def visible_to(*, sees_all: bool) -> ColumnElement[bool]:
    """The scripts that a caller sees; parameters from :func:`_params`."""
    mine = scripts.c.organisation_id == bindparam("organisation_id")
    return mine if sees_all else and_(mine, scripts.c.owner_id == bindparam("viewer_id"))


def _params(principal: Principal) -> tuple[bool, dict[str, Any]]:
    require(principal, Permission.ANALYTICS_WRITE)
    params: dict[str, Any] = {"organisation_id": principal.organisation_id}
    if principal.may(Permission.ANALYTICS_ADMIN):
        return True, params
    return False, params | {"viewer_id": principal.person_id}


def _columns() -> Select[Any]:
    own = [scripts.c[name] for name in Script.__struct_fields__[:-1]]
    return select(*own, folders.c.uuid).select_from(scripts.outerjoin(folders, folders.c.id == scripts.c.folder_id))


@shapes
def _one(*, sees_all: bool) -> Statement[Script]:
    return Lookup(_columns().where(visible_to(sees_all=sees_all), scripts.c.uuid == bindparam("uuid")), Script)


@shapes
def _list(*, sees_all: bool, shape: Shape) -> Statement[Script]:
    query = _columns().where(visible_to(sees_all=sees_all), *conditions(scripts, shape))
    ordered = query.order_by(scripts.c.name, scripts.c.id)
    return Statement(ordered.limit(bindparam("limit")).offset(bindparam("offset")), Script)


@shapes
def _count(*, sees_all: bool, shape: Shape) -> Rows:
    tests = conditions(scripts, shape)
    return Statement(select(func.count()).select_from(scripts).where(visible_to(sees_all=sees_all), *tests))


def get_script(work: Work, uuid: str) -> Script:
    """A script that the caller sees. Faults: FORBIDDEN, NOT_FOUND."""
    sees_all, params = _params(work.principal)
    found = work.first(_one(sees_all=sees_all), uuid=uuid, **params)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, _NO_SCRIPT)
    return found


def list_scripts(work: Work, tests: Sequence[Test] = (), *, limit: int, offset: int = 0) -> Page[Script]:
    """The scripts that the caller sees, all or those that meet all tests, by name, and how many. Faults: FORBIDDEN."""
    sees_all, params = _params(work.principal)
    shape, params = shape_of(tests), params | values_of(tests)
    rows = work.all(_list(sees_all=sees_all, shape=shape), limit=limit, offset=offset, **params)
    return Page(rows, work.value(_count(sees_all=sees_all, shape=shape), **params))


_STORED = Rows(select(scripts.c.storage).where(scripts.c.id == bindparam("id")))


def stored_by(work: Work, script: Script) -> str | None:
    """The JSON that a script keeps from run to run, as it was given."""
    found: str | None = work.value(_STORED, id=script.id)
    return found


_WITH_TOKEN = Lookup[tuple[Any, ...]](
    select(scripts.c.organisation_id, scripts.c.token_hash).where(scripts.c.uuid == bindparam("uuid"))
)
_ANY = Lookup(_columns().where(visible_to(sees_all=True), scripts.c.uuid == bindparam("uuid")), Script)


def script_behind(work: Work, uuid: str, token: str) -> tuple[Script, int]:
    """The script that a webhook's token runs, and its organisation. Faults: NOT_FOUND, for a wrong token too."""
    organisation_id, kept = work.first(_WITH_TOKEN, uuid=uuid) or (None, None)
    if kept is None or not same_secret(secret_hash(token), kept):
        raise Fault(FaultCode.NOT_FOUND, "There is no such script, or the token is not its own.")
    found = work.first(_ANY, uuid=uuid, organisation_id=organisation_id)
    assert found is not None
    return found, int(organisation_id)


_BY_ID = Lookup(_columns().where(scripts.c.id == bindparam("id")), Script)


def script_to_run(work: Work, script_id: int) -> Script | None:
    """A script of whichever organisation, for the worker."""
    return work.first(_BY_ID, id=script_id)
