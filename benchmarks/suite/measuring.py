"""What a whole process takes, measured from outside: CPU, time and peak memory."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

# Server and contender have a core each, where there are two; a third would be nobody's.
_CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
_PLACES = {"server": 0, "contender": -1}


@dataclass(frozen=True)
class Usage:
    """What a process took. `cpu_seconds` are of user and system, its children's among them.

    `peak_mb` is never less than what whoever measures takes itself, some 30 MB.
    """

    cpu_seconds: float
    wall_seconds: float
    peak_mb: float


class Failed(Exception):
    """A process that ended with another exit code than 0; says the end of what it printed."""


@contextmanager
def placed(role: str) -> Iterator[None]:
    """Let processes that are started meanwhile stay on the core of their role."""
    if len(_CORES) < 2:
        yield
        return
    os.sched_setaffinity(0, {_CORES[_PLACES[role]]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, _CORES)


def measure(
    command: Sequence[str],
    *,
    output: Path,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> Usage:
    """Run a process to its end, with its standard output in a file; raise Failed."""
    said = output.with_suffix(".stderr")
    with output.open("wb") as out, said.open("wb") as errors, placed("contender"):
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdout=out,
            stderr=errors,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
            cwd=directory,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        text = said.read_text(errors="replace")[-2_000:]
        raise Failed(f"{command[0]} ended with {process.returncode}: {text}")
    return Usage(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024 / 1_000_000)
