"""Many people at once: planned in memory against what is stored, then written by a handful of set-based statements.

Imports and bulk calls share it. Nothing is written when any row is bad.
"""

from typing import Any

import msgspec
from sqlalchemy import Insert, Update, bindparam, delete, func, insert, select, update

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Role
from rollbook.core.kernel.statements import Statement, Store, among, given_rows
from rollbook.core.kernel.work import Work
from rollbook.core.people.bulk_plan import BY_CODE, COMPARED, Outcome, PersonRow, Plan, Problem, Ways, Write, plan
from rollbook.core.people.registration import search_keys
from rollbook.core.people.tables import memberships, people, person_roles

Rows = Statement[tuple[Any, ...]]
MOST_PROBLEMS = 1000
"""How many problems an answer lists; the count goes on."""


_MADE = [c for c in people.c if c.name not in {"id", "last_seen_at", "inactivated_at", "is_guest", "is_sync_protected"}]
_KEYS = ("username_key", "email_key", "name_key", "search_text")
_CHANGED = [people.c[name] for name in (*COMPARED, *_KEYS, "inactivated_at", "updated_at")]


def _insert_people(store: Store) -> Insert:
    given = given_rows(store, "rows", *_MADE)
    return (
        insert(people)
        .from_select([c.name for c in _MADE], select(*(given.c[c.name] for c in _MADE)))
        .returning(people.c.id, people.c.uuid)
    )


def _update_people(store: Store) -> Update:
    given = given_rows(store, "rows", people.c.id, *_CHANGED)
    return update(people).where(people.c.id == given.c.id).values({c.name: given.c[c.name] for c in _CHANGED})


def _insert_memberships(store: Store) -> Insert:
    columns = [memberships.c[name] for name in ("person_id", "group_id", "is_primary", "joined_at")]
    given = given_rows(store, "rows", *columns)
    return insert(memberships).from_select([c.name for c in columns], select(*(given.c[c.name] for c in columns)))


def _insert_roles(store: Store) -> Insert:
    given = given_rows(store, "rows", person_roles.c.person_id, person_roles.c.role)
    return insert(person_roles).from_select(["person_id", "role"], select(given.c.person_id, given.c.role))


_INSERT_PEOPLE, _UPDATE_PEOPLE = Rows(_insert_people), Rows(_update_people)
_INSERT_MEMBERSHIPS, _INSERT_ROLES = Rows(_insert_memberships), Rows(_insert_roles)
_LEAVE_UNITS = Rows(delete(memberships).where(among(memberships.c.person_id, "people"), memberships.c.is_primary))
_LEAVE_GROUPS = Rows(
    delete(memberships).where(
        among(memberships.c.person_id, "people"),
        among(memberships.c.group_id, "groups"),
        memberships.c.is_primary.is_(False),
    )
)
_DROP_ROLES = Rows(delete(person_roles).where(among(person_roles.c.person_id, "people")))
_OTHER_OWNERS = Rows(
    select(func.count())
    .select_from(people.join(person_roles, person_roles.c.person_id == people.c.id))
    .where(
        people.c.organisation_id == bindparam("organisation_id"),
        people.c.is_active,
        person_roles.c.role == Role.OWNER.value,
    )
)


def apply(work: Work, planned: Plan) -> list[Outcome]:
    """Write a plan without problems. The outcomes, with the ids of new people.

    Faults: INVALID with ``details['problems']`` when the plan has some; CONFLICT when no active owner would be left.
    """
    if planned.problems:
        raise problems_fault(planned.problems)
    new = [write for write in planned.writes if write.person is None]
    changed = [write for write in planned.writes if write.person is not None]
    ids = _add(work, new) if new else {}
    if changed:
        _change(work, changed)
    _place_all(work, planned.writes, ids)
    _set_roles(work, planned.writes, ids)
    _refuse_ownerless(work, changed)
    for write in planned.writes:
        _record(work, write, ids)
    return [
        outcome if outcome.person_id is not None else msgspec.structs.replace(outcome, person_id=ids[outcome.uuid])
        for outcome in planned.outcomes
    ]


