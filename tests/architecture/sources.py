"""The package's source files, parsed once a process."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "rollbook"


@cache
def modules() -> dict[str, ast.Module]:
    """Every module by its path below the package, such as ``core/people/queries.py``."""
    files = sorted(SOURCE.rglob("*.py"))
    return {file.relative_to(SOURCE).as_posix(): ast.parse(file.read_text(encoding="utf-8")) for file in files}


@cache
def text(path: str) -> str:
    """A module's text."""
    return (SOURCE / path).read_text(encoding="utf-8")


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(module: ast.Module) -> Iterator[Function]:
    """Every function of a module, those within others included."""
    return (node for node in ast.walk(module) if isinstance(node, Function))
