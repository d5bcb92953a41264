"""`onroll sandbox` as a program: what it says, and that its days go by."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def started(*arguments: str) -> Iterator[str]:
    """Start the sandbox on a free port, and give what it says first."""
    command = [sys.executable, "-m", "onroll", "sandbox", "--port", "0", *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        lines = []
        for line in process.stderr:
            lines.append(line)
            if "curl" in line:
                break
        try:
            yield "".join(lines)
        finally:
            process.terminate()


def test_it_says_how_a_day_goes_by() -> None:
    with started("--users", "30") as banner:
        (url,) = re.findall(r"curl -X POST (http://127.0.0.1:\d+/sandbox/next-day)\n", banner)
        with urlopen(Request(url, method="POST"), timeout=10) as answer:
            assert b'"summary":"day 1 (2026-04-28): 2 joined, 1 left' in answer.read()


def test_it_starts_after_days_and_counts_who_joined_since() -> None:
    with started("--users", "450", "--day", "5") as banner:
        assert banner.startswith("serving 460 synthetic people at ")
