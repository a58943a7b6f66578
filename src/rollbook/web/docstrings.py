"""What the code says about itself: summaries, and the docstrings under a struct's fields."""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

from rollbook.web.routes import Row

_SOURCE = re.compile(r"""\((?P<source>[^()"]+, "[^()]+")\)""")
_ASIDE = re.compile(r"""\s*\([^()]*"[^()]*"\)""")


def paragraphs(thing: Any) -> list[str]:
    """A docstring's paragraphs, each on one line; none for the docstring that a dataclass makes up."""
    text = markdown(inspect.cleandoc(thing.__doc__ or ""))
    if isinstance(thing, type) and text.startswith(f"{thing.__name__}("):
        return []
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def markdown(text: str) -> str:
    """Our docstrings' code marks and references as Markdown has them."""
    return re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text).replace("``", "`")


def summary_of(row: Row) -> str:
    """What an endpoint does, in one line, without the vendor's section and the faults."""
    first = row.summary or next(iter(paragraphs(row.handler)), "")
    return _ASIDE.sub("", first.partition(" Faults:")[0])


def details_of(row: Row) -> str:
    """What else the handler's docstring says, and the vendor's section."""
    more = [] if row.summary else paragraphs(row.handler)[1:]
    source = source_of(row)
    return "\n\n".join([*more, *([f"Source: {source}."] if source else [])])


def source_of(row: Row) -> str:
    """The section of the vendor's document: what the row says, else what the docstring of the handler or its module has
    in brackets, as in ``(Smart Arena, "USERS")``.
    """
    texts = (row.handler.__doc__ or "", sys.modules[row.handler.__module__].__doc__ or "")
    return row.see or next((found["source"] for found in map(_SOURCE.search, texts) if found), "")


@cache
def field_docs(kind: type) -> dict[str, str]:
    """What the texts under a class's fields say, by the fields' names, those of its parents included."""
    docs: dict[str, str] = {}
    for parent in reversed(kind.__mro__):
        docs.update(_own_field_docs(parent))
    return docs


def _own_field_docs(kind: type) -> dict[str, str]:
    body = _class_body(kind)
    docs = {}
    for statement, following in pairwise(body):
        match statement, following:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                docs[name] = " ".join(markdown(text).split())
    return docs


def _class_body(kind: type) -> list[ast.stmt]:
    try:
        parsed = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    except (OSError, TypeError):
        return []  # built in, or made by code
    return parsed.body if isinstance(parsed, ast.ClassDef) else []


def return_type(handler: Callable[..., Any]) -> Any:
    """What a handler's annotation says it returns."""
    return inspect.signature(handler, eval_str=True).return_annotation
