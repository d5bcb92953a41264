"""Two imports at once: of one connection only one runs, of two connections both."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from onroll.store import tables

from .company import Company, HrSystem
from .importing import CONNECTION, Site, ended, lies, look

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .servers.postgresql import PostgreSql

_ROUNDS = 3
_PEOPLE = 25


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A site whose store is not there yet."""
    connections = (CONNECTION, "others")
    with _store(request, tmp_path) as store:
        site = Site(tmp_path / "site", store, connections=connections)
        site.set_up()
        yield site


@contextmanager
def _store(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield str(folder / "onroll.db")
        return
    server: PostgreSql = request.getfixturevalue("postgresql")
    with server.database() as url:
        yield url


def test_of_two_imports_of_one_connection_one_runs_and_the_other_says_so(site: Site) -> None:
    company = Company(1, _PEOPLE)
    for _ in range(_ROUNDS):  # the store is made in the first, by both
        with HrSystem(company.records()) as hr:
            hr.is_open.clear()
            both = [site.start(hr.url, "--confirm-source") for _ in range(2)]
            while all(one.poll() is None for one in both):
                assert not (hr.requests > 1), "both asked the source"
                time.sleep(0.01)
            refused, running = sorted(both, key=lambda one: one.poll() is None)
            outcome = ended(refused)
            assert outcome.exit_code == 6, outcome
            assert "already-running" in outcome.stderr, outcome
            assert json.loads(outcome.stdout or "{}").get("applied", {}).get("created", 0) == 0
            hr.is_open.set()
            outcome = ended(running)
        assert outcome.exit_code == 0, outcome
        contents = look(site)
        assert not lies(contents)
        assert {row["status"] for row in contents.table(tables.runs)} == {"done"}
        listed = {one["email"] for one in company.records() if one["status"] == "active"}
        assert listed <= {user.attributes["email"] for user in contents.users.values()}
        company.next_day()
    assert len(look(site).table(tables.runs)) == _ROUNDS


def test_the_other_may_run_once_the_first_is_done(site: Site) -> None:
    with HrSystem(Company(2, _PEOPLE).records()) as hr:
        assert site.run(hr.url).exit_code == 0
        outcome = site.run(hr.url)
    assert outcome.exit_code == 0, outcome
    assert outcome.json()["plan"]["create"] == 0


def test_two_connections_fill_one_directory_at_once(site: Site) -> None:
    companies = {CONNECTION: Company(3, _PEOPLE), "others": Company(4, _PEOPLE, first=1001)}
    for _ in range(_ROUNDS):
        systems = {name: HrSystem(one.records()) for name, one in companies.items()}
        with systems[CONNECTION] as first, systems["others"] as second:
            urls = {CONNECTION: first.url, "others": second.url}
            started = [
                site.start(url, "--confirm-source", connection=name) for name, url in urls.items()
            ]
            outcomes = [ended(one) for one in started]
        assert [one.exit_code for one in outcomes] == [0, 0], [str(one) for one in outcomes]
        contents = look(site)
        assert not lies(contents)
        there = {user.attributes["email"] for user in contents.users.values()}
        for company in companies.values():
            active = {one["email"] for one in company.records() if one["status"] == "active"}
            assert active <= there
            company.next_day()
