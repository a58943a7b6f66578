"""Reading people. Every select of a person starts from :func:`visible_to`."""

from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
    tuple_,
)

from rollbook.core.kernel.faults import Fault, FaultCode
from rollbook.core.kernel.matching import pattern_of
from rollbook.core.kernel.paging import Page
from rollbook.core.kernel.principal import PeopleScope, Principal, Role
from rollbook.core.kernel.statements import Lookup, Search, Statement, Store, among, shapes
from rollbook.core.kernel.work import Work
from rollbook.core.people.records import Organisation, PeopleFilter, Person
from rollbook.core.people.tables import (
    group_closure,
    group_supervisors,
    groups,
    locations,
    memberships,
    organisations,
    people,
    person_qualifications,
    person_roles,
    workplaces,
)

_SHORTEST_TRIGRAM = 3
_LAST_LETTER = "\U0010ffff"


def visible_to(scope: PeopleScope) -> ColumnElement[bool]:
    """The people that a caller with this scope sees; parameters from :func:`scope_params`."""
    mine = people.c.organisation_id == bindparam("organisation_id")
    viewer: Any = bindparam("viewer_id")
    match scope:
        case PeopleScope.EVERYONE:
            return mine
        case PeopleScope.SELF:
            return and_(mine, people.c.id == viewer)
        case PeopleScope.GROUPS:
            led = select(group_supervisors.c.group_id).where(group_supervisors.c.person_id == viewer)
            below = (
                select(memberships.c.person_id)
                .join(group_closure, group_closure.c.group_id == memberships.c.group_id)
                .where(group_closure.c.ancestor_id.in_(led))
            )
            return and_(mine, or_(people.c.id == viewer, people.c.id.in_(below)))


def scope_params(principal: Principal) -> dict[str, int | None]:
    """The parameters of :func:`visible_to`."""
    params: dict[str, int | None] = {"organisation_id": principal.organisation_id}
    if principal.people_scope is not PeopleScope.EVERYONE:
        params["viewer_id"] = principal.person_id
    return params


_OWN = [
    "id", "uuid", "external_id", "username", "email", "first_name", "last_name", "phone", "mobile", "birth_date",
    "language", "time_zone", "country", "company", "cost_center", "is_active", "is_guest", "is_sync_protected",
    "welcome", "last_seen_at", "inactivated_at", "created_at", "updated_at", "name_key",
]  # fmt: skip


def roles_of(person_id: ColumnElement[int]) -> ScalarSelect[str]:
    """A person's roles in one value, with commas between, inside a larger select."""
    names = func.aggregate_strings(person_roles.c.role, literal_column("','"))  # type: ignore[arg-type]
    return select(names).where(person_roles.c.person_id == person_id).scalar_subquery()


def person_select() -> Select[Any]:
    """The select behind :class:`Person`."""
    primary = and_(memberships.c.person_id == people.c.id, memberships.c.is_primary)
    return select(
        *(people.c[name] for name in _OWN),
        groups.c.id, groups.c.external_id, groups.c.name,
        locations.c.id, locations.c.external_id, locations.c.name,
        workplaces.c.id, workplaces.c.external_id, workplaces.c.name,
        roles_of(people.c.id),
    ).select_from(
        people.outerjoin(memberships, primary)
        .outerjoin(groups, groups.c.id == memberships.c.group_id)
        .outerjoin(locations, locations.c.id == people.c.location_id)
        .outerjoin(workplaces, workplaces.c.id == people.c.workplace_id)
    )  # fmt: skip


def _condition(store: Store, name: str) -> ColumnElement[bool]:
    """One filter of :class:`PeopleFilter` as SQL, its parameter named after it."""
    value: ColumnElement[Any] = bindparam(name)
    match name:
        case "external_id" | "is_active" | "is_guest" | "location_id" | "workplace_id":
            return people.c[name] == value
        case "email" | "username":
            return people.c[f"{name}_key"] == value
        case "qualification_id":
            held = person_qualifications.c.qualification_id == value
            return people.c.id.in_(select(person_qualifications.c.person_id).where(held))
        case "ids":
            return among(people.c.id, "ids")
        case "updated_since":
            return people.c.updated_at >= value
        case "role":
            return people.c.id.in_(select(person_roles.c.person_id).where(person_roles.c.role == value))
        case "group_id":
            return people.c.id.in_(
                select(memberships.c.person_id)
                .join(group_closure, group_closure.c.group_id == memberships.c.group_id)
                .where(group_closure.c.ancestor_id == value)
            )
        case "roles" | "roles_or_none":
            return _has_some_role(name)
        case "member_of":
            return people.c.id.in_(select(memberships.c.person_id).where(memberships.c.group_id == value))
        case "supervisor_of":
            led = group_supervisors.c.group_id == value
            return people.c.id.in_(select(group_supervisors.c.person_id).where(led))
        case "q":
            return _contains(store)
        case "named":
            return _in_names(store)
        case "prefix":
            ends: Any = bindparam("prefix_end")
            return or_(
                and_(people.c.name_key >= value, people.c.name_key < ends),
                and_(people.c.username_key >= value, people.c.username_key < ends),
            )
        case _:
            raise ValueError(name)


