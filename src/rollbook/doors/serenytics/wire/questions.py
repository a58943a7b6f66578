"""Questions about data, and answers to them (Serenytics, "Formatted Data")."""

from typing import Any, Literal

import msgspec


class PickIn(msgspec.Struct, rename="camel"):
    """Something to select, group, filter or order by."""

    name: str
    measure_uuid: str | None = None
    """The formula that is meant; ``name`` is then only what it is called in the answer."""
    agg_function: str | None = msgspec.field(default=None, name="agg_function")
    """``sum``, ``avg``, ``min``, ``max``, ``count``, ``dcount`` or ``median``."""
    date_group: str | None = msgspec.field(default=None, name="date_group")
    """What a date is cut to: ``year``, ``quarter``, ``month``, ``week``, ``day`` or ``hour``."""


class OrderIn(PickIn, rename="camel"):
    """Something to order by."""

    order: Literal["asc", "desc"] = "asc"


class StepIn(msgspec.Struct):
    """One step of a pipeline, over the rows of the one before."""

    select: list[str | PickIn] | None = None
    group_by: list[str | PickIn] | None = None
    where: list[Any] | None = None
    """Tests that must all hold: ``{"name", "op", "value"}``, ``{"and": […]}``, ``{"or": […]}`` or ``{"not": test}``."""
    having: list[Any] | None = None
    """Tests of groups, written as in ``where``."""
    order_by: list[str | OrderIn] | None = None
    limit: int | None = None
    offset: int | None = None


class QuestionIn(msgspec.Struct):
    """POST /api/formatted_data/{uuid}."""

    only_headers: bool | Literal["true", "false"] = False
    order: Literal["row_by_row", "column_by_column", "col_by_col"] = "row_by_row"
    data_processing_pipeline: list[StepIn] | None = None
    dashboard_variables: dict[str, Any] | None = None
    """Values for ``{{name}}`` in formulas."""
    format: str | None = None


class ColumnOut(msgspec.Struct, omit_defaults=True):
    """A column of an answer."""

    name: str
    type: Literal["int", "float", "str", "datetime", "bool"]
    datetime_format: str | None = None


class HeadersOut(msgspec.Struct):
    """The columns of a source."""

    columns_titles: list[ColumnOut]
    status: Literal["ok"] = "ok"


class AnswerOut(msgspec.Struct):
    """Rows (or columns of values), at most 20,000; ``total_rows`` is how many there would be without that limit."""

    columns_titles: list[ColumnOut]
    data: list[Any]
    truncated: bool
    total_rows: int
    status: Literal["ok"] = "ok"
