"""What commands take that read nothing: the time before the first request."""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median

from suite.environments import CACHE
from suite.measuring import Usage, measure

ROUNDS = 15
_ONROLL = str(Path(sys.executable).with_name("onroll"))
COMMANDS = {
    "onroll --version": [_ONROLL, "--version"],
    "onroll validate personio": [_ONROLL, "validate", "personio"],
    "python -c pass": [sys.executable, "-c", "pass"],
}


def starts() -> dict[str, Usage]:
    """Return the medians of each command, run in turns, after one round that does not count."""
    output = CACHE / "output" / "start"
    output.parent.mkdir(parents=True, exist_ok=True)
    taken: dict[str, list[Usage]] = {name: [] for name in COMMANDS}
    for number in range(ROUNDS + 1):
        for name, command in COMMANDS.items():
            usage = measure(command, output=output, directory=output.parent)
            if number:
                taken[name].append(usage)
    return {
        name: Usage(
            median(one.cpu_seconds for one in found),
            median(one.wall_seconds for one in found),
            median(one.peak_mb for one in found),
        )
        for name, found in taken.items()
    }
