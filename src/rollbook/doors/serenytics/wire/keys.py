"""The data API and its keys on the wire (Serenytics, "REST API to extract data from datasources")."""

from typing import Literal

import msgspec

from rollbook.doors.serenytics.wire.answers import ListOut
from rollbook.doors.serenytics.wire.questions import StepIn


class DataKeyIn(msgspec.Struct):
    """POST /api/data_api_key: a key to these data sources."""

    name: str
    data_sources: list[str]


class DataKeyOut(msgspec.Struct, omit_defaults=True):
    """A key; ``key`` is shown when it is made, and never again."""

    uuid: str
    name: str
    hint: str
    data_sources: list[str]
    key: str | None = None


class DataKeyList(ListOut, kw_only=True):
    """Keys of the data API."""

    objects: list[DataKeyOut]


class DataSourceRef(msgspec.Struct):
    """A data source that a key opens."""

    uuid: str
    name: str


class DataSourceRefs(ListOut, kw_only=True):
    """The data sources that a key opens."""

    objects: list[DataSourceRef]


class DataQueryIn(msgspec.Struct):
    """POST /data-api/query-data/{uuid}. Without a query it is all columns of the rows."""

    format: Literal["json", "csv"] = "json"
    query: StepIn | None = None
