"""Run migrations on the connection `station.ground.db.schema` hands in."""

from alembic import context

connection = context.config.attributes["connection"]
# One transaction over all of them: a killed migration leaves the old database or the new one. SQLite can do that
# too, though alembic does not expect it to.
context.configure(connection=connection, transaction_per_migration=False, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
