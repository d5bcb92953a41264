"""Time, CPU and peak memory of `onroll import` against the number of people, as whole processes.

    python benchmarks/import.py 2000 20000 100000
    python benchmarks/import.py 100000 --postgresql
    python benchmarks/import.py 100000 1000000 --sublinear --keep /tmp/stores

For each number of people: the first import of all; a dry run after a day on which one in a hundred
joined or changed; and the applying of just that plan. The sandbox runs in a process of its own,
and a database server's CPU and memory are its own too: neither is counted. With --keep the first
import's SQLite file is kept, and a copy of it is used when the benchmark runs again.

The bounds hold on two cores that nothing else uses: up to 100,000 people a dry run takes less than
12 s of CPU and 400 MB, and 1,000 changes are applied to SQLite in less than 5 s. With --sublinear
the dry run's peak memory must grow less than half as fast as the number of people.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

BOUNDED_PEOPLE = 100_000
DRY_RUN_CPU_SECONDS = 12
DRY_RUN_PEAK_MB = 400
SECONDS_PER_1000_CHANGES = 5
PORT = 8779
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Cost:
    """What one command took."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


@dataclass(frozen=True)
class Source:
    """A sandbox in a process of its own."""

    url: str

    def next_day(self, changes: int) -> None:
        """Let a day go by on which so many people join or change."""
        request = Request(f"{self.url}/sandbox/next-day?changes={changes}", method="POST")
        with urlopen(request, timeout=600) as answer:
            print(f"  {json.load(answer)['summary']}", flush=True)


@contextlib.contextmanager
def serving(people: int, port: int) -> Iterator[Source]:
    """Start a sandbox, and end it. Port 0 is a free one."""
    code = (
        "from onroll.testing.sandbox import Sandbox\n"
        f"s = Sandbox(users={people}, port={port})\n"
        "print(s.url, flush=True)\n"
        "s.wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as one:
        try:
            assert one.stdout is not None
            url = one.stdout.readline().strip()
            if not url:
                sys.exit("the sandbox did not start")
            yield Source(url)
        finally:
            one.terminate()


def run_import(folder: Path, store: str, base_url: str, *arguments: str) -> Cost:
    """Run one import and measure it; stop the benchmark where it fails, with what it said."""
    words = folder / "words"
    command = [
        *(sys.executable, "-m", "onroll", "import", "personio", "--base-url", f"{base_url}/v1"),
        *("--no-rate-limit", *arguments),
    ]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ONROLL_")},
        "ONROLL_PERSONIO_CLIENT_ID": "demo",
        "ONROLL_PERSONIO_CLIENT_SECRET": "demo-secret",
        "ONROLL_STORE": store,  # its URL may hold a password, which a command line would show
    }
    started = time.monotonic()
    with words.open("w") as file:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=file, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"exit code {process.returncode}: {' '.join(arguments)}\n{words.read_text()}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1_000_000)


