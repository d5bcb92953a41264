"""Migration: all of it or nothing, and never from a version that is not known."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, inspect, text

from onroll.errors import TargetError
from onroll.store import migration
from onroll.store.address import parse_address
from onroll.store.database import Store, open_store
from onroll.store.engines import engine_for
from onroll.store.migration import HEAD, VERSION_TABLE
from onroll.store.tables import metadata

if TYPE_CHECKING:
    from pathlib import Path


def test_the_migrations_make_the_tables_that_the_program_uses(store: Store) -> None:
    with store.read() as db:
        context = MigrationContext.configure(db, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []


def test_the_newest_migration_is_the_one_that_the_program_asks_for() -> None:
    assert ScriptDirectory(str(migration._MIGRATIONS)).get_heads() == [HEAD]


def test_a_failure_half_way_leaves_nothing(store_url: str) -> None:
    made: list[str] = []

    def fail(_db: object, _cursor: object, statement: str, *_: object) -> None:
        if "CREATE TABLE" in statement:
            made.append(statement)
        if len(made) == 5:
            raise ZeroDivisionError

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        with pytest.raises(ZeroDivisionError), open_store(store_url, for_writing=True):
            pass
    finally:
        event.remove(Engine, "before_cursor_execute", fail)
    engine = engine_for(parse_address(store_url), for_writing=False)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    with open_store(store_url, for_writing=True) as store:
        assert store.exists


@pytest.mark.parametrize("for_writing", [True, False])
def test_a_store_of_a_newer_version_is_refused(store_url: str, for_writing: bool) -> None:
    _make_version(store_url, "9999")
    with pytest.raises(TargetError) as caught, open_store(store_url, for_writing=for_writing):
        pass
    assert caught.value.diagnostic.code == "store-newer"


def test_a_store_of_an_older_version_is_not_read(store_url: str) -> None:
    _make_version(store_url, "0000")
    with pytest.raises(TargetError) as caught, open_store(store_url, for_writing=False):
        pass
    assert caught.value.diagnostic.code == "store-older"
    assert "onroll import" in str(caught.value.diagnostic.hint)


def test_a_store_of_the_first_version_keeps_what_it_has(store_url: str, tmp_path: Path) -> None:
    if store_url.startswith("sqlite"):
        (tmp_path / "onroll.db").touch()
    engine = engine_for(parse_address(store_url), for_writing=True)
    with engine.begin() as db:
        config = Config()
        config.set_main_option("script_location", str(migration._MIGRATIONS))
        config.attributes["connection"] = db
        command.upgrade(config, "0001")
        db.execute(text("INSERT INTO memberships VALUES ('c', 'd', 'u', 'a group')"))
    engine.dispose()
    with open_store(store_url, for_writing=True) as store, store.read() as db:
        assert db.execute(text("SELECT name FROM memberships")).scalar_one() == "a group"
        assert migration.version_of(db) == HEAD


def test_alembic_is_loaded_only_when_there_is_something_to_do(tmp_path: Path) -> None:
    path = str(tmp_path / "onroll.db")
    with open_store(path, for_writing=True):
        pass
    program = (
        "import sys\nfrom onroll.store.database import open_store\n"
        "for for_writing in (True, False):\n"
        "    with open_store(sys.argv[1], for_writing=for_writing): pass\n"
        "print('alembic' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, path], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "False\n"


def _make_version(url: str, version: str) -> None:
    with open_store(url, for_writing=True) as store, store.begin() as db:
        db.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '{version}'"))
