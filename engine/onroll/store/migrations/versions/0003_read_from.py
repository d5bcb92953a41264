"""From when on a connection's changes are still to be read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column."""
    op.add_column("connections", sa.Column("read_from", sa.String(length=32), nullable=True))
