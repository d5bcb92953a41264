"""The key of kept tokens: the places it may be in, and what is said when it is wrong there."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from cryptography.fernet import Fernet

from onroll.errors import SettingsError
from onroll.service.token_key import find_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from onroll.diagnostics import Diagnostic

_posix = pytest.mark.skipif(sys.platform == "win32", reason="there are no modes there")


def _new() -> str:
    return Fernet.generate_key().decode()


def _refused(environment: Mapping[str, str], *, may_make: bool = True) -> Diagnostic:
    with pytest.raises(SettingsError) as caught:
        find_key(environment, may_make=may_make)
    return caught.value.diagnostic


def test_the_key_of_the_environment_comes_first(tmp_path: Path) -> None:
    key = _new()
    found = find_key(
        {"ONROLL_TOKEN_KEY": key, "ONROLL_TOKEN_KEY_FILE": str(tmp_path / "none")}, may_make=False
    )
    assert Fernet(key).decrypt(found.encrypt(b"text")) == b"text"
    assert key not in repr(found)


def test_of_several_keys_the_first_encrypts_and_each_decrypts() -> None:
    old, new = _new(), _new()
    payload = find_key({"ONROLL_TOKEN_KEY": old}, may_make=False).encrypt(b"text")
    both = find_key({"ONROLL_TOKEN_KEY": f"{new}, {old}"}, may_make=False)
    assert both.decrypt(payload) == b"text"
    assert Fernet(new).decrypt(both.encrypt(b"text")) == b"text"


def test_another_key_decrypts_nothing() -> None:
    payload = find_key({"ONROLL_TOKEN_KEY": _new()}, may_make=False).encrypt(b"text")
    assert find_key({"ONROLL_TOKEN_KEY": _new()}, may_make=False).decrypt(payload) is None


@pytest.mark.parametrize("text", ["not-a-key-at-all", ",", f"{'A' * 43}", "schlüssel"])
def test_what_is_no_key_is_not_repeated(text: str) -> None:
    said = _refused({"ONROLL_TOKEN_KEY": text})
    assert said.code == "wrong-token-key"
    assert "ONROLL_TOKEN_KEY" in said.message
    assert len(text) < 2 or text not in said.text()


@_posix
def test_a_file_that_others_may_read_is_refused_with_the_command_that_mends_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "key"
    path.write_text(_new() + "\n")
    path.chmod(0o640)
    said = _refused({"ONROLL_TOKEN_KEY_FILE": str(path)})
    assert said.code == "token-key-exposed"
    assert said.hint == f"chmod 600 {path}"
    path.chmod(0o600)
    assert find_key({"ONROLL_TOKEN_KEY_FILE": str(path)}, may_make=False).place == (
        f"{path} (ONROLL_TOKEN_KEY_FILE)"
    )


def test_a_file_that_is_named_and_not_there_is_not_made(tmp_path: Path) -> None:
    said = _refused(
        {"ONROLL_TOKEN_KEY_FILE": str(tmp_path / "none"), "XDG_CONFIG_HOME": str(tmp_path)}
    )
    assert said.code == "missing-token-key"
    assert str(tmp_path / "none") in said.message
    assert list(tmp_path.iterdir()) == []


def test_a_key_may_be_in_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {("onroll", "tokens"): _new()}
    keyring = SimpleNamespace(get_password=lambda *entry: entries.get(entry))
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    found = find_key({"ONROLL_TOKEN_KEY_KEYRING": "onroll/tokens"}, may_make=False)
    assert Fernet(entries["onroll", "tokens"]).decrypt(found.encrypt(b"text")) == b"text"
    said = _refused({"ONROLL_TOKEN_KEY_KEYRING": "onroll/other"})
    assert "has no entry `other` in `onroll`" in said.message


@_posix
def test_without_any_a_key_is_made_once_that_nobody_else_may_read(tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(tmp_path)}
    first = find_key(environment, may_make=True)
    path = tmp_path / "onroll" / "token.key"
    assert first.place == str(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert find_key(environment, may_make=True).decrypt(first.encrypt(b"text")) == b"text"


def test_of_many_that_make_a_key_at_once_all_have_the_same(tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(tmp_path)}
    barrier = Barrier(8)

    def make(_: int) -> str:
        barrier.wait()
        return find_key(environment, may_make=True).encrypt(b"text")

    with ThreadPoolExecutor(8) as pool:
        payloads = list(pool.map(make, range(8)))
    key = find_key(environment, may_make=False)
    assert {key.decrypt(one) for one in payloads} == {b"text"}
    assert [one.name for one in (tmp_path / "onroll").iterdir()] == ["token.key"]


def test_a_key_that_is_nowhere_is_told_with_every_place(tmp_path: Path) -> None:
    said = _refused({"XDG_CONFIG_HOME": str(tmp_path)}, may_make=False)
    assert said.code == "missing-token-key"
    for place in (
        "ONROLL_TOKEN_KEY,", "ONROLL_TOKEN_KEY_FILE", "ONROLL_TOKEN_KEY_KEYRING",
        str(tmp_path / "onroll" / "token.key"),
    ):  # fmt: skip
        assert place in said.message


def test_a_relative_configuration_folder_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    found = find_key({"XDG_CONFIG_HOME": "here"}, may_make=True)
    assert found.place == str(tmp_path / ".config" / "onroll" / "token.key")


@_posix
def test_a_place_where_no_key_can_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "onroll").write_text("a file where the folder would be")
    said = _refused({"XDG_CONFIG_HOME": str(tmp_path)})
    assert said.code == "missing-token-key"
    assert str(tmp_path / "onroll" / "token.key") in said.message
    assert "ONROLL_TOKEN_KEY" in str(said.hint)
