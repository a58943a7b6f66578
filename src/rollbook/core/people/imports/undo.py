"""The way back from an import: whom it made, what it changed, and whether anybody has touched them since."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, or_, select, update

from rollbook.core.events.tables import events
from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.principal import Role
from rollbook.core.kernel.statements import Statement, among
from rollbook.core.kernel.work import Work
from rollbook.core.people import policy
from rollbook.core.people.bulk_plan import COMPARED, Write
from rollbook.core.people.imports.records import Import
from rollbook.core.people.queries import person_select
from rollbook.core.people.records import Person
from rollbook.core.people.structure import GROUPS, LOCATIONS, WORKPLACES, Catalogue
from rollbook.core.people.tables import import_changes, imports, people, person_roles

Rows = Statement[tuple[Any, ...]]

MOST_NAMED = 50
"""How many people a refusal names."""

_CHANGES = Rows(
    select(import_changes.c.person_id, import_changes.c.before, import_changes.c.after)
    .where(import_changes.c.import_id == bindparam("import_id"))
    .order_by(import_changes.c.id)
)
_of_import = select(import_changes.c.person_id).where(import_changes.c.import_id == bindparam("import_id"))
_PEOPLE = Statement(
    person_select().where(people.c.organisation_id == bindparam("organisation_id"), people.c.id.in_(_of_import)), Person
)
_made = _of_import.where(import_changes.c.before.is_(None))
# A later import that was itself undone has left no trace.
_undone = select(imports.c.id).where(
    imports.c.organisation_id == bindparam("organisation_id"), imports.c.state == "undone"
)
_TOUCHED = Rows(
    select(events.c.person_id)
    .distinct()
    .where(
        events.c.organisation_id == bindparam("organisation_id"),
        events.c.person_id.in_(_made),
        or_(events.c.import_id.is_(None), events.c.import_id.not_in(_undone)),
    )
)
_REDACT = Rows(
    update(events)
    .where(
        events.c.organisation_id == bindparam("of_organisation"),
        events.c.entity == "person",
        among(events.c.entity_id, "people"),
    )
    .values(before=None, after=None)
)
_ERASE = Rows(
    delete(people).where(people.c.organisation_id == bindparam("organisation_id"), among(people.c.id, "people"))
)
_TAKEN = Rows(
    select(people.c.id, people.c.username_key, people.c.external_id).where(
        people.c.organisation_id == bindparam("organisation_id"),
        or_(among(people.c.username_key, "usernames"), among(people.c.external_id, "codes")),
    )
)
_OWNERS = Rows(
    select(func.count())
    .select_from(people.join(person_roles, person_roles.c.person_id == people.c.id))
    .where(
        people.c.organisation_id == bindparam("organisation_id"),
        people.c.is_active,
        person_roles.c.role == Role.OWNER.value,
    )
)


def way_back(work: Work, found: Import) -> tuple[list[Person], list[Write]]:
    """The people to erase, and what to write back.

    Faults: FORBIDDEN; CONFLICT when people it made or fields it changed were touched since, naming them
    (``details['touched']``: name, uuid and why).
    """
    scope = {"organisation_id": work.principal.organisation_id, "import_id": found.id}
    standing = {person.id: person for person in work.all(_PEOPLE, **scope)}
    touched_ids = {person_id for (person_id,) in work.all(_TOUCHED, **scope)}
    made: list[Person] = []
    writes: list[Write] = []
    touched: list[tuple[Person, str]] = []
    for person_id, before, after in work.all(_CHANGES, import_id=found.id):
        person = standing.get(person_id)
        if person is None:
            continue
        policy.require_may_change(work.principal, person)
        if before is None:
            made.append(person)
            if person_id in touched_ids or person.last_seen_at is not None:
                touched.append((person, "was used or changed since"))
            continue
        write = _reverse(person, msgspec.json.decode(before), len(writes))
        writes.append(write)
        if changed := _changed_since(person, msgspec.json.decode(after)):
            touched.append((person, f"{', '.join(changed)} changed since"))
    touched += _unrestorable(work, writes, {person.id for person in made})
    if touched:
        raise _touched_fault(touched)
    return made, writes


def _present(person: Person, field: str) -> Any:
    return sorted(role.value for role in person.role_set) if field == "roles" else getattr(person, field)


def _changed_since(person: Person, after: dict[str, Any]) -> list[str]:
    """The fields that the import set and that have another value now."""
    return [field for field, value in after.items() if _present(person, field) != value]


def _reverse(person: Person, before: dict[str, Any], position: int) -> Write:
    values = {name: before.get(name, getattr(person, name)) for name in COMPARED}
    roles = frozenset(map(Role, before["roles"])) if "roles" in before else person.role_set
    group_id = before.get("group_id", person.group_id)
    present = {field: _present(person, field) for field in before}
    return Write(position, values, group_id, roles, person, before=present, after=before)


def _unrestorable(work: Work, writes: list[Write], erased: set[int]) -> list[tuple[Person, str]]:
    """People whose old user name or code another has by now, or whose old place is gone."""
    refused: list[tuple[Person, str]] = []
    names = {w.values["username"].casefold(): w for w in writes if "username" in w.after}
    codes = {w.values["external_id"]: w for w in writes if w.after.get("external_id")}
    if names or codes:
        found = work.all(
            _TAKEN,
            organisation_id=work.principal.organisation_id,
            usernames=list(names),
            codes=list(codes),
        )
        for person_id, username_key, external_id in found:
            for holder, field in ((names.get(username_key), "user name"), (codes.get(external_id), "external id")):
                if holder and holder.person and holder.person.id != person_id and person_id not in erased:
                    refused.append((holder.person, f"someone else has the old {field} now"))
    for field, catalogue in (("group_id", GROUPS), ("location_id", LOCATIONS), ("workplace_id", WORKPLACES)):
        gone = _gone(work, catalogue, {w.after[field] for w in writes if w.after.get(field)})
        refused += [
            (w.person, f"the old {catalogue.name} is gone") for w in writes if w.person and w.after.get(field) in gone
        ]
    return refused


def _entries(catalogue: Catalogue) -> Rows:
    table = catalogue.table
    return Rows(
        select(table.c.id).where(table.c.organisation_id == bindparam("organisation_id"), among(table.c.id, "ids"))
    )


_ENTRIES = {catalogue.name: _entries(catalogue) for catalogue in (GROUPS, LOCATIONS, WORKPLACES)}


def _gone(work: Work, catalogue: Catalogue, ids: set[int]) -> set[int]:
    if not ids:
        return set()
    found = work.all(_ENTRIES[catalogue.name], organisation_id=work.principal.organisation_id, ids=sorted(ids))
    return ids - {entry_id for (entry_id,) in found}


def _touched_fault(touched: list[tuple[Person, str]]) -> Fault:
    named = "; ".join(f"{person.full_name}: {why}" for person, why in touched[:5])
    more = f" and {len(touched) - 5} more" if len(touched) > 5 else ""
    return Fault(
        FaultCode.CONFLICT,
        f"This import cannot be undone whole, so nothing was: {named}{more}.",
        details={
            "touched": [
                {"name": person.full_name, "id": person.uuid, "why": why} for person, why in touched[:MOST_NAMED]
            ],
            "touched_count": len(touched),
        },
    )


def erase(work: Work, made: list[Person]) -> None:
    """Delete whom an import made. Faults: CONFLICT when no active owner would be left."""
    if not made:
        return
    organisation_id = work.principal.organisation_id
    ids = [person.id for person in made]
    work.run(_REDACT, of_organisation=organisation_id, people=ids)
    work.run(_ERASE, organisation_id=organisation_id, people=ids)
    if not work.value(_OWNERS, organisation_id=organisation_id):
        raise Fault(FaultCode.CONFLICT, "This would leave the organisation without an active owner.")
    for person in made:
        work.record("person.deleted", "person", person.id, person.uuid, person_id=person.id)