def measure(
    people: int, store: str, folder: Path, kept: Path | None
) -> tuple[dict[str, Cost], int]:
    """Measure both days of a company, and return how many changes the second one's plan had."""
    plan = folder / "plan.json"
    costs = {}
    # A store knows its source again by its address.
    with serving(people, PORT if kept else 0) as source:
        if kept and kept.exists():
            shutil.copyfile(kept, store)
        else:
            costs["first import"] = run_import(folder, store, source.url, "--yes")
            show(people, "first import", costs["first import"])
            if kept:
                keep(store, kept)
        source.next_day(people // 100)
        costs["dry run"] = run_import(
            folder, store, source.url, "--dry-run", "--plan-out", str(plan)
        )
        show(people, "dry run", costs["dry run"])
        # A plan that was kept is applied without the source: these are the changes and no more.
        costs["apply"] = run_import(
            folder, store, source.url, "--plan", str(plan), "--yes", "--results", "results.json"
        )
    changes = count_applied(folder / "results.json")
    show(people, f"apply {changes:,}", costs["apply"])
    return costs, changes


def keep(store: str, kept: Path) -> None:
    """Copy a store whole, with what its write-ahead log still has."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    with (
        contextlib.closing(sqlite3.connect(store)) as old,
        contextlib.closing(sqlite3.connect(part)) as new,
    ):
        old.backup(new)
    part.rename(kept)


def count_applied(results: Path) -> int:
    """Count the people of a results file whose change was applied."""
    found = json.loads(results.read_text(encoding="utf-8"))
    items = found["items"] if isinstance(found, dict) else found
    return sum(item["outcome"] == "applied" for item in items)


def show(people: int, step: str, cost: Cost) -> None:
    """Print a line of the table."""
    print(
        f"{people:>10,} {step:<14} {cost.seconds:>9.1f} {cost.cpu_seconds:>9.1f}"
        f" {cost.cpu_seconds / people * 1e6:>14.1f} {cost.peak_mb:>9.1f}",
        flush=True,
    )


def judge(people: int, costs: dict[str, Cost], changes: int, *, is_sqlite: bool) -> list[str]:
    """Return the bounds that were not kept."""
    misses = []
    dry_run = costs["dry run"]
    if people <= BOUNDED_PEOPLE and dry_run.cpu_seconds >= DRY_RUN_CPU_SECONDS:
        misses.append(f"{people:,}: a dry run took {DRY_RUN_CPU_SECONDS} s of CPU or more")
    if people <= BOUNDED_PEOPLE and dry_run.peak_mb >= DRY_RUN_PEAK_MB:
        misses.append(f"{people:,}: a dry run took {DRY_RUN_PEAK_MB} MB or more")
    bound = SECONDS_PER_1000_CHANGES * max(1.0, changes / 1000)
    if is_sqlite and costs["apply"].seconds >= bound:
        misses.append(f"{people:,}: {changes:,} changes were not applied in {bound:.1f} s")
    return misses


def judge_growth(peaks: dict[int, float]) -> list[str]:
    """Return whether memory grew at least half as fast as the number of people."""
    few, many = min(peaks), max(peaks)
    grown = peaks[many] / peaks[few]
    if grown < many / few / 2:
        return []
    return [f"from {few:,} to {many:,} people a dry run's memory grew {grown:.1f} times"]


@contextlib.contextmanager
def own_databases() -> Iterator[Callable[[Path], AbstractContextManager[str]]]:
    """Start PostgreSQL as the end-to-end tests do; each number of people gets a database."""
    sys.path.insert(0, str(ROOT / "tests" / "e2e"))
    try:
        from servers.postgresql import PostgreSql  # noqa: PLC0415  (only when it is asked for)
    except ImportError as error:
        sys.exit(f"--postgresql needs what the end-to-end tests need: {error}")
    with PostgreSql() as server:
        yield lambda _folder: server.database()


def stores(
    chosen: argparse.Namespace,
) -> AbstractContextManager[Callable[[Path], AbstractContextManager[str]]]:
    """Return where each number of people is kept: PostgreSQL, the store named, or a new file."""
    if chosen.postgresql:
        return own_databases()
    if chosen.store:
        return contextlib.nullcontext(lambda _folder: contextlib.nullcontext(chosen.store))
    return contextlib.nullcontext(lambda folder: contextlib.nullcontext(str(folder / "onroll.db")))


def read_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("people", type=int, nargs="*", default=[2_000, 20_000])
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--store", metavar="URL|FILE", help="an empty store, for one number")
    place.add_argument("--postgresql", action="store_true", help="start one of our own")
    place.add_argument(
        "--keep", metavar="FOLDER", type=Path, help="keep first imports here, or take them up"
    )
    parser.add_argument("--sublinear", action="store_true", help="compare least and most people")
    chosen = parser.parse_args(arguments)
    if min(chosen.people) < 1_000:
        parser.error("measure 1,000 people or more")
    if chosen.store and len(chosen.people) != 1:
        parser.error("--store is for one number of people")
    if chosen.sublinear and len(set(chosen.people)) < 2:
        parser.error("--sublinear compares two numbers of people")
    return chosen


def main() -> None:
    """Print three lines for each number of people, and fail where a bound was not kept."""
    chosen = read_arguments()
    is_sqlite = not (chosen.postgresql or "://" in (chosen.store or ""))
    misses: list[str] = []
    peaks: dict[int, float] = {}
    print(
        f"{'people':>10} {'step':<14} {'seconds':>9} {'CPU s':>9} {'CPU µs/person':>14}"
        f" {'peak MB':>9}"
    )
    with stores(chosen) as new_store:
        for people in chosen.people:
            with tempfile.TemporaryDirectory() as scratch, new_store(Path(scratch)) as store:
                kept = chosen.keep and chosen.keep / f"{people}.db"
                costs, changes = measure(people, store, Path(scratch), kept)
            peaks[people] = costs["dry run"].peak_mb
            misses += judge(people, costs, changes, is_sqlite=is_sqlite)
    if chosen.sublinear:
        misses += judge_growth(peaks)
    if misses:
        sys.exit("\n".join(misses))


if __name__ == "__main__":
    main()