def upsert(work: Work, rows: list[PersonRow], ways: Ways = BY_CODE) -> list[Outcome]:
    """Add and change many people, all or nothing. Faults: those of :func:`plan` and :func:`apply`."""
    return apply(work, plan(work, rows, ways))


def problems_fault(problems: list[Problem]) -> Fault:
    """The fault that says which rows are bad, by position."""
    shown = problems[:MOST_PROBLEMS]
    first = shown[0]
    return Fault(
        FaultCode.INVALID,
        f"{len(problems)} of the rows cannot be taken, and nothing was written; row {first.position}: {first.message}",
        fields={f"rows[{p.position}].{p.field}" if p.field else f"rows[{p.position}]": [p.message] for p in shown},
        details={"problems": [msgspec.to_builtins(problem) for problem in shown], "problem_count": len(problems)},
    )


def _json(rows: list[dict[str, Any]]) -> str:
    return msgspec.json.encode(rows).decode()


def _add(work: Work, writes: list[Write]) -> dict[str, int]:
    """Insert the new; their ids by uuid."""
    shared = {
        "organisation_id": work.principal.organisation_id,
        "welcome": "never",
        "created_at": work.at,
        "updated_at": work.at,
    }
    rows = [{**write.values, **search_keys(write.values), **shared} for write in writes]
    return {uuid: person_id for person_id, uuid in work.all(_INSERT_PEOPLE, rows=_json(rows))}


def _change(work: Work, writes: list[Write]) -> None:
    rows = []
    for write in writes:
        person = write.person
        assert person is not None
        ended = person.is_active and not write.values["is_active"]
        inactivated_at = work.at if ended else person.inactivated_at
        times = {"id": person.id, "updated_at": work.at, "inactivated_at": inactivated_at}
        rows.append({**{name: write.values[name] for name in COMPARED}, **search_keys(write.values), **times})
    work.run(_UPDATE_PEOPLE, rows=_json(rows))


def _id_of(write: Write, ids: dict[str, int]) -> int:
    return write.person.id if write.person else ids[write.values["uuid"]]


def _place_all(work: Work, writes: list[Write], ids: dict[str, int]) -> None:
    moved = [write for write in writes if "group_id" in write.after]
    leaving = [write.person.id for write in moved if write.person]
    if leaving:
        work.run(_LEAVE_UNITS, people=leaving)
        work.run(_LEAVE_GROUPS, people=leaving, groups=sorted({w.group_id for w in moved if w.group_id}))
    rows = [
        {"person_id": _id_of(write, ids), "group_id": write.group_id, "is_primary": True, "joined_at": work.at}
        for write in moved
        if write.group_id is not None
    ]
    if rows:
        work.run(_INSERT_MEMBERSHIPS, rows=_json(rows))


def _set_roles(work: Work, writes: list[Write], ids: dict[str, int]) -> None:
    given = [write for write in writes if "roles" in write.after]
    held = [write.person.id for write in given if write.person]
    if held:
        work.run(_DROP_ROLES, people=held)
    rows = [{"person_id": _id_of(write, ids), "role": role.value} for write in given for role in write.roles]
    if rows:
        work.run(_INSERT_ROLES, rows=_json(rows))


def _refuse_ownerless(work: Work, changed: list[Write]) -> None:
    lost = any(
        w.person and Role.OWNER in w.person.role_set and w.after.keys() & {"roles", "is_active"} for w in changed
    )
    if lost and not work.value(_OTHER_OWNERS, organisation_id=work.principal.organisation_id):
        raise Fault(FaultCode.CONFLICT, "This would leave the organisation without an active owner.")


def _record(work: Work, write: Write, ids: dict[str, int]) -> None:
    person_id = _id_of(write, ids)
    if write.person is None:
        work.record("person.created", "person", person_id, write.values["uuid"], after=write.after, person_id=person_id)
        return
    kind = "person.updated"
    if "is_active" in write.after:
        kind = "person.activated" if write.after["is_active"] else "person.inactivated"
    work.record(
        kind, "person", person_id, write.person.uuid, before=write.before, after=write.after, person_id=person_id
    )
