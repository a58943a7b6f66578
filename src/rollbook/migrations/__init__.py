"""The record's schema, step by step. Each step goes up and down on both stores; none is edited once it has landed."""

from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

FOLDER = Path(__file__).parent
TURN = 7_081_226_041
"""The advisory lock that a migrating node holds on PostgreSQL, so that many may start at once."""


def engine_url(database_url: str) -> URL:
    """The SQLAlchemy URL of a database URL as people write it."""
    url = make_url(database_url)
    return url.set(drivername="postgresql+psycopg") if url.get_backend_name().startswith("postgres") else url


def migrate(database_url: str, revision: str = "head") -> None:
    """Bring a database up, or down, to a revision. Call it before the server opens the database."""
    url = engine_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, poolclass=NullPool)
    try:
        _run(engine, revision)
    finally:
        engine.dispose()


def _run(engine: Engine, revision: str) -> None:
    # Here, because a start whose database is up to date needs none of Alembic.
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        if engine.dialect.name == "postgresql":
            # Held by the session through the steps' own transactions; closing the connection lets it go.
            connection.execute(text("SELECT pg_advisory_lock(:turn)"), {"turn": TURN})
            connection.commit()
        present = MigrationContext.configure(connection).get_current_revision()
        connection.rollback()
        # Revisions are numbered, so that their order is that of their names; "base" and "head" are Alembic's.
        if revision == "head" or (revision != "base" and (present or "") < revision):
            command.upgrade(config, revision)
        else:
            command.downgrade(config, revision)
