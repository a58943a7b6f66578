"""Data sources on the wire (Serenytics, "DataSource")."""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.core.kernel.warehouse import Kind
from rollbook.doors.serenytics.wire.answers import ListOut


class SourceIn(msgspec.Struct, rename="camel"):
    """POST /api/data_source."""

    name: str
    type: Literal["Storage", "InnerJoin"] = "Storage"
    json_content: dict[str, Any] | None = None
    folder_uuid: str | None = msgspec.field(default=None, name="folder_uuid")


class SourceChange(msgspec.Struct, rename="camel"):
    """PUT /api/data_source/{uuid}: what is left out stays as it is; what is not known is ignored."""

    name: str | UnsetType = UNSET
    json_content: dict[str, Any] | UnsetType = UNSET
    original_file_name: str | None | UnsetType = UNSET
    folder_uuid: str | None | UnsetType = msgspec.field(default=UNSET, name="folder_uuid")


class SourceOut(msgspec.Struct, rename="camel"):
    """A data source, the same in every answer."""

    uuid: str
    name: str
    type: str
    json_content: dict[str, Any]
    """Formulas, how files are read, and whatever else a client keeps there."""
    token: str | None
    """What rows are pushed with; null to those who may not change the source."""
    folder_uuid: str = msgspec.field(name="folder_uuid")
    original_file_name: str | None
    created: str
    modified: str


class SourceList(ListOut, kw_only=True):
    """Data sources."""

    objects: list[SourceOut]


class SignQuery(msgspec.Struct):
    """GET /api/data_source/sign_s3."""

    s3_object_type: str | None = None
    s3_object_name: str | None = None


class SignOut(msgspec.Struct, omit_defaults=True):
    """GET /api/data_source/sign_s3 and /api/sign_s3_file: an address to PUT the file to.

    ``error`` says that there is no object store, and that the file is posted here.
    """

    status: Literal["ok", "error"]
    errors: list[str] | None = None
    signed_request: str | None = None
    """Wants the header ``x-amz-acl: private``."""
    server_side_object_name: str | None = None
    """What the file is called by in later requests."""


class SignFileQuery(msgspec.Struct):
    """GET /api/sign_s3_file."""

    s3_object_type: str | None = None


class BucketReloadIn(msgspec.Struct, kw_only=True):
    """POST …/reload_from_s3. The format is told by the end of the key; without one of ours it is CSV."""

    s3_bucket: str
    s3_key: str
    s3_csv_separator: str | None = None
    s3_region: str | None = None
    s3_credentials: str | None = None
    """``aws_access_key_id=…;aws_secret_access_key=…``, and ``;token=…`` of a session; none for a public object."""
    force_types: dict[str, Kind] | None = None
    async_: bool | None = None
    is_async: bool | None = msgspec.field(default=None, name="async")


class Operation(msgspec.Struct, rename="camel"):
    """One operation of a batch. ``rows`` of a delete are values of the primary key."""

    action: Literal["insert", "insertOrUpdate", "delete"]
    rows: list[Any]
    primary_key: str | None = None


class BatchIn(msgspec.Struct, kw_only=True):
    """POST …/batch."""

    operations: list[Operation]
    async_: bool | None = None
    is_async: bool | None = msgspec.field(default=None, name="async")


class ReloadIn(msgspec.Struct, kw_only=True):
    """POST …/reload_from_file."""

    async_: bool | None = None
    is_async: bool | None = msgspec.field(default=None, name="async")


class UpdateIn(msgspec.Struct, kw_only=True):
    """POST …/update_from_file."""

    primary_key: str
    async_: bool | None = None
    is_async: bool | None = msgspec.field(default=None, name="async")


class ExportIn(msgspec.Struct):
    """POST …/export_source_data. Without a format it is CSV with commas.

    With ``send_email`` the address is sent to the caller as well.
    """

    export_format: Literal["auto", "csv", "csv.gz", "parquet"] | None = None
    csv_separator: str | None = None
    add_quotes: bool = False
    send_email: bool = False


class ExportOut(msgspec.Struct):
    """Where the file is, for a day, for whoever has the address."""

    status: Literal["ok"]
    csv_url: str
    output_file_format: str


class SharingIn(msgspec.Struct):
    """POST …/sharings: a user or a group to share with."""

    username_to_share_with: str | None = None
    usersgroup_to_share_with: str | None = None
    """The group's uuid."""
