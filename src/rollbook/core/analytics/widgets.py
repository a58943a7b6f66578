"""What a dashboard shows: the tabs and widgets in its content, and the questions that widgets ask.

A dashboard's content may hold anything; what is none of our widgets is kept, and shown as nothing. A widget is
``{"type", "options": {"title", "text", "size", "data": {...}}}``; ``data`` is described by :class:`Asked`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from rollbook.core.analytics.pipeline.requests import Compared, Order, Pick, Question, Step

MOST_TABS = 30
MOST_WIDGETS = 60
MOST_ROWS = 1_000
"""How many rows a widget asks for at most."""
MOST_CHOICES = 500

Kind = Literal["number", "table", "bar", "line", "area", "pie", "heat", "text", "filter"]


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
    """A comparison that every row passes; ``op`` as in questions."""

    name: str
    op: str = "=="
    value: Any = None


class Asked(msgspec.Struct, frozen=True, rename="camel"):
    """What a widget asks of a source.

    A filter names one of its ``groups``. ``order`` is ``groups`` (as they come) or ``values`` (the greatest first).
    """

    source_uuid: str
    groups: tuple[Field, ...] = ()
    values: tuple[Field, ...] = ()
    where: tuple[Condition, ...] = ()
    order: Literal["groups", "values"] = "groups"
    limit: int = MOST_ROWS


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
    return Tab(name if isinstance(name, str) and name else f"Page {number}", tuple(widgets))


def _widget(given: Any, at: int) -> Widget | None:
    try:
        found = msgspec.convert(given, _Written)
    except msgspec.ValidationError:
        return None
    options = found.options
    if found.type != "text" and options.data is None:
        return None
    return Widget(at, found.type, options.title, options.text, options.size, options.data)


def filters_on(tab: Tab, asked: Asked, chosen: Mapping[int, str]) -> list[Condition]:
    """What the reader's choices mean for a widget: those of the filters of its tab that go by the same source."""
    return [
        Condition(one.asked.groups[0].name, "==", chosen[one.number])
        for one in tab.widgets
        if one.kind == "filter" and one.asked and one.asked.groups and one.number in chosen
        and one.asked.source_uuid == asked.source_uuid
    ]  # fmt: skip


def question_of(asked: Asked, more: Sequence[Condition], variables: Mapping[str, Any]) -> Question:
    """The question that a widget asks, under some more conditions."""
    fields = (*asked.groups, *asked.values)
    ordered: tuple[Order, ...] = ()
    if asked.order == "values" and asked.values:
        ordered = (Order(asked.values[0].pick, is_falling=True),)
    elif asked.values:
        ordered = tuple(Order(field.pick) for field in asked.groups)
    step = Step(
        picks=tuple(field.pick for field in fields),
        groups=tuple(field.pick for field in asked.groups) if asked.values else (),
        where=tuple(Compared(Pick(one.name), one.op, one.value) for one in (*asked.where, *more)),
        orders=ordered,
        limit=max(1, min(asked.limit, MOST_ROWS)),
    )
    return Question(steps=(step,), variables=variables)


def choices_of(asked: Asked) -> Question:
    """The values that a filter offers, each once."""
    pick = asked.groups[0].pick
    tests = tuple(Compared(Pick(one.name), one.op, one.value) for one in asked.where)
    step = Step(picks=(pick,), groups=(pick,), where=tests, orders=(Order(pick),), limit=MOST_CHOICES)
    return Question(steps=(step,))
