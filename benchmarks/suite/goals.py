"""What the figures should be, so that nobody has to remember: each is said to be met or missed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from suite.contenders import FLOOR, ONROLL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from suite.measuring import Usage
    from suite.race import Result


@dataclass(frozen=True)
class Goal:
    """A figure and its bound; the figure must be at most the bound, or at least if `is_least`."""

    name: str
    figure: float
    bound: float
    is_least: bool = False

    @property
    def is_met(self) -> bool:
        return self.figure >= self.bound if self.is_least else self.figure <= self.bound

    def __str__(self) -> str:
        said, word = "met" if self.is_met else "MISSED", "least" if self.is_least else "most"
        return f"{said:>6}: {self.name} {self.figure:.2f}, at {word} {self.bound:g}"


def of_peers(results: Sequence[Result]) -> list[Goal]:
    """Hold onroll to the floor, and to the peers that look at the total as it does."""
    found = {one.contender.name: one for one in results}
    ours = found[ONROLL]
    goals = [Goal("onroll, times the floor", ours.times(found[FLOOR]), 2.0)]
    for peer, bound in (("singer-total", 7.0), ("dlt-total", 10.0)):
        if peer in found:
            goals.append(
                Goal(f"{peer}, times onroll", found[peer].times(ours), bound, is_least=True)
            )
    return goals


def of_people(found: Mapping[int, Usage]) -> list[Goal]:
    people, usage = max(found.items())
    return [Goal(f"peak MB at {people:,} people", usage.peak_mb, 100)]


def of_starting(found: Mapping[str, Usage]) -> list[Goal]:
    bounds = {"onroll --version": 0.15, "onroll validate personio": 0.4}
    return [
        Goal(f"CPU seconds of {name}", found[name].cpu_seconds, bound)
        for name, bound in bounds.items()
    ]
