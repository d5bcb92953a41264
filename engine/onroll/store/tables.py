"""The tables of the store. Instants are UTC; JSON is text that msgspec writes.

The first part is the import's own memory, kept for every target. The second part is the embedded
directory, which is one target among others and shares nothing but the database.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

__all__ = [
    "connections",
    "directory_groups",
    "directory_memberships",
    "directory_users",
    "items",
    "journal",
    "links",
    "memberships",
    "metadata",
    "pending_managers",
    "plans",
    "quarantine",
    "runs",
    "tokens",
]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: SQLite numbers rows by itself only for a plain INTEGER.
_RowNumber = BigInteger().with_variant(Integer(), "sqlite")

#: What is known of a connection from its last run into a target.
connections = Table(
    "connections",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("target", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),  # base URL and settings that are no secrets
    Column("filters", String(64), nullable=False),  # a digest
    Column("attributes", Text, nullable=False),  # JSON: attribute → digest of how it is mapped
    Column("people", Integer, nullable=False),  # distinct in the last complete listing
    Column("runs", Integer, nullable=False),  # how many were applied
    Column("confirmed_at", String(32), nullable=False),
    Column("read_from", String(32)),  # from when on changes are still to be read
    Column("read_as", String(64)),  # a digest of definition and connection, as they were then
    Column("stands_until", String(10)),  # a day
)

#: A person of a source and their user in a target. The oldest link of a user owns it. A link that
#: ended stays: who unlinked what must not be linked again by itself.
links = Table(
    "links",
    metadata,
    Column("id", _RowNumber, primary_key=True),
    Column("target", String(200), nullable=False),
    Column("user_id", String(400), nullable=False),
    Column("connection", String(200), nullable=False),
    Column("source_id", String(400), nullable=False),
    Column("run", String(40), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("ended_at", String(32)),
    Column("absences", Integer, nullable=False, server_default="0"),  # complete listings in a row
    Index(
        "uq_links_open_source",
        "target",
        "connection",
        "source_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index("ix_links_user", "target", "user_id"),
    Index("ix_links_order", "target", "id"),  # read in portions by id, without sorting each time
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("number", _RowNumber, nullable=False, unique=True),  # the order of runs
    Column("connection", String(200), nullable=False),
    Column("connector", String(200), nullable=False),
    Column("target", String(200), nullable=False),
    Column("mode", String(20), nullable=False),  # all, new, updates; link, unlink
    Column("actor", String(200), nullable=False),  # the account that ran it
    Column("status", String(20), nullable=False),  # running, done, blocked, failed, interrupted
    Column("started_at", String(32), nullable=False),
    Column("finished_at", String(32)),
    Column("exit_code", Integer),
    Column("listing", Text),  # JSON: the certificate
    Column("plan", Text),  # JSON: counts by action
    Column("reason", Text),  # why it was blocked, or failed
    Index("ix_runs_connection", "connection", "target", "number"),
)

#: A plan that was applied: what it was made of.
plans = Table(
    "plans",
    metadata,
    Column("run", String(40), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", String(64), nullable=False),  # of the definition and the connection
    Column("created_at", String(32), nullable=False),
    Column("is_from_file", Boolean, nullable=False),
)

#: A person's line in a run. People for whom nothing changed have none: they are counted.
items = Table(
    "items",
    metadata,
    Column("run", String(40), ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("source_id", Text),
    Column("email", Text),
    Column("action", String(20), nullable=False),
    Column("user_id", Text),
    Column("changes", Text, nullable=False),  # JSON: attribute → [old, new]
    Column("outcome", String(20), nullable=False),
    Column("reason", String(60)),
    Column("message", Text),
)

#: Each write: its intent before, its outcome after. One without an outcome was cut off by a kill.
journal = Table(
    "journal",
    metadata,
    Column("id", _RowNumber, primary_key=True),
    Column("run", String(40), ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("item", Integer, nullable=False),
    Column("operation", String(20), nullable=False),  # create, update, link, unlink
    Column("connection", String(200), nullable=False),
    Column("target", String(200), nullable=False),
    Column("source_id", Text),
    Column("user_id", String(400)),
    Column("intent", Text, nullable=False),  # JSON: attribute → [old, new]; never a password
    Column("intended_at", String(32), nullable=False),
    Column("outcome", String(20)),  # applied, refused, stale, lost
    Column("ended_at", String(32)),
    Column("message", Text),
    Index("ix_journal_open", "connection", "target", "outcome"),
    Index("ix_journal_user", "target", "user_id"),
    Index("ix_journal_run", "run"),
)

#: People whom the target refused, and after how many runs they are tried again.
quarantine = Table(
    "quarantine",
    metadata,
    Column("connection", String(200), primary_key=True),
    Column("target", String(200), primary_key=True),
    Column("source_id", String(400), primary_key=True),
    Column("failures", Integer, nullable=False),  # in a row
    Column("next_run", Integer, nullable=False),  # as `connections.runs` counts
    Column(
        "digest", LargeBinary, nullable=False
    ),  # of the person: changed people are tried at once
    Column("reason", String(60), nullable=False),
    Column("message", Text, nullable=False),
)

#: People whose manager is not there yet.
pending_managers = Table(
    "pending_managers",
    metadata,
    Column("connection", String(200), primary_key=True),
    Column("target", String(200), primary_key=True),
    Column("source_id", String(400), primary_key=True),
    Column("manager_id", String(400)),
    Column("manager_email", String(400)),
    Column("since", String(32), nullable=False),
)

#: Memberships that a group rule gave, which alone it may take away again.
memberships = Table(
    "memberships",
    metadata,
    Column("connection", String(200), primary_key=True),
    Column("target", String(200), primary_key=True),
    Column("user_id", String(400), primary_key=True),
    Column("name", String(400), primary_key=True),
)

#: What a connection was granted, encrypted (`service.token_keeping` says with what).
tokens = Table(
    "tokens",
    metadata,
    Column("connection", String(200), primary_key=True),
    Column("payload", Text, nullable=False),  # Fernet's text; never a token as it is
    Column("updated_at", String(32), nullable=False),
)

# ---- the embedded directory ---------------------------------------------------------------------

#: `version` counts a user's writes. Keys are case-folded, for uniqueness and for looking up.
directory_users = Table(
    "directory_users",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("directory", String(200), nullable=False),
    Column("state", String(10), nullable=False),
    Column("username_key", Text, nullable=False),
    Column("email_key", Text),  # none for users without e-mail; several may have none
    Column("external_id", String(400)),  # the source's id, which several sources may give twice
    Column("attributes", Text, nullable=False),  # JSON, flat
    Column("manager_id", String(40), ForeignKey("directory_users.id", ondelete="SET NULL")),
    Column("version", Integer, nullable=False),
    Column("password_hash", Text),
    Column("created_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
    UniqueConstraint("directory", "username_key"),
    UniqueConstraint("directory", "email_key"),
    Index("ix_directory_users_external_id", "directory", "external_id"),
    Index("ix_directory_users_order", "directory", "id"),
)

directory_groups = Table(
    "directory_groups",
    metadata,
    Column("id", _RowNumber, primary_key=True),
    Column("directory", String(200), nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("directory", "name"),
)

directory_memberships = Table(
    "directory_memberships",
    metadata,
    Column(
        "group_id",
        _RowNumber,
        ForeignKey("directory_groups.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column(
        "user_id",
        String(40),
        ForeignKey("directory_users.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Index("ix_directory_memberships_user", "user_id"),
)
