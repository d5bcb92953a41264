"""Who reads the people, and how each is started. What was chosen in whose favor: see its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from suite.environments import PEERS, ROOT, onroll, python_of
from suite.server import TOKEN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ONROLL = "onroll"
FLOOR = "floor"


@dataclass(frozen=True)
class Contender:
    """A program that reads everybody.

    `peer` names its environment and folder when its own name does not; `options` go to its script.
    `layers` are the keys beneath which its lines have a person; `files` is where its lines are
    when they are not on standard output. Who is slow reads `most` people, and what that takes is
    reckoned up to the rest.
    """

    name: str
    title: str
    layers: tuple[str, ...] = ()
    files: str = ""
    most: int | None = None
    peer: str = ""
    options: tuple[str, ...] = ()

    def prepare(self) -> None:
        """Make what the contender needs to run."""
        if self.name == ONROLL:
            onroll()
        else:
            python_of(self.peer or self.name)

    def command(self, address: str, folder: Path) -> list[str]:
        """Return the command that reads the list at an address; its files go into the folder."""
        if self.name == ONROLL:
            return onroll_command(ROOT / "benchmarks" / "people.yaml", address)
        peer = self.peer or self.name
        script = PEERS / peer / "read.py"
        return [str(python_of(peer)), str(script), address, TOKEN, str(folder), *self.options]

    @property
    def environment(self) -> Mapping[str, str]:
        """Return the variables that the command needs."""
        return {} if self.name == ONROLL else {"PYTHONPATH": str(PEERS / "shared")}

    def outputs(self, folder: Path, said: Path) -> list[Path]:
        """Return the files that hold the people after a run."""
        return sorted(folder.glob(self.files)) if self.files else [said]


def onroll_command(definition: Path, address: str) -> list[str]:
    """Return the command that fetches by a definition, as a user would give it."""
    base = ["--base-url", address, "--set", f"token={TOKEN}"]
    return [str(onroll()), "fetch", str(definition), *base]


_DLT_FILES = "files/people/employees/*.jsonl"
CONTENDERS = (
    Contender(FLOOR, "raw socket, typed decoder (the floor)"),
    Contender(ONROLL, "**onroll fetch**"),
    Contender("orjson", "http.client, orjson, plain access"),
    Contender("requests", "requests, json, plain access"),
    Contender("httpx", "httpx, json, plain access"),
    Contender("singer", "Meltano singer-sdk, until a page is empty", layers=("record",)),
    Contender(
        "singer-total",
        "Meltano singer-sdk, by the total",
        layers=("record",),
        peer="singer",
        options=("by-total",),
    ),
    Contender("dlt", "dlt, until a page is empty", files=_DLT_FILES),
    Contender(
        "dlt-total", "dlt, by the total", files=_DLT_FILES, peer="dlt", options=("by-total",)
    ),
    Contender("airbyte", "Airbyte CDK", layers=("record", "data"), most=10_000),
)
