"""Pages about analytics: the functions of formulas, and the built-in data sources with their columns."""

from rollbook.core.analytics.formulas.catalogue import PARTS_OF_ARGUMENTS
from rollbook.core.analytics.formulas.compiling import FUNCTIONS
from rollbook.core.analytics.recorded.listing import RECORD_SOURCES
from rollbook.core.kernel.warehouse import Column
from rollbook.reference.markdown import code, page, table

_LEVELS = {None: "a row", "aggregate": "a group", "window": "a row among others"}


def formulas_page() -> str:
    """Every function of formulas."""
    rows = [
        (code(function.signature), _LEVELS[function.level], function.meaning)
        for _, function in sorted(FUNCTIONS.items())
    ]
    arguments = ", ".join(f"`{word}` is {meaning}" for word, meaning in PARTS_OF_ARGUMENTS.items())
    return page(
        "Functions of formulas",
        "In a formula columns and other formulas stand in `[brackets]`, text in double quotes. "
        f"Of the arguments {arguments}; one with `?` may be left out, and of one with `*` there may be any number. "
        "A value of a group is a total over its rows; a value of a row among others is taken over all rows of the "
        "source, before any filter.",
        table(("function", "is a value of", "what it gives"), rows),
    )


def sources_page() -> str:
    """Every built-in data source."""
    parts = []
    for source in sorted(RECORD_SOURCES.values(), key=lambda one: one.name):
        whose = f"a row is about {source.about.value}"
        kinds = [(code(shown.name), _kind(shown.column)) for shown in source.shown]
        parts += [f"## {source.name}", f"Needs `{source.needs.value}`; {whose}.", table(("column", "type"), kinds)]
    return page(
        "Built-in data sources",
        "The record as data sources of type `Rollbook` that every organisation has: current when they are asked, and "
        "read-only. A caller sees the rows about the people, participants, live sessions and devices that they see.",
        *parts,
    )


def _kind(column: Column) -> str:
    return "day" if column.is_date else column.kind
