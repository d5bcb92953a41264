"""`kill -9` at random moments of imports: run again, and everything is as if nothing had been.

Two hundred kills, spread over start-up, reading, planning and, most densely, the writes. A failure
names its seed, which ONROLL_CRASH_SEED repeats as far as moments can be repeated.
"""

from __future__ import annotations

import itertools
import os
import random
import re
import secrets
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import pytest

from onroll.service.importing import ImportJob, open_import
from onroll.service.opening import Options
from onroll.service.subject import find_subject
from onroll.store import tables
from onroll.sync.model import WRITES

from .company import Company, HrSystem
from .importing import CONNECTION, Contents, Site, empty_scim, lies, look, scim_target
from .servers.scim import Scim

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from .conftest import Servers
    from .importing import Picture
    from .servers.postgresql import PostgreSql

_DAYS: Final = 4
_KILLS_A_DAY: Final = 5
_BY_HAND: Final = (1, 2, 3, 4, 99)
_WORKERS: Final = 2
_QUOTAS: Final = {"sqlite": 80, "postgresql": 60, "scim": 60}
#: SQLite is so quick that a small company is written before it can be killed.
_PEOPLE: Final = {"sqlite": 110, "postgresql": 36, "scim": 36}

Phase: TypeAlias = Literal[
    "before there is a store",
    "start-up",
    "reading and planning",
    "in a write",
    "between writes",
    "after the last write",
    "at the end",
]
_APPLYING: Final[tuple[Phase, ...]] = ("in a write", "between writes")


@dataclass
class Durations:
    """How long an uninterrupted import takes, in seconds, in all and once everybody was read."""

    total_seconds: float = 1.0
    rest_seconds: float = 0.4

    def learn(self, total_seconds: float, rest_seconds: float) -> None:
        self.total_seconds += (total_seconds - self.total_seconds) / 2
        self.rest_seconds += (rest_seconds - self.rest_seconds) / 2


@dataclass
class Toll:
    """How many kills there are to be, and which phases they met."""

    quota: int
    phases: Counter[Phase] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_reached(self) -> bool:
        return self.phases.total() >= self.quota

    def count(self, phase: Phase) -> None:
        with self.lock:
            self.phases[phase] += 1


@dataclass(frozen=True)
class Evening:
    """How a day ends when nothing interrupts its import."""

    picture: Picture
    exit_code: int


@dataclass
class History:
    """The days of one company at one site. The same seed gives the same company."""

    seed: int
    site: Site
    people: int

    def __post_init__(self) -> None:
        self.company = Company(self.seed, self.people)
        self.site.set_up()
        # Who makes users by hand makes the store too, and its creation shall be killed as well.
        if not self.site.is_embedded or self.seed % 2:
            self.site.hire_by_hand(*_BY_HAND)

    def evenings(self) -> list[Evening]:
        """Play all days without any harm."""
        found = []
        with HrSystem() as hr:
            for _ in range(_DAYS):
                hr.people = self.company.records()
                exit_code, _counts = _import(self.site, hr)
                found.append(Evening(look(self.site).picture(), exit_code))
                self.company.next_day()
        return found

    def suffer(self, evenings: list[Evening], toll: Toll, durations: Durations) -> None:
        """Play all days, kill imports, and compare what came of it each evening."""
        draw = random.Random(self.seed)
        with HrSystem() as hr:
            for day, evening in enumerate(evenings):
                hr.people = self.company.records()
                killed = self._kill_some(hr, draw, toll, durations, is_first=day == 0)
                when = f"day {day} of seed {self.seed}, killed in {killed}"
                self._finish(hr, evening, durations, when)
                self.company.next_day()

    def _kill_some(
        self, hr: HrSystem, draw: random.Random, toll: Toll, durations: Durations, *, is_first: bool
    ) -> list[Phase]:
        killed: list[Phase] = []
        while len(killed) < _KILLS_A_DAY and not toll.is_reached:
            runs = len(look(self.site).table(tables.runs))
            hr.was_read.clear()
            process = self.site.start(hr.url)
            if (is_first and len(killed) < 2) or draw.random() < 0.25:
                is_dead = _kill(process, draw.uniform(0, durations.total_seconds))
            else:
                # Densest where people are written; a process that ends takes its time as well.
                delay = draw.triangular(0, durations.rest_seconds, durations.rest_seconds / 4)
                is_dead = _kill(process, delay, awaited=hr.was_read)
            if not is_dead:
                break  # it was faster: nothing is left to be done on this day
            killed.append(_phase(self.site, runs))
            toll.count(killed[-1])
            if killed[-1] == "at the end":
                break
        return killed

    def _finish(self, hr: HrSystem, evening: Evening, durations: Durations, when: str) -> None:
        began = time.monotonic()
        outcome = self.site.run(hr.url)
        for _ in range(_LOCK_TRIES):
            if not _HELD.search(outcome.stderr):
                break
            # A database frees the lock of a client that was killed when it notices.
            time.sleep(0.5)
            outcome = self.site.run(hr.url)
        now = time.monotonic()
        durations.learn(now - began, now - hr.read_at)
        assert outcome.exit_code == evening.exit_code, f"{when}: {outcome}"
        contents = look(self.site)
        wrong = contents.picture().differences(evening.picture)
        wrong += lies(contents) + _wrong_runs(contents, outcome.exit_code)
        assert not wrong, f"{when}:\n  " + "\n  ".join(wrong)
        _exit_code, counts = _import(self.site, hr, is_dry_run=True)
        planned = {action: counts[action] for action in WRITES if counts[action]}
        assert not planned, f"{when}: run again, it would {planned}"


