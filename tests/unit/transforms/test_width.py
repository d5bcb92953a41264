"""How much text there is: cut and pad."""

from typing import Any

import pytest

from .reading import run


@pytest.mark.parametrize(
    ("argument", "gives"),
    [
        ({"length": 3}, "Ils"),
        ({"length": 50}, "Ilse Kern"),
        ({"from": 5}, "Kern"),
        ({"from": 5, "length": 2}, "Ke"),
        ({"from": -4}, "Kern"),
        ({"from": -4, "length": 3}, "Ker"),
        ({"from": -50, "length": 4}, "Ilse"),
        ({"from": 50}, ""),
        ({"from": 2, "length": 3}, "se"),
    ],
)
def test_cut_takes_characters_trimmed(argument: Any, gives: str) -> None:
    assert run("cut", "Ilse Kern", argument) == gives


@pytest.mark.parametrize(
    ("argument", "given", "gives"),
    [
        ({"length": 6}, 417, "000417"),
        ({"length": 2}, "417", "417"),
        ({"length": 5, "with": "-"}, "417", "--417"),
        ({"length": 3}, "", ""),
    ],
)
def test_pad_fills_up_on_the_left_what_is_filled(argument: Any, given: Any, gives: str) -> None:
    assert run("pad", given, argument) == gives
