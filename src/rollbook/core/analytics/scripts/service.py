"""Making, changing and deleting scripts; their storage; the token of their webhook."""

from typing import Any

import msgspec
from msgspec import UNSET
from sqlalchemy import bindparam, delete, insert, select, update

from rollbook.core.analytics.scripts.queries import get_script
from rollbook.core.analytics.scripts.records import Script, ScriptChanges
from rollbook.core.analytics.scripts.schedules import Schedule, checked_schedule, next_run
from rollbook.core.analytics.sources import document_of, folder_id
from rollbook.core.analytics.tables import scripts
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ids import new_secret, new_uuid, secret_hash
from rollbook.core.kernel.principal import Permission, Principal
from rollbook.core.kernel.statements import Lookup, Statement, shapes
from rollbook.core.kernel.values import required_line
from rollbook.core.kernel.work import Work
from rollbook.core.people.policy import require
from rollbook.core.people.tables import organisations, people

Rows = Statement[tuple[Any, ...]]
LARGEST_CODE = 1_000_000
LARGEST_STORAGE = 4_000_000
"""Bytes."""
TOKENS = "rbw"

_WRITTEN = (
    "uuid", "organisation_id", "owner_id", "author_id", "author_roles", "folder_id", "name", "code",
    "schedule", "content", "next_run_at", "created_at", "updated_at",
)  # fmt: skip
_INSERT = Rows(insert(scripts).values({name: bindparam(name) for name in _WRITTEN}).returning(scripts.c.id))
_DELETE = Rows(delete(scripts).where(scripts.c.id == bindparam("id")))
_NAMED = Lookup[tuple[Any, ...]](
    select(scripts.c.id).where(
        scripts.c.organisation_id == bindparam("organisation_id"), scripts.c.name == bindparam("name")
    )
)
_OWN_ZONE = Lookup[tuple[Any, ...]](select(people.c.time_zone).where(people.c.id == bindparam("person_id")))
_ZONE = Lookup[tuple[Any, ...]](select(organisations.c.time_zone).where(organisations.c.id == bindparam("id")))


@shapes
def _update(names: frozenset[str]) -> Rows:
    written: dict[str, Any] = {name: bindparam(f"new_{name}") for name in sorted(names)}
    return Statement(update(scripts).where(scripts.c.id == bindparam("id")).values(written))


def zone_of(work: Work, owner_id: int | None, organisation_id: int) -> str:
    """The time zone that a script's schedule is in: its owner's, else the organisation's."""
    own: str | None = work.value(_OWN_ZONE, person_id=owner_id) if owner_id is not None else None
    return own or str(work.value(_ZONE, id=organisation_id))


def create(
    work: Work,
    name: str,
    code: str,
    *,
    schedule: Schedule | None = None,
    content: dict[str, Any] | None = None,
    folder_uuid: str | None = None,
) -> Script:
    """Make a script, the caller's own. Faults: FORBIDDEN; MISSING, INVALID, DUPLICATE, TOO_LARGE naming the field."""
    require(work.principal, Permission.ANALYTICS_WRITE)
    uuid, organisation_id, own = new_uuid(), work.principal.organisation_id, work.principal.person_id
    cleaned = _free_name(work, name)
    work.value(
        _INSERT,
        uuid=uuid,
        organisation_id=organisation_id,
        owner_id=own,
        **_author(work.principal),
        folder_id=folder_id(work, folder_uuid, "script"),
        name=cleaned,
        code=_checked_code(code),
        schedule=_written(schedule),
        content=document_of(content or {}),
        next_run_at=next_run(schedule, zone_of(work, own, organisation_id), work.at) if schedule else None,
        created_at=work.at,
        updated_at=work.at,
    )
    made = get_script(work, uuid)
    work.record("script.created", "script", made.id, uuid, after={"name": cleaned})
    return made