#: How often a run is begun that finds the lock of a killed one, and what it says then.
_LOCK_TRIES = 5
_HELD = re.compile(r"error\[already-running\]")


def _kill(
    process: subprocess.Popen[str], delay_seconds: float, awaited: threading.Event | None = None
) -> bool:
    """Kill an import after a while, counted from an event if there is one; False if it was over."""
    while awaited is not None and not awaited.wait(0.005) and process.poll() is None:
        pass
    time.sleep(delay_seconds)
    process.kill()
    _, stderr = process.communicate()
    # Or the database has not noticed yet that the one before was killed, and holds its lock.
    assert process.returncode in (-signal.SIGKILL, 0, 1) or _HELD.search(stderr), stderr
    return process.returncode == -signal.SIGKILL


def _phase(site: Site, runs_before: int) -> Phase:
    """Tell from what is written down where an import was killed."""
    contents = look(site)
    if not contents.has_store:
        return "before there is a store"
    runs = sorted(contents.table(tables.runs), key=lambda row: int(row["number"]))
    if len(runs) == runs_before:
        return "start-up"
    run = runs[-1]
    if run["status"] != "running":
        return "at the end"
    if run["plan"] is None:
        return "reading and planning"
    if any(row["outcome"] is None for row in contents.table(tables.journal)):
        return "in a write"
    lines = [row for row in contents.table(tables.items) if row["run"] == run["id"]]
    is_over = all(row["outcome"] != "planned" for row in lines)
    return "after the last write" if is_over else "between writes"


def _wrong_runs(contents: Contents, exit_code: int) -> list[str]:
    *before, last = sorted(contents.table(tables.runs), key=lambda row: int(row["number"]))
    found = [] if (last["status"], last["exit_code"]) == ("done", exit_code) else [str(last)]
    # One that was killed after its last word is done nevertheless.
    return found + [
        f"run {row['number']} is {row['status']} with {row['exit_code']}"
        for row in before
        if (row["status"], row["exit_code"])
        not in {("interrupted", None), ("done", 0), ("done", 1)}
    ]


def _import(site: Site, hr: HrSystem, *, is_dry_run: bool = False) -> tuple[int, dict[str, int]]:
    """Import in this process; return the exit code, and the counts of the plan."""
    subject = find_subject(CONNECTION, site.folder / "onroll.yaml")
    job = ImportJob(
        subject,
        subject.settings({}, {}),
        site.store,
        Options(base_url=hr.url),
        is_dry_run=is_dry_run,
        allowed_suspensions=1000,
    )
    with open_import(job) as run:
        report = run.apply(run.plan())
    return report.exit_code, asdict(report.counts)


# ---- the three places ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where imports go: `new_site` gives a site in a folder, with nobody in it.

    `people` is how many a company has at first, `quota` how many kills there are to be.
    """

    people: int
    quota: int
    new_site: Callable[[Path], AbstractContextManager[Site]]


@contextmanager
def _on_sqlite(folder: Path) -> Iterator[Site]:
    yield Site(folder, str(folder / "onroll.db"))


_SEED: Final = int(os.environ.get("ONROLL_CRASH_SEED") or secrets.randbelow(10**6))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "scim"])
def test_whoever_is_killed_goes_on_as_if_nothing_had_been(
    kind: str, tmp_path: Path, servers: Servers, request: pytest.FixtureRequest
) -> None:
    with ExitStack() as stack:
        if kind == "postgresql":
            server: PostgreSql = request.getfixturevalue("postgresql")

            @contextmanager
            def new_site(folder: Path) -> Iterator[Site]:
                with server.database() as url:
                    yield Site(folder, url)

        elif kind == "scim":
            services = SimpleQueue[Scim]()
            for _ in range(_WORKERS):
                services.put(stack.enter_context(servers.running(Scim(empty=True))))

            @contextmanager
            def new_site(folder: Path) -> Iterator[Site]:
                service = services.get()
                empty_scim(service)
                yield Site(folder, str(folder / "onroll.db"), scim_target(service))
                services.put(service)

        else:
            new_site = _on_sqlite

        toll = _exact(Place(_PEOPLE[kind], _QUOTAS[kind], new_site), tmp_path)
    told = ", ".join(f"{count} {phase}" for phase, count in toll.phases.most_common())
    servers.note(f"kills on {kind} (seed {_SEED}): {told}")
    applying = sum(toll.phases[phase] for phase in _APPLYING)
    assert applying >= toll.quota / 5, f"too few kills met the writes: {told}"


def _exact(place: Place, folder: Path) -> Toll:
    """Play histories until there are enough kills."""
    toll, durations = Toll(place.quota), Durations()
    numbers = itertools.count(_SEED)

    def work() -> None:
        while not toll.is_reached:
            seed = next(numbers)
            with place.new_site(folder / f"{seed}-calm") as site:
                evenings = History(seed, site, place.people).evenings()
            with place.new_site(folder / f"{seed}-killed") as site:
                History(seed, site, place.people).suffer(evenings, toll, durations)

    with ThreadPoolExecutor(_WORKERS) as pool:
        for one in [pool.submit(work) for _ in range(_WORKERS)]:
            one.result()
    return toll
