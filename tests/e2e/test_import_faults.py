"""Imports from sources and into targets that fail on the way: nothing is guessed, nobody is twice.

Each test also shows that its fault really happened, and that the next import heals what is left.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from onroll.store import tables
from onroll.store.database import open_store

from .company import Company, HrSystem
from .importing import Site, empty_scim, ended, lies, look, scim_target
from .servers.fault_proxy import FaultProxy, Rule
from .servers.postgresql import PostgreSql
from .servers.scim import Scim

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from .conftest import Servers
    from .importing import Contents, Picture

_PEOPLE = 36
_JSON = {"Content-Type": "application/json"}


# ---- the source ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """What is wrong with the source: `rules` of the proxy, or what the HR system itself says."""

    name: str
    rules: Sequence[Rule] = ()
    total: int | None = None
    is_unreadable: bool = False  # a page cannot be read at all, so nothing can go on

    def __str__(self) -> str:
        return self.name


_NOBODY = '{"people": [], "total": 38}'
_THIRD_PAGE: Any = {"every": 1, "path": "/people?limit=10&offset=20"}

_CASES = [
    Case("cut in mid-page", [Rule("cut", **_THIRD_PAGE)], is_unreadable=True),
    Case("shorter than announced", [Rule("truncate", **_THIRD_PAGE)], is_unreadable=True),
    Case("connection killed", [Rule("kill", **_THIRD_PAGE)], is_unreadable=True),
    Case("500", [Rule("answer", **_THIRD_PAGE, status=500)], is_unreadable=True),
    Case("403", [Rule("answer", **_THIRD_PAGE, status=403)], is_unreadable=True),
    Case("a page repeated", [Rule("repeat", **_THIRD_PAGE)]),
    Case("an empty page", [Rule("answer", **_THIRD_PAGE, headers=_JSON, body=_NOBODY)]),
    Case("a total that is too high", total=99),
    Case("a total that is too low", total=7),
]


@pytest.fixture(scope="module")
def hr() -> Iterator[HrSystem]:
    with HrSystem() as system:
        yield system


@pytest.fixture(scope="module")
def source(servers: Servers, hr: HrSystem) -> Iterator[FaultProxy]:
    with servers.running(FaultProxy(hr.url)) as proxy:
        yield proxy


@dataclass
class Scene:
    """A site whose first import is over, and a source where things have changed since."""

    site: Site
    hr: HrSystem
    source: FaultProxy
    before: Contents
    staying: set[str] = field(default_factory=set)

    def written(self) -> Mapping[str, Any]:
        """Return what an import writes beside its own run."""
        runs = {tables.runs.name, tables.plans.name, tables.items.name}
        return {name: rows for name, rows in look(self.site).rows.items() if name not in runs}


@pytest.fixture
def scene(tmp_path: Path, hr: HrSystem, source: FaultProxy) -> Scene:
    company = Company(7, _PEOPLE)
    site = Site(tmp_path / "site", str(tmp_path / "onroll.db"))
    site.set_up()
    source.use()
    hr.total, hr.people = None, company.records()
    outcome = site.run(source.url)
    assert outcome.exit_code == 0, outcome
    company.next_day()
    hr.people = company.records()
    return Scene(site, hr, source, look(site))


@pytest.mark.parametrize("case", _CASES, ids=str)
def test_an_incomplete_listing_writes_nothing(scene: Scene, case: Case) -> None:
    before = scene.written()
    scene.source.use(*case.rules)
    scene.hr.total = case.total

    outcome = scene.site.run(scene.source.url)

    assert outcome.exit_code == 4, outcome
    assert scene.source.faulty() or case.total, outcome
    assert scene.written() == before
    assert not lies(look(scene.site))
    _heal(scene)


@pytest.mark.parametrize("case", _CASES, ids=str)
def test_an_incomplete_listing_never_suspends_by_absence(scene: Scene, case: Case) -> None:
    scene.source.use(*case.rules)
    scene.hr.total = case.total
    on_leave = {one["id"] for one in scene.hr.people if one["status"] != "active"}

    outcome = scene.site.run(scene.source.url, "--allow-incomplete")

    assert outcome.exit_code in ((4,) if case.is_unreadable else (0, 1)), outcome
    suspended = {
        row["source_id"]
        for row in look(scene.site).table(tables.items)
        if row["action"] == "suspend" and row["outcome"] == "applied"
    }
    assert suspended <= on_leave, outcome
    assert not lies(look(scene.site))
    _heal(scene)


@pytest.mark.parametrize("share", [0, 0.4], ids=["nobody", "less than half"])
def test_a_source_that_loses_its_people_is_blocked(scene: Scene, share: float) -> None:
    before = scene.written()
    everybody = scene.hr.people
    scene.hr.people = everybody[: int(len(everybody) * share)]

    outcome = scene.site.run(scene.source.url)

    assert outcome.exit_code == 6, outcome
    assert ("nobody-listed" if share == 0 else "few-returned") in outcome.stderr, outcome
    assert scene.written() == before
    scene.hr.people = everybody
    _heal(scene)


def _heal(scene: Scene) -> None:
    """Import without faults; everybody is then as the source says."""
    scene.source.use()
    scene.hr.total = None
    outcome = scene.site.run(scene.source.url)
    assert outcome.exit_code == 0, outcome
    contents = look(scene.site)
    assert not lies(contents)
    _assert_as_listed(contents, scene.hr)


def _assert_as_listed(contents: Contents, hr: HrSystem) -> None:
    states = {user.attributes["email"]: user.state for user in contents.users.values()}
    for one in hr.people:
        wanted = "active" if one["status"] == "active" else "suspended"
        assert states.get(one["email"], "suspended") == wanted, one["id"]
    listed = {one["email"] for one in hr.people}
    assert not [one for one, state in states.items() if one not in listed and state == "active"]


# ---- the target ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class TargetCase:
    """What is wrong with the target, and with which code the import may end."""

    name: str
    rules: Sequence[Rule]
    exit_codes: tuple[int, ...]

    def __str__(self) -> str:
        return self.name


_USERS = "/v2/Users"
_TARGET_CASES = [
    TargetCase(
        "429 with Retry-After",
        [Rule("answer", at=(5, 9), path=_USERS, status=429, headers={"Retry-After": "1"})],
        (0,),
    ),
    TargetCase(
        "503 for a while", [Rule("answer", at=(8, 9, 20), path=_USERS, status=503)], (0,)
    ),
    TargetCase(
        "500 for one write", [Rule("answer", at=(3,), method="POST", path=_USERS, status=500)], (0,)
    ),
    TargetCase("500 at last", [Rule("answer", at=tuple(range(30, 999)), status=500)], (5,)),
    TargetCase("nobody there at last", [Rule("kill", at=tuple(range(30, 999)))], (5,)),
    TargetCase(
        "creations done whose answers are lost",
        [Rule("truncate", every=3, method="POST", keep=20)],
        (0,),
    ),
    TargetCase(
        "every creation's answer lost", [Rule("truncate", every=1, method="POST", keep=20)], (0,)
    ),
    TargetCase(
        "changes done whose answers are lost",
        [Rule("cut", every=2, method="PATCH", keep=20)],
        (0, 1, 5),
    ),
    TargetCase("connections killed before an answer", [Rule("kill", every=7)], (0,)),
    TargetCase(
        "409 for two", [Rule("answer", at=(2, 4), method="POST", path=_USERS, status=409)], (1,)
    ),
    TargetCase(
        "412 for two", [Rule("answer", at=(2, 4), method="PATCH", path=_USERS, status=412)], (0, 1)
    ),
    TargetCase(
        "groups refused", [Rule("answer", every=2, method="PATCH", path="/v2/Groups", status=403)],
        (1,),
    ),
    TargetCase(
        "groups fail", [Rule("answer", every=1, method="PATCH", path="/v2/Groups", status=500)],
        (1, 5),
    ),
    TargetCase(
        "credentials refused at last", [Rule("answer", at=tuple(range(25, 999)), status=401)], (5,)
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def service(servers: Servers) -> Iterator[Scim]:
    with servers.running(Scim(empty=True)) as server:
        yield server


@pytest.fixture(scope="module")
def target(servers: Servers, service: Scim) -> Iterator[FaultProxy]:
    with servers.running(FaultProxy(service.url)) as proxy:
        yield proxy


def _days() -> list[list[dict[str, Any]]]:
    company = Company(11, _PEOPLE)
    first = company.records()
    company.next_day()
    return [first, company.records()]


@pytest.fixture(scope="module")
def evenings(service: Scim, tmp_path_factory: pytest.TempPathFactory) -> list[Picture]:
    """How each day ends without faults."""
    folder = tmp_path_factory.mktemp("calm")
    site = Site(folder / "site", str(folder / "onroll.db"), scim_target(service))
    return _play(site, service)


def _play(site: Site, service: Scim) -> list[Picture]:
    empty_scim(service)
    site.set_up()
    site.hire_by_hand(1, 2, 99)
    found = []
    with HrSystem() as hr:
        for people in _days():
            hr.people = people
            outcome = site.run(hr.url, "--confirm-source")
            assert outcome.exit_code == 0, outcome
            found.append(look(site).picture())
    return found


@pytest.mark.parametrize("case", _TARGET_CASES, ids=str)
def test_a_failing_target_is_healed_by_the_next_import(
    case: TargetCase,
    service: Scim,
    target: FaultProxy,
    evenings: list[Picture],
    tmp_path: Path,
) -> None:
    empty_scim(service)
    target.use()
    config = scim_target(service, f"{target.url}/v2")
    site = Site(tmp_path / "site", str(tmp_path / "onroll.db"), config)
    site.set_up()
    site.hire_by_hand(1, 2, 99)
    was_met = False
    with HrSystem() as hr:
        for people, evening in zip(_days(), evenings, strict=True):
            hr.people = people
            target.use(*case.rules)
            outcome = site.run(hr.url, "--confirm-source")
            if faulty := target.faulty():
                was_met = True
                assert outcome.exit_code in case.exit_codes, outcome
            else:
                assert outcome.exit_code == 0, outcome
            target.use()
            assert not lies(look(site), finished=outcome.exit_code != 5), outcome
            for _ in range(2):
                healing = site.run(hr.url, "--confirm-source")
            assert healing.exit_code == 0, healing
            contents = look(site)
            wrong = contents.picture().differences(evening) + lies(contents)
            assert not wrong, "\n  ".join([str(outcome), str(faulty[:3]), *wrong])
    assert was_met


# ---- the store -----------------------------------------------------------------------------------


@pytest.fixture
def database(servers: Servers) -> Iterator[PostgreSql]:
    """A server of the test's own, which it may kill."""
    with servers.running(PostgreSql()) as server:
        yield server


