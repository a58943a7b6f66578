"""Contents, their versions and files on the wire of the native API. Times are RFC 3339 in UTC."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.core.learning.lessons import Questionnaire, Step

Status = Literal["active", "inactive", "never", "rendering", "error"]


class ContentsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """GET /v1/contents."""

    external_id: str | None = None
    public: bool | None = None
    published: bool | None = None
    archived: bool | None = False
    """Left out: only those that are not archived; null: all."""
    kind: Literal["lesson", "outline", "any"] = "lesson"
    """An ``outline`` stands for a course without material of its own."""
    q: str | None = None
    """A part of the title, in any case."""
    status: list[Status] | None = None
    limit: int = 50
    cursor: str | None = None
    total: bool = False


class ContentIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/contents."""

    title: str
    external_id: str | None = None
    description: str | None = None
    short_description: str | None = None
    public: bool = False
    duration_min: int = 0
    requirements: str | None = None
    goals: str | None = None
    target_audience: str | None = None
    issues_certificate: bool = False
    certificate_months: int | None = None
    """How long its certificates hold; null: for good."""


class ContentChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """PATCH /v1/contents/{id}. What is left out stays; null clears."""

    title: str | UnsetType = UNSET
    external_id: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    short_description: str | UnsetType | None = UNSET
    public: bool | UnsetType = UNSET
    duration_min: int | UnsetType = UNSET
    requirements: str | UnsetType | None = UNSET
    goals: str | UnsetType | None = UNSET
    target_audience: str | UnsetType | None = UNSET
    issues_certificate: bool | UnsetType = UNSET
    certificate_months: int | UnsetType | None = UNSET
    archived: bool | UnsetType = UNSET


class ContentOut(msgspec.Struct):
    """A content. ``number`` is the id that vendors' APIs show; ``version`` the published version's number.

    ``status``: active (a version is published), inactive (one was, or it is archived), never; of those never published,
    rendering while a film of the newest version is being read, and error when it cannot be.
    """

    id: str
    number: int
    external_id: str | None
    title: str
    description: str | None
    short_description: str | None
    kind: str
    public: bool
    duration_min: int
    requirements: str | None
    goals: str | None
    target_audience: str | None
    issues_certificate: bool
    certificate_months: int | None
    status: Status
    version: int | None
    step_count: int
    pass_percent: float | None
    published_at: str | None
    archived_at: str | None
    created_at: str
    updated_at: str


class ContentPage(msgspec.Struct):
    """A page of contents. ``next`` is the cursor to go on from, null at the end; ``total`` only when asked for."""

    contents: list[ContentOut]
    next: str | None
    total: int | None = None


class VersionIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """POST /v1/contents/{id}/versions."""

    steps: list[Step]
    pass_percent: float | None = None
    """The score that the final assessment asks for; null: there is nothing to pass."""
    questionnaire: Questionnaire | None = None


class VersionChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """PATCH /v1/contents/{id}/versions/{number}. What is left out stays."""

    steps: list[Step] | UnsetType = UNSET
    pass_percent: float | UnsetType | None = UNSET
    questionnaire: Questionnaire | UnsetType | None = UNSET
    thumbnail: str | UnsetType | None = UNSET
    """The id of an attached picture."""


class CustomValuesIn(msgspec.Struct, forbid_unknown_fields=True):
    """PUT …/custom-values. Values by the fields' keys; null clears, what is not named stays."""

    values: dict[str, str | None]


class CustomValueOut(msgspec.Struct):
    """What is noted of a version in one of the organisation's own fields."""

    key: str
    description: str
    kind: str
    value: str


class FileOut(msgspec.Struct):
    """A file of a version. ``size`` is in bytes, ``media_type`` told from the bytes.

    ``state`` of a film: rendering while it is being read, error when it cannot be; of everything else ready.
    """

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    state: Literal["ready", "rendering", "error"]
    duration_ms: int
    created_at: str


class VersionOut(msgspec.Struct):
    """A version without its steps, as lists show it."""

    id: str
    number: int
    state: str
    evolution: Literal["module", "video"]
    """``video``: the lesson is one film."""
    step_count: int
    question_count: int
    duration_ms: int
    """How long it plays, 0 while nobody has said."""
    pass_percent: float | None
    thumbnail: str | None
    created_at: str
    published_at: str | None


class VersionWhole(VersionOut):
    """A version with its steps, questions, files and what is noted of it."""

    steps: list[Step]
    questionnaire: Questionnaire
    files: list[FileOut]
    custom_values: list[CustomValueOut]


class VersionList(msgspec.Struct):
    """Every version of a content, newest first."""

    versions: list[VersionOut]


class UploadQuery(msgspec.Struct, forbid_unknown_fields=True):
    """POST …/files. ``name`` is the file's, where the body is the file itself and not a form."""

    name: str | None = None
