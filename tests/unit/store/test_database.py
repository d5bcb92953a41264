"""Opening a store: for writing, which makes it, and for reading, which changes nothing."""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import IntegrityError

from onroll.errors import TargetError
from onroll.store.database import Store, open_store
from onroll.store.failures import explain_failures
from onroll.store.links import add_link, open_links

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection


def _add(db: Connection, number: int) -> None:
    add_link(
        db,
        target="d",
        user_id=f"u{number}",
        connection="c",
        source_id=str(number),
        run="r",
        at="2026-01-01T00:00:00Z",
    )


def _count(store: Store) -> int:
    with store.read() as db:
        return len(list(open_links(db, "d")))


def _files(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_what_was_written_is_there_when_it_is_opened_again(store_url: str) -> None:
    with open_store(store_url, for_writing=True) as store, store.begin() as db:
        _add(db, 1)
    with open_store(store_url, for_writing=False) as store:
        assert store.exists
        assert _count(store) == 1


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.begin() as db:
            _add(db, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert _count(store) == 0


def test_a_store_that_is_not_there_is_read_as_an_empty_one(store_url: str, tmp_path: Path) -> None:
    with open_store(store_url, for_writing=False) as store:
        assert not store.exists
        assert _count(store) == 0
    assert _files(tmp_path) == {}


def test_an_empty_one_can_be_read_twice_at_a_time(tmp_path: Path) -> None:
    with (
        open_store(str(tmp_path / "none.db"), for_writing=False) as store,
        store.read() as one,
        store.read() as other,
    ):
        assert list(open_links(one, "d")) == list(open_links(other, "d")) == []


@pytest.mark.parametrize("is_there", [True, False])
def test_a_store_that_is_opened_for_reading_cannot_be_written(
    store_url: str, is_there: bool
) -> None:
    if is_there:
        with open_store(store_url, for_writing=True):
            pass
    with (
        open_store(store_url, for_writing=False) as store,
        pytest.raises(TargetError) as caught,
        store.begin() as db,
    ):
        _add(db, 1)
    assert caught.value.diagnostic.code == "store-not-writable"


def test_reading_changes_no_byte_on_disk(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "onroll.db"), for_writing=True) as store, store.begin() as db:
        _add(db, 1)
    before = _files(tmp_path)
    with open_store(str(tmp_path / "onroll.db"), for_writing=False) as store:
        assert _count(store) == 1
    assert _files(tmp_path) == before
    assert list(before) == ["onroll.db"]


def test_an_empty_file_is_a_store_that_was_never_written(tmp_path: Path) -> None:
    (tmp_path / "onroll.db").touch()
    with open_store(str(tmp_path / "onroll.db"), for_writing=False) as store:
        assert not store.exists
    assert (tmp_path / "onroll.db").read_bytes() == b""


def test_a_store_in_memory_is_a_store(tmp_path: Path) -> None:
    with open_store("sqlite://", for_writing=True) as store:
        with store.begin() as db:
            _add(db, 1)
        with store.read() as db:
            rows = open_links(db, "d")
            with store.begin() as other:
                _add(other, 2)
            assert len(list(rows)) == 2
        assert store.path is None
    with open_store("sqlite://", for_writing=True) as store:
        assert _count(store) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="files have no modes there")
def test_only_the_owner_can_read_its_files(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "onroll.db"), for_writing=True) as store, store.begin() as db:
        _add(db, 1)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"onroll.db": 0o600, "onroll.db-wal": 0o600, "onroll.db-shm": 0o600}


def test_a_name_with_signs_of_a_url_is_a_name(tmp_path: Path) -> None:
    path = tmp_path / "a b%20?c=d#e.db"
    with open_store(str(path), for_writing=True) as store, store.begin() as db:
        _add(db, 1)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    with open_store(str(path), for_writing=False) as store:
        assert _count(store) == 1


def test_a_reader_sees_one_state_while_others_write(store: Store) -> None:
    with store.read() as db:
        assert list(open_links(db, "d")) == []
        with store.begin() as other:
            _add(other, 1)
        assert list(open_links(db, "d")) == []
    assert _count(store) == 1


