"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _row_number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "connections",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("filters", sa.String(length=64), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name", "target", name=op.f("pk_connections")),
    )
    op.create_table(
        "directory_groups",
        sa.Column("id", _row_number(), nullable=False),
        sa.Column("directory", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_groups")),
        sa.UniqueConstraint("directory", "name", name=op.f("uq_directory_groups_directory_name")),
    )
    op.create_table(
        "directory_users",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("directory", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("username_key", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=True),
        sa.Column("external_id", sa.String(length=400), nullable=True),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("manager_id", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["manager_id"],
            ["directory_users.id"],
            name=op.f("fk_directory_users_manager_id_directory_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_users")),
        sa.UniqueConstraint(
            "directory", "email_key", name=op.f("uq_directory_users_directory_email_key")
        ),
        sa.UniqueConstraint(
            "directory", "username_key", name=op.f("uq_directory_users_directory_username_key")
        ),
    )
    op.create_index(
        "ix_directory_users_external_id",
        "directory_users",
        ["directory", "external_id"],
        unique=False,
    )
    op.create_index(
        "ix_directory_users_order", "directory_users", ["directory", "id"], unique=False
    )
    op.create_table(
        "links",
        sa.Column("id", _row_number(), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.String(length=400), nullable=False),
        sa.Column("connection", sa.String(length=200), nullable=False),
        sa.Column("source_id", sa.String(length=400), nullable=False),
        sa.Column("run", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.Column("absences", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
    )
    op.create_index("ix_links_order", "links", ["target", "id"], unique=False)
    op.create_index("ix_links_user", "links", ["target", "user_id"], unique=False)
    op.create_index(
        "uq_links_open_source",
        "links",
        ["target", "connection", "source_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "memberships",
        sa.Column("connection", sa.String(length=200), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.String(length=400), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint(
            "connection", "target", "user_id", "name", name=op.f("pk_memberships")
        ),
    )
    op.create_table(
        "pending_managers",
        sa.Column("connection", sa.String(length=200), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("source_id", sa.String(length=400), nullable=False),
        sa.Column("manager_id", sa.String(length=400), nullable=True),
        sa.Column("manager_email", sa.String(length=400), nullable=True),
        sa.Column("since", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint(
            "connection", "target", "source_id", name=op.f("pk_pending_managers")
        ),
    )
    op.create_table(
        "quarantine",
        sa.Column("connection", sa.String(length=200), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("source_id", sa.String(length=400), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_run", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "target", "source_id", name=op.f("pk_quarantine")),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("number", _row_number(), nullable=False),
        sa.Column("connection", sa.String(length=200), nullable=False),
        sa.Column("connector", sa.String(length=200), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.String(length=32), nullable=False),
        sa.Column("finished_at", sa.String(length=32), nullable=True),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.Column("listing", sa.Text(), nullable=True),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("number", name=op.f("uq_runs_number")),
    )
    op.create_index("ix_runs_connection", "runs", ["connection", "target", "number"], unique=False)
    op.create_table(
        "directory_memberships",
        sa.Column("group_id", _row_number(), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["directory_groups.id"],
            name=op.f("fk_directory_memberships_group_id_directory_groups"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["directory_users.id"],
            name=op.f("fk_directory_memberships_user_id_directory_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("group_id", "user_id", name=op.f("pk_directory_memberships")),
    )
    op.create_index(
        "ix_directory_memberships_user", "directory_memberships", ["user_id"], unique=False
    )
    op.create_table(
        "items",
        sa.Column("run", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run"], ["runs.id"], name=op.f("fk_items_run_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run", "number", name=op.f("pk_items")),
    )
    op.create_table(
        "journal",
        sa.Column("id", _row_number(), nullable=False),
        sa.Column("run", sa.String(length=40), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("operation", sa.String(length=20), nullable=False),
        sa.Column("connection", sa.String(length=200), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("user_id", sa.String(length=400), nullable=True),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("intended_at", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run"], ["runs.id"], name=op.f("fk_journal_run_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    op.create_index("ix_journal_open", "journal", ["connection", "target", "outcome"], unique=False)
    op.create_index("ix_journal_run", "journal", ["run"], unique=False)
    op.create_index("ix_journal_user", "journal", ["target", "user_id"], unique=False)
    op.create_table(
        "plans",
        sa.Column("run", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("is_from_file", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run"], ["runs.id"], name=op.f("fk_plans_run_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run", name=op.f("pk_plans")),
    )
