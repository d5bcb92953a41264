"""What all servers have in common: install, prepare, start on a port, fill, stop in any case."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import httpx
from tests.ports import free_port

from .installation import last_lines, log_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HOST = "127.0.0.1"
_LEASH = Path(__file__).with_name("leash.py")


class ServerError(Exception):
    """A server did not start, or did not do what its seeding asked for."""


class Server(ABC):
    """One server process on 127.0.0.1.

    `seconds` tells how long each step took, for the summary at the end of the tests.
    """

    name: ClassVar[str]
    start_seconds: ClassVar[float] = 60

    def __init__(self, port: int | None = None) -> None:
        self.port = port or free_port()
        self.seconds: dict[str, float] = {}
        self.log = log_file(f"{self.name}-{self.port}")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @abstractmethod
    def install(self) -> None:
        """Install the program; done already is done in no time."""

    @abstractmethod
    def command(self) -> Sequence[str | Path]:
        """Return what to run, in the foreground."""

    def prepare(self) -> None:
        """Make what must exist before the start."""
        return

    def seed(self) -> None:
        """Fill the running server."""
        return

    def folder(self) -> Path | None:
        """Return the folder to run in."""
        return None

    def environment(self) -> Mapping[str, str]:
        """Return what is added to the environment."""
        return {}

    def is_ready(self, client: httpx.Client) -> bool:
        """Say whether the server answers; it may raise a transport error while it does not."""
        client.get(self.url)
        return True

    def start(self) -> None:
        for step in (self.install, self.prepare, self._launch, self.seed):
            with self._timed(step.__name__.lstrip("_")):
                step()

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()  # the leash ends the whole group
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _launch(self) -> None:
        command = [sys.executable, "-I", str(_LEASH), *map(str, self.command())]
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                cwd=self.folder(),
                env={**os.environ, **self.environment()},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + self.start_seconds
        with httpx.Client(trust_env=False, timeout=10) as client:
            while not self._answers(client):
                if self._process.poll() is not None:
                    raise ServerError(f"{self.name} ended at once:\n{last_lines(self.log)}")
                if time.monotonic() > deadline:
                    raise ServerError(
                        f"{self.name} does not answer at {self.url} after "
                        f"{self.start_seconds:.0f} s:\n{last_lines(self.log)}"
                    )
                time.sleep(0.1)

    def _answers(self, client: httpx.Client) -> bool:
        try:
            return self.is_ready(client)
        except httpx.TransportError:
            return False

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds[step] = time.monotonic() - began
