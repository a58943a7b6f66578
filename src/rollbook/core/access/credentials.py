"""Random secrets that open doors: API keys, OAuth clients, access tokens, sessions, invitations, login links.

A secret is shown once, when it is made; only its hash is kept. A credential is dead when it is revoked, has expired,
its parent is dead, or its person is inactive or was inactivated since it was made.
"""

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, bindparam, delete, func, insert, literal_column, or_, select, update

from rollbook.core.access.policy import CLIENT_ROLES, client_roles, principal_for
from rollbook.core.access.tables import credentials
from rollbook.core.kernel.clock import SECOND
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.ids import new_secret, new_uuid, secret_hash
from rollbook.core.kernel.principal import Permission, Principal, Role
from rollbook.core.kernel.statements import Lookup, Statement, among, shapes
from rollbook.core.kernel.values import required_line
from rollbook.core.kernel.work import Work
from rollbook.core.people import policy as people_policy
from rollbook.core.people.queries import roles_of
from rollbook.core.people.tables import people

Rows = Statement[tuple[Any, ...]]

PREFIXES = {
    "api_key": "rbk", "oauth_client": "rbs", "access_token": "rbt", "session": "rbo", "invitation": "rbi",
    "login_link": "rbl", "data_key": "rbd", "script_key": "rbx",
}  # fmt: skip
"""The kinds of credential, and how their secrets begin."""


class Credential(msgspec.Struct, frozen=True):
    """A credential without its secret. ``hint`` is the secret's last four letters; ``roles`` a JSON list or null."""

    id: int
    uuid: str
    person_id: int | None
    parent_id: int | None
    kind: str
    door: str | None
    name: str
    client_id: str | None
    hint: str
    roles: str | None
    created_at: int
    expires_at: int | None
    last_used_at: int | None
    revoked_at: int | None

    def has_ended(self, at: int) -> bool:
        """Whether it was revoked, or has expired, by an instant."""
        return self.revoked_at is not None or (self.expires_at is not None and self.expires_at <= at)


class _Shown(msgspec.Struct, frozen=True):
    id: int
    organisation_id: int
    person_id: int | None
    kind: str
    door: str | None
    roles: str | None
    person_roles: str | None


_parent = credentials.alias("parent")


def _is_live(table: Any) -> Any:
    return and_(table.c.revoked_at.is_(None), or_(table.c.expires_at.is_(None), table.c.expires_at > bindparam("now")))


_person_stands = or_(
    credentials.c.person_id.is_(None),
    and_(people.c.is_active, credentials.c.created_at > func.coalesce(people.c.inactivated_at, 0)),
)
_live = (
    select(
        credentials.c.id,
        credentials.c.organisation_id,
        credentials.c.person_id,
        credentials.c.kind,
        credentials.c.door,
        credentials.c.roles,
        roles_of(credentials.c.person_id),
    )
    .select_from(
        credentials.outerjoin(people, people.c.id == credentials.c.person_id).outerjoin(
            _parent, _parent.c.id == credentials.c.parent_id
        )
    )
    .where(_is_live(credentials), _person_stands, or_(credentials.c.parent_id.is_(None), _is_live(_parent)))
)
_BY_SECRET = Lookup(_live.where(credentials.c.secret_hash == bindparam("secret_hash")), _Shown)
_BY_CLIENT = Lookup(
    _live.where(
        credentials.c.client_id == bindparam("client_id"), credentials.c.secret_hash == bindparam("secret_hash")
    ),
    _Shown,
)


def authenticate(work: Work, secret: str, door: str, *kinds: str) -> Principal | None:
    """The principal a secret stands for, when it is live, of one of the kinds, and not limited to another door."""
    return _principal(work.first(_BY_SECRET, secret_hash=secret_hash(secret), now=work.at), door, kinds)


def authenticate_client(work: Work, client_id: str, client_secret: str, door: str) -> Principal | None:
    """The principal of an OAuth client that shows its id and secret."""
    found = work.first(_BY_CLIENT, client_id=client_id, secret_hash=secret_hash(client_secret), now=work.at)
    return _principal(found, door, ("oauth_client",))


def _principal(found: _Shown | None, door: str, kinds: tuple[str, ...]) -> Principal | None:
    if found is None or found.kind not in kinds or found.door not in (None, door):
        return None
    if found.person_id is None:
        roles = client_roles(found.roles)
    else:
        roles = frozenset(map(Role, found.person_roles.split(","))) if found.person_roles else frozenset()
    return principal_for(found.organisation_id, door, roles, person_id=found.person_id, credential_id=found.id)


