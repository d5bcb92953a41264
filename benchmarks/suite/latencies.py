"""The figures of benchmarks/latency.py for one latency.

It runs as a process of its own: what is loaded here counts for the memory of whatever else is
measured from here (see `Usage`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from suite.environments import ROOT

MILLISECONDS = 50


@dataclass(frozen=True)
class Waiting:
    """What a reading took with so many requests under way."""

    style: str
    concurrency: int
    seconds: float
    cpu_seconds: float


def latencies() -> list[Waiting]:
    """Run the benchmark, which fails by itself when readings differ."""
    script = ROOT / "benchmarks" / "latency.py"
    command = [sys.executable, str(script), "--json", str(MILLISECONDS)]
    found = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            one = json.loads(line)
            found.append(
                Waiting(one["style"], one["concurrency"], one["seconds"], one["cpu_seconds"])
            )
    if process.returncode or not found:
        raise SystemExit(f"benchmarks/latency.py ended with {process.returncode}")
    return found
