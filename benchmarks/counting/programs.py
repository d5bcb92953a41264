"""What is counted: reading a person, twice, and starting, three times; each beside a yardstick.

A number of instructions hangs on how Python was built and on its libraries' versions, so a figure
is a ratio to another program of the same run, and what changes both cancels out.

* A person: what 5,000 people take less what 1,000 take, so that starting does not count, over
  the same of the floor (a socket, msgspec's typed decoder, its encoder). Much of onroll's work is
  msgspec's too: between two builds of Python 3.11, one of them optimized, the ratio to the floor
  differed by 2 %, and that to a loop of plain Python by 17 %.
* Starting: over importing eleven modules of the standard library, which is the same kind of work
  and hangs on no other library. It differed by 2 % between those builds; the ratio to
  `import httpx, msgspec` by 3 %, that to an empty program by 6 %.

Between Python 3.11, 3.12 and 3.13 the figures differ by up to 6 %, so that a version without
figures of its own is held to its neighbor's. A program counted again differs by 0.1 %. Whoever
changes the floor or the people of the benchmark writes the figures anew.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from suite.server import TOKEN, serving

from counting.valgrind import count, run

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Cost", "costs", "measure"]

FEW, MANY = 1_000, 5_000

_BENCHMARKS = Path(__file__).resolve().parents[1]
_FLOOR = _BENCHMARKS / "peers" / "floor" / "read.py"
_DEFINITIONS = {
    "person": _BENCHMARKS / "people.yaml",
    "person-typical": _BENCHMARKS / "counting" / "typical.yaml",
}
_IMPORTS = (
    "import argparse, concurrent.futures, dataclasses, decimal, email.message, http.client, "
    "json, logging.config, sqlite3, unittest.mock, xml.dom.minidom"
)


@dataclass(frozen=True)
class Cost:
    """Instructions of something, and of what it is measured by."""

    instructions: float
    yardstick: float

    @property
    def ratio(self) -> float:
        return self.instructions / self.yardstick


def measure() -> dict[str, int]:
    """Return the instructions of each program; see `counting.valgrind.count`."""
    with ExitStack() as servers:
        addresses = {people: servers.enter_context(serving(people)) for people in (0, FEW, MANY)}
        commands = _commands(addresses)
        for command in commands.values():
            run(command)  # Python writes the bytecode of what it has not imported before
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return dict(zip(commands, pool.map(count, commands.values()), strict=True))


def costs(counted: Mapping[str, int]) -> dict[str, Cost]:
    """Make of the programs' instructions what a person costs, and what starting costs."""

    def of_a_person(program: str) -> float:
        return (counted[f"{program} {MANY}"] - counted[f"{program} {FEW}"]) / (MANY - FEW)

    floor, imports = of_a_person("floor"), counted["imports"]
    reading = {name: Cost(of_a_person(name), floor) for name in _DEFINITIONS}
    starts = ("version", "validate", "fetch-nobody")
    return reading | {name: Cost(counted[name], imports) for name in starts}


def _commands(addresses: Mapping[int, str]) -> dict[str, list[str]]:
    # The longest come first, so that no core is idle at the end.
    commands = {}
    for people in (MANY, FEW):
        address = addresses[people]
        for name, definition in _DEFINITIONS.items():
            commands[f"{name} {people}"] = _fetch(definition, address)
    commands["fetch-nobody"] = _fetch(_DEFINITIONS["person"], addresses[0])
    commands["validate"] = _onroll("validate", "personio")
    for people in (MANY, FEW):
        commands[f"floor {people}"] = [sys.executable, str(_FLOOR), addresses[people], TOKEN]
    commands["version"] = _onroll("--version")
    commands["imports"] = [sys.executable, "-c", _IMPORTS]
    return commands


def _fetch(definition: Path, address: str) -> list[str]:
    return _onroll("fetch", str(definition), "--base-url", address, "--set", f"token={TOKEN}")


def _onroll(*words: str) -> list[str]:
    return [sys.executable, "-m", "onroll", *words]
