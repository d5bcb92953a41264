"""What Alembic runs: inside the transaction that `onroll.store.migration` has begun."""

from __future__ import annotations

from alembic import context

from onroll.store.migration import VERSION_TABLE
from onroll.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
context.run_migrations()