def change(work: Work, script: Script, changes: ScriptChanges) -> Script:
    """Change a script; whoever changes its code is its author from then on. Nothing is written when nothing changed.

    Faults: those of :func:`create`.
    """
    wanted: dict[str, Any] = {}
    if changes.name is not UNSET and changes.name.strip() != script.name:
        wanted["name"] = _free_name(work, changes.name)
    if changes.code is not UNSET and changes.code != script.code:
        wanted |= {"code": _checked_code(changes.code), **_author(work.principal)}
    if changes.content is not UNSET and changes.content != script.kept:
        wanted["content"] = document_of(changes.content)
    if changes.schedule is not UNSET and changes.schedule != script.rhythm:
        wanted["schedule"] = _written(changes.schedule)
        zone = zone_of(work, script.owner_id, work.principal.organisation_id)
        wanted["next_run_at"] = next_run(changes.schedule, zone, work.at) if changes.schedule else None
    if changes.folder_uuid is not UNSET and changes.folder_uuid != script.folder_uuid:
        wanted["folder_id"] = folder_id(work, changes.folder_uuid, "script")
    if not wanted:
        return script
    _write(work, script, wanted | {"updated_at": work.at})
    after = {"name": wanted.get("name", script.name), "changed": sorted(wanted)}
    work.record("script.updated", "script", script.id, script.uuid, before={"name": script.name}, after=after)
    return get_script(work, script.uuid)


def _author(principal: Principal) -> dict[str, Any]:
    """Whom the code that a caller writes acts for: them, or a program of the same roles."""
    roles = sorted(role.value for role in principal.roles) if principal.person_id is None else None
    return {
        "author_id": principal.person_id,
        "author_roles": msgspec.json.encode(roles).decode() if roles is not None else None,
    }


def _write(work: Work, script: Script, values: dict[str, Any]) -> None:
    work.run(_update(frozenset(values)), id=script.id, **{f"new_{name}": value for name, value in values.items()})


def _free_name(work: Work, name: str) -> str:
    cleaned = required_line(name, "name")
    if work.first(_NAMED, organisation_id=work.principal.organisation_id, name=cleaned) is not None:
        raise field_fault(FaultCode.DUPLICATE, "name", "name is taken: another script has it already")
    return cleaned


def _checked_code(code: str) -> str:
    if "\x00" in code:
        raise field_fault(FaultCode.INVALID, "code", "code may not hold a zero byte")
    try:
        size = len(code.encode())
    except UnicodeEncodeError:
        raise field_fault(FaultCode.INVALID, "code", "code must be text that UTF-8 can hold") from None
    if size > LARGEST_CODE:
        raise field_fault(FaultCode.TOO_LARGE, "code", f"code may have at most {LARGEST_CODE:,} bytes")
    return code


def _written(schedule: Schedule | None) -> str | None:
    return msgspec.json.encode(checked_schedule(schedule)).decode() if schedule is not None else None


def remove(work: Work, script: Script) -> None:
    """Delete a script with the logs of its runs; one that runs is ended."""
    work.run(_DELETE, id=script.id)
    work.record("script.deleted", "script", script.id, script.uuid, before={"name": script.name})


def store(work: Work, script: Script, data: bytes) -> None:
    """Keep JSON for a script's next run, in the place of what was there. Faults: MALFORMED, TOO_LARGE."""
    if len(data) > LARGEST_STORAGE:
        raise Fault(FaultCode.TOO_LARGE, f"A script may keep at most {LARGEST_STORAGE:,} bytes.")
    try:
        msgspec.json.decode(data)
        text = data.decode()
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Fault(FaultCode.MALFORMED, "What a script keeps must be JSON.") from None
    _write(work, script, {"storage": text})


def make_token(work: Work, script: Script) -> str:
    """Make the token that runs the script by its address, in the place of the one before; shown this once."""
    token = new_secret(TOKENS)
    _write(work, script, {"token_hash": secret_hash(token), "token_hint": token[-4:]})
    work.record("script.token_made", "script", script.id, script.uuid, after={"hint": token[-4:]})
    return token


def end_token(work: Work, script: Script) -> None:
    """Let no token run the script any more."""
    if script.token_hint is not None:
        _write(work, script, {"token_hash": None, "token_hint": None})
        work.record("script.token_ended", "script", script.id, script.uuid, before={"hint": script.token_hint})
