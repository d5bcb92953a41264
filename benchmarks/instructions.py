"""How many instructions onroll takes, beside committed figures: a regression of 10 % is seen.

    python benchmarks/instructions.py             compares, and exits with 1 after a regression
    python benchmarks/instructions.py --update    writes what was measured as the figures to keep

Whole processes are counted, by Valgrind, reading from a server of their own: no clock, so a busy
machine changes nothing. What is counted and by what it is divided stands in
`counting/programs.py`. Waiting, and what the kernel does for a process, are not in a count;
`make bench` measures both.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__":
    sys.path.append(str(Path(__file__).resolve().parents[1]))  # for how the tests install packages

from counting.figures import Comparison, compare, read_figures, verdict, write_figures
from counting.programs import Cost, costs, measure
from counting.valgrind import Failed, install
from tests.e2e.servers.installation import InstallationError

if TYPE_CHECKING:
    from collections.abc import Mapping

FIGURES = Path(__file__).with_suffix(".json")
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def main() -> int:
    """Count, print a line for each figure, and compare or write; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--update", action="store_true", help="keep the figures, as those to beat")
    chosen = parser.parse_args()
    try:
        install()
        found = costs(measure())
    except (Failed, InstallationError) as error:
        print(error, file=sys.stderr)
        return 1
    measured = {name: cost.ratio for name, cost in found.items()}
    if chosen.update:
        write_figures(FIGURES, PYTHON, measured)
    version, committed = read_figures(FIGURES, PYTHON)
    comparisons = compare(measured, committed)
    print_table(found, comparisons)
    if version != PYTHON:
        print(f"There are no figures for Python {PYTHON}; these are for {version}.")
    print(verdict(comparisons) or "Every figure is within 10 % of the committed one.")
    return 1 if any(one.is_worse for one in comparisons) else 0


def print_table(found: Mapping[str, Cost], comparisons: list[Comparison]) -> None:
    """Print a line for each figure: instructions, as a ratio, and beside the committed one."""
    print(f"{'Python ' + PYTHON:<16} {'instructions':>14} {'ratio':>7} {'committed':>10} change")
    for one in comparisons:
        committed = "" if one.committed is None else f"{one.committed:.3f}"
        change = "" if one.change is None else f"{one.change:+.1%}"
        instructions = found[one.name].instructions
        print(
            f"{one.name:<16} {instructions:>14,.0f} {one.measured:>7.3f} {committed:>10} {change}"
        )


if __name__ == "__main__":
    sys.exit(main())
