"""All contenders, one after the other and round by round, over the same people."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from suite.contenders import FLOOR
from suite.environments import CACHE
from suite.measuring import Usage, measure
from suite.sameness import Brought, brought

if TYPE_CHECKING:
    from collections.abc import Sequence

    from suite.contenders import Contender

ONE_PAGE = 200


@dataclass(frozen=True)
class Result:
    """What reading so many people took, round by round. `reckoned_from` says: fewer were read."""

    contender: Contender
    people: int
    rounds: tuple[Usage, ...]
    reckoned_from: int | None = None

    @property
    def micros(self) -> float:
        """The median CPU microseconds a person."""
        return median(one.cpu_seconds for one in self.rounds) / self.people * 1e6

    @property
    def people_per_second(self) -> float:
        return self.people / median(one.wall_seconds for one in self.rounds)

    @property
    def peak_mb(self) -> float:
        return max(one.peak_mb for one in self.rounds)

    def times(self, other: Result) -> float:
        """Return how many times the CPU of the other it took: the median of the rounds' ratios."""
        pairs = zip(self.rounds, other.rounds, strict=True)
        return median(mine.cpu_seconds / theirs.cpu_seconds for mine, theirs in pairs)


def race(contenders: Sequence[Contender], address: str, people: int, rounds: int) -> list[Result]:
    """Check that all bring the same, and measure them; raise SystemExit when one does not."""
    for contender in contenders:
        contender.prepare()
    check(contenders, address, people)
    found: dict[str, list[Usage]] = {one.name: [] for one in contenders}
    for number in range(rounds):
        for contender in contenders:
            usage = read(contender, address, people)
            found[contender.name].append(usage)
            micros = usage.cpu_seconds / people * 1e6
            print(
                f"round {number + 1} of {rounds}: {contender.name:>9} {micros:>8.1f} µs a person",
                flush=True,
            )
    return [
        Result(one, people, tuple(found[one.name]), one.most if is_reckoned(one, people) else None)
        for one in contenders
    ]


def check(contenders: Sequence[Contender], address: str, people: int) -> None:
    """Let each read once, uncounted; what it brings must be what the floor or the first brings."""
    expected: dict[int, Brought] = {}
    first = min(contenders, key=lambda one: one.name != FLOOR)
    for contender in sorted(contenders, key=lambda one: one is not first):
        number = contender.most if is_reckoned(contender, people) else people
        assert number is not None
        if number not in expected:
            expected[number] = _brought(first, address, number)
            assert expected[number].people == number, expected[number]
        if contender is first:
            continue
        given = _brought(contender, address, number)
        if given != expected[number]:
            raise SystemExit(f"{contender.name} brought other people: {given}, {expected[number]}")
        print(f"{contender.name} brought the same {number:,} people", flush=True)


def is_reckoned(contender: Contender, people: int) -> bool:
    """Tell whether the contender is too slow to read so many."""
    return contender.most is not None and contender.most < people


def read(contender: Contender, address: str, people: int) -> Usage:
    """Measure one reading; who is slow reads fewer, and one page to know what starting takes."""
    if not is_reckoned(contender, people):
        return _run(contender, address, people)
    assert contender.most is not None
    start = _run(contender, address, ONE_PAGE)
    part = _run(contender, address, contender.most)
    more = (people - contender.most) / (contender.most - ONE_PAGE)
    return Usage(
        part.cpu_seconds + (part.cpu_seconds - start.cpu_seconds) * more,
        part.wall_seconds + (part.wall_seconds - start.wall_seconds) * more,
        part.peak_mb,
    )


def _run(contender: Contender, address: str, people: int) -> Usage:
    folder = CACHE / "output" / contender.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = contender.command(f"{address}/of/{people}", folder)
    return measure(
        command, output=folder / "stdout", environment=contender.environment, directory=folder
    )


def _brought(contender: Contender, address: str, people: int) -> Brought:
    _run(contender, address, people)
    folder = CACHE / "output" / contender.name
    return brought(contender.outputs(folder, folder / "stdout"), contender.layers)
