"""API keys and OAuth clients: made with roles, door and end; shown once; rotated with an overlap; revoked."""

from typing import Any

import msgspec

from rollbook.console import words
from rollbook.console.listing import crumbs
from rollbook.console.rendering import iso
from rollbook.console.visits import Visit
from rollbook.core.access import credentials, rotation
from rollbook.core.access.credentials import Credential
from rollbook.core.access.policy import CLIENT_ROLES
from rollbook.core.kernel.clock import DAY, SECOND
from rollbook.core.kernel.faults import Fault, FaultCode, field_fault
from rollbook.core.kernel.principal import Role
from rollbook.web.routes import Reply

LIVES = (("", "Never"), ("30", "After 30 days"), ("90", "After 90 days"), ("365", "After a year"))
OVERLAPS = (
    ("0", "None: the old one ends now"),
    ("3600", "One hour"),
    ("86400", "One day"),
    ("604800", "One week"),
)
KEY_DOORS = ("native", "smartarena", "senar", "velpic", "serenytics", "opentera")
EXPIRES_SOON = 14 * DAY


def index(visit: Visit) -> Reply:
    """Every key, the live ones first."""
    listed = [row(visit, key) for key in credentials.list_keys(visit.work)]
    live = [one for one in listed if one["state"] in ("active", "expiring")]
    return visit.render(
        "rooms/keys/index.html",
        title="Keys",
        room="keys",
        breadcrumbs=crumbs("Keys"),
        live=live,
        ended=[one for one in listed if one not in live],
    )


def row(visit: Visit, key: Credential) -> dict[str, Any]:
    """A key in the list."""
    return {
        "id": key.id,
        "name": {"label": key.name, "href": f"/console/keys/{key.id}"},
        "kind": words.KEY_KINDS[key.kind],
        "door": words.door(key.door),
        "hint": f"…{key.hint}",
        "roles": _roles(key),
        "state": state(key, visit.work.at),
        "used": iso(key.last_used_at),
        "expires": iso(key.expires_at),
        "created": iso(key.created_at),
    }


def state(key: Credential, now: int) -> str:
    """Whether a key opens anything, in the words of the status component."""
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at is None:
        return "active"
    if key.expires_at <= now:
        return "expired"
    return "expiring" if key.expires_at - now < EXPIRES_SOON else "active"


def _roles(key: Credential) -> list[str]:
    held = msgspec.json.decode(key.roles) if key.roles else [role.value for role in CLIENT_ROLES]
    return words.roles(",".join(held))


def show(visit: Visit) -> Reply:
    """One key, and what can be done with it."""
    key = _key(visit)
    return visit.render(
        "rooms/keys/show.html",
        title=key.name,
        room="keys",
        breadcrumbs=crumbs(("Keys", "/console/keys"), key.name),
        key=key,
        row=row(visit, key),
        overlaps=OVERLAPS,
    )


def _key(visit: Visit) -> Credential:
    key = credentials.get_credential(visit.work, int(visit.call.path["id"]))
    if key.kind not in credentials.KEY_KINDS:
        raise Fault(FaultCode.NOT_FOUND, "There is no such key.")
    return key


def new(visit: Visit) -> Reply:
    """The form."""
    typed: dict[str, Any] = {name: visit.text(name) for name in visit.form} if visit.errors else {}
    return visit.render(
        "rooms/keys/form.html",
        title="Make a key",
        room="keys",
        breadcrumbs=crumbs(("Keys", "/console/keys"), "Make a key"),
        values={"kind": "api_key", "lives": "365", "role": "administrator"} | typed,
        kinds=[
            (
                "api_key",
                "API key",
                "One secret, sent with every request, as Velpic's access key. For scripts and connectors.",
            ),
            ("oauth_client", "OAuth client", "An id and a secret that are changed for short-lived tokens."),
        ],
        doors=[(name, words.door(name)) for name in KEY_DOORS],
        roles=[(role.value, name) for role, name in words.ROLES.items()],
        lives=LIVES,
    )


def create(visit: Visit) -> Reply:
    """Make the key and show its secret, this once. Faults: those of making one."""
    door, role = visit.text("door"), visit.text("role") or ""
    if door is not None and door not in KEY_DOORS:
        raise field_fault(FaultCode.INVALID, "door", "There is no such door.")
    if role not in {one.value for one in Role}:
        raise field_fault(FaultCode.INVALID, "role", "Choose what the key may do.")
    days = visit.number("lives")
    if days is not None and not 1 <= days <= 3650:
        raise field_fault(FaultCode.INVALID, "lives", "A key lives between a day and ten years, or for ever.")
    key, secret = credentials.create_key(
        visit.work,
        visit.text("kind") or "",
        visit.text("name") or "",
        door=door,
        roles=frozenset({Role(role)}),
        lives_s=days * 24 * 3600 if days is not None else None,
    )
    return _made(visit, key, secret, "is made")


def rotate(visit: Visit) -> Reply:
    """Make its successor and show the secret. Faults: CONFLICT."""
    overlap_s = visit.number("overlap") or 0
    if not 0 <= overlap_s <= 30 * DAY // SECOND:
        raise field_fault(FaultCode.INVALID, "overlap", "Both can live side by side for thirty days at most.")
    key, secret = rotation.rotate(visit.work, _key(visit), overlap_s=overlap_s)
    return _made(visit, key, secret, "has a successor")


def _made(visit: Visit, key: Credential, secret: str, what: str) -> Reply:
    return visit.render(
        "rooms/keys/made.html",
        title=f"{key.name} {what}",
        room="keys",
        breadcrumbs=crumbs(("Keys", "/console/keys"), key.name),
        key=key,
        secret_value=secret,
        kind=words.KEY_KINDS[key.kind],
        base_url=visit.services.base_url(),
    )


def revoke(visit: Visit) -> Reply:
    """End the key now."""
    key = _key(visit)
    credentials.revoke(visit.work, key)
    return visit.redirect("/console/keys", f"{key.name} is revoked; nothing opens with it any more.")
