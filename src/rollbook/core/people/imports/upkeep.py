"""Forgetting people's data of imports that nobody applied: the lines of old previews, and the files they came in."""

from itertools import islice
from typing import Any

from sqlalchemy import bindparam, select, update

from rollbook.core.kernel.clock import DAY
from rollbook.core.kernel.ports import FileStore
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.work import Work
from rollbook.core.people.imports.files import UPLOADS
from rollbook.core.people.tables import imports

Rows = Statement[tuple[Any, ...]]

KEPT = 7 * DAY
"""How long a preview that nobody applies is kept, and a file that was uploaded for one."""
PREVIEWS_AT_ONCE = 20
"""The lines of a preview may take tens of megabytes."""
FILES_AT_ONCE = 100

_old = (
    select(imports.c.id)
    .where(imports.c.state == "previewed", imports.c.created_at < bindparam("before"))
    .limit(bindparam("limit"))
)
_DISCARD = Rows(
    update(imports)
    # Named again: someone may be applying one of them at this moment.
    .where(imports.c.id.in_(_old), imports.c.state == "previewed")
    .values(state="discarded", rows=None)
)


def discard_previews(work: Work, before: int) -> int:
    """Throw away some of every organisation's previews made before an instant; how many, 0 at the end."""
    return work.run(_DISCARD, before=before, limit=PREVIEWS_AT_ONCE)


def delete_uploads(files: FileStore, before: int) -> int:
    """Delete some of the files that were uploaded before an instant; how many, 0 at the end."""
    old = list(islice(files.written_before(UPLOADS, before), FILES_AT_ONCE))
    for key in old:
        files.delete(key)
    return len(old)
