"""Alembic's entry: runs the steps on the connection that :func:`rollbook.migrations.migrate` opened."""

from alembic import context

from rollbook.core.schema import metadata

connection = context.config.attributes["connection"]
is_sqlite = connection.dialect.name == "sqlite"
context.configure(
    connection=connection, target_metadata=metadata, render_as_batch=is_sqlite, transaction_per_migration=True
)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
