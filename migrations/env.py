"""Alembic's entry: runs the migrations on the connection that `database.upgrade` hands over."""

from alembic import context
from sqlmodel import SQLModel

import tables  # noqa: F401  (fills the metadata)

context.configure(connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata)
context.run_migrations()
