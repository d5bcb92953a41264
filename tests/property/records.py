"""Arbitrary records, by dice of a known seed: of few keys and few values.

Each list has a shape that most of its records have, so that a page is often like the ones before,
and not always.
"""

from __future__ import annotations

from random import Random
from typing import Any

__all__ = ["KEYS", "Dice", "make_records", "records_of"]

KEYS = ["a", "a", "b", "value", "@x.y", "z", "", 'q"', "k61", "ü"]
_SCALARS = [
    None, True, False, 0, 7, -3, 2**63, 10**30, 1.5, 4.0, 1e300, -0.0, "", " a ", "Active", "x",
    "2021-03-01", "2021-03-01T10:00:00Z", "1", "ü\t", "𝄞",
]  # fmt: skip
_ODD_IDS = [1, 2, "1", "p1", " p2 ", "a b", "007", None, "", True, 1.0, 1e2, 10**30, ["x"], {}]


class Dice(Random):
    """Dice of a seed, and the paths that a list's definition is made of."""

    paths: list[Any]


def make_records(dice: Dice) -> list[Any]:
    """Make records as lists have them."""
    return records_of(dice, dice.randint(0, 6))


def records_of(dice: Dice, count: int) -> list[Any]:
    """Make records, most of which have the keys of this list's shape."""
    always = {key for key in _MEMBERS if dice.random() < 0.6}
    may_lack = dice.choice([0, 0, 0.02, 0.1])
    oddness = dice.choice([0, 0, 0.02, 0.2])
    odd_ids = dice.choice([0, 0, 0.01, 0.1])
    records = []
    for number in range(count):
        if dice.random() < oddness:
            records.append(_value(dice, 3))
            continue
        kept = [key for key in _MEMBERS if key in always and dice.random() >= may_lack]
        record = {key: _MEMBERS[key](dice) for key in kept}
        if dice.random() < oddness:
            record[dice.choice(KEYS)] = _value(dice, 3)
        is_odd = dice.random() < odd_ids
        identifier = dice.choice(_ODD_IDS) if is_odd else 1000 + number
        records.append({"id": identifier, **record, "seq": number})
    return records


_MEMBERS: dict[str, Any] = {
    "a": lambda dice: {"kind": "k", "value": dice.choice(["x", " y", 7, "work", None])},
    "z": lambda dice: dice.choice([1, 1, 2]),
    "b": lambda dice: dice.choice([None, {"a": "deep"}, {"a": "deep", "z": 0}, {"z": 3}]),
    "@x.y": lambda dice: dice.choice(["Active", "gone", None, ["x", None, " y "]]),
    "value": lambda dice: [
        {"a": dice.choice(["work", "home"]), "b": "m"} for _ in range(dice.randint(0, 2))
    ],
    "k61": lambda dice: dice.choice([{"a": 1, 'q"': 2}, {"a": "ü", "z": []}]),
    "": lambda dice: {"z": [1, [2]], "b": dice.choice(_SCALARS)},
    'q"': lambda _: {"a": "quoted"},
}


def _value(dice: Dice, depth: int) -> Any:
    kind = dice.random() if depth else 0
    if kind < 0.5:
        return dice.choice(_SCALARS)
    if kind < 0.7:
        return [_value(dice, depth - 1) for _ in range(dice.randint(0, 3))]
    if kind < 0.73:
        return _nested(dice.choice([7, 8, 9, 10, 30]))
    return {dice.choice(KEYS): _value(dice, depth - 1) for _ in range(dice.randint(0, 4))}


def _nested(levels: int) -> Any:
    value: Any = "leaf"
    for level in range(levels):
        value = {"a": value} if level % 3 else [value]
    return value
