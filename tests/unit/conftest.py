"""A store for whoever needs one: in a SQLite file, and in PostgreSQL where a server is named.

`ONROLL_TEST_POSTGRESQL` is the URL of a database in which schemas may be made.
"""

from __future__ import annotations

import os
import uuid
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, make_url, text

from onroll.store.database import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SERVER = os.environ.get("ONROLL_TEST_POSTGRESQL", "")


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    """An empty schema of its own for a test."""
    if not SERVER:
        pytest.skip("ONROLL_TEST_POSTGRESQL names no server: the store is tried on SQLite alone")
    schema = f"test_{uuid.uuid4().hex}"
    url = make_url(SERVER).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.execute(text(f"CREATE SCHEMA {schema}"))
        try:
            of_schema = url.update_query_dict({"options": f"-csearch_path={schema}"})
            yield of_schema.render_as_string(hide_password=False)
        finally:
            db.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"] if SERVER else ["sqlite"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store may be made that is not there yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'onroll.db'}"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty store that may be written."""
    with open_store(store_url, for_writing=True) as opened:
        yield opened
