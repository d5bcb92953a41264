"""Run the command line in this process, and see everything it says and returns."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from onroll.cli import main
from onroll.testing.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Outcome:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, read as JSON."""
        return json.loads(self.out)

    @property
    def users(self) -> list[dict[str, Any]]:
        """Standard output, read as one user a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = "Callable[..., Outcome]"


@pytest.fixture
def onroll(
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    refuse_secrets: Callable[[str], None],
) -> Callable[..., Outcome]:
    """Run a command in an empty folder, with an environment that names no setting.

    Fails the test when a secret is in what the command says.
    """
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("ONROLL_")]:
        monkeypatch.delenv(name)

    def run(*arguments: str) -> Outcome:
        capsysbinary.readouterr()
        with pytest.raises(SystemExit) as exit_:
            main(arguments)
        said = capsysbinary.readouterr()
        code = exit_.value.code
        assert isinstance(code, int)
        outcome = Outcome(code, said.out.decode(), said.err.decode())
        refuse_secrets(outcome.out + outcome.err)
        return outcome

    return run


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """Serve 450 people who are all well."""
    with Sandbox(users=450) as running:
        yield running


@pytest.fixture
def where(sandbox: Sandbox) -> tuple[str, ...]:
    """Return the options that lead `personio` to the sandbox."""
    return at(sandbox)


def at(sandbox: Sandbox, secret: str = "s3cr3t-of-the-demo") -> tuple[str, ...]:
    """Return the options that lead `personio` to a sandbox."""
    return (
        *("--base-url", f"{sandbox.url}/v1"),
        *("--set", "client_id=demo", "--set", f"client_secret={secret}"),
    )
