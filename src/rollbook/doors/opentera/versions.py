"""Versions of this API and of its client programs (OpenTera, "user", versions)."""

from typing import Any

import msgspec

from rollbook.core.kernel.work import Work
from rollbook.core.sessions import client_versions
from rollbook.doors.opentera.bodies import Document
from rollbook.doors.opentera.errors import bad
from rollbook.web.routes import Headers

MAJOR, MINOR, PATCH = 1, 3, 0
FIELDS = (
    "client_name",
    "client_description",
    "client_version",
    "client_documentation_url",
    "client_windows_download_url",
    "client_mac_download_url",
    "client_linux_download_url",
)
MISMATCH = "Client major version mismatch"
"""What the vendor's server says of every other version."""
BUILT_IN: Document = dict.fromkeys(FIELDS) | {
    "client_name": "OpenTeraPlus",
    "client_description": "OpenTeraPlus Qt Client",
    "client_version": "1.0.0",
    "client_documentation_url": "https://github.com/introlab/openteraplus",
}


def clients(work: Work) -> Document:
    """The newest versions of the clients, by name."""
    stored = client_versions.stored(work)
    return {"OpenTeraPlus": BUILT_IN} | (msgspec.json.decode(stored) if stored else {})


def shown(work: Work) -> Document:
    """The server's own version with its clients'."""
    return {
        "version_string": f"OpenTera_v{MAJOR}.{MINOR}.{PATCH}",
        "version_major": MAJOR,
        "version_minor": MINOR,
        "version_patch": PATCH,
        "clients": clients(work),
    }


def save(work: Work, given: Document) -> Document:
    """Set the newest version of a client, and show all. Faults: FORBIDDEN, INVALID."""
    name = given.get("client_name")
    if not isinstance(name, str) or not name or not isinstance(given.get("client_version"), str):
        raise bad("Missing client_name or client_version")
    if unknown := given.keys() - set(FIELDS):
        raise bad(f"Unknown fields: {', '.join(sorted(unknown))}")
    every: dict[str, Any] = clients(work) | {name: dict.fromkeys(FIELDS) | given}
    client_versions.store(work, msgspec.json.encode(every).decode())
    return shown(work)


def told(work: Work, headers: Headers) -> tuple[Document, bool]:
    """What a client that names itself is told of its version, and whether it is too old to be let in."""
    name, version = headers.get("x-client-name"), headers.get("x-client-version")
    latest = clients(work).get(name) if name is not None and version is not None else None
    if latest is None or version is None:
        return {}, False
    out: Document = {"version_latest": latest}
    parts, newest = version.split("."), str(latest["client_version"]).split(".")
    if parts == newest:
        return out, False
    if parts[0] == newest[0]:
        return out | {"version_error": MISMATCH}, False
    refusal = {
        "current_version": parts,
        "version_error": MISMATCH,
        "message": "Client major version too old, not accepting login",
    }
    return out | refusal, True
