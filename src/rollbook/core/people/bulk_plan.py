"""Planning what many rows would do to people: created, changed, unchanged, or bad and why. Nothing here writes."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import bindparam, or_, select

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.ids import new_uuid
from rollbook.core.kernel.principal import PeopleScope, Role
from rollbook.core.kernel.statements import Statement, among, shapes
from rollbook.core.kernel.values import (
    checked_birth_date,
    checked_email,
    checked_language,
    checked_line,
    checked_time_zone,
    required_line,
    required_username,
)
from rollbook.core.kernel.work import Work
from rollbook.core.people import policy, structure
from rollbook.core.people.groups import list_inactive_ids
from rollbook.core.people.queries import get_organisation, person_select, scope_params, visible_to
from rollbook.core.people.records import Person
from rollbook.core.people.registration import KEPT, checked_plain
from rollbook.core.people.tables import people
from rollbook.core.people.usernames import free_usernames

Rows = Statement[tuple[Any, ...]]
MatchBy = Literal["external_id", "username", "email"]
MergeRoles = Callable[[frozenset[Role], frozenset[Role]], frozenset[Role]]
"""From the roles that a row gives, and those that are held, to those that will be held."""
MOST_ROWS = 50_000


class PersonRow(msgspec.Struct, kw_only=True):
    """A person as a file or a bulk call gives them. UNSET keeps what is stored; places are named by external id."""

    external_id: str | UnsetType | None = UNSET
    username: str | UnsetType | None = UNSET
    email: str | UnsetType | None = UNSET
    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    phone: str | UnsetType | None = UNSET
    mobile: str | UnsetType | None = UNSET
    birth_date: str | UnsetType | None = UNSET
    language: str | UnsetType = UNSET
    time_zone: str | UnsetType | None = UNSET
    country: str | UnsetType | None = UNSET
    company: str | UnsetType | None = UNSET
    cost_center: str | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET
    group: str | UnsetType | None = UNSET
    location: str | UnsetType | None = UNSET
    workplace: str | UnsetType | None = UNSET
    roles: frozenset[Role] | UnsetType = UNSET


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """How rows are read. ``match_by`` is the field that tells whether a person is there already; None adds them all.

    ``from_sync`` respects protection. ``place`` names a row by its position where the problem of another speaks of it.
    With ``names_themselves`` a user name that is not given is made from the person's own, and not the e-mail.
    """

    match_by: MatchBy | None = "external_id"
    from_sync: bool = True
    place: Callable[[int], str] = "row {}".format
    names_themselves: bool = False
    merge_roles: MergeRoles = lambda given, _: given


BY_CODE = Ways()
NONE: frozenset[Role] = frozenset()


class Problem(msgspec.Struct, frozen=True):
    """Why a row cannot be taken. ``position`` counts from 0."""

    position: int
    field: str
    code: str
    message: str


class Outcome(msgspec.Struct, frozen=True):
    """What a row does. ``changes`` are the names of the fields that change, empty for a new or unchanged person."""

    position: int
    result: Literal["created", "changed", "unchanged"]
    person_id: int | None
    uuid: str
    changes: tuple[str, ...] = ()


class Write(msgspec.Struct):
    """One row to write: every column, the unit and the roles, and what was there before."""

    position: int
    values: dict[str, Any]
    group_id: int | None
    roles: frozenset[Role]
    person: Person | None
    before: dict[str, Any]
    after: dict[str, Any]


class Plan(msgspec.Struct):
    """What an upsert would do; :func:`apply` does it."""

    outcomes: list[Outcome]
    problems: list[Problem]
    writes: list[Write]

    def count(self, result: str) -> int:
        """How many rows are created, changed or unchanged."""
        return sum(1 for outcome in self.outcomes if outcome.result == result)


COMPARED = (
    "external_id", "username", "email", "first_name", "last_name", "phone", "mobile", "birth_date", "language",
    "time_zone", "country", "company", "cost_center", "is_active", "location_id", "workplace_id",
)  # fmt: skip
_PLACES = (
    ("group", "group_id", structure.GROUPS),
    ("location", "location_id", structure.LOCATIONS),
    ("workplace", "workplace_id", structure.WORKPLACES),
)


@shapes
def _matching(scope: PeopleScope, column: str) -> Statement[Person]:
    return Statement(person_select().where(visible_to(scope), among(people.c[column], "keys")), Person)


_TAKEN = Rows(
    select(people.c.id, people.c.username_key, people.c.external_id).where(
        people.c.organisation_id == bindparam("organisation_id"),
        or_(among(people.c.username_key, "usernames"), among(people.c.external_id, "codes")),
    )
)


def plan(
    work: Work,
    rows: list[PersonRow],
    ways: Ways = BY_CODE,
) -> Plan:
    """Say for every row what it would do, or what is wrong with it. Reads a fixed number of times, writes nothing.

    Faults: FORBIDDEN, TOO_LARGE.
    """
    policy.require_people_write(work.principal)
    if len(rows) > MOST_ROWS:
        raise Fault(FaultCode.TOO_LARGE, f"At most {MOST_ROWS:,} rows at once.")
    return _Planner(work, rows, ways).plan()


class _Planner:
    """The state of one planning: look-ups made beforehand, and what was found so far."""

    def __init__(self, work: Work, rows: list[PersonRow], ways: Ways) -> None:
        self.work = work
        self.rows = rows
        self.ways = ways
        self.match_by = ways.match_by
        self.language = get_organisation(work).language
        self.problems: list[Problem] = []
        self.codes = {field: self._codes(field, catalogue) for field, _, catalogue in _PLACES}
        self.closed = list_inactive_ids(work) if self.codes["group"] else frozenset()
        self.keys = [self._key(row) for row in rows]
        self.stored, self.shared = self._stored() if self.match_by is not None else ({}, set())
        self.made_names = self._make_names() if ways.names_themselves else {}

    def plan(self) -> Plan:
        """Plan every row."""
        outcomes: list[Outcome] = []
        writes: list[Write] = []
        seen: dict[str, int] = {}
        for position, row in enumerate(self.rows):
            key = self.keys[position]
            try:
                write = self._write(position, row, self._find(key, position, seen))
            except Fault as fault:
                self._note(position, fault)
                continue
            outcomes.append(_outcome(write))
            if write.after:
                writes.append(write)
        self._refuse_taken(writes)
        return Plan(outcomes, self.problems, writes)

    def _make_names(self) -> dict[int, str]:
        """User names for the new people who were given none, by position."""
        nameless = [
            position
            for position, row in enumerate(self.rows)
            if not (isinstance(row.username, str) and row.username.strip()) and not self._is_stored(position)
        ]
        given = frozenset(row.username.strip().casefold() for row in self.rows if isinstance(row.username, str))
        names = [(row.first_name or "", row.last_name or "") for row in map(self.rows.__getitem__, nameless)]
        return dict(zip(nameless, free_usernames(self.work, names, given), strict=True))

    def _is_stored(self, position: int) -> bool:
        key = self.keys[position]
        return key is not None and key in self.stored

    def _find(self, key: str | None, position: int, seen: dict[str, int]) -> Person | None:
        """Who a row is about, None for someone new. Faults: MISSING, DUPLICATE."""
        if self.match_by is None:
            return None
        if key is None:
            raise _bad(FaultCode.MISSING, self.match_by, f"{self.match_by} is required")
        if key in self.shared:
            told = f"several people have this {self.match_by}: match by external_id or username instead"
            raise _bad(FaultCode.DUPLICATE, self.match_by, told)
        if key in seen:
            told = f"the same {self.match_by} stands in {self.ways.place(seen[key])} too"
            raise _bad(FaultCode.DUPLICATE, self.match_by, told)
        seen[key] = position
        return self.stored.get(key)

    def _codes(self, field: str, catalogue: structure.Catalogue) -> dict[str, int]:
        wanted = {code for row in self.rows if isinstance(code := getattr(row, field), str) and code}
        return structure.ids_of(self.work, catalogue, sorted(wanted)) if wanted else {}

    def _key(self, row: PersonRow) -> str | None:
        value = getattr(row, self.match_by) if self.match_by is not None else None
        if not isinstance(value, str) or not value.strip():
            return None
        return value.strip() if self.match_by == "external_id" else value.strip().casefold()

    def _stored(self) -> tuple[dict[str, Person], set[str]]:
        """The people who are there already, by key; and the keys that several have, as nothing forbids of an e-mail."""
        assert self.match_by is not None
        column = "external_id" if self.match_by == "external_id" else f"{self.match_by}_key"
        statement = _matching(self.work.principal.people_scope, column)
        keys = [key for key in self.keys if key is not None]
        found = self.work.all(statement, keys=keys, **scope_params(self.work.principal))
        by_key: dict[str, Person] = {}
        shared: set[str] = set()
        for person in found:
            value = getattr(person, self.match_by) or ""
            key = value if self.match_by == "external_id" else value.casefold()
            if key in by_key:
                shared.add(key)
            by_key[key] = person
        return by_key, shared

    def _write(self, position: int, row: PersonRow, person: Person | None) -> Write:
        if person is not None:
            policy.require_may_change(self.work.principal, person)
            if self.ways.from_sync and person.is_sync_protected:
                raise Fault(FaultCode.PROTECTED, "this person is protected from being overwritten")
        values = self._values(position, row, person)
        group_id = self._place("group", row.group, person.group_id if person else None)
        if group_id in self.closed and (person is None or person.group_id != group_id):
            raise _bad(FaultCode.CONFLICT, "group", "this group is inactive; nobody joins it")
        held = person.role_set if person else frozenset({Role.LEARNER})
        roles = held if row.roles is UNSET else self.ways.merge_roles(row.roles, person.role_set if person else NONE)
        if roles != held:
            policy.require_may_grant(self.work.principal, roles ^ held)
        before, after = _difference(person, values, group_id, roles)
        return Write(position, values, group_id, roles, person, before, after)

    def _birth_date(self, value: str | None) -> str | None:
        return checked_birth_date(value, self.work.at)

    def _values(self, position: int, row: PersonRow, person: Person | None) -> dict[str, Any]:
        """Every column: what the row gives, else what is stored, else the default."""
        given: dict[str, Any] = {
            "first_name": _given(row.first_name, person, "first_name", lambda v: required_line(v, "first_name")),
            "last_name": _given(row.last_name, person, "last_name", lambda v: required_line(v, "last_name")),
            "external_id": _given(row.external_id, person, "external_id", lambda v: checked_line(v, "external_id")),
            "email": _given(row.email, person, "email", checked_email),
            "birth_date": _given(row.birth_date, person, "birth_date", self._birth_date),
            "language": _given(row.language, person, "language", checked_language) or self.language,
            "time_zone": _given(row.time_zone, person, "time_zone", checked_time_zone),
            "is_active": (person.is_active if person else True) if row.active is UNSET else row.active,
            "location_id": self._place("location", row.location, person.location_id if person else None),
            "workplace_id": self._place("workplace", row.workplace, person.workplace_id if person else None),
        }
        for name in KEPT:
            given[name] = _given(getattr(row, name), person, name, lambda v, n=name: checked_plain(v, n))
        given["username"] = self._username(position, row, person, given)
        return given

    def _username(self, position: int, row: PersonRow, person: Person | None, given: dict[str, Any]) -> str:
        """The given one; else the stored one, which follows the e-mail if it was the e-mail; else a made one, which is
        the e-mail or the code where people do not name themselves."""
        if isinstance(row.username, str) and row.username.strip():
            return required_username(row.username)
        if person is not None:
            follows = person.username == person.email and given["email"]
            return str(given["email"]) if follows else person.username
        made = self.made_names.get(position) or given["email"] or given["external_id"]
        if not made:
            raise _bad(FaultCode.MISSING, "username", "username is required where there is no email")
        return required_username(str(made))

    def _place(self, field: str, code: str | UnsetType | None, stored: int | None) -> int | None:
        if code is UNSET:
            return stored
        if not code:
            return None
        found = self.codes[field].get(str(code))
        if found is None:
            raise _bad(FaultCode.UNKNOWN_REFERENCE, field, f"there is no {field} with the code {code!r}")
        return found

    def _refuse_taken(self, writes: list[Write]) -> None:
        """User names and codes that belong to someone else, stored or in another row."""
        asking = [w for w in writes if w.person is None or w.after.keys() & {"username", "external_id"}]
        if not asking:
            return
        claims = {("username", w.values["username"].casefold()): w for w in reversed(asking)}
        claims |= {("external_id", w.values["external_id"]): w for w in reversed(asking) if w.values["external_id"]}
        taken = self._taken(
            [k[1] for k in claims if k[0] == "username"], [k[1] for k in claims if k[0] == "external_id"]
        )
        for write in asking:
            for field, key in (
                ("username", write.values["username"].casefold()),
                ("external_id", write.values["external_id"]),
            ):
                if key is None:
                    continue
                holder = taken.get((field, key))
                first = claims[field, key]
                if holder is not None and holder != (write.person.id if write.person else None):
                    told = f"another person has the {field} {key!r}"
                elif first is not write:
                    told = f"{self.ways.place(first.position)} has the {field} {key!r} too"
                else:
                    continue
                self._note(write.position, _bad(FaultCode.DUPLICATE, field, told))

    def _taken(self, usernames: list[str], codes: list[str]) -> dict[tuple[str, str], int]:
        found = self.work.all(
            _TAKEN, organisation_id=self.work.principal.organisation_id, usernames=usernames, codes=codes
        )
        by_name = {("username", name): person_id for person_id, name, _ in found}
        return by_name | {("external_id", code): person_id for person_id, _, code in found if code}

    def _note(self, position: int, fault: Fault) -> None:
        field = next(iter(fault.fields), "")
        self.problems.append(Problem(position, field, fault.code.value, fault.message))


def _bad(code: FaultCode, field: str, message: str) -> Fault:
    return Fault(code, message, fields={field: [message]})


def _given(value: Any, person: Person | None, name: str, check: Any) -> Any:
    """The row's value, checked; else the stored one. A name that is missing altogether is checked as None."""
    if value is UNSET:
        return (
            getattr(person, name)
            if person is not None
            else (check(None) if name in ("first_name", "last_name") else None)
        )
    stored = getattr(person, name) if person is not None else None
    return stored if stored is not None and value == stored else check(value)


def _difference(
    person: Person | None, values: dict[str, Any], group_id: int | None, roles: frozenset[Role]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was and what will be, of the fields that change; all that are set, for someone new."""
    if person is None:
        after = {name: values[name] for name in COMPARED if values[name] is not None}
        return {}, after | {"group_id": group_id, "roles": sorted(role.value for role in roles)}
    after = {name: values[name] for name in COMPARED if values[name] != getattr(person, name)}
    before = {name: getattr(person, name) for name in after}
    if group_id != person.group_id:
        before["group_id"], after["group_id"] = person.group_id, group_id
    if roles != person.role_set:
        before["roles"] = sorted(role.value for role in person.role_set)
        after["roles"] = sorted(role.value for role in roles)
    return before, after


def _outcome(write: Write) -> Outcome:
    if write.person is None:
        write.values["uuid"] = new_uuid()
        return Outcome(write.position, "created", None, write.values["uuid"])
    result: Literal["changed", "unchanged"] = "changed" if write.after else "unchanged"
    return Outcome(write.position, result, write.person.id, write.person.uuid, tuple(write.after))
