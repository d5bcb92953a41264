"""As what a connection's people were taken in, and until when that holds by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns. What was read before has none, and is read once more."""
    op.add_column("connections", sa.Column("read_as", sa.String(length=64), nullable=True))
    op.add_column("connections", sa.Column("stands_until", sa.String(length=10), nullable=True))
