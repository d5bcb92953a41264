"""Whether two contenders brought the same people with the same values."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

ATTRIBUTES = (
    *("id", "email", "first_name", "last_name", "job_title", "department", "team", "location"),
    *("manager_id", "status", "hire_date", "termination_date"),
)


@dataclass(frozen=True)
class Brought:
    """How many people came, and a digest of their twelve attributes in the order of their ids."""

    people: int
    digest: str


def brought(files: Iterable[Path], layers: tuple[str, ...]) -> Brought:
    """Read what a contender wrote."""
    people = sorted(_people(files, layers))
    digest = sha256()
    for person in people:
        digest.update("\x1f".join(person).encode() + b"\n")
    return Brought(len(people), digest.hexdigest())


def _people(files: Iterable[Path], layers: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
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