_NAMES = [c.name for c in credentials.c if c.name not in {"id", "last_used_at", "revoked_at"}]
_INSERT = Rows(insert(credentials).values({name: bindparam(name) for name in _NAMES}).returning(credentials.c.id))


def issue(
    work: Work,
    kind: str,
    name: str,
    *,
    organisation_id: int,
    person_id: int | None = None,
    parent_id: int | None = None,
    door: str | None = None,
    roles: frozenset[Role] | None = None,
    client_id: str | None = None,
    lives_s: int | None = None,
    expires_at: int | None = None,
    replaces_id: int | None = None,
) -> tuple[int, str]:
    """Make a credential; its id and its secret, which nobody can read again.

    It lives for ``lives_s`` seconds or until the instant ``expires_at``; with neither for ever.
    """
    secret = new_secret(PREFIXES[kind])
    credential_id = work.value(
        _INSERT,
        uuid=new_uuid(),
        organisation_id=organisation_id,
        person_id=person_id,
        parent_id=parent_id,
        kind=kind,
        door=door,
        name=name,
        client_id=client_id,
        secret_hash=secret_hash(secret),
        hint=secret[-4:],
        roles=msgspec.json.encode(sorted(role.value for role in roles)).decode() if roles is not None else None,
        created_at=work.at,
        expires_at=expires_at if lives_s is None else work.at + lives_s * SECOND,
        replaces_id=replaces_id,
    )
    return int(credential_id), secret


KEY_KINDS = ("api_key", "oauth_client")
"""The kinds that people make and manage; the others come and go by themselves."""
DOORS = ("native", "opentera", "senar", "serenytics", "smartarena", "velpic")
"""The doors a key may be limited to."""
LONGEST_LIFE_S = 10 * 365 * 24 * 3600


def create_key(
    work: Work,
    kind: str,
    name: str,
    *,
    door: str | None = None,
    roles: frozenset[Role] = CLIENT_ROLES,
    lives_s: int | None = None,
    expires_at: int | None = None,
) -> tuple[Credential, str]:
    """Make an API key or OAuth client for the organisation; the credential and its secret, shown this once.

    It lives for ``lives_s`` seconds or until the instant ``expires_at``; with neither for ever.
    Faults: FORBIDDEN; MISSING or INVALID naming the field.
    """
    people_policy.require(work.principal, Permission.CREDENTIALS_WRITE)
    people_policy.require_may_grant(work.principal, roles)
    _refuse_unfit(kind, door, roles)
    ends = expires_at if lives_s is None else work.at + lives_s * SECOND
    if ends is not None and not work.at < ends <= work.at + LONGEST_LIFE_S * SECOND:
        raise field_fault(FaultCode.INVALID, "expires_at", "expires_at must lie ahead, by ten years at most")
    return make_key(work, kind, required_line(name, "name"), door=door, roles=roles, expires_at=ends)


def _refuse_unfit(kind: str, door: str | None, roles: frozenset[Role]) -> None:
    if kind not in KEY_KINDS:
        raise field_fault(FaultCode.INVALID, "kind", f"kind must be one of {', '.join(KEY_KINDS)}")
    if door is not None and door not in DOORS:
        raise field_fault(FaultCode.INVALID, "door", f"door must be one of {', '.join(DOORS)}, or left out for all")
    if not roles:
        raise field_fault(FaultCode.INVALID, "roles", "roles must name at least one role")


def make_key(
    work: Work,
    kind: str,
    name: str,
    *,
    door: str | None,
    roles: frozenset[Role] | None,
    expires_at: int | None,
    person_id: int | None = None,
    replaces_id: int | None = None,
) -> tuple[Credential, str]:
    """Make a key of the caller's organisation and record it; callers decide that it may be."""
    credential_id, secret = issue(
        work,
        kind,
        name,
        organisation_id=work.principal.organisation_id,
        person_id=person_id,
        door=door,
        roles=roles,
        client_id=new_uuid() if kind == "oauth_client" else None,
        expires_at=expires_at,
        replaces_id=replaces_id,
    )
    made = get_credential(work, credential_id)
    after = {
        "kind": kind,
        "name": name,
        "door": door,
        "roles": sorted(role.value for role in roles) if roles is not None else None,
        "expires_at": expires_at,
    }
    work.record("credential.created", "credential", made.id, made.uuid, after=after, person_id=person_id)
    return made, secret


def require_may_manage(work: Work, credential: Credential) -> None:
    """Only keys and clients are managed, by those who could have made them. Faults: FORBIDDEN, NOT_FOUND."""
    people_policy.require(work.principal, Permission.CREDENTIALS_WRITE)
    if credential.kind not in KEY_KINDS:
        raise Fault(FaultCode.NOT_FOUND, "There is no such key.")
    if credential.person_id is None:
        people_policy.require_may_grant(work.principal, client_roles(credential.roles))


