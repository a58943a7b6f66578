"""Every kind of event that the code can record is explained, and none that it cannot."""

import ast
import re

from rollbook.core.events.kinds import KINDS
from tests.architecture import sources

KIND = re.compile(r"[a-z_]+\.[a-z_]+")
PATTERN = re.compile(r"(?:[a-z_]+|\*)\.(?:[a-z_]+|\*)")
ENTITIES = {kind.partition(".")[0] for kind in KINDS}
NO_EVENTS = ("core/kernel/principal.py", "core/events/kinds.py")
"""Permissions look like kinds."""


def literal_kinds() -> set[str]:
    """Texts in the core and the console that look like kinds of an entity that has some."""
    return {
        node.value
        for path, module in sources.modules().items()
        if path.startswith(("core/", "console/")) and path not in NO_EVENTS
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and KIND.fullmatch(node.value)
        if node.value.partition(".")[0] in ENTITIES
    }


def recorded_patterns() -> set[str]:
    """Kinds put together where they are recorded, with ``*`` for what is put in."""
    return {
        pattern
        for path, module in sources.modules().items()
        if path.startswith("core/")
        for function in sources.functions(module)
        if any(records(node) for node in ast.walk(function))
        for node in ast.walk(function)
        if isinstance(node, ast.JoinedStr)
        for pattern in ["".join(str(v.value) if isinstance(v, ast.Constant) else "*" for v in node.values)]
        if PATTERN.fullmatch(pattern) and pattern != "*.*"
    }


def records(node: ast.AST) -> bool:
    """Whether it is a call of ``work.record`` or of a function named after it."""
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return re.match(r"_?record", name) is not None


def matches(pattern: str, kind: str) -> bool:
    """Whether a put-together kind can be this one."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", "[a-z_]+"), kind) is not None


def test_every_kind_that_is_written_out_is_explained() -> None:
    assert sorted(literal_kinds() - KINDS.keys()) == [], "explain it in core/events/kinds.py"


def test_every_kind_that_is_put_together_is_explained() -> None:
    assert [p for p in sorted(recorded_patterns()) if not any(matches(p, kind) for kind in KINDS)] == []


def test_no_kind_is_explained_that_nothing_records() -> None:
    literals, patterns = literal_kinds(), recorded_patterns()
    idle = [kind for kind in KINDS if kind not in literals and not any(matches(p, kind) for p in patterns)]
    assert idle == []


def test_kinds_are_sorted_sentences() -> None:
    assert list(KINDS) == sorted(KINDS)
    assert [kind for kind, meaning in KINDS.items() if not (meaning[0].isupper() and meaning.endswith("."))] == []
