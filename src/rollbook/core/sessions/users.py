"""The organisation's people as users of sites and projects: who administers a user's groups may change the user.

People are written by their own domain. Whether the caller may is decided here, by roles at sites and in projects.
"""

import re
from typing import Any

from sqlalchemy import bindparam

from rollbook.core.access import signin
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ports import PasswordHasher
from rollbook.core.kernel.principal import Role
from rollbook.core.kernel.statements import Lookup, Store, insert_or_update, shapes
from rollbook.core.kernel.values import required_line
from rollbook.core.kernel.work import Work
from rollbook.core.people import registration
from rollbook.core.people.queries import get_person
from rollbook.core.people.records import NewPerson, Person, PersonChanges
from rollbook.core.sessions import memberships, policy, queries
from rollbook.core.sessions.administrating import as_administrator
from rollbook.core.sessions.entities import USER, USER_GROUP, Record
from rollbook.core.sessions.guards import refuse_used
from rollbook.core.sessions.tables.users import user_profiles

Rows = Lookup[tuple[Any, ...]]
REQUIRED = ("is_active", "first_name", "last_name", "password", "profile", "username")
_PERSONAL = ("first_name", "last_name", "email", "username", "is_active")
_FACTORS = ("has_second_factor", "has_app_factor", "has_mail_factor")
_FLAGS = ("is_active", "is_super", "must_change_password", *_FACTORS)
_PROFILE = ("profile", "notes", *_FACTORS)
_WAYS_IN = frozenset({"password", "email", "is_active", *_FACTORS, "must_change_password"})
"""What someone could take over another's account by, or lock them out with."""
SHORTEST = 10
_KINDS = {
    "a digit": re.compile(r"\d"),
    "an upper case letter": re.compile(r"[A-ZÀ-Þ]"),
    "a lower case letter": re.compile(r"[a-zß-ÿ]"),
    "a special character": re.compile(r"[^\w\s]|_"),
}


def checked_password(password: str, hasher: PasswordHasher, present: str | None = None) -> str:
    """The hash of a password that is strong enough and not the present one. Faults: INVALID."""
    missing = [what for what, pattern in _KINDS.items() if not pattern.search(password)]
    if len(password) < SHORTEST:
        missing.insert(0, f"{SHORTEST} characters")
    if missing:
        raise Fault(FaultCode.INVALID, f"Password needs {', '.join(missing)}.")
    if present is not None and hasher.verify(password, present):
        raise Fault(FaultCode.INVALID, "Password must be different from the present one.")
    return hasher.hash(signin.checked_password(password))


def _require_flags(values: Record) -> None:
    """Faults: INVALID for a flag that is neither true nor false."""
    for name in _FLAGS:
        if name in values and values[name] is None:
            raise field_fault(FaultCode.INVALID, name, f"{name} must be true or false.")


def add(work: Work, hasher: PasswordHasher, values: Record, group_ids: list[int]) -> Record:
    """Register a user in groups that the caller administers. Faults: MISSING, INVALID, FORBIDDEN, DUPLICATE."""
    missing = [name for name in REQUIRED if values.get(name) is None]
    if missing:
        raise Fault(FaultCode.MISSING, "Missing required fields", details={"missing": missing})
    _require_flags(values)
    if not policy.is_super(work) and (values.get("is_super") or not group_ids):
        raise policy.forbidden()
    for group_id in group_ids:
        memberships.require_may_add(work, group_id)
    password_hash = checked_password(values["password"], hasher)
    new = NewPerson(
        first_name=values["first_name"],
        last_name=values["last_name"],
        username=required_line(values["username"], "user_username"),
        email=values.get("email") or None,
        roles=frozenset({Role.OWNER if values.get("is_super") else Role.LEARNER}),
    )
    with as_administrator(work):
        person = registration.register(work, new)
        if not values["is_active"]:
            person = registration.change(work, person, PersonChanges(is_active=False))
        signin.set_password(work, person, password_hash, must_change=bool(values.get("must_change_password")))
    _write_profile(work, person.id, values)
    for group_id in group_ids:
        memberships.join(work, person.id, group_id)
    return queries.get(work, USER, person.id)


def change(work: Work, hasher: PasswordHasher, user_id: int, values: Record, group_ids: list[int] | None) -> Record:
    """Change a user: oneself, or one whom the caller administers. Faults: FORBIDDEN, INVALID, DUPLICATE."""
    if user_id != work.principal.person_id:
        policy.seen(work, USER, user_id, only_admin=True)
    if "username" in values:
        raise Fault(FaultCode.INVALID, "Username can't be changed")
    _require_flags(values)
    user = queries.get(work, USER, user_id)
    if "is_super" in values and values["is_super"] != user["is_super"]:
        policy.require_super(work)
    if user_id != work.principal.person_id and values.keys() & _WAYS_IN and not _is_over(work, user_id):
        raise policy.forbidden("The user may do more than you administer")
    for group_id in _new_groups(work, user_id, group_ids):
        memberships.require_may_add(work, group_id)
    with as_administrator(work):
        person = registration.change(work, get_person(work, user_id), _changes(user, values))
        if values.get("password"):
            present = signin.password_hash_of(work, user_id)
            must_change = bool(values.get("must_change_password"))
            signin.set_password(
                work, person, checked_password(values["password"], hasher, present), must_change=must_change
            )
        elif "must_change_password" in values:
            _require_new_password(work, person, is_required=bool(values["must_change_password"]))
    _write_profile(work, user_id, values)
    if group_ids is not None:
        memberships.replace(work, user_id, group_ids)
    return queries.get(work, USER, user_id)