_REVOKE = Rows(
    update(credentials)
    .where(credentials.c.id == bindparam("id"), credentials.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("at"))
)
_REVOKE_PERSONAL = Rows(
    update(credentials)
    .where(
        credentials.c.person_id == bindparam("person_id"),
        credentials.c.revoked_at.is_(None),
        among(credentials.c.kind, "kinds"),
    )
    .values(revoked_at=bindparam("at"))
)


def revoke(work: Work, credential: Credential) -> None:
    """End a key or client and every token got with it, now. Faults: FORBIDDEN; NOT_FOUND for another kind."""
    require_may_manage(work, credential)
    if work.run(_REVOKE, id=credential.id, at=work.at):
        work.record(
            "credential.revoked", "credential", credential.id, credential.uuid, before={"name": credential.name}
        )


def end(work: Work, credential_id: int) -> None:
    """End one's own session or token: signing out."""
    work.run(_REVOKE, id=credential_id, at=work.at)


def end_personal(work: Work, person_id: int, *kinds: str) -> int:
    """End a person's sessions, tokens, invitations or links, as after a change of password; how many there were."""
    return work.run(_REVOKE_PERSONAL, person_id=person_id, kinds=list(kinds), at=work.at)


_SELECT = select(*(credentials.c[name] for name in Credential.__struct_fields__)).where(
    credentials.c.organisation_id == bindparam("organisation_id")
)


def _is_one_of(*kinds: str) -> ColumnElement[bool]:
    """Spelt out: a list of bound values would have to be there when the statement is compiled."""
    return credentials.c.kind.in_([literal_column(f"'{kind}'") for kind in kinds])


_KEYS = Statement(
    _SELECT.where(_is_one_of(*KEY_KINDS), credentials.c.id < bindparam("before"))
    .order_by(credentials.c.id.desc())
    .limit(bindparam("limit")),
    Credential,
)


@shapes
def _one_by(key: str) -> Statement[Credential]:
    return Lookup(_SELECT.where(credentials.c[key] == bindparam("key")), Credential)


def get_credential(work: Work, key: int | str) -> Credential:
    """A credential of the organisation by id or uuid. Faults: NOT_FOUND."""
    column = "id" if isinstance(key, int) else "uuid"
    found = work.first(_one_by(column), key=key, organisation_id=work.principal.organisation_id)
    if found is None:
        raise Fault(FaultCode.NOT_FOUND, "There is no such credential.")
    return found


def get_key(work: Work, key: int | str) -> Credential:
    """A key or client by id or uuid. Faults: FORBIDDEN; NOT_FOUND, for tokens, sessions and invitations too."""
    people_policy.require(work.principal, Permission.CREDENTIALS_WRITE)
    found = get_credential(work, key)
    if found.kind not in KEY_KINDS:
        raise Fault(FaultCode.NOT_FOUND, "There is no such credential.")
    return found


def list_keys(work: Work, limit: int = 500, *, before: int | None = None) -> list[Credential]:
    """The organisation's keys and clients, newest first, before an id. Faults: FORBIDDEN."""
    people_policy.require(work.principal, Permission.CREDENTIALS_WRITE)
    organisation_id = work.principal.organisation_id
    return work.all(_KEYS, organisation_id=organisation_id, before=before or 2**62, limit=limit)


_TOUCH = Rows(
    update(credentials)
    .where(
        credentials.c.id == bindparam("id"),
        or_(credentials.c.last_used_at.is_(None), credentials.c.last_used_at < bindparam("at")),
    )
    .values(last_used_at=bindparam("at"))
)
_expired = (
    select(credentials.c.id)
    .where(
        credentials.c.expires_at < bindparam("before"),
        _is_one_of("access_token", "session", "invitation", "login_link", "script_key"),
    )
    .limit(bindparam("limit"))
)
_FORGET = Rows(delete(credentials).where(credentials.c.id.in_(_expired)))
FORGOTTEN_AT_ONCE = 1_000


def note_uses(work: Work, uses: dict[int, int]) -> None:
    """Write when credentials were last used, gathered over a while; other nodes may have noted later uses."""
    work.run_many(_TOUCH, [{"id": credential_id, "at": at} for credential_id, at in sorted(uses.items())])


def forget_expired(work: Work, before: int) -> int:
    """Delete some of what expired before an instant: tokens, sessions, invitations, links, run keys; how many, or 0."""
    return work.run(_FORGET, before=before, limit=FORGOTTEN_AT_ONCE)
