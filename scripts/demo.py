"""`make demo`: the main job on the embedded sandbox, from a definition to a directory.

Runs the real command line in a scratch folder against sandboxes: ordinary ones, and some that go
wrong as servers do. Every command is shown as a person would type it, and the demo fails where
something is not as it says.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import textwrap
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.text import Text

from onroll.testing.sandbox import Day, Sandbox

CONSOLE = Console(highlight=False)
USERS = 450
WIDTH = 78  # of what a command says; it is shown indented by two in 80 columns
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("ONROLL_")},
    "COLUMNS": str(WIDTH),
    "ONROLL_PERSONIO_CLIENT_ID": "demo",
    "ONROLL_PERSONIO_CLIENT_SECRET": "demo-secret",
}


def say(text: str) -> None:
    """Print a sentence between two commands."""
    CONSOLE.print()
    CONSOLE.print(Text(textwrap.fill(text, WIDTH), "bold cyan"), soft_wrap=True)


def check(*, is_so: bool, claim: str) -> None:
    """Stop the demo where what it says is not so."""
    if not is_so:
        sys.exit(f"the demo says otherwise: {claim}")


def onroll(folder: Path, *arguments: str, expects: int = 0, keeps: str = "nothing") -> str:
    """Run one command; stop the demo when its exit code is not the expected one.

    `keeps` is `nothing`, `output` or `everything`; what is not kept is seen on the terminal.
    """
    done = subprocess.run(
        [sys.executable, "-m", "onroll", *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        stdout=None if keeps == "nothing" else subprocess.PIPE,
        stderr=subprocess.STDOUT if keeps == "everything" else None,
        encoding="utf-8",
        check=False,
    )
    code = done.returncode
    check(is_so=code == expects, claim=f"the exit code is {code}, and {expects} was expected")
    return done.stdout or ""


def type_in(*arguments: str) -> None:
    """Show a command as a person types it."""
    CONSOLE.print()
    CONSOLE.print(Text("$ onroll " + " ".join(arguments), "bold"), soft_wrap=True)
    sys.stdout.flush()


def run(folder: Path, *arguments: str) -> None:
    """Show and run one command."""
    type_in(*arguments)
    onroll(folder, *arguments)


def excerpt(folder: Path, *arguments: str, first: int = 0, last: int = 0, expects: int = 0) -> None:
    """Show and run one command, and show the first and last lines of what it says, or all."""
    type_in(*arguments)
    lines = onroll(folder, *arguments, expects=expects, keeps="everything").splitlines()
    left_out = len(lines) - first - last
    if first + last and left_out > 1:
        lines = [*lines[:first], f"… {left_out} lines", *lines[len(lines) - last :]]
    for line in lines:
        whisper(line)
    if expects:
        whisper(f"exit code {expects}")


def whisper(line: str) -> None:
    """Print a line of what a command said."""
    CONSOLE.print(Text(f"  {line}" if line else "", "dim"), soft_wrap=True)


def fetch(folder: Path, base: str, *, expects: int = 0) -> None:
    """Fetch into a file and show its first people and the end of the report."""
    command = ("fetch", "personio", "--base-url", base, "--report", "r.json")
    type_in(*command)
    lines = onroll(folder, *command, expects=expects, keeps="output").splitlines()
    for line in lines[:2]:
        user = json.loads(line)
        kept = ("id", "username", "status")
        shown = {name: user[name] for name in kept if name in user}
        whisper(json.dumps(shown, ensure_ascii=False))
    whisper(f"… {len(lines)} lines")
    certificate = json.loads((folder / "r.json").read_text(encoding="utf-8"))
    facts = ", ".join(f"{name}={certificate[name]}" for name in ("complete", "proof", "distinct"))
    whisper(f"r.json: {facts}, exit code {expects}")


def states(folder: Path) -> Counter[str]:
    """Count the directory's users by state."""
    users = json.loads(onroll(folder, "users", "--json", keeps="output"))
    return Counter(user["state"] for user in users)


def show_reading(folder: Path) -> None:
    """Show the road from a definition to a listing with its proof."""
    say("1. A connector is a YAML definition. This is what Personio's will ask:")
    run(folder, "explain", "personio")
    with Sandbox(users=USERS) as sandbox:
        base = f"{sandbox.url}/v1"
        say(f"2. Test the connection, check by check (against {USERS} made-up people):")
        run(folder, "test", "personio", "--base-url", base)
        say("3. Preview: the provider's fields beside the mapped users, nothing is written:")
        run(folder, "preview", "personio", "--base-url", base, "--limit", "5")
        say("4. Fetch them all, with the proof that the list is complete:")
        fetch(folder, base)
    say(f"5. A server that silently caps its pages at 30: all {USERS} all the same, and proven:")
    with Sandbox(users=USERS, faults=("page-cap=30",)) as sandbox:
        fetch(folder, f"{sandbox.url}/v1")
    say("6. A server that loses a person between two pages: it says so, with exit code 4:")
    with Sandbox(users=USERS, faults=("drift",)) as sandbox:
        fetch(folder, f"{sandbox.url}/v1", expects=4)


def show_import(folder: Path) -> tuple[int, Counter[str]]:
    """Show two days of imports into the embedded directory; return the port and the states."""
    with Sandbox(users=USERS) as sandbox:
        command = ("import", "personio", "--base-url", f"{sandbox.url}/v1")
        say("7. Import into a directory. First the plan alone; nothing is written:")
        excerpt(folder, *command, "--dry-run", first=18, last=3)
        say("8. Agree to it, and they are in the embedded directory (./onroll.db):")
        excerpt(folder, *command, "--yes", last=6)
        excerpt(folder, "users", first=7, last=1)
        before = states(folder)
        day = sandbox.next_day()
        say(f"9. A day goes by at the company: {day.happenings}. The next plan:")
        excerpt(folder, *command, "--dry-run")
        say("10. Agree again:")
        excerpt(folder, *command, "--yes", last=6)
        excerpt(folder, "users", "--state", "suspended")
        excerpt(folder, "runs")
        after = states(folder)
        check_day(before, after, day)
        return sandbox.port, after


def check_day(before: Counter[str], after: Counter[str], day: Day) -> None:
    """Check that the second import did what happened on the day, and nothing else."""
    gone = day.left + day.went_on_leave
    check(
        is_so=after["suspended"] == gone and before["suspended"] == 0,
        claim=f"{gone} people went, and {after['suspended']} are suspended",
    )
    # Who came back from leave was away at the first import, and had no user yet.
    new = after.total() - before.total()
    check(
        is_so=new == day.joined + day.returned,
        claim=f"{day.joined + day.returned} people came, and {new} users are new",
    )


def show_safeguard(folder: Path, port: int, before: Counter[str]) -> None:
    """Show that a source which lost most of its people changes nothing."""
    say("11. The same server suddenly lists only 150 people, and says that these are all:")
    with Sandbox(users=USERS, day=1, faults=("first=150",), port=port) as sandbox:
        base = f"{sandbox.url}/v1"
        excerpt(folder, "import", "personio", "--base-url", base, "--yes", expects=6)
    check(is_so=states(folder) == before, claim="a blocked import wrote something")
    whisper("the directory is as it was before")


def main() -> None:
    """Read the people, bring them into a directory, keep up with them, and stay on guard."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        show_reading(folder)
        port, users = show_import(folder)
        show_safeguard(folder, port, users)
    say("Next: `onroll sandbox` serves this for you to try; docs/tutorial/ goes on from here.")


if __name__ == "__main__":
    main()
