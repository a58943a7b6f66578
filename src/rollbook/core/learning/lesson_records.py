"""Rows and requests about the editions of lessons. Instants are microseconds."""

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.core.learning.lessons import Questionnaire, Step

READY, RENDERING, UNREADABLE = "ready", "rendering", "error"
"""States of a file."""


class ContentFile(msgspec.Struct, frozen=True):
    """A file of a version. ``key`` is where the file store has it; ``size`` is in bytes.

    ``state``: ready; of a film also rendering, while it is being read, and error, when it could not be.
    """

    id: int
    uuid: str
    name: str
    media_type: str
    key: str
    sha256: str
    size: int
    state: str
    duration_ms: int
    created_at: int
    position: int


class VersionChanges(msgspec.Struct, kw_only=True):
    """Changes to a draft; what is UNSET stays as it is. ``thumbnail`` is the uuid of an attached picture."""

    steps: list[Step] | UnsetType = UNSET
    pass_percent: float | None | UnsetType = UNSET
    questionnaire: Questionnaire | None | UnsetType = UNSET
    thumbnail: str | None | UnsetType = UNSET


class CustomField(msgspec.Struct, frozen=True):
    """What an organisation notes of each edition of its lessons. ``key`` is its name for programs."""

    id: int
    uuid: str
    key: str
    description: str
    kind: str
    created_at: int
    updated_at: int


class CustomValue(msgspec.Struct, frozen=True):
    """What is noted of one edition: the field, and its value as text."""

    id: int
    version_id: int
    field_id: int
    key: str
    description: str
    kind: str
    value: str
    created_at: int
    updated_at: int
