"""Founding an organisation and changing it: the tenant itself. Its roots and first owner are others' work."""

import re
import unicodedata
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.principal import Permission
from rollbook.core.kernel.statements import Statement, shapes
from rollbook.core.kernel.values import checked_language, checked_time_zone, required_line
from rollbook.core.kernel.work import Work
from rollbook.core.people import policy
from rollbook.core.people.queries import get_organisation
from rollbook.core.people.records import Organisation
from rollbook.core.people.tables import organisations

Rows = Statement[tuple[Any, ...]]
ROOT_CODE = "root"
"""The external id of the group and the qualification that everything else hangs below."""

_NAMES = ("uuid", "name", "slug", "language", "time_zone", "created_at")
_INSERT = Rows(insert(organisations).values({name: bindparam(name) for name in _NAMES}).returning(organisations.c.id))
_BY_SLUG = Rows(select(organisations.c.id).where(organisations.c.slug == bindparam("slug")))


def slug_of(name: str) -> str:
    """A name in lower-case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or "organisation"


def found(work: Work, name: str, *, language: str = "en", time_zone: str = "UTC") -> Organisation:
    """Make a tenant. The caller then acts for it and adds the roots and the owner.

    Faults: MISSING, INVALID or DUPLICATE naming the field.
    """
    cleaned = required_line(name, "name")
    slug = slug_of(cleaned)
    if work.first(_BY_SLUG, slug=slug) is not None:
        raise field_fault(FaultCode.DUPLICATE, "name", "An organisation with this name exists already.")
    uuid, zone = new_uuid(), checked_time_zone(time_zone) or "UTC"
    tag = checked_language(language)
    new_id = work.value(_INSERT, uuid=uuid, name=cleaned, slug=slug, language=tag, time_zone=zone, created_at=work.at)
    return Organisation(int(new_id), uuid, cleaned, slug, tag, zone, work.at)


@shapes
def _update(names: frozenset[str]) -> Rows:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in sorted(names)}
    return Rows(update(organisations).where(organisations.c.id == bindparam("organisation_id")).values(values))


def change(work: Work, *, name: str, language: str, time_zone: str) -> Organisation:
    """Change the caller's organisation; nothing is written when nothing changed. Its slug stays.

    Faults: FORBIDDEN; MISSING or INVALID naming the field.
    """
    policy.require(work.principal, Permission.SETTINGS_WRITE)
    present = get_organisation(work)
    wanted = {
        "name": required_line(name, "name"),
        "language": checked_language(language),
        "time_zone": checked_time_zone(required_line(time_zone, "time_zone")),
    }
    after = {key: value for key, value in wanted.items() if value != getattr(present, key)}
    if after:
        values = {f"new_{key}": value for key, value in after.items()}
        work.run(_update(frozenset(after)), organisation_id=present.id, **values)
        before = {key: getattr(present, key) for key in after}
        work.record("organisation.updated", "organisation", present.id, present.uuid, before=before, after=after)
    return get_organisation(work)
