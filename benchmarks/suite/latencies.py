"""The figures of benchmarks/latency.py for one latency, taken from what it prints."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

from suite.environments import ROOT

MILLISECONDS = 50
_HEAD = "ms style concurrency requests seconds speed-up CPU s"


@dataclass(frozen=True)
class Waiting:
    """What a reading took with so many requests under way."""

    style: str
    concurrency: int
    seconds: float
    cpu_seconds: float


def latencies() -> list[Waiting]:
    """Run the benchmark, which fails by itself when readings differ."""
    command = [sys.executable, str(ROOT / "benchmarks" / "latency.py"), str(MILLISECONDS)]
    found = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        head = process.stdout.readline()
        assert head.split() == _HEAD.split(), f"another table than expected: {head}"
        for line in process.stdout:
            print(line, end="", flush=True)
            _, style, concurrency, _, seconds, _, cpu = line.split()
            found.append(Waiting(style, int(concurrency), float(seconds), float(cpu)))
    if process.returncode or not found:
        raise SystemExit(f"benchmarks/latency.py ended with {process.returncode}")
    return found
