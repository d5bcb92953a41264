"""What commands take that read nothing: the time before the first request."""

from __future__ import annotations

from statistics import median

from suite.environments import CACHE, onroll
from suite.measuring import Usage, measure

ROUNDS = 15


def starts() -> dict[str, Usage]:
    """Return the medians of each command, run in turns, after one round that does not count."""
    output = CACHE / "output" / "start"
    output.parent.mkdir(parents=True, exist_ok=True)
    program = str(onroll())
    commands = {
        "onroll --version": [program, "--version"],
        "onroll validate personio": [program, "validate", "personio"],
        "python -c pass": [str(onroll().with_name("python")), "-c", "pass"],
    }
    taken: dict[str, list[Usage]] = {name: [] for name in commands}
    for number in range(ROUNDS + 1):
        for name, command in commands.items():
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
