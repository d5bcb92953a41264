"""`make demo`: the main job on the embedded sandbox, in under a minute.

Runs the real command line in a scratch folder against two sandboxes: an ordinary one, and one
that caps its pages silently. Every command is shown as a person would type it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from onroll.testing.sandbox import Sandbox

CONSOLE = Console(highlight=False)
CREDENTIALS = {
    "ONROLL_PERSONIO_CLIENT_ID": "demo",
    "ONROLL_PERSONIO_CLIENT_SECRET": "demo-secret",
}


def say(text: str) -> None:
    """Print a sentence between two commands."""
    CONSOLE.print()
    CONSOLE.print(Text(text, "bold cyan"), soft_wrap=True)


def run(folder: Path, *arguments: str, expects: int = 0, quiet: bool = False) -> str:
    """Show and run one command; stop the demo when its exit code is not the expected one."""
    CONSOLE.print()
    CONSOLE.print(Text("$ onroll " + " ".join(arguments), "bold"), soft_wrap=True)
    sys.stdout.flush()
    done = subprocess.run(
        [sys.executable, "-m", "onroll", *arguments],
        cwd=folder,
        env={**os.environ, **CREDENTIALS},
        stdout=subprocess.PIPE if quiet else None,
        text=True,
        check=False,
    )
    if done.returncode != expects:
        sys.exit(f"the demo expected exit code {expects}, not {done.returncode}")
    return done.stdout or ""


def fetch(folder: Path, base: str, *, expects: int = 0) -> None:
    """Fetch into a file and show its first people and the end of the report."""
    report = folder / "report.json"
    lines = run(
        folder, "fetch", "personio", "--base-url", base, "--report", "report.json",
        expects=expects, quiet=True,
    ).splitlines()  # fmt: skip
    for line in lines[:2]:
        user = json.loads(line)
        kept = ("id", "username", "department", "status", "hire_date", "manager_id")
        shown = {name: user[name] for name in kept if name in user}
        CONSOLE.print(Text("  " + json.dumps(shown, ensure_ascii=False), "dim"), soft_wrap=True)
    CONSOLE.print(Text(f"  … {len(lines)} lines", "dim"))
    certificate = json.loads(report.read_text(encoding="utf-8"))
    facts = ", ".join(f"{name}={certificate[name]}" for name in ("complete", "proof", "distinct"))
    CONSOLE.print(Text(f"  report.json: {facts}, exit code {expects}", "dim"))


def main() -> None:
    """Show the road from a definition to a listing with its proof."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        say("1. A connector is a YAML definition. This is what Personio's will ask:")
        run(folder, "explain", "personio")
        with Sandbox(users=450) as sandbox:
            base = f"{sandbox.url}/v1"
            say("2. Test the connection, check by check (against 450 made-up people):")
            run(folder, "test", "personio", "--base-url", base)
            say("3. Preview: the provider's fields beside the mapped users, nothing is written:")
            run(folder, "preview", "personio", "--base-url", base, "--limit", "5")
            say("4. Fetch them all, with the proof that the list is complete:")
            fetch(folder, base)
        say("5. A server that silently caps its pages at 30: all 450 all the same, and proven:")
        with Sandbox(users=450, faults=("page-cap=30",)) as sandbox:
            fetch(folder, f"{sandbox.url}/v1")
        say("6. A server that loses a person between two pages: it says so, with exit code 4:")
        with Sandbox(users=450, faults=("drift",)) as sandbox:
            fetch(folder, f"{sandbox.url}/v1", expects=4)
        say("Next: `onroll sandbox` serves this for you to try; docs/tutorial/ goes on from here.")


if __name__ == "__main__":
    main()
