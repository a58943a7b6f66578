"""Dashboards on the wire (Serenytics, "WebApp")."""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from rollbook.doors.serenytics.wire.answers import ListOut
from rollbook.doors.serenytics.wire.keys import DataSourceRef


class WebAppIn(msgspec.Struct, rename="camel"):
    """POST /api/web_app."""

    name: str
    json_content: dict[str, Any] | None = None
    folder_uuid: str | None = msgspec.field(default=None, name="folder_uuid")
    dashboard_variables: dict[str, Any] | None = msgspec.field(default=None, name="dashboard_variables")


class WebAppChange(msgspec.Struct, rename="camel"):
    """PUT /api/web_app/{uuid}: what is left out stays as it is; what is not known is ignored."""

    name: str | UnsetType = UNSET
    json_content: dict[str, Any] | UnsetType = UNSET
    folder_uuid: str | None | UnsetType = msgspec.field(default=UNSET, name="folder_uuid")
    dashboard_variables: dict[str, Any] | UnsetType = msgspec.field(default=UNSET, name="dashboard_variables")


class WebAppOut(msgspec.Struct, rename="camel"):
    """A dashboard, the same in every answer. ``jsonContent`` comes back as it was written."""

    uuid: str
    name: str
    json_content: dict[str, Any]
    folder_uuid: str = msgspec.field(name="folder_uuid")
    dashboard_variables: dict[str, Any] = msgspec.field(name="dashboard_variables")
    created: str
    modified: str


class WebAppList(ListOut, kw_only=True):
    """Dashboards."""

    objects: list[WebAppOut]


class VariablesIn(msgspec.Struct):
    """POST …/dashboard_variables: these are set, the others stay."""

    dashboard_variables: dict[str, Any]


class WebAppQuery(msgspec.Struct, rename="camel"):
    """GET /api/web_app/{uuid}: with ``embeddedPayload`` it opens an embedded dashboard."""

    embedded_payload: str | None = None


class EmbedIn(msgspec.Struct):
    """POST …/embed. ``expire_in`` is in seconds; without ``nb_max_embed`` the opens are not counted."""

    expire_in: int
    payload: dict[str, Any] | None = None
    nb_max_embed: int | None = None


class EmbedOut(msgspec.Struct, rename="camel"):
    """The address to put into a frame, and the secret in it."""

    embedded_payload: str
    embedded_url: str
    status: Literal["ok"]


class QueryStringIn(msgspec.Struct, rename="camel"):
    """Values for a dashboard's variables: a JSON object in base64."""

    embedded_payload: str | None = None


class ChoiceIn(msgspec.Struct):
    """What a filter is set to: the number of the widget, and lists of values under whatever name."""

    id: int
    values: dict[str, list[str | int | float | bool]] = {}


class TabIn(msgspec.Struct, rename="camel"):
    """A tab that is wanted: its id, or its number from 1."""

    tab_index: str | int
    dynfilters: list[ChoiceIn] = []


class PdfIn(msgspec.Struct):
    """POST …/generate_pdf. Without ``store_pdf`` nothing is kept: it makes the answers come quickly afterwards."""

    store_pdf: bool = False
    webapp_query_string: QueryStringIn | None = None
    tabs_options: list[TabIn] | None = None


class PdfOut(msgspec.Struct):
    """What was made: ``pdf_url`` is where it can be had for a day, null when it was not kept."""

    status: Literal["ok"]
    size: int
    pdf_url: str | None


class UsedSources(msgspec.Struct):
    """The data sources that a dashboard's widgets name and the caller sees."""

    status: Literal["ok"]
    objects: list[DataSourceRef]
