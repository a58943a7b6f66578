"""Which condition leads a query to its rows.

SQLite keeps no statistics for us, and takes any index on the organisation for as good as one on a person or a course.
"""

from typing import TypeVar

from sqlalchemy import ColumnElement, literal_column

N = TypeVar("N", int, int | None)


def beside(column: ColumnElement[N]) -> ColumnElement[N]:
    """A number for a condition that only checks what a better one has found: written so that no index serves it."""
    return column + literal_column("0")
