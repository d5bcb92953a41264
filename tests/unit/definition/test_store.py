"""Where a connection file says that state is kept."""

from pathlib import Path

import pytest

from onroll.errors import DefinitionError, SettingsError

from .files import load


def store(folder: Path, written: str, **environment: str) -> str | None:
    found: str | None = load(folder, top={"store": written}).read_store(environment)
    return found


def test_a_file_need_not_name_a_store(tmp_path: Path) -> None:
    assert load(tmp_path).read_store({}) is None


def test_a_path_is_relative_to_the_file(tmp_path: Path) -> None:
    assert store(tmp_path, "state/onroll.db") == str(tmp_path / "state" / "onroll.db")


def test_the_path_of_a_url_is_relative_to_the_file(tmp_path: Path) -> None:
    assert store(tmp_path, "sqlite:///onroll.db") == f"sqlite:///{tmp_path / 'onroll.db'}"


def test_an_absolute_path_stays_as_it_is(tmp_path: Path) -> None:
    assert store(tmp_path, "sqlite:////var/lib/onroll.db") == "sqlite:////var/lib/onroll.db"
    assert store(tmp_path, "/var/lib/onroll.db") == "/var/lib/onroll.db"


def test_a_url_of_a_server_stays_as_it_is(tmp_path: Path) -> None:
    url = "postgresql+psycopg://onroll@db.acme.test/onroll"
    assert store(tmp_path, url) == url


def test_a_password_comes_from_the_environment(tmp_path: Path) -> None:
    url = store(tmp_path, "postgresql://onroll:${env:PW}@db.acme.test/onroll", PW="s3cr3t")
    assert url == "postgresql://onroll:s3cr3t@db.acme.test/onroll"


def test_the_whole_store_may_come_from_the_environment(tmp_path: Path) -> None:
    assert store(tmp_path, "${env:STORE}", STORE="a.db") == str(tmp_path / "a.db")


def test_a_variable_that_the_store_lacks_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        store(tmp_path, "${env:STORE}")
    assert caught.value.diagnostic.message == (
        "`store` comes from the environment variable STORE, which is not set"
    )


@pytest.mark.parametrize(
    "written", ["postgres://db/x", "mysql://db/x", "sqlite://x", "sqlite://", "", "redis://x"]
)
def test_a_store_that_is_none_is_refused(tmp_path: Path, written: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        store(tmp_path, written)
    assert {one.code for one in caught.value.diagnostics} == {"wrong-value"}


def test_a_file_shows_nothing_of_its_store(tmp_path: Path) -> None:
    file = load(tmp_path, top={"store": "postgresql://onroll:s3cr3t@db.acme.test/onroll"})
    assert "s3cr3t" not in repr(file)