def _is_over(work: Work, user_id: int) -> bool:
    """Whether the caller could give a user everything that the user may do."""
    if policy.is_super(work):
        return True
    with as_administrator(work):
        roles = get_person(work, user_id).role_set
    if not roles <= {Role.LEARNER}:
        return False
    groups = queries.find(work, USER_GROUP, viewer=queries.anyone(work), person_id=user_id)
    return all(policy.may_give_all_of(work, group["id"]) for group in groups)


def _new_groups(work: Work, user_id: int, group_ids: list[int] | None) -> list[int]:
    """Those of the groups that a user is not in yet."""
    present = {group["id"] for group in queries.find(work, USER_GROUP, viewer=queries.anyone(work), person_id=user_id)}
    return [group_id for group_id in group_ids or [] if group_id not in present]


def _require_new_password(work: Work, person: Person, *, is_required: bool) -> None:
    if (present := signin.password_hash_of(work, person.id)) is not None:
        signin.set_password(work, person, present, must_change=is_required)


def _changes(user: Record, values: Record) -> PersonChanges:
    given = {name: values[name] for name in _PERSONAL if name in values}
    if "email" in given:
        given["email"] = given["email"] or None
    changes = PersonChanges(**given)
    if "is_super" in values and values["is_super"] != user["is_super"]:
        changes.roles = frozenset({Role.OWNER if values["is_super"] else Role.LEARNER})
    return changes


@shapes
def _write(names: frozenset[str]) -> Rows:
    def build(store: Store) -> Any:
        made = insert_or_update(store, user_profiles)
        made = made.values({name: bindparam(name) for name in sorted(names | {"person_id"})})
        if not names:
            return made.on_conflict_do_nothing()
        return made.on_conflict_do_update(
            index_elements=["person_id"], set_={name: made.excluded[name] for name in sorted(names)}
        )

    return Rows(build)


def _write_profile(work: Work, person_id: int, values: Record) -> None:
    given = {name: values[name] for name in _PROFILE if name in values}
    if given.get("has_second_factor") is False:
        given |= {"has_app_factor": False, "sealed_app_secret": None}
    work.run(_write(frozenset(given)), person_id=person_id, **given)


def set_app_factor(work: Work, person_id: int, sealed_secret: str, *, with_mail: bool) -> None:
    """From now on a user's second factor is an app that has this secret."""
    given = {"sealed_app_secret": sealed_secret, "has_app_factor": True, "has_mail_factor": with_mail}
    work.run(_write(frozenset(given)), person_id=person_id, **given)


def seen_online(work: Work, person_id: int) -> None:
    """Note that a user signed in just now."""
    work.run(_write(frozenset({"last_online_at"})), person_id=person_id, last_online_at=work.at)


def remove(work: Work, user_id: int) -> None:
    """Delete a user: inactive and listed no more, till someone wants them back.

    Who administers some of the user's groups alone takes them out of those. Faults: FORBIDDEN; NOT_FOUND; CONFLICT.
    """
    if user_id == work.principal.person_id:
        raise policy.forbidden()
    if policy.is_super(work):
        if queries.first(work, USER, id=user_id) is None:
            raise Fault(FaultCode.INVALID, "Invalid id")
    else:
        policy.seen(work, USER, user_id, only_admin=True)
        if _left_reachable_groups(work, user_id):
            return
    refuse_used(work, "user", user_id)
    with as_administrator(work):
        registration.change(work, get_person(work, user_id), PersonChanges(is_active=False))
    work.run(_write(frozenset({"deleted_at"})), person_id=user_id, deleted_at=work.at)


def mark_restored(work: Work, user_id: int) -> None:
    """List a deleted user again."""
    work.run(_write(frozenset({"deleted_at"})), person_id=user_id, deleted_at=None)


def _left_reachable_groups(work: Work, user_id: int) -> bool:
    """Take a user out of the groups that the caller administers, when there are others too."""
    every = queries.find(work, USER_GROUP, viewer=queries.anyone(work), person_id=user_id)
    reached = {group["id"] for group in queries.find(work, USER_GROUP, only_admin=True, person_id=user_id)}
    if len(reached) == len(every):
        return False
    for group_id in reached:
        memberships.leave(work, user_id, group_id)
    return True
