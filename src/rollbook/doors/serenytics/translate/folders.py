"""Folders between the wire and the record: what lies in none lies in the home of its kind.

The document's example of a backup looks up the folder of every object, so each of them has to have one ("Examples").
"""

from typing import Any, TypeVar

from rollbook.core.analytics.records import FolderKind
from rollbook.doors.serenytics.wire.users import FolderOut

T = TypeVar("T")

KINDS: dict[str, FolderKind] = {"datasource": "data_source", "webapp": "dashboard", "script": "script"}
TYPES: dict[str, Any] = {kind: name for name, kind in KINDS.items()}
HOMES: dict[FolderKind, str] = {
    "data_source": "3f0d2f6e-6d1c-5b0a-9c53-0a3c8b7f1d01",
    "dashboard": "3f0d2f6e-6d1c-5b0a-9c53-0a3c8b7f1d02",
    "script": "3f0d2f6e-6d1c-5b0a-9c53-0a3c8b7f1d03",
}
"""The same in every organisation; no row is behind them."""
HOME = "home"


def homes() -> list[FolderOut]:
    """The homes, as the list of folders shows them."""
    return [FolderOut(uuid, HOME, TYPES[kind]) for kind, uuid in HOMES.items()]


def from_core_folder(uuid: str | None, kind: FolderKind) -> str:
    """The folder that a thing shows."""
    return uuid or HOMES[kind]


def to_core_folder(given: T) -> T | None:
    """The folder that is meant; None for a home."""
    return None if given in HOMES.values() else given
