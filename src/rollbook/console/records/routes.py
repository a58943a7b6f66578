"""The rows of the console's table for a kind of record: all have the same list, page, form and buttons."""

from rollbook.console.records import pages
from rollbook.console.records.kinds import KINDS
from rollbook.console.row_kinds import do, do_slowly, see
from rollbook.core.kernel.principal import Permission as P
from rollbook.web.routes import Row

NEEDS = P.PEOPLE_READ
"""What everyone has who signs in; beyond it roles at sites and in projects decide."""


def record_rows(key: str) -> tuple[Row, ...]:
    """The rows of a kind's room."""
    path, one, back = f"/console/{key}", f"/console/{key}/{{id:int}}", f"/console/{key}/{{id}}"
    reads = (see(path, pages.index, NEEDS), see(one, pages.show, NEEDS))
    acts = do(f"{one}/act", pages.act, NEEDS, back=back)
    if KINDS[key].save is None:
        return (*reads, acts)
    return (
        reads[0],
        see(f"{path}/new", pages.new, NEEDS),
        do_slowly(f"{path}/new", pages.create, NEEDS, again=pages.new),
        reads[1],
        acts,
        see(f"{one}/edit", pages.edit, NEEDS),
        do_slowly(f"{one}/edit", pages.update, NEEDS, again=pages.edit),
        do(f"{one}/remove", pages.remove, NEEDS, back=back),
    )
