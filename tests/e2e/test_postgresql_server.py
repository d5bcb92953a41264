"""The PostgreSQL of the tests is as durable as a real one, and no test sees another's data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from .servers.postgresql import PostgreSql

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def own_server() -> Iterator[PostgreSql]:
    """A server that a test may kill."""
    with PostgreSql() as server:
        yield server


def test_a_new_database_has_no_tables(postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url) as connection:
        tables = connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'")

        assert tables.fetchall() == []


def test_a_database_is_dropped_also_while_somebody_is_connected(postgresql: PostgreSql) -> None:
    with postgresql.database() as url:
        connection = psycopg.connect(url)
    connection.close()

    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


def test_what_was_committed_outlives_a_kill(own_server: PostgreSql) -> None:
    with own_server.database() as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

        own_server.kill()
        own_server.start_again()

        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT number FROM kept").fetchall() == [(7,)]


def test_the_server_syncs_what_it_writes(postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
