"""What a dashboard shows: the tabs and widgets in its content, and the questions that widgets ask.

A dashboard's content may hold anything; what is none of our widgets is kept, and shown as nothing. A widget is
``{"type", "options": {"title", "text", "size", "data": {...}}}``; ``data`` is described by :class:`Asked`. Beside
``tabs``, ``globalStaticFilters`` is a list of :class:`Static`: what every question to a source must pass.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from rollbook.core.analytics.pipeline.requests import Compared, Order, Pick, Question, Step, query_fault
from rollbook.core.analytics.viewing.variables import in_filter

MOST_TABS = 30
MOST_WIDGETS = 60
MOST_ROWS = 1_000
"""How many rows a widget asks for at most."""
MOST_CHOICES = 500
DRILLED_ROWS = 100
"""How many of the rows behind a value are on a page."""

Kind = Literal["number", "table", "pivot", "bar", "line", "area", "pie", "heat", "text", "filter"]


class Field(msgspec.Struct, frozen=True):
    """A column of a source or, with ``measure``, a formula's uuid.

    ``total`` is how rows become one value, ``grain`` what dates are cut to, ``label`` what it is called.
    """

    name: str
    measure: str | None = None
    total: str | None = None
    grain: str | None = None
    label: str | None = None

    @property
    def pick(self) -> Pick:
        """What is asked for."""
        return Pick(self.name, self.measure, self.total, self.grain)

    @property
    def shown(self) -> str:
        """What it is called."""
        return self.label or self.name


class Condition(msgspec.Struct, frozen=True):
    """A comparison that every row passes; ``op`` as in questions. ``value`` may name variables."""

    name: str
    op: str = "=="
    value: Any = None

    def test(self, variables: Mapping[str, Any]) -> Compared:
        """The comparison with the variables' values. Faults: INVALID when one has none."""
        value = in_filter(self.value, variables)
        op = {"==": "in", "!=": "not in"}.get(self.op, self.op) if isinstance(value, list) else self.op
        return Compared(Pick(self.name), op, value)


class Static(msgspec.Struct, frozen=True, rename="camel"):
    """A global filter: a comparison that every question to a source must pass, whichever widget asks it."""

    source_uuid: str
    name: str
    op: str = "=="
    value: Any = None


class Asked(msgspec.Struct, frozen=True, rename="camel"):
    """What a widget asks of a source.

    A filter names one of its ``groups``. ``order`` is ``groups`` (as they come) or ``values`` (the greatest first).
    ``detail`` are the columns shown of the rows behind a value: without any, all to those who are signed in, and no
    rows in an embedded dashboard. The last group of a pivot goes across.
    """

    source_uuid: str
    groups: tuple[Field, ...] = ()
    values: tuple[Field, ...] = ()
    where: tuple[Condition, ...] = ()
    order: Literal["groups", "values"] = "groups"
    limit: int = MOST_ROWS
    detail: tuple[Field, ...] = ()


class _Options(msgspec.Struct, frozen=True):
    title: str = ""
    text: str = ""
    size: Literal["small", "medium", "wide"] = "medium"
    data: Asked | None = None


class Widget(msgspec.Struct, frozen=True):
    """One widget. ``number`` tells it from the other widgets of its tab."""

    number: int
    kind: Kind
    title: str
    text: str
    size: str
    asked: Asked | None


class Tab(msgspec.Struct, frozen=True):
    """A page of a dashboard."""

    name: str
    widgets: tuple[Widget, ...]
    id: str | None = None
    """What a client calls it."""


class _Written(msgspec.Struct, frozen=True):
    type: Kind
    options: _Options = _Options()


def tabs_in(content: Mapping[str, Any]) -> list[Tab]:
    """The tabs of a dashboard's content with the widgets that we know, in order."""
    given = content.get("tabs")
    tabs = [tab for tab in given if isinstance(tab, dict)] if isinstance(given, list) else []
    return [_tab(tab, number) for number, tab in enumerate(tabs[:MOST_TABS], start=1)]


