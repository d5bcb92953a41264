"""Passwords of new users: as the target wants them, in a file only when asked, and nowhere else."""

from __future__ import annotations

import csv
import os
import stat
import string
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.errors import UsageError
from onroll.sync.model import Item
from onroll.sync.passwords import Passwords, generate_password, open_password_file
from onroll.target import Draft, PasswordRules

if TYPE_CHECKING:
    from pathlib import Path

_ITEM = Item(1, "7", "ann@x.io", "create", {"username": (None, 'a"nn,é')})


@given(length=st.integers(4, 64), symbols=st.sampled_from(["", "!", "!#$%&*+-.:=?@_"]))
def test_a_password_has_every_kind_of_character_and_its_length(length: int, symbols: str) -> None:
    password = generate_password(PasswordRules(length, symbols))
    kinds = [
        string.ascii_lowercase,
        string.ascii_uppercase,
        string.digits,
        *([symbols] if symbols else []),
    ]
    assert len(password) == length
    assert all(set(password) & set(kind) for kind in kinds)
    assert set(password) <= set("".join(kinds)) - set("0O1lI|")


def test_no_two_passwords_are_the_same() -> None:
    assert len({generate_password(PasswordRules()) for _ in range(1000)}) == 1000


def test_kinds_of_characters_stand_anywhere() -> None:
    firsts = {generate_password(PasswordRules())[0] for _ in range(300)}
    assert any(one in string.ascii_lowercase for one in firsts)
    assert any(one in string.ascii_uppercase for one in firsts)
    assert any(one in string.digits for one in firsts)


def test_a_target_without_passwords_gets_none() -> None:
    assert Passwords(None).generate(_ITEM) is None


def test_a_password_is_never_in_a_repr() -> None:
    assert "geheim" not in repr(Draft("7", {}, "active", password="geheim"))


def test_the_file_has_each_password_at_once_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "passwords.csv"
    descriptor = open_password_file(path)
    try:
        password = Passwords(PasswordRules(), descriptor).generate(_ITEM)
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    finally:
        os.close(descriptor)
    assert rows == [{"id": "7", "email": "ann@x.io", "username": 'a"nn,é', "password": password}]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "passwords.csv"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError) as raised:
        open_password_file(path)
    assert [one.code for one in raised.value.diagnostics] == ["file-exists"]
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_link_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "passwords.csv"
    path.symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(UsageError):
        open_password_file(path)
    assert not (tmp_path / "elsewhere.csv").exists()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        open_password_file(tmp_path / "nowhere" / "passwords.csv")
    assert [one.code for one in raised.value.diagnostics] == ["file-not-writable"]
