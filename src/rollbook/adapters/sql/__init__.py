"""The stores for the record: SQLite and PostgreSQL behind one interface, chosen by URL.

Each driver is imported when its store is opened, as loading both would lengthen every start.
"""

from collections.abc import Callable

from rollbook.core.kernel.work import Database, Work


def open_database(url: str, before_commit: Callable[[Work], None], *, pool_size: int = 10) -> Database:
    """Open the store a URL names: ``sqlite:///path`` or ``postgresql://…``.

    ``before_commit`` runs inside each writing transaction, last: it writes the recorded changes as events.
    Faults: ValueError for any other URL.
    """
    if url.startswith("sqlite:///"):
        from rollbook.adapters.sql.sqlite import SqliteDatabase

        return SqliteDatabase(url.removeprefix("sqlite:///"), before_commit)
    if url.startswith(("postgresql://", "postgres://")):
        from rollbook.adapters.sql.postgresql import PostgresDatabase

        return PostgresDatabase(url, before_commit, pool_size=pool_size)
    raise ValueError(f"{url!r} is no database URL: use sqlite:///PATH or postgresql://USER@HOST/NAME")
