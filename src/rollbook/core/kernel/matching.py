"""Finding short texts by a part of them, in any case, in every alphabet, on either store.

It reads every row that the query's other conditions leave, so it is for what an organisation has hundreds of: titles,
groups, categories. People are found by their trigram index.
"""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

LOWERED = "lowered"
"""The function that SQLite's connections are given; its own ``lower`` knows ASCII alone."""
_ESCAPE = "\\"


class _Lowered(ColumnElement[str]):
    inherit_cache = False
    type = String()

    def __init__(self, text: ColumnElement[Any]) -> None:
        self.text = text


@compiles(_Lowered, "sqlite")
def _lowered_sqlite(element: _Lowered, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{LOWERED}({compiler.process(element.text, **kw)})"


@compiles(_Lowered, "postgresql")
def _lowered_postgresql(element: _Lowered, compiler: SQLCompiler, **kw: Any) -> str:
    # Whatever the database's own locale, which may know ASCII alone, too.
    return f'lower({compiler.process(element.text, **kw)} COLLATE "und-x-icu")'


def lowered(text: ColumnElement[Any]) -> ColumnElement[str]:
    """A text in lower case, in every alphabet."""
    return _Lowered(text)


def holds(text: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether a text has the bound pattern, one of :func:`part_of`'s, somewhere in it."""
    found: ColumnElement[bool] = _Lowered(text).like(bindparam(name), escape=_ESCAPE)
    assert isinstance(found.type, Boolean)
    return found


def part_of(sought: str) -> str:
    """The pattern of texts that hold these words, for :func:`holds`."""
    return pattern_of(sought.strip().lower())


def pattern_of(words: str) -> str:
    """The LIKE pattern of texts that hold these characters as they stand."""
    for special in (_ESCAPE, "%", "_"):
        words = words.replace(special, _ESCAPE + special)
    return f"%{words}%"
