"""Whether two contenders brought the same people with the same values.

Looked at in a process of its own: the peak memory that the system gives for a process counts
whoever started it, and to compare takes more than most contenders do.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ATTRIBUTES = (
    *("id", "email", "first_name", "last_name", "job_title", "department", "team", "location"),
    *("manager_id", "status", "hire_date", "termination_date"),
)


@dataclass(frozen=True)
class Brought:
    """How many people came, and a digest of their twelve attributes in the order of their ids."""

    people: int
    digest: str


def brought(files: Iterable[Path], layers: Sequence[str]) -> Brought:
    """Look at what a contender wrote."""
    command = [sys.executable, __file__, ".".join(layers), *map(str, files)]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    return Brought(int(said[0]), said[1])


def main() -> None:
    """Print the number of people in some files, and their digest."""
    layers = sys.argv[1].split(".") if sys.argv[1] else []
    people = sorted(_people(map(Path, sys.argv[2:]), layers))
    digest = sha256()
    for person in people:
        digest.update("\x1f".join(person).encode() + b"\n")
    print(len(people), digest.hexdigest())


def _people(files: Iterable[Path], layers: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Give each person as texts. Null, absent and empty are one here: some peers know no null."""
    decode = msgspec.json.Decoder().decode
    for file in files:
        with file.open("rb") as lines:
            for line in lines:
                said: Any = decode(line)
                if layers and said.get("type") != "RECORD":
                    continue
                for layer in layers:
                    said = said[layer]
                yield tuple(said.get(name) or "" for name in ATTRIBUTES)


if __name__ == "__main__":
    main()
