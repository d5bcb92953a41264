"""Build the wheel and try it where nothing of the checkout is on the path.

An editable install proves nothing about the wheel: here it must list, validate and run its
connectors from a fresh environment, and hold no file that does not belong in it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONNECTORS = ("personio", "personio-v2", "redmine", "scim")

#: The whole way, with the wheel's own sandbox, definition, database migrations and directory.
IMPORT = """
import onroll
from onroll.testing.sandbox import Sandbox

with Sandbox(users=30) as sandbox:
    options = onroll.Options(base_url=f"{sandbox.url}/v1")
    settings = {"client_id": "demo", "client_secret": "demo-secret"}
    with onroll.load("personio").importing(settings, store="onroll.db", options=options) as run:
        report = run.apply(run.plan())
assert report.exit_code == 0 and report.applied["created"] > 20, report
print(f"imported {report.applied['created']} people")
"""


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command in a folder and return what it prints; stop when it fails."""
    # The checkout must not help: no PYTHONPATH, no folder of ours as the working directory.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed\n{done.stdout}{done.stderr}")
    return done.stdout


def check_contents(wheel: Path) -> None:
    """Refuse a wheel that lacks a shipped file or holds a stray one."""
    names = zipfile.ZipFile(wheel).namelist()
    for connector in CONNECTORS:
        assert f"onroll/_data/connectors/{connector}/connector.yaml" in names, connector
    assert "onroll/_data/schemas/connector.schema.json" in names
    assert "onroll/py.typed" in names
    stray = [
        name
        for name in names
        if any(part.startswith(".") for part in name.split("/")) or "/tests/" in name
    ]
    assert not stray, stray


def main() -> None:
    """Build, look inside, install, run."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
        run(*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
        (wheel,) = folder.glob("*.whl")
        check_contents(wheel)
        venv.create(folder / "env", with_pip=True)
        python = folder / "env" / "bin" / "python"
        run(python, *pip[1:], "install", wheel, cwd=folder)
        onroll = folder / "env" / "bin" / "onroll"
        listed = run(onroll, "connectors", cwd=folder)
        assert all(name in listed for name in CONNECTORS), listed
        print(listed)
        print(run(onroll, "validate", cwd=folder).replace(str(folder), ""))
        run(onroll, "schema", cwd=folder)
        run(python, "-c", "import onroll; onroll.load('personio')", cwd=folder)
        print(run(python, "-c", IMPORT, cwd=folder))
        print(f"{wheel.name}: installed and run in a fresh environment")


if __name__ == "__main__":
    main()
