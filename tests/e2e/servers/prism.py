"""Prism, which answers as an OpenAPI document says: here Personio's, version 1.

The vendor's documents carry no license and so are not part of this repository. They are taken
from a folder that `ONROLL_PERSONIO_SPEC` names, else from the vendor's public repository; where
neither can be had, a document of our own stands in.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from .installation import InstallationError, cache_folder, lock, node, npm_package, replace_file
from .server import HOST, Server

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMIT = "2f3707ffde5921f8e3daef8076e7311eeacce3ec"
_SOURCE = f"https://raw.githubusercontent.com/personio/api-docs/{_COMMIT}"
_EMPLOYEES = "personio-personnel-data-api-oa3.yaml"
_AUTH = "personio-auth-api.yaml"
_SHA256 = {
    _EMPLOYEES: "ee12b7ad9dac97855021681ecc4173707ad620ff7dcf1f4f0bb3a73eeb59b830",
    _AUTH: "ffc7718ba346a6186fdc55593244f8d3bf225b2dc857f5aca0173b399eef96f5",
}
_OWN = Path(__file__).with_name("personio-v1.openapi.yaml")


class Prism(Server):
    """Prism in its plain mode: the document's example again and again, whatever page is asked.

    A request without the credentials that the document asks for is refused. If `strict`, so is
    one with a wrong body, and answers are checked too: the vendor's example of employees does
    not pass that.
    """

    name = "prism"

    def __init__(
        self, specification: Path, port: int | None = None, *, strict: bool = False
    ) -> None:
        super().__init__(port)
        self.specification = specification
        self.strict = strict

    def install(self) -> None:
        node()
        self._program()

    def command(self) -> Sequence[str | Path]:
        command: list[str | Path] = [node(), self._program(), "mock", "--host", HOST]
        command += ["--port", str(self.port)]
        if self.strict:
            command.append("--errors")
        return [*command, self.specification]

    @staticmethod
    def _program() -> Path:
        folder = npm_package("prism", "@stoplight/prism-cli@5.16.0")
        return folder / "node_modules" / ".bin" / "prism"


@dataclass(frozen=True)
class Specification:
    """Where the two documents lie, and in words where they come from."""

    origin: str
    employees: Path
    auth: Path


def personio_specification() -> Specification:
    """Return the vendor's documents if they can be had, else our own."""
    named = os.environ.get("ONROLL_PERSONIO_SPEC")
    if named:
        folder = Path(named)
        for file in _SHA256:
            if not (folder / file).is_file():
                raise InstallationError(f"ONROLL_PERSONIO_SPEC: there is no `{file}` in `{folder}`")
        return _vendors(folder, "the folder that ONROLL_PERSONIO_SPEC names")
    folder = cache_folder() / "personio"
    with lock("personio"):
        if _download(folder):
            return _vendors(folder, f"api-docs at {_COMMIT[:12]}")
    return Specification(
        "our own document of Personio's shape; the vendor's could not be had", _OWN, _OWN
    )


def _vendors(folder: Path, place: str) -> Specification:
    origin = f"Personio's own specification, from {place}"
    return Specification(origin, folder / _EMPLOYEES, folder / _AUTH)


def _download(folder: Path) -> bool:
    folder.mkdir(exist_ok=True)
    for name, expected in _SHA256.items():
        file = folder / name
        if file.exists():
            continue
        try:
            answer = httpx.get(f"{_SOURCE}/{name}", timeout=5)
        except httpx.TransportError:
            return False
        if hashlib.sha256(answer.content).hexdigest() != expected:
            return False
        replace_file(file, answer.content)
    return True
