"""Addresses of stores."""

from __future__ import annotations

from pathlib import Path

import pytest

from onroll.errors import UsageError
from onroll.store.address import is_in_memory, parse_address, shown


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("onroll.db", "onroll.db"),
        ("a b%20?c#d.db", "a b%20?c#d.db"),
        ("~/onroll.db", str(Path.home() / "onroll.db")),
        ("sqlite:///onroll.db", "onroll.db"),
        ("sqlite:////srv/onroll.db", "/srv/onroll.db"),
    ],
)
def test_a_file_is_sqlite(address: str, file: str) -> None:
    url = parse_address(address)
    assert (url.drivername, url.database) == ("sqlite", file)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_is_spoken_by_psycopg_3(scheme: str) -> None:
    assert parse_address(f"{scheme}://host/db").drivername == "postgresql+psycopg"


def test_sqlite_without_a_file_is_in_memory() -> None:
    assert is_in_memory(parse_address("sqlite://"))
    assert not is_in_memory(parse_address("onroll.db"))
    assert not is_in_memory(parse_address("postgresql://host"))


@pytest.mark.parametrize(
    "address",
    [
        "",
        " ",
        "mysql://u:pw-secret@host/db",
        "postgresql+psycopg2://u:pw-secret@host/db",
        "postgresql://u:pw-secret@host:port/db",
        "://pw-secret",
        "sqlite:///x.db?password=pw-secret",
        "sqlite:///file:x?mode=memory",
        "sqlite://x.db",
    ],
)
def test_what_is_no_store_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_address(address)
    assert caught.value.diagnostic.code == "wrong-store"
    assert "pw-secret" not in str(caught.value)


def test_an_address_is_shown_without_secrets() -> None:
    url = parse_address("postgresql://me:pw-secret@host:1/db?sslpassword=pw-secret")
    assert shown(url) == "postgresql://me:***@host:1/db"
    assert shown(parse_address("sqlite:////srv/a b.db")) == "/srv/a b.db"