def test_a_database_that_dies_in_the_middle_loses_nothing(
    database: PostgreSql, tmp_path: Path
) -> None:
    with database.database() as url, HrSystem(Company(5, 150).records()) as hr:
        site = Site(tmp_path / "site", url)
        site.set_up()
        for wanted in (10, 60):
            process = site.start(hr.url)
            _wait_for_writes(site, wanted)
            database.kill()
            outcome = ended(process)
            assert outcome.exit_code == 5, outcome
            assert "store-unreachable" in outcome.stderr, outcome
            database.start_again()
        outcome = site.run(hr.url)
        assert outcome.exit_code == 0, outcome
        contents = look(site)
        assert not lies(contents)
        _assert_as_listed(contents, hr)


def _wait_for_writes(site: Site, count: int) -> None:
    deadline = time.monotonic() + 120
    with open_store(site.store, for_writing=True) as store:
        while time.monotonic() < deadline:
            with store.read() as db:
                if len(db.execute(tables.journal.select()).all()) >= count:
                    return
            time.sleep(0.01)
    pytest.fail("the import wrote nothing")


def test_a_full_disk_ends_an_import_and_breaks_nothing(tmp_path: Path) -> None:
    company = Company(6, 60)
    site = Site(tmp_path / "site", str(tmp_path / "onroll.db"))
    site.set_up()
    with HrSystem() as hr:
        for largest_file_bytes in (20_000, 200_000, 300_000):
            hr.people = company.records()
            outcome = ended(site.start(hr.url, largest_file_bytes=largest_file_bytes))
            assert outcome.exit_code == 5, outcome
            with closing(sqlite3.connect(site.store)) as db:
                assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            outcome = site.run(hr.url)
            assert outcome.exit_code == 0, outcome
            contents = look(site)
            assert not lies(contents)
            _assert_as_listed(contents, hr)
            company.next_day(hires=20)
