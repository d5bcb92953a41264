"""The tables as Markdown, and their places on the page: between marks that name them."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from suite.contenders import FLOOR, ONROLL
from suite.environments import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from suite.latencies import Waiting
    from suite.measuring import Usage
    from suite.race import Result

PAGE = ROOT / "docs" / "explanation" / "performance.md"
TABLES = ("peers", "attributes", "people", "latency", "start")


def put(tables: Mapping[str, str]) -> None:
    """Write tables into the page, each between its marks; the others stay as they are."""
    text = PAGE.read_text()
    for name, table in tables.items():
        marks = re.compile(f"(<!-- table: {name} -->\n).*?(<!-- end of table -->\n)", re.DOTALL)
        assert len(marks.findall(text)) == 1, f"{PAGE} has not one place for the table {name}"
        text = marks.sub(lambda found, table=table: f"{found[1]}\n{table}\n{found[2]}", text)
    PAGE.write_text(text)


def machine() -> str:
    """Say what was measured on and when, without the machine's name."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    when = datetime.now(UTC).date()
    return f"{when}, {platform.system()}, {cores} cores, Python {platform.python_version()}"


def peers(results: Sequence[Result], rounds: int) -> str:
    """Write the table of all contenders."""
    found = {one.contender.name: one for one in results}
    floor, ours = found[FLOOR], found[ONROLL]
    rows = [
        (
            one.contender.title + (" ¹" if one.reckoned_from else ""),
            f"{one.micros:,.1f}",
            f"{one.times(floor):,.1f}",
            f"{one.times(ours):,.2f}",
            f"{one.people_per_second:,.0f}",
            f"{one.peak_mb:,.0f}",
        )
        for one in sorted(results, key=lambda one: one.micros)
    ]
    head = ("program", "CPU µs/person", "times the floor", "times onroll", "people/s", "peak MB")
    notes = [
        f"¹ It read {one.reckoned_from:,} people and 200; the rest is reckoned from the difference."
        for one in results
        if one.reckoned_from
    ]
    return _with_notes(
        _table(head, rows), f"{floor.people:,} people, {rounds} rounds; {machine()}.", notes
    )


def by_attributes(micros: Mapping[int, float], people: int, rounds: int) -> str:
    rows = [(str(number), f"{one:.1f}") for number, one in micros.items()]
    about = f"{people:,} people, {rounds} rounds; {machine()}."
    return _with_notes(_table(("attributes", "CPU µs/person"), rows), about)


def by_people(found: Mapping[int, Usage]) -> str:
    rows = [
        (
            f"{people:,}",
            f"{one.peak_mb:.0f}",
            f"{one.cpu_seconds / people * 1e6:.1f}",
            f"{one.wall_seconds:.1f}",
        )
        for people, one in found.items()
    ]
    head = ("people", "peak MB", "CPU µs/person", "seconds")
    return _with_notes(_table(head, rows), f"One run each; {machine()}.")


def by_latency(found: Iterable[Waiting]) -> str:
    rows = [
        (f"`{one.style}`", str(one.concurrency), f"{one.seconds:.1f}", f"{one.cpu_seconds:.2f}")
        for one in found
    ]
    head = ("style", "`concurrency`", "seconds", "CPU seconds")
    about = (
        "200 pages of 200 people, 50 ms before each answer and 75 before that of page two; "
        f"{machine()}."
    )
    return _with_notes(_table(head, rows), about)


def starting(found: Mapping[str, Usage]) -> str:
    rows = [
        (f"`{name}`", f"{one.cpu_seconds:.3f}", f"{one.wall_seconds:.3f}")
        for name, one in found.items()
    ]
    head = ("command", "CPU seconds", "seconds")
    return _with_notes(_table(head, rows), f"Medians of 15; {machine()}.")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    line = ["---", *["--:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, line, *rows))


def _with_notes(table: str, about: str, notes: Sequence[str] = ()) -> str:
    return "\n\n".join([table, about, *notes]) + "\n"