def _tab(given: dict[str, Any], number: int) -> Tab:
    name, listed = given.get("name"), given.get("widgets")
    written = listed[:MOST_WIDGETS] if isinstance(listed, list) else []
    widgets = [widget for at, one in enumerate(written) if (widget := _widget(one, at)) is not None]
    tab_id = given.get("id")
    named = name if isinstance(name, str) and name else f"Page {number}"
    return Tab(named, tuple(widgets), tab_id if isinstance(tab_id, str) else None)


def _widget(given: Any, at: int) -> Widget | None:
    try:
        found = msgspec.convert(given, _Written)
    except msgspec.ValidationError:
        return None
    options = found.options
    if found.type != "text" and options.data is None:
        return None
    return Widget(at, found.type, options.title, options.text, options.size, options.data)


def statics_in(content: Mapping[str, Any]) -> list[Static]:
    """The global filters. Faults: INVALID when they cannot be read, for what they hide must not be shown."""
    given = content.get("globalStaticFilters")
    try:
        return msgspec.convert(given, list[Static]) if given else []
    except msgspec.ValidationError:
        raise query_fault("The global filters of this dashboard cannot be read, so that nothing is shown.") from None


def tests_on(
    tab: Tab,
    asked: Asked,
    chosen: Mapping[int, str | list[str]],
    statics: Sequence[Static],
    variables: Mapping[str, Any],
) -> tuple[Compared, ...]:
    """What rows pass that a widget counts: its own conditions, global filters, and the reader's choices.

    A choice is a value, and names no variable. Faults: INVALID when a variable has no value.
    """
    fixed = [Condition(one.name, one.op, one.value) for one in statics if one.source_uuid == asked.source_uuid]
    choices = [
        _choice(one.asked.groups[0].name, chosen[one.number])
        for one in tab.widgets
        if one.kind == "filter" and one.asked and one.asked.groups and one.number in chosen
        and one.asked.source_uuid == asked.source_uuid
    ]  # fmt: skip
    return (*(condition.test(variables) for condition in (*asked.where, *fixed)), *choices)


def _choice(name: str, value: str | list[str]) -> Compared:
    return Compared(Pick(name), "in" if isinstance(value, list) else "==", value)


def question_of(asked: Asked, where: tuple[Compared, ...], variables: Mapping[str, Any]) -> Question:
    """The question that a widget asks of the rows that pass some tests."""
    fields = (*asked.groups, *asked.values)
    ordered: tuple[Order, ...] = ()
    if asked.order == "values" and asked.values:
        ordered = (Order(asked.values[0].pick, is_falling=True),)
    elif asked.values:
        ordered = tuple(Order(field.pick) for field in asked.groups)
    step = Step(
        picks=tuple(field.pick for field in fields),
        groups=tuple(field.pick for field in asked.groups) if asked.values else (),
        where=where,
        orders=ordered,
        limit=max(1, min(asked.limit, MOST_ROWS)),
    )
    return Question(steps=(step,), variables=variables)


def choices_of(asked: Asked, where: tuple[Compared, ...], variables: Mapping[str, Any]) -> Question:
    """The values that a filter offers, each once."""
    pick = asked.groups[0].pick
    step = Step(picks=(pick,), groups=(pick,), where=where, orders=(Order(pick),), limit=MOST_CHOICES)
    return Question(steps=(step,), variables=variables)


def rows_behind(
    asked: Asked, where: tuple[Compared, ...], place: Sequence[Any], variables: Mapping[str, Any], offset: int
) -> Question:
    """The rows that one value was made of, a page of them. ``place`` holds values of the first groups."""
    here = tuple(Compared(field.pick, "==", value) for field, value in zip(asked.groups, place, strict=False))
    picks = tuple(field.pick for field in asked.detail)
    return Question(
        steps=(Step(picks=picks, where=where + here, limit=DRILLED_ROWS, offset=offset),), variables=variables
    )
