"""How many instructions a process takes, by Valgrind's Cachegrind.

Of Valgrind's tools that count, it is the cheapest: fifty times slower than the processor, where
Callgrind takes a third longer and Lackey six times as long. The caches are not simulated. What
the kernel does is not counted. Valgrind lays out memory alike each time, so address
randomization need not be off: counts with and without were the same.

https://valgrind.org/docs/manual/cg-manual.html
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.servers.installation import debian_packages

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Failed", "count", "install", "run"]

_SUMMARY = re.compile(r"^summary: (\d+)$", re.MULTILINE)


class Failed(Exception):
    """A program that ended with another exit code than 0; the text has its last words."""


def install() -> None:
    """Install Valgrind. Raises `InstallationError` where that cannot be done."""
    debian_packages(["valgrind"], ["valgrind"])


def run(command: Sequence[str]) -> None:
    """Run a program as it is counted, but at its full speed; raise `Failed`."""
    with tempfile.TemporaryDirectory() as scratch:
        _run(command, Path(scratch))


def count(command: Sequence[str]) -> int:
    """Return how many instructions a program takes with all its threads; raise `Failed`.

    Processes that it starts are not counted.
    """
    with tempfile.TemporaryDirectory() as scratch:
        counts = Path(scratch) / "counts"
        options = ("--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={counts}")
        _run([_valgrind(), "--quiet", *options, *command], Path(scratch))
        found = _SUMMARY.search(counts.read_text(encoding="utf-8", errors="replace"))
    if found is None:
        raise Failed("valgrind wrote no summary")
    return int(found.group(1))


def _valgrind() -> str:
    found = shutil.which("valgrind")
    if found is None:
        raise Failed("valgrind is not installed")
    return found


def _run(command: Sequence[str], scratch: Path) -> None:
    # Always the same environment: the order of a set, and so the path of a program, hangs on it.
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(scratch),
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
    }
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        cwd=scratch,
        env=environment,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace")[-2_000:]
        raise Failed(f"`{' '.join(command)}` ended with {done.returncode}:\n{said}")