def test_writers_wait_for_each_other(store: Store) -> None:
    def write(first: int) -> None:
        for number in range(first, first + 20):
            with store.begin() as db:
                # A transaction that read first could not go on to write, were it not told so.
                list(open_links(db, "d"))
                _add(db, number)

    threads = [threading.Thread(target=write, args=(first,)) for first in range(0, 80, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _count(store) == 80


_WRITER = """
import sys
from onroll.store.database import open_store
from onroll.store.failures import explain_failures
from onroll.store.links import add_link
with open_store(sys.argv[1], for_writing=True) as store:
    for number in range(1_000_000):
        with store.begin() as db:
            add_link(db, target="d", user_id="u", connection="c", source_id=str(number), run="r",
                     at="2026-01-01T00:00:00Z")
        print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")
def test_a_killed_process_loses_nothing_that_was_committed(store_url: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, store_url], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        while (said := int(writer.stdout.readline())) < 50:
            pass
        os.kill(writer.pid, signal.SIGKILL)
        told = [said, *(int(line) for line in writer.stdout if line.endswith("\n"))]
    with open_store(store_url, for_writing=False) as store, store.read() as db:
        kept = {int(link.source_id) for link in open_links(db, "d")}
    assert kept >= set(range(told[-1] + 1))
    assert max(kept) <= told[-1] + 1


def test_two_processes_can_make_it_at_once(store_url: str) -> None:
    program = (
        "import sys\nfrom onroll.store.database import open_store\n"
        "input()\nwith open_store(sys.argv[1], for_writing=True): pass"
    )
    makers = [
        subprocess.Popen(
            [sys.executable, "-c", program, store_url],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for maker in makers:
        assert maker.stdin is not None
        maker.stdin.write("\n")
        maker.stdin.flush()
    assert [maker.communicate()[1] for maker in makers] == ["", "", "", ""]
    assert [maker.returncode for maker in makers] == [0, 0, 0, 0]


# ---- what can go wrong --------------------------------------------------------------------------


def _refusal(url: str, *, for_writing: bool) -> TargetError:
    with pytest.raises(TargetError) as caught, open_store(url, for_writing=for_writing):
        pass
    return caught.value


@pytest.mark.parametrize("for_writing", [True, False])
def test_a_file_of_another_kind_is_left_alone(tmp_path: Path, for_writing: bool) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Not a database, and long enough to have a header. " * 9)
    before = path.read_bytes()
    error = _refusal(str(path), for_writing=for_writing)
    assert error.diagnostic.code == "store-broken"
    assert error.exit_code == 5
    assert path.read_bytes() == before


@pytest.mark.parametrize("for_writing", [True, False])
def test_a_folder_is_no_store(tmp_path: Path, for_writing: bool) -> None:
    assert _refusal(str(tmp_path), for_writing=for_writing).diagnostic.code == "store-unreachable"


def test_a_folder_is_not_made_for_it(tmp_path: Path) -> None:
    error = _refusal(str(tmp_path / "none" / "onroll.db"), for_writing=True)
    assert error.diagnostic.code == "store-unreachable"
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("for_writing", [True, False])
def test_a_damaged_store_is_said_to_be_damaged(tmp_path: Path, for_writing: bool) -> None:
    path = tmp_path / "onroll.db"
    with open_store(str(path), for_writing=True):
        pass
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    assert _refusal(str(path), for_writing=for_writing).diagnostic.code == "store-broken"


@pytest.mark.parametrize("for_writing", [True, False])
def test_a_server_that_is_not_there_is_named_without_the_password(for_writing: bool) -> None:
    url = "postgresql://me:pw-secret@127.0.0.1:1/db"
    error = _refusal(url, for_writing=for_writing)
    assert error.diagnostic.code == "store-unreachable"
    assert "me:***@127.0.0.1:1/db" in str(error)
    assert "pw-secret" not in str(error)


def test_a_wrong_password_is_not_shown(postgresql_url: str) -> None:
    wrong = make_url(postgresql_url).set(username="nobody_here", password="pw-secret")
    error = _refusal(wrong.render_as_string(hide_password=False), for_writing=True)
    assert error.diagnostic.code == "store-unreachable"
    assert "pw-secret" not in str(error)


def test_a_mistake_of_ours_shows_no_values(store: Store) -> None:
    with store.begin() as db:
        _add(db, 4711)
    with pytest.raises(IntegrityError) as caught, store.begin() as db:
        _add(db, 4711)
    assert "parameters hidden" in str(caught.value)


def test_a_locked_store_says_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'onroll.db'}"
    with open_store(url, for_writing=True) as store, store.begin():
        impatient = create_engine(url, connect_args={"timeout": 0.01})
        explain_failures(impatient, "onroll.db")
        with pytest.raises(TargetError) as caught, impatient.begin() as db:
            _add(db, 1)
        impatient.dispose()
    assert caught.value.diagnostic.code == "store-locked"


def test_a_full_disk_says_so(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "onroll.db"), for_writing=True) as store:

        def fill() -> None:
            with store.begin() as db:
                # Nearly full: to SQLite it is the same.
                db.exec_driver_sql("PRAGMA max_page_count = 1")
                for number in range(10_000):
                    _add(db, number)

        with pytest.raises(TargetError) as caught:
            fill()
    assert caught.value.diagnostic.code == "store-not-writable"
    assert "full" in caught.value.diagnostic.message
