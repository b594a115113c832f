"""Alembic's entry: runs the migrations on the connection that `database.upgrade` hands over."""

from alembic import context

import tables

context.configure(connection=context.config.attributes["connection"], target_metadata=tables.metadata())
context.run_migrations()
