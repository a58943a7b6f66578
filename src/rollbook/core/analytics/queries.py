"""Reading sources, folders and people's metadata. Every select of a source starts from ``policy.visible_to``."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Select, bindparam, func, select

from rollbook.core.analytics.policy import Sight, sight_of, sight_params, visible_to
from rollbook.core.analytics.recorded.listing import find_record_source, list_record_sources
from rollbook.core.analytics.records import Folder, Source
from rollbook.core.analytics.searching import Shape, Test, conditions, shape_of, values_of
from rollbook.core.analytics.tables import data_sources, folders, person_metadata
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.paging import Page
from rollbook.core.kernel.statements import Lookup, Statement, among, shapes
from rollbook.core.kernel.work import Work

Rows = Statement[tuple[Any, ...]]

_OWN = ("id", "uuid", "name", "kind", "definition", "content", "file_name", "file_key", "sealed_token", "owner_id")


def _select() -> Select[Any]:
    return select(
        *(data_sources.c[name] for name in _OWN),
        folders.c.uuid,
        data_sources.c.created_at,
        data_sources.c.updated_at,
    ).select_from(data_sources.outerjoin(folders, folders.c.id == data_sources.c.folder_id))


@shapes
def _one(sight: Sight, key: str) -> Statement[Source]:
    return Lookup(_select().where(visible_to(sight), data_sources.c[key] == bindparam("key")), Source)


def find_source(work: Work, key: int | str) -> Source | None:
    """A source that the caller sees, by id or uuid."""
    column = "id" if isinstance(key, int) else "uuid"
    found = work.first(_one(sight_of(work.principal), column), key=key, **sight_params(work.principal))
    return find_record_source(work, key) if found is None and isinstance(key, str) else found


def get_source(work: Work, key: int | str) -> Source:
    """A source that the caller sees, by id or uuid. Faults: NOT_FOUND."""
    found = find_source(work, key)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such data source.")
    return found


_JOINED = Lookup(
    _select().where(visible_to("all"), data_sources.c.uuid == bindparam("uuid")),
    Source,
)


def get_joined_source(work: Work, uuid: str) -> Source:
    """A source of the organisation that a join takes in; who made the join saw it. Faults: INVALID when it is gone."""
    found = work.first(_JOINED, uuid=uuid, organisation_id=work.principal.organisation_id)
    found = found or find_record_source(work, uuid)
    if found is None:
        raise Fault(FaultCode.INVALID, "A data source of this join is not there any more.")
    return found


_ANYWHERE = Lookup(_select().where(data_sources.c.uuid == bindparam("uuid")), Source)
_ORGANISATION = Lookup[tuple[Any, ...]](
    select(data_sources.c.organisation_id).where(data_sources.c.uuid == bindparam("uuid"))
)


def find_source_anywhere(work: Work, uuid: str) -> tuple[Source, int] | None:
    """A source of whichever organisation, with its id: for a caller whose secret is compared next."""
    found = work.first(_ANYWHERE, uuid=uuid)
    return (found, int(work.value(_ORGANISATION, uuid=uuid))) if found else None


@shapes
def _list(sight: Sight, shape: Shape) -> Statement[Source]:
    ordered = (
        _select()
        .where(visible_to(sight), *conditions(data_sources, shape))
        .order_by(data_sources.c.name, data_sources.c.id)
    )
    return Statement(ordered.limit(bindparam("limit")).offset(bindparam("offset")), Source)


@shapes
def _count(sight: Sight, shape: Shape) -> Rows:
    tests = conditions(data_sources, shape)
    return Statement(select(func.count()).select_from(data_sources).where(visible_to(sight), *tests))


def list_sources(work: Work, tests: Sequence[Test], *, limit: int, offset: int = 0) -> Page[Source]:
    """The sources that the caller sees and that meet all tests, by name, and how many there are.

    Those that hold the record itself come before the others.
    """
    own = list_record_sources(work, tests)
    shape, params = shape_of(tests), sight_params(work.principal) | values_of(tests)
    sight = sight_of(work.principal)
    rows = own[offset : offset + limit]
    rows += work.all(_list(sight, shape), limit=limit - len(rows), offset=max(0, offset - len(own)), **params)
    return Page(rows, len(own) + work.value(_count(sight, shape), **params))


_METADATA = Rows(select(person_metadata.c.metadata).where(person_metadata.c.person_id == bindparam("person_id")))


def metadata_of(work: Work, person_id: int | None) -> dict[str, Any]:
    """What row policies go by for a person; nothing for a program."""
    stored = work.value(_METADATA, person_id=person_id) if person_id is not None else None
    return msgspec.json.decode(stored, type=dict[str, Any]) if stored else {}


_SOME_METADATA = Rows(
    select(person_metadata.c.person_id, person_metadata.c.metadata).where(among(person_metadata.c.person_id, "people"))
)


def metadata_of_many(work: Work, person_ids: list[int]) -> dict[int, dict[str, Any]]:
    """What row policies go by, of those who have any."""
    rows = work.all(_SOME_METADATA, people=person_ids)
    return {person_id: msgspec.json.decode(stored) for person_id, stored in rows}


_FOLDERS = Statement(
    select(*(folders.c[name] for name in Folder.__struct_fields__))
    .where(folders.c.organisation_id == bindparam("organisation_id"))
    .order_by(folders.c.id)
    .limit(bindparam("limit")),
    Folder,
)
_FOLDER = Lookup(
    select(*(folders.c[name] for name in Folder.__struct_fields__)).where(
        folders.c.organisation_id == bindparam("organisation_id"), folders.c.uuid == bindparam("uuid")
    ),
    Folder,
)


def list_folders(work: Work, *, limit: int) -> list[Folder]:
    """The organisation's folders, as they were made."""
    return work.all(_FOLDERS, organisation_id=work.principal.organisation_id, limit=limit)


def find_folder(work: Work, uuid: str) -> Folder | None:
    """A folder of the organisation."""
    return work.first(_FOLDER, organisation_id=work.principal.organisation_id, uuid=uuid)
