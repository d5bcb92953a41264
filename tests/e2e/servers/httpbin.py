"""httpbin, whose page `/digest-auth/QOP/USER/PASSWORD/ALGORITHM` wants HTTP Digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .installation import python_environment
from .server import HOST, Server

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_REQUIREMENTS = ("httpbin==0.10.4", "flask==3.1.3")


class Httpbin(Server):
    """It says `{"authenticated": true, "user": USER}` to who is right."""

    name = "httpbin"

    def install(self) -> None:
        python_environment("httpbin", *_REQUIREMENTS)

    def command(self) -> Sequence[str | Path]:
        flask = python_environment("httpbin", *_REQUIREMENTS) / "flask"
        return [flask, "--app", "httpbin:app", "run", "--host", HOST, "--port", str(self.port)]
