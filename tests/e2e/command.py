"""The command line as a person meets it: a fresh process, an empty folder, its words and code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_PUBLIC_SETTINGS = frozenset({"client_id"})


@dataclass(frozen=True)
class Outcome:
    """What one call of the command line did."""

    arguments: tuple[str, ...]
    exit_code: int
    stdout: str
    stderr: str
    seconds: float

    def json(self) -> Any:
        return json.loads(self.stdout)

    def lines(self) -> list[dict[str, Any]]:
        """Return the JSON objects of standard output, one a line."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    def __str__(self) -> str:
        return (
            f"`onroll {' '.join(self.arguments)}` ended with {self.exit_code} after "
            f"{self.seconds:.1f} s\nstandard output begins: {self.stdout[:1500]}\n"
            f"standard error ends: {self.stderr[-3000:]}"
        )


@dataclass(frozen=True)
class Listing:
    """What one `onroll fetch` did: its people and its report."""

    outcome: Outcome
    users: list[dict[str, Any]]
    report: dict[str, Any]

    @property
    def exit_code(self) -> int:
        return self.outcome.exit_code

    @property
    def emails(self) -> set[str]:
        return {user["email"] for user in self.users}

    def __str__(self) -> str:
        return f"{self.outcome}\nreport: {json.dumps(self.report, indent=1)}"


class CommandLine:
    """Call `onroll` in `folder`, with nothing of this process's own settings in its environment."""

    def __init__(
        self, folder: Path, refuse_secrets: Callable[[str], None] = lambda _: None
    ) -> None:
        self.folder = folder
        self._refuse_secrets = refuse_secrets

    def __call__(
        self,
        *arguments: str | Path,
        settings: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        timeout_seconds: float = 240,
    ) -> Outcome:
        """Call it and wait; no value of a secret setting may be in what it says."""
        given = settings or {}
        words = [str(argument) for argument in arguments]
        words += [word for name in given for word in ("--set", f"{name}={given[name]}")]
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "onroll", *words],
            cwd=self.folder,
            env={**self._environment(), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        try:
            stdout, stderr = process.communicate(timeout=timeout_seconds)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        seconds = time.monotonic() - began
        shown = tuple(str(argument) for argument in arguments)
        outcome = Outcome(shown, process.returncode, stdout, stderr, seconds)
        self._refuse_secrets(stdout + stderr)
        for name in given.keys() - _PUBLIC_SETTINGS:
            assert given[name] not in stdout + stderr, f"the value of `{name}` was printed"
        return outcome

    def fetch(
        self,
        connector: str | Path,
        *arguments: str | Path,
        settings: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        timeout_seconds: float = 240,
    ) -> Listing:
        """Call `onroll fetch` and read its people and its report."""
        report = self.folder / "report.json"
        report.unlink(missing_ok=True)
        outcome = self(
            "fetch",
            connector,
            *arguments,
            "--report",
            report,
            settings=settings,
            environment=environment,
            timeout_seconds=timeout_seconds,
        )
        assert report.exists(), f"there is no report\n{outcome}"
        return Listing(outcome, outcome.lines(), json.loads(report.read_text(encoding="utf-8")))

    def _environment(self) -> dict[str, str]:
        # UTF-8, because the people's names are printed; no proxy, because servers are local.
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        return {**kept, "HOME": str(self.folder), "LANG": "C.UTF-8", "NO_PROXY": "*"}


def assert_complete(listing: Listing, count: int) -> None:
    """Check that a listing has `count` different people and says so everywhere."""
    assert listing.exit_code == 0, listing
    assert len(listing.users) == count, listing
    assert len({user["id"] for user in listing.users}) == count, listing
    report = listing.report
    assert report["complete"] is True, listing
    assert report["distinct"] == count, listing
    assert report["refused"] == 0, listing
    assert not report["reasons"], listing


def assert_incomplete(listing: Listing) -> None:
    """Check that a listing says that it is not whole, and why; who was listed is there once."""
    assert listing.exit_code == 4, listing
    assert listing.report["complete"] is False, listing
    assert listing.report["proof"] is None, listing
    assert listing.report["reasons"], listing
    assert all(isinstance(reason, str) and reason for reason in listing.report["reasons"]), listing
    assert len({user["id"] for user in listing.users}) == len(listing.users), listing