def _contains(store: Store) -> ColumnElement[bool]:
    """Substring search by the trigram index."""
    if store == "postgresql":
        return people.c.search_text.like(bindparam("q"), escape="\\")
    search = table("people_search", column("rowid"))
    return people.c.id.in_(select(search.c.rowid).where(text("people_search MATCH :q").bindparams(bindparam("q"))))


def _has_some_role(name: str) -> ColumnElement[bool]:
    """One of the roles bound by that name; ``roles_or_none`` takes in those who have no role at all."""
    held = select(person_roles.c.person_id).where(person_roles.c.person_id == people.c.id)
    has = held.where(among(person_roles.c.role, name)).exists()
    return or_(has, ~held.exists()) if name == "roles_or_none" else has


def _in_names(store: Store) -> ColumnElement[bool]:
    """Whether what is sought begins within the names, with which ``search_text`` begins, and not in what follows."""
    position = func.strpos if store == "postgresql" else func.instr
    found: ColumnElement[int] = position(people.c.search_text, bindparam("named"))
    names_end = func.length(people.c.name_key) + 1 + func.length(people.c.username_key)
    return and_(found > 0, found <= names_end)


def _filter_params(store: Store, wanted: PeopleFilter) -> dict[str, Any]:
    """The filters that are set, as parameters; a search too short for trigrams becomes a prefix search."""
    given = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not None}
    for name in given.keys() & {"email", "username"}:
        given[name] = given[name].strip().casefold()
    if isinstance(given.get("role"), Role):
        given["role"] = given["role"].value
    if "roles" in given:
        roles: frozenset[Role] = given.pop("roles")
        given["roles_or_none" if Role.LEARNER in roles else "roles"] = sorted(role.value for role in roles)
    if "named" in given:
        sought = " ".join(given.pop("named").casefold().split())
        if sought:
            given["named"] = sought
        if len(sought) >= _SHORTEST_TRIGRAM:
            given["q"] = _search_pattern(store, sought)
    elif "q" in given:
        sought = " ".join(given.pop("q").casefold().split())
        if len(sought) >= _SHORTEST_TRIGRAM:
            given["q"] = _search_pattern(store, sought)
        elif sought:
            given["prefix"] = sought
    return given


def _search_pattern(store: Store, sought: str) -> str:
    if store == "sqlite":
        return '"' + sought.replace('"', '""') + '"'
    return pattern_of(sought)


@shapes
def _list(scope: PeopleScope, filters: frozenset[str], order: str, paging: str) -> Statement[Person]:
    def build(store: Store) -> Select[Any]:
        query = person_select().where(visible_to(scope), *(_condition(store, name) for name in sorted(filters)))
        keys = [people.c.name_key, people.c.id] if order == "name" else [people.c.id]
        if paging == "after":
            bound: list[Any] = [bindparam(f"after_{key.name}") for key in keys]
            query = query.where(keys[0] > bound[0] if len(keys) == 1 else _after(keys, bound))
        elif paging == "before":
            bound = [bindparam(f"before_{key.name}") for key in keys]
            query = query.where(tuple_(*keys) < tuple_(*bound))
            return query.order_by(*(key.desc() for key in keys)).limit(bindparam("limit"))
        elif paging == "offset":
            query = query.offset(bindparam("offset"))
        return query.order_by(*keys).limit(bindparam("limit"))

    return _kind(filters)(build, Person)


def _kind(filters: frozenset[str]) -> type[Statement[Any]]:
    return Search if filters & {"q", "prefix"} else Statement


def _after(keys: list[Any], bound: list[Any]) -> ColumnElement[bool]:
    return tuple_(*keys) > tuple_(*bound)


