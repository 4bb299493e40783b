"""Run by Alembic: takes the steps on the connection and in the transaction that ``persistence.migrate`` hands over."""

from alembic import context

# Without the tables' metadata: a released step says what it said then, whatever they have become since.
context.configure(
    connection=context.config.attributes["connection"],
    # SQLite cannot alter a table in place: Alembic then copies it.
    render_as_batch=True,
)
context.run_migrations()
