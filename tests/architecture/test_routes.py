"""The route tables of all doors, taken together."""

import inspect
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from rollbook.app import DOORS
from rollbook.web.docstrings import summary_of
from rollbook.web.routes import Door, Row

ENDPOINT_LINES = 20
PAGE_LINES = 40
"""A page's endpoint also names all that its template shows."""
doors = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
apis = pytest.mark.parametrize("door", [door for door in DOORS if door.is_api], ids=lambda door: door.name)


def parts_of(path: str) -> list[str]:
    """A path's parts; one for the root."""
    return path.strip("/").split("/")


def is_parameter(part: str) -> bool:
    """Whether a part of a pattern stands for any value."""
    return part.startswith("{")


def fits(pattern: str, other: str) -> bool:
    """Whether some value of a path's part is matched by both patterns."""
    if is_parameter(pattern) and is_parameter(other):
        return True
    if not is_parameter(pattern) and not is_parameter(other):
        return pattern == other
    parameter, literal = (pattern, other) if is_parameter(pattern) else (other, pattern)
    kind = parameter.strip("{}").partition(":")[2]
    return literal.isdigit() if kind == "int" else len(literal) == 36 if kind == "uuid" else True


def both_match(one: str, other: str) -> bool:
    """Whether some path is matched by both patterns."""
    first, second = parts_of(one), parts_of(other)
    for mine, theirs in zip(first, second, strict=False):
        if mine.endswith(":path}") or theirs.endswith(":path}"):
            return True
        if not fits(mine, theirs):
            return False
    return len(first) == len(second)


def is_more_exact(one: str, other: str) -> bool:
    """Whether the router surely prefers one: the first part where they differ is a word in one alone."""
    for mine, theirs in zip(parts_of(one), parts_of(other), strict=False):
        if is_parameter(mine) != is_parameter(theirs):
            return True
    return False


def methods_of(row: Row) -> set[str]:
    """The methods that reach a row."""
    return {"GET", "HEAD"} if row.method == "GET" else {row.method}


def test_no_two_rows_can_match_the_same_request() -> None:
    """Within one door a word may stand beside a parameter (/x/me and /x/{id}): the router prefers the word."""
    rows = [(door, row) for door in DOORS for row in door.rows]
    clashes = [
        f"{door.name} {row.method} {row.path} / {other_door.name} {other.method} {other.path}"
        for (door, row), (other_door, other) in combinations(rows, 2)
        if methods_of(row) & methods_of(other)
        if both_match(row.path, other.path)
        if door is not other_door or not is_more_exact(row.path, other.path)
    ]
    assert clashes == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("/a/{id:int}", "/a/byname", False),
        ("/a/{id:str}", "/a/byname", True),
        ("/a/{id:int}", "/a/{name:str}", True),
        ("/a/{id:int}/b", "/a/{id:int}", False),
        ("/files/{rest:path}", "/files/a/b", True),
        ("/a", "/b", False),
    ],
)
def test_the_test_knows_what_matches(one: str, other: str, expected: bool) -> None:
    assert both_match(one, other) is expected


@apis
def test_a_table_is_sorted_by_path_then_method(door: Door) -> None:
    written = [(row.path, row.method) for row in door.rows]
    assert written == sorted(written)


@doors
def test_every_endpoint_says_what_it_does(door: Door) -> None:
    assert [f"{row.method} {row.path}" for row in door.rows if not summary_of(row)] == []


def code_lines(handler: Callable[..., Any]) -> int:
    """How many lines a function has but for its docstring."""
    return len(inspect.getsource(handler).splitlines()) - len((handler.__doc__ or "").splitlines())


@doors
def test_an_endpoint_is_short(door: Door) -> None:
    lengths = {f"{row.handler.__module__}.{row.handler.__qualname__}": code_lines(row.handler) for row in door.rows}
    most = ENDPOINT_LINES if door.is_api else PAGE_LINES
    assert {name: lines for name, lines in lengths.items() if lines > most} == {}


@doors
def test_a_row_is_public_or_needs_a_credential(door: Door) -> None:
    both = [f"{row.method} {row.path}" for row in door.rows if row.is_public and row.needs is not None]
    assert both == []
