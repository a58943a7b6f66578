"""Where people stand, by the codes of a source system: the group, location and workplace in one question."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select

from rollbook.core.kernel.statements import Statement, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people.structure import Catalogue, unknown_code

Rows = Statement[tuple[Any, ...]]


@shapes
def _one_of_each(catalogues: tuple[Catalogue, ...]) -> Rows:
    own: Any = bindparam("organisation_id")
    found = (
        select(kind.table.c.id).where(
            kind.table.c.organisation_id == own, kind.table.c.external_id == bindparam(kind.name)
        )
        for kind in catalogues
    )
    return Statement(select(*(one.scalar_subquery() for one in found)))


def ids_of_each(work: Work, wanted: Mapping[str, tuple[Catalogue, str | None]]) -> dict[str, int | None]:
    """The ids behind codes, by the field that gives each; blank is None. Each field has a catalogue of its own.

    Faults: UNKNOWN_REFERENCE naming the field.
    """
    given = {field: (kind, code) for field, (kind, code) in wanted.items() if code}
    if not given:
        return dict.fromkeys(wanted)
    statement = _one_of_each(tuple(kind for kind, _ in given.values()))
    codes = {kind.name: code for kind, code in given.values()}
    [ids] = work.all(statement, organisation_id=work.principal.organisation_id, **codes)
    for found, (field, (_, code)) in zip(ids, given.items(), strict=True):
        if found is None:
            raise unknown_code(code, field)
    return {**dict.fromkeys(wanted), **dict(zip(given, ids, strict=True))}
