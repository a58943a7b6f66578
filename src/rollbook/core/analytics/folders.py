"""Folders, in which analysts put sources, dashboards and scripts."""

from typing import Any

from sqlalchemy import bindparam, insert

from rollbook.core.analytics import policy
from rollbook.core.analytics.records import Folder, FolderKind
from rollbook.core.analytics.tables import folders
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.statements import Statement
from rollbook.core.kernel.values import required_line
from rollbook.core.kernel.work import Work

Rows = Statement[tuple[Any, ...]]

_NEW_FOLDER = Rows(
    insert(folders)
    .values({name: bindparam(name) for name in ("uuid", "organisation_id", "name", "kind", "created_at")})
    .returning(folders.c.id)
)


def create(work: Work, name: str, kind: FolderKind) -> Folder:
    """Make a folder. Faults: FORBIDDEN; MISSING or INVALID naming ``name``."""
    policy.require_may_write(work.principal)
    uuid, cleaned = new_uuid(), required_line(name, "name")
    values: dict[str, Any] = {"uuid": uuid, "organisation_id": work.principal.organisation_id, "name": cleaned}
    folder_id = int(work.value(_NEW_FOLDER, kind=kind, created_at=work.at, **values))
    work.record("folder.created", "folder", folder_id, uuid, after={"name": cleaned, "kind": kind})
    return Folder(folder_id, uuid, cleaned, kind, work.at)
