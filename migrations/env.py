"""Alembic's entry: runs the migrations on the connection that `database.upgrade` hands over."""

from alembic import context

import tables  # noqa: F401  (fills the metadata)
from rows import Row

context.configure(connection=context.config.attributes["connection"], target_metadata=Row.metadata)
context.run_migrations()