@shapes
def _count(scope: PeopleScope, filters: frozenset[str]) -> Statement[tuple[Any, ...]]:
    def build(store: Store) -> Select[Any]:
        conditions = (_condition(store, name) for name in sorted(filters))
        return select(func.count()).select_from(people).where(visible_to(scope), *conditions)

    return _kind(filters)(build)


def list_people(
    work: Work,
    wanted: PeopleFilter,
    *,
    limit: int,
    order: str = "id",
    after: tuple[str, int] | int | None = None,
    before: tuple[str, int] | None = None,
    offset: int | None = None,
    with_total: bool = False,
) -> Page[Person]:
    """People the caller sees, by ``order`` ("id" or "name"), after a keyset position or at an offset.

    ``after`` is the last row's id, or its (name_key, id) when ordered by name; ``before``, for that order alone, gives
    the rows that end just before such a position.
    """
    given = _filter_params(work.store, wanted)
    filters = frozenset(given)
    if "prefix" in given:
        given["prefix_end"] = given["prefix"] + _LAST_LETTER
    scope = work.principal.people_scope
    given |= scope_params(work.principal)
    position: dict[str, Any] = {}
    if after is not None:
        position = {"after_id": after} if isinstance(after, int) else {"after_name_key": after[0], "after_id": after[1]}
    elif before is not None:
        position = {"before_name_key": before[0], "before_id": before[1]}
    elif offset is not None:
        position = {"offset": offset}
    paging = next(iter(position), "first").partition("_")[0]
    rows = work.all(_list(scope, filters, order, paging), limit=limit, **position, **given)
    if paging == "before":
        rows.reverse()
    total = work.value(_count(scope, filters), **given) if with_total else None
    return Page(rows, total)


@shapes
def _one(scope: PeopleScope, key: str) -> Statement[Person]:
    return Lookup(person_select().where(visible_to(scope), people.c[key] == bindparam("key")), Person)


def find_person(work: Work, *, key: str, value: Any) -> Person | None:
    """One person the caller sees, by ``id``, ``uuid``, ``external_id``, ``username_key`` or ``email_key``."""
    return work.first(_one(work.principal.people_scope, key), key=value, **scope_params(work.principal))


def get_person(work: Work, person_id: int) -> Person:
    """One person by id. Faults: NOT_FOUND."""
    return _found(find_person(work, key="id", value=person_id))


def get_person_by_uuid(work: Work, uuid: str) -> Person:
    """One person by uuid. Faults: NOT_FOUND."""
    return _found(find_person(work, key="uuid", value=uuid))


def get_person_by_external_id(work: Work, external_id: str) -> Person:
    """One person by the source system's code. Faults: NOT_FOUND."""
    return _found(find_person(work, key="external_id", value=external_id))


def _found(person: Person | None) -> Person:
    if person is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such person.")
    return person


@shapes
def _ids_by(scope: PeopleScope, key: str) -> Statement[tuple[Any, ...]]:
    return Statement(select(people.c[key], people.c.id).where(visible_to(scope), among(people.c[key], "values")))


def find_person_ids(work: Work, key: str, values: list[Any]) -> dict[Any, int]:
    """The ids of the visible people with these values of ``key`` (``external_id``, ``uuid``, ``email_key``, ``id``)."""
    found = work.all(_ids_by(work.principal.people_scope, key), values=values, **scope_params(work.principal))
    return dict(found)


_ORGANISATION = select(
    *(organisations.c[name] for name in ("id", "uuid", "name", "slug", "language", "time_zone", "created_at"))
)
_ORGANISATION_BY_ID = Lookup(_ORGANISATION.where(organisations.c.id == bindparam("id")), Organisation)
_ORGANISATIONS = Statement(_ORGANISATION.order_by(organisations.c.id), Organisation)
_SECOND_ORGANISATION = Statement[tuple[Any, ...]](
    select(organisations.c.id).order_by(organisations.c.id).offset(1).limit(1)
)


def get_organisation(work: Work) -> Organisation:
    """The caller's organisation."""
    return _organisation(work.first(_ORGANISATION_BY_ID, id=work.principal.organisation_id))


def _organisation(found: Organisation | None) -> Organisation:
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such organisation.")
    return found


def list_organisations(work: Work) -> list[Organisation]:
    """Every organisation: for the server's own commands alone."""
    return work.all(_ORGANISATIONS)


def has_several_organisations(work: Work) -> bool:
    """Whether the server is shared, so that people may have to say which organisation they mean."""
    return work.first(_SECOND_ORGANISATION) is not None
