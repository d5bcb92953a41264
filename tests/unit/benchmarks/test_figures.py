"""Committed figures: when a count of instructions is a regression, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from counting.figures import Comparison, compare, read_figures, verdict, write_figures

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("measured", [11.001, 12.0, 100.0])
def test_more_than_a_tenth_above_the_committed_figure_is_worse(measured: float) -> None:
    assert Comparison("person", measured, committed=10.0).is_worse


@pytest.mark.parametrize("measured", [10.999, 10.0, 9.0, 1.0])
def test_a_tenth_above_the_committed_figure_or_less_is_not_worse(measured: float) -> None:
    assert not Comparison("person", measured, committed=10.0).is_worse


@pytest.mark.parametrize(("measured", "is_better"), [(8.999, True), (9.001, False), (11.5, False)])
def test_only_more_than_a_tenth_below_is_better(measured: float, is_better: bool) -> None:
    assert Comparison("person", measured, committed=10.0).is_better is is_better


def test_a_figure_that_is_not_committed_is_not_let_pass() -> None:
    (one,) = compare({"person": 10.0}, {"version": 0.8})
    assert one.is_worse
    assert verdict([one]) == (
        "person: 10.00 has no committed figure; `make instructions UPDATE=1` writes it"
    )


def test_one_regression_among_many_figures_is_found() -> None:
    committed = {"person": 10.0, "version": 0.8, "validate": 4.0}
    found = compare({"person": 10.0, "version": 0.9, "validate": 4.3}, committed)
    assert [one.name for one in found if one.is_worse] == ["version"]


def test_a_regression_says_which_by_how_much_and_how_to_accept_it() -> None:
    assert verdict([Comparison("person", 11.5, committed=10.0)]) == (
        "person: 15.0% more instructions, 11.50 where 10.00 is committed; at most 10% more are "
        "let pass. If they are worth it, `make instructions UPDATE=1` accepts them"
    )


def test_a_better_figure_asks_to_be_committed() -> None:
    assert verdict([Comparison("person", 8.0, committed=10.0)]) == (
        "person: 20.0% fewer instructions, 8.00 where 10.00 is committed. Commit what "
        "`make instructions UPDATE=1` writes, so that they stay so few"
    )


def test_figures_that_hold_say_nothing() -> None:
    assert verdict([Comparison("person", 10.5, committed=10.0)]) == ""


def test_written_figures_are_read_again_rounded(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    write_figures(file, "3.11", {"person": 2.00449, "version": 0.4951})
    assert read_figures(file, "3.11") == ("3.11", {"person": 2.004, "version": 0.495})


def test_writing_the_figures_of_a_version_keeps_those_of_the_others(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    for python, figure in (("3.12", 2.0), ("3.11", 3.0), ("3.12", 4.0)):
        write_figures(file, python, {"person": figure})
    assert read_figures(file, "3.11") == ("3.11", {"person": 3.0})
    assert read_figures(file, "3.12") == ("3.12", {"person": 4.0})


@pytest.mark.parametrize(("python", "used"), [("3.14", "3.12"), ("3.10", "3.9"), ("3.8", "3.9")])
def test_a_version_without_figures_is_held_to_those_of_its_neighbor(
    tmp_path: Path, python: str, used: str
) -> None:
    file = tmp_path / "figures.json"
    for version in ("3.9", "3.11", "3.12"):
        write_figures(file, version, {"person": 2.0})
    assert read_figures(file, python)[0] == used


def test_without_a_file_there_are_no_figures(tmp_path: Path) -> None:
    assert read_figures(tmp_path / "figures.json", "3.11") == ("3.11", {})
